package push

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"callcard/pkg/cti"
)

// realOffice is a hub behind real sockets: what fills and empties them is the kernel.
func realOffice(t *testing.T, change func(*Options)) (*Hub, func() *websocket.Conn) {
	t.Helper()
	opts := Options{Epoch: "E1", Auth: benchOffice{}, Snapshots: benchOffice{}, Acks: benchOffice{}}
	if change != nil {
		change(&opts)
	}
	hub, err := NewHub(opts)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	server := httptest.NewUnstartedServer(hub)
	server.Config.ConnState = func(c net.Conn, state http.ConnState) {
		if state == http.StateNew {
			_ = c.(*net.TCPConn).SetWriteBuffer(4096) // so that it is full after a frame or two
		}
	}
	server.Start()
	var group sync.WaitGroup
	group.Go(func() { _ = hub.Run(ctx) })
	t.Cleanup(func() { cancel(); server.Close(); group.Wait() })
	return hub, func() *websocket.Conn {
		t.Helper()
		ws, resp, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(server.URL, "http")+"/ws?user=anna", nil)
		if err != nil {
			t.Fatalf("open: %v (%v)", err, resp)
		}
		t.Cleanup(func() { _ = ws.Close() })
		_ = ws.SetReadDeadline(time.Now().Add(time.Minute))
		if _, _, err := ws.ReadMessage(); err != nil {
			t.Fatalf("snapshot: %v", err)
		}
		return ws
	}
}

func TestFramesOfEveryLengthAreWholeAndInOrder(t *testing.T) {
	hub, open := realOffice(t, nil)
	ws := open()
	lengths := []int{0, 1, 40, 60, 124, 125, 126, 127, 4000, 65_400, 65_535, 65_536, 70_000, 300_000, 3}
	go func() {
		for _, n := range lengths {
			hub.Publish("anna", TypeCardUpdated, strings.Repeat("x", n))
		}
	}()
	for i, n := range lengths {
		_, text, err := ws.ReadMessage()
		if err != nil {
			t.Fatalf("frame %d: %v", i, err)
		}
		var f struct {
			Seq  int
			Data string
		}
		if err := json.Unmarshal(text, &f); err != nil {
			t.Fatalf("frame %d: %v", i, err)
		}
		if f.Seq != i+1 || len(f.Data) != n {
			t.Errorf("got frame %d of %d bytes, want %d of %d", f.Seq, len(f.Data), i+1, n)
		}
	}
}

func TestControlFramesDoNotMeetAnotherFrame(t *testing.T) {
	for _, n := range []int{0, 1, 125} {
		frame := control(websocket.PongMessage, strings.Repeat("p", n))
		want := append([]byte{0x8a, byte(n)}, strings.Repeat("p", n)...) // RFC 6455 section 5.5.3
		if string(frame) != string(want) {
			t.Errorf("pong of %d bytes: % x", n, frame)
		}
	}
	hub, open := realOffice(t, nil)
	ws := open()
	pongs := make(chan string, 100)
	ws.SetPongHandler(func(data string) error { pongs <- data; return nil })
	// While nobody reads, pings arrive in the middle of frames that the socket did not take whole.
	for i := range 20 {
		hub.Publish("anna", TypeCardUpdated, strings.Repeat("y", 40_000))
		if err := ws.WriteControl(websocket.PingMessage, fmt.Append(nil, i), time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	for seq := 1; seq <= 20 || len(pongs) < 20; seq++ {
		if seq > 20 { // pongs may come behind the last frame: the next one calls them
			hub.Publish("anna", TypeCardUpdated, "more")
		}
		_, text, err := ws.ReadMessage()
		if err != nil {
			t.Fatalf("frame %d: %v", seq, err)
		}
		var f struct{ Seq int }
		if err := json.Unmarshal(text, &f); err != nil || f.Seq != seq {
			t.Fatalf("got frame %d (%v), want %d", f.Seq, err, seq)
		}
	}
	for i := range 20 {
		if got := <-pongs; got != fmt.Sprint(i) {
			t.Errorf("pong %q, want %d", got, i)
		}
	}
}

func TestFullSocketIsClosedBetweenFrames(t *testing.T) {
	hub, open := realOffice(t, func(o *Options) { o.Queue, o.CloseWait = 4, time.Minute })
	ws, other := open(), open()
	go func() {
		for range 400 {
			hub.Publish("anna", TypeCardUpdated, strings.Repeat("z", 40_000))
		}
	}()
	// One reads, perhaps not quickly enough, the other only when all was said.
	for i, conn := range []*websocket.Conn{other, ws} {
		for {
			_, text, err := conn.ReadMessage()
			if err == nil && json.Valid(text) {
				continue
			}
			closed, ok := errors.AsType[*websocket.CloseError](err)
			if !ok || closed.Code != CloseSlow {
				t.Errorf("browser %d: got %v, want close code %d", i, err, CloseSlow)
			}
			break
		}
	}
}

func TestBrowserThatSaysGoodbyeHearsIt(t *testing.T) {
	hub, open := realOffice(t, nil)
	ws := open()
	goodbye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	if err := ws.WriteControl(websocket.CloseMessage, goodbye, time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	_, _, err := ws.ReadMessage()
	if closed, ok := errors.AsType[*websocket.CloseError](err); !ok || closed.Code != websocket.CloseNormalClosure {
		t.Errorf("got %v, want close code %d", err, websocket.CloseNormalClosure)
	}
	hub.Publish("anna", TypeAgentChanged, cti.AgentState{}) // to nobody, or to whoever cleans up just now
}
