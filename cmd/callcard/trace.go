package main

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"callcard/pkg/cti"
	"callcard/pkg/store"
)

// maxNotes bounds the decisions that wait for the store. What comes while it is
// full is counted and left out: a trace is not worth a slow card.
const maxNotes = 16_384

type note struct {
	call     cti.CallID
	decision cti.Decision
}

// tracer writes the decisions of cards behind their back, in batches. Note may be
// called from any goroutine and never blocks.
type tracer struct {
	store  *store.Store
	behind *backstage
	log    *slog.Logger
	notes  chan note
	lost   atomic.Uint64
}

func newTracer(s *store.Store, behind *backstage, log *slog.Logger) *tracer {
	return &tracer{store: s, behind: behind, log: log, notes: make(chan note, maxNotes)} // full: counted in lost
}

// Note keeps a decision for the trace of a call.
func (t *tracer) Note(call cti.CallID, decision cti.Decision) {
	select {
	case t.notes <- note{call, decision}:
	default:
		t.lost.Add(1)
	}
}

// traceEvery is the pause in which decisions gather, so that those of all calls cost one write.
const traceEvery = 500 * time.Millisecond

// Run writes until ctx ends, and then what is left.
func (t *tracer) Run(ctx context.Context) error {
	tick := time.NewTicker(traceEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
			defer cancel()
			t.flush(last)
			return nil
		case <-tick.C:
			t.flush(ctx)
		}
	}
}

// flush writes what waits now, all in one write.
func (t *tracer) flush(ctx context.Context) {
	byCall, notes := t.take()
	if notes == 0 {
		return
	}
	if err := t.store.AddTraces(ctx, byCall); err != nil {
		t.lost.Add(uint64(notes)) //nolint:gosec // a length
		t.log.Warn("decisions of cards are missing in the trace", "err", err)
	}
}

// take gives what waits now, by its calls.
func (t *tracer) take() (byCall map[cti.CallID][]cti.Decision, notes int) {
	t.behind.Do(func() {
		notes = len(t.notes)
		byCall = make(map[cti.CallID][]cti.Decision, notes)
		for range notes {
			n := <-t.notes
			byCall[n.call] = append(byCall[n.call], n.decision)
		}
	})
	return byCall, notes
}
