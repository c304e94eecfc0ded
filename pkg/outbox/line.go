package outbox

import (
	"context"
	"log/slog"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"

	"callcard/pkg/cti"
)

const (
	// recheck finds what another node has written: its Wake does not reach us.
	recheck = 30 * time.Second
	// rest is the least wait when a lane's first message is not due but others behind it are.
	rest = 500 * time.Millisecond
)

// line delivers to one target.
type line struct {
	opts    Options
	metrics *metrics
	log     *slog.Logger
	target  string
	wake    <-chan struct{}
	breaker circuitbreaker.CircuitBreaker[Result]
	flying  map[string]bool // lanes with a message on its way
	landed  chan flight     // holds a place for each worker: it never blocks one
	unsaved []cti.Delivery  // landed, not yet in the store
	well    bool            // the target is back: hasten what waits
	greeted bool            // the target has taken a message in this run
	over    bool            // the target wants no more; the line waits for its end
	failing string          // the last fault of the store that was logged
}

// flight is a try and what came of it.
type flight struct {
	delivery cti.Delivery
	result   Result
	took     time.Duration
}

func newLine(o Options, m *metrics, target string, wake <-chan struct{}) *line {
	l := &line{
		opts: o, metrics: m, log: o.Logger.With("target", target), target: target, wake: wake,
		flying: map[string]bool{}, landed: make(chan flight, o.Workers),
	}
	l.breaker = circuitbreaker.NewBuilder[Result]().
		HandleIf(func(r Result, _ error) bool { return r.Verdict == Failed || r.Verdict == Gone }).
		WithFailureThreshold(o.Failures).WithSuccessThreshold(1).WithDelay(o.Pause).
		OnOpen(func(circuitbreaker.StateChangedEvent) {
			l.log.Warn("target does not take messages: only one in a while is tried")
		}).
		OnClose(func(circuitbreaker.StateChangedEvent) {
			l.log.Info("target takes messages again")
			l.well = true
		}).Build()
	return l
}

// last is how long tries that are on their way at a stop may take.
const last = 3 * time.Second

func (l *line) run(ctx context.Context) {
	// A stop lets tries end: their outcome is worth saving.
	trips, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	for ctx.Err() == nil {
		wait, err := l.turn(ctx, trips)
		if err != nil && ctx.Err() == nil {
			wait = l.fault(err)
		}
		l.await(ctx, wait)
	}
	defer time.AfterFunc(last, cut).Stop()
	l.land(trips)
}

// fault logs a store that fails, once per reason.
func (l *line) fault(err error) time.Duration {
	if text := err.Error(); text != l.failing {
		l.failing = text
		l.log.Error("outbox cannot use the store, trying again", "err", err)
	}
	return time.Second
}

// turn saves what has landed and sends what is due; it says how long there is nothing to do.
func (l *line) turn(ctx, trips context.Context) (time.Duration, error) {
	if err := l.save(ctx); err != nil {
		return 0, err
	}
	if _, err := l.opts.Store.ExpireDeliveries(ctx, l.target, l.opts.Now()); err != nil {
		return 0, err
	}
	free := l.opts.Workers - len(l.flying)
	if l.over {
		return recheck, nil
	}
	if l.breaker.IsHalfOpen() || l.breaker.IsOpen() {
		free = min(free, 1-len(l.flying)) // one tries for all
	}
	if free > 0 {
		due, err := l.opts.Store.DueDeliveries(ctx, l.target, l.opts.Now(), free+len(l.flying))
		if err != nil {
			return 0, err
		}
		l.send(trips, due, free)
	}
	l.failing = ""
	return l.untilNext(ctx)
}

func (l *line) send(trips context.Context, due []cti.Delivery, free int) {
	for _, d := range due {
		if free == 0 || l.flying[d.Lane] {
			continue
		}
		if !l.breaker.TryAcquirePermit() {
			return
		}
		l.flying[d.Lane] = true
		free--
		go func() {
			began := l.opts.Now()
			result := l.opts.Sender.Send(trips, d)
			l.landed <- flight{d, result, l.opts.Now().Sub(began)}
		}()
	}
}

func (l *line) untilNext(ctx context.Context) (time.Duration, error) {
	if len(l.flying) == l.opts.Workers {
		return recheck, nil
	}
	if l.breaker.IsOpen() {
		return max(l.breaker.RemainingDelay(), rest), nil
	}
	next, err := l.opts.Store.NextDelivery(ctx, l.target)
	if err != nil || next.IsZero() {
		return recheck, err
	}
	return min(max(next.Sub(l.opts.Now()), rest), recheck), nil
}

func (l *line) await(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-l.wake:
	case f := <-l.landed:
		l.take(ctx, f)
		l.drain(ctx)
	}
}

func (l *line) drain(ctx context.Context) {
	for {
		select {
		case f := <-l.landed:
			l.take(ctx, f)
		default:
			return
		}
	}
}

// take judges a try. Its lane flies again only when the outcome is in the store.
func (l *line) take(ctx context.Context, f flight) {
	d, r := f.delivery, f.result
	l.breaker.RecordResult(r)
	d.Attempts++
	d.Status, d.Error, d.Response = r.Status, r.Error, r.Response
	now := l.opts.Now()
	switch {
	case r.Verdict == Taken:
		d.State, d.Ended = cti.DeliveryDelivered, now
		if !l.greeted { // the run before may have known it down; its breaker is forgotten, what it put off is not
			l.greeted, l.well = true, true
		}
	case r.Verdict == Gone:
		l.over = true
		d.Due = now // it waits for the day on which the target is enabled again
		l.opts.Gone(ctx, l.target)
	case r.Verdict == Refused || d.Attempts > len(l.opts.Schedule):
		d.State, d.Ended = cti.DeliveryDead, now
		l.log.Warn("message not delivered, kept as a dead letter", "delivery", d.ID, "kind", d.Kind, "attempts", d.Attempts, "status", d.Status, "err", d.Error)
	default:
		d.Due = now.Add(max(l.opts.Jitter(l.opts.Schedule[d.Attempts-1]), r.RetryAfter))
	}
	l.metrics.tried(l.target, d, f.took)
	l.unsaved = append(l.unsaved, d)
}

func (l *line) save(ctx context.Context) error {
	if len(l.unsaved) > 0 {
		if err := l.opts.Store.SaveDeliveries(ctx, l.unsaved); err != nil {
			return err
		}
		for _, d := range l.unsaved {
			delete(l.flying, d.Lane)
		}
		l.unsaved = nil
	}
	if l.well {
		l.well = false
		return l.opts.Store.HastenDeliveries(ctx, l.target, l.opts.Now())
	}
	return nil
}

// land waits for what is on its way and saves it.
func (l *line) land(trips context.Context) {
	for len(l.flying) > len(l.unsaved) {
		l.take(trips, <-l.landed)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(trips), last)
	defer cancel()
	if err := l.save(ctx); err != nil {
		l.log.Warn("outcome of deliveries not saved: they are sent once more", "err", err)
	}
}
