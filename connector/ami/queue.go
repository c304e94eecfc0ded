package ami

import (
	"context"
	"sync"
	"sync/atomic"
)

// queue holds events between the reading goroutine and the one consumer. push
// never waits. take hands over everything at once, so that the two meet once per
// batch and not once per event.
type queue struct {
	limit int64
	// waiting counts the events that the consumer has not had yet, those of its
	// batch included.
	waiting atomic.Int64
	handed  atomic.Bool   // the consumer has an event and did not come for another
	ready   chan struct{} // 1: "look again"; a second signal adds nothing and is not kept

	mu     sync.Mutex
	events []Message
	err    error
}

func newQueue(limit int) *queue {
	return &queue{limit: int64(limit), ready: make(chan struct{}, 1)}
}

// push appends; false means that the queue is full and takes no more.
func (q *queue) push(m Message) bool {
	if q.waiting.Load() >= q.limit {
		return false
	}
	q.waiting.Add(1)
	q.mu.Lock()
	q.events = append(q.events, m)
	q.mu.Unlock()
	q.signal()
	return true
}

// close lets the consumer have what is queued, then err.
func (q *queue) close(err error) {
	q.mu.Lock()
	if q.err == nil {
		q.err = err
	}
	q.mu.Unlock()
	q.signal()
}

func (q *queue) signal() {
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

func (q *queue) len() int { return int(q.waiting.Load()) }

// take waits for events and returns all of them; used is the slice of the last
// take, given back for reuse.
func (q *queue) take(ctx context.Context, used []Message) ([]Message, error) {
	clear(used)
	for {
		q.mu.Lock()
		batch, err := q.events, q.err
		if len(batch) > 0 {
			q.events = used[:0]
			q.mu.Unlock()
			return batch, nil
		}
		q.mu.Unlock()
		if err != nil {
			return nil, err
		}
		select {
		case <-q.ready:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
