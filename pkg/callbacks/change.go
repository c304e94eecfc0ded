package callbacks

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"callcard/pkg/cti"
)

// Ways in which a duty ends.
const (
	GotThrough = "client_got_through"
	Reached    = "reached"
	NotReached = "not_reached" // the tries are used up
	Expired    = "expired"     // too old
)

// owe adds a missed call to a callback, or begins one when b is empty.
func (p plan) owe(b cti.Callback, c cti.Call, v Verdict) cti.Callback {
	if b.ID == "" {
		b = begin(c, v)
	}
	b.Missed++
	b.Calls = append(slices.Clone(b.Calls), c.ID)
	b.Agents = withAgents(b.Agents, c)
	if number := v.Number; number != b.Client.Number && !slices.Contains(b.Numbers, number) {
		b.Numbers = append(slices.Clone(b.Numbers), number)
	}
	if !slices.Contains(b.Causes, v.Cause) {
		b.Causes = append(slices.Clone(b.Causes), v.Cause)
	}
	if !c.Started.Before(b.LastCall) { // an older call that is judged late does not change what is newest
		b.LastCall, b.Cause = c.Started, c.Outcome
		if queue := c.Queue(); queue != "" {
			b.Queue = queue
		}
		if b.Line == "" || c.DID != "" {
			b.Line = c.DID
		}
	}
	b.FirstMissed, b.LastMissed = earlier(b.FirstMissed, c.Started), laterOf(b.LastMissed, c.Started)
	return p.hasten(b, c, v)
}

// hasten sets priority and deadline; another missed call never makes them later. A
// promised time stays: the client knows it.
func (p plan) hasten(b cti.Callback, c cti.Call, v Verdict) cti.Callback {
	priority := v.Priority
	if b.Priority != 0 {
		priority = min(priority, b.Priority)
	}
	if p.Raise > 0 && b.Missed > 1 && b.Missed%p.Raise == 0 {
		priority--
	}
	b.Priority = max(priority, urgent)
	if b.Promised {
		return b
	}
	due := v.Due
	if due.IsZero() {
		due = p.deadline(b.Priority, c.Ended)
	}
	if b.Due.IsZero() || due.Before(b.Due) || b.NotBefore.After(due) {
		b.NotBefore = time.Time{} // he is awake and at his phone: no waiting for the next try
		b = p.dueAt(b, due, c.Ended)
	}
	return b
}

// begin makes the id from the call's, so that a repeated transaction makes the same callback.
func begin(c cti.Call, v Verdict) cti.Callback {
	client := c.Client
	client.Number = v.Number
	return cti.Callback{
		ID:       uuid.NewSHA1(uuid.NameSpaceURL, []byte("callcard:callback:"+c.ID)).String(),
		State:    cti.CallbackOpen,
		Client:   client,
		Line:     c.DID,
		Agents:   []cti.UserID{},
		Attempts: []cti.Attempt{},
		Created:  c.Ended,
	}
}

func withAgents(agents []cti.UserID, c cti.Call) []cti.UserID {
	agents = slices.Clone(agents)
	for _, offer := range c.Offers {
		if offer.User != "" && !slices.Contains(agents, offer.User) {
			agents = append(agents, offer.User)
		}
	}
	return agents
}

// settled ends a callback by a talk that was later than its newest missed call; one
// that was over before cannot have been about it, and one in which the callback was
// promised is its reason, not its end. What the agent said of his try goes before
// what the PBX saw: an answering machine talks too.
func settled(b cti.Callback, c cti.Call, v Verdict) (_ cti.Callback, changed bool) {
	if !v.Last.After(b.LastCall) || b.Promised && !v.LastBegan.After(b.PromisedAt) {
		return b, false
	}
	try := Try{Call: c.ID, Agent: v.Agent, Began: c.Started, Ended: c.Ended, Outcome: cti.AttemptReached}
	if v.How == Reached {
		var machine bool
		if b, machine = withCall(b, try); machine {
			return b, true
		}
	}
	b = closed(b, cti.CallbackDone, v.How, v.Agent, v.Last)
	b.ClosedCall = c.ID
	return b, true
}

// withCall tells the attempt that it was this call; denied when its agent said that he did not reach the client.
func withCall(b cti.Callback, t Try) (_ cti.Callback, denied bool) {
	b.Attempts = slices.Clone(b.Attempts)
	i := slices.IndexFunc(b.Attempts, func(a cti.Attempt) bool {
		return a.CallID == t.Call || a.ActionID == string(t.Call) || a.CallID == "" && a.ActionID == "" && a.Agent == t.Agent && near(a.At, t)
	})
	if i < 0 {
		b.Attempts = append(b.Attempts, cti.Attempt{At: t.Began.UTC(), Agent: t.Agent})
		i = len(b.Attempts) - 1
	}
	one := &b.Attempts[i]
	one.CallID = t.Call
	if !one.Said {
		one.Outcome = t.Outcome
	}
	return b, one.Said && one.Outcome != cti.AttemptReached
}

func closed(b cti.Callback, state cti.CallbackState, how string, by cti.UserID, at time.Time) cti.Callback {
	b = withoutPending(release(b))
	b.State, b.Closed, b.ClosedBy, b.ClosedUser = state, at.UTC(), how, by
	return b
}

func release(b cti.Callback) cti.Callback {
	b.ClaimedBy, b.ClaimedByName, b.ClaimedUntil = "", "", time.Time{}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

func laterOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
