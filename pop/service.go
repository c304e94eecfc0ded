package pop

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"callcard/pkg/cti"
)

const (
	// Jobs that wait for a worker. When they are more, the newest look-up fails at once
	// (the card says so). As many links wait at most; the newest is then tried again later.
	maxJobs    = 4096
	sweepEvery = time.Minute
	retryAfter = 100 * time.Millisecond // before subscribing again
)

// Service turns call events into cards.
type Service struct {
	opts    Options
	metrics *metrics
	jobs    chan func(context.Context) // at most maxJobs; see there
	links   chan wish                  // likewise

	catching sync.Mutex    // who holds it takes the events; before mu
	sub      Subscription  // under catching
	over     chan struct{} // holds one: "the subscription has ended"

	mu    sync.Mutex
	board board
	// faulty are the rules whose failure was logged.
	faulty map[string]bool
}

// New makes a service; nothing happens before Run.
func New(opts Options) (*Service, error) {
	if err := opts.validate(); err != nil {
		return nil, err
	}
	m, err := newMetrics(opts.Metrics)
	if err != nil {
		return nil, fmt.Errorf("register metrics of pop: %w", err)
	}
	return &Service{
		opts: opts.withDefaults(), metrics: m, board: newBoard(), faulty: map[string]bool{},
		jobs: make(chan func(context.Context), maxJobs), links: make(chan wish, maxJobs), // full: see maxJobs
		over: make(chan struct{}, 1),
	}, nil
}

// Run consumes call events until ctx ends or the tracker does. When it lagged it begins
// again with a snapshot.
func (s *Service) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer cancel()
	for range s.opts.Workers {
		workers.Go(func() { s.work(ctx) })
	}
	workers.Go(func() { s.linkAll(ctx) })
	for {
		sub := s.subscribe()
		err := s.consume(ctx, sub)
		sub.Close()
		if err == nil || ctx.Err() != nil {
			return nil
		}
		s.opts.Log.Warn("subscription lost, starting again from a snapshot", "err", err)
		s.metrics.resubscribed.Inc()
		if !pause(ctx, retryAfter) {
			return nil
		}
	}
}

func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

func (s *Service) work(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case job := <-s.jobs:
			job(ctx)
		}
	}
}

// submit never waits; false when too much waits already.
func (s *Service) submit(job func(context.Context)) bool {
	select {
	case s.jobs <- job:
		return true
	default:
		return false
	}
}

// subscribe begins with a snapshot; what Catch finds follows it.
func (s *Service) subscribe() Subscription {
	s.catching.Lock()
	defer s.catching.Unlock()
	calls, sub := s.opts.Subscribe()
	s.adopt(calls)
	s.sub = sub
	return sub
}

// Catch takes the events that wait. It is for whoever brings them: the way to a card then
// has no goroutine to wake. It waits for memory work only. Who comes while another is at
// work leaves his events to him.
func (s *Service) Catch() {
	for s.catching.TryLock() {
		sub := s.sub
		s.catchUp()
		s.catching.Unlock()
		if sub == nil || len(sub.Events()) == 0 {
			return
		}
	}
}

func (s *Service) catchUp() {
	for s.sub != nil {
		select {
		case ev, ok := <-s.sub.Events():
			if ok {
				s.take(*ev)
				continue
			}
			s.sub = nil
			select {
			case s.over <- struct{}{}:
			default:
			}
		default:
			return
		}
	}
}

func (s *Service) consume(ctx context.Context, sub Subscription) error {
	sweep := time.NewTicker(sweepEvery)
	defer sweep.Stop()
	s.Catch() // what came while there was nothing to catch it
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-sweep.C:
			s.mu.Lock()
			s.board.expire(now.Add(-s.opts.KeepFor))
			s.mu.Unlock()
		case <-s.over:
			return sub.Err()
		}
	}
}

func (s *Service) take(ev cti.CallEvent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.step(ev.Call, ev.Kind, ev.Received, ev.Kind != cti.CallStarted)
}

// adopt brings the board to a snapshot. Calls that are not in it ended unheard.
func (s *Service) adopt(calls []cti.Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := make(map[cti.CallID]bool, len(calls))
	for _, call := range calls {
		known[call.ID] = true
		s.step(call, cti.CallNoted, time.Time{}, true)
	}
	for id, l := range s.board.calls {
		if known[id] || l.call.State == cti.CallEnded {
			continue
		}
		gone := l.call
		gone.Version++
		gone.State, gone.Ended, gone.Certainty = cti.CallEnded, time.Now().UTC(), cti.Unknown
		s.step(gone, cti.CallFinished, time.Time{}, true)
	}
}

// step brings one call to a newer document; older ones are ignored.
func (s *Service) step(call cti.Call, kind cti.CallEventKind, received time.Time, adopted bool) {
	if call.MergedInto != "" {
		return // the call that goes on tells
	}
	l := s.board.enter(call, adopted && !slices.ContainsFunc(call.Aliases, s.board.has))
	if call.Version <= l.call.Version && l.call.ID != "" {
		return
	}
	first := l.call.ID == ""
	l.call = call
	for _, alias := range call.Aliases {
		s.board.merge(alias, l, call.ID)
	}
	if first && l.adopted && call.State != cti.CallEnded {
		s.submit(func(ctx context.Context) { s.recall(ctx, l) })
		s.submit(func(ctx context.Context) { s.remember(ctx, l) })
	}
	s.identify(l, kind)
	s.refresh(l, received)
	if call.State == cti.CallEnded {
		s.noteUnseen(l)
		s.board.retire(l, s.opts.KeepEnded)
	}
}

// refresh shows every seat its card; called under the lock.
func (s *Service) refresh(l *live, received time.Time) {
	seats := Audience(l.call, func(d cti.Device) cti.UserID { return s.userOf(l.call.PBX, d).ID })
	seated := make(map[cti.UserID]bool, len(seats))
	for _, seat := range seats {
		seated[seat.User] = true
		s.show(l, seat, received)
	}
	for user, h := range l.cards {
		if !seated[user] && onScreen(h.card.State) {
			s.show(l, Seat{User: user, Device: h.card.Device, State: cti.CardWithdrawn, Reason: reasonCallerLeft, OfferedAt: h.card.OfferedAt, EndedAt: time.Now().UTC(), Queue: h.card.Queue}, received)
		}
	}
}

func (s *Service) show(l *live, seat Seat, received time.Time) {
	h := l.cards[seat.User]
	had := h != nil
	if !had {
		if !onScreen(seat.State) {
			return // it was over before anybody could see it
		}
		h = &held{}
	}
	before := h.card
	s.ring(h, seat, had)
	s.choose(l, h, seat)
	card := BuildCard(View{
		Call: l.call, Notes: l.notes, Result: l.result, Identity: l.id, Seat: seat, RungAt: h.rungAt, RingLimit: s.opts.RingLimit,
		Name: func(d cti.Device) string { return s.nameOf(l.call.PBX, d) },
		Can:  s.can(l.call, seat),

		Choice: h.choice, QueueTitle: s.queueTitle(l.call.PBX, seat.Queue), DIDTitle: s.didTitle(l.call),
	})
	if had && sameCard(before, card) {
		return
	}
	card.Version = before.Version + 1
	h.card = card
	if !had {
		s.board.seat(seat.User, l, h)
	}
	h.tabs = max(h.tabs, s.publish(frameType(had, before.State, card.State), card, received))
}

// ring moves the expiry with each ring: the first one counts from the PBX's own time.
func (s *Service) ring(h *held, seat Seat, had bool) {
	again := had && seat.State == cti.CardOffered && (h.card.State != cti.CardOffered || seat.Attempts > h.attempts)
	switch {
	case again || (!had && seat.Attempts > 1):
		h.rungAt = time.Now().UTC()
	case !had:
		h.rungAt = seat.OfferedAt
	}
	h.attempts = seat.Attempts
}

// publish tells to how many connections the card went.
func (s *Service) publish(kind string, card cti.Card, received time.Time) (tabs int) {
	s.opts.Publisher.Publish(card.Agent, kind, card)
	tabs = s.noteCard(kind, card)
	if kind == frameOpened && !received.IsZero() {
		s.metrics.cardDelay.Observe(time.Since(received).Seconds())
	}
	return tabs
}

// can is what whoever has the card on his screen may do.
func (s *Service) can(call cti.Call, seat Seat) []cti.Act {
	if s.opts.Acts == nil || !onScreen(seat.State) {
		return nil
	}
	return s.opts.Acts.Can(call, seat.Device)
}

func (s *Service) userOf(pbx string, device cti.Device) cti.User {
	user, _ := s.opts.Agents.UserByDevice(pbx, device)
	return user
}

func (s *Service) nameOf(pbx string, device cti.Device) string {
	return firstOf(s.userOf(pbx, device).Name, deviceName(device))
}
