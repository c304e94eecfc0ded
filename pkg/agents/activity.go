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
	worked  map[cti.UserID]bool  // talked with the client
	rings   []ring
}

func (s *Service) takeCall(ev cti.CallEvent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.callStep(ev.Call)
	if ev.Merged != "" { // after it: nobody is free in between
		s.dropCall(ev.Merged)
	}
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
	s.counted = true
	for _, a := range s.agents {
		s.overdue(a)
		s.publish(a)
	}
}

// overdue begins the next mode of an agent whose calls ended while nobody looked. Before
// both his members and his calls are known it is too early to tell.
func (s *Service) overdue(a *agent) {
	if s.counted && s.truths[a.pbx] && a.next != nil && len(a.calls) == 0 && a.acw == nil {
		s.impose(a)
	}
}

func (s *Service) callStep(call cti.Call) {
	if old := s.calls[call.ID]; old != nil && call.Version >= old.version {
		s.countRings(call, old.rings)
		old.rings, old.worked = ringsOf(call), s.worked(call)
	}
	if call.State == cti.CallEnded || call.MergedInto != "" {
		s.dropCall(call.ID)
		return
	}
	old := s.calls[call.ID]
	if old != nil && call.Version < old.version {
		return
	}
	now := &seenCall{pbx: call.PBX, version: call.Version, agents: s.activities(call), waiting: waitingIn(call), worked: s.worked(call), rings: ringsOf(call)}
	s.calls[call.ID] = now
	s.replaced(call.ID, old, now)
}

func (s *Service) dropCall(id cti.CallID) {
	if old := s.calls[id]; old != nil {
		delete(s.calls, id)
		s.replaced(id, old, &seenCall{pbx: old.pbx, worked: old.worked})
	}
}

// replaced tells agents and queues what is different about one call.
func (s *Service) replaced(id cti.CallID, old, now *seenCall) {
	if old == nil {
		old = &seenCall{}
	}
	for user := range old.agents {
		if _, still := now.agents[user]; !still {
			s.busy(user, id, cti.ActivityIdle, now.worked[user])
		}
	}
	for user, activity := range now.agents {
		if old.agents[user] != activity {
			s.busy(user, id, activity, false)
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

func (s *Service) busy(user cti.UserID, call cti.CallID, activity cti.Activity, worked bool) {
	a := s.agents[user]
	if a == nil {
		return
	}
	if activity == cti.ActivityIdle {
		delete(a.calls, call)
		s.callOver(a, call, worked)
	} else {
		a.calls[call] = activity
	}
	if activity == cti.ActivityTalking {
		s.talkBegan(a, call)
	}
	s.publish(a)
}

// activities says what each user does in a call: an open talk beats an open offer; who
// calls out, or calls a colleague, is busy from the moment he does.
func (s *Service) activities(call cti.Call) map[cti.UserID]cti.Activity {
	out := map[cti.UserID]cti.Activity{}
	if call.Direction != cti.Inbound && call.Initiator != "" && !handedOver(call) {
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

// handedOver: who placed the call has talked and left it to others.
func handedOver(call cti.Call) bool {
	talk, talked := call.TalkOf(call.Initiator)
	return talked && !talk.Open()
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
