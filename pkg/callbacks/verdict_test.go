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
	type verdict = callbacks.Verdict
	nothing := func(rule string) verdict { return verdict{Action: callbacks.Nothing, Rule: rule} }
	owe := func(number string) verdict {
		return verdict{Action: callbacks.Owe, Rule: "callback.missed", Number: number}
	}
	settle := func(rule, how string, minute int) verdict {
		return verdict{Action: callbacks.Settle, Rule: rule, Number: "+79161234567", How: how, Last: at(minute)}
	}
	const number = "+79161234567"
	for _, test := range []struct {
		name string
		call cti.Call
		ivr  bool
		want verdict
	}{
		{"abandoned in the queue", missed("m:1", 0), false, owe(number)},
		{"nobody answered a direct call", with(missed("m:1", 0), func(c *cti.Call) { c.Outcome, c.Visits = cti.OutcomeNoAnswer, nil }), false, owe(number)},
		{"the queue let him go", with(missed("m:1", 0), func(c *cti.Call) { c.Outcome = cti.OutcomeTimeout }), false, owe(number)},
		{"its end was not seen", with(missed("m:1", 0), func(c *cti.Call) { c.Certainty = cti.Unknown }), false, owe(number)},
		{"not missed, nobody talked", with(missed("m:1", 0), func(c *cti.Call) { c.Missed = false }), false, nothing("callback.not_missed")},
		{"left in the IVR", with(missed("m:1", 0), func(c *cti.Call) { c.Outcome = cti.OutcomeIVR }), false, nothing("callback.left_in_ivr")},
		{"left in the IVR, wanted", with(missed("m:1", 0), func(c *cti.Call) { c.Outcome = cti.OutcomeIVR }), true, owe(number)},
		{"left in the IVR, not missed, wanted", with(missed("m:1", 0), func(c *cti.Call) { c.Outcome, c.Missed = cti.OutcomeIVR, false }), true, owe(number)},
		{"a colleague", with(missed("m:1", 0), func(c *cti.Call) { c.Direction = cti.Internal }), false, nothing("callback.internal")},
		{"a colleague who talked", with(answered("m:1", 0), func(c *cti.Call) { c.Direction = cti.Internal }), false, nothing("callback.internal")},
		{"withheld", with(missed("m:1", 0), func(c *cti.Call) { c.Client = cti.Phone{Kind: cti.NumberAnonymous} }), false, nothing("callback.no_number")},
		{"an extension", with(missed("m:1", 0), func(c *cti.Call) { c.Client = cti.Phone{Number: "1001", Kind: cti.NumberInternal} }), false, nothing("callback.no_number")},
		{"a service number", with(missed("m:1", 0), func(c *cti.Call) { c.Client = cti.Phone{Number: "112", Kind: cti.NumberShort} }), false, nothing("callback.no_number")},
		{"a number without a plan", with(missed("m:1", 0), func(c *cti.Call) { c.Client = cti.Phone{Raw: "00998123456789", Kind: cti.NumberInvalid} }), false, owe("00998123456789")},
		{"a few digits", with(missed("m:1", 0), func(c *cti.Call) { c.Client = cti.Phone{Raw: "123456", Kind: cti.NumberInvalid} }), false, nothing("callback.no_number")},
		{"an empty number", with(missed("m:1", 0), func(c *cti.Call) { c.Client = cti.Phone{Kind: cti.NumberE164} }), false, nothing("callback.no_number")},
		{"answered", answered("m:1", 0), false, settle("callback.got_through", "client_got_through", 1)},
		{"answered, then lost in a transfer", with(answered("m:1", 0), func(c *cti.Call) { c.Missed, c.Outcome = true, cti.OutcomeNoAnswer }), false, settle("callback.got_through", "client_got_through", 1)},
		{"answered, end of the talk not seen", with(answered("m:1", 0), func(c *cti.Call) { c.Talks[0].To, c.Ended = time.Time{}, at(3) }), false, settle("callback.got_through", "client_got_through", 3)},
		{"a talk of no length", with(answered("m:1", 0), func(c *cti.Call) { c.Talks[0].To, c.Missed = at(0), true }), false, owe(number)},
		{"two talks", with(answered("m:1", 0), func(c *cti.Call) { c.Talks = append(c.Talks, cti.Talk{From: at(1), To: at(4)}) }), false, settle("callback.got_through", "client_got_through", 4)},
		{"we reached him", with(answered("m:1", 0), func(c *cti.Call) { c.Direction = cti.Outbound }), false, settle("callback.reached", "reached", 1)},
		{"we did not reach him", with(missed("m:1", 0), func(c *cti.Call) { c.Direction, c.Outcome = cti.Outbound, cti.OutcomeNoAnswer }), false, nothing("callback.not_reached")},
	} {
		have := callbacks.Judge(test.call, callbacks.Rules{IVR: test.ivr})
		if diff := cmp.Diff(test.want, have); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}
