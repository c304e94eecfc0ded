package push

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"callcard/pkg/cti"
)

// Sizes of the socket buffers. Frames larger than the write buffer go out by writev;
// the buffers themselves are shared, because few connections write at one moment.
const (
	readBuffer  = 512
	writeBuffer = 1024
	wheelSlots  = 100 // beats are spread over this many ticks of one interval
)

// Hub is the registry of users' streams and their connections.
type Hub struct {
	opts    Options
	limits  keepLimits
	metrics *metrics
	up      websocket.Upgrader
	beats   beats
	reading sync.Pool // *bytes.Buffer, each for one message of a browser
	ids     atomic.Uint64
	group   sync.WaitGroup // readers and writers

	mu      sync.RWMutex
	streams map[cti.UserID]*stream
	wheel   [wheelSlots]map[*conn]struct{}
	moved   map[cti.UserID]struct{} // whose presence may have changed
	closed  bool

	movedSignal chan struct{} // holds one: "look at moved"; more say nothing new
}

// NewHub makes a hub; Run must run for beats, presence and the end.
func NewHub(opts Options) (*Hub, error) {
	if err := opts.validate(); err != nil {
		return nil, err
	}
	h := &Hub{
		opts:        opts.withDefaults(),
		streams:     map[cti.UserID]*stream{},
		moved:       map[cti.UserID]struct{}{},
		movedSignal: make(chan struct{}, 1),
		beats:       newBeats(),
		reading:     sync.Pool{New: func() any { return new(bytes.Buffer) }},
	}
	h.limits = keepLimits{frames: h.opts.Keep, bytes: h.opts.KeepBytes, age: h.opts.KeepFor}
	var err error
	if h.metrics, err = newMetrics(opts.Metrics); err != nil {
		return nil, fmt.Errorf("register metrics of push: %w", err)
	}
	h.up = websocket.Upgrader{
		ReadBufferSize: readBuffer, WriteBufferSize: writeBuffer, WriteBufferPool: &sync.Pool{},
		Subprotocols: []string{Subprotocol},
		CheckOrigin:  func(*http.Request) bool { return true }, // checked before, see ServeHTTP
	}
	return h, nil
}

// Publish sends a frame to all browsers of a user and keeps it for those that are away
// for a moment. It never blocks. Data that cannot be encoded is a fault of the program:
// it is logged and nothing is sent.
func (h *Hub) Publish(user cti.UserID, kind string, data any) {
	s, now := h.stream(user), time.Now()
	h.metrics.frames.WithLabelValues(kind).Inc()
	if s.skip(now, h.limits) {
		return
	}
	text, err := encode(data)
	if err != nil {
		h.opts.Log.Error("frame not encoded", "type", kind, "agent", user, "err", err)
		return
	}
	s.publish(now, h.limits, func(seq uint64) []byte { return envelope(h.opts.Epoch, seq, kind, text) })
}

// Online reports whether a browser of the user is connected and answers.
func (h *Hub) Online(user cti.UserID) bool {
	_, awake := h.stream(user).heard(time.Now(), h.opts.Silent)
	return awake
}

// Tabs is the number of connections of the user.
func (h *Hub) Tabs(user cti.UserID) int {
	h.mu.RLock()
	s := h.streams[user]
	h.mu.RUnlock()
	if s == nil {
		return 0
	}
	return s.tabs()
}

// Disconnect closes all connections of a user: CloseLoggedOut after a logout,
// CloseResync when what he may see has changed.
func (h *Hub) Disconnect(user cti.UserID, code int) {
	h.stream(user).each(func(c *conn) { c.shut(code) })
}

func (h *Hub) stream(user cti.UserID) *stream {
	h.mu.RLock()
	s := h.streams[user]
	h.mu.RUnlock()
	if s != nil {
		return s
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if s = h.streams[user]; s == nil {
		s = &stream{user: user}
		h.streams[user] = s
	}
	return s
}

// remember enters a connection; it fails when the hub is closing. The reading
// goroutine's place in the group is taken here, under the lock that Close takes too.
func (h *Hub) remember(c *conn) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return false
	}
	if h.wheel[c.slot] == nil {
		h.wheel[c.slot] = map[*conn]struct{}{}
	}
	h.wheel[c.slot][c] = struct{}{}
	h.group.Add(1)
	h.metrics.connections.Inc()
	return true
}

// forget is the last act of a connection.
func (h *Hub) forget(c *conn) {
	_ = c.ws.Close()
	if c.stream.leave(c) {
		h.presenceMoved(c.stream.user)
	}
	h.mu.Lock()
	delete(h.wheel[c.slot], c)
	h.mu.Unlock()
	h.metrics.connections.Dec()
	h.group.Done()
}

func (h *Hub) presenceMoved(user cti.UserID) {
	h.mu.Lock()
	h.moved[user] = struct{}{}
	h.mu.Unlock()
	select {
	case h.movedSignal <- struct{}{}:
	default:
	}
}

// Run asks who is there, forgets old frames and tells presence until ctx ends, then closes every
// connection with 1012 and waits until they are gone.
func (h *Hub) Run(ctx context.Context) error {
	h.group.Go(func() { h.watchSessions(ctx) })
	wheel := time.NewTicker(h.opts.Ping / wheelSlots)
	defer wheel.Stop()
	sweep := time.NewTicker(h.opts.KeepFor / 4)
	defer sweep.Stop()
	silence := time.NewTicker(h.opts.Silent / 6)
	defer silence.Stop()
	for slot := 0; ; {
		select {
		case <-ctx.Done():
			h.close()
			return nil
		case <-wheel.C:
			slot = (slot + 1) % wheelSlots
			h.beatSlot(slot)
		case now := <-sweep.C:
			h.sweep(now)
		case now := <-silence.C:
			h.findSilent(now)
		case <-h.movedSignal:
			h.tellPresence()
		}
	}
}

func (h *Hub) beatSlot(slot int) {
	h.mu.RLock()
	conns := make([]*conn, 0, len(h.wheel[slot]))
	for c := range h.wheel[slot] {
		conns = append(conns, c)
	}
	h.mu.RUnlock()
	for _, c := range conns {
		c.beat()
	}
}

func (h *Hub) sweep(now time.Time) {
	for _, s := range h.all() {
		s.expire(now, h.limits)
	}
}

func (h *Hub) all() []*stream {
	h.mu.RLock()
	defer h.mu.RUnlock()
	out := make([]*stream, 0, len(h.streams))
	for _, s := range h.streams {
		out = append(out, s)
	}
	return out
}

func (h *Hub) tellPresence() {
	h.mu.Lock()
	moved := h.moved
	h.moved = map[cti.UserID]struct{}{}
	h.mu.Unlock()
	if h.opts.Presence == nil {
		return
	}
	now := time.Now()
	for user := range moved {
		s := h.stream(user)
		heard, awake := s.heard(now, h.opts.Silent)
		if awake == s.awake {
			continue
		}
		s.awake = awake
		h.opts.Presence(user, awake, heard)
	}
}

// findSilent tells of users whose last browser has stopped answering without going.
func (h *Hub) findSilent(now time.Time) {
	for _, s := range h.all() {
		if _, awake := s.heard(now, h.opts.Silent); s.awake && !awake {
			h.presenceMoved(s.user)
		}
	}
}

func (h *Hub) close() {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	for _, s := range h.all() {
		s.each(func(c *conn) { c.shut(CloseRestart) })
	}
	h.group.Wait()
}

func (h *Hub) newConn(ws *websocket.Conn, who arrival) *conn {
	id := h.ids.Add(1)
	c := &conn{
		hub: h, ws: ws, socket: socketOf(ws.NetConn()), stream: h.stream(who.user.ID), id: id, slot: int(id % wheelSlots), held: true,
		session: who.session, answers: who.answers,
		acks: rate.NewLimiter(acksPerSecond, ackBurst),
	}
	c.last.Store(time.Now().UnixNano())
	return c
}

func tabName(id uint64, tab string) string {
	name := strconv.FormatUint(id, 10)
	if tab != "" {
		name += "/" + tab
	}
	return name
}
