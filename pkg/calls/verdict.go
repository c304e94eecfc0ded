package calls

import (
	"strings"

	"callcard/pkg/cti"
)

// Q.850 causes that tell offers apart (include/asterisk/causes.h).
const (
	causeBusy      = 17
	causeNoUser    = 18
	causeNoAnswer  = 19
	causeRejected  = 21
	causeElsewhere = 26
)

// verdict is how an offer ended and by which rule.
type verdict struct {
	result cti.OfferResult
	reason string
	by     cti.Device
}

func (v verdict) text(device cti.Device) string {
	text := string(device) + ": " + string(v.result)
	if v.reason != "" {
		text += ", " + v.reason
	}
	if v.by != "" {
		text += ", " + string(v.by)
	}
	return text
}

// judge decides how an offer ended that nobody accepted on this leg.
//
// Asterisk says it in three places that must be read together: DialEnd (the first
// one counts, a loser gets CANCEL again), the cause of the Hangup, and for queues
// AgentRingNoAnswer. Behind a Local channel the phone's own DialEnd is CANCEL for a
// ring timeout as well; the verdict of the half that the queue called stands above it.
func (k *core) judge(r *ring, l *leg, cause int) verdict {
	status, missed := told(l)
	if l.pickedBy != "" {
		return verdict{cti.OfferWithdrawn, "picked_up", l.pickedBy}
	}
	if by := r.winner(); by != "" && cause != causeRejected && (!missed || cause == causeElsewhere) {
		return verdict{cti.OfferWithdrawn, "answered_elsewhere", by}
	}
	switch {
	case cause == causeElsewhere:
		return verdict{result: cti.OfferWithdrawn, reason: "answered_elsewhere"}
	case cause == causeRejected:
		return verdict{result: cti.OfferRejected}
	case r.stay != nil && (cause == causeBusy || status == cti.DialBusy):
		return declined(l)
	case status == cti.DialBusy, status == "" && cause == causeBusy:
		return verdict{result: cti.OfferBusy}
	case missed, status == cti.DialNoAnswer:
		return verdict{result: cti.OfferNoAnswer}
	case status == cti.DialCongestion, status == cti.DialUnavailable:
		return verdict{result: cti.OfferNoAnswer, reason: "unavailable"}
	case notTaken(status):
		return verdict{result: cti.OfferNoAnswer, reason: "not_connected"}
	case status == "" && (cause == causeNoAnswer || cause == causeNoUser):
		return verdict{result: cti.OfferNoAnswer}
	}
	return verdict{result: cti.OfferWithdrawn, reason: "caller_left"}
}

// notTaken tells that somebody picked up and did not take the call: what GOSUB_RESULT
// of a confirmation asks for (apps/app_dial.c, dial_exec_full).
func notTaken(status cti.DialStatus) bool {
	return status == "CONTINUE" || status == "ABORT" || strings.HasPrefix(string(status), "GOTO:")
}

// declined reads cause 17 of a queue's member: app_queue reports NOANSWER for it,
// so only the ringing tells a busy phone from a person who pressed decline.
func declined(l *leg) verdict {
	if l.rang {
		return verdict{result: cti.OfferRejected}
	}
	return verdict{result: cti.OfferBusy}
}

// told is the dial status of a leg with those of the Local halves it hangs on.
func told(l *leg) (status cti.DialStatus, missed bool) {
	status = l.status
	for step, from, n := l, (*leg)(nil), 0; step != nil && n < 16; n++ {
		missed = missed || step.missed
		if (status == "" || status == cti.DialCancel) && step.status != "" {
			status = step.status
		}
		step, from = above(step, from), step
	}
	return status, missed
}

// toldAbove reports whether a half above the leg had a verdict of its own.
func toldAbove(l *leg) bool {
	for step, from, n := above(l, nil), l, 0; step != nil && n < 16; n++ {
		if step.status != "" || step.missed {
			return true
		}
		step, from = above(step, from), step
	}
	return false
}

// above is the next leg on the way to the caller, coming from the one before: a
// phone hangs on the ";2" half that dials it, that on its ";1" half, which the queue
// called or which sits in a bridge.
func above(l, from *leg) *leg {
	switch {
	case l.dialer != nil && l.dialer.Role == cti.RoleLocal:
		return l.dialer
	case l.Role == cti.RoleLocal && l.dialer == nil && l.peer != from:
		return l.peer
	}
	return nil
}

// winner is another device that accepted the call in the same visit or round, after
// this offer began.
func (r *ring) winner() cti.Device {
	mine := r.offer()
	for _, other := range r.call.rings {
		o := other.offer()
		if other == r || o.Result != cti.OfferAccepted || o.Ended.Before(mine.At) {
			continue
		}
		if r.stay != nil && other.stay == r.stay || r.stay == nil && other.root == r.root && other.round == r.round {
			return o.Device
		}
	}
	return ""
}
