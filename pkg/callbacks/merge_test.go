package callbacks_test

import (
	"testing"
	"time"

	"callcard/pkg/callbacks"
	"callcard/pkg/cti"
)

func (b *bench) open() []cti.Callback {
	return b.store.find(func(c cti.Callback) bool { return c.State == cti.CallbackOpen })
}

func theOne(t *testing.T, b *bench) cti.Callback {
	t.Helper()
	open := b.open()
	if len(open) != 1 {
		t.Fatalf("%d open callbacks, want one: %+v", len(open), open)
	}
	return open[0]
}

// TestAPromiseJoinsTheDuty: whichever comes first, a promise that is about no line and a
// missed call are one duty, and the promised time stands.
func TestAPromiseJoinsTheDuty(t *testing.T) {
	for _, first := range []string{"promise", "missed"} {
		inBubble(t, options(), func(t *testing.T, b *bench) {
			due := time.Now().Add(2 * time.Hour)
			promise := func() {
				fine[cti.Callback](t)(b.svc.Promise(t.Context(), agent("anna"), callbacks.Promise{
					Client: cti.Phone{Number: "+79165550000", Kind: cti.NumberE164}, Due: due, Note: "price", ContactID: "ivan",
				}))
			}
			b.store.links["m:1"] = "ivan" // the same contact by another number
			if first == "promise" {
				promise()
				b.end(t, ago(missed("m:1", 0), time.Minute))
			} else {
				b.end(t, ago(missed("m:1", 0), time.Minute))
				promise()
			}
			have := theOne(t, b)
			equal(t, "one duty of both", []any{"+74950000001", 1, true, "price", true, cti.UserID("anna")},
				[]any{have.Group, have.Missed, have.Promised, have.Note, have.Due.Equal(due), have.Assignee})
		})
	}
}

// TestTwoNumbersOfOneClient: their duties become the older one when the directory learns
// that they are one client's, and who acts on the other one acts on this one.
func TestTwoNumbersFoundToBeOneClients(t *testing.T) {
	t.Parallel()
	b := newBench()
	other := with(missed("m:2", 5), func(c *cti.Call) { c.Client.Number, c.Outcome = "+79165550000", cti.OutcomeTimeout })
	b.end(t, missed("m:1", 0), other)
	if n := len(b.open()); n != 2 {
		t.Fatalf("%d open callbacks, want 2 of strangers", n)
	}
	newer := b.open()[1]
	fine[cti.Callback](t)(b.svc.Claim(t.Context(), newer.ID, agent("boris")))
	b.told.all = nil
	for id, c := range b.store.all {
		c.ContactID = "ivan"
		b.store.all[id] = c
	}
	if err := b.svc.Linked(t.Context(), "m:2"); err != nil {
		t.Fatal(err)
	}
	have := theOne(t, b)
	equal(t, "the older one with all of both", []any{
		"+79161234567",
		[]string{"+79165550000"},
		2,
		[]cti.CallID{"m:1", "m:2"},
		[]cti.CallbackCause{"abandoned", "timeout"},
		at(31), at(5), cti.UserID("boris"),
	}, []any{have.Client.Number, have.Numbers, have.Missed, have.Calls, have.Causes, have.Due, have.LastMissed, have.ClaimedBy})
	was := fine[cti.Callback](t)(b.store.Callback(t.Context(), newer.ID))
	equal(t, "the newer one", []any{cti.CallbackCancelled, "merged", have.ID}, []any{was.State, was.ClosedBy, was.MergedInto})
	equal(t, "frames", 2, len(b.told.all))
	now := fine[cti.Callback](t)(b.svc.Claim(t.Context(), newer.ID, agent("boris")))
	equal(t, "boris goes on", have.ID, now.ID)
	b.end(t, with(answered("m:3", 10), func(c *cti.Call) { c.Client.Number = "+79165550000" }))
	equal(t, "a talk by either number ends it", 0, len(b.open()))
}

// TestOneOpensAgainBesideANewer: an answering machine closed the duty, he called again.
func TestOneOpensAgainBesideANewer(t *testing.T) {
	inBubble(t, options(owned), func(t *testing.T, b *bench) {
		b.end(t, ago(missed("m:1", 0), time.Minute))
		first := b.only(t).ID
		pass(time.Minute)
		b.end(t, ago(with(answered("m:2", 0), func(c *cti.Call) { c.Direction = cti.Outbound }), time.Minute))
		pass(time.Minute)
		b.end(t, ago(missed("m:3", 0), time.Minute))
		fine[cti.Callback](t)(b.svc.Outcome(t.Context(), first, agent("anna"), callbacks.Said{Outcome: cti.AttemptNoAnswer}))
		have := theOne(t, b)
		equal(t, "the first goes on with both calls", []any{first, []cti.CallID{"m:1", "m:3"}, 2}, []any{have.ID, have.Calls, have.Missed})
	})
}

// TestLateNews: a missed call that is repaired after the client was talked with leaves a
// duty that is done, and one that was repaired before the talk stays open until then.
func TestLateNews(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.store.calls = []cti.Call{answered("m:2", 5)}
	b.end(t, answered("m:2", 5), missed("m:1", 0))
	have := b.only(t)
	equal(t, "done", []any{cti.CallbackDone, callbacks.GotThrough, cti.CallID("m:2")}, []any{have.State, have.ClosedBy, have.ClosedCall})
	b.end(t, missed("m:3", 6)) // after the talk
	equal(t, "open", []cti.CallID{"m:3"}, theOne(t, b).Calls)
}

// TestDeclinedTwice: who has declined two calls does not want a third.
func TestDeclinedTwice(t *testing.T) {
	inBubble(t, options(owned), func(t *testing.T, b *bench) {
		pass(10 * time.Hour)
		b.end(t, ago(missed("m:1", 0), time.Minute))
		declines := func(id cti.CallID) {
			b.end(t, with(dialled(id, cti.DialUnavailable), func(c *cti.Call) { c.Cause = 21 }))
		}
		declines("m:2")
		equal(t, "as no answer", 15*time.Minute, time.Until(b.only(t).Due))
		pass(15 * time.Minute)
		declines("m:3")
		have := b.only(t)
		equal(t, "given up", []any{cti.CallbackCancelled, callbacks.NotReached, 2}, []any{have.State, have.ClosedBy, len(have.Attempts)})
	})
}

// TestAWrongNumberIsSomebodysWork: no try helps, but the client waits: supervisors are told.
func TestAWrongNumberIsSomebodysWork(t *testing.T) {
	inBubble(t, options(owned), func(t *testing.T, b *bench) {
		pass(10 * time.Hour)
		b.end(t, ago(missed("m:1", 0), time.Minute))
		b.end(t, with(dialled("m:2", cti.DialUnavailable), func(c *cti.Call) { c.Cause = 1 }))
		have := b.only(t)
		equal(t, "open, told, tomorrow", []any{cti.CallbackOpen, true, true, cti.AttemptWrongNumber},
			[]any{have.State, have.Escalated, time.Until(have.NotBefore) > 12*time.Hour, have.Attempts[0].Outcome})
	})
}

func TestAnAgentOnACallDialsNobody(t *testing.T) {
	t.Parallel()
	b := newBench(func(o *callbacks.Options) {
		o.Busy = func(u cti.UserID) string { return map[cti.UserID]string{"anna": "you are on a call"}[u] }
	})
	b.end(t, ago(missed("m:1", 0), time.Minute))
	_, _, err := b.svc.Dial(t.Context(), b.only(t).ID, agent("anna"))
	if why, ok := err.(*cti.NotNowError); !ok || why.Reason != "agent_busy" || why.Why != "you are on a call" { //nolint:errorlint // as it comes
		t.Errorf("got %v", err)
	}
	if _, _, err := b.svc.Dial(t.Context(), b.only(t).ID, agent("boris")); err != nil {
		t.Error(err)
	}
}

// closedOffice is never open.
type closedOffice struct{}

func (closedOffice) Open(time.Time) bool                        { return false }
func (closedOffice) Next(time.Time) time.Time                   { return at(500) }
func (closedOffice) Add(t time.Time, d time.Duration) time.Time { return at(500).Add(d) }
func (closedOffice) Between(a, b time.Time) time.Duration       { return max(b.Sub(laterOf(a, at(500))), 0) }
func (closedOffice) Location() *time.Location                   { return time.UTC }

// TestClosedWithoutAWord: the dialplan said nothing, the calendar knows.
func TestClosedWithoutAWord(t *testing.T) {
	t.Parallel()
	b := newBench(func(o *callbacks.Options) { o.Calendar = closedOffice{} })
	b.end(t, with(missed("m:1", 0), func(c *cti.Call) { c.Outcome, c.Visits, c.Offers = cti.OutcomeIVR, nil, nil }))
	have := b.only(t)
	equal(t, "due at the opening", []any{[]cti.CallbackCause{cti.CauseAfterHours}, at(500)}, []any{have.Causes, have.Due})
}

// TestAPromiseLeavesATrace though no call has led to it.
func TestAPromiseLeavesATrace(t *testing.T) {
	t.Parallel()
	b := newBench()
	made := fine[cti.Callback](t)(b.svc.Promise(t.Context(), agent("anna"), callbacks.Promise{Client: cti.Phone{Number: "+79165550000", Kind: cti.NumberE164}}))
	fine[cti.Callback](t)(b.svc.Close(t.Context(), made.ID, agent("anna"), "duplicate"))
	equal(t, "trace", []string{"callback.promised", "callback.closed"}, b.store.trace[callbacks.TraceID(made.ID)])
}

func laterOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
