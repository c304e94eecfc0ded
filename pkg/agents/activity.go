package agents

import (
	"time"

	"callcard/pkg/cti"
)

// seenCall is what of a call matters to agents and queues.
type seenCall struct {
	pbx     string
	version int
	agents  map[cti.UserID]cti.Activity
	waiting map[string]time.Time // queues it waits in, since when
}

func (s *Service) takeCall(ev cti.CallEvent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ev.Merged != "" {
		s.dropCall(ev.Merged)
	}
	s.callStep(ev.Call)
}

// adoptCalls brings everything to a snapshot of the tracker.
func (s *Service) adoptCalls(calls []cti.Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := make(map[cti.CallID]bool, len(calls))
	for _, call := range calls {
		known[call.ID] = true
		s.callStep(call)
	}
	for id := range s.calls {
		if !known[id] {
			s.dropCall(id)
		}
	}
}

func (s *Service) callStep(call cti.Call) {
	if call.State == cti.CallEnded || call.MergedInto != "" {
		s.dropCall(call.ID)
		return
	}
	old := s.calls[call.ID]
	if old != nil && call.Version < old.version {
		return
	}
	now := &seenCall{pbx: call.PBX, version: call.Version, agents: s.activities(call), waiting: waitingIn(call)}
	s.calls[call.ID] = now
	s.replaced(call.ID, old, now)
}

func (s *Service) dropCall(id cti.CallID) {
	if old := s.calls[id]; old != nil {
		delete(s.calls, id)
		s.replaced(id, old, &seenCall{pbx: old.pbx})
	}
}

// replaced tells agents and queues what is different about one call.
func (s *Service) replaced(id cti.CallID, old, now *seenCall) {
	if old == nil {
		old = &seenCall{}
	}
	for user := range old.agents {
		if _, still := now.agents[user]; !still {
			s.busy(user, id, cti.ActivityIdle)
		}
	}
	for user, activity := range now.agents {
		if old.agents[user] != activity {
			s.busy(user, id, activity)
		}
	}
	for name := range old.waiting {
		if _, still := now.waiting[name]; !still {
			s.waits(queueKey{now.pbx, name}, id, time.Time{})
		}
	}
	for name, since := range now.waiting {
		if old.waiting[name] != since {
			s.waits(queueKey{now.pbx, name}, id, since)
		}
	}
}

func (s *Service) busy(user cti.UserID, call cti.CallID, activity cti.Activity) {
	a := s.agents[user]
	if a == nil {
		return
	}
	if activity == cti.ActivityIdle {
		delete(a.calls, call)
	} else {
		a.calls[call] = activity
	}
	s.publish(a)
}

// activities says what each user does in a call: an open talk beats an open offer; who
// calls out, or calls a colleague, is busy from the moment he does.
func (s *Service) activities(call cti.Call) map[cti.UserID]cti.Activity {
	out := map[cti.UserID]cti.Activity{}
	if call.Direction != cti.Inbound && call.Initiator != "" {
		s.mark(out, call.PBX, call.Initiator, "", cti.ActivityTalking)
	}
	for _, o := range call.Offers {
		if o.Open() && o.Device != call.Initiator {
			s.mark(out, call.PBX, o.Device, o.User, cti.ActivityOffered)
		}
	}
	for _, t := range call.Talks {
		switch {
		case !t.Open():
		case t.HeldSince.IsZero():
			s.mark(out, call.PBX, t.Device, t.User, cti.ActivityTalking)
		default:
			s.mark(out, call.PBX, t.Device, t.User, cti.ActivityHold)
		}
	}
	return out
}

func (s *Service) mark(out map[cti.UserID]cti.Activity, pbx string, device cti.Device, user cti.UserID, activity cti.Activity) {
	if user == "" {
		user = s.devices[keyOf(pbx, device)]
	}
	if user != "" {
		out[user] = activity
	}
}

func waitingIn(call cti.Call) map[string]time.Time {
	var out map[string]time.Time
	for _, v := range call.Visits {
		if v.Outcome == "" && v.Left.IsZero() {
			if out == nil {
				out = map[string]time.Time{}
			}
			out[v.Queue] = v.Joined
		}
	}
	return out
}
