package storetest

import (
	"time"

	"callcard/pkg/cti"
)

func testCallbacks(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	people(t, s, "ivan")
	b := cti.Callback{
		ID: "b", State: cti.CallbackOpen, Client: e164("+79161234567"), Line: "+74950000001", Group: "+74950000001", Queue: "support",
		Cause: cti.OutcomeAbandoned, Missed: 2, Agents: []cti.UserID{"anna"}, Calls: []cti.CallID{"m:1", "m:2"},
		ContactID: "ivan", ContactName: "Name of ivan", Created: start(), LastCall: start(),
	}
	must(t, s.SaveCallback(ctx, b, time.Time{}))
	equal(t, "by number and line", b, got[cti.Callback](t)(s.OpenCallback(ctx, "+79161234567", "", "+74950000001")))
	equal(t, "by id", b, got[cti.Callback](t)(s.Callback(ctx, "b")))
	equal(t, "by call", b, got[cti.Callback](t)(s.CallbackOf(ctx, "m:2")))
	_, err := s.OpenCallback(ctx, "+79161234567", "", "+74950000002")
	wantErr(t, "another line", err, cti.ErrNotFound)
	_, err = s.CallbackOf(ctx, "m:3")
	wantErr(t, "another call", err, cti.ErrNotFound)
	_, err = s.Callback(ctx, "none")
	wantErr(t, "an unknown one", err, cti.ErrNotFound)

	other := cti.Callback{ID: "b2", State: cti.CallbackOpen, Client: b.Client, Line: "+74950000002", Group: "+74950000002", Priority: 3, LastCall: start().Add(time.Hour)}
	must(t, s.SaveCallback(ctx, other, time.Time{}))
	equal(t, "all lines", []cti.Callback{b, other}, got[[]cti.Callback](t)(s.OpenCallbacks(ctx, "+79161234567")))
	b.State, b.Closed, b.ClosedBy, b.ClosedCall = cti.CallbackDone, start().Add(time.Hour), "reached", "m:9"
	must(t, s.SaveCallback(ctx, b, time.Time{}))
	chief := cti.User{ID: "chief", Role: cti.RoleSupervisor}
	equal(t, "open", []cti.Callback{other}, list(in, cti.CallbackFilter{State: cti.CallbackOpen, Viewer: chief}))
	equal(t, "done", []cti.Callback{b}, list(in, cti.CallbackFilter{State: cti.CallbackDone, Viewer: chief}))
	equal(t, "all", []cti.Callback{other, b}, list(in, cti.CallbackFilter{Viewer: chief}))
}

func testOneOpen(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	b := cti.Callback{ID: "b1", State: cti.CallbackOpen, Client: e164("+79161234567"), Group: "1"}
	must(t, s.SaveCallback(ctx, b, time.Time{}))
	second := b
	second.ID = "b2"
	wantErr(t, "a second open one", s.SaveCallback(ctx, second, time.Time{}), cti.ErrConflict)
	b.State = cti.CallbackDone
	must(t, s.SaveCallback(ctx, b, time.Time{}))
	must(t, s.SaveCallback(ctx, second, time.Time{}))
	b.State = cti.CallbackOpen
	wantErr(t, "opening the first again", s.SaveCallback(ctx, b, time.Time{}), cti.ErrConflict)
}

func testWhoseCallbacks(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	for i, b := range []cti.Callback{
		{ID: "offered", Agents: []cti.UserID{"anna"}},
		{ID: "queue", Queue: "support", Agents: []cti.UserID{"boris"}},
		{ID: "nobody's"},
		{ID: "other queue", Queue: "sales"},
	} {
		b.State, b.Client, b.LastCall = cti.CallbackOpen, e164("+7916000000"+string(rune('0'+i))), start().Add(-time.Duration(i)*time.Hour)
		b.Due = start().Add(time.Duration(i) * time.Minute)
		must(t, s.SaveCallback(ctx, b, time.Time{}))
	}
	for _, test := range []struct {
		name string
		user cti.User
		want []string
	}{
		{"offered", cti.User{ID: "anna", Role: cti.RoleAgent}, []string{"offered", "nobody's"}},
		{"offered, another's queue", cti.User{ID: "boris", Role: cti.RoleAgent}, []string{"queue", "nobody's"}},
		{"member", cti.User{ID: "dina", Role: cti.RoleAgent, Queues: []string{"sales", "support"}}, []string{"queue", "nobody's", "other queue"}},
		{"supervisor", cti.User{ID: "chief", Role: cti.RoleSupervisor}, []string{"offered", "queue", "nobody's", "other queue"}},
	} {
		var have []string
		for _, b := range list(in, cti.CallbackFilter{State: cti.CallbackOpen, Viewer: test.user}) {
			have = append(have, b.ID)
		}
		equal(t, test.name, test.want, have)
	}
}

// list reads all pages, two by two.
func list(in bundle, f cti.CallbackFilter) (all []cti.Callback) {
	in.t.Helper()
	f.Limit = 2
	for {
		page, next, err := in.s.Callbacks(in.t.Context(), f)
		must(in.t, err)
		all = append(all, page...)
		if next == "" {
			return all
		}
		f.Cursor = next
	}
}
