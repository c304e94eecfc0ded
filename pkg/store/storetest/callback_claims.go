package storetest

import (
	"sync"
	"sync/atomic"
	"time"

	"callcard/pkg/cti"
)

// testClaims: of many at once exactly one wins, on every database.
func testClaims(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	must(t, s.CreateUser(ctx, cti.User{ID: "anna", Name: "Анна"}, ""))
	b := cti.Callback{ID: "b", State: cti.CallbackOpen, Client: e164("+79161234567"), Group: "1", Assignee: "anna"}
	must(t, s.SaveCallback(ctx, b, time.Time{}))
	now, until := start(), start().Add(time.Minute)
	var wins atomic.Int32
	var all sync.WaitGroup
	for _, name := range []cti.UserID{"a", "b", "c", "d", "e", "f"} {
		all.Go(func() {
			won, err := s.ClaimCallback(ctx, "b", name, now, until)
			if err != nil {
				t.Error(err)
			}
			if won {
				wins.Add(1)
			}
		})
	}
	all.Wait()
	equal(t, "winners", int32(1), wins.Load())
	equal(t, "another, too early", false, got[bool](t)(s.ClaimCallback(ctx, "b", "anna", until.Add(-time.Second), until.Add(time.Hour))))
	equal(t, "another, when the lease has ended", true, got[bool](t)(s.ClaimCallback(ctx, "b", "anna", until, until.Add(time.Hour))))
	have := got[cti.Callback](t)(s.Callback(ctx, "b"))
	equal(t, "by", []any{cti.UserID("anna"), "Анна", until.Add(time.Hour), "Анна"},
		[]any{have.ClaimedBy, have.ClaimedByName, have.ClaimedUntil, have.AssigneeName})
	equal(t, "renewed", true, got[bool](t)(s.ClaimCallback(ctx, "b", "anna", until, until.Add(2*time.Hour))))
	have.State = cti.CallbackDone
	must(t, s.SaveCallback(ctx, have, time.Time{}))
	equal(t, "a done one", false, got[bool](t)(s.ClaimCallback(ctx, "b", "anna", until, until.Add(time.Hour))))
}

func testWaking(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	for i, id := range []string{"late", "soon", "never", "done"} {
		b := cti.Callback{ID: id, State: cti.CallbackOpen, Group: id, Due: start().Add(time.Duration(i) * time.Minute)}
		wake := start().Add(time.Hour)
		switch id {
		case "soon":
			wake = start()
		case "never":
			wake = time.Time{}
		case "done":
			b.State, wake = cti.CallbackDone, start()
		}
		must(t, s.SaveCallback(ctx, b, wake))
	}
	found, next, err := s.WakingCallbacks(ctx, start(), 10)
	must(t, err)
	equal(t, "woken", []any{1, "soon", start().Add(time.Hour)}, []any{len(found), found[0].ID, next})
	equal(t, "due in a group", 1, got[int](t)(s.DueBefore(ctx, "soon", start(), start().Add(2*time.Minute))))
	equal(t, "due later", 0, got[int](t)(s.DueBefore(ctx, "soon", start(), start().Add(time.Minute))))
}

func testCallbackNumbers(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	people(t, s, "ivan")
	b := cti.Callback{
		ID: "b", State: cti.CallbackOpen, Client: e164("+79160000001"), Numbers: []string{"+79160000002"}, Group: "1", ContactID: "ivan",
		Closed: start(),
	}
	must(t, s.SaveCallback(ctx, b, time.Time{}))
	for _, number := range []string{"+79160000001", "+79160000002"} {
		equal(t, number, "b", got[cti.Callback](t)(s.OpenCallback(ctx, number, "", "1")).ID)
		equal(t, number, 1, len(got[[]cti.Callback](t)(s.OpenCallbacks(ctx, number))))
	}
	equal(t, "as a contact", "b", got[cti.Callback](t)(s.OpenCallback(ctx, "+79160000003", "ivan", "1")).ID)
	equal(t, "of a contact", 1, len(got[[]cti.Callback](t)(s.CallbacksOfContact(ctx, "ivan"))))
	_, err := s.OpenCallback(ctx, "+79160000003", "", "1")
	wantErr(t, "nobody", err, cti.ErrNotFound)
	b.State = cti.CallbackDone
	must(t, s.SaveCallback(ctx, b, time.Time{}))
	equal(t, "the one before", "b", got[cti.Callback](t)(s.LastCallback(ctx, "+79160000001", "1", start().Add(-time.Hour))).ID)
	_, err = s.LastCallback(ctx, "+79160000001", "1", start())
	wantErr(t, "long ago", err, cti.ErrNotFound)
	done := func(number, contact string, since time.Time) int {
		return len(got[[]cti.Callback](t)(s.DoneCallbacks(ctx, number, contact, since)))
	}
	equal(t, "done", []int{1, 1, 1, 1, 0, 0}, []int{
		done("+79160000001", "", start()), done("+79160000002", "", start()), done("+79160000003", "ivan", start()), done("+79160000001", "ivan", start()),
		done("+79160000001", "ivan", start().Add(time.Second)), done("+79160000003", "", start()),
	})
	b.State = cti.CallbackOpen
	must(t, s.SaveCallback(ctx, b, time.Time{}))
	equal(t, "none is done", 0, done("+79160000001", "ivan", start()))
}

// testCallbackCalls: a call that was taken out of a duty is none of its.
func testCallbackCalls(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	b := cti.Callback{ID: "b", State: cti.CallbackOpen, Client: e164("+79160000001"), Calls: []cti.CallID{"m:1", "m:2", "m:3"}}
	must(t, s.SaveCallback(ctx, b, time.Time{}))
	b.Calls = []cti.CallID{"m:1", "m:3"}
	must(t, s.SaveCallback(ctx, b, time.Time{}))
	_, err := s.CallbackOf(ctx, "m:2")
	wantErr(t, "taken out", err, cti.ErrNotFound)
	equal(t, "still in", "b", got[cti.Callback](t)(s.CallbackOf(ctx, "m:3")).ID)
	b.Calls = nil
	must(t, s.SaveCallback(ctx, b, time.Time{}))
	_, err = s.CallbackOf(ctx, "m:1")
	wantErr(t, "none is left", err, cti.ErrNotFound)
}

func testNumberLists(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	one := cti.ListedNumber{Number: "+79161234567", Note: "спам", By: "anna", At: start()}
	must(t, s.ListNumber(ctx, cti.ListBlocked, one))
	one.Note = "again"
	must(t, s.ListNumber(ctx, cti.ListBlocked, one))
	must(t, s.ListNumber(ctx, cti.ListDoNotCall, one))
	equal(t, "list", []cti.ListedNumber{one}, got[[]cti.ListedNumber](t)(s.ListedNumbers(ctx, cti.ListBlocked)))
	equal(t, "lists", []cti.NumberList{cti.ListBlocked, cti.ListDoNotCall}, got[[]cti.NumberList](t)(s.ListsOf(ctx, one.Number)))
	must(t, s.UnlistNumber(ctx, cti.ListBlocked, one.Number))
	wantErr(t, "off the list", s.UnlistNumber(ctx, cti.ListBlocked, one.Number), cti.ErrNotFound)
	equal(t, "the other list", []cti.NumberList{cti.ListDoNotCall}, got[[]cti.NumberList](t)(s.ListsOf(ctx, one.Number)))
}

func testWhoShouldCall(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	must(t, s.CreateUser(ctx, cti.User{ID: "anna", Name: "Anna"}, ""))
	add(t, s, cti.Contact{ID: "c", Name: "Ivan", Responsible: "anna"})
	add(t, s, cti.Contact{ID: "d", Name: "Petr", Responsible: "who left"})
	equal(t, "responsible", cti.UserID("anna"), got[cti.UserID](t)(s.ResponsibleFor(ctx, "c")))
	equal(t, "no user any more", cti.UserID(""), got[cti.UserID](t)(s.ResponsibleFor(ctx, "d")))
	equal(t, "no contact", cti.UserID(""), got[cti.UserID](t)(s.ResponsibleFor(ctx, "x")))
	equal(t, "nobody talked", cti.UserID(""), got[cti.UserID](t)(s.LastTalker(ctx, "+79161234567", start())))
}
