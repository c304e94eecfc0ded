package callbacks

import (
	"slices"

	"github.com/google/uuid"

	"callcard/pkg/cti"
)

// owe adds a missed call to a callback, or begins one when b is empty.
func owe(b cti.Callback, c cti.Call, number, line string) cti.Callback {
	if b.ID == "" {
		b = begin(c, number, line)
	}
	b.Missed++
	b.Calls = append(slices.Clone(b.Calls), c.ID)
	b.Agents = withAgents(b.Agents, c)
	if !c.Started.Before(b.LastCall) { // an older call that is judged late does not change what is newest
		b.LastCall, b.Cause = c.Started, c.Outcome
		if queue := c.Queue(); queue != "" {
			b.Queue = queue
		}
	}
	return b
}

// begin makes the id from the call's, so that a repeated transaction makes the same callback.
func begin(c cti.Call, number, line string) cti.Callback {
	client := c.Client
	client.Number = number
	return cti.Callback{
		ID:      uuid.NewSHA1(uuid.NameSpaceURL, []byte("callcard:callback:"+c.ID)).String(),
		State:   cti.CallbackOpen,
		Client:  client,
		Line:    line,
		Agents:  []cti.UserID{},
		Created: c.Ended,
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

// settled ends a callback by a talk that was later than its newest missed call;
// one that was over before cannot have been about it.
func settled(b cti.Callback, c cti.Call, v Verdict) (cti.Callback, bool) {
	if !v.Last.After(b.LastCall) {
		return b, false
	}
	b.State, b.Closed, b.ClosedBy, b.ClosedCall = cti.CallbackDone, v.Last, v.How, c.ID
	return b, true
}
