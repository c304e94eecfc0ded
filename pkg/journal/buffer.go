package journal

import (
	"slices"

	"callcard/pkg/cti"
)

// buffer keeps events in order until they are written.
//
// Overflow policy, for a database that is away for long. First it is thinned: an
// event that a later one of the same call makes superfluous goes (each event holds
// the whole call), and its decisions move to that later one, so calls, callbacks,
// recordings and the trace still come out right. When even that does not help, the
// oldest events go. Both are counted, the second is a loss and flagged in Health.
type buffer struct {
	limit   int
	events  []cti.CallEvent
	thinned uint64
	lost    uint64
}

func (b *buffer) add(e cti.CallEvent) {
	if len(b.events) >= b.limit {
		b.shrink()
	}
	b.events = append(b.events, e)
}

// shrink makes room for at least a tenth of the limit, so that it is seldom called.
func (b *buffer) shrink() {
	b.thin()
	if room := max(1, b.limit/10); len(b.events) > b.limit-room {
		n := len(b.events) - (b.limit - room)
		b.lost += uint64(n)
		b.events = append([]cti.CallEvent(nil), b.events[n:]...)
	}
}

func (b *buffer) thin() {
	later := make(map[cti.CallID]int, len(b.events)) // the next kept event of each call
	kept := make([]cti.CallEvent, 0, len(b.events))
	for _, e := range slices.Backward(b.events) {
		at, superseded := later[e.Call.ID]
		if superseded && !lasting(e.Kind) {
			next := &kept[at]
			next.Decisions = append(append([]cti.Decision(nil), e.Decisions...), next.Decisions...)
			b.thinned++
			continue
		}
		later[e.Call.ID] = len(kept)
		kept = append(kept, e)
	}
	slices.Reverse(kept)
	b.events = kept
}

// lasting events say something that no later one repeats.
func lasting(kind cti.CallEventKind) bool {
	switch kind {
	case cti.CallFinished, cti.CallMerged, cti.RecordingStarted, cti.TalkStarted, cti.TransferDone:
		return true
	}
	return false
}

// take moves up to n of the oldest events to batch. When it is all and batch is empty they
// change places, so that the same memory is used again.
func (b *buffer) take(batch []cti.CallEvent, n int) []cti.CallEvent {
	if len(batch) == 0 && n >= len(b.events) {
		batch, b.events = b.events, batch
		return batch
	}
	n = min(n, len(b.events))
	batch = append(batch, b.events[:n]...)
	clear(b.events[:n]) // they hold whole calls
	b.events = b.events[n:]
	return batch
}
