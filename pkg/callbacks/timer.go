package callbacks

import (
	"time"

	"callcard/pkg/cti"
)

// wake is when a duty has to be looked at again; zero for never.
func (p plan) wake(b cti.Callback) time.Time {
	p = p.by(b.Calendar)
	if b.State != cti.CallbackOpen {
		return time.Time{}
	}
	var first time.Time
	if b.Due.IsZero() {
		return b.Created // tick gives it one
	}
	for _, at := range []time.Time{b.ClaimedUntil, b.AssigneeUntil, p.reminds(b), p.overdue(b), p.overdueAgain(b), p.expires(b)} {
		if !at.IsZero() {
			first = earlier(first, at)
		}
	}
	return first
}

// reminds is when who should call is told that most of the time is over; zero when he was.
func (p plan) reminds(b cti.Callback) time.Time {
	if b.Reminded || b.Escalated {
		return time.Time{}
	}
	return b.RemindAt
}

// overdue is when a supervisor is told; zero when he was.
func (p plan) overdue(b cti.Callback) time.Time {
	if b.Escalated || b.Due.IsZero() {
		return time.Time{}
	}
	return p.late(b)
}

// overdueAgain is when the supervisors' chief is told; zero when he was.
func (p plan) overdueAgain(b cti.Callback) time.Time {
	if !b.Escalated || b.EscalatedAgain || b.Due.IsZero() || p.EscalateAgain <= 0 {
		return time.Time{}
	}
	return p.calendar.Add(p.late(b), p.EscalateAgain)
}

// late is when the time to call has passed.
func (p plan) late(b cti.Callback) time.Time {
	switch {
	case b.Promised || b.Due.Equal(b.NotBefore): // a time to call at, not one to have called by
		return b.Due.Add(p.Tolerance)
	}
	return b.Due
}

func (p plan) expires(b cti.Callback) time.Time {
	if p.MaxAge <= 0 {
		return time.Time{}
	}
	// What was promised for later is kept, and what somebody works on is not taken away.
	return laterOf(laterOf(b.Created.Add(p.MaxAge), b.Due), b.ClaimedUntil)
}

// step is one thing that time did to a duty.
type step struct{ rule, text string }

// tick does what has come due at now.
func (p plan) tick(b cti.Callback, now time.Time, online bool) (cti.Callback, []step) {
	p = p.by(b.Calendar)
	if b.State != cti.CallbackOpen {
		return b, nil
	}
	var steps []step
	if b.Due.IsZero() { // from before there were deadlines
		b.Priority = max(b.Priority, urgent)
		b = p.dueAt(b, p.deadline(b.Priority, now), now)
	}
	if due(b.ClaimedUntil, now) && b.ClaimedBy != "" {
		if online { // he is talking with the client
			b.ClaimedUntil = now.Add(p.Lease).UTC()
		} else {
			b = withoutPending(release(b))
			steps = append(steps, step{"callback.lease_ended", "the claim ended: nothing came of it in time"})
		}
	}
	if due(b.AssigneeUntil, now) {
		b.Assignee, b.AssigneeName, b.AssigneeUntil = "", "", time.Time{}
		steps = append(steps, step{"callback.pool", "not called by its assignee in time: anybody may now"})
	}
	b, told := p.tell(b, now)
	steps = append(steps, told...)
	if due(p.expires(b), now) {
		b = closed(b, cti.CallbackCancelled, Expired, "", now)
		steps = append(steps, step{"callback.expired", "given up: too old"})
	}
	return b, steps
}

// tell says who has to know that the client still waits: who should call, supervisors, their chief.
func (p plan) tell(b cti.Callback, now time.Time) (_ cti.Callback, steps []step) {
	if due(p.reminds(b), now) {
		b.Reminded = true
		if !due(p.overdue(b), now) { // else it is too late for that
			steps = append(steps, step{"callback.reminder", "most of the time to call is over: who should call is reminded"})
		}
	}
	if due(p.overdue(b), now) {
		b.Escalated = true
		steps = append(steps, step{"callback.overdue", "not called in time: supervisors are told"})
	}
	if due(p.overdueAgain(b), now) {
		b.EscalatedAgain = true
		steps = append(steps, step{"callback.overdue_again", "still not called: the supervisors' chief is told"})
	}
	return b, steps
}

func due(at, now time.Time) bool { return !at.IsZero() && !at.After(now) }
