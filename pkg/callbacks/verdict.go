package callbacks

import (
	"time"

	"callcard/pkg/cti"
)

// Action is what a call means for the duty to call back.
type Action string

const (
	Nothing Action = "nothing"
	Owe     Action = "owe"    // the client did not get through
	Settle  Action = "settle" // somebody talked with the client
	Tried   Action = "tried"  // somebody called the client and did not reach him
	Unrung  Action = "unrung" // somebody wanted to, and his own phone was not answered
)

// Verdict on one ended call.
type Verdict struct {
	Action Action
	// Rule names what decided, for the trace.
	Rule string
	// Number is the client's, unless Action is Nothing.
	Number string
	// Why, how urgent and, when it is not the deadline of the priority, until when; for Owe.
	Cause    cti.CallbackCause
	Priority int
	Due      time.Time
	// Weak: it counts with an open duty only, or when it comes again soon.
	Weak bool
	// How the duty ends, when the last talk began and ended and whose it was, for Settle.
	How             string
	LastBegan, Last time.Time
	Agent           cti.UserID
	// What was tried, for Tried.
	Outcome cti.AttemptOutcome
}

// Try is one call to a client that did not reach him.
type Try struct {
	Call         cti.CallID
	Agent        cti.UserID
	Outcome      cti.AttemptOutcome
	Began, Ended time.Time
}

// Judge says what an ended call means; closed tells that the office was when it came.
// Internal calls and clients without a number never matter: nobody could call back.
func Judge(c cti.Call, rules Rules, closed bool) Verdict {
	if c.Direction == cti.Internal {
		return Verdict{Action: Nothing, Rule: "callback.internal"}
	}
	number, ok := usable(c.Client)
	if !ok && c.Direction == cti.Outbound && len(c.Talks) == 0 {
		return Verdict{Action: Unrung, Rule: "callback.agent_no_answer"}
	}
	if !ok {
		return Verdict{Action: Nothing, Rule: "callback.no_number"}
	}
	if last, length := talked(c); !last.To.IsZero() && length >= rules.MinTalk {
		return settle(c, number, last)
	}
	if c.Direction == cti.Outbound {
		return try(c, number)
	}
	return missed(c, number, rules, closed)
}

func settle(c cti.Call, number string, last cti.Talk) Verdict {
	v := Verdict{
		Action: Settle, Rule: "callback.reached", Number: number, How: Reached,
		LastBegan: last.From, Last: last.To, Agent: last.User,
	}
	if c.Direction == cti.Inbound {
		v.Rule, v.How = "callback.got_through", GotThrough
	}
	return v
}

// missed tells why an inbound call that nobody talked in is owed a callback, or why
// not. What the client asked for goes before what happened to him.
func missed(c cti.Call, number string, rules Rules, closed bool) Verdict {
	owe := func(cause cti.CallbackCause, priority int) Verdict {
		return Verdict{Action: Owe, Rule: "callback.missed", Number: number, Cause: cause, Priority: priority}
	}
	if asked, due := requested(c); asked {
		v := owe(cti.CauseRequested, 1)
		v.Rule, v.Due = "callback.requested", due
		return v
	}
	switch {
	case c.Outcome == cti.OutcomeIVR && len(c.Visits) == 0 && (closed || afterHours(c)):
		if !rules.AfterHours {
			return Verdict{Action: Nothing, Rule: "callback.after_hours"}
		}
		v := owe(cti.CauseAfterHours, 3)
		v.Rule = "callback.after_hours"
		return v
	case c.Outcome == cti.OutcomeIVR && c.Certainty == cti.Unknown: // we were away, and he may have waited since
		v := owe(cti.CauseIVR, 4)
		v.Rule = "callback.end_unseen"
		return v
	case c.Outcome == cti.OutcomeIVR && !rules.IVR:
		return Verdict{Action: Nothing, Rule: "callback.left_in_ivr"}
	case c.Outcome == cti.OutcomeIVR:
		return owe(cti.CauseIVR, 4)
	case !c.Missed && len(c.Talks) > 0:
		return Verdict{Action: Nothing, Rule: "callback.short_talk"}
	case !c.Missed:
		return Verdict{Action: Nothing, Rule: "callback.not_missed"}
	case c.Outcome == cti.OutcomeAbandoned && rules.ShortAbandon > 0 && waited(c) <= rules.ShortAbandon:
		v := owe(cti.CauseShortAbandon, 4)
		v.Rule, v.Weak = "callback.short_abandon", true
		return v
	}
	return owe(causeOf(c))
}

// causeOf a missed call: its last queue says most.
func causeOf(c cti.Call) (cause cti.CallbackCause, priority int) {
	switch c.Outcome {
	case cti.OutcomeAbandoned:
		return cti.CauseAbandoned, 2
	case cti.OutcomeTimeout:
		if n := len(c.Visits); n > 0 && c.Visits[n-1].Outcome == cti.VisitEmpty {
			return cti.CauseEmpty, 2
		} else if n > 0 && c.Visits[n-1].Outcome == cti.VisitFull {
			return cti.CauseFull, 2
		}
		return cti.CauseTimeout, 2
	}
	return cti.CauseNoAnswer, 3
}

// waited is the time in queues and at ringing phones.
func waited(c cti.Call) time.Duration {
	if len(c.Visits) == 0 || c.Visits[0].Joined.IsZero() {
		return c.Ended.Sub(c.Started)
	}
	return c.Ended.Sub(c.Visits[0].Joined)
}

// talked is the last talk with the client, its end filled in, and how long all of them were.
func talked(c cti.Call) (last cti.Talk, length time.Duration) {
	for _, talk := range c.Talks {
		if talk.To.IsZero() {
			talk.To = c.Ended // its end was not seen
		}
		if !talk.To.After(talk.From) {
			continue
		}
		length += talk.To.Sub(talk.From)
		if talk.To.After(last.To) {
			last = talk
		}
	}
	return last, length
}

// fewest digits of a number that no plan explains but that one can try to dial:
// a subscriber number of a city.
const fewest = 7

func usable(p cti.Phone) (number string, ok bool) {
	switch p.Kind {
	case cti.NumberE164:
		return p.Number, p.Number != ""
	case cti.NumberInvalid:
		number = p.Number
		if number == "" {
			number = p.Raw
		}
		return number, digits(number) >= fewest
	}
	return "", false
}

func digits(s string) (n int) {
	for _, r := range s {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	return n
}
