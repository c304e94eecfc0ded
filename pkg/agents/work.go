package agents

import (
	"time"

	"callcard/pkg/cti"
)

// talkBegan: who talks is there, and has no time left for the work of the call before.
func (s *Service) talkBegan(a *agent, call cti.CallID) {
	a.missed = 0
	if a.acw != nil && a.acw.CallID != call {
		a.acw = nil
		s.impose(a)
	}
}

// callOver looks at what follows when one of an agent's calls is over for him. worked
// tells that he talked with a client in it.
func (s *Service) callOver(a *agent, call cti.CallID, worked bool) {
	if len(a.calls) > 0 {
		return // he goes on with another one; what follows comes after that
	}
	if worked && s.opts.AfterCallWork > 0 && a.want.mode != cti.ModeOffline {
		now := time.Now().UTC()
		a.acw = &cti.CallWork{CallID: call, Since: now, Until: now.Add(s.opts.AfterCallWork), ExtendsLeft: s.opts.MaxExtends}
		s.earlier()
	}
	if a.acw != nil || a.next != nil {
		s.impose(a)
	}
}

// workDone is what reports count of work after a call that has just ended, or that ended
// by its time while nobody looked.
func workDone(a *agent, was cti.CallWork, now time.Time) cti.AgentWork {
	done := cti.AgentWork{Agent: a.user.ID, CallID: was.CallID, From: was.Since, To: now, EndedBy: "agent"}
	switch {
	case !now.Before(was.Until):
		done.To, done.EndedBy = was.Until, "timer"
	case a.want.mode == cti.ModeOffline:
		done.EndedBy = "logout"
	case len(a.calls) > 0:
		done.EndedBy = "next_call"
	}
	return done
}

// worked lists who talked with a client in a call.
func (s *Service) worked(call cti.Call) map[cti.UserID]bool {
	if call.Direction == cti.Internal || s.opts.AfterCallWork <= 0 {
		return nil
	}
	var out map[cti.UserID]bool
	for _, t := range call.Talks {
		user := t.User
		if user == "" {
			user = s.devices[keyOf(call.PBX, t.Device)]
		}
		if user != "" && out == nil {
			out = map[cti.UserID]bool{}
		}
		if user != "" {
			out[user] = true
		}
	}
	return out
}

// ring is how far an offer had come when it was looked at last.
type ring struct {
	attempts int
	result   cti.OfferResult
}

func ringsOf(call cti.Call) []ring {
	out := make([]ring, len(call.Offers))
	for i, o := range call.Offers {
		out[i] = ring{o.Attempts, o.Result}
	}
	return out
}

// countRings counts the rings of queues that nobody answered since the last look. What
// had happened before a call was first seen is not held against anybody.
func (s *Service) countRings(call cti.Call, before []ring) {
	for i, o := range call.Offers {
		now, old := ring{o.Attempts, o.Result}, ring{}
		if i < len(before) {
			old = before[i]
		}
		user := o.User
		if user == "" {
			user = s.devices[keyOf(call.PBX, o.Device)]
		}
		if a := s.agents[user]; a != nil && now != old && now.result != "" {
			s.rang(a, call, o)
		}
	}
}

// rang: in a queue that rings everybody an unanswered round is nobody's own, and it
// would block the whole office at once.
func (s *Service) rang(a *agent, call cti.Call, o cti.Offer) {
	switch {
	case o.Result == cti.OfferAccepted, o.Result == cti.OfferRejected:
		a.missed = 0 // he is there
	case o.Result != cti.OfferNoAnswer || o.Queue == "" || s.opts.RONAAfter <= 0:
	case s.queue(queueKey{call.PBX, o.Queue}).info.Strategy == "ringall":
	case a.want.mode != cti.ModeReady || a.block != cti.BlockNone || a.imposed() != "":
	default:
		a.missed++
		if a.missed >= s.opts.RONAAfter {
			s.opts.Log.Info("agent blocked after missed offers", "agent", a.user.ID, "call", call.ID, "missed", a.missed)
			a.block, a.blocked = cti.BlockRONA, time.Now().UTC()
			s.impose(a)
		}
	}
	s.publish(a)
}
