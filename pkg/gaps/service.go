package gaps

import (
	"context"
	"errors"
	"hash/maphash"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"callcard/pkg/cti"
)

const (
	// beat is how often it is noted that a PBX is heard; margin is what a gap is made longer
	// by at both ends, for clocks that differ. A call that is known is never made again, so a
	// wide one does no harm.
	beat   = 5 * time.Second
	margin = time.Minute
	// busy and idle are the pauses between two looks at the records: while a call or a gap
	// waits for them, and else. Whether the PBX is heard is looked at as often as the first.
	busy = time.Second
	idle = 30 * time.Second
	// grace lets what a call still has to tell come after the records of its end.
	grace = 5 * time.Second
	// expect is how long after a gap lines about it may come: cdr.conf may batch them.
	expect = 10 * time.Minute
	// holdFor is how long a call that has ended waits for the records of its end.
	holdFor = 10 * time.Second
	// mostHeld bounds the calls that wait; one more goes on as it is.
	mostHeld = 10_000
	// keepLines is how long lines of the records are kept, for audits.
	keepLines = 35 * 24 * time.Hour
)

// Service repairs the history. New makes one.
type Service struct {
	opts  Options
	log   *slog.Logger
	links map[string]*link // by PBX; the map itself never changes
	woken chan struct{}    // capacity 1: there is a call to be completed; more tokens would say nothing new

	mu   sync.Mutex
	held map[cti.CallID]held

	reconciled, reconstructed, corrected, given atomic.Uint64
}

// link is one PBX; only Run touches what changes in it.
type link struct {
	PBX
	sources  []source
	form     cdrForm
	fresh    fresh // of lines that are to be looked at
	caughtUp bool
	hearing  bool
	connects uint64
	lost     uint64
	saved    time.Time
	faults   string
	unknown  atomic.Uint64
}

// held is a call that has ended and waits for the records of its end.
type held struct {
	event cti.CallEvent
	until time.Time
}

// New returns a service.
func New(opts Options) *Service {
	opts = opts.withDefaults()
	s := &Service{
		opts: opts, log: opts.Logger.With("component", "gaps"), links: map[string]*link{},
		woken: make(chan struct{}, 1), held: map[cti.CallID]held{},
	}
	for _, p := range opts.PBXes {
		l := &link{PBX: p, form: cdrForm{p.Columns, p.Zone}, fresh: fresh{}}
		l.follow(opts)
		s.links[p.ID] = l
	}
	return s
}

// Close ends the connections to the PBXes' tables; Run has returned.
func (s *Service) Close() error {
	var faults []error
	for _, p := range s.opts.PBXes {
		for _, t := range []*Table{p.QueueTable, p.CDRTable} {
			if t != nil {
				faults = append(faults, t.DB.Close())
			}
		}
	}
	return errors.Join(faults...)
}

// source is one record of a PBX, wherever it is kept.
type source interface {
	follow(ctx context.Context) error
	what() cti.LogKind
	misread() uint64
}

// follow finds out where the records are.
func (l *link) follow(opts Options) {
	switch {
	case l.QueueTable != nil:
		l.sources = append(l.sources, &table{Table: *l.QueueTable, pbx: l.ID, kind: cti.QueueLog, line: queueRow, parse: queueLine, store: opts.Store, now: opts.Now, stored: l.fresh.note, seed: maphash.MakeSeed()})
	case l.QueueLog != "":
		l.sources = append(l.sources, &tail{pbx: l.ID, kind: cti.QueueLog, file: l.QueueLog, parse: queueLine, store: opts.Store, now: opts.Now, stored: l.fresh.note})
	}
	switch {
	case l.CDRTable != nil:
		l.form = cdrForm{tableColumns(), time.UTC}
		l.sources = append(l.sources, &table{Table: *l.CDRTable, pbx: l.ID, kind: cti.CDRRecord, line: cdrRow, parse: l.cdrLine, store: opts.Store, now: opts.Now, stored: l.fresh.note, seed: maphash.MakeSeed()})
	case l.CDR != "":
		l.sources = append(l.sources, &tail{pbx: l.ID, kind: cti.CDRRecord, file: l.CDR, parse: l.cdrLine, store: opts.Store, now: opts.Now, stored: l.fresh.note})
	}
}

func queueLine(text string) (cti.LogLine, bool, error) {
	e, err := parseEntry(text)
	return cti.LogLine{Kind: cti.QueueLog, Uniqueid: e.uniqueid, At: e.at, Text: text}, err == nil && e.ofCall(), err
}

func (l *link) cdrLine(text string) (cti.LogLine, bool, error) {
	r, err := l.form.parse(text)
	return cti.LogLine{Kind: cti.CDRRecord, Uniqueid: r.uniqueid, Linkedid: r.linkedid, At: r.end, Text: text}, err == nil, err
}

// Run reads the records and repairs what they tell, until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	forget := time.NewTicker(time.Hour)
	defer forget.Stop()
	pulse := time.NewTimer(0)
	defer pulse.Stop()
	looked, everything := time.Time{}, false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-forget.C:
			if err := s.opts.Store.ForgetLog(ctx, s.opts.Now().Add(-keepLines)); err != nil && ctx.Err() == nil {
				s.log.WarnContext(ctx, "old lines of the PBXes stay", "err", err)
			}
			continue
		case <-s.woken:
		case <-pulse.C:
		}
		waits := false
		now := time.Now()
		for _, p := range s.opts.PBXes {
			l := s.links[p.ID]
			waiting, err := s.tend(ctx, l, everything || now.Sub(looked) >= idle)
			s.tell(ctx, l, err)
			waits = waits || waiting
		}
		if now.Sub(looked) >= idle {
			looked = now
		}
		everything = waits
		pulse.Reset(busy)
	}
}

// tend does all that is due for one PBX; waiting when a call or a gap is not done with.
func (s *Service) tend(ctx context.Context, l *link, due bool) (waiting bool, err error) {
	opened, err := s.beat(ctx, l)
	if err != nil || !l.readable() {
		return false, err
	}
	holds := s.holds(l.ID)
	if holds == 0 && !due && !opened {
		return false, nil
	}
	gaps, err := s.opts.Store.Gaps(ctx, l.ID)
	if err != nil {
		return true, err
	}
	if err := s.catchUp(ctx, l, gaps); err != nil {
		return true, err
	}
	fault := s.read(ctx, l)
	if err := s.release(ctx, l); err != nil || fault != nil { // who waits is let go in time, whatever can be read
		return true, errors.Join(fault, err)
	}
	left, err := s.repair(ctx, l, gaps)
	if err != nil {
		return true, err
	}
	err = s.correct(ctx, l)
	return left || s.holds(l.ID) > 0, err
}

func (s *Service) read(ctx context.Context, l *link) error {
	var faults []error
	for _, t := range l.sources {
		was := t.misread()
		faults = append(faults, t.follow(ctx)) // one may be out of reach while the other is not
		if was == 0 && t.misread() > 0 {
			s.log.WarnContext(ctx, "lines of a record cannot be understood; they are counted and passed over", "pbx", l.ID, "record", string(t.what()))
		}
		l.unknown.Add(t.misread() - was)
	}
	return errors.Join(faults...)
}

// tell logs a fault when it begins, changes or ends.
func (s *Service) tell(ctx context.Context, l *link, err error) {
	text := ""
	if err != nil {
		text = err.Error()
	}
	if text == l.faults || ctx.Err() != nil {
		return
	}
	l.faults = text
	if err != nil {
		s.log.WarnContext(ctx, "what was not heard cannot be repaired now, trying again", "pbx", l.ID, "err", err)
		return
	}
	s.log.InfoContext(ctx, "records of the PBX can be read again", "pbx", l.ID)
}

// beat notes that the PBX is heard, and the gap when it was not.
func (s *Service) beat(ctx context.Context, l *link) (opened bool, err error) {
	if l.Heard == nil {
		return false, nil
	}
	connects, up := l.Heard()
	if !up {
		l.hearing = false
		return false, nil
	}
	now := s.opts.Now()
	if !s.opts.Settled() {
		return false, nil
	}
	lost := s.opts.Lost()
	broken := !l.hearing || connects != l.connects || lost != l.lost
	if !broken && now.Sub(l.saved) < beat {
		return false, nil
	}
	var gap *cti.Gap
	if broken {
		last, err := s.opts.Store.Heard(ctx, l.ID)
		if err != nil {
			return false, err
		}
		if !last.IsZero() && l.readable() {
			gap = &cti.Gap{PBX: l.ID, From: last, To: now}
			s.log.InfoContext(ctx, "the PBX was not heard for a while", "pbx", l.ID, "from", last, "to", now)
		}
	}
	if err := s.opts.Store.SaveHeard(ctx, l.ID, now, gap); err != nil {
		return false, err
	}
	l.hearing, l.connects, l.lost, l.saved = true, connects, lost, now
	return gap != nil, nil
}

// Stats are what was repaired since the start.
type Stats struct {
	Reconciled    uint64 // calls completed
	Reconstructed uint64 // calls that nobody had heard of
	Corrected     uint64 // calls of which late lines told otherwise
	GivenUp       uint64 // calls of whose end the records told nothing in time
	Unknown       uint64 // lines that were not understood
	Held          int    // calls that wait now
}

// Stats of one PBX's lines and of all calls.
func (s *Service) Stats() Stats {
	st := Stats{Reconciled: s.reconciled.Load(), Reconstructed: s.reconstructed.Load(), Corrected: s.corrected.Load(), GivenUp: s.given.Load()}
	for _, l := range s.links {
		st.Unknown += l.unknown.Load()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	st.Held = len(s.held)
	return st
}
