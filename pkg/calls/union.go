package calls

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"callcard/pkg/cti"
)

// place puts a new leg into the call of its Linkedid, or begins a call with it.
// Announcers and recorders never begin one.
func (k *core) place(l *leg, seen cti.Certainty) {
	if c := k.linked[l.key(l.Linkedid)]; c != nil && l.Linkedid != "" {
		k.bring(c, l)
		return
	}
	if l.Role == cti.RoleOther {
		return
	}
	k.begin(l, seen)
}

// bring adds a leg to a call that exists.
func (k *core) bring(c *call, l *leg) {
	c.add(l)
	k.learn(c, l)
	k.identify(c)
}

// begin makes a call of its first leg.
func (k *core) begin(l *leg, seen cti.Certainty) {
	c := &call{}
	c.doc = cti.Call{PBX: l.ID.PBX, ID: k.freeID(l), Started: l.Since, Certainty: seen}
	if seen == cti.Observed {
		c.doc.Started = k.now
	}
	k.ids[c.doc.ID] = c
	k.claim(c, l.Linkedid)
	c.add(l)
	k.learn(c, l)
	k.orient(c)
	k.decide(c, "call.began", "first leg: "+string(l.Role)+", direction "+string(c.doc.Direction), l)
	k.emit(c, cti.CallStarted, step{})
}

// freeID is the public id of a new call. A Linkedid whose call has had its terminal
// event is not used again; the leg's own id is.
func (k *core) freeID(l *leg) cti.CallID {
	linkedid := cmp.Or(l.Linkedid, l.ID.Uniqueid)
	id := cti.NewCallID(l.ID.PBX, linkedid)
	if !k.taken(id) {
		return id
	}
	base := cti.NewCallID(l.ID.PBX, l.ID.Uniqueid)
	id = base
	for n := 2; k.taken(id); n++ {
		id = base + cti.CallID("/"+strconv.Itoa(n))
	}
	return id
}

func (k *core) taken(id cti.CallID) bool { return k.ids[id] != nil || k.gone.has(id) }

// claim makes the call the owner of a Linkedid.
func (k *core) claim(c *call, linkedid string) {
	if linkedid == "" {
		return
	}
	key := pbxKey{c.doc.PBX, linkedid}
	if k.linked[key] == c {
		return
	}
	k.linked[key] = c
	c.linkedids.add(linkedid)
}

// relink follows a leg whose Linkedid changed. Asterisk does that only when the leg
// meets others in a bridge that mixes, so both conversations are one from now on.
func (k *core) relink(l *leg, linkedid string) {
	l.Linkedid = linkedid
	other := k.linked[l.key(linkedid)]
	switch {
	case l.call == nil && other != nil:
		k.bring(other, l)
	case l.call == nil:
	case other == nil:
		k.claim(l.call, linkedid)
	case other != l.call:
		k.merge(l.call, other, "merge.linkedid", "a leg took over the Linkedid of another call", l)
	}
}

// join makes the calls of two legs one. It returns that call.
func (k *core) join(a, b *leg, rule, text string) *call {
	switch {
	case a == nil || b == nil:
	case a.call == nil && b.call == nil:
	case a.call == nil:
		k.bring(b.call, a)
		return b.call
	case b.call == nil:
		k.bring(a.call, b)
	case a.call != b.call:
		return k.merge(a.call, b.call, rule, text, b)
	}
	if a == nil {
		return nil
	}
	return a.call
}

// merge joins two published calls. The one with the client goes on under its id,
// the other id becomes an alias and has no terminal event.
func (k *core) merge(a, b *call, rule, text string, at *leg) *call {
	keep, drop := elder(a, b)
	k.moveLegs(keep, drop)
	k.moveLists(keep, drop)
	k.moveIDs(keep, drop)
	keep.absorb(drop)
	drop.ended = true
	drop.doc.MergedInto = keep.doc.ID
	k.orient(keep)
	k.decide(keep, rule, text+": "+string(drop.doc.ID), at)
	k.emit(keep, cti.CallMerged, step{merged: drop.doc.ID})
	k.retalk(keep, nil)
	return keep
}

// elder chooses which of two calls goes on: the one a client came in with, then the
// one to a client, then the older.
func elder(a, b *call) (keep, drop *call) {
	order := cmp.Or(
		cmp.Compare(weight(a), weight(b)),
		a.doc.Started.Compare(b.doc.Started),
		compareLinkedids(a.linkedids.items[0], b.linkedids.items[0]),
	)
	if order <= 0 {
		return a, b
	}
	return b, a
}

func weight(c *call) int {
	switch c.doc.Direction {
	case cti.Inbound:
		return 0
	case cti.Outbound:
		return 1
	}
	return 2
}

func (k *core) moveLegs(keep, drop *call) {
	for _, l := range drop.legs {
		keep.add(l)
	}
	drop.legs = nil
	if keep.client == nil && drop.client != nil && drop.doc.Direction != cti.Internal {
		keep.client = drop.client
	}
	if keep.parked == nil {
		keep.parked = drop.parked
	}
}

// moveLists takes over offers, visits, files and transfers. Talks come along only
// from a call that a client made: in the others an agent consulted somebody.
func (k *core) moveLists(keep, drop *call) {
	for _, s := range drop.stays {
		s.leg.call, s.index = keep, keep.visits.add(drop.visits.items[s.index])
		keep.stays = append(keep.stays, s)
	}
	for _, r := range drop.rings {
		r.call, r.index = keep, keep.offers.add(drop.offers.items[r.index])
		keep.rings = append(keep.rings, r)
	}
	if drop.doc.Direction == cti.Inbound {
		for _, t := range drop.chats {
			t.call, t.index = keep, keep.talks.add(drop.talks.items[t.index])
			keep.chats = append(keep.chats, t)
		}
		keep.doc.Answered = earliest(keep.doc.Answered, drop.doc.Answered)
	} else {
		for _, t := range drop.chats {
			t.over = true
		}
	}
	for _, t := range drop.transfers.items {
		keep.transfers.add(t)
	}
	for _, f := range drop.files.items {
		keep.files.add(f)
	}
	keep.decisions = append(keep.decisions, drop.decisions...)
}

func (k *core) moveIDs(keep, drop *call) {
	for _, linkedid := range drop.linkedids.items {
		k.claim(keep, linkedid)
	}
	for _, id := range append(slices.Clone(drop.aliases.items), drop.doc.ID) {
		keep.aliases.add(id)
		k.ids[id] = keep
	}
}

// absorb takes over the plain facts of a call that was merged away.
func (c *call) absorb(drop *call) {
	for name, value := range drop.doc.Variables {
		if _, known := c.doc.Variables[name]; !known {
			c.setVariable(name, value)
		}
	}
	if drop.doc.Certainty != cti.Observed && c.doc.Certainty == cti.Observed {
		c.doc.Certainty = drop.doc.Certainty
	}
	if drop.doc.Started.Before(c.doc.Started) && drop.doc.Direction == c.doc.Direction {
		c.doc.Started = drop.doc.Started
	}
	c.dialled = c.dialled || drop.dialled
	c.origin = c.origin.with(drop.origin)
	c.settleAt = time.Time{}
}

func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// compareLinkedids orders "lab1-1795323620.9" before "lab1-1795323620.10": the
// parts after the last dash are seconds and a counter.
func compareLinkedids(a, b string) int {
	aSeconds, aCount := splitLinkedid(a)
	bSeconds, bCount := splitLinkedid(b)
	return cmp.Or(cmp.Compare(aSeconds, bSeconds), cmp.Compare(aCount, bCount), cmp.Compare(a, b))
}

func splitLinkedid(id string) (seconds, count int64) {
	if i := strings.LastIndexByte(id, '-'); i >= 0 {
		id = id[i+1:]
	}
	whole, rest, _ := strings.Cut(id, ".")
	seconds, _ = strconv.ParseInt(whole, 10, 64)
	count, _ = strconv.ParseInt(rest, 10, 64)
	return seconds, count
}
