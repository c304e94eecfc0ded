package callbacks

import (
	"slices"
	"time"

	"callcard/pkg/cti"
)

// Said is what an agent tells of his try.
type Said struct {
	Outcome cti.AttemptOutcome
	Note    string
	Due     time.Time // with call_later: when; zero for in twenty minutes
	// DoNotCall puts the number on the list of those who asked not to be called.
	DoNotCall bool
}

// correctable is how long the outcome of a talk that has closed a duty may still be said otherwise.
const correctable = time.Hour

// said applies an outcome that an agent gave.
func (p plan) said(b cti.Callback, by cti.User, s Said, now time.Time) (cti.Callback, error) {
	p = p.by(b.Calendar)
	reopens, err := mayTell(b, by, s, now)
	if err != nil {
		return b, err
	}
	if reopens {
		b = reopen(b)
	}
	b = withOutcome(b, by, s, now)
	if b.State != cti.CallbackOpen {
		return b, nil // a remark on what is done
	}
	b = release(b)
	switch s.Outcome {
	case cti.AttemptReached:
		return closed(b, cti.CallbackDone, Reached, by.ID, now), nil
	case cti.AttemptWrongNumber, cti.AttemptRefused:
		return closed(b, cti.CallbackCancelled, string(s.Outcome), by.ID, now), nil
	case cti.AttemptCallLater:
		return p.promise(b, by.ID, s.Due, now)
	}
	return p.again(b, s.Outcome, by.ID, now), nil
}

// mayTell: an open duty by whom it is free for, a done one for a while by whose talk it was.
func mayTell(b cti.Callback, by cti.User, s Said, now time.Time) (reopens bool, err error) {
	if b.State == cti.CallbackOpen {
		return false, free(b, by, now)
	}
	own := b.ClosedUser == by.ID || slices.ContainsFunc(b.Attempts, func(a cti.Attempt) bool { return a.Agent == by.ID })
	if b.State != cti.CallbackDone || !own && !by.SeesAll() || now.Sub(b.Closed) > correctable {
		return false, closedAlready()
	}
	return s.Outcome != cti.AttemptReached, nil
}

func reopen(b cti.Callback) cti.Callback {
	b.State, b.Closed, b.ClosedBy, b.ClosedUser, b.ClosedCall = cti.CallbackOpen, time.Time{}, "", "", ""
	return b
}

// withOutcome tells it of the agent's newest try that he has said nothing of, or of a new one.
func withOutcome(b cti.Callback, by cti.User, s Said, now time.Time) cti.Callback {
	b.Attempts = slices.Clone(b.Attempts)
	i := lastTry(b, by.ID, now)
	if i < 0 {
		b.Attempts = append(b.Attempts, cti.Attempt{At: now, Agent: by.ID, AgentName: by.Name})
		i = len(b.Attempts) - 1
	}
	b.Attempts[i].Outcome, b.Attempts[i].Said = s.Outcome, true
	if s.Note != "" {
		b.Attempts[i].Note = s.Note
	}
	return b
}

// lastTry finds the agent's newest attempt when it may be the one that he speaks of.
func lastTry(b cti.Callback, agent cti.UserID, now time.Time) int {
	for i := len(b.Attempts) - 1; i >= 0; i-- {
		if a := b.Attempts[i]; a.Agent == agent {
			if a.Said || a.Outcome == cti.AttemptAgentNoAnswer || now.Sub(a.At) > correctable {
				return -1
			}
			return i
		}
	}
	return -1
}

// again puts a duty off after a try that did not reach the client.
func (p plan) again(b cti.Callback, outcome cti.AttemptOutcome, by cti.UserID, now time.Time) cti.Callback {
	next, left := p.nextTry(b, outcome, now)
	if !left {
		return closed(b, cti.CallbackCancelled, NotReached, by, now)
	}
	b.NotBefore, b.Due, b.Promised = next, next, false
	b = quiet(b)
	b.Escalated = outcome == cti.AttemptWrongNumber // somebody has to find another
	return release(b)
}

// promise sets the time that was agreed with the client; who promised keeps the duty.
func (p plan) promise(b cti.Callback, by cti.UserID, due, now time.Time) (cti.Callback, error) {
	if due.IsZero() {
		due = now.Add(later)
	}
	if err := checkDue(due, now); err != nil {
		return b, err
	}
	b = quiet(b)
	b.NotBefore, b.Due, b.Promised, b.PromisedAt = due.UTC(), due.UTC(), true, now.UTC()
	if remind := due.Add(-ahead); p.Remind > 0 && remind.After(now) {
		b.RemindAt = remind.UTC()
	}
	if by != "" {
		b.Assignee, b.AssigneeUntil = by, due.Add(p.Tolerance).UTC()
	}
	return release(b), nil
}

// quiet: with a new time to call at nobody has been reminded or told yet.
func quiet(b cti.Callback) cti.Callback {
	b.RemindAt, b.Reminded, b.Escalated, b.EscalatedAgain = time.Time{}, false, false, false
	return b
}

func checkDue(due, now time.Time) error {
	if due.Before(now.Add(-time.Minute)) || due.After(now.Add(farthest)) { // clocks differ a little
		return &cti.InvalidError{Field: "body.due", Got: due.Format(time.RFC3339), Want: "a time in the next 30 days"}
	}
	return nil
}

// tried applies what the PBX saw of a call to the client that did not reach him.
func (p plan) tried(b cti.Callback, t Try) (cti.Callback, bool) {
	p = p.by(b.Calendar)
	if slices.ContainsFunc(b.Attempts, func(a cti.Attempt) bool { return a.CallID == t.Call && a.Outcome != "" }) {
		return b, false
	}
	b, _ = withCall(b, t)
	if slices.ContainsFunc(b.Attempts, func(a cti.Attempt) bool { return a.CallID == t.Call && a.Said }) {
		return b, true // the agent was faster than the journal, and what he said has been done
	}
	if b.LastMissed.After(t.Ended) {
		return b, true // he has called again since: he is at his phone, and nothing is put off
	}
	return p.again(b, t.Outcome, t.Agent, t.Ended), true
}

// near tells that an attempt may be about the call.
func near(at time.Time, t Try) bool {
	const slack = time.Minute
	return at.After(t.Began.Add(-slack)) && at.Before(t.Ended.Add(correctable))
}

// unrung notes that dialling came to nothing: the agent's own phone was not answered.
// The client waits as before.
func unrung(b cti.Callback, id cti.CallID) (_ cti.Callback, changed bool) {
	b.Attempts = slices.Clone(b.Attempts)
	for i := range b.Attempts {
		if one := &b.Attempts[i]; (one.ActionID == string(id) || one.CallID == id) && one.Outcome == "" {
			one.CallID, one.Outcome, changed = id, cti.AttemptAgentNoAnswer, true
		}
	}
	return b, changed
}

// withoutPending drops dialling of which nothing was heard.
func withoutPending(b cti.Callback) cti.Callback {
	b.Attempts = slices.DeleteFunc(slices.Clone(b.Attempts), func(a cti.Attempt) bool { return a.Outcome == "" && a.CallID == "" })
	return b
}
