package ami

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Conn is one connection to one Asterisk. See the package comment for who may
// call what.
type Conn struct {
	opts    Options
	net     net.Conn
	reader  *Reader
	version string
	idBase  string
	lastID  atomic.Uint64

	writing chan struct{} // holds one token: whoever has it may write
	queue   *queue
	batch   []Message // of the consumer of Next
	next    int
	ahead   atomic.Pointer[func(Message) bool]

	mu      sync.Mutex
	waiting map[string]*exchange
	err     error
	done    chan struct{}
	stop    sync.WaitGroup

	lastRead atomic.Int64 // unix nanoseconds
	stats    stats
}

type stats struct {
	events, responses, stray, refused, garbage atomic.Uint64
}

// Stats are counters of one connection since it was opened.
type Stats struct {
	Events    uint64 // delivered or waiting to be
	Responses uint64
	Stray     uint64 // answers nobody waited for (any more)
	Refused   uint64 // messages beyond the limits or without any header
	Garbage   uint64 // lines that were no header
}

// Dial connects, makes the TLS handshake if asked, and reads the banner. The
// connection then still has to Login.
func Dial(ctx context.Context, opts Options) (*Conn, error) {
	opts = opts.withDefaults()
	if err := opts.Validate(); err != nil {
		return nil, &notSentError{fmt.Errorf("AMI options: %w", err)}
	}
	ctx, cancel := context.WithTimeout(ctx, opts.DialTimeout)
	defer cancel()
	nc, err := opts.Dial(ctx, opts.Address)
	if err != nil {
		return nil, &notSentError{fmt.Errorf("connect to AMI: %w", err)}
	}
	c := newConn(nc, opts)
	if err := c.greet(ctx); err != nil {
		_ = nc.Close()
		return nil, &notSentError{err}
	}
	c.stop.Go(c.read)
	return c, nil
}

func newConn(nc net.Conn, opts Options) *Conn {
	c := &Conn{
		opts: opts, net: nc, idBase: newIDBase(),
		writing: make(chan struct{}, 1),
		queue:   newQueue(opts.QueueLimit),
		waiting: make(map[string]*exchange),
		done:    make(chan struct{}),
	}
	c.writing <- struct{}{}
	return c
}

func (c *Conn) greet(ctx context.Context) error {
	release := context.AfterFunc(ctx, func() { _ = c.net.SetDeadline(time.Unix(1, 0)) })
	defer release()
	if c.opts.TLS != nil {
		tc := tls.Client(c.net, tlsConfig(c.opts))
		if err := tc.HandshakeContext(ctx); err != nil {
			return fmt.Errorf("TLS handshake with AMI: %w", reason(err))
		}
		c.net = tc
	}
	c.reader = NewReader(c.net, c.opts.Limits)
	version, err := c.reader.ReadBanner()
	if err != nil {
		return errors.Join(err, ctx.Err())
	}
	c.version = version
	return nil
}

func tlsConfig(opts Options) *tls.Config {
	cfg := opts.TLS.Clone()
	if host, _, err := net.SplitHostPort(opts.Address); err == nil && cfg.ServerName == "" {
		cfg.ServerName = host
	}
	return cfg
}

// Version is the AMI protocol version of the banner, for example "11.0.0".
func (c *Conn) Version() string { return c.version }

// Backlog is the number of events that wait for Next.
func (c *Conn) Backlog() int { return c.queue.len() }

// Stats returns the counters.
func (c *Conn) Stats() Stats {
	return Stats{
		Events: c.stats.events.Load(), Responses: c.stats.responses.Load(),
		Stray: c.stats.stray.Load(), Refused: c.stats.refused.Load(), Garbage: c.stats.garbage.Load(),
	}
}

// Done is closed when the connection is over; Err then says why.
func (c *Conn) Done() <-chan struct{} { return c.done }

// Err is why the connection is over, nil while it is up.
func (c *Conn) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Close ends the connection and waits for its goroutines.
func (c *Conn) Close() error {
	c.fail(ErrClosed)
	c.stop.Wait()
	return nil
}

// fail ends the connection once, with the first reason.
func (c *Conn) fail(err error) {
	c.mu.Lock()
	if c.err != nil {
		c.mu.Unlock()
		return
	}
	c.err = err
	waiting := c.waiting
	c.waiting = nil
	c.mu.Unlock()

	close(c.done)
	_ = c.net.Close()
	c.queue.close(err)
	for _, x := range waiting {
		x.finish(err)
	}
}

// Next returns the next event in the order of arrival. It is for one consumer.
// After the end of the connection it first returns what had come, then the
// reason. A refused message is reported as an error with Recoverable at its
// place in the order.
func (c *Conn) Next(ctx context.Context) (Message, error) {
	c.queue.handed.Store(false)
	if c.next == len(c.batch) {
		batch, err := c.queue.take(ctx, c.batch)
		c.batch, c.next = batch, 0
		if err != nil {
			return Message{}, err
		}
	}
	m := c.batch[c.next]
	c.next++
	c.queue.handed.Store(true) // before it is no longer counted: see takenAhead
	c.queue.waiting.Add(-1)
	return m, m.fault()
}

// Ahead offers each event to take in the reading goroutine, as long as none waits and the
// consumer has come back to Next: an event then needs no other goroutine to wake. What
// take refuses goes to the queue, in its place. take must wait for nothing: neither for an
// action of this connection nor for another program.
func (c *Conn) Ahead(take func(Message) bool) { c.ahead.Store(&take) }

// aheadAtMost bounds the time for the messages of one read: the socket must be emptied
// well before Asterisk's writetimeout (100 ms).
const aheadAtMost = 2 * time.Millisecond

func (c *Conn) takenAhead(m Message) bool {
	take := c.ahead.Load()
	if take == nil || m.bad != nil || c.queue.waiting.Load() > 0 || c.queue.handed.Load() {
		return false
	}
	return time.Since(m.At) < aheadAtMost && (*take)(m)
}

// read is the reading goroutine: frame, decode, route.
func (c *Conn) read() {
	for {
		m, err := c.reader.Next()
		c.stats.garbage.Store(c.reader.Garbage())
		if err != nil && !Recoverable(err) {
			c.fail(readError(err))
			return
		}
		if err != nil {
			m = c.refused(err)
		}
		c.lastRead.Store(m.At.UnixNano())
		if !c.route(m) {
			c.fail(fmt.Errorf("%w: %d events waiting", ErrOverflow, c.opts.QueueLimit))
			return
		}
	}
}

func readError(err error) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("AMI connection closed by the peer: %w", err)
	}
	return fmt.Errorf("read from AMI: %w", err)
}

func (c *Conn) refused(err error) Message {
	if c.stats.refused.Add(1) == 1 {
		c.opts.Logger.Warn("AMI message refused", slog.Any("err", err))
	}
	var bad *MessageError
	errors.As(err, &bad)
	return Message{Seq: bad.Seq, At: time.Now(), bad: bad}
}

// route gives a message to whoever waits for it; false means overflow.
func (c *Conn) route(m Message) bool {
	if m.bad == nil {
		if id := m.ActionID(); id != "" && c.answer(id, m) {
			return true
		}
		if m.Event() == "" {
			c.stats.stray.Add(1)
			return true
		}
		c.stats.events.Add(1)
	}
	return c.takenAhead(m) || c.queue.push(m)
}
