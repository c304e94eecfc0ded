package calls

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"callcard/pkg/cti"
)

// Tracker owns the calls of all PBXes. See the package comment for the contract.
type Tracker struct {
	opts   Options
	in     chan cti.PBXEvent
	queued atomic.Int64  // events in the channel or just taken from it
	sooner chan struct{} // holds one: "a timer is due before the one that is armed"
	done   chan struct{}

	owner sync.Mutex // guards core and the two below; taken before mu
	core  *core
	open  bool      // Run runs: events may be applied
	armed time.Time // when Run looks at the timers next

	docs sync.Map // cti.CallID to *cti.Call: live calls, aliases, and calls that ended a moment ago

	mu      sync.Mutex // guards subs and stopped, and orders documents before streams
	subs    map[*Subscription]struct{}
	stopped bool

	carry func() // see Carry

	applied atomic.Uint64
	lagged  atomic.Uint64
}

// New makes a tracker without calls.
func New(opts Options) *Tracker {
	opts = opts.withDefaults()
	return &Tracker{
		opts: opts,
		core: newCore(opts),
		// Overflow: Put waits, so that the source stops reading; nothing is dropped.
		in:     make(chan cti.PBXEvent, opts.Queue),
		sooner: make(chan struct{}, 1),
		done:   make(chan struct{}),
		subs:   make(map[*Subscription]struct{}),
		carry:  func() {},
	}
}

// Carry has whoever published events call f at once, when he holds nothing any more: one
// subscriber may take what waits for him there and needs no goroutine to wake. f must not
// wait for anything. Call Carry before Run.
func (t *Tracker) Carry(f func()) { t.carry = f }

// Put hands over an event and waits while the queue is full. Events of one PBX must
// come from one goroutine, in order. When nobody else is at work and nothing waits the
// caller applies the event himself: a ring needs no other goroutine to wake for it.
func (t *Tracker) Put(ctx context.Context, event cti.PBXEvent) error {
	if t.applyNow(event) {
		t.carry()
		return nil
	}
	t.queued.Add(1)
	select {
	case t.in <- event:
		return nil
	default:
	}
	select {
	case t.in <- event:
		return nil
	case <-ctx.Done():
		t.queued.Add(-1)
		return ctx.Err()
	case <-t.done:
		t.queued.Add(-1)
		return ErrStopped
	}
}

// applyNow keeps the order: an earlier event of the same caller that is not applied yet
// counts as queued.
func (t *Tracker) applyNow(event cti.PBXEvent) bool {
	if !t.owner.TryLock() {
		return false
	}
	defer t.owner.Unlock()
	if !t.open || t.queued.Load() > 0 {
		return false
	}
	t.apply(event)
	t.sweep()
	if due := t.core.due(); !due.IsZero() && due.Before(t.armed) {
		select {
		case t.sooner <- struct{}{}:
		default:
		}
	}
	return true
}

// apply needs owner.
func (t *Tracker) apply(event cti.PBXEvent) {
	t.publish(t.core.apply(event))
	t.applied.Add(1)
}

// Backlog is how many events wait.
func (t *Tracker) Backlog() int { return int(t.queued.Load()) }

// Applied counts the events taken from the PBXes.
func (t *Tracker) Applied() uint64 { return t.applied.Load() }

// Lagged counts the subscribers that were closed for being slow.
func (t *Tracker) Lagged() uint64 { return t.lagged.Load() }

// Run applies what waits and lets time pass until ctx ends. It may run once.
func (t *Tracker) Run(ctx context.Context) error {
	defer t.stop()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		timer.Reset(t.arm())
		select {
		case <-ctx.Done():
			return ctx.Err()
		case event := <-t.in:
			t.take(event)
			t.carry()
		case <-t.sooner:
		case <-timer.C:
			t.advance()
			t.carry()
		}
	}
}

// advance lets time pass, unless events wait: they tell themselves when they were, and
// what a timer waits for may be among them.
func (t *Tracker) advance() {
	t.owner.Lock()
	defer t.owner.Unlock()
	if t.queued.Load() > 0 {
		return
	}
	t.publish(t.core.advance(t.opts.Now()))
	t.sweep()
}

// take applies an event and those that wait behind it, a bounded number so that
// timers are not starved.
func (t *Tracker) take(event cti.PBXEvent) {
	const burst = 256
	t.owner.Lock()
	defer t.owner.Unlock()
	defer t.sweep()
	for range burst {
		t.apply(event)
		t.queued.Add(-1)
		select {
		case event = <-t.in:
		default:
			return
		}
	}
	t.apply(event)
	t.queued.Add(-1)
}

// idleSweep is how often graves are looked at when nothing happens.
const idleSweep = 30 * time.Second

// arm says how long Run may wait. From the first time on events are applied.
func (t *Tracker) arm() time.Duration {
	t.owner.Lock()
	defer t.owner.Unlock()
	now, wait := t.opts.Now(), idleSweep
	if due := t.core.due(); !due.IsZero() {
		wait = min(wait, max(due.Sub(now), 0))
	}
	t.open, t.armed = true, now.Add(wait)
	return wait
}

func (t *Tracker) stop() {
	defer t.carry()
	close(t.done)
	t.owner.Lock()
	t.open = false
	t.owner.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stopped = true
	for s := range t.subs {
		t.drop(s, ErrStopped)
	}
}

// store keeps the newest document of a call under its id and its aliases.
func (t *Tracker) store(e *cti.CallEvent) {
	doc := &e.Call
	t.docs.Store(doc.ID, doc)
	if e.Kind == cti.CallMerged {
		for _, alias := range doc.Aliases {
			t.docs.Store(alias, &cti.Call{ID: alias, MergedInto: doc.ID})
		}
	}
}

// sweep drops the documents of calls that ended a while ago.
func (t *Tracker) sweep() {
	for _, id := range t.core.takeBuried() {
		t.docs.Delete(id)
	}
}

// Call gives the newest document of a call, by its id or one it had before a
// merge. A call that has ended is known for two minutes more.
func (t *Tracker) Call(id cti.CallID) (cti.Call, bool) {
	for range 8 {
		found, ok := t.docs.Load(id)
		if !ok {
			return cti.Call{}, false
		}
		doc := found.(*cti.Call)
		if doc.MergedInto == "" {
			return *doc, true
		}
		id = doc.MergedInto
	}
	return cti.Call{}, false
}

// Calls gives all live calls, in no order.
func (t *Tracker) Calls() []cti.Call {
	var all []cti.Call
	t.docs.Range(func(_, found any) bool {
		if doc := found.(*cti.Call); doc.MergedInto == "" && doc.State != cti.CallEnded {
			all = append(all, *doc)
		}
		return true
	})
	return all
}
