package calls

import "callcard/pkg/cti"

// outgoing is how the newest try towards the outside ended.
type outgoing struct {
	status cti.DialStatus
	cause  int
	tried  bool
}

// noteOutgoing remembers how a leg that we made towards the outside, or for the one
// who clicked, went away.
func (k *core) noteOutgoing(l *leg, how ending) {
	if (l.Role == cti.RoleTrunk || l.originated) && l.real() && !l.incoming && !l.answered {
		l.call.sent = outgoing{status: l.status, cause: how.cause, tried: true}
	}
}

// refused reports whether the network or the number refused, as opposed to a
// person who did not answer (Q.850 causes, include/asterisk/causes.h).
func (o outgoing) refused() bool {
	switch o.status {
	case cti.DialCancel:
		return false
	case cti.DialCongestion, cti.DialUnavailable:
		return true
	}
	switch o.cause {
	case 1, 2, 3, 5, 22, 25, 27, 28, 34, 38, 41, 42, 44, 50, 57, 58, 65, 66, 69, 79, 88, 95, 96, 97, 99, 101, 102, 111:
		return true
	}
	return false
}

// outcome decides the whole call. It is called once, when the call has settled.
//
//	an agent talked with the client ──────────► answered
//	the newest visit or ring without a queue:
//	  visit abandoned ────────────────────────► abandoned
//	  visit timeout, empty, full, withdrawn ──► timeout
//	  rung without a queue ───────────────────► no_answer
//	nothing rang ─────────────────────────────► ivr, failed
func (c *call) outcome() cti.CallOutcome {
	switch {
	case c.talks.len() > 0:
		return cti.OutcomeAnswered
	case c.doc.Direction == cti.Outbound:
		return c.outboundOutcome()
	case c.visits.len() == 0 && c.offers.len() > 0:
		return c.rungOutcome()
	case c.visits.len() == 0 && (c.sent.tried || c.dialled):
		return c.outboundOutcome()
	case c.visits.len() == 0:
		return cti.OutcomeIVR
	case c.rungAfterVisits():
		return cti.OutcomeNoAnswer
	}
	return c.visits.items[c.visits.len()-1].Outcome.OfCall()
}

// rungOutcome: phones that could not be reached at all were refused by the network.
func (c *call) rungOutcome() cti.CallOutcome {
	for _, o := range c.offers.items {
		if o.Reason != "unavailable" {
			return cti.OutcomeNoAnswer
		}
	}
	return cti.OutcomeFailed
}

func (c *call) rungAfterVisits() bool {
	left := c.visits.items[c.visits.len()-1].Left
	for _, o := range c.offers.items {
		if o.Queue == "" && !o.At.Before(left) {
			return true
		}
	}
	return false
}

// outboundOutcome judges a call that was to reach somebody outside, or that a Dial()
// sent nowhere.
func (c *call) outboundOutcome() cti.CallOutcome {
	if c.sent.refused() || !c.sent.tried && c.dialled {
		return cti.OutcomeFailed
	}
	return cti.OutcomeNoAnswer
}
