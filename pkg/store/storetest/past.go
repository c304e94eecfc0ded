package storetest

import (
	"time"

	"callcard/pkg/cti"
)

func testCallsSince(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	outbound, other := call("m:4", start().Add(3*time.Hour)), call("m:5", start().Add(time.Hour))
	outbound.Direction, other.Client.Number = cti.Outbound, "+79990000000"
	must(t, s.AppendEvents(ctx, events(
		script("1", call("m:1", start())).ended(cti.OutcomeAbandoned),
		script("2", call("m:2", start().Add(time.Hour))).ended(cti.OutcomeAnswered),
		script("3", call("m:3", start().Add(2*time.Hour))).started(), // goes on
		script("4", outbound).ended(cti.OutcomeAnswered),
		script("5", other).ended(cti.OutcomeAnswered),
	)))
	equal(t, "since", []cti.CallID{"m:3", "m:2"}, got[[]cti.CallID](t)(s.CallsSince(ctx, "+79161234567", start().Add(time.Hour))))
	equal(t, "nobody's", []cti.CallID{}, got[[]cti.CallID](t)(s.CallsSince(ctx, "", start())))
}

func testUsually(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	const number = "+79161234567"
	for _, id := range []string{"anna", "ivan", "petr"} {
		got[cti.Contact](t)(s.CreateContact(ctx, cti.Contact{ID: id, Name: "Name of " + id}))
	}
	usually := func() cti.Usually {
		if u := got[*cti.Usually](t)(s.Usually(ctx, number)); u != nil {
			return *u
		}
		return cti.Usually{}
	}
	minute := 0
	link := func(id cti.CallID, contact string, by cti.UserID) {
		minute++
		must(t, s.AppendEvents(ctx, script(string(id), call(id, start().Add(time.Duration(minute)*time.Minute))).ended(cti.OutcomeAnswered)))
		must(t, s.LinkContact(ctx, id, contact, by))
	}
	link("m:1", "ivan", "system")
	equal(t, "nobody chose", cti.Usually{}, usually())
	link("m:2", "anna", "boris")
	link("m:3", "petr", "vera")
	equal(t, "of two the newer", cti.Usually{ContactID: "petr", Name: "Name of petr", Times: 1}, usually())
	link("m:4", "anna", "vera")
	equal(t, "the more frequent", cti.Usually{ContactID: "anna", Name: "Name of anna", Times: 2}, usually())
	must(t, s.LinkContact(ctx, "m:4", "petr", "vera")) // a mistake, mended
	equal(t, "a changed choice", cti.Usually{ContactID: "petr", Name: "Name of petr", Times: 2}, usually())
	if u, err := s.Usually(ctx, ""); u != nil || err != nil {
		t.Errorf("no number: %v, %v", u, err)
	}
}

func testPeople(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	for _, c := range []cti.Contact{
		{ID: "firm", Name: "Firm", IsCompany: true, Phones: []string{"+74951112233"}},
		{ID: "b", Name: "Boris", CompanyID: "firm", Phones: []string{"+79990000002", "+74951112233"}},
		{ID: "a", Name: "anna", CompanyID: "firm"},
		{ID: "v", Name: "Vera", CompanyID: "firm", VIP: true},
		{ID: "x", Name: "Xenia", CompanyID: "other"},
		{ID: "y", Name: "Yan"},
	} {
		got[cti.Contact](t)(s.CreateContact(ctx, c))
	}
	people := got[[]cti.Contact](t)(s.People(ctx, "firm"))
	var ids []string
	for _, p := range people {
		ids = append(ids, p.ID)
	}
	equal(t, "people", []string{"v", "a", "b"}, ids)
	equal(t, "phones", []string{"+79990000002", "+74951112233"}, people[2].Phones)
	equal(t, "nobody's", 0, len(got[[]cti.Contact](t)(s.People(ctx, ""))))
}
