package gaps

import (
	"slices"
	"time"

	"callcard/pkg/cti"
)

// queue applies one line of queue_log.
func (b *builder) queue(e entry) {
	switch e.verb {
	case "ENTERQUEUE":
		b.call.Visits = append(b.call.Visits, cti.Visit{Queue: e.queue, Leg: cti.LegID{PBX: b.pbx, Uniqueid: e.uniqueid}, Joined: e.at, Position: whole(e.datum(2))})
	case "RINGNOANSWER":
		b.rang(e, whole(e.datum(0)), cti.OfferNoAnswer, "")
	case "RINGCANCELED":
		b.rang(e, whole(e.datum(0)), cti.OfferWithdrawn, "caller_left")
	case "AGENTDUMP":
		b.rang(e, 0, cti.OfferRejected, "announcement")
	case "CONNECT":
		b.connect(e)
	case "ABANDON":
		b.leave(e, cti.VisitAbandoned)
	case "EXITWITHTIMEOUT":
		b.leave(e, cti.VisitTimeout)
	case "EXITEMPTY":
		b.leave(e, cti.VisitEmpty)
	case "EXITWITHKEY":
		b.leave(e, cti.VisitKey)
	case "WITHDRAW":
		b.leave(e, cti.VisitWithdrawn)
	case "SYSCOMPAT":
		b.leave(e, cti.VisitTimeout)
	case "COMPLETECALLER":
		b.complete(e, "client", e.datum(1))
	case "COMPLETEAGENT":
		b.complete(e, "agent", e.datum(1))
	case "BLINDTRANSFER":
		b.transfer(e, "blind", e.datum(0))
	case "ATTENDEDTRANSFER":
		b.transfer(e, "attended", "")
	}
}

// visit finds the open stay of a line.
func (b *builder) visit(e entry) *cti.Visit {
	for i := range slices.Backward(b.call.Visits) {
		if v := &b.call.Visits[i]; v.Leg.Uniqueid == e.uniqueid && v.Queue == e.queue && v.Outcome == "" {
			return v
		}
	}
	return nil
}

// leave ends a stay. SYSCOMPAT is followed by ABANDON: the first word counts.
func (b *builder) leave(e entry, outcome cti.VisitOutcome) {
	if v := b.visit(e); v != nil {
		v.Left, v.Outcome = e.at, outcome
	}
}

// rang notes the ring of a member; rings of one device in one stay are one offer.
func (b *builder) rang(e entry, ms int, result cti.OfferResult, reason string) {
	device := b.member(e)
	for i := range slices.Backward(b.call.Offers) {
		o := &b.call.Offers[i]
		if o.Device == device && o.Queue == e.queue && o.Result != cti.OfferAccepted && b.sameStay(e, o.At) {
			o.Ended, o.Attempts = e.at, o.Attempts+1
			if result != cti.OfferWithdrawn { // a refusal stands when the caller leaves during a later ring
				o.Result, o.Reason = result, reason
			}
			return
		}
	}
	b.call.Offers = append(b.call.Offers, cti.Offer{
		Device: device, User: b.userOf(b.pbx, device), Queue: e.queue, Via: "queue", Attempts: 1,
		At: e.at.Add(-time.Duration(ms) * time.Millisecond), Ended: e.at, Result: result, Reason: reason,
	})
}

func (b *builder) sameStay(e entry, at time.Time) bool {
	v := b.visit(e)
	return v != nil && !at.Add(time.Second).Before(v.Joined)
}

func (b *builder) connect(e entry) {
	device := b.member(e)
	if v := b.visit(e); v != nil {
		v.Left, v.Outcome, v.By = e.at, cti.VisitAnswered, device
	}
	leg := cti.LegID{PBX: b.pbx, Uniqueid: e.datum(1)}
	ring := time.Duration(whole(e.datum(2))) * time.Second
	user := b.userOf(b.pbx, device)
	b.call.Offers = append(b.call.Offers, cti.Offer{
		Device: device, User: user, Leg: leg, Queue: e.queue, At: e.at.Add(-ring), Ended: e.at,
		Result: cti.OfferAccepted, Attempts: 1, Via: "queue",
	})
	b.call.Talks = append(b.call.Talks, cti.Talk{Device: device, User: user, Leg: leg, From: e.at, Queue: e.queue})
}

// complete ends the talk of a queue's member. The talk's own figure counts: it is what
// everything else that reads queue_log shows.
func (b *builder) complete(e entry, by, seconds string) {
	for i := range slices.Backward(b.call.Talks) {
		if t := &b.call.Talks[i]; t.Open() && t.Queue == e.queue {
			t.To, t.EndedBy = t.From.Add(time.Duration(whole(seconds))*time.Second), by
			return
		}
	}
}

// transfer ends the talk by a hand-over: …|hold|talk|position, after what varies.
func (b *builder) transfer(e entry, kind, to string) {
	const talk = 2
	device := b.member(e)
	if len(e.data) >= talk {
		b.complete(e, "transfer", e.data[len(e.data)-talk])
	}
	b.call.Transfers = append(b.call.Transfers, cti.Transfer{Kind: kind, By: device, To: to, At: e.at, Result: "completed"})
}

// member is the device of a line's agent. The queue writes his name; the CDR has the
// channel that the caller met at that second. Of two, the later one goes on: a colleague
// has picked the call up.
func (b *builder) member(e entry) cti.Device {
	var found cti.Device
	var until time.Time
	for _, row := range b.rows {
		if e.verb != "CONNECT" || row.uniqueid != e.uniqueid || !row.answered || row.peer == "" || row.app != "Queue" ||
			row.start.After(e.at) || row.end.Before(e.at) || row.end.Before(until) {
			continue
		}
		if device, role := b.behind(row.peer); role == cti.RolePhone || role == cti.RoleTrunk {
			found, until = device, row.end
		}
	}
	if found != "" {
		return found
	}
	if device := b.naming.Member(e.agent); device != "" {
		return device
	}
	return cti.Device(e.agent)
}

// closeQueues ends what has no line of its end: the PBX was stopped in the middle.
func (b *builder) closeQueues(ended time.Time) {
	for i := range b.call.Visits {
		if v := &b.call.Visits[i]; v.Outcome == "" {
			v.Left, v.Outcome = ended, cti.VisitAbandoned
		}
	}
	for i := range b.call.Talks {
		if t := &b.call.Talks[i]; t.Open() {
			t.To, t.EndedBy = ended, "unknown"
		}
	}
}
