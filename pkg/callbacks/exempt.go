package callbacks

import (
	"context"
	"slices"
	"time"

	"callcard/pkg/cti"
)

// exempt tells why a missed call makes no duty all the same: who is blocked never
// does, who asked not to be called only by asking for a call, and who left at once
// only when it happens again soon.
func (s *Service) exempt(ctx context.Context, open cti.Callback, c cti.Call, v Verdict) (rule, why string, err error) {
	lists, err := s.opts.Store.ListsOf(ctx, v.Number)
	switch {
	case err != nil:
		return "", "", err
	case s.opts.Blocked(v.Number), slices.Contains(lists, cti.ListBlocked):
		return "callback.blocked", "no callback: the number is blocked, or one of ours", nil
	case slices.Contains(lists, cti.ListDoNotCall) && v.Cause != cti.CauseRequested:
		return "callback.do_not_call", "no callback: the client asked not to be called", nil
	case !v.Weak || open.ID != "":
		return "", "", nil
	}
	again, err := s.opts.Store.ShortBefore(ctx, v.Number, c.ID, c.Started.Add(-s.opts.Rules.Again), s.opts.Rules.ShortAbandon)
	if err != nil || again {
		return "", "", err
	}
	return v.Rule, "no callback: the client left at once; a second time soon would make one", nil
}

// slot is how long those last who are due together after an opening.
const slot = 10 * time.Minute

// dueAtOpening puts what happened while the office was closed on the next opening, a
// few in each ten minutes, so that nobody begins his day with a hundred overdue calls.
func (s *Service) dueAtOpening(ctx context.Context, hours Calendar, c cti.Call, v *Verdict) error {
	at := v.Due
	if at.IsZero() {
		at = c.Ended
	}
	if hours.Open(at) {
		return nil
	}
	opening := hours.Next(at)
	if opening.IsZero() {
		return nil
	}
	v.Due = opening
	for n := s.opts.Rules.Spread; n > 0; v.Due = v.Due.Add(slot) {
		due, err := s.opts.Store.DueBefore(ctx, s.opts.Group(c.PBX, c.DID), v.Due, v.Due.Add(slot))
		if err != nil || due < n {
			return err
		}
	}
	return nil
}

// assign finds whose the duty is first: who looks after the client, else who talked
// with him last. After his time, which counts by the calendar, it is everybody's. Who is
// not at work while the office is has no time; after hours nobody knows who will be.
func (s *Service) assign(ctx context.Context, hours Calendar, b cti.Callback, now time.Time) (cti.Callback, error) {
	if s.opts.Rules.OwnFor <= 0 {
		return b, nil
	}
	could := func(user cti.UserID) bool { return user != "" && (s.opts.AtWork(user) || !hours.Open(now)) }
	var user cti.UserID
	var err error
	if b.ContactID != "" {
		user, err = s.opts.Store.ResponsibleFor(ctx, b.ContactID)
	}
	if err == nil && !could(user) && s.opts.Rules.LastAgent > 0 {
		user, err = s.opts.Store.LastTalker(ctx, b.Client.Number, now.Add(-s.opts.Rules.LastAgent))
	}
	if err != nil || !could(user) {
		return b, err
	}
	b.Assignee, b.AssigneeUntil = user, hours.Add(now, s.opts.Rules.OwnFor).UTC()
	return b, nil
}
