package push

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"callcard/pkg/cti"
)

// office is a hub behind a real HTTP server whose connections are pipes in memory: it
// lives inside a synctest bubble, time included.
type office struct {
	t    *testing.T
	hub  *Hub
	acks chan cti.Shown
	dial chan net.Conn
	stop func()

	mu        sync.Mutex
	cards     []cti.Card // what a snapshot holds
	taking    chan struct{}
	snapshots int
	failing   error
	presence  []string
	silence   time.Duration // since somebody was heard, when presence was told last
}

func newOffice(t *testing.T, change func(*Options)) *office {
	t.Helper()
	o := &office{t: t, acks: make(chan cti.Shown, 1000), dial: make(chan net.Conn)}
	opts := Options{Epoch: "E1", PublicURL: "https://calls.example:8443", Auth: o, Snapshots: o, Acks: o, Presence: o.seen}
	if change != nil {
		change(&opts)
	}
	hub, err := NewHub(opts)
	if err != nil {
		t.Fatal(err)
	}
	o.hub = hub
	o.start()
	return o
}

func (o *office) start() {
	ctx, cancel := context.WithCancel(context.Background())
	listener := &pipeListener{conns: o.dial, closed: make(chan struct{})}
	server := &http.Server{Handler: o.hub}
	var group sync.WaitGroup
	group.Go(func() { _ = o.hub.Run(ctx) })
	group.Go(func() { _ = server.Serve(listener) })
	o.stop = sync.OnceFunc(func() {
		cancel()
		_ = server.Close()
		group.Wait()
	})
	o.t.Cleanup(o.stop)
}

func (o *office) Authenticate(r *http.Request) (cti.User, error) {
	switch r.Header.Get("Authorization") {
	case "Bearer anna":
		return cti.User{ID: "anna"}, nil
	case "Bearer boris":
		return cti.User{ID: "boris"}, nil
	case "Bearer banned":
		return cti.User{}, cti.ErrForbidden
	case "Bearer lost":
		return cti.User{}, &cti.UnavailableError{What: "store", Err: io.EOF}
	}
	if r.Header.Get("Authorization") == "Bearer ill" {
		return cti.User{}, errors.New("the store is ill")
	}
	return cti.User{}, fmt.Errorf("%w: no session", cti.ErrUnauthenticated)
}

func (o *office) Snapshot(ctx context.Context, user cti.User) (Snapshot, error) {
	o.mu.Lock()
	taking := o.taking
	o.mu.Unlock()
	if taking != nil {
		<-taking
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.snapshots++
	return Snapshot{Cards: append([]cti.Card(nil), o.cards...)}, o.failing
}

func (o *office) Shown(s cti.Shown) { o.acks <- s }

func (o *office) seen(user cti.UserID, online bool, heard time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	word := "off"
	if online {
		word = "on"
	}
	o.presence = append(o.presence, string(user)+" "+word)
	o.silence = time.Since(heard)
}

type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}
func (l *pipeListener) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// browser is one tab. It reads only when told to.
type browser struct {
	t  *testing.T
	ws *websocket.Conn
}

type received struct {
	Epoch string
	Seq   uint64
	Type  string
	Data  json.RawMessage
}

func (o *office) dialer() *websocket.Dialer {
	return &websocket.Dialer{NetDial: func(string, string) (net.Conn, error) {
		client, server := net.Pipe()
		o.dial <- server
		return client, nil
	}}
}

func (o *office) open(user, query string) *browser {
	o.t.Helper()
	header := http.Header{"Authorization": {"Bearer " + user}}
	ws, resp, err := o.dialer().Dial("ws://calls.example/ws?"+query, header)
	if err != nil {
		o.t.Fatalf("open %s: %v (%v)", user, err, resp)
	}
	b := &browser{t: o.t, ws: ws}
	o.t.Cleanup(func() { _ = ws.Close() })
	return b
}

func (b *browser) next() received {
	b.t.Helper()
	_ = b.ws.SetReadDeadline(time.Now().Add(time.Minute))
	_, text, err := b.ws.ReadMessage()
	if err != nil {
		b.t.Fatalf("read: %v", err)
	}
	var f received
	if err := json.Unmarshal(text, &f); err != nil {
		b.t.Fatalf("frame %q: %v", text, err)
	}
	return f
}

func (b *browser) want(kind string, seq uint64) received {
	b.t.Helper()
	f := b.next()
	if f.Type != kind || f.Seq != seq || f.Epoch != "E1" {
		b.t.Fatalf("got %s %s/%d, want %s E1/%d", f.Type, f.Epoch, f.Seq, kind, seq)
	}
	return f
}

// closeCode reads until the connection is closed.
func (b *browser) closeCode() int {
	b.t.Helper()
	_ = b.ws.SetReadDeadline(time.Now().Add(time.Hour))
	for {
		if _, _, err := b.ws.ReadMessage(); err != nil {
			if closed, ok := errors.AsType[*websocket.CloseError](err); ok {
				return closed.Code
			}
			return websocket.CloseAbnormalClosure
		}
	}
}

func (b *browser) send(text string) {
	b.t.Helper()
	if err := b.ws.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		b.t.Error(err)
	}
}
