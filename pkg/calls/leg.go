package calls

import (
	"time"

	"callcard/pkg/cti"
)

// leg is one live channel with what the tracker remembers of it.
type leg struct {
	cti.Leg
	call   *call
	bridge *bridge
	peer   *leg // the other half of a Local channel

	dialer     *leg // who dials it, or dialled it
	dialOpen   bool // its dial has not ended
	dialString string
	dials      int // dials this leg makes now
	round      int // counts its dials outside of queues: Dial(A&B) is one round

	recorder recorder

	chats  []*chat // its talks
	ring   *ring   // the offer it rings for, or was answered for
	member *member // set when a queue called it

	gone       bool // it has ended; others may still point here to ask how
	incoming   bool // it came to us, nobody here dialled it
	originated bool // dialled by the PBX for a person or a program, from no leg
	rang       bool
	rangAt     time.Time
	answered   bool
	missed     bool // the queue said AgentRingNoAnswer
	status     cti.DialStatus
	pickedBy   cti.Device
	queueApp   string // Queue() runs and has not let it in yet
}

// member is a leg in the part of a queue's member.
type member struct {
	queue  string
	device cti.Device // the member's name, whatever it rings
	stay   *stay
}

// real legs reach people; Local halves and announcers do not.
func (l *leg) real() bool { return l.Role == cti.RoleTrunk || l.Role == cti.RolePhone }

func (l *leg) key(name string) pbxKey { return pbxKey{l.ID.PBX, name} }

func (k *core) legCreated(e cti.LegCreated) {
	if known := k.legs[e.Leg.ID]; known != nil {
		k.update(known, &e.Leg)
		return
	}
	if !k.dead.has(e.Leg.ID) && !e.Leg.ID.IsZero() {
		k.adopt(&e.Leg, cti.Observed)
	}
}

// meet finds the leg of an event and takes over what the event says of it. A leg
// never heard of before was there before us. It returns nil for no leg and for one
// that has ended.
func (k *core) meet(in *cti.Leg) *leg {
	if in.ID.IsZero() {
		return nil
	}
	if l := k.legs[in.ID]; l != nil {
		k.update(l, in)
		return l
	}
	if k.dead.has(in.ID) {
		return nil
	}
	return k.adopt(in, cti.Reconstructed)
}

func (k *core) adopt(in *cti.Leg, seen cti.Certainty) *leg {
	l := &leg{Leg: *in}
	l.Bridge = ""
	if l.Since.IsZero() {
		l.Since = k.now
	}
	l.incoming = arrives(in)
	l.rang = in.State == cti.LegRinging
	k.legs[l.ID] = l
	k.names[l.key(l.Name)] = l
	k.pair(l)
	k.place(l, seen)
	return l
}

// arrives tells a channel that came to us from one that we made. Asterisk creates
// the former in state Ring and the latter Down; a channel met later is told by the
// application that Dial, Queue and Originate leave on the channels they make, or by
// its Linkedid, which a dialled channel takes from its caller.
func arrives(in *cti.Leg) bool {
	switch in.State {
	case cti.LegDialing:
		return true
	case cti.LegUp:
		if in.App == "" {
			return in.Linkedid == in.ID.Uniqueid
		}
		return in.App != "AppDial" && in.App != "AppQueue" && in.App != "AppDial2"
	}
	return false
}

// pair links the two halves of a Local channel.
func (k *core) pair(l *leg) {
	if l.LocalPeer == "" || l.peer != nil {
		return
	}
	if other := k.names[l.key(l.LocalPeer)]; other != nil && other != l {
		k.twin(l, other)
	}
}

// update takes over the channel block of an event. Most events repeat what is
// known, so the common way compares and leaves.
func (k *core) update(l *leg, in *cti.Leg) {
	if in.Linkedid != "" && in.Linkedid != l.Linkedid {
		k.relink(l, in.Linkedid)
	}
	changed := false
	if in.State != "" && in.State != l.State {
		l.State = in.State
		k.rings(l)
		changed = true
	}
	if in.Name != "" && in.Name != l.Name {
		k.rename(l, in)
		changed = true
	}
	if in.Exten != "" && in.Exten != l.Exten || in.Context != l.Context && in.Context != "" {
		l.Exten, l.Context = in.Exten, in.Context
		changed = true
	}
	if in.Caller != l.Caller {
		l.Caller = in.Caller
		changed = true
	}
	if in.Connected != l.Connected {
		l.Connected = in.Connected
		changed = true
	}
	if changed && l.call != nil {
		l.call.legsChanged = true
		k.callerChanged(l)
	}
}

// rename follows a Rename event: in a masquerade a leg takes over another device.
func (k *core) rename(l *leg, in *cti.Leg) {
	if k.names[l.key(l.Name)] == l {
		delete(k.names, l.key(l.Name))
	}
	l.Name = in.Name
	if in.Role != "" {
		l.Role, l.Device = in.Role, in.Device
	}
	if in.LocalPeer != "" {
		l.LocalPeer = in.LocalPeer
	}
	k.names[l.key(l.Name)] = l
	k.pair(l)
}

func (k *core) legEnded(e cti.LegEnded) {
	l := k.legs[e.Leg]
	if l == nil {
		k.dead.add(own(e.Leg), k.now)
		return
	}
	k.end(l, ending{cause: e.Cause, seen: true})
}

// ending is how a leg went away.
type ending struct {
	cause int
	seen  bool // a Hangup was seen; otherwise a snapshot no longer lists it
}

// end takes a leg out of everything.
func (k *core) end(l *leg, how ending) {
	k.forget(l)
	k.endDial(l)
	c := l.call
	if c == nil {
		k.leaveBridge(l)
		return
	}
	c.lastEnd, c.endSeen = k.now, how.seen
	if !how.seen {
		c.doubt()
	}
	k.endRing(l, how)
	k.endStays(l)
	k.leaveBridge(l)
	k.endTalks(l, how)
	if c.client == l {
		k.callerGone(c)
	}
	k.noteOutgoing(l, how)
	c.remove(l)
	if c.alive() {
		k.tellRecording(c)
	}
	k.settle(c)
}

// forget drops the leg from all indexes. Its call keeps what it needs of it.
func (k *core) forget(l *leg) {
	delete(k.legs, l.ID)
	if k.names[l.key(l.Name)] == l {
		delete(k.names, l.key(l.Name))
	}
	l.gone = true
	k.dead.add(own(l.ID), k.now)
}
