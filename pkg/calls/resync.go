package calls

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"callcard/pkg/cti"
)

// linkDown marks the calls of a PBX that is not heard any more. They stay: most of
// them will still be there in the next snapshot.
func (k *core) linkDown(e cti.LinkDown) {
	if _, known := k.down[e.PBX]; known {
		return
	}
	k.down[e.PBX] = k.now
	for _, c := range k.callsOf(e.PBX) {
		c.doubt()
		k.decide(c, "link.down", "the PBX is not heard: "+e.Reason, nil)
		k.emit(c, cti.CallChanged, step{})
	}
}

// silenceEnds is when the next PBX has not been heard for too long; zero for never.
func (k *core) silenceEnds() (first time.Time) {
	for _, since := range k.down {
		if end := since.Add(k.opts.Forget); !since.IsZero() && (first.IsZero() || end.Before(first)) {
			first = end
		}
	}
	return first
}

// giveUp ends the calls of PBXes that have not been heard for too long.
func (k *core) giveUp() {
	for _, pbx := range slices.Sorted(maps.Keys(k.down)) {
		since := k.down[pbx]
		if since.IsZero() || k.now.Sub(since) < k.opts.Forget {
			continue
		}
		k.down[pbx] = time.Time{}
		for _, c := range k.callsOf(pbx) {
			for _, l := range slices.Clone(c.legs) {
				k.end(l, ending{})
			}
			k.settle(c)
		}
	}
}

// callsOf lists the live calls of a PBX, oldest first.
func (k *core) callsOf(pbx string) []*call {
	var calls []*call
	for id, c := range k.ids {
		if c.doc.PBX == pbx && c.doc.ID == id {
			calls = append(calls, c)
		}
	}
	slices.SortFunc(calls, func(a, b *call) int {
		return cmp.Or(a.doc.Started.Compare(b.doc.Started), cmp.Compare(a.doc.ID, b.doc.ID))
	})
	return calls
}

// doubt marks that a part of the call was not seen.
func (c *call) doubt() {
	if c.doc.Certainty == cti.Observed {
		c.doc.Certainty = cti.Reconstructed
	}
}

// snapshot makes the state equal to what the PBX says it is. It is the only way by
// which legs leave without a Hangup, so no ghost outlives it.
func (k *core) snapshot(e cti.Snapshot) {
	s := k.listed(e)
	k.dropUnlisted(e, s)
	delete(k.down, e.PBX)
	for i := range s.legs {
		k.revive(&s.legs[i])
	}
	for i := range s.legs {
		k.seat(&s.legs[i])
	}
	k.requeue(e)
	for i := range s.legs {
		k.rering(&s.legs[i])
	}
	k.looking = true
	for _, c := range k.callsOf(e.PBX) {
		k.retalk(c, nil)
		k.settle(c)
	}
	k.looking = false
}

// listing is a snapshot with its legs in the order of their creation.
type listing struct {
	legs []cti.Leg
	ids  map[cti.LegID]bool
}

func (k *core) listed(e cti.Snapshot) listing {
	s := listing{legs: slices.Clone(e.Legs), ids: make(map[cti.LegID]bool, len(e.Legs))}
	slices.SortFunc(s.legs, func(a, b cti.Leg) int { return compareLinkedids(a.ID.Uniqueid, b.ID.Uniqueid) })
	for _, l := range s.legs {
		s.ids[l.ID] = true
	}
	return s
}

// dropUnlisted ends the legs of the PBX that it does not list. That covers a restart
// of the PBX as well: a Uniqueid holds the second of its creation and never returns.
func (k *core) dropUnlisted(e cti.Snapshot, s listing) {
	var gone []*leg
	for id, l := range k.legs {
		if id.PBX == e.PBX && !s.ids[id] {
			gone = append(gone, l)
		}
	}
	slices.SortFunc(gone, func(a, b *leg) int { return compareLinkedids(a.ID.Uniqueid, b.ID.Uniqueid) })
	for _, l := range gone {
		if l.call != nil {
			k.decide(l.call, "resync.gone", "the PBX no longer lists this leg", l)
		}
		k.end(l, ending{})
	}
}

// revive takes over a listed leg. One that is listed lives, whatever was heard.
func (k *core) revive(in *cti.Leg) {
	if l := k.legs[in.ID]; l != nil {
		k.update(l, in)
		l.App, l.AppData = cmp.Or(in.App, l.App), cmp.Or(in.AppData, l.AppData)
		return
	}
	if in.ID.IsZero() {
		return
	}
	l := k.adopt(in, cti.Reconstructed)
	l.App, l.AppData = in.App, in.AppData
	if l.call != nil {
		l.call.doubt()
	}
}

// seat puts a listed leg into its bridge. The list does not tell what kind of bridge
// it is; the application of a parked or conferencing channel does, not always. So no
// calls are merged here: those who mix have one Linkedid already.
func (k *core) seat(in *cti.Leg) {
	l := k.legs[in.ID]
	if l == nil {
		return
	}
	if in.Bridge == "" {
		k.leaveBridge(l)
		return
	}
	if l.bridge != nil && l.bridge.id.name == in.Bridge {
		return
	}
	k.leaveBridge(l)
	b := k.bridges[pbxKey{l.ID.PBX, in.Bridge}]
	if b == nil {
		b = k.bridgeOf(l.ID.PBX, in.Bridge, kindByApp(in.App))
	}
	l.bridge = b
	b.legs = append(b.legs, l)
}

func kindByApp(app string) string {
	switch app {
	case "Park", "ParkedCall", "Parked Call", "BridgeWait", "MusicOnHold":
		return "holding"
	case "ConfBridge", "MeetMe":
		return "base"
	}
	return "basic"
}

// requeue compares the visits with the callers that wait.
func (k *core) requeue(e cti.Snapshot) {
	waiting := make(map[cti.LegID]string, len(e.Waiting))
	for _, entry := range e.Waiting {
		l := k.legs[entry.Leg]
		if l == nil || l.call == nil {
			continue
		}
		waiting[entry.Leg] = entry.Queue
		if l.call.stayOf(l, entry.Queue) == nil {
			k.openStay(l, entry)
		}
	}
	for _, c := range k.callsOf(e.PBX) {
		for _, s := range c.stays {
			if !s.over && waiting[s.leg.ID] != c.visits.items[s.index].Queue {
				k.missedExit(s)
			}
		}
	}
}

// missedExit decides a visit that ended while nobody looked, by where its caller is now.
func (k *core) missedExit(s *stay) {
	if s.leg.bridge != nil && !s.leg.bridge.holding {
		k.endStay(s, cti.VisitAnswered, "the caller is in a bridge now")
		return
	}
	k.endStay(s, cti.VisitTimeout, "the caller is no longer in the queue")
}

// rering opens the offers of phones that ring, and closes those of phones that
// were picked up meanwhile.
func (k *core) rering(in *cti.Leg) {
	l := k.legs[in.ID]
	if l == nil || l.call == nil {
		return
	}
	if l.State == cti.LegUp && l.ring != nil && l.ring.offer().Open() && l.bridge != nil {
		k.accept(l)
	}
	if l.State != cti.LegRinging || l.ring != nil || l.Role != cti.RolePhone || l.call.client == nil || l.call.client == l {
		return
	}
	k.hang(l)
	k.ringFor(l)
}

// hang guesses who dials a leg whose dial was not seen.
func (k *core) hang(l *leg) {
	c := l.call
	l.incoming = false
	if l.dialer == nil {
		l.dialer = c.client
	}
	if l.App != "AppQueue" && l.member == nil {
		return
	}
	for _, s := range c.stays {
		if !s.over && l.member == nil {
			v := c.visits.items[s.index]
			l.member = &member{queue: v.Queue, device: l.Device, stay: s}
		}
	}
}
