package callbacks

import (
	"context"
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
	var changed []cti.Callback
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
	for _, b := range changed {
		s.tell(ctx, b)
	}
	return now, nil // there may be more
}

func (s *Service) wake(ctx context.Context, b cti.Callback, now time.Time, changed []cti.Callback) ([]cti.Callback, error) {
	b, steps := s.plan.tick(b, now, s.opts.OnLine(b.Client.Number))
	if err := s.opts.Store.SaveCallback(ctx, b, s.plan.wake(b)); err != nil {
		return nil, err
	}
	return append(changed, b), s.note(ctx, b, "", steps...)
}
