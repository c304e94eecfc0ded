package asterisk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"callcard/connector/ami"
	"callcard/pkg/cti"
)

// Sink takes the events of all PBXes, each PBX's in order. Put may block: the
// source then lets the events of its PBX queue up in the connection.
type Sink interface {
	Put(ctx context.Context, event cti.PBXEvent) error
}

// SourceOptions describe one PBX and where its events go.
type SourceOptions struct {
	TranslatorOptions
	// AMI is the tracking user: read = system,call,agent,user,dialplan and
	// write = reporting, which are the rights to look and not to touch.
	AMI     ami.Options
	Backoff ami.Backoff
	Sink    Sink
	// Ready reports that Put will not wait now. Events are then put by the goroutine that
	// reads the connection; nil: never.
	Ready func() bool
	// ResyncPause is the least time between two snapshots that nothing but doubt
	// asks for (a refused message, a reload), 5 s.
	ResyncPause time.Duration
	// BootPatience is how long to wait after a login for the PBX to say that it
	// is whole, 2 s. It says so at once unless it is starting or the user may not
	// read "system"; what a starting PBX lists is not the truth yet.
	BootPatience time.Duration
	// HearingPause is how often to look for calls while none was ever told of, 1 min.
	HearingPause time.Duration
	Logger       *slog.Logger
}

// eventClasses is the mask sent at login: the server-side filter that every
// Asterisk has and that needs no right of its own. It leaves out cel, cdr, dtmf,
// reporting (RTCP), security and test, about a third of all bytes.
const eventClasses = "system,call,agent,user,dialplan"

// Source follows one PBX for ever.
type Source struct {
	opts   SourceOptions
	t      *Translator
	client *ami.Client
	log    *slog.Logger

	// of the goroutine of Run
	up       bool   // LinkUp has been told, and no LinkDown since
	boot     string // when the PBX started, as it says itself
	downText string // of the last LinkDown
	faults   map[string]bool

	deaf bool // the PBX has calls and tells of none; under follower.work

	conn   atomic.Pointer[ami.Conn]
	counts counts

	mu      sync.Mutex
	status  Status
	garbage uint64 // of connections that are over
}

// Status is for the health page.
type Status struct {
	PBX     string
	Up      bool // connected, and the snapshot has been delivered
	Since   time.Time
	Reason  string // why it is down
	Version string // of Asterisk
}

type counts struct {
	events, unknown, faulty, refused, resyncs, connects, failures atomic.Uint64
}

// Stats are counters since the start.
type Stats struct {
	Events   uint64 // received, the unwanted ones included
	Unknown  uint64 // never heard of
	Faulty   uint64 // without a field they need
	Refused  uint64 // beyond the limits of the reader
	Garbage  uint64 // lines that were no header
	Resyncs  uint64 // snapshots delivered
	Connects uint64 // logins that succeeded
	Failures uint64 // connections lost or refused
	Backlog  int    // events that wait for the sink now
}

// NewSource checks the options; Run starts.
func NewSource(o SourceOptions) (*Source, error) {
	t, err := NewTranslator(o.TranslatorOptions)
	if err != nil {
		return nil, fmt.Errorf("pbx %q: %w", o.PBX, err)
	}
	if err := o.AMI.Validate(); err != nil {
		return nil, fmt.Errorf("pbx %q: ami: %w", o.PBX, err)
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	log := o.Logger.With(slog.String("component", "asterisk"), slog.String("pbx", o.PBX))
	if o.AMI.Events == "" {
		o.AMI.Events = eventClasses
	}
	if o.ResyncPause == 0 {
		o.ResyncPause = 5 * time.Second
	}
	if o.BootPatience == 0 {
		o.BootPatience = 2 * time.Second
	}
	if o.HearingPause == 0 {
		o.HearingPause = time.Minute
	}
	o.AMI.Logger = log
	s := &Source{opts: o, t: t, log: log, faults: make(map[string]bool), status: Status{PBX: o.PBX, Reason: "not connected yet"}}
	s.client = ami.NewClient(o.AMI, o.Backoff, (*session)(s))
	return s, nil
}

// Run connects, follows and reconnects until ctx is done.
func (s *Source) Run(ctx context.Context) error { return s.client.Run(ctx) }

// Status is safe from any goroutine.
func (s *Source) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

// Stats is safe from any goroutine.
func (s *Source) Stats() Stats {
	c := &s.counts
	st := Stats{
		Events: c.events.Load(), Unknown: c.unknown.Load(), Faulty: c.faulty.Load(), Refused: c.refused.Load(),
		Resyncs: c.resyncs.Load(), Connects: c.connects.Load(), Failures: c.failures.Load(),
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	st.Garbage = s.garbage
	if conn := s.conn.Load(); conn != nil {
		st.Backlog = conn.Backlog()
		st.Garbage += conn.Stats().Garbage
	}
	return st
}

// leave takes over what a connection has counted.
func (s *Source) leave(conn *ami.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conn.Store(nil)
	s.garbage += conn.Stats().Garbage
}

func (s *Source) setStatus(up bool, reason, version string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.status.Up != up || s.status.Since.IsZero() {
		s.status.Since = time.Now()
	}
	s.status.Up, s.status.Reason = up, reason
	if version != "" {
		s.status.Version = version
	}
}

// session is the Source as the AMI client sees it.
type session Source

// Serve follows one connection: snapshot first, then everything that came since
// the login, then live.
func (h *session) Serve(ctx context.Context, conn *ami.Conn) error {
	s := (*Source)(h)
	s.counts.connects.Add(1)
	s.conn.Store(conn)
	defer s.leave(conn)
	f := &follower{s: s, conn: conn}
	if err := f.awaitBoot(ctx, s.opts.BootPatience); err != nil {
		return err
	}
	if err := f.resync(ctx, "connected"); err != nil {
		return err
	}
	return f.run(ctx)
}

// Down tells the sink that the PBX is not heard any more, once per reason.
func (h *session) Down(ctx context.Context, reason error, _ time.Duration) {
	s := (*Source)(h)
	s.counts.failures.Add(1)
	s.up = false
	s.setStatus(false, reason.Error(), "")
	if reason.Error() == s.downText {
		return
	}
	s.downText = reason.Error()
	down := cti.LinkDown{Stamp: cti.Stamp{PBX: s.opts.PBX, At: time.Now()}, Reason: s.downText}
	if err := s.opts.Sink.Put(ctx, down); err != nil && ctx.Err() == nil {
		s.log.Error("PBX event not taken", slog.Any("err", err))
	}
}

// follower reads one connection.
type follower struct {
	s    *Source
	conn *ami.Conn
	// booted: the PBX has said that it is whole. early are the events that came
	// before the first snapshot.
	booted bool
	early  []ami.Message
	// taken is the place in the stream at which the last snapshot was asked for:
	// what came before it is in the snapshot.
	taken uint64
	// again is why a new snapshot is wanted, "" for no reason; last is when the
	// last one was taken.
	again   string
	last    time.Time
	hearing hearing
	// work is held by whoever handles an event: run, except while it waits for one, or
	// the goroutine that reads the connection.
	work sync.Mutex
}

func (f *follower) run(ctx context.Context) error {
	f.work.Lock() // for good: when run is over nothing may be put ahead of it
	for _, m := range f.early {
		if err := f.handle(ctx, m); err != nil {
			return err
		}
	}
	f.early = nil
	if f.s.opts.Ready != nil {
		f.conn.Ahead(func(m ami.Message) bool { return f.ahead(ctx, m) })
	}
	for {
		if f.again != "" && time.Since(f.last) >= f.s.opts.ResyncPause {
			if err := f.resync(ctx, f.again); err != nil {
				return err
			}
		}
		until := f.until()
		f.work.Unlock()
		m, err := f.next(ctx, until)
		f.work.Lock()
		switch {
		case ami.Recoverable(err):
			f.s.counts.refused.Add(1)
			f.again = "message refused"
			continue
		case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
			if err := f.listen(ctx); err != nil {
				return err
			}
			continue
		case err != nil:
			return err
		}
		if err := f.handle(ctx, m); err != nil {
			return err
		}
	}
}

// awaitBoot waits for FullyBooted, keeping what comes before it for later.
func (f *follower) awaitBoot(ctx context.Context, patience time.Duration) error {
	wait, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for !f.booted {
		m, err := f.conn.Next(wait)
		switch {
		case ami.Recoverable(err):
			f.s.counts.refused.Add(1)
			continue
		case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
			f.s.log.Warn("PBX does not say that it is fully booted: it is starting, or the tracking user lacks read = system")
			return nil
		case err != nil:
			return err
		}
		f.s.t.clock.date(m) // the lists that follow carry no time of their own
		f.early = append(f.early, m)
		f.booted = m.Event() == "FullyBooted"
	}
	return nil
}

// until is when something is to be asked, zero for never.
func (f *follower) until() time.Time {
	if f.again != "" {
		return f.last.Add(f.s.opts.ResyncPause)
	}
	return f.hearing.next
}

// next waits for an event, but not beyond that moment.
func (f *follower) next(ctx context.Context, until time.Time) (ami.Message, error) {
	if until.IsZero() {
		return f.conn.Next(ctx)
	}
	ctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	return f.conn.Next(ctx)
}

// ahead handles an event in the goroutine that reads. It leaves to run whatever may take
// time or be logged: questions to the PBX, faults, a sink that is behind.
func (f *follower) ahead(ctx context.Context, m ami.Message) bool {
	switch m.Event() {
	case "FullyBooted", "Reload", "Shutdown":
		return false
	}
	if !f.work.TryLock() {
		return false
	}
	defer f.work.Unlock()
	if !f.s.opts.Ready() {
		return false
	}
	event, err := f.s.t.Translate(m)
	if err != nil {
		return false
	}
	f.heard(event)
	if event != nil && f.s.opts.Sink.Put(ctx, event) != nil {
		return false
	}
	f.s.counts.events.Add(1)
	return true
}

func (f *follower) handle(ctx context.Context, m ami.Message) error {
	f.s.counts.events.Add(1)
	switch m.Event() {
	case "FullyBooted":
		f.booted = true
		if m.Seq > f.taken {
			return f.resync(ctx, "fully booted")
		}
		return nil
	case "Reload":
		f.again = "configuration reloaded"
		return nil
	case "Shutdown":
		f.s.log.Warn("PBX shuts down", slog.String("restart", m.Get("Restart")))
		return nil
	}
	event, err := f.s.t.Translate(m)
	if err != nil {
		f.s.fault(m, err)
		return nil
	}
	if event == nil {
		return nil
	}
	f.heard(event)
	return f.s.put(ctx, event)
}

func (s *Source) put(ctx context.Context, event cti.PBXEvent) error {
	if err := s.opts.Sink.Put(ctx, event); err != nil {
		return fmt.Errorf("hand over PBX event: %w", err)
	}
	return nil
}

// fault counts an event that could not be translated, and logs each kind once.
func (s *Source) fault(m ami.Message, err error) {
	level, text := slog.LevelWarn, err.Error()
	if errors.Is(err, ErrUnknownEvent) {
		s.counts.unknown.Add(1)
		level, text = slog.LevelInfo, m.Event()
	} else {
		s.counts.faulty.Add(1)
	}
	if s.faults[text] || len(s.faults) >= 1000 {
		return
	}
	s.faults[text] = true
	s.log.Log(context.Background(), level, "PBX event not understood", slog.String("event", m.Event()), slog.Any("err", err))
}
