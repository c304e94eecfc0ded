package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/sync/errgroup"
)

// benchAgents are the browsers of the bench: one websocket each, that reads, and says that
// it is there when it is asked.
//
// rings and the readers meet in one atomic per agent: the time at which the bytes
// that make his phone ring were given to the socket, 0 when he waits for no card.
type benchAgents struct {
	rang   []atomic.Int64
	from   atomic.Int64 // rings before this moment are warm-up
	frames atomic.Int64
	lost   atomic.Int64
	extra  atomic.Int64
	closed atomic.Bool

	mu    sync.Mutex
	cards []shown

	conns   []*websocket.Conn
	readers sync.WaitGroup
}

// shown is a card that came: when its phone rang, in nanoseconds of the clock, and how long it took.
type shown struct {
	rang int64
	took time.Duration
}

func newBenchAgents(n int) *benchAgents {
	return &benchAgents{rang: make([]atomic.Int64, n), conns: make([]*websocket.Conn, n)}
}

func (a *benchAgents) rings(agent int, at time.Time) { a.rang[agent].Store(at.UnixNano()) }

func (a *benchAgents) measureFrom(at time.Time) { a.from.Store(at.UnixNano()) }

// connect opens every agent's websocket, a few at a time. Loopback addresses
// vary, for one address has only some 28,000 ports.
func (a *benchAgents) connect(ctx context.Context, url func(agent int) string, header func(agent int) http.Header) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(32)
	for i := range a.conns {
		g.Go(func() error {
			dialer := websocket.Dialer{
				ReadBufferSize: 1024, WriteBufferSize: 256, HandshakeTimeout: 30 * time.Second,
				NetDialContext: (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(2+i%200))}}).DialContext,
			}
			conn, response, err := dialer.DialContext(ctx, url(i), header(i))
			if err != nil {
				return fmt.Errorf("connect agent %d: %w%s", i, err, statusOf(response))
			}
			a.conns[i] = conn
			a.readers.Go(func() { a.read(i, conn) })
			return nil
		})
	}
	return g.Wait()
}

func statusOf(r *http.Response) string {
	if r == nil {
		return ""
	}
	return ", HTTP " + r.Status
}

// calm waits until the frames that a connection begins with have been read: a
// second in which none came, or half a minute at most.
func (a *benchAgents) calm(ctx context.Context) error {
	last := int64(-1)
	for range 30 {
		frames := a.frames.Load()
		if frames == last {
			return nil
		}
		last = frames
		if err := benchWait(ctx, time.Second); err != nil {
			return err
		}
	}
	return nil
}

// close ends all connections and waits for their readers.
func (a *benchAgents) close() {
	a.closed.Store(true)
	for _, conn := range a.conns {
		if conn != nil {
			_ = conn.Close()
		}
	}
	a.readers.Wait()
}

func (a *benchAgents) read(agent int, conn *websocket.Conn) {
	for {
		_, frame, err := conn.ReadMessage()
		now := time.Now()
		if err != nil {
			if !a.closed.Load() {
				a.lost.Add(1)
			}
			return
		}
		if string(frame) == alive {
			_ = conn.WriteMessage(websocket.TextMessage, frame) // the next read tells of a lost connection
			continue
		}
		a.frames.Add(1)
		if isCard(frame) {
			a.card(agent, now)
		}
	}
}

// alive is the hub's question whether somebody is there, and the answer.
const alive = `{"type":"alive"}`

// isCard knows the daemon's frame and the relay's.
func isCard(frame []byte) bool {
	head := frame[:min(len(frame), 160)]
	return bytes.Contains(head, []byte(`"card.opened"`)) || bytes.HasPrefix(head, []byte("Event: AgentCalled"))
}

func (a *benchAgents) card(agent int, now time.Time) {
	rang := a.rang[agent].Swap(0)
	if rang == 0 {
		a.extra.Add(1)
		return
	}
	if rang < a.from.Load() {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.cards = append(a.cards, shown{rang, time.Duration(now.UnixNano() - rang)})
}

// settle waits for cards that are still on their way, at most five seconds.
func (a *benchAgents) settle(ctx context.Context) {
	for range 50 {
		if a.waiting() == 0 || benchWait(ctx, 100*time.Millisecond) != nil {
			return
		}
	}
}

func (a *benchAgents) waiting() (n int) {
	for i := range a.rang {
		if a.rang[i].Load() != 0 {
			n++
		}
	}
	return n
}

func (a *benchAgents) report(r *runResult) {
	a.mu.Lock()
	defer a.mu.Unlock()
	took := make([]time.Duration, len(a.cards))
	for i, card := range a.cards {
		took[i] = card.took
	}
	r.latencies(took)
	r.Missing, r.Extra, r.Frames, r.Disconnects = a.waiting(), int(a.extra.Load()), int(a.frames.Load()), int(a.lost.Load())
}

// between are the times of the cards whose phones rang from one instant until another.
func (a *benchAgents) between(from, to time.Time) (took []time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, card := range a.cards {
		if card.rang >= from.UnixNano() && card.rang < to.UnixNano() {
			took = append(took, card.took)
		}
	}
	return took
}
