package callbacks_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"callcard/pkg/callbacks"
	"callcard/pkg/cti"
)

// TestAnyLife: whatever calls, claims, tries and promises come in whatever order, a
// client has at most one open duty in a group, a claim has one holder, and every
// client who was missed has a duty, was reached, or his was closed for a reason.
func TestAnyLife(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		b := newBench(owned)
		for i := range rapid.IntRange(1, 30).Draw(rt, "steps") {
			id := cti.CallID(fmt.Sprint("m:", i))
			kinds := []func(cti.CallID, int) cti.Call{missed, answered, func(id cti.CallID, minute int) cti.Call {
				return with(missed(id, minute), func(c *cti.Call) { c.Direction, c.Missed, c.Outcome = cti.Outbound, false, cti.OutcomeNoAnswer })
			}}
			if rapid.Bool().Draw(rt, "call") {
				c := rapid.SampledFrom(kinds).Draw(rt, "kind")(id, i)
				c.Client.Number = rapid.SampledFrom([]string{"+79160000001", "+79160000002"}).Draw(rt, "number")
				c.DID = rapid.SampledFrom([]string{"1", "2"}).Draw(rt, "line")
				b.end(t, c)
			} else {
				someAct(t, rt, b)
			}
			oneEach(rt, b)
		}
	})
}

// someAct lets somebody do something to some duty; being refused is an answer too.
func someAct(t *testing.T, rt *rapid.T, b *bench) {
	all := b.store.find(func(cti.Callback) bool { return true })
	if len(all) == 0 {
		return
	}
	id := rapid.SampledFrom(all).Draw(rt, "duty").ID
	by := agent(rapid.SampledFrom([]cti.UserID{"anna", "boris"}).Draw(rt, "agent"))
	var err error
	switch rapid.IntRange(0, 5).Draw(rt, "act") {
	case 0:
		_, err = b.svc.Claim(t.Context(), id, by)
	case 1:
		_, err = b.svc.Release(t.Context(), id, by)
	case 2:
		_, _, err = b.svc.Dial(t.Context(), id, by)
	case 3:
		outcome := rapid.SampledFrom([]cti.AttemptOutcome{"reached", "no_answer", "busy", "call_later", "wrong_number"}).Draw(rt, "outcome")
		_, err = b.svc.Outcome(t.Context(), id, by, callbacks.Said{Outcome: outcome})
	case 4:
		_, err = b.svc.Promise(t.Context(), by, callbacks.Promise{Client: cti.Phone{Number: "+79160000001", Kind: cti.NumberE164}})
	default:
		_, err = b.svc.Reschedule(t.Context(), id, by, time.Now().Add(time.Hour))
	}
	if err != nil && !errors.Is(err, cti.ErrConflict) && !errors.Is(err, cti.ErrForbidden) { // a promise is of who made it
		rt.Fatal(err)
	}
}

func oneEach(rt *rapid.T, b *bench) {
	open := map[string]int{}
	for _, each := range b.store.find(func(cti.Callback) bool { return true }) {
		if each.State == cti.CallbackOpen {
			open[each.Client.Number+" "+each.Group]++
		}
		if (each.ClaimedBy == "") != each.ClaimedUntil.IsZero() || each.ClaimedBy != "" && each.State != cti.CallbackOpen {
			rt.Fatalf("a claim of nobody or of what is closed: %+v", each)
		}
		if each.State != cti.CallbackOpen && (each.ClosedBy == "" || each.Closed.IsZero()) {
			rt.Fatalf("closed without a reason: %+v", each)
		}
	}
	for of, n := range open {
		if n > 1 {
			rt.Fatalf("%d open duties of %s", n, of)
		}
	}
	for id, wake := range b.store.wake {
		if b.store.all[id].State == cti.CallbackOpen && wake.IsZero() {
			rt.Fatalf("nothing wakes %s", id)
		}
	}
}
