package pbxsim

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Options describe the exchange.
type Options struct {
	Addr       string // where AMI listens; "127.0.0.1:0" takes a free port
	System     string // systemname of asterisk.conf; prefixes unique ids
	Users      []User
	Queues     []Queue
	Phones     []Phone
	Trunk      string // device of the line to the outside; "PJSIP/trunk" when empty
	Recordings string // monitor directory; no files are written when empty
	Timestamps bool   // timestampevents of manager.conf
	// LoginDelay is how long a wrong password is left without an answer.
	LoginDelay time.Duration
	// WriteTimeout ends a client whose socket takes nothing for so long, 5 s; Asterisk's
	// own default (writetimeout of manager.conf) is 100 ms.
	WriteTimeout time.Duration
	Log          *slog.Logger
}

// User is a section of manager.conf.
type User struct {
	Name, Secret string
	Read, Write  string // event classes, comma separated
	// Events, when set, are the only events the user is sent, and Variables the
	// only names of its VarSet events: the eventfilter lines of manager.conf.
	Events, Variables []string
}

// Phone is an endpoint of an employee.
type Phone struct {
	Device string // "PJSIP/1001"
	Number string // "1001"
	Name   string
}

// Queue is a section of queues.conf.
type Queue struct {
	Name, Strategy string
	Members        []string // static members: devices
	LoggedIn       []string // dynamic members at start, as persistentmembers keeps them
}

// PBX is the exchange.
type PBX struct {
	opts     Options
	log      *slog.Logger
	listener net.Listener
	scripts  map[string]*Script
	started  time.Time
	cut      atomic.Int64 // clients that were too slow

	mu       sync.Mutex
	channels int // channels ever made
	calls    int // ids ever given
	locals   int // Local channels ever made
	sent     int // events given to clients
	bytes    int64
	live     []*channel
	playing  map[*Call]struct{}
	queues   []*queue
	phones   map[string]*phone
	sessions map[*session]struct{}
	ready    chan string // phones that an action made ready; the office looks at it
	begin    chan *Call  // calls that actions started
}

// phone is the state of an endpoint.
type phone struct {
	Phone
	status int // device state as queues show it
}

// New builds the exchange and opens its AMI port; Run serves it.
func New(opts Options) (*PBX, error) {
	scripts, err := Scripts()
	if err != nil {
		return nil, err
	}
	if opts.Trunk == "" {
		opts.Trunk = "PJSIP/trunk"
	}
	if opts.WriteTimeout == 0 {
		opts.WriteTimeout = writeTimeout
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	listener, err := net.Listen("tcp", opts.Addr)
	if err != nil {
		return nil, fmt.Errorf("open the AMI port: %w", err)
	}
	p := &PBX{
		opts: opts, log: opts.Log, listener: listener, scripts: scripts, started: time.Now(),
		playing: make(map[*Call]struct{}), phones: make(map[string]*phone), sessions: make(map[*session]struct{}),
		// Full when nobody looks: a notice that is not needed is forgotten.
		ready: make(chan string, 16),
		// Full means that clients start calls faster than they can be played: refused.
		begin: make(chan *Call, 64),
	}
	for _, ph := range opts.Phones {
		p.phones[ph.Device] = &phone{Phone: ph, status: deviceNotInUse}
	}
	p.addQueues(opts.Queues)
	return p, nil
}

// Addr is where AMI listens.
func (p *PBX) Addr() string { return p.listener.Addr().String() }

// Script returns an embedded recording by name.
func (p *PBX) Script(name string) *Script { return p.scripts[name] }

// Run serves AMI until the context ends, then closes the port and all clients
// and waits for them.
func (p *PBX) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = p.listener.Close() })
	defer stop()
	var clients sync.WaitGroup
	defer clients.Wait()
	defer cancel()
	clients.Go(func() { p.playStarted(ctx) })
	for {
		conn, err := p.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("accept an AMI client: %w", err)
		}
		clients.Go(func() { p.serve(ctx, conn) })
	}
}

// playStarted plays the calls that actions start, each in its own goroutine.
func (p *PBX) playStarted(ctx context.Context) {
	var calls sync.WaitGroup
	defer calls.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case c := <-p.begin:
			calls.Go(func() { _ = c.Play(ctx, nil) })
		}
	}
}

// Close releases the port of an exchange that is never run.
func (p *PBX) Close() error { return p.listener.Close() }

// Clients is how many clients are logged in and read events.
func (p *PBX) Clients() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for s := range p.sessions {
		if s.user != nil && s.events {
			n++
		}
	}
	return n
}

// event is one rendered event with what filters look at.
type event struct {
	name, variable string
	classes        class
	text           []byte
}

// Sent is how many events were handed to clients so far.
func (p *PBX) Sent() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sent
}

// SentBytes is how many bytes those events had.
func (p *PBX) SentBytes() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bytes
}

// Cut is how many clients were disconnected because they did not read.
func (p *PBX) Cut() int { return int(p.cut.Load()) }

// Send gives rendered events (see Render) to every client that reads events; wrote learns
// for each when they are given to the socket.
func (p *PBX) Send(data []byte, events int, wrote func(time.Time)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for s := range p.sessions {
		if s.user != nil && s.events && s.user.Events == nil {
			p.sent += events
			p.bytes += int64(len(data))
			s.send(data, wrote)
		}
	}
}

// wanted reports whether any client would be sent a step.
func (p *PBX) wanted(st *step) bool {
	e := event{name: st.event, variable: st.variable, classes: st.classes}
	for s := range p.sessions {
		if s.wants(&e) {
			return true
		}
	}
	return false
}

func (s *session) wants(e *event) bool {
	return s.user != nil && s.events && s.mask&e.classes != 0 && s.user.sees(e)
}

// publish hands events to every client that may see them. The caller holds mu.
func (p *PBX) publish(events []event, wrote func(time.Time)) {
	for s := range p.sessions {
		var packet []byte
		for i := range events {
			if s.wants(&events[i]) {
				packet = append(packet, events[i].text...)
				p.sent++
			}
		}
		if len(packet) > 0 {
			p.bytes += int64(len(packet))
			s.send(packet, wrote)
		}
	}
}
