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
)

// Rules that an office may choose.
type Rules struct {
	// IVR also owes a callback to those who left before they were offered to anybody.
	IVR bool
}

// Verdict on one ended call.
type Verdict struct {
	Action Action
	// Rule names what decided, for the trace.
	Rule string
	// Number is the client's, for Owe and Settle.
	Number string
	// How the duty ends and when the talk did, for Settle.
	How  string
	Last time.Time
}

// Ways in which a duty ends.
const (
	GotThrough = "client_got_through"
	Reached    = "reached"
)

// Judge says what an ended call means. Internal calls and clients without a
// number never matter: nobody could call back.
func Judge(c cti.Call, rules Rules) Verdict {
	if c.Direction == cti.Internal {
		return Verdict{Action: Nothing, Rule: "callback.internal"}
	}
	number, ok := usable(c.Client)
	if !ok {
		return Verdict{Action: Nothing, Rule: "callback.no_number"}
	}
	if last := talked(c); !last.IsZero() {
		return settle(c, number, last)
	}
	switch {
	case c.Direction != cti.Inbound:
		return Verdict{Action: Nothing, Rule: "callback.not_reached"}
	case c.Outcome == cti.OutcomeIVR && !rules.IVR:
		return Verdict{Action: Nothing, Rule: "callback.left_in_ivr"}
	case c.Outcome == cti.OutcomeIVR, c.Missed:
		return Verdict{Action: Owe, Rule: "callback.missed", Number: number}
	}
	return Verdict{Action: Nothing, Rule: "callback.not_missed"}
}

func settle(c cti.Call, number string, last time.Time) Verdict {
	v := Verdict{Action: Settle, Rule: "callback.reached", Number: number, How: Reached, Last: last}
	if c.Direction == cti.Inbound {
		v.Rule, v.How = "callback.got_through", GotThrough
	}
	return v
}

// talked is when the last talk with the client ended, zero for no talk of any length.
func talked(c cti.Call) (last time.Time) {
	for _, talk := range c.Talks {
		to := talk.To
		if to.IsZero() {
			to = c.Ended // its end was not seen
		}
		if to.After(talk.From) && to.After(last) {
			last = to
		}
	}
	return last
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
