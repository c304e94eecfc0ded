package callbacks_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"callcard/pkg/callbacks"
	"callcard/pkg/cti"
)

func TestAMissedCallOpens(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.store.links["m:1"] = "ivan"
	b.end(t, missed("m:1", 0))
	have := b.only(t)
	equal(t, "callback", cti.Callback{
		ID: have.ID, State: cti.CallbackOpen, Client: missed("", 0).Client, Line: "+74950000001", Group: "+74950000001",
		Queue: "support", Cause: cti.OutcomeAbandoned, Causes: []cti.CallbackCause{"abandoned"}, Priority: 2, Missed: 1,
		Agents: []cti.UserID{"anna"}, Calls: []cti.CallID{"m:1"}, ContactID: "ivan", ContactName: "Name of ivan",
		Created: at(1), FirstMissed: at(0), LastMissed: at(0), LastCall: at(0), Due: at(31), RemindAt: at(25),
	}, have)
	equal(t, "told", []cti.Callback{have}, b.told.all)
	equal(t, "trace", []string{"callback.missed"}, b.store.trace["m:1"])
}

func TestMissedAgain(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.store.links["m:1"] = "ivan"
	second := missed("m:2", 5)
	second.Outcome, second.Visits, second.Offers = cti.OutcomeNoAnswer, []cti.Visit{{Queue: "sales"}}, []cti.Offer{{User: "anna"}, {User: "boris"}, {}}
	older := missed("m:0", 3) // settled later than the second one
	older.Outcome = cti.OutcomeTimeout
	b.end(t, missed("m:1", 0), second)
	b.end(t, older)
	have := b.only(t)
	equal(t, "callback", cti.Callback{
		ID: have.ID, State: cti.CallbackOpen, Client: second.Client, Line: "+74950000001", Group: "+74950000001",
		Queue: "sales", Cause: cti.OutcomeNoAnswer, Causes: []cti.CallbackCause{"abandoned", "direct_no_answer", "timeout"}, Missed: 3,
		Agents: []cti.UserID{"anna", "boris"}, Calls: []cti.CallID{"m:1", "m:2", "m:0"}, ContactID: "ivan", ContactName: "Name of ivan",
		Created: at(1), FirstMissed: at(0), LastMissed: at(5), LastCall: at(5),
		Priority: 1, Due: at(19), RemindAt: at(16), // the third call raises it: 15 minutes after that call's end
	}, have)
	equal(t, "frames", 2, len(b.told.all)) // one per transaction
}

func TestToldTwice(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.end(t, missed("m:1", 0), missed("m:1", 0))
	b.end(t, missed("m:1", 0))
	equal(t, "missed", 1, b.only(t).Missed)
	equal(t, "frames", 1, len(b.told.all))
	b.end(t, answered("m:2", 5))
	b.end(t, missed("m:1", 0))
	equal(t, "still done", cti.CallbackDone, b.only(t).State)
	equal(t, "trace", []string{"callback.missed"}, b.store.trace["m:1"])
}

func TestEachLineItsOwn(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.end(t, missed("m:1", 0), with(missed("m:2", 1), func(c *cti.Call) { c.DID = "+74950000002" }))
	equal(t, "callbacks", 2, len(b.store.all))
	b.end(t, with(answered("m:3", 5), func(c *cti.Call) { c.DID = "+74950000003" }))
	for _, have := range b.store.all {
		equal(t, "closed on any line", []any{cti.CallbackDone, "client_got_through", cti.CallID("m:3"), at(6)},
			[]any{have.State, have.ClosedBy, have.ClosedCall, have.Closed})
	}
	equal(t, "trace", []string{"callback.got_through"}, b.store.trace["m:3"])
}

func TestReachedThenMissedAnew(t *testing.T) {
	t.Parallel()
	b := newBench()
	out := with(answered("m:2", 5), func(c *cti.Call) { c.Direction, c.DID = cti.Outbound, "" })
	b.end(t, missed("m:1", 0), with(missed("m:9", 2), func(c *cti.Call) { c.Direction = cti.Outbound }), out)
	equal(t, "closed", "reached", b.only(t).ClosedBy)
	b.end(t, missed("m:3", 9))
	equal(t, "a new one", 2, len(b.store.all))
}

func TestATalkBeforeTheMissedCallClosesNothing(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.end(t, missed("m:2", 5), answered("m:1", 0)) // the answered call settled late
	equal(t, "state", cti.CallbackOpen, b.only(t).State)
}

func TestOthersTalksCloseNothing(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.end(t, missed("m:1", 0), with(answered("m:2", 5), func(c *cti.Call) { c.Client.Number = "+79990000000" }))
	equal(t, "state", cti.CallbackOpen, b.only(t).State)
	equal(t, "no word of it in the trace", 0, len(b.store.trace["m:2"]))
}

func TestAFailedTransactionTellsNobody(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.store.fault = errors.New("disk full")
	if err := b.svc.Apply(t.Context(), entries(missed("m:1", 0))); !errors.Is(err, b.store.fault) {
		t.Fatalf("got %v, want %v", err, b.store.fault)
	}
	b.store.fault = nil
	b.end(t, missed("m:1", 0))
	equal(t, "frames", 1, len(b.told.all))
}

func TestOnlyEndsCount(t *testing.T) {
	t.Parallel()
	b := newBench()
	all := entries(missed("m:1", 0))
	all[0].Event.Kind = cti.CallChanged
	if err := b.svc.Apply(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	equal(t, "callbacks", 0, len(b.store.all))
}

// Late lines of the PBX tell that the client was talked with in the very call that he
// seemed to be missed in.
func TestACorrectedCallIsJudgedAgain(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.end(t, missed("m:1", 0))
	right := entries(answered("m:1", 0))
	right[0].Event.Kind = cti.CallCorrected
	for range 2 {
		if err := b.store.Together(t.Context(), func(ctx context.Context) error { return b.svc.Apply(ctx, right) }); err != nil {
			t.Fatal(err)
		}
		have := b.only(t)
		equal(t, "the duty", []any{cti.CallbackDone, callbacks.GotThrough, cti.CallID("m:1")}, []any{have.State, have.ClosedBy, have.ClosedCall})
	}
}

// TestAnyOrder: whatever calls end in whatever order, and however often an end is
// told, one number and line has at most one open callback, every missed call is in
// exactly one callback, and a talk leaves none open that it could have closed.
func TestAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		b := newBench()
		owed := map[cti.CallID]int{}
		var told []cti.Call
		for i := range rapid.IntRange(1, 25).Draw(rt, "calls") {
			make := rapid.SampledFrom([]func(cti.CallID, int) cti.Call{missed, answered}).Draw(rt, "kind")
			c := make(cti.CallID(fmt.Sprint("m:", i)), rapid.IntRange(0, 50).Draw(rt, "minute"))
			c.Client.Number = rapid.SampledFrom([]string{"+79160000001", "+79160000002"}).Draw(rt, "number")
			c.DID = rapid.SampledFrom([]string{"1", "2"}).Draw(rt, "line")
			c.Direction = rapid.SampledFrom([]cti.Direction{cti.Inbound, cti.Outbound}).Draw(rt, "direction")
			verdict := callbacks.Judge(c, callbacks.DefaultRules(), false)
			if verdict.Action == callbacks.Owe {
				owed[c.ID] = 0
			}
			b.end(t, c)
			told = append(told, c)
			if again := rapid.SampledFrom(told).Draw(rt, "told again"); callbacks.Judge(again, callbacks.DefaultRules(), false).Action == callbacks.Owe {
				b.end(t, again)
			}
			open, err := b.store.OpenCallbacks(t.Context(), c.Client.Number)
			if err != nil {
				rt.Fatal(err)
			}
			for _, callback := range open {
				if verdict.Action == callbacks.Settle && verdict.Last.After(callback.LastCall) {
					rt.Fatalf("%+v is open after %+v", callback, verdict)
				}
			}
		}
		for _, callback := range b.store.all {
			for _, id := range callback.Calls {
				owed[id]++
			}
			if callback.Missed != len(callback.Calls) {
				rt.Fatalf("missed %d, calls %v", callback.Missed, callback.Calls)
			}
		}
		for id, n := range owed {
			if n != 1 {
				rt.Fatalf("%s is in %d callbacks", id, n)
			}
		}
	})
}
