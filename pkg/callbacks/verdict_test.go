package callbacks_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/callbacks"
	"callcard/pkg/cti"
)

func at(minute int) time.Time { return time.Date(2026, 11, 22, 9, minute, 0, 0, time.UTC) }

// missed is an inbound call that an agent did not take, of one minute.
func missed(id cti.CallID, minute int) cti.Call {
	return cti.Call{
		ID: id, Direction: cti.Inbound, State: cti.CallEnded, DID: "+74950000001", Missed: true,
		Outcome: cti.OutcomeAbandoned, Started: at(minute), Ended: at(minute + 1),
		Client: cti.Phone{Number: "+79161234567", Raw: "89161234567", Kind: cti.NumberE164},
		Offers: []cti.Offer{{User: "anna", Result: cti.OfferNoAnswer}},
		Visits: []cti.Visit{{Queue: "support"}},
	}
}

// answered is an inbound call with a talk of one minute.
func answered(id cti.CallID, minute int) cti.Call {
	c := missed(id, minute)
	c.Missed, c.Outcome = false, cti.OutcomeAnswered
	c.Talks = []cti.Talk{{User: "anna", From: at(minute), To: at(minute + 1)}}
	return c
}

func with(c cti.Call, change func(*cti.Call)) cti.Call {
	change(&c)
	return c
}

func TestJudge(t *testing.T) {
	t.Parallel()
	const number = "+79161234567"
	type verdict = callbacks.Verdict
	nothing := func(rule string) verdict { return verdict{Action: callbacks.Nothing, Rule: rule} }
	owe := func(cause cti.CallbackCause, priority int) verdict {
		return verdict{Action: callbacks.Owe, Rule: "callback.missed", Number: number, Cause: cause, Priority: priority}
	}
	abandoned := owe(cti.CauseAbandoned, 2)
	unseen := owe(cti.CauseIVR, 4)
	unseen.Rule = "callback.end_unseen"
	other := abandoned
	other.Number = "00998123456789"
	settle := func(rule, how string, began, minute int) verdict {
		return verdict{Action: callbacks.Settle, Rule: rule, Number: number, How: how, LastBegan: at(began), Last: at(minute), Agent: "anna"}
	}
	tried := func(outcome cti.AttemptOutcome) verdict {
		return verdict{Action: callbacks.Tried, Rule: "callback.not_reached", Number: number, Outcome: outcome}
	}
	out := func(change func(*cti.Call)) cti.Call {
		return with(missed("m:1", 0), func(c *cti.Call) {
			c.Direction, c.Outcome, c.Missed = cti.Outbound, cti.OutcomeNoAnswer, false
			change(c)
		})
	}
	said := func(name, value string) func(*cti.Call) {
		return func(c *cti.Call) { c.Variables = map[string]string{name: value} }
	}
	for _, test := range []struct {
		name string
		call cti.Call
		ivr  bool
		want verdict
	}{
		{"abandoned in the queue", missed("m:1", 0), false, abandoned},
		{"nobody answered a direct call", with(missed("m:1", 0), func(c *cti.Call) { c.Outcome, c.Visits = cti.OutcomeNoAnswer, nil }), false, owe(cti.CauseNoAnswer, 3)},
		{"the queue let him go", with(missed("m:1", 0), func(c *cti.Call) { c.Outcome = cti.OutcomeTimeout }), false, owe(cti.CauseTimeout, 2)},
		{"its end was not seen", with(missed("m:1", 0), func(c *cti.Call) { c.Certainty = cti.Unknown }), false, abandoned},
		{"not missed, nobody talked", with(missed("m:1", 0), func(c *cti.Call) { c.Missed = false }), false, nothing("callback.not_missed")},
		{"left in the IVR", with(missed("m:1", 0), func(c *cti.Call) { c.Outcome = cti.OutcomeIVR }), false, nothing("callback.left_in_ivr")},
		{"was in the IVR when we stopped to listen", with(missed("m:1", 0), func(c *cti.Call) { c.Outcome, c.Certainty = cti.OutcomeIVR, cti.Unknown }), false, unseen},
		{"left in the IVR, wanted", with(missed("m:1", 0), func(c *cti.Call) { c.Outcome = cti.OutcomeIVR }), true, owe(cti.CauseIVR, 4)},
		{"left in the IVR, not missed, wanted", with(missed("m:1", 0), func(c *cti.Call) { c.Outcome, c.Missed = cti.OutcomeIVR, false }), true, owe(cti.CauseIVR, 4)},
		{"a colleague", with(missed("m:1", 0), func(c *cti.Call) { c.Direction = cti.Internal }), false, nothing("callback.internal")},
		{"a colleague who talked", with(answered("m:1", 0), func(c *cti.Call) { c.Direction = cti.Internal }), false, nothing("callback.internal")},
		{"withheld", with(missed("m:1", 0), func(c *cti.Call) { c.Client = cti.Phone{Kind: cti.NumberAnonymous} }), false, nothing("callback.no_number")},
		{"an extension", with(missed("m:1", 0), func(c *cti.Call) { c.Client = cti.Phone{Number: "1001", Kind: cti.NumberInternal} }), false, nothing("callback.no_number")},
		{"a service number", with(missed("m:1", 0), func(c *cti.Call) { c.Client = cti.Phone{Number: "112", Kind: cti.NumberShort} }), false, nothing("callback.no_number")},
		{"a number without a plan", with(missed("m:1", 0), func(c *cti.Call) { c.Client = cti.Phone{Raw: "00998123456789", Kind: cti.NumberInvalid} }), false, other},
		{"a few digits", with(missed("m:1", 0), func(c *cti.Call) { c.Client = cti.Phone{Raw: "123456", Kind: cti.NumberInvalid} }), false, nothing("callback.no_number")},
		{"an empty number", with(missed("m:1", 0), func(c *cti.Call) { c.Client = cti.Phone{Kind: cti.NumberE164} }), false, nothing("callback.no_number")},
		{"answered", answered("m:1", 0), false, settle("callback.got_through", "client_got_through", 0, 1)},
		{"answered, then lost in a transfer", with(answered("m:1", 0), func(c *cti.Call) { c.Missed, c.Outcome = true, cti.OutcomeNoAnswer }), false, settle("callback.got_through", "client_got_through", 0, 1)},
		{"answered, end of the talk not seen", with(answered("m:1", 0), func(c *cti.Call) { c.Talks[0].To, c.Ended = time.Time{}, at(3) }), false, settle("callback.got_through", "client_got_through", 0, 3)},
		{"a talk of no length", with(answered("m:1", 0), func(c *cti.Call) { c.Talks[0].To, c.Missed = at(0), true }), false, owe(cti.CauseNoAnswer, 3)},
		{"two talks", with(answered("m:1", 0), func(c *cti.Call) { c.Talks = append(c.Talks, cti.Talk{User: "anna", From: at(1), To: at(4)}) }), false, settle("callback.got_through", "client_got_through", 1, 4)},
		{"we reached him", with(answered("m:1", 0), func(c *cti.Call) { c.Direction = cti.Outbound }), false, settle("callback.reached", "reached", 0, 1)},
		{"we did not reach him", with(missed("m:1", 0), func(c *cti.Call) { c.Direction, c.Outcome = cti.Outbound, cti.OutcomeNoAnswer }), false, tried("no_answer")},
		{"busy", out(said("DIALSTATUS", "BUSY")), false, tried("busy")},
		{"the network refused", out(said("DIALSTATUS", "CONGESTION")), false, tried("failed")},
		{"no such route", out(func(c *cti.Call) { c.Outcome = cti.OutcomeFailed }), false, tried("failed")},
		{"an answering machine", out(func(c *cti.Call) { c.Talks = []cti.Talk{{From: at(0), To: at(0).Add(4 * time.Second)}} }), false, tried("no_answer")},
		{"rung for a minute, then given up", out(said("DIALSTATUS", "CANCEL")), false, tried("no_answer")},
		{"given up at once", out(func(c *cti.Call) {
			c.Ended, c.Variables = at(0).Add(9*time.Second), map[string]string{"DIALSTATUS": "CANCEL"}
		}), false, nothing("callback.hung_up_dialling")},
		{"answered for a moment", with(answered("m:1", 0), func(c *cti.Call) { c.Talks[0].To = at(0).Add(4 * time.Second) }), false, nothing("callback.short_talk")},
		{"answered for a moment, then lost", with(answered("m:1", 0), func(c *cti.Call) {
			c.Talks[0].To, c.Missed, c.Outcome = at(0).Add(4*time.Second), true, cti.OutcomeAbandoned
		}), false, abandoned},
		{"two short talks", with(answered("m:1", 0), func(c *cti.Call) {
			c.Talks = []cti.Talk{{From: at(0), To: at(0).Add(3 * time.Second)}, {User: "anna", From: at(0), To: at(0).Add(3 * time.Second)}}
		}), false, verdict{
			Action: callbacks.Settle, Rule: "callback.got_through", Number: number, How: "client_got_through",
			LastBegan: at(0), Last: at(0).Add(3 * time.Second),
		}},
		{"nobody served the queue", with(missed("m:1", 0), func(c *cti.Call) { c.Outcome, c.Visits[0].Outcome = cti.OutcomeTimeout, cti.VisitEmpty }), false, owe(cti.CauseEmpty, 2)},
		{"the queue was full", with(missed("m:1", 0), func(c *cti.Call) { c.Outcome, c.Visits[0].Outcome = cti.OutcomeTimeout, cti.VisitFull }), false, owe(cti.CauseFull, 2)},
		{"closed, no wish", with(missed("m:1", 0), func(c *cti.Call) {
			c.Outcome, c.Visits, c.Variables = cti.OutcomeIVR, nil, map[string]string{"CALLCARD_AFTER_HOURS": "1"}
		}), false, verdict{Action: callbacks.Owe, Rule: "callback.after_hours", Number: number, Cause: cti.CauseAfterHours, Priority: 3}},
		{"closed, pressed 1", with(missed("m:1", 0), func(c *cti.Call) {
			c.Outcome, c.Visits, c.Variables = cti.OutcomeIVR, nil, map[string]string{"CALLCARD_AFTER_HOURS": "1", "CALLCARD_CALLBACK": "1"}
		}), false, verdict{Action: callbacks.Owe, Rule: "callback.requested", Number: number, Cause: cti.CauseRequested, Priority: 1}},
		{"in half an hour, please", with(missed("m:1", 0), said("CALLCARD_CALLBACK", "30")), false, verdict{
			Action: callbacks.Owe, Rule: "callback.requested", Number: number, Cause: cti.CauseRequested, Priority: 1, Due: at(31),
		}},
	} {
		rules := callbacks.DefaultRules()
		rules.IVR = test.ivr
		have := callbacks.Judge(test.call, rules, false)
		if diff := cmp.Diff(test.want, have); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}
