package live

import (
	"context"
	"time"

	"callcard/pkg/cti"
)

const (
	followAgain = 100 * time.Millisecond
	// breath is how long call events gather when none waits any more: a goroutine that
	// woke for each of them would take the processor from the cards, for a copy.
	breath = 50 * time.Millisecond
)

// Subscription is a stream of call events that continues a snapshot. Err tells, after
// Events was closed, why: nil when the tracker has ended.
type Subscription interface {
	Events() <-chan *cti.CallEvent
	Err() error
	Close()
}

// Follow mirrors the calls of a tracker until ctx ends or the tracker does.
func (s *Store) Follow(ctx context.Context, subscribe func() ([]cti.Call, Subscription)) error {
	for ctx.Err() == nil {
		calls, sub := subscribe()
		for _, call := range calls {
			s.mirrorCall(call)
		}
		err := s.consume(ctx, sub)
		sub.Close()
		if err == nil {
			return nil
		}
		s.log.Warn("subscription lost, starting again from a snapshot", "err", err)
		s.Rebuild() // calls that ended meanwhile
		wait(ctx, followAgain)
	}
	return nil
}

func (s *Store) consume(ctx context.Context, sub Subscription) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case ev, ok := <-sub.Events():
			if !ok {
				return sub.Err()
			}
			if ev.Merged != "" {
				s.DropCall(ev.Merged)
			}
			s.mirrorCall(ev.Call)
			if len(sub.Events()) == 0 {
				wait(ctx, breath)
			}
		}
	}
}

func (s *Store) mirrorCall(call cti.Call) {
	if call.State == cti.CallEnded || call.MergedInto != "" {
		s.DropCall(call.ID)
		return
	}
	s.PutCall(call)
}
