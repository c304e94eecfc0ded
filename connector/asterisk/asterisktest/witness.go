package asterisktest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

// Field is one header of an AMI message.
type Field struct{ Name, Value string }

// Message is an AMI message in its order.
type Message []Field

// Get returns the first value of a header.
func (m Message) Get(name string) string {
	for _, f := range m {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Match names the headers that a message must have; a value that ends in * matches by its beginning.
type Match map[string]string

func (want Match) fits(m Message) bool {
	for name, value := range want {
		got := m.Get(name)
		if begin, ok := strings.CutSuffix(value, "*"); ok {
			if !strings.HasPrefix(got, begin) {
				return false
			}
		} else if got != value {
			return false
		}
	}
	return true
}

// Witness is a small AMI client for test steps. It keeps every message it has seen since the last Mark.
type Witness struct {
	conn net.Conn
	tap  io.Writer // gets each message as it came, with its time before it

	mu     sync.Mutex
	seen   []Message
	action int
	closed error
	wake   chan struct{} // closed and replaced at each message
}

// DialWitness connects and logs in. tap, when not nil, gets the conversation in the format of the recorded ones.
func DialWitness(addr, user, secret string, tap io.Writer) (*Witness, error) {
	dialer := net.Dialer{Timeout: 10 * time.Second}
	conn, err := dialer.DialContext(context.Background(), "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("connect to AMI: %w", err)
	}
	w := &Witness{conn: conn, tap: tap, wake: make(chan struct{})}
	go w.read()
	if _, err := w.Do("Login", "Username", user, "Secret", secret); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return w, nil
}

// Close ends the connection; the reader ends with it.
func (w *Witness) Close() error { return w.conn.Close() }

func (w *Witness) read() {
	in := bufio.NewReader(w.conn)
	_, err := in.ReadString('\n') // the banner
	var msg Message
	var raw strings.Builder
	for err == nil {
		var line string
		if line, err = in.ReadString('\n'); err != nil {
			break
		}
		raw.WriteString(line)
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			w.keep(msg, raw.String())
			msg = nil
			raw.Reset()
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		msg = append(msg, Field{name, strings.TrimPrefix(value, " ")})
	}
	w.end(err)
}

func (w *Witness) keep(msg Message, raw string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, msg)
	if w.tap != nil {
		now := time.Now()
		_, err := fmt.Fprintf(w.tap, "#T %d.%06d\r\n%s", now.Unix(), now.Nanosecond()/1000, raw)
		w.closed = errors.Join(w.closed, err)
	}
	close(w.wake)
	w.wake = make(chan struct{})
}

func (w *Witness) end(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = fmt.Errorf("AMI connection ended: %w", err)
	close(w.wake)
	w.wake = make(chan struct{})
}

// Mark forgets what was seen so far.
func (w *Witness) Mark() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = nil
}

// Await returns the first message since Mark that fits, waiting for it if it has not come.
func (w *Witness) Await(patience time.Duration, want Match) (Message, error) {
	return w.AwaitNth(patience, 1, want)
}

// AwaitNth returns the n-th message since Mark that fits.
func (w *Witness) AwaitNth(patience time.Duration, n int, want Match) (Message, error) {
	late := time.After(patience)
	for {
		w.mu.Lock()
		found, wake, closed := w.find(n, want), w.wake, w.closed
		w.mu.Unlock()
		if found != nil {
			return found, nil
		}
		if closed != nil {
			return nil, fmt.Errorf("wait for %v: %w", want, closed)
		}
		select {
		case <-wake:
		case <-late:
			return nil, fmt.Errorf("no message %v within %s", want, patience)
		}
	}
}

func (w *Witness) find(n int, want Match) Message {
	for _, m := range w.seen {
		if want.fits(m) {
			if n--; n == 0 {
				return m
			}
		}
	}
	return nil
}

// AwaitEnd waits until the PBX has closed the connection.
func (w *Witness) AwaitEnd(patience time.Duration) error {
	_, err := w.Await(patience, Match{"Event": "never sent by Asterisk"})
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// Ended tells whether the PBX has closed the connection.
func (w *Witness) Ended() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.closed != nil
}

// Events returns what has been seen since Mark that fits.
func (w *Witness) Events(want Match) []Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []Message
	for _, m := range w.seen {
		if want.fits(m) {
			out = append(out, m)
		}
	}
	return out
}

// Do runs an action with headers given as name, value, … and returns its response; one that is not Success is an error.
func (w *Witness) Do(action string, headers ...string) (Message, error) {
	w.mu.Lock()
	w.action++
	id := fmt.Sprintf("%p-%d", w, w.action)
	w.mu.Unlock()
	var b strings.Builder
	fmt.Fprintf(&b, "Action: %s\r\nActionID: %s\r\n", action, id)
	for i := 0; i+1 < len(headers); i += 2 {
		fmt.Fprintf(&b, "%s: %s\r\n", headers[i], headers[i+1])
	}
	b.WriteString("\r\n")
	if _, err := io.WriteString(w.conn, b.String()); err != nil {
		return nil, fmt.Errorf("send %s: %w", action, err)
	}
	got, err := w.Await(10*time.Second, Match{"ActionID": id, "Response": "*"})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", action, err)
	}
	if got.Get("Response") != "Success" {
		return got, fmt.Errorf("%s: %s: %s", action, got.Get("Response"), got.Get("Message"))
	}
	return got, nil
}
