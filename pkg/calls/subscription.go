package calls

import (
	"sync"

	"callcard/pkg/cti"
)

// Subscription is one stream of call events. Close may be called at any time and
// more than once.
type Subscription struct {
	name    string
	events  chan *cti.CallEvent
	tracker *Tracker

	mu  sync.Mutex
	err error
}

// Events ends when the subscription is closed, has lagged, or the tracker stops. All
// subscribers get the same event: none may change it.
func (s *Subscription) Events() <-chan *cti.CallEvent { return s.events }

// Err says why Events ended: ErrLagged, ErrStopped, or nil after Close.
func (s *Subscription) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Close ends the stream; events that wait in it can still be read.
func (s *Subscription) Close() { s.tracker.unsubscribe(s, nil) }

func (s *Subscription) end(err error) {
	s.mu.Lock()
	s.err = err
	s.mu.Unlock()
	close(s.events)
}

// Subscribe gives all live calls and a stream that goes on exactly from there.
func (t *Tracker) Subscribe(name string) ([]cti.Call, *Subscription) {
	s := &Subscription{
		name:    name,
		tracker: t,
		// Overflow: the subscriber is closed with ErrLagged, see publish.
		events: make(chan *cti.CallEvent, t.opts.Buffer),
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	snapshot := t.Calls()
	if t.stopped {
		s.end(ErrStopped)
		return snapshot, s
	}
	t.subs[s] = struct{}{}
	return snapshot, s
}

func (t *Tracker) unsubscribe(s *Subscription, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.drop(s, err)
}

// drop needs mu. It ends a subscription once.
func (t *Tracker) drop(s *Subscription, err error) {
	if _, ok := t.subs[s]; ok {
		delete(t.subs, s)
		s.end(err)
	}
}

// publish makes the events visible: first the documents, then the streams. Under mu
// it only sends to queues with room, so the owner never waits here for a subscriber.
func (t *Tracker) publish(events []cti.CallEvent) {
	if len(events) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range events {
		event := &e // of its own: events is used again
		t.store(event)
		for s := range t.subs {
			select {
			case s.events <- event:
			default:
				t.opts.Log.Warn("subscriber closed: too slow", "subscriber", s.name)
				t.lagged.Add(1)
				t.drop(s, ErrLagged)
			}
		}
	}
}
