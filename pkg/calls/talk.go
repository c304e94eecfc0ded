package calls

import (
	"slices"
	"time"

	"callcard/pkg/cti"
)

// apartGrace is how long an agent may be out of the client's bridge before that is
// called a hold. Channels change bridges in well under a millisecond.
const apartGrace = time.Second

// chat is one talk while it may still change.
type chat struct {
	call   *call
	index  int
	leg    *leg
	apart  time.Time // since when agent and client are not bridged; zero while they are
	first  string    // who left the bridge first: client, agent
	said   string    // who ended it by the queue's word
	onHold bool      // the agent's phone said Hold
	away   bool      // held because the agent speaks with somebody else
	over   bool

	replaced bool // over because the client got another agent
}

func (c *call) openTalk() *chat {
	for i := len(c.chats) - 1; i >= 0; i-- {
		if !c.chats[i].over {
			return c.chats[i]
		}
	}
	return nil
}

func (c *call) talkOf(l *leg) *chat {
	for i := len(c.chats) - 1; i >= 0; i-- {
		if c.chats[i].leg == l && !c.chats[i].over {
			return c.chats[i]
		}
	}
	return nil
}

// gaveAway reports whether the client, who was answered before, is with nobody now,
// and the device is that of the agent who had him last or of somebody he was offered
// to.
func (c *call) gaveAway(device cti.Device) bool {
	last := len(c.talks.items) - 1
	if talking, _ := c.talkState(); last < 0 || talking {
		return false
	}
	for _, o := range c.offers.items {
		if o.Device == device {
			return true
		}
	}
	return c.talks.items[last].Device == device
}

func (c *call) talked(id cti.LegID) bool {
	for _, t := range c.talks.items {
		if t.Leg == id {
			return true
		}
	}
	return false
}

func (c *call) talkedSince(at time.Time) bool {
	return slices.ContainsFunc(c.talks.items, func(t cti.Talk) bool { return !t.From.Before(at) })
}

func (c *call) talkState() (talking, held bool) {
	for _, t := range c.chats {
		if t.over {
			continue
		}
		if t.onHold || t.away {
			held = true
		} else {
			talking = true
		}
	}
	return talking, held
}

// retalk compares who hears the client now with the open talks. cause is the leg
// that moved, nil for none.
func (k *core) retalk(c *call, cause *leg) {
	if c.over() {
		return
	}
	k.chooseClient(c)
	var heard []*leg
	if c.client != nil {
		for _, l := range k.reach(c.client) {
			if k.agentIn(c, l) {
				heard = append(heard, l)
			}
		}
	}
	for _, t := range c.chats {
		if !t.over && !slices.Contains(heard, t.leg) {
			k.part(c, t, cause)
		}
	}
	for _, l := range heard {
		if t := c.talkOf(l); t != nil {
			k.reunite(c, t)
		} else {
			k.beginTalk(c, l)
		}
	}
}

// chooseClient lets an outbound call that has not talked yet follow the trunk leg
// that is bridged.
func (k *core) chooseClient(c *call) {
	if c.doc.Direction != cti.Outbound || c.talks.len() > 0 {
		return
	}
	for _, l := range c.legs {
		if l.Role == cti.RoleTrunk && l.bridge != nil && l != c.client {
			c.client = l
			c.doc.ClientLeg, c.doc.Line = l.ID, string(l.Device)
		}
	}
}

// agentIn reports whether a leg that hears the client is an agent's. Outside lines
// that we called are: a forward to a mobile is an answer too.
func (k *core) agentIn(c *call, l *leg) bool {
	switch {
	case l == c.client:
		return false
	case l.Role == cti.RolePhone:
		return l.call == c || c.doc.Direction != cti.Internal
	case l.Role == cti.RoleTrunk:
		return l.call == c && !l.incoming && (l.ring != nil || c.doc.Direction != cti.Internal)
	}
	return false
}

func (k *core) beginTalk(c *call, l *leg) {
	if k.resumeTalk(c, l) {
		return
	}
	k.replaceTalks(c, l)
	if l.ring != nil && l.ring.call == c {
		k.accept(l)
	}
	device, queue := k.agentDevice(l)
	t := cti.Talk{Device: device, Leg: l.ID, From: k.now, Queue: queue, User: k.opts.UserOf(c.doc.PBX, device), BeginUnseen: k.looking}
	begun := &chat{call: c, index: c.talks.add(t), leg: l}
	c.chats, l.chats = append(c.chats, begun), append(l.chats, begun)
	if c.doc.Answered.IsZero() {
		c.doc.Answered = k.now
	}
	c.handed = handover{}
	k.decide(c, "talk.bridged", string(device)+" is bridged with the client", l)
	k.emit(c, cti.TalkStarted, step{device: device, queue: queue})
}

// resumeTalk takes back the end of a talk when the agent follows the colleague he
// brought to the client: the three of them talk.
func (k *core) resumeTalk(c *call, l *leg) bool {
	for _, t := range c.chats {
		talk := c.talks.items[t.index]
		if t.leg != l || !t.over || !t.replaced || k.now.Sub(talk.To) >= apartGrace {
			continue
		}
		k.replaceTalks(c, l)
		open := c.talks.at(t.index)
		open.Held += k.now.Sub(open.To)
		open.To, open.EndedBy = time.Time{}, ""
		t.over, t.replaced, t.onHold, t.away, t.apart, t.first, t.said = false, false, false, false, time.Time{}, "", ""
		k.decide(c, "talk.bridged", string(talk.Device)+" is with the client and the colleague", l)
		k.emit(c, cti.TalkStarted, step{device: talk.Device, queue: talk.Queue})
		return true
	}
	return false
}

func (k *core) agentDevice(l *leg) (cti.Device, string) {
	if l.ring != nil {
		o := l.ring.offer()
		return o.Device, o.Queue
	}
	return l.Device, ""
}

// replaceTalks ends the talks of those who went out of the bridge before the client
// got a new agent: the call was handed over.
func (k *core) replaceTalks(c *call, l *leg) {
	for _, t := range c.chats {
		if !t.over && !t.apart.IsZero() && t.leg != l {
			k.endTalk(c, t, "transfer")
			t.replaced = true
		}
	}
}

// part notes that agent and client no longer hear each other.
func (k *core) part(c *call, t *chat, cause *leg) {
	if t.apart.IsZero() {
		t.apart = k.now
		switch {
		case cause == nil:
		case cause == t.leg:
			t.first = "agent"
		case cause == c.client:
			t.first = "client"
		}
		k.wake(c, apartGrace)
	}
	if cause == t.leg && t.leg.bridge != nil {
		k.goAway(c, t)
	}
}

// apartNow is called when an agent who left the client dials somebody.
func (k *core) apartNow(c *call, l *leg) {
	if t := c.talkOf(l); t != nil && !t.apart.IsZero() {
		k.goAway(c, t)
	}
}

// goAway turns being apart into a hold: the agent consults.
func (k *core) goAway(c *call, t *chat) {
	if t.away {
		return
	}
	t.away = true
	if !t.onHold {
		talk := c.talks.at(t.index)
		talk.HeldSince = t.apart
		k.emit(c, cti.HoldStarted, step{device: talk.Device})
	}
}

// reunite ends a consultation that led nowhere.
func (k *core) reunite(c *call, t *chat) {
	t.apart, t.first, t.said = time.Time{}, "", ""
	if !t.away {
		return
	}
	t.away = false
	k.failedTransfer(c, t)
	if !t.onHold {
		k.unhold(c, t)
	}
}

func (k *core) unhold(c *call, t *chat) {
	talk := c.talks.at(t.index)
	talk.Held += k.now.Sub(talk.HeldSince)
	talk.HeldSince = time.Time{}
	k.emit(c, cti.HoldEnded, step{device: talk.Device})
}

// endTalk closes a talk. Time apart that was not a hold is not talk.
func (k *core) endTalk(c *call, t *chat, by string) {
	t.over = true
	talk := c.talks.at(t.index)
	talk.To = k.now
	if !t.apart.IsZero() && !t.onHold && !t.away {
		talk.To = t.apart
	}
	if !talk.HeldSince.IsZero() {
		talk.Held += talk.To.Sub(talk.HeldSince)
		talk.HeldSince = time.Time{}
	}
	if talk.EndedBy == "" {
		talk.EndedBy = by
	}
	k.emit(c, cti.TalkEnded, step{device: talk.Device, queue: talk.Queue})
}

// endTalks follows a leg that is gone: its own talks, which may be with clients of
// other calls in a conference, or all of its call when it was the client's.
func (k *core) endTalks(l *leg, how ending) {
	for _, t := range l.chats {
		if !t.over {
			k.endTalk(t.call, t, t.endedBy(l, how))
		}
	}
	c := l.call
	if c.client != l {
		k.retalk(c, l)
		return
	}
	for _, t := range c.chats {
		if !t.over {
			k.endTalk(c, t, t.endedBy(l, how))
		}
	}
}

func (t *chat) endedBy(l *leg, how ending) string {
	switch {
	case !how.seen:
		return "unknown"
	case t.said == "transfer":
		return t.said
	case t.first != "":
		return t.first
	case t.said != "":
		return t.said
	case t.leg == l:
		return "agent"
	}
	return "client"
}

// ripenTalks calls a long absence what it is: a hold, or the end when the client
// went on without the agent.
func (k *core) ripenTalks(c *call) {
	for _, t := range c.chats {
		if t.over || t.away || t.apart.IsZero() || k.now.Sub(t.apart) < apartGrace {
			continue
		}
		if c.client != nil && c.client.bridge == nil && t.leg.bridge == nil && c.waiting() {
			k.endTalk(c, t, "transfer")
			continue
		}
		k.goAway(c, t)
	}
}

func (k *core) legHeld(e cti.LegHeld) {
	t := k.talkBy(e.Leg)
	if t == nil || t.onHold {
		return
	}
	c := t.leg.call
	t.onHold = true
	if t.away {
		return
	}
	talk := c.talks.at(t.index)
	talk.HeldSince = k.now
	k.emit(c, cti.HoldStarted, step{device: talk.Device})
}

func (k *core) legResumed(e cti.LegResumed) {
	t := k.talkBy(e.Leg)
	if t == nil || !t.onHold {
		return
	}
	t.onHold = false
	if !t.away {
		k.unhold(t.leg.call, t)
	}
}

func (k *core) talkBy(id cti.LegID) *chat {
	l := k.legs[id]
	if l == nil || l.call == nil {
		return nil
	}
	return l.call.talkOf(l)
}
