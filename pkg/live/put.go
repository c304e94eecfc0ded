package live

import (
	"context"
	"errors"

	"callcard/pkg/cti"
)

// maxWaiting fields may wait while Redis is away. Beyond that they are forgotten and
// the whole state is written anew later, which is what a return of Redis needs anyway.
const maxWaiting = 50000

// PutAgent, PutQueue and PutCall mirror the newest state. They never wait.
func (s *Store) PutAgent(state cti.AgentState) { s.put(agentField(state), state) }
func (s *Store) PutQueue(state cti.QueueState) { s.put(queueField(state), state) }
func (s *Store) PutCall(call cti.Call)         { s.put(callField(call.ID), call) }

// DropCall removes a call that has ended or was merged away.
func (s *Store) DropCall(id cti.CallID) { s.put(callField(id), nil) }

func (s *Store) put(f field, value any) {
	s.mu.Lock()
	if _, known := s.waiting[f]; !known && len(s.waiting) >= maxWaiting {
		clear(s.waiting)
		s.over = true
	}
	s.waiting[f] = value
	s.mu.Unlock()
	s.signal()
}

func (s *Store) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Rebuild has everything written anew: some changes were not put.
func (s *Store) Rebuild() {
	s.stale.Store(true)
	s.signal()
}

// Ping tells whether Redis answers and holds the present state.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.client.Ping(ctx).Err(); err != nil {
		return &cti.UnavailableError{What: "redis", Err: err}
	}
	if !s.synced.Load() {
		return &cti.UnavailableError{What: "redis", Err: errors.New("the state is not written yet")}
	}
	return nil
}
