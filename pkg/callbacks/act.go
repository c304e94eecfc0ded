package callbacks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"callcard/pkg/cti"
)

// Claim gives a duty to the user for a while. Of two at once the store lets one
// win; the other gets *cti.ClaimedError with the winner's name.
func (s *Service) Claim(ctx context.Context, id string, by cti.User) (cti.Callback, error) {
	return s.act(ctx, id, by, func(ctx context.Context, b cti.Callback, now time.Time) (cti.Callback, step, error) {
		b, err := s.claim(ctx, b, by, now)
		return b, step{"callback.claimed", "claimed by " + by.Name}, err
	})
}

func (s *Service) claim(ctx context.Context, b cti.Callback, by cti.User, now time.Time) (cti.Callback, error) {
	won, err := s.opts.Store.ClaimCallback(ctx, b.ID, by.ID, now, now.Add(s.opts.Rules.Lease))
	if err != nil {
		return b, err
	}
	b, err = s.opts.Store.Callback(ctx, b.ID)
	switch {
	case err != nil || won:
		return b, err
	case b.State != cti.CallbackOpen:
		return b, closedAlready()
	}
	return b, claimed(b)
}

// Release gives a claimed duty back.
func (s *Service) Release(ctx context.Context, id string, by cti.User) (cti.Callback, error) {
	return s.act(ctx, id, by, func(_ context.Context, b cti.Callback, now time.Time) (cti.Callback, step, error) {
		if err := free(b, by, now); err != nil {
			return b, step{}, err
		}
		return withoutPending(release(b)), step{"callback.released", "given back by " + by.Name}, nil
	})
}

// Outcome notes how an agent's try ended and does what follows from it.
func (s *Service) Outcome(ctx context.Context, id string, by cti.User, said Said) (cti.Callback, error) {
	return s.act(ctx, id, by, func(ctx context.Context, b cti.Callback, now time.Time) (cti.Callback, step, error) {
		b, err := s.plan.said(b, by, said, now)
		if err == nil && said.DoNotCall {
			err = s.opts.Store.ListNumber(ctx, cti.ListDoNotCall, cti.ListedNumber{Number: b.Client.Number, Note: said.Note, By: by.ID, At: now})
		}
		return b, step{"callback." + string(said.Outcome), fmt.Sprintf("%s said: %s; the callback is %s", by.Name, said.Outcome, b.State)}, err
	})
}

// Reschedule sets another time that was agreed with the client.
func (s *Service) Reschedule(ctx context.Context, id string, by cti.User, due time.Time) (cti.Callback, error) {
	return s.act(ctx, id, by, func(_ context.Context, b cti.Callback, now time.Time) (cti.Callback, step, error) {
		if err := free(b, by, now); err != nil {
			return b, step{}, err
		}
		b, err := s.plan.promise(b, by.ID, due, now)
		return b, step{"callback.rescheduled", by.Name + " set another time"}, err
	})
}

// Close ends a duty by hand; reason says why.
func (s *Service) Close(ctx context.Context, id string, by cti.User, reason string) (cti.Callback, error) {
	return s.act(ctx, id, by, func(_ context.Context, b cti.Callback, now time.Time) (cti.Callback, step, error) {
		if err := free(b, by, now); err != nil {
			return b, step{}, err
		}
		state := cti.CallbackCancelled
		if reason == Reached {
			state = cti.CallbackDone
		}
		return closed(b, state, reason, by.ID, now), step{"callback.closed", "closed by " + by.Name + ": " + reason}, nil
	})
}

// Dial claims a duty and calls the client from the agent's phone, which rings first.
func (s *Service) Dial(ctx context.Context, id string, by cti.User) (_ cti.Callback, actionID string, err error) {
	var had bool
	b, err := s.act(ctx, id, by, func(ctx context.Context, b cti.Callback, now time.Time) (cti.Callback, step, error) {
		had = held(b, now) && b.ClaimedBy == by.ID
		if err := s.mayDial(ctx, b, by, now); err != nil {
			return b, step{}, err
		}
		b, err := s.claim(ctx, b, by, now)
		if err != nil {
			return b, step{}, err
		}
		// Before the PBX is asked: a call whose daemon dies now is still an attempt of this duty.
		b.Attempts = append(withoutPending(b).Attempts, cti.Attempt{At: now.UTC(), Agent: by.ID, AgentName: by.Name})
		return b, step{"callback.dialling", by.Name + " calls the client"}, nil
	})
	if err != nil {
		return b, "", err
	}
	actionID, failure := s.dial(ctx, b, by)
	defer s.Look() // the PBX may have refused it meanwhile
	b, err = s.act(ctx, id, by, func(_ context.Context, b cti.Callback, _ time.Time) (cti.Callback, step, error) {
		if failure == nil {
			return withAction(b, by.ID, actionID), step{}, nil
		}
		if b = withoutPending(b); !had {
			b = release(b)
		}
		return b, step{"callback.not_dialled", "the call could not be made: " + failure.Error()}, nil
	})
	return b, actionID, errors.Join(failure, err)
}

func (s *Service) dial(ctx context.Context, b cti.Callback, by cti.User) (string, error) {
	if s.opts.Dialer == nil {
		return "", &cti.UnavailableError{What: "the control connection", Err: errors.New("none is configured")}
	}
	return s.opts.Dialer.Dial(ctx, cti.DialRequest{User: by, Number: b.Client.Number, CallbackID: b.ID, ContactID: b.ContactID})
}

func withAction(b cti.Callback, agent cti.UserID, actionID string) cti.Callback {
	for i := len(b.Attempts) - 1; i >= 0; i-- {
		if b.Attempts[i].Agent == agent && b.Attempts[i].ActionID == "" {
			b.Attempts[i].ActionID = actionID
			break
		}
	}
	return b
}

// online tells that the client is on the line, from whichever of his numbers.
func (s *Service) online(b cti.Callback) bool {
	return s.opts.OnLine(b.Client.Number) || slices.ContainsFunc(b.Numbers, s.opts.OnLine)
}

// awake is how long after his own call a client is taken to be up, whatever the hour.
const awake = time.Hour

// mayDial refuses a call that should not be made now, and says why.
func (s *Service) mayDial(ctx context.Context, b cti.Callback, by cti.User, now time.Time) error {
	if err := free(b, by, now); err != nil {
		return err
	}
	if why := s.opts.Busy(by.ID); why != "" {
		return refused(whyBusy, why)
	}
	if s.online(b) {
		return refused(whyOnLine, "the client is on the line with us now")
	}
	lists, err := s.opts.Store.ListsOf(ctx, b.Client.Number)
	if err != nil {
		return err
	}
	if len(lists) > 0 || s.opts.Blocked(b.Client.Number) {
		return refused(whyListed, "this number is not to be called")
	}
	promised := b.Promised && !now.Before(b.Due.Add(-s.opts.Rules.Tolerance))
	wanted := promised || now.Sub(b.LastMissed) < awake
	plan := s.plan.by(b.Calendar)
	if opens := plan.daytime(b.Client.Number, now); opens.After(now) && !wanted {
		return refused(whyNight, "it is night where the client is; call from "+opens.In(plan.location(b.Client.Number)).Format("15:04 MST"))
	}
	if n := s.opts.Rules.PerDay; n > 0 && plan.triesOn(b, now) >= n {
		return refused(whyTooOften, fmt.Sprintf("the client was called %d times today", n))
	}
	if next := plan.notBefore(b); next.After(now) && !promised {
		return refused(whyTooSoon, "the client was called a moment ago; call from "+next.In(plan.calendar.Location()).Format("15:04 MST"))
	}
	return nil
}

// act changes one duty that the user may see, in a transaction, and tells of it.
func (s *Service) act(ctx context.Context, id string, by cti.User,
	do func(context.Context, cti.Callback, time.Time) (cti.Callback, step, error),
) (b cti.Callback, err error) {
	now := time.Now()
	var all []change
	err = s.opts.Store.Together(ctx, func(ctx context.Context) error {
		before, err := s.current(ctx, id)
		if err != nil {
			return err
		}
		b = before
		if !b.SeenBy(by) {
			return cti.ErrForbidden
		}
		var what step
		if b, what, err = do(ctx, b, now); err != nil {
			return err
		}
		if what.rule != "" {
			if err := s.note(ctx, b, by.ID, what); err != nil {
				return err
			}
		}
		all, err = s.keep(ctx, before, b)
		return err
	})
	if err != nil {
		return b, err
	}
	return s.tellAll(ctx, all), nil
}

// current is a duty, or the one that it became part of.
func (s *Service) current(ctx context.Context, id string) (cti.Callback, error) {
	b, err := s.opts.Store.Callback(ctx, id)
	for err == nil && b.MergedInto != "" {
		b, err = s.opts.Store.Callback(ctx, b.MergedInto)
	}
	return b, err
}

// keep saves what an act has changed and reads it again, with the names of people.
func (s *Service) keep(ctx context.Context, before, b cti.Callback) (all []change, err error) {
	all, err = s.unite(ctx, change{before, b})
	for i := range all {
		if err == nil {
			all[i].after, err = s.opts.Store.Callback(ctx, all[i].after.ID)
		}
	}
	return all, err
}

// tellAll returns the duty that goes on, which is the last one.
func (s *Service) tellAll(ctx context.Context, all []change) (b cti.Callback) {
	for _, one := range all {
		s.tell(ctx, one)
		b = one.after
	}
	return b
}
