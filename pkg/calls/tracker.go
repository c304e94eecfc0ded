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
	opts Options
	core *core
	in   chan cti.PBXEvent
	done chan struct{}

	docs sync.Map // cti.CallID to *cti.Call: live calls, aliases, and calls that ended a moment ago

	mu      sync.Mutex // guards subs and stopped, and orders documents before streams
	subs    map[*Subscription]struct{}
	stopped bool

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
		in:   make(chan cti.PBXEvent, opts.Queue),
		done: make(chan struct{}),
		subs: make(map[*Subscription]struct{}),
	}
}

// Put hands over an event and waits while the queue is full. Events of one PBX must
// come from one goroutine, in order.
func (t *Tracker) Put(ctx context.Context, event cti.PBXEvent) error {
	select {
	case t.in <- event:
		return nil
	default:
	}
	select {
	case t.in <- event:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-t.done:
		return ErrStopped
	}
}

// Backlog is how many events wait for the owner.
func (t *Tracker) Backlog() int { return len(t.in) }

// Applied counts the events taken from the PBXes.
func (t *Tracker) Applied() uint64 { return t.applied.Load() }

// Lagged counts the subscribers that were closed for being slow.
func (t *Tracker) Lagged() uint64 { return t.lagged.Load() }

// Run owns the state until ctx ends. It may run once.
func (t *Tracker) Run(ctx context.Context) error {
	defer t.stop()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		t.arm(timer)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case event := <-t.in:
			t.take(event)
		case <-timer.C:
			t.publish(t.core.advance(t.opts.Now()))
			t.sweep()
		}
	}
}

// take applies an event and those that wait behind it, a bounded number so that
// timers are not starved.
func (t *Tracker) take(event cti.PBXEvent) {
	const burst = 256
	for range burst {
		t.publish(t.core.apply(event))
		t.applied.Add(1)
		select {
		case event = <-t.in:
		default:
			t.sweep()
			return
		}
	}
	t.publish(t.core.apply(event))
	t.applied.Add(1)
	t.sweep()
}

// idleSweep is how often graves are looked at when nothing happens.
const idleSweep = 30 * time.Second

func (t *Tracker) arm(timer *time.Timer) {
	wait := idleSweep
	if due := t.core.due(); !due.IsZero() {
		wait = min(wait, max(due.Sub(t.opts.Now()), 0))
	}
	timer.Reset(wait)
}

func (t *Tracker) stop() {
	close(t.done)
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
	kept := *doc
	t.docs.Store(doc.ID, &kept)
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
