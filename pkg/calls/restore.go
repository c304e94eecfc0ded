package calls

import (
	"time"

	"callcard/pkg/cti"
)

// Restore takes over the calls that a former run left open. It must be called
// before Run. Whatever happened meanwhile comes with the first Snapshot of each
// PBX, in the same way as after a lost link.
func (t *Tracker) Restore(saved []cti.Call) {
	now := t.opts.Now()
	for i := range saved {
		if doc, ok := t.core.restore(&saved[i], now); ok {
			t.docs.Store(doc.ID, &doc)
			for _, alias := range doc.Aliases {
				t.docs.Store(alias, &cti.Call{ID: alias, MergedInto: doc.ID})
			}
		}
	}
}

// restore builds the state of a call from its document.
func (k *core) restore(saved *cti.Call, now time.Time) (cti.Call, bool) {
	if saved.State == cti.CallEnded || saved.MergedInto != "" || saved.ID == "" || k.taken(saved.ID) {
		return cti.Call{}, false
	}
	if now.After(k.now) {
		k.now = now
	}
	if _, known := k.down[saved.PBX]; !known {
		k.down[saved.PBX] = k.now
	}
	c := &call{doc: *saved, lastEnd: k.now}
	k.restoreIDs(c, saved)
	k.restoreLegs(c, saved)
	k.restoreLists(c, saved)
	c.origin = origin{
		inbound: saved.Direction == cti.Inbound, trunk: saved.Direction == cti.Outbound,
		inside: true, settled: true, device: saved.Initiator,
	}
	c.doubt()
	k.decide(c, "restore", "taken over from the run before", nil)
	k.settle(c)
	return c.document(), true
}

func (k *core) restoreIDs(c *call, saved *cti.Call) {
	for _, linkedid := range saved.Linkedids {
		k.claim(c, linkedid)
	}
	k.ids[saved.ID] = c
	for _, alias := range saved.Aliases {
		c.aliases.add(alias)
		k.ids[alias] = c
	}
}

func (k *core) restoreLegs(c *call, saved *cti.Call) {
	for i := range saved.Legs {
		in := &saved.Legs[i]
		if in.ID.IsZero() || k.legs[in.ID] != nil {
			continue
		}
		l := &leg{Leg: *in, incoming: arrives(in), rang: in.State == cti.LegRinging}
		if l.Recording != cti.NotRecorded {
			silent := l.Recording == cti.RecordingPaused
			l.recorder = recorder{count: 1, read: silent, write: silent}
		}
		k.legs[l.ID] = l
		k.names[l.key(l.Name)] = l
		k.pair(l)
		c.add(l)
		if l.ID == saved.ClientLeg {
			c.client = l
		}
		if in.Bridge != "" {
			b := k.bridgeOf(l.ID.PBX, in.Bridge, kindByApp(in.App))
			l.bridge = b
			b.legs = append(b.legs, l)
		}
	}
}

func (k *core) restoreLists(c *call, saved *cti.Call) {
	for i, v := range saved.Visits {
		c.visits.add(v)
		c.stays = append(c.stays, &stay{index: i, leg: k.legOrGone(c, v.Leg), left: v.Left, over: v.Outcome != ""})
	}
	for i, o := range saved.Offers {
		c.offers.add(o)
		k.restoreRing(c, i, o)
	}
	for i, t := range saved.Talks {
		c.talks.add(t)
		l := k.legOrGone(c, t.Leg)
		was := &chat{call: c, index: i, leg: l, over: !t.Open(), onHold: !t.HeldSince.IsZero()}
		c.chats, l.chats = append(c.chats, was), append(l.chats, was)
	}
	c.transfers.items = append(c.transfers.items, saved.Transfers...)
	c.files.items = append(c.files.items, saved.Files...)
}

func (k *core) restoreRing(c *call, i int, o cti.Offer) {
	r := &ring{call: c, index: i}
	for _, s := range c.stays {
		if o.Queue != "" && c.visits.items[s.index].Queue == o.Queue {
			r.stay = s
		}
	}
	c.rings = append(c.rings, r)
	if l := k.legs[o.Leg]; l != nil && l.call == c {
		r.legs, l.ring = append(r.legs, l), r
		l.answered = o.Result == cti.OfferAccepted
	} else if o.Open() {
		r.ended, r.legs = k.now, append(r.legs, k.legOrGone(c, o.Leg))
		k.wake(c, ringGrace)
	}
}

// legOrGone stands in for a leg that the document no longer lists.
func (k *core) legOrGone(c *call, id cti.LegID) *leg {
	if l := k.legs[id]; l != nil && l.call == c {
		return l
	}
	return &leg{Leg: cti.Leg{ID: id, Role: cti.RoleOther}, call: c, gone: true}
}
