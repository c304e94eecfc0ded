package callbacks

import (
	"context"
	"errors"
	"maps"
	"time"

	"callcard/pkg/cti"
)

const (
	// lostFor is how long a try is looked for that the PBX has refused: the answer may be
	// faster than its own row.
	lostFor = time.Minute
	// lostAtMost bounds them; of more the claim's end takes care.
	lostAtMost = 1000
)

// NotDialled tells that the PBX could not even begin a call that was ordered: the agent's
// phone does not exist there or is not registered. No call will come and none will end.
// It never blocks.
func (s *Service) NotDialled(id cti.CallID) {
	s.mu.Lock()
	if len(s.lost) < lostAtMost {
		s.lost[id] = time.Now()
	}
	s.mu.Unlock()
	s.Look()
}

// endLost ends the tries that were told of, at once.
func (s *Service) endLost(ctx context.Context) error {
	s.mu.Lock()
	lost := maps.Clone(s.lost)
	s.mu.Unlock()
	for id, at := range lost {
		err := s.lose(ctx, id)
		waits := errors.Is(err, cti.ErrNotFound) && time.Since(at) < lostFor
		if err != nil && !errors.Is(err, cti.ErrNotFound) {
			return err
		}
		if !waits {
			s.mu.Lock()
			delete(s.lost, id)
			s.mu.Unlock()
		}
	}
	return nil
}

func (s *Service) lose(ctx context.Context, id cti.CallID) error {
	var all []change
	err := s.opts.Store.Together(ctx, func(ctx context.Context) error {
		all = nil
		before, err := s.opts.Store.CallbackOfAttempt(ctx, id)
		if err != nil {
			return err
		}
		b, changed := unrung(before, id)
		if !changed {
			return nil
		}
		what := step{"callback.not_dialled", "the PBX could not ring the agent's phone: it does not exist there or is not registered"}
		if err := s.note(ctx, b, "", what); err != nil {
			return err
		}
		all, err = s.keep(ctx, before, b)
		return err
	})
	if err == nil {
		s.tellAll(ctx, all)
	}
	return err
}
