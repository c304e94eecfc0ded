package storetest

import (
	"fmt"
	"time"

	"callcard/pkg/cti"
)

// testCountCallbacks: overdue is what is open and due at the instant or before.
func testCountCallbacks(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	for i, b := range []cti.Callback{
		{State: cti.CallbackOpen, Due: start()},
		{State: cti.CallbackOpen, Due: start().Add(time.Microsecond)},
		{State: cti.CallbackOpen}, // no deadline yet
		{State: cti.CallbackDone, Due: start().Add(-time.Hour)},
		{State: cti.CallbackCancelled, Due: start().Add(-time.Hour)},
	} {
		b.ID, b.Group = fmt.Sprint(i), fmt.Sprint(i)
		must(t, s.SaveCallback(ctx, b, time.Time{}))
	}
	open, overdue, err := s.CountCallbacks(ctx, start())
	must(t, err)
	equal(t, "open, overdue", []int{3, 1}, []int{open, overdue})
}

// testDoubledCallbacks: who waits twice in a group, or in a group and in none.
func testDoubledCallbacks(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	people(t, s, "ivan", "petr", "olga")
	for i, b := range []cti.Callback{
		{ID: "a", Group: "1", ContactID: "ivan"},
		{ID: "b", Group: "1", ContactID: "ivan"},
		{ID: "c", Group: "1", ContactID: "petr"},
		{ID: "d", Group: "2", ContactID: "petr"}, // other lines are another duty
		{ID: "e", Group: "2", ContactID: "olga"},
		{ID: "f", ContactID: "olga"}, // a promise about no line
		{ID: "g", Group: "1"},
		{ID: "h", Group: "1"}, // strangers
		{ID: "i", Group: "2", ContactID: "petr", State: cti.CallbackDone},
	} {
		b.Client = e164(fmt.Sprint("+7916000000", i))
		if b.State == "" {
			b.State = cti.CallbackOpen
		}
		must(t, s.SaveCallback(ctx, b, time.Time{}))
	}
	var have []string
	for _, b := range got[[]cti.Callback](t)(s.DoubledCallbacks(ctx)) {
		have = append(have, b.ID)
	}
	equal(t, "doubled", []string{"a", "b", "e", "f"}, have)
}

// testCallbackOfAttempt: found by the call that was dialled for it, before and after the call has a name.
func testCallbackOfAttempt(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	b := cti.Callback{ID: "b", State: cti.CallbackOpen, Attempts: []cti.Attempt{
		{At: start(), CallID: "m:1", Outcome: cti.AttemptBusy}, {At: start().Add(time.Minute), ActionID: "m:2"},
	}}
	must(t, s.SaveCallback(ctx, b, time.Time{}))
	for _, id := range []cti.CallID{"m:1", "m:2"} {
		equal(t, string(id), "b", got[cti.Callback](t)(s.CallbackOfAttempt(ctx, id)).ID)
	}
	_, err := s.CallbackOfAttempt(ctx, "m:3")
	wantErr(t, "another call", err, cti.ErrNotFound)
	b.State = cti.CallbackDone
	must(t, s.SaveCallback(ctx, b, time.Time{}))
	_, err = s.CallbackOfAttempt(ctx, "m:1")
	wantErr(t, "a closed one", err, cti.ErrNotFound)
}

// testStageTrace: the decisions of one stage about several calls, in the order of time.
func testStageTrace(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	decision := func(second int, stage, text string) cti.Decision {
		return cti.Decision{At: start().Add(time.Duration(second) * time.Second), Stage: stage, Rule: "r", Text: text, Agent: "anna"}
	}
	must(t, s.AddDecisions(ctx, "m:1", []cti.Decision{decision(3, "callback", "third"), decision(1, "callback", "first"), decision(2, "calls", "other")}))
	must(t, s.AddDecisions(ctx, "callback:x", []cti.Decision{decision(2, "callback", "second")}))
	must(t, s.AddDecisions(ctx, "m:2", []cti.Decision{decision(0, "callback", "not asked for")}))
	want := []cti.Decision{decision(1, "callback", "first"), decision(2, "callback", "second"), decision(3, "callback", "third")}
	equal(t, "of the stage", want, got[[]cti.Decision](t)(s.StageTrace(ctx, "callback", []cti.CallID{"m:1", "", "callback:x"})))
	equal(t, "of nothing", []cti.Decision{}, got[[]cti.Decision](t)(s.StageTrace(ctx, "callback", []cti.CallID{""})))
}

// testEndedCalls: a number's calls that have ended, newest first, since an instant.
func testEndedCalls(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	for i := range 3 {
		id := cti.CallID(fmt.Sprint("m:", i))
		must(t, s.AppendEvents(ctx, script(string(id), call(id, start().Add(time.Duration(i)*time.Hour))).ended(cti.OutcomeAbandoned)))
	}
	must(t, s.AppendEvents(ctx, script("live", call("m:7", start().Add(3*time.Hour))).started()))
	other := call("m:8", start().Add(time.Hour))
	other.Client = e164("+79160000000")
	must(t, s.AppendEvents(ctx, script("other", other).ended(cti.OutcomeAbandoned)))
	var have []cti.CallID
	for _, c := range got[[]cti.Call](t)(s.EndedCalls(ctx, "+79161234567", start().Add(time.Hour))) {
		have = append(have, c.ID)
	}
	equal(t, "his, ended, since then", []cti.CallID{"m:2", "m:1"}, have)
}

// testShortBefore: another missed call of the number that was as short.
func testShortBefore(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	short := func(id cti.CallID, at time.Time, seconds int) {
		t.Helper()
		one := script(string(id), call(id, at))
		must(t, s.AppendEvents(ctx, one.step(cti.CallFinished, func(c *cti.Call) {
			c.State, c.Outcome, c.Missed, c.Ended = cti.CallEnded, cti.OutcomeAbandoned, true, at.Add(time.Duration(seconds)*time.Second)
		})))
	}
	short("m:1", start(), 60)
	short("m:2", start().Add(time.Minute), 3)
	const number = "+79161234567"
	look := func(but cti.CallID, since time.Time) bool {
		t.Helper()
		return got[bool](t)(s.ShortBefore(ctx, number, but, since, 5*time.Second))
	}
	equal(t, "itself is no other", false, look("m:2", start()))
	short("m:3", start().Add(5*time.Minute), 4)
	equal(t, "the one before", true, look("m:3", start()))
	equal(t, "too long ago", false, look("m:3", start().Add(2*time.Minute)))
}
