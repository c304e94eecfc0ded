package push

import (
	"bytes"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"callcard/pkg/cti"
)

// A browser sends one ack per painted card version.
const (
	acksPerSecond = 20
	ackBurst      = 100
)

// conn is one browser.
//
//	held ──► open ──► closing ──► gone
//
// held: the snapshot is being taken, frames wait. closing: nothing more is queued, the
// close frame goes out and the browser has CloseWait to answer it.
//
// The side that writes has one owner at a time. While nobody writes it is whoever holds
// mu: he gives the socket what it takes at once, and never waits. What the socket does
// not take is left to a goroutine, which owns the side (writing) until nothing is left.
type conn struct {
	hub    *Hub
	ws     *websocket.Conn
	socket socket
	stream *stream
	id     uint64
	slot   int // of the wheel of beats

	session string // the login it came by, "" when that does not matter
	answers bool   // by script, see Options.Ping

	acks *rate.Limiter // used by the reading goroutine only
	last atomic.Int64  // when the browser was heard, in ns since 1970

	mu      sync.Mutex
	queue   [][]byte // at most Options.Queue; overflow closes the connection
	begun   []byte   // the rest of a frame that is on its way: it goes out even when closing
	held    bool
	writing bool // a writer goroutine lives
	closing int  // the close code, 0 = open
}

// offer sends or queues a frame and never blocks.
func (c *conn) offer(text []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closing != 0:
	case len(c.queue) >= c.hub.opts.Queue:
		c.hub.metrics.slow.Inc()
		c.shutLocked(CloseSlow)
	case c.held || c.writing:
		c.queue = append(c.queue, text)
	default:
		c.sendLocked(text)
	}
}

// sendLocked writes by itself; false means that a goroutine has the rest.
func (c *conn) sendLocked(text []byte) bool {
	rest := c.socket.write(text)
	if len(rest) == 0 {
		return true
	}
	c.begun = rest
	c.startLocked()
	return false
}

// beat goes out behind what is on its way, for only a beat is answered; one at a time.
func (c *conn) beat() {
	c.mu.Lock()
	defer c.mu.Unlock()
	beat := c.hub.beats.of(c)
	waits := func(frame []byte) bool { return bytes.Equal(frame, beat) }
	switch {
	case c.closing != 0, c.held, len(c.queue) >= c.hub.opts.Queue, slices.ContainsFunc(c.queue, waits):
	case c.writing:
		c.queue = append(c.queue, beat)
	default:
		c.sendLocked(beat)
	}
}

// release ends the hold; snapshot goes out before everything that waits.
func (c *conn) release(snapshot []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = false
	if c.closing != 0 {
		return
	}
	if snapshot != nil && !c.sendLocked(snapshot) {
		return
	}
	for len(c.queue) > 0 {
		text := c.queue[0]
		c.queue = c.queue[1:]
		if !c.sendLocked(text) {
			return
		}
	}
	c.queue = nil
}

// shut closes the connection with a code. What waits in the queue is not sent: the
// browser comes back for it.
func (c *conn) shut(code int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shutLocked(code)
}

func (c *conn) shutLocked(code int) {
	if c.closing != 0 {
		return
	}
	c.closing, c.queue, c.held = code, nil, false
	c.hub.metrics.closed(code)
	if c.writing { // perhaps stuck in a full socket: do not wait WriteWait for it
		_ = c.ws.NetConn().SetWriteDeadline(time.Now().Add(c.hub.opts.CloseWait))
		return
	}
	c.startLocked()
}

// startLocked is safe against Hub.Close waiting on the group: the reading goroutine
// is in the group as long as closing is 0, and at its end it shuts the connection
// before it leaves the group.
func (c *conn) startLocked() {
	c.writing = true
	c.hub.group.Go(c.write)
}

// next also sets the deadline of the write: under mu, so that it does not undo that of
// shutLocked.
func (c *conn) next() (text []byte, code int, more bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	wait := c.hub.opts.WriteWait
	switch {
	case len(c.begun) > 0:
		text, c.begun = c.begun, nil
		if c.closing != 0 {
			wait = c.hub.opts.CloseWait
		}
	case c.closing != 0:
		return nil, c.closing, true // writing stays true: this goroutine is the last
	case len(c.queue) > 0:
		text = c.queue[0]
		c.queue[0] = nil
		c.queue = c.queue[1:]
	default:
		c.queue, c.writing = nil, false
		return nil, 0, false
	}
	_ = c.ws.NetConn().SetWriteDeadline(time.Now().Add(wait)) // the write tells
	return text, 0, true
}

func (c *conn) write() {
	for {
		text, code, more := c.next()
		if !more {
			return
		}
		if code != 0 {
			c.goodbye(code)
			return
		}
		if _, err := c.ws.NetConn().Write(text); err != nil {
			_ = c.ws.NetConn().Close() // the reader notices and cleans up
			return
		}
	}
}

func (c *conn) goodbye(code int) {
	if code == websocket.CloseNoStatusReceived {
		return // the browser has gone by itself
	}
	deadline := time.Now().Add(c.hub.opts.CloseWait)
	text := websocket.FormatCloseMessage(code, closeText(code))
	if err := c.ws.WriteControl(websocket.CloseMessage, text, deadline); err != nil {
		_ = c.ws.NetConn().Close()
		return
	}
	_ = c.ws.SetReadDeadline(deadline)
}

// answerClose returns the close frame of a browser (RFC 6455 section 5.5.1), unless
// other frames are on their way to it: then there is no place for it among them.
func (c *conn) answerClose(code int, _ string) error {
	c.last.Store(time.Now().UnixNano()) // who takes leave was there
	c.mu.Lock()
	busy := c.writing || c.closing != 0
	if !busy {
		c.closing, c.queue = websocket.CloseNoStatusReceived, nil // from now on nobody else writes
		c.hub.metrics.closed(c.closing)
	}
	c.mu.Unlock()
	if !busy {
		deadline := time.Now().Add(c.hub.opts.CloseWait)
		_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), deadline) // it goes anyway
	}
	return nil
}

func closeText(code int) string {
	switch code {
	case CloseGoingAway, CloseRestart:
		return "restart"
	case CloseSlow:
		return "too slow"
	case CloseResync:
		return "take a snapshot"
	case CloseProtocol:
		return "protocol"
	case CloseNoLogin:
		return "not logged in"
	case CloseForbidden:
		return "forbidden"
	case CloseLoggedOut:
		return "logged out"
	}
	return ""
}

// read runs until the connection is gone.
func (c *conn) read() {
	defer c.hub.forget(c)
	defer c.shut(websocket.CloseNoStatusReceived)
	c.alive()
	c.ws.SetPongHandler(func(string) error { c.alive(); return nil })
	c.ws.SetPingHandler(func(data string) error { c.offer(control(websocket.PongMessage, data)); return nil })
	c.ws.SetCloseHandler(c.answerClose)
	for {
		kind, r, err := c.ws.NextReader()
		if err != nil {
			return
		}
		if err := c.receive(kind, r); err != nil {
			return
		}
	}
}

func (c *conn) receive(kind int, r io.Reader) error {
	text := c.hub.reading.Get().(*bytes.Buffer) //nolint:forcetypeassert // the pool makes nothing else
	defer c.hub.reading.Put(text)
	text.Reset()
	if _, err := text.ReadFrom(io.LimitReader(r, maxMessage+1)); err != nil {
		return err
	}
	c.alive()
	c.take(kind, text.Bytes())
	return nil
}

// answered is when the browser was heard last.
func (c *conn) answered() time.Time { return time.Unix(0, c.last.Load()) }

// alive lets some beats go unanswered. A browser that was taken for gone is back at once.
func (c *conn) alive() {
	now := time.Now()
	if before := c.last.Swap(now.UnixNano()); now.Sub(time.Unix(0, before)) >= c.hub.opts.Silent {
		c.hub.presenceMoved(c.stream.user)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing == 0 {
		_ = c.ws.SetReadDeadline(now.Add(2*c.hub.opts.Silent + c.hub.opts.WriteWait))
	}
}

func (c *conn) take(kind int, text []byte) {
	if string(text) == aliveText { // most of what comes
		c.hub.metrics.received(TypeAlive)
		return
	}
	m, err := decodeMessage(text)
	if kind != websocket.TextMessage || len(text) > maxMessage || err != nil {
		c.hub.metrics.received("broken")
		c.shut(CloseProtocol)
		return
	}
	switch {
	case m.Type == TypeAlive: // written otherwise
		c.hub.metrics.received(TypeAlive)
	case m.Type != "ack":
		c.hub.metrics.received("unknown")
	case m.validate() != nil:
		c.hub.metrics.received("invalid")
	case !c.acks.Allow():
		c.hub.metrics.received("limited")
	default:
		c.hub.metrics.received("ack")
		c.hub.shown(c, m)
	}
}

func (h *Hub) shown(c *conn, m message) {
	if h.opts.Acks == nil {
		return
	}
	h.opts.Acks.Shown(cti.Shown{
		User: c.stream.user, CallID: cti.CallID(m.CallID), CardVersion: m.CardVersion,
		ShownAt: m.ShownAt, Received: time.Now(), Tab: tabName(c.id, m.Tab),
	})
}
