package pbxsim

import (
	"bufio"
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"sync"
	"time"
)

// session is one AMI client.
type session struct {
	pbx  *PBX
	conn net.Conn
	out  chan packet
	gone chan struct{} // closed when the client must be let go
	once sync.Once

	// Guarded by PBX.mu.
	user      *account
	events    bool
	mask      class // of the client's own choice, at login or by Events
	challenge string
}

// packet is a run of bytes for one write; wrote learns when it left.
type packet struct {
	data  []byte
	wrote func(time.Time)
}

// outboxSize bounds what a slow client may have waiting, in packets. When it is
// full the client is disconnected, as Asterisk does after writetimeout.
const outboxSize = 16384

const banner = "Asterisk Call Manager/11.0.0\r\n"

func (p *PBX) serve(ctx context.Context, conn net.Conn) {
	s := &session{pbx: p, conn: conn, out: make(chan packet, outboxSize), gone: make(chan struct{})}
	p.mu.Lock()
	p.sessions[s] = struct{}{}
	p.mu.Unlock()
	stop := context.AfterFunc(ctx, s.close)
	defer stop()
	var writer sync.WaitGroup
	writer.Go(s.write)
	s.send([]byte(banner), nil)
	s.read(ctx)
	p.mu.Lock()
	delete(p.sessions, s)
	p.mu.Unlock()
	s.close()
	writer.Wait()
}

// close ends the session once; what waits in the outbox is still written.
func (s *session) close() { s.once.Do(func() { close(s.gone) }) }

func (s *session) send(data []byte, wrote func(time.Time)) {
	select {
	case s.out <- packet{data, wrote}:
	default:
		s.pbx.cut.Add(1)
		s.pbx.log.Warn("AMI client reads too slowly", "addr", s.conn.RemoteAddr().String())
		s.close()
	}
}

// write empties the outbox into the socket until the session is closed.
func (s *session) write() {
	defer s.conn.Close()
	for {
		select {
		case p := <-s.out:
			if !s.put(p) {
				return
			}
		case <-s.gone:
			s.flush()
			return
		}
	}
}

func (s *session) put(p packet) bool {
	if p.wrote != nil {
		p.wrote(time.Now())
	}
	_ = s.conn.SetWriteDeadline(time.Now().Add(s.pbx.opts.WriteTimeout))
	_, err := s.conn.Write(p.data)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		s.pbx.cut.Add(1)
	}
	return err == nil
}

const writeTimeout = 5 * time.Second

func (s *session) flush() {
	for {
		select {
		case p := <-s.out:
			if !s.put(p) {
				return
			}
		default:
			return
		}
	}
}

const (
	maxLine  = 1024 // AST_MAX_MANHEADER... a longer line ends the session
	maxLines = 128  // AST_MAX_MANHEADERS (include/asterisk/manager.h)
)

// read takes actions until the client or the exchange goes.
func (s *session) read(ctx context.Context) {
	go func() { <-s.gone; _ = s.conn.SetReadDeadline(time.Now()) }()
	defer s.close()
	lines := bufio.NewScanner(s.conn)
	lines.Buffer(make([]byte, maxLine), maxLine)
	var action request
	for lines.Scan() {
		text := strings.TrimSuffix(lines.Text(), "\r")
		if text != "" {
			if name, value, ok := strings.Cut(text, ":"); ok && len(action) < maxLines {
				action = append(action, header{strings.TrimSpace(name), strings.TrimSpace(value)})
			}
			continue
		}
		if len(action) > 0 && !s.handle(ctx, action) {
			return
		}
		action = nil
	}
}

// request is one action of a client.
type request []header

// get returns a header's value; names ignore case, as in Asterisk.
func (r request) get(name string) string {
	for _, h := range r {
		if strings.EqualFold(h.name, name) {
			return h.value
		}
	}
	return ""
}
