package storetest

import (
	"testing"
	"time"

	"callcard/pkg/cti"
	"callcard/pkg/store"
)

func people(tb testing.TB, s *store.Store, names ...string) {
	tb.Helper()
	for _, name := range names {
		add(tb, s, cti.Contact{ID: name, Name: "Name of " + name})
	}
}

func testLinks(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	people(t, s, "ivan", "petr")
	must(t, s.AppendEvents(ctx, script("e", call("m:1", start())).ended(cti.OutcomeAbandoned)))
	must(t, s.ExpectRecording(ctx, cti.Recording{ID: "r", CallID: "m:1", Source: "x.wav"}))
	must(t, s.SaveCallback(ctx, cti.Callback{ID: "b", State: cti.CallbackOpen, Calls: []cti.CallID{"m:0", "m:1"}}, time.Time{}))

	check := func(what string, want string) {
		t.Helper()
		record := got[cti.CallRecord](t)(s.Call(ctx, "m:1"))
		b := got[cti.Callback](t)(s.CallbackOf(ctx, "m:1"))
		name := ""
		if want != "" {
			name = "Name of " + want
		}
		equal(t, what, []string{want, name, want, want, name, want},
			[]string{record.ContactID, record.ContactName, record.Recordings[0].ContactID, b.ContactID, b.ContactName, got[string](t)(s.LinkOf(ctx, "m:1"))})
	}
	check("not linked", "")
	must(t, s.LinkContact(ctx, "m:1", "ivan", ""))
	check("found by the number", "ivan")
	must(t, s.LinkContact(ctx, "m:1", "petr", "anna"))
	check("chosen by a person", "petr")
	must(t, s.LinkContact(ctx, "m:1", "ivan", "system"))
	check("a find does not undo a choice", "petr")
	must(t, s.LinkContact(ctx, "m:1", "ivan", "boris"))
	check("chosen again", "ivan")
	wantErr(t, "an unknown contact", s.LinkContact(ctx, "m:1", "nobody", "anna"), cti.ErrNotFound)
	check("nothing changed", "ivan")

	must(t, s.ExpectRecording(ctx, cti.Recording{ID: "r2", CallID: "m:1", Source: "y.wav"}))
	equal(t, "a later recording", "ivan", got[cti.Recording](t)(s.Recording(ctx, "r2")).ContactID)
}

func testEarlyLink(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	people(t, s, "ivan")
	must(t, s.LinkContact(ctx, "m:1", "ivan", ""))
	one := script("e", call("m:1", start()))
	must(t, s.AppendEvents(ctx, one.started()))
	equal(t, "contact", "ivan", got[cti.CallRecord](t)(s.Call(ctx, "m:1")).ContactID)
	must(t, s.AppendEvents(ctx, one.ended(cti.OutcomeIVR)))
	equal(t, "still", "ivan", got[cti.CallRecord](t)(s.Call(ctx, "m:1")).ContactID)
}

func testMergedLinks(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	people(t, s, "ivan", "petr")
	for name, test := range map[string]struct {
		oldBy, newBy cti.UserID
		old, now     string
		want         string
	}{
		"only the old one":       {old: "ivan", want: "ivan"},
		"only the new one":       {now: "petr", want: "petr"},
		"both found":             {old: "ivan", now: "petr", want: "petr"},
		"the old one was chosen": {old: "ivan", oldBy: "anna", now: "petr", want: "ivan"},
		"both were chosen":       {old: "ivan", oldBy: "anna", now: "petr", newBy: "boris", want: "petr"},
		"none":                   {},
	} {
		a, b := cti.CallID("m:a "+name), cti.CallID("m:b "+name)
		survivor := script(string(a), call(a, start()))
		must(t, s.AppendEvents(ctx, events(survivor.started(), script(string(b), call(b, start())).started())))
		must(t, s.ExpectRecording(ctx, cti.Recording{ID: name, CallID: b, Source: name}))
		if test.old != "" {
			must(t, s.LinkContact(ctx, b, test.old, test.oldBy))
		}
		if test.now != "" {
			must(t, s.LinkContact(ctx, a, test.now, test.newBy))
		}
		must(t, s.AppendEvents(ctx, survivor.merged(b)))
		equal(t, name, test.want, got[cti.CallRecord](t)(s.Call(ctx, b)).ContactID)
		equal(t, name+": link", test.want, got[string](t)(s.LinkOf(ctx, b)))
		equal(t, name+": recording", test.want, got[cti.Recording](t)(s.Recording(ctx, name)).ContactID)
	}
}
