package calls

import "callcard/pkg/cti"

// The queue's own events about its members. In all of them the unprefixed channel
// is the caller and the Dest channel the member (apps/app_queue.c).

func (k *core) agentOffered(e cti.AgentOffered) {
	caller, agent := k.meet(&e.Caller), k.meet(&e.Agent)
	if caller == nil || agent == nil || agent.member != nil {
		return
	}
	c := k.join(caller, agent, "merge.queue", "a queue rings a leg of another call")
	if c == nil {
		return
	}
	agent.incoming = false
	agent.member = &member{queue: e.Queue, device: cti.Device(e.Interface), stay: c.stayOf(caller, e.Queue)}
	if agent.member.stay == nil {
		agent.member.stay = k.openStay(caller, cti.QueueEntry{Queue: e.Queue, Since: k.now})
	}
	if agent.dialer == nil {
		agent.dialer = caller
	}
	if agent.Role == cti.RolePhone {
		k.ringFor(agent)
	}
}

func (k *core) agentAnswered(e cti.AgentAnswered) {
	caller, agent := k.meet(&e.Caller), k.meet(&e.Agent)
	if caller.unseenIn(e.Queue) {
		k.openStay(caller, cti.QueueEntry{Queue: e.Queue, Since: k.now.Add(-e.Waited)})
		k.agentOffered(cti.AgentOffered{Stamp: e.Stamp, Caller: e.Caller, Agent: e.Agent, Queue: e.Queue, Interface: e.Interface})
	}
	if agent != nil && agent.Role == cti.RolePhone {
		k.accept(agent)
	}
	if caller == nil && agent != nil && agent.member != nil {
		caller = agent.member.stay.leg
	}
	if caller == nil || caller.call == nil {
		return
	}
	if s := caller.call.stayOf(caller, e.Queue); s != nil {
		k.endStay(s, cti.VisitAnswered, "AgentConnect")
	}
}

func (k *core) agentMissed(e cti.AgentMissed) {
	k.meet(&e.Caller)
	if agent := k.meet(&e.Agent); agent != nil {
		agent.missed = true
	}
}

// agentDone tells who ended the talk. It may come before or after the Hangup, and
// on Asterisk 16 without its legs.
func (k *core) agentDone(e cti.AgentDone) {
	caller, agent := k.meet(&e.Caller), k.meet(&e.Agent)
	if caller.unseenIn(e.Queue) {
		k.answeredUnseen(caller, e)
	}
	if agent == nil || agent.call == nil {
		return
	}
	if r := k.ringUnder(agent); r != nil {
		for _, l := range r.legs {
			endedByQueue(l, e.Reason)
		}
	}
}

// answeredUnseen fills in the visit of a conversation that was going on when the PBX
// was first heard, and the talk when no bridge told of it.
func (k *core) answeredUnseen(caller *leg, e cti.AgentDone) {
	c := caller.call
	from := k.now.Add(-e.Talked)
	s := k.openStay(caller, cti.QueueEntry{Queue: e.Queue, Since: from.Add(-e.Waited)})
	c.visits.at(s.index).Left = from
	k.endStay(s, cti.VisitAnswered, "AgentComplete")
	if c.talks.len() > 0 {
		return
	}
	device := cti.Device(e.Interface)
	c.talks.add(cti.Talk{
		Device: device, Leg: e.Agent.ID, From: from, To: k.now, Queue: e.Queue,
		User: k.opts.UserOf(c.doc.PBX, device), EndedBy: "unknown",
	})
	if c.doc.Answered.IsZero() {
		c.doc.Answered = from
	}
	k.emit(c, cti.TalkStarted, step{device: device, queue: e.Queue}) // whoever waits for it hears of it once
	k.emit(c, cti.TalkEnded, step{device: device, queue: e.Queue})
}

func endedByQueue(agent *leg, reason string) {
	t := agent.call.talkOf(agent)
	if t == nil {
		return
	}
	switch reason {
	case "caller":
		t.first = "client"
	case "agent", "transfer":
		t.first = reason
	}
}

// agentDumped takes back an offer: the agent hung up in the announcement and the
// caller stays in the queue.
func (k *core) agentDumped(e cti.AgentDumped) {
	k.meet(&e.Caller)
	agent := k.meet(&e.Agent)
	if agent == nil {
		return
	}
	if r := k.ringUnder(agent); r != nil && r.offer().Result == cti.OfferAccepted {
		k.closeRing(r, verdict{result: cti.OfferRejected, reason: "announcement"})
	}
}

// ringUnder is the offer of a queue's member, also when the member is a Local
// channel and the phone hangs on its other half.
func (k *core) ringUnder(agent *leg) *ring {
	if agent.ring != nil || agent.call == nil {
		return agent.ring
	}
	for i := len(agent.call.rings) - 1; i >= 0; i-- {
		for _, l := range agent.call.rings[i].legs {
			if l.dialer != nil && l.dialer == agent.peer {
				return l.ring
			}
		}
	}
	return nil
}
