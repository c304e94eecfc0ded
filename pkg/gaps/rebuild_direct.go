package gaps

import (
	"strings"
	"time"

	"callcard/pkg/cti"
)

// direct applies a row of the CDR: who was rung or spoken to outside of queues.
func (b *builder) direct(row record) {
	device, role := b.behind(row.peer)
	from, fromRole := b.naming.Channel(row.channel)
	if row.peer == "" || fromRole == cti.RoleOther {
		return
	}
	switch b.call.Direction {
	case cti.Inbound:
		// A trunk that is dialled by a trunk is somebody's mobile.
		if fromRole == cti.RoleTrunk && (role == cti.RolePhone || role == cti.RoleTrunk) && row.app != "AppDial" {
			b.met(row, device)
		}
	case cti.Outbound:
		switch {
		case role == cti.RoleTrunk && fromRole == cti.RolePhone:
			b.met(row, from)
		case role == cti.RoleTrunk && fromRole == cti.RoleLocal:
			b.met(row, b.call.Initiator)
		case fromRole == cti.RoleTrunk && role == cti.RolePhone:
			b.met(row, device) // handed over
		}
	case cti.Internal:
		if fromRole == cti.RolePhone && role == cti.RolePhone && row.app != "AppDial" {
			b.met(row, device)
		}
	}
}

// met notes that the client and an agent's device rang or talked.
func (b *builder) met(row record, device cti.Device) {
	user := b.userOf(b.pbx, device)
	from := row.end.Add(-row.talked)
	if strings.EqualFold(row.app, "Queue") {
		last, queued := b.queuedUntil(row.uniqueid)
		switch {
		case !queued: // there is no queue_log
			b.guess(row, device)
		case row.answered && row.end.After(last) && !last.IsZero() && !b.spoke(device, row.start.Add(-time.Second)):
			// A member's talk was handed over, and the row goes on under the queue's name.
			b.talk(cti.Talk{Device: device, User: user, From: later(row.start, last), To: row.end, EndedBy: "unknown"})
		}
		return
	}
	if b.call.Direction != cti.Outbound {
		b.ring(row, device, "")
	}
	if row.answered {
		b.talk(cti.Talk{Device: device, User: user, From: from, To: row.end, EndedBy: "unknown"})
	}
}

// talk adds a conversation that goes on from an earlier row, or a new one.
func (b *builder) talk(t cti.Talk) {
	for i := range b.call.Talks {
		have := &b.call.Talks[i]
		if have.Device == t.Device && !t.From.After(have.To.Add(time.Second)) && !have.From.After(t.To) {
			have.From, have.To = sooner(have.From, t.From), later(have.To, t.To)
			return
		}
	}
	if !t.To.Before(t.From) { // of less than a second, too: somebody was there
		b.call.Talks = append(b.call.Talks, t)
	}
}

// ring adds an offer outside of queues; further rings of a device are attempts of it.
func (b *builder) ring(row record, device cti.Device, queue string) {
	result, reason := cti.OfferNoAnswer, ""
	switch {
	case row.answered:
		result = cti.OfferAccepted
	case strings.EqualFold(row.disposition, "BUSY"):
		result = cti.OfferBusy
	}
	ended := row.end
	if row.answered {
		ended = row.end.Add(-row.talked)
	}
	for i := range b.call.Offers {
		if o := &b.call.Offers[i]; o.Device == device && o.Queue == queue && o.Result != cti.OfferAccepted {
			o.Ended, o.Result, o.Attempts = ended, result, o.Attempts+1
			return
		}
	}
	b.call.Offers = append(b.call.Offers, cti.Offer{
		Device: device, User: b.userOf(b.pbx, device), Queue: queue, At: row.start, Ended: ended,
		Result: result, Reason: reason, Attempts: 1, Via: map[bool]string{true: "dial", false: "queue"}[queue == ""],
	})
}

// guess what happened in a queue by the CDR alone: it does not tell why a caller left.
func (b *builder) guess(row record, device cti.Device) {
	queue, _, _ := strings.Cut(row.appData, ",")
	b.ring(row, device, queue)
	leg := cti.LegID{PBX: b.pbx, Uniqueid: row.uniqueid}
	n := len(b.call.Visits)
	if n == 0 || b.call.Visits[n-1].Queue != queue {
		b.call.Visits = append(b.call.Visits, cti.Visit{Queue: queue, Leg: leg, Joined: row.start, Left: row.end, Outcome: cti.VisitAbandoned})
		n++
	}
	v := &b.call.Visits[n-1]
	if v.Outcome != cti.VisitAnswered {
		v.Left = row.end
	}
	if row.answered {
		from := row.end.Add(-row.talked)
		v.Left, v.Outcome, v.By = from, cti.VisitAnswered, device
		b.talk(cti.Talk{Device: device, User: b.userOf(b.pbx, device), From: from, To: row.end, EndedBy: "unknown", Queue: queue})
	}
}

// queuedUntil is when the last talk of a caller in a queue ended; queued tells that
// queue_log knows him.
func (b *builder) queuedUntil(uniqueid string) (last time.Time, queued bool) {
	for _, v := range b.call.Visits {
		queued = queued || v.Leg.Uniqueid == uniqueid
	}
	for _, t := range b.call.Talks {
		if t.Queue != "" {
			last = later(last, t.To)
		}
	}
	return last, queued
}

// spoke tells that a device had a talk since an instant: the row is about that one.
func (b *builder) spoke(device cti.Device, since time.Time) bool {
	for _, t := range b.call.Talks {
		if t.Device == device && !t.To.Before(since) {
			return true
		}
	}
	return false
}
