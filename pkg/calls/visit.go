package calls

import (
	"slices"
	"strings"
	"time"

	"callcard/pkg/cti"
)

// visitGrace is how long a visit that was left waits for QUEUESTATUS or a hang-up.
const visitGrace = time.Second

// stay is one visit while it may still change.
type stay struct {
	index     int
	leg       *leg
	abandoned bool // QueueCallerAbandon was raised, which may be a timeout as well
	left      time.Time
	over      bool
}

func (c *call) waiting() bool {
	for _, s := range c.stays {
		if !s.over && s.left.IsZero() {
			return true
		}
	}
	return false
}

// stayOf is the open visit of a leg, in the named queue when one is named.
func (c *call) stayOf(l *leg, queue string) *stay {
	for i := len(c.stays) - 1; i >= 0; i-- {
		s := c.stays[i]
		if s.leg == l && !s.over && (queue == "" || c.visits.items[s.index].Queue == queue) {
			return s
		}
	}
	return nil
}

func (k *core) queueJoined(e cti.QueueJoined) {
	l := k.meet(&e.Leg)
	if l == nil || l.call == nil || l.call.stayOf(l, e.Queue) != nil && l.call.stayOf(l, e.Queue).left.IsZero() {
		return
	}
	k.openStay(l, cti.QueueEntry{Queue: e.Queue, Position: e.Position, Since: k.now})
}

func (k *core) openStay(l *leg, in cti.QueueEntry) *stay {
	c := l.call
	k.closeStays(l)
	l.queueApp = ""
	s := &stay{leg: l}
	s.index = c.visits.add(cti.Visit{Queue: in.Queue, Leg: l.ID, Joined: in.Since, Position: in.Position})
	c.stays = append(c.stays, s)
	c.origin.inside = true
	k.handOver(c)
	k.orient(c)
	k.emit(c, cti.VisitStarted, step{queue: in.Queue})
	return s
}

// handOver ends talks of agents who are no longer with the client: he waits again.
func (k *core) handOver(c *call) {
	for _, t := range c.chats {
		if !t.over && !t.apart.IsZero() {
			k.endTalk(c, t, "transfer")
		}
	}
}

// unseenIn: the leg was in the queue before it was first heard of.
func (l *leg) unseenIn(queue string) bool {
	if l == nil || l.call == nil || l.call.doc.Certainty == cti.Observed {
		return false
	}
	return !slices.ContainsFunc(l.call.visits.items, func(v cti.Visit) bool { return v.Leg == l.ID && v.Queue == queue })
}

func (k *core) queueAbandoned(e cti.QueueAbandoned) {
	if l := k.meet(&e.Leg); l.unseenIn(e.Queue) {
		k.openStay(l, cti.QueueEntry{Queue: e.Queue, Since: k.now.Add(-e.Waited)})
	}
	if s := k.stayFor(&e.Leg, e.Queue); s != nil {
		s.abandoned = true
	}
}

func (k *core) queueLeft(e cti.QueueLeft) {
	s := k.stayFor(&e.Leg, e.Queue)
	if s == nil || !s.left.IsZero() {
		return
	}
	s.left = k.now
	s.leg.call.visits.at(s.index).Left = k.now
	k.wake(s.leg.call, visitGrace)
}

// stayFor finds the visit of a queue event.
func (k *core) stayFor(in *cti.Leg, queue string) *stay {
	l := k.meet(in)
	if l == nil || l.call == nil {
		return nil
	}
	return l.call.stayOf(l, queue)
}

// endStay gives a visit its outcome.
func (k *core) endStay(s *stay, outcome cti.VisitOutcome, rule string) {
	c := s.leg.call
	s.over = true
	v := c.visits.at(s.index)
	v.Outcome = outcome
	if v.Left.IsZero() {
		v.Left = k.now
	}
	if outcome == cti.VisitAnswered && v.By == "" {
		v.By = c.takenIn(s)
	}
	if outcome == cti.VisitAbandoned {
		k.neverMet(s)
	}
	k.decide(c, "visit."+string(outcome), rule, s.leg)
	k.emit(c, cti.VisitEnded, step{device: v.By, queue: v.Queue})
}

// neverMet takes back the offer of an agent who had picked up, was still hearing the
// announcement when the caller left, and so never got the call.
func (k *core) neverMet(s *stay) {
	for _, r := range s.leg.call.rings {
		o := r.offer()
		if r.stay == s && (o.Result == cti.OfferAccepted || o.Reason == "not_connected") && !s.leg.call.talked(o.Leg) {
			k.closeRing(r, verdict{result: cti.OfferWithdrawn, reason: "caller_left"})
		}
	}
}

// takenIn is the device that accepted an offer of the visit.
func (c *call) takenIn(s *stay) cti.Device {
	for i := len(c.rings) - 1; i >= 0; i-- {
		if o := c.rings[i].offer(); c.rings[i].stay == s && o.Result == cti.OfferAccepted {
			return o.Device
		}
	}
	return ""
}

// endStays decides the visits of a leg that hung up.
func (k *core) endStays(l *leg) {
	for _, s := range l.call.stays {
		if s.leg != l || s.over {
			k.metNobody(s, l)
			continue
		}
		switch {
		case k.takenOut(s, l):
			k.endStay(s, cti.VisitWithdrawn, "a program put the caller to somebody while the queue held him")
		case s.abandoned || s.left.IsZero():
			k.endStay(s, cti.VisitAbandoned, "the caller hung up while waiting")
		case l.call.takenIn(s) != "":
			k.endStay(s, cti.VisitAnswered, "left the queue, a member had picked up")
		default:
			k.endStay(s, cti.VisitKey, "left the queue without QueueCallerAbandon and without an agent")
		}
	}
}

// takenOut notices a client whom somebody talked with while he stood in the queue and
// nobody of the queue had picked up: the queue itself says that he waited all the time.
func (k *core) takenOut(s *stay, l *leg) bool {
	c := l.call
	if l != c.client || c.takenIn(s) != "" {
		return false
	}
	v := c.visits.at(s.index)
	for _, t := range c.talks.items {
		if !t.From.Before(v.Joined) && (v.Left.IsZero() || t.From.Before(v.Left)) {
			v.Left = t.From
			return true
		}
	}
	return false
}

// metNobody corrects a visit that AgentConnect called answered: the caller hung up in
// the moment of the answer, and no bridge was made any more.
func (k *core) metNobody(s *stay, l *leg) {
	c := l.call
	v := c.visits.items[s.index]
	if s.leg != l || v.Outcome != cti.VisitAnswered || k.now.Sub(v.Left) >= visitGrace || c.talkedSince(v.Joined) {
		return
	}
	at := c.visits.at(s.index)
	at.Outcome, at.By = cti.VisitAbandoned, ""
	k.neverMet(s)
	k.decide(c, "visit.abandoned", "the caller hung up before a bridge was made", l)
	k.emit(c, cti.CallChanged, step{queue: v.Queue})
}

// closeStays decides the visits of a leg that goes on elsewhere.
func (k *core) closeStays(l *leg) {
	for _, s := range l.call.stays {
		if s.leg == l && !s.over {
			k.leaveStay(s)
		}
	}
}

func (k *core) leaveStay(s *stay) {
	switch {
	case s.abandoned:
		k.endStay(s, cti.VisitWithdrawn, "left without an agent, the queue set no QUEUESTATUS and the caller is still there")
	case s.leg.call.takenIn(s) != "":
		k.endStay(s, cti.VisitAnswered, "a member had picked up")
	case s.left.IsZero():
		k.endStay(s, cti.VisitWithdrawn, "the caller was taken out of the queue")
	default:
		k.endStay(s, cti.VisitKey, "left the queue without QueueCallerAbandon and without an agent")
	}
}

func (k *core) ripenStays(c *call) {
	for _, s := range c.stays {
		if !s.over && !s.left.IsZero() && k.now.Sub(s.left) >= visitGrace {
			k.leaveStay(s)
		}
	}
}

// visitStatus is QUEUESTATUS as an outcome (apps/app_queue.c, queue_results).
func visitStatus(value string) (cti.VisitOutcome, bool) {
	switch value {
	case "TIMEOUT":
		return cti.VisitTimeout, true
	case "FULL":
		return cti.VisitFull, true
	case "JOINEMPTY", "LEAVEEMPTY", "JOINUNAVAIL", "LEAVEUNAVAIL":
		return cti.VisitEmpty, true
	case "WITHDRAW":
		return cti.VisitWithdrawn, true
	}
	return "", false
}

// refuses tells the values that mean: never admitted.
func refuses(value string) bool {
	return value == "FULL" || value == "JOINEMPTY" || value == "JOINUNAVAIL"
}

// justRefused recognises the same refusal told twice.
func (k *core) justRefused(l *leg, outcome cti.VisitOutcome) bool {
	c := l.call
	if c.visits.len() == 0 || l.queueApp != "" {
		return false
	}
	v := c.visits.items[c.visits.len()-1]
	return v.Leg == l.ID && v.Outcome == outcome && v.Joined.Equal(v.Left) && v.Left.Equal(k.now)
}

// queueStatus ends the visit, or tells of one that never began: a caller who is not
// admitted has no other queue event. The queue's name is known then only when the
// start of the application was seen.
func (k *core) queueStatus(l *leg, value string) {
	outcome, ok := visitStatus(value)
	if !ok {
		return
	}
	s := l.call.stayOf(l, "")
	if s == nil && refuses(value) && !k.justRefused(l, outcome) {
		s = k.openStay(l, cti.QueueEntry{Queue: l.queueApp, Since: k.now})
	}
	if s != nil {
		k.endStay(s, outcome, "QUEUESTATUS="+value)
	}
}

func (k *core) appStarted(e cti.AppStarted) {
	l := k.legs[e.Leg]
	if l == nil {
		return
	}
	l.App, l.AppData = e.App, e.Data
	if l.call == nil {
		return
	}
	switch e.App {
	case "Queue":
		name, _, _ := strings.Cut(e.Data, ",")
		l.queueApp = name
	case "Dial":
		l.call.dialled = true
	}
}

func (k *core) variableSet(e cti.VariableSet) {
	l := k.legs[e.Leg]
	if l == nil || l.call == nil {
		return
	}
	switch e.Name {
	case "QUEUESTATUS":
		k.queueStatus(l, e.Value)
	case "MIXMONITOR_FILENAME":
		k.recording(l, e.Value)
	case "DIALSTATUS":
		l.call.dialled = l.call.dialled || e.Value != "" && e.Value != string(cti.DialAnswer)
		if e.Value != "" {
			l.call.setVariable(e.Name, e.Value) // how a try to reach a client ended, for its callback
		}
	case "FROM_DID":
		k.didLater(l, e)
	default:
		if l.call.setVariable(e.Name, e.Value) {
			k.emit(l.call, cti.CallChanged, step{})
		}
	}
}

// didLater takes the called number from FreePBX's variable, for trunks that send every
// call to "s".
func (k *core) didLater(l *leg, e cti.VariableSet) {
	c := l.call
	changed := c.setVariable(e.Name, e.Value)
	if c.doc.DID == "" && c.doc.Direction == cti.Inbound && number(e.Value) != "" {
		c.doc.DID, changed = e.Value, true
	}
	if changed {
		k.emit(c, cti.CallChanged, step{})
	}
}
