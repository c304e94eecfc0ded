package journal

import "sync"

// Signal wakes any number of waiters. The zero value is ready.
type Signal struct {
	mu sync.Mutex
	c  chan struct{}
}

// Wait returns a channel that closes at the next Notify. Take it before looking
// for work, so that work which comes meanwhile is not overslept.
func (s *Signal) Wait() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.c == nil {
		s.c = make(chan struct{})
	}
	return s.c
}

// Notify wakes all who wait.
func (s *Signal) Notify() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.c != nil {
		close(s.c)
		s.c = nil
	}
}
