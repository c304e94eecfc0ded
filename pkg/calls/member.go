package calls

import (
	"cmp"
	"slices"
	"time"

	"callcard/pkg/cti"
)

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
	by := endedBy(e.Reason)
	if by == "" {
		return
	}
	if agent != nil {
		if r := k.ringUnder(agent); r != nil && agent.call != nil {
			k.said(agent.call, by, func(t *chat) bool { return slices.Contains(r.legs, t.leg) })
		}
		return
	}
	for _, c := range k.callsDone(e, caller) {
		k.said(c, by, func(t *chat) bool {
			talk := c.talks.items[t.index]
			return talk.Leg == e.Agent.ID || talk.Queue == e.Queue && e.Interface != "" && talk.Device == cti.Device(e.Interface)
		})
	}
}

// callsDone are the calls that an AgentComplete may be about whose agent is gone: one, when
// any leg is told, else all of the PBX.
func (k *core) callsDone(e cti.AgentDone, caller *leg) []*call {
	if caller != nil {
		if caller.call == nil {
			return nil
		}
		return []*call{caller.call}
	}
	for _, linkedid := range []string{e.Caller.Linkedid, e.Agent.Linkedid} {
		if c := k.linked[pbxKey{e.PBX, linkedid}]; c != nil {
			return []*call{c}
		}
	}
	var all []*call
	for id, c := range k.ids {
		if c.doc.PBX == e.PBX && c.doc.ID == id {
			all = append(all, c)
		}
	}
	return all
}

// doneGrace is how long after the end of a talk the queue's word about it may come: on
// Asterisk 16 it may follow the Hangups.
const doneGrace = time.Second

// said takes the queue's word about who ended the newest talk that fits. Who left the
// bridge first goes before it: the other one is put out by that alone, while the queue
// misses an agent who hangs up before it listens, and then names the caller.
func (k *core) said(c *call, by string, fits func(*chat) bool) {
	for i := len(c.chats) - 1; i >= 0; i-- {
		t := c.chats[i]
		if !fits(t) {
			continue
		}
		talk := c.talks.items[t.index]
		switch guess := t.first == "" || by == "transfer"; {
		case !t.over:
			t.said = by
		case guess && talk.EndedBy != "transfer" && talk.EndedBy != by && k.now.Sub(talk.To) <= doneGrace:
			c.talks.at(t.index).EndedBy = by
			k.decide(c, "talk.ended_by", "the queue says that it was ended by: "+by, t.leg)
		}
		return
	}
}

// endedBy translates what the queue says of the end of a talk.
func endedBy(reason string) string {
	switch reason {
	case "caller":
		return "client"
	case "agent", "transfer":
		return reason
	}
	return ""
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
		User: k.opts.UserOf(c.doc.PBX, device), EndedBy: cmp.Or(endedBy(e.Reason), "unknown"),
	})
	if c.doc.Answered.IsZero() {
		c.doc.Answered = from
	}
	k.emit(c, cti.TalkStarted, step{device: device, queue: e.Queue}) // whoever waits for it hears of it once
	k.emit(c, cti.TalkEnded, step{device: device, queue: e.Queue})
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
