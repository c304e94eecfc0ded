package callbacks

import (
	"context"
	"errors"
	"slices"
	"time"

	"callcard/pkg/cti"
)

// NotMissed is how a duty ends whose only missed call turned out to be none.
const NotMissed = "not_missed"

// takeBack undoes what a call did to duties when it was told otherwise: it is judged anew,
// by verdict v, as if it had not been judged before. What people did and said stays.
func (s *Service) takeBack(ctx context.Context, c cti.Call, v Verdict) error {
	if err := s.takeOut(ctx, c, v); err != nil {
		return err
	}
	if v.Action == Settle {
		return s.split(ctx, c, v)
	}
	done, err := s.closedByTalk(ctx, c)
	if err != nil {
		return err
	}
	for _, b := range done {
		if err := s.reopenAfter(ctx, b, c, v); err != nil {
			return err
		}
	}
	return nil
}

// takeOut takes a call out of the duty that counts it as missed, unless it still is.
func (s *Service) takeOut(ctx context.Context, c cti.Call, v Verdict) error {
	for {
		b, err := s.opts.Store.CallbackOf(ctx, c.ID)
		if errors.Is(err, cti.ErrNotFound) {
			return nil
		}
		if err != nil || v.Action == Owe && of(b, v.Number) {
			return err
		}
		now, err := s.without(ctx, b, c)
		if err != nil {
			return err
		}
		needless := now.State == cti.CallbackOpen && len(now.Calls) == 0 && now.PromisedAt.IsZero()
		if needless && !(v.Action == Settle && of(b, v.Number)) { // else the talk ends it
			now = closed(now, cti.CallbackCancelled, NotMissed, "", c.Ended)
		}
		if err := s.note(ctx, b, "", step{"callback.not_missed", "the PBX's own records tell that a call was not missed: the callback counts it no more"}); err != nil {
			return err
		}
		if err := s.save(ctx, b, now); err != nil {
			return err
		}
	}
}

func of(b cti.Callback, number string) bool {
	return b.Client.Number == number || slices.Contains(b.Numbers, number)
}

// without is a duty as it would be without one of its missed calls. Its urgency stays.
func (s *Service) without(ctx context.Context, b cti.Callback, c cti.Call) (cti.Callback, error) {
	b.Calls = slices.DeleteFunc(slices.Clone(b.Calls), func(id cti.CallID) bool { return id == c.ID })
	b.Missed = max(b.Missed-1, 0)
	if len(b.Calls) == 0 {
		b.FirstMissed, b.LastMissed = time.Time{}, time.Time{}
		return b, nil
	}
	left, err := s.counted(ctx, b)
	if err != nil || len(left) < len(b.Calls) {
		return b, err // they are no longer kept: nobody can tell when they were
	}
	return s.recounted(b, left), nil
}

// counted are the calls that a duty counts as missed, the oldest first, as far as they are kept.
func (s *Service) counted(ctx context.Context, b cti.Callback) ([]cti.Call, error) {
	calls, err := s.callsOf(ctx, b, b.FirstMissed)
	return slices.DeleteFunc(calls, func(one cti.Call) bool { return !slices.Contains(b.Calls, one.ID) }), err
}

// recounted is a duty with the times and causes of these calls, the oldest first.
func (s *Service) recounted(b cti.Callback, left []cti.Call) cti.Callback {
	last := left[len(left)-1]
	b.Missed, b.Calls = len(left), make([]cti.CallID, len(left))
	for i, c := range left {
		b.Calls[i] = c.ID
	}
	b.FirstMissed, b.LastMissed, b.LastCall, b.Cause = left[0].Started, last.Started, last.Started, last.Outcome
	if queue := last.Queue(); queue != "" {
		b.Queue = queue
	}
	causes := slices.DeleteFunc(slices.Clone(b.Causes), func(cause cti.CallbackCause) bool { return cause != cti.CausePromised })
	for _, c := range left {
		if v := s.verdict(c); v.Action == Owe && !slices.Contains(causes, v.Cause) {
			causes = append(causes, v.Cause)
		}
	}
	b.Causes = causes
	return b
}

// split parts duties that a talk would have ended, had it been known: what was missed before
// it is done, and what was missed since is owed.
func (s *Service) split(ctx context.Context, c cti.Call, v Verdict) error {
	open, err := s.openOf(ctx, c, v)
	if err != nil {
		return err
	}
	for _, b := range open {
		calls, err := s.counted(ctx, b)
		if err != nil {
			return err
		}
		since := slices.IndexFunc(calls, func(one cti.Call) bool { return !v.Last.After(one.Started) })
		if since <= 0 || len(calls) < len(b.Calls) {
			continue
		}
		done := b
		if done.ID, err = s.freeID(ctx, b.ID); err != nil {
			return err
		}
		done = closed(s.recounted(done, calls[:since]), cti.CallbackDone, v.How, v.Agent, v.Last)
		done.ClosedCall, done.Attempts, done.Promised, done.PromisedAt = c.ID, []cti.Attempt{}, false, time.Time{}
		if err := s.save(ctx, cti.Callback{}, done); err != nil {
			return err
		}
		if err := s.save(ctx, b, s.recounted(b, calls[since:])); err != nil {
			return err
		}
	}
	return nil
}

// callsOf are the ended calls of the client of a duty that began since then, the oldest first.
func (s *Service) callsOf(ctx context.Context, b cti.Callback, since time.Time) (all []cti.Call, err error) {
	for _, number := range append([]string{b.Client.Number}, b.Numbers...) {
		calls, err := s.opts.Store.EndedCalls(ctx, number, since)
		if err != nil {
			return nil, err
		}
		all = append(all, calls...)
	}
	slices.SortStableFunc(all, func(x, y cti.Call) int { return x.Started.Compare(y.Started) })
	return all, nil
}

// closedByTalk are the duties that a talk in this call has closed.
func (s *Service) closedByTalk(ctx context.Context, c cti.Call) ([]cti.Callback, error) {
	contact, err := s.opts.Store.LinkOf(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	number, _ := usable(c.Client)
	done, err := s.opts.Store.DoneCallbacks(ctx, number, contact, c.Started.Add(-longestCall))
	return slices.DeleteFunc(done, func(b cti.Callback) bool { return b.ClosedCall != c.ID }), err
}

// reopenAfter opens a duty again whose talk was none. One of another call since ends it
// at once, and the word of an agent that he reached the client stands.
func (s *Service) reopenAfter(ctx context.Context, b cti.Callback, c cti.Call, v Verdict) error {
	isTry := func(a cti.Attempt) bool { return a.CallID == c.ID }
	if slices.ContainsFunc(b.Attempts, func(a cti.Attempt) bool { return isTry(a) && a.Said && a.Outcome == cti.AttemptReached }) {
		return nil
	}
	now := reopen(b)
	now.Attempts = slices.Clone(b.Attempts)
	if v.Action != Tried {
		now.Attempts = slices.DeleteFunc(now.Attempts, func(a cti.Attempt) bool { return isTry(a) && !a.Said })
	}
	for i := range now.Attempts {
		if one := &now.Attempts[i]; isTry(*one) && !one.Said {
			one.Outcome = "" // it is said by the verdict
		}
	}
	calls, err := s.callsOf(ctx, now, earlier(now.LastCall, now.Created).Add(-longestCall))
	if err != nil {
		return err
	}
	what := step{"callback.reopened", "the PBX's own records tell that nobody talked with the client: the callback is open again"}
	for _, other := range calls {
		if v := s.verdict(other); other.ID != c.ID && v.Action == Settle && now.State == cti.CallbackOpen {
			now, _ = settled(now, other, v)
			what.text = "the PBX's own records tell that it was another talk with the client that ended the callback"
		}
	}
	if err := s.note(ctx, b, "", what); err != nil {
		return err
	}
	return s.save(ctx, b, now)
}
