package callbacks

import (
	"context"
	"errors"
	"time"

	"callcard/pkg/cti"
)

const (
	// woken is how many duties one transaction looks at.
	woken = 100
	// recheck finds what another node has changed: it does not wake us.
	recheck = 30 * time.Second
)

// Run does what time brings: claims end, assignees had their chance, deadlines pass.
func (s *Service) Run(ctx context.Context) error {
	failed := ""
	for ctx.Err() == nil {
		next, err := s.wakeUp(ctx)
		if err == nil {
			err = errors.Join(s.endLost(ctx), s.uniteDoubles(ctx), s.measure(ctx))
		}
		switch {
		case err != nil && ctx.Err() == nil && err.Error() != failed:
			failed = err.Error()
			s.log.ErrorContext(ctx, "timers of callbacks stand still, trying again", "err", err)
		case err == nil:
			failed = ""
		}
		s.rest(ctx, next)
	}
	return nil
}

func (s *Service) rest(ctx context.Context, next time.Time) {
	pause := recheck
	if !next.IsZero() {
		pause = min(max(time.Until(next), 0), recheck)
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.moved:
	case <-ctx.Done():
	}
}

// wakeUp looks at the duties whose time has come and tells when the next one's does.
func (s *Service) wakeUp(ctx context.Context) (next time.Time, err error) {
	now := time.Now()
	found, next, err := s.opts.Store.WakingCallbacks(ctx, now, woken)
	if err != nil || len(found) == 0 {
		return next, err // a look without the writer's lock
	}
	var changed []change
	err = s.opts.Store.Together(ctx, func(ctx context.Context) error {
		changed = changed[:0]
		found, _, err := s.opts.Store.WakingCallbacks(ctx, now, woken)
		for _, b := range found {
			if err == nil {
				changed, err = s.wake(ctx, b, now, changed)
			}
		}
		return err
	})
	if err != nil {
		return time.Time{}, err
	}
	s.tellAll(ctx, changed)
	return now, nil // there may be more
}

func (s *Service) wake(ctx context.Context, before cti.Callback, now time.Time, changed []change) ([]change, error) {
	b, steps := s.plan.tick(before, now, s.online(before))
	all, err := s.unite(ctx, change{before, b})
	if err != nil {
		return nil, err
	}
	return append(changed, all...), s.note(ctx, b, "", steps...)
}

// Linked looks at the duty of a call whose client has just been found: he may be
// somebody who waits already, by another number.
func (s *Service) Linked(ctx context.Context, id cti.CallID) error {
	var all []change
	err := s.opts.Store.Together(ctx, func(ctx context.Context) error {
		b, err := s.opts.Store.CallbackOf(ctx, id)
		if errors.Is(err, cti.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		all, err = s.keep(ctx, b, b)
		return err
	})
	if err != nil {
		return err
	}
	s.tellAll(ctx, all)
	return nil
}

// uniteDoubles finds what no call has told: a contact was made or changed, and two who
// wait are one client by that.
func (s *Service) uniteDoubles(ctx context.Context) error {
	found, err := s.opts.Store.DoubledCallbacks(ctx)
	if err != nil || len(found) == 0 {
		return err // a look without the writer's lock
	}
	var all []change
	err = s.opts.Store.Together(ctx, func(ctx context.Context) error {
		all = all[:0]
		found, err := s.opts.Store.DoubledCallbacks(ctx)
		for _, one := range found {
			if err != nil {
				return err
			}
			now, err := s.current(ctx, one.ID) // it may be part of another by now
			if err != nil {
				return err
			}
			if now.ID != one.ID {
				continue
			}
			united, err := s.keep(ctx, now, now)
			if err != nil {
				return err
			}
			if len(united) > 1 {
				all = append(all, united...)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	s.tellAll(ctx, all)
	return nil
}

// Look makes Run look at once: contacts have changed.
func (s *Service) Look() {
	select {
	case s.moved <- struct{}{}:
	default:
	}
}

// measure looks how many wait.
func (s *Service) measure(ctx context.Context) error {
	open, overdue, err := s.opts.Store.CountCallbacks(ctx, time.Now())
	if err != nil {
		return err
	}
	s.metrics.open.Set(float64(open))
	s.metrics.overdue.Set(float64(overdue))
	return nil
}
