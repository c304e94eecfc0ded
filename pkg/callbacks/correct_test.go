package callbacks_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"callcard/pkg/callbacks"
	"callcard/pkg/cti"
)

// correct tells calls that ended as they were otherwise; the archive has them so.
func (b *bench) correct(t *testing.T, calls ...cti.Call) {
	t.Helper()
	for _, c := range calls {
		b.store.keep(c)
		all := entries(c)
		all[0].Event.Kind = cti.CallCorrected
		if err := b.store.Together(t.Context(), func(ctx context.Context) error { return b.svc.Apply(ctx, all) }); err != nil {
			t.Fatal(err)
		}
		b.svc.Committed(t.Context())
	}
}

// ended is end with an archive.
func (b *bench) ended(t *testing.T, calls ...cti.Call) {
	t.Helper()
	for _, c := range calls {
		b.store.keep(c)
		b.end(t, c)
	}
}

func (f *fakeStore) keep(c cti.Call) {
	f.calls = append(slices.DeleteFunc(f.calls, func(old cti.Call) bool { return old.ID == c.ID }), c)
}

// brief is what a test says of a duty.
type brief struct {
	State  cti.CallbackState
	How    string
	By     cti.CallID
	Missed int
	Calls  []cti.CallID
}

func inBrief(b cti.Callback) brief {
	return brief{b.State, b.ClosedBy, b.ClosedCall, b.Missed, b.Calls}
}

func TestATalkThatWasNone(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.ended(t, missed("m:1", 0), answered("m:2", 5))
	b.correct(t, missed("m:2", 5))
	equal(t, "open again, and missed twice", brief{cti.CallbackOpen, "", "", 2, []cti.CallID{"m:1", "m:2"}}, inBrief(b.only(t)))
	equal(t, "told", cti.CallbackOpen, b.told.all[len(b.told.all)-1].State)
	equal(t, "trace of the first", []string{"callback.missed", "callback.reopened"}, b.store.trace["m:1"])
	equal(t, "trace of the second", []string{"callback.got_through", "callback.missed"}, b.store.trace["m:2"])
	b.correct(t, answered("m:2", 5))
	equal(t, "a talk after all", brief{cti.CallbackDone, callbacks.GotThrough, "m:2", 1, []cti.CallID{"m:1"}}, inBrief(b.only(t)))
}

func TestATalkThatWasNoneOpensTheFirstDuty(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.ended(t, answered("m:1", 0))
	equal(t, "none yet", 0, len(b.store.all))
	b.correct(t, missed("m:1", 0))
	equal(t, "opened", brief{cti.CallbackOpen, "", "", 1, []cti.CallID{"m:1"}}, inBrief(b.only(t)))
}

// The client was talked with since, and only then it turns out that nobody had before.
func TestAnotherTalkEndsItAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.ended(t, missed("m:1", 0), answered("m:2", 5), answered("m:3", 10))
	b.correct(t, missed("m:2", 5))
	first, err := b.store.CallbackOf(t.Context(), "m:1")
	if err != nil {
		t.Fatal(err)
	}
	second, err := b.store.CallbackOf(t.Context(), "m:2")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "the first", brief{cti.CallbackDone, callbacks.GotThrough, "m:3", 1, []cti.CallID{"m:1"}}, inBrief(first))
	equal(t, "the second", brief{cti.CallbackDone, callbacks.GotThrough, "m:3", 1, []cti.CallID{"m:2"}}, inBrief(second))
}

// Two calls were missed, and the first of them was none: the duty of the second goes on.
func TestAMissedCallThatWasNone(t *testing.T) {
	t.Parallel()
	b := newBench()
	second := with(missed("m:2", 10), func(c *cti.Call) { c.Outcome, c.Visits = cti.OutcomeNoAnswer, []cti.Visit{{Queue: "sales"}} })
	b.ended(t, missed("m:1", 0), second)
	b.correct(t, answered("m:1", 0))
	have := b.only(t)
	equal(t, "one less", brief{cti.CallbackOpen, "", "", 1, []cti.CallID{"m:2"}}, inBrief(have))
	equal(t, "its times", []any{at(10), at(10), at(10)}, []any{have.FirstMissed, have.LastMissed, have.LastCall})
	equal(t, "its causes", []cti.CallbackCause{cti.CauseNoAnswer}, have.Causes)
	b.correct(t, answered("m:2", 10))
	equal(t, "none is left", brief{cti.CallbackDone, callbacks.GotThrough, "m:2", 0, nil}, inBrief(b.only(t)))
}

// The second call was the talk: it ends what is left.
func TestTheNewestMissedCallWasATalk(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.ended(t, missed("m:1", 0), missed("m:2", 10))
	b.correct(t, answered("m:2", 10))
	equal(t, "done", brief{cti.CallbackDone, callbacks.GotThrough, "m:2", 1, []cti.CallID{"m:1"}}, inBrief(b.only(t)))
}

// The call between two missed ones was the talk: the first is done by it, the last is owed.
func TestATalkBetweenMissedCalls(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.ended(t, missed("m:1", 0), missed("m:2", 10), missed("m:3", 20))
	b.correct(t, answered("m:2", 10))
	have := b.store.find(func(cti.Callback) bool { return true })
	if len(have) != 2 {
		t.Fatalf("%+v", have)
	}
	equal(t, "done", brief{cti.CallbackDone, callbacks.GotThrough, "m:2", 1, []cti.CallID{"m:1"}}, inBrief(have[0]))
	equal(t, "owed", brief{cti.CallbackOpen, "", "", 1, []cti.CallID{"m:3"}}, inBrief(have[1]))
	b.correct(t, missed("m:2", 10))
	open := b.store.find(func(b cti.Callback) bool { return b.State == cti.CallbackOpen })
	if len(open) != 1 {
		t.Fatalf("%+v", open)
	}
	equal(t, "all are owed", []any{3, at(0), at(20)}, []any{open[0].Missed, open[0].FirstMissed, open[0].LastMissed})
}

// Somebody took the call for a moment: nothing is owed, and nobody was reached either.
func TestAMissedCallThatWasAShortTalk(t *testing.T) {
	t.Parallel()
	b := newBench(func(o *callbacks.Options) { o.Rules.MinTalk = 1 << 62 })
	b.ended(t, missed("m:1", 0))
	b.correct(t, answered("m:1", 0))
	equal(t, "not needed", brief{cti.CallbackCancelled, callbacks.NotMissed, "", 0, nil}, inBrief(b.only(t)))
	b.correct(t, missed("m:1", 0))
	open := b.store.find(func(b cti.Callback) bool { return b.State == cti.CallbackOpen })
	if len(open) != 1 || len(b.store.all) != 2 {
		t.Fatalf("%+v", b.store.all)
	}
	equal(t, "missed after all", brief{cti.CallbackOpen, "", "", 1, []cti.CallID{"m:1"}}, inBrief(open[0]))
}

// The agent's call back met nobody after all: the try stays, as one that failed.
func TestACallBackThatReachedNobody(t *testing.T) {
	t.Parallel()
	b := newBench()
	out := with(answered("m:2", 5), func(c *cti.Call) { c.Direction, c.DID = cti.Outbound, "" })
	b.ended(t, missed("m:1", 0), out)
	equal(t, "reached", "reached", b.only(t).ClosedBy)
	b.correct(t, with(out, func(c *cti.Call) { c.Talks, c.Outcome = nil, cti.OutcomeNoAnswer }))
	have := b.only(t)
	equal(t, "open", brief{cti.CallbackOpen, "", "", 1, []cti.CallID{"m:1"}}, inBrief(have))
	equal(t, "the try", []cti.Attempt{{At: at(5), Agent: "anna", CallID: "m:2", Outcome: cti.AttemptNoAnswer}}, have.Attempts)
}

// TestCorrectionsComeToTheSame: whatever is told otherwise later, in the end clients are owed
// calls for what is owed when all is told right from the beginning.
func TestCorrectionsComeToTheSame(t *testing.T) {
	t.Parallel()
	kinds := []func(cti.CallID, int) cti.Call{missed, answered, func(id cti.CallID, minute int) cti.Call {
		return with(answered(id, minute), func(c *cti.Call) { c.Direction = cti.Outbound })
	}}
	rapid.Check(t, func(rt *rapid.T) {
		b, right := newBench(), newBench()
		var calls []cti.Call
		for i := range rapid.IntRange(1, 12).Draw(rt, "calls") {
			c := rapid.SampledFrom(kinds).Draw(rt, "kind")(cti.CallID(fmt.Sprint("m:", i)), 3*i)
			c.Client.Number = rapid.SampledFrom([]string{"+79160000001", "+79160000002"}).Draw(rt, "number")
			c.DID = rapid.SampledFrom([]string{"1", "2"}).Draw(rt, "line")
			b.ended(t, c)
			calls = append(calls, c)
			if rapid.IntRange(0, 2).Draw(rt, "correct") == 0 {
				k := rapid.IntRange(0, i).Draw(rt, "which")
				of := calls[k]
				if of.Direction == cti.Outbound {
					continue // what was put off by a try depends on when it was told
				}
				c := rapid.SampledFrom(kinds[:2]).Draw(rt, "as")(of.ID, 3*k)
				c.Client, c.DID = of.Client, of.DID
				calls[k] = c
				b.correct(t, c)
			}
		}
		right.ended(t, calls...)
		if got, want := waiting(b), waiting(right); !slices.Equal(got, want) {
			rt.Fatalf("open %v\nwant %v", got, want)
		}
	})
}

// waiting lists the open duties with the calls that they count.
func waiting(b *bench) (all []string) {
	for _, one := range b.store.find(func(b cti.Callback) bool { return b.State == cti.CallbackOpen }) {
		ids := slices.Clone(one.Calls)
		slices.Sort(ids)
		all = append(all, fmt.Sprint(one.Client.Number, " ", one.Group, " ", one.Missed, " ", ids, " ", one.FirstMissed, one.LastMissed, one.Cause))
	}
	slices.Sort(all)
	return all
}
