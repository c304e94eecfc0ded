package ami

import (
	"context"
	"sync"
)

// queue holds events between the reading goroutine and the one consumer. push
// never waits. take hands over everything at once, so that the two meet once per
// batch and not once per event.
type queue struct {
	limit int
	ready chan struct{} // 1: "look again"; a second signal adds nothing and is not kept

	mu     sync.Mutex
	events []Message
	err    error
}

func newQueue(limit int) *queue {
	return &queue{limit: limit, ready: make(chan struct{}, 1)}
}

// push appends; false means that the queue is full and takes no more.
func (q *queue) push(m Message) bool {
	q.mu.Lock()
	full := len(q.events) >= q.limit || q.err != nil
	if !full {
		q.events = append(q.events, m)
	}
	q.mu.Unlock()
	if full {
		return false
	}
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

func (q *queue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.events)
}

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
