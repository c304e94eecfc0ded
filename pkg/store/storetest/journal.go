package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"callcard/pkg/cti"
	"callcard/pkg/store"
)

func next(tb testing.TB, c *store.Cursor, limit int, into *[]cti.CallEvent) int {
	tb.Helper()
	return got[int](tb)(c.Next(tb.Context(), limit, func(_ context.Context, entries []cti.JournalEntry) error {
		for _, e := range entries {
			*into = append(*into, e.Event)
		}
		return nil
	}))
}

func testCursor(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	one := script("e", call("m:1", start()))
	all := events(one.started(), one.offered("anna"), one.offered("boris"), one.ended(cti.OutcomeNoAnswer))
	must(t, s.AppendEvents(ctx, all[:3]))
	var everything, ends []cti.CallEvent
	c, only := s.Cursor("all"), s.Cursor("ends", cti.CallFinished, cti.CallMerged)
	equal(t, "a first part", 2, next(t, c, 2, &everything))
	equal(t, "the rest", 1, next(t, c, 2, &everything))
	equal(t, "no more", 0, next(t, c, 2, &everything))
	equal(t, "none of that kind", 0, next(t, only, 2, &ends))
	must(t, s.AppendEvents(ctx, all))
	equal(t, "one new", 1, next(t, s.Cursor("all"), 2, &everything)) // the place outlives the value
	equal(t, "one of that kind", 1, next(t, only, 2, &ends))
	equal(t, "all", all, everything)
	equal(t, "ends", all[3:], ends)
}

func testCursorFails(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	must(t, s.AppendEvents(ctx, script("e", call("m:1", start())).started()))
	c, crash := s.Cursor("c"), errors.New("crash")
	var saved, missing error
	apply := func(result error) func(context.Context, []cti.JournalEntry) error {
		return func(ctx context.Context, _ []cti.JournalEntry) error {
			must(t, s.SaveCallback(ctx, cti.Callback{ID: "b", State: cti.CallbackOpen}, time.Time{}))
			_, saved = s.Callback(ctx, "b")
			return result
		}
	}
	_, err := c.Next(ctx, 1, apply(crash))
	wantErr(t, "the consumer's fault", err, crash)
	must(t, saved) // seen inside
	_, missing = s.Callback(ctx, "b")
	wantErr(t, "undone", missing, cti.ErrNotFound)
	equal(t, "again", 1, got[int](t)(c.Next(ctx, 1, apply(nil))))
	_, err = s.Callback(ctx, "b")
	must(t, err)
	equal(t, "done", 0, got[int](t)(c.Next(ctx, 1, apply(nil))))
}

func testPrune(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	one := script("e", call("m:1", start()))
	must(t, s.AppendEvents(ctx, events(one.started(), one.offered("a"), one.offered("b"), one.offered("c"))))
	late := start().Add(time.Hour)
	equal(t, "no consumer has read anything", 0, got[int](t)(s.PruneJournal(ctx, late, "fast", "slow")))
	var read []cti.CallEvent
	next(t, s.Cursor("fast"), 4, &read)
	next(t, s.Cursor("slow"), 3, &read)
	equal(t, "for nobody", 0, got[int](t)(s.PruneJournal(ctx, late)))
	equal(t, "one has read nothing yet", 0, got[int](t)(s.PruneJournal(ctx, late, "fast", "slow", "new")))
	equal(t, "old enough", 2, got[int](t)(s.PruneJournal(ctx, start().Add(3*time.Second), "fast", "slow")))
	equal(t, "read by all", 1, got[int](t)(s.PruneJournal(ctx, late, "fast", "slow")))
	equal(t, "who is no more holds nothing", 1, got[int](t)(s.PruneJournal(ctx, late, "fast")))
	must(t, s.AppendEvents(ctx, one.offered("d")))
	equal(t, "the rest is there", 1, next(t, s.Cursor("slow"), 9, &read))
	must(t, s.AppendEvents(ctx, one.ended(cti.OutcomeNoAnswer)))
	equal(t, "positions go on", 1, next(t, s.Cursor("slow"), 9, &read))
}

// testAnyEvents: whatever the tracker says, in whatever batches, and however often
// a batch is repeated, the table of calls is what the last event said.
func testAnyEvents(in bundle) {
	t, s, ctx, run := in.t, in.s, in.t.Context(), 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		epoch := time.Now().String() + string(rune(run))
		stories := map[int]*story{}
		var all []cti.CallEvent
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			i := rapid.IntRange(0, 3).Draw(rt, "call")
			if stories[i] == nil {
				id := cti.CallID(epoch + string(rune('a'+i)))
				stories[i] = script(string(id), call(id, start()))
			}
			st := stories[i]
			switch {
			case st.call.State == cti.CallEnded:
			case rapid.IntRange(0, 4).Draw(rt, "end") == 0:
				all = append(all, st.ended(cti.OutcomeAnswered)...)
			default:
				all = append(all, st.offered("anna")...)
			}
		}
		for rest := all; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(rt, "batch")
			for range rapid.IntRange(1, 2).Draw(rt, "tries") {
				must(t, s.AppendEvents(ctx, rest[:n]))
			}
			rest = rest[n:]
		}
		for _, st := range stories {
			equal(t, "call", st.call, got[cti.CallRecord](t)(s.Call(ctx, st.call.ID)).Call)
		}
	})
}

// testBacklog reads a long journal in small parts: each entry once, in order.
func testBacklog(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	var want []cti.CallEvent
	for i := range 40 {
		st := script(fmt.Sprint(i), call(cti.CallID(fmt.Sprint("m:", i)), start()))
		batch := events(st.started(), st.offered("a"), st.step(cti.RecordingStarted, nil), st.ended(cti.OutcomeAnswered))
		must(t, s.AppendEvents(ctx, batch))
		want = append(want, batch[2:]...)
	}
	c := s.Cursor("c", cti.CallFinished, cti.RecordingStarted)
	var have []cti.CallEvent
	for next(t, c, 3, &have) > 0 {
	}
	equal(t, "all of these kinds, in order", want, have)
}

// testPassOver: a consumer of a rare kind does not keep the journal behind it.
func testPassOver(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	one := script("e", call("m:1", start()))
	must(t, s.AppendEvents(ctx, events(one.started(), one.offered("a"))))
	var read []cti.CallEvent
	rare := s.Cursor("rare", cti.RecordingStarted)
	equal(t, "nothing for it", 0, next(t, rare, 9, &read))
	late := start().Add(time.Hour)
	equal(t, "it has passed", 2, got[int](t)(s.PruneJournal(ctx, late, "rare")))
	must(t, s.AppendEvents(ctx, events(one.offered("b"), one.step(cti.RecordingStarted, nil), one.offered("c"))))
	equal(t, "not what is before its own", 0, got[int](t)(s.PruneJournal(ctx, late, "rare")))
	equal(t, "its own", 1, next(t, rare, 9, &read))
	equal(t, "up to its own", 2, got[int](t)(s.PruneJournal(ctx, late, "rare")))
}

// testSessionsUntil: only those that exist.
func testSessionsUntil(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	must(t, s.CreateUser(ctx, cti.User{ID: "anna", Name: "Anna"}, ""))
	later := time.Now().UTC().Truncate(time.Microsecond).Add(time.Hour) // what has expired is forgotten
	must(t, s.SaveSession(ctx, "one", "anna", later))
	must(t, s.SaveSession(ctx, "two", "anna", later))
	must(t, s.DeleteSession(ctx, "two"))
	equal(t, "of many", map[string]time.Time{"one": later}, got[map[string]time.Time](t)(s.SessionsUntil(ctx, []string{"one", "two", "three"})))
	equal(t, "of none", 0, len(got[map[string]time.Time](t)(s.SessionsUntil(ctx, nil))))
}
