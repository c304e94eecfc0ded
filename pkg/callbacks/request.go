package callbacks

import (
	"strconv"
	"time"

	"callcard/pkg/cti"
)

// VariableRequested and VariableAfterHours are what the dialplan sets on the
// client's channel (dialplan-samples/extensions.conf, after-hours): that he asked to
// be called back (1, or in how many minutes), and that he was told that the office is
// closed. DialStatus is Asterisk's own word for how a Dial() ended.
const (
	VariableRequested  = "CALLCARD_CALLBACK"
	VariableAfterHours = "CALLCARD_AFTER_HOURS"
	VariableDialStatus = "DIALSTATUS"
)

// requested tells that the client asked to be called back and, when he chose a time, at which.
func requested(c cti.Call) (asked bool, due time.Time) {
	value := c.Variables[VariableRequested]
	if value == "" || value == "0" {
		return false, time.Time{}
	}
	const longest = 7 * 24 * 60
	if minutes, err := strconv.Atoi(value); err == nil && minutes > 1 && minutes <= longest {
		return true, c.Ended.Add(time.Duration(minutes) * time.Minute)
	}
	return true, time.Time{}
}

func afterHours(c cti.Call) bool {
	value := c.Variables[VariableAfterHours]
	return value != "" && value != "0"
}

// Q.850 causes that tell a declining client and a wrong number from a busy line
// (include/asterisk/causes.h: 1 unallocated, 3 no route, 28 invalid format).
const (
	causeUnallocated = 1
	causeNoRoute     = 3
	causeBusy        = 17
	causeRejected    = 21
	causeFormat      = 28
)

// patience is how long a client must have been rung to have been tried, when the agent hung up himself.
const patience = 10 * time.Second

// try reads an outbound call that came to no talk (contact-centre research, retry by evidence).
func try(c cti.Call, number string) Verdict {
	v := Verdict{Action: Tried, Rule: "callback.not_reached", Number: number, Outcome: cti.AttemptNoAnswer}
	switch status := cti.DialStatus(c.Variables[VariableDialStatus]); {
	case len(c.Talks) > 0: // a talk too short to count: an answering machine, or cut off
	case status == cti.DialCancel && c.Ended.Sub(c.Started) < patience:
		return Verdict{Action: Nothing, Rule: "callback.hung_up_dialling"}
	case status == cti.DialCancel:
	case c.Cause == causeRejected: // Dial() calls it CHANUNAVAIL
		v.Outcome = cti.AttemptRejected
	case c.Cause == causeUnallocated, c.Cause == causeNoRoute, c.Cause == causeFormat:
		v.Outcome = cti.AttemptWrongNumber
	case status == cti.DialBusy, c.Cause == causeBusy:
		v.Outcome = cti.AttemptBusy
	case status == cti.DialCongestion, status == cti.DialUnavailable, c.Outcome == cti.OutcomeFailed:
		v.Outcome = cti.AttemptFailed
	}
	return v
}
