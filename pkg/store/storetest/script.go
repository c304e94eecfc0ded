package storetest

import (
	"slices"
	"time"

	"callcard/pkg/cti"
)

// story makes the events of one call, as the tracker would.
type story struct {
	epoch string
	seq   uint64
	call  cti.Call
}

func script(epoch string, c cti.Call) *story { return &story{epoch: epoch, call: c} }

// call is an inbound call of one client.
func call(id cti.CallID, at time.Time) cti.Call {
	return cti.Call{
		ID: id, PBX: id.PBX(), Direction: cti.Inbound, State: cti.CallIVR, Started: at, DID: "+74950000001",
		Client: cti.Phone{Number: "+79161234567", Raw: "79161234567", Kind: cti.NumberE164}, Certainty: cti.Observed,
	}
}

// step changes the call and tells of it.
func (s *story) step(kind cti.CallEventKind, change func(*cti.Call)) []cti.CallEvent {
	s.seq++
	s.call.Version++
	if change != nil {
		change(&s.call)
	}
	return []cti.CallEvent{{Epoch: s.epoch, Seq: s.seq, At: s.call.Started.Add(time.Duration(s.seq) * time.Second), Kind: kind, Call: s.call}}
}

func (s *story) started() []cti.CallEvent { return s.step(cti.CallStarted, nil) }

func (s *story) offered(user cti.UserID) []cti.CallEvent {
	return s.step(cti.OfferStarted, func(c *cti.Call) {
		c.State = cti.CallRinging
		c.Offers = append(slices.Clip(c.Offers), cti.Offer{Device: cti.Device("PJSIP/" + user), User: user, At: c.Started, Attempts: 1})
	})
}

func (s *story) talked(user cti.UserID, seconds int) []cti.CallEvent {
	return s.step(cti.TalkEnded, func(c *cti.Call) {
		c.Talks = append(slices.Clip(c.Talks), cti.Talk{
			Device: cti.Device("PJSIP/" + user), User: user,
			From: c.Started.Add(time.Minute), To: c.Started.Add(time.Minute + time.Duration(seconds)*time.Second),
		})
	})
}

func (s *story) ended(outcome cti.CallOutcome) []cti.CallEvent {
	return s.step(cti.CallFinished, func(c *cti.Call) {
		c.State, c.Outcome, c.Missed = cti.CallEnded, outcome, outcome != cti.OutcomeAnswered
		c.Ended = c.Started.Add(5 * time.Minute)
	})
}

// merged is the event by which the call of other goes on in this one.
func (s *story) merged(other cti.CallID) []cti.CallEvent {
	events := s.step(cti.CallMerged, func(c *cti.Call) {
		c.Aliases = append(slices.Clip(c.Aliases), other)
	})
	events[0].Merged = other
	return events
}

func events(parts ...[]cti.CallEvent) (all []cti.CallEvent) {
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}
