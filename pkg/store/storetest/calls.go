package storetest

import (
	"fmt"
	"testing"
	"time"

	"callcard/pkg/cti"
	"callcard/pkg/store"
)

func testEvents(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	one, two := script("e", call("main:1.1", start())), script("e2", call("main:2.1", start().Add(time.Nanosecond)))
	must(t, s.AppendEvents(ctx, nil))
	must(t, s.AppendEvents(ctx, events(one.started(), two.started(), one.offered("anna"), two.offered("boris"))))
	equal(t, "open calls", []cti.Call{one.call, two.call}, got[[]cti.Call](t)(s.OpenCalls(ctx)))
	must(t, s.AppendEvents(ctx, events(one.talked("anna", 60), one.ended(cti.OutcomeAnswered))))
	equal(t, "open calls", []cti.Call{two.call}, got[[]cti.Call](t)(s.OpenCalls(ctx)))
	equal(t, "record", cti.CallRecord{Call: one.call}, got[cti.CallRecord](t)(s.Call(ctx, "main:1.1")))
	_, err := s.Call(ctx, "main:3.1")
	wantErr(t, "an unknown call", err, cti.ErrNotFound)
}

func testEventsOnce(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	one := script("e", call("main:1.1", start()))
	batch := events(one.started(), one.offered("anna"))
	batch[0].Decisions = []cti.Decision{{At: start(), Stage: "track", Rule: "r"}}
	last := one.ended(cti.OutcomeNoAnswer)
	must(t, s.AppendEvents(ctx, append(batch, batch...)))
	must(t, s.AppendEvents(ctx, append(batch, last...)))
	must(t, s.AppendEvents(ctx, batch)) // the answer to the first try was lost
	equal(t, "record", one.call, got[cti.CallRecord](t)(s.Call(ctx, "main:1.1")).Call)
	equal(t, "decisions", 1, len(got[[]cti.Decision](t)(s.Trace(ctx, "main:1.1"))))
	equal(t, "journal", append(batch, last...), journal(t, s))

	again := script("e-next", call("main:1.1", start())) // given up with a lost PBX, found alive by the next run
	must(t, s.AppendEvents(ctx, again.started()))
	equal(t, "open again", []cti.Call{again.call}, got[[]cti.Call](t)(s.OpenCalls(ctx)))
}

// journal reads all of it as a consumer of its own.
func journal(tb testing.TB, s *store.Store) (all []cti.CallEvent) {
	tb.Helper()
	for c := s.Cursor(fmt.Sprint("reader", time.Now().UnixNano())); ; {
		n := next(tb, c, 7, &all)
		if n == 0 {
			return all
		}
	}
}

func testBrokenText(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	const bad = "a\x00b\xff\xfe"
	c := call("main:1.1", start())
	c.PBX, c.DID, c.ClientName, c.Client.Number, c.Client.Raw = bad, bad, bad, bad, bad
	c.Initiator, c.Aliases = bad, []cti.CallID{bad, bad}
	c.Offers = []cti.Offer{{User: bad}}
	c.Files = []cti.RecordingFile{{Path: bad}}
	one := script("e", c)
	batch := one.ended(cti.OutcomeNoAnswer)
	batch[0].Decisions = []cti.Decision{{Stage: bad, Rule: bad, Text: bad, Leg: bad, Agent: bad}}
	must(t, s.AppendEvents(ctx, batch))
	must(t, s.ExpectRecording(ctx, cti.Recording{ID: "r", CallID: c.ID, Leg: cti.LegID{PBX: bad, Uniqueid: bad}, Source: bad}))
	must(t, s.SaveRecording(ctx, cti.Recording{ID: "r", State: cti.RecordingMissing, Note: bad}))
	equal(t, "calls", 1, len(got[cti.CallRecord](t)(s.Call(ctx, "main:1.1")).Recordings))
	_, _, err := s.Calls(ctx, cti.CallFilter{Number: bad, User: bad})
	must(t, err)
	_, err = s.Contact(ctx, bad)
	wantErr(t, "contact", err, cti.ErrNotFound)
	_, _, err = s.User(ctx, bad)
	wantErr(t, "user", err, cti.ErrNotFound)
	_, err = s.Recording(ctx, bad)
	wantErr(t, "recording", err, cti.ErrNotFound)
	wantErr(t, "link", s.LinkContact(ctx, bad, bad, bad), cti.ErrNotFound)
	wantErr(t, "order", s.SaveOrder(ctx, bad, cti.Order{ID: bad}), cti.ErrNotFound)
	got[[]cti.Candidate](t)(s.LookupPhone(ctx, cti.Phone{Number: bad, Raw: bad, Kind: cti.NumberE164}))
	made := add(t, s, cti.Contact{ID: bad, Name: bad, Company: bad, Email: bad, Notes: bad, Responsible: bad, Phones: []string{bad + "1"}})
	must(t, s.LinkContact(ctx, "main:1.1", bad, bad))
	equal(t, "linked", made.ID, got[string](t)(s.LinkOf(ctx, "main:1.1")))
}

func testMerge(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	a, b, c := script("a", call("m:1", start())), script("b", call("m:2", start())), script("c", call("m:3", start()))
	started := c.started()
	started[0].Decisions = []cti.Decision{{At: start(), Stage: "track", Rule: "of 3"}}
	must(t, s.AppendEvents(ctx, events(a.started(), b.started(), started, c.offered("anna"))))
	must(t, s.ExpectRecording(ctx, cti.Recording{ID: "r", CallID: "m:3", Source: "x.wav"}))
	must(t, s.AppendEvents(ctx, events(c.talked("anna", 5), b.merged("m:3"), a.merged("m:2"))))
	must(t, s.AppendEvents(ctx, a.ended(cti.OutcomeAnswered)))

	equal(t, "open calls", []cti.Call{}, got[[]cti.Call](t)(s.OpenCalls(ctx)))
	for _, id := range []cti.CallID{"m:1", "m:2", "m:3"} {
		record := got[cti.CallRecord](t)(s.Call(ctx, id))
		equal(t, string(id), a.call, record.Call)
		equal(t, "recordings", 1, len(record.Recordings))
		equal(t, "trace", 1, len(got[[]cti.Decision](t)(s.Trace(ctx, id))))
	}
	records, _, err := s.Calls(ctx, cti.CallFilter{User: "anna"}) // who worked on a call that was merged away
	must(t, err)
	equal(t, "anna's calls", 1, len(records))
	must(t, s.ExpectRecording(ctx, cti.Recording{ID: "late", CallID: "m:3", Source: "y.wav"}))
	equal(t, "a late recording", cti.CallID("m:1"), got[cti.Recording](t)(s.Recording(ctx, "late")).CallID)

	gone := script("g", call("m:9", start())) // begun and merged within one batch
	must(t, s.AppendEvents(ctx, events(gone.started(), a.merged("m:9"))))
	equal(t, "never written", a.call, got[cti.CallRecord](t)(s.Call(ctx, "m:9")).Call)
}

func testPages(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	var want []cti.CallID
	for i := range 25 {
		id := cti.CallID(fmt.Sprintf("m:%02d", i))
		must(t, s.AppendEvents(ctx, script(string(id), call(id, start().Add(time.Duration(i/3)*time.Second))).ended(cti.OutcomeIVR)))
		want = append([]cti.CallID{id}, want...)
	}
	var have []cti.CallID
	filter := cti.CallFilter{Limit: 4}
	for {
		page, next, err := s.Calls(ctx, filter)
		must(t, err)
		for _, r := range page {
			have = append(have, r.ID)
		}
		if filter.Cursor == "" { // a new call comes in while somebody reads
			must(t, s.AppendEvents(ctx, script("new", call("m:99", start().Add(time.Hour))).started()))
		}
		if filter.Cursor = next; next == "" {
			break
		}
	}
	equal(t, "all pages", want, have)
	for _, cursor := range []string{"?", "MTIz", "eA"} {
		_, _, err := s.Calls(ctx, cti.CallFilter{Cursor: cursor})
		wantInvalid(t, "cursor", err)
	}
}

func testFilters(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	must(t, s.CreateUser(ctx, cti.User{ID: "dina", PBX: "m", Device: "PJSIP/7"}, ""))
	must(t, s.CreateUser(ctx, cti.User{ID: "other", PBX: "n", Device: "PJSIP/7"}, ""))
	for i, user := range []cti.UserID{"anna", "boris", "anna"} {
		c := call(cti.CallID(fmt.Sprint("m:", i)), start().Add(time.Duration(i)*time.Hour))
		c.Client.Number = fmt.Sprint("+7916000000", i%2)
		st := script(string(c.ID), c)
		must(t, s.AppendEvents(ctx, events(st.offered(user), st.talked("chief", 9), st.ended(cti.OutcomeAnswered))))
	}
	out := call("m:out", start())
	out.Direction, out.Initiator = cti.Outbound, "PJSIP/7"
	must(t, s.AppendEvents(ctx, script("out", out).ended(cti.OutcomeFailed)))
	for name, test := range map[string]struct {
		filter cti.CallFilter
		want   []cti.CallID
	}{
		"number":                {cti.CallFilter{Number: "+79160000000"}, []cti.CallID{"m:2", "m:0"}},
		"offered":               {cti.CallFilter{User: "boris"}, []cti.CallID{"m:1"}},
		"talked":                {cti.CallFilter{User: "chief"}, []cti.CallID{"m:2", "m:1", "m:0"}},
		"placed, nobody talked": {cti.CallFilter{User: "dina"}, []cti.CallID{"m:out"}},
		"another PBX's device":  {cti.CallFilter{User: "other"}, nil},
		"from":                  {cti.CallFilter{From: start().Add(time.Hour)}, []cti.CallID{"m:2", "m:1"}},
		"to":                    {cti.CallFilter{To: start().Add(time.Hour), Number: "+79160000000"}, []cti.CallID{"m:0"}},
		"all of it":             {cti.CallFilter{From: start(), To: start().Add(9 * time.Hour), User: "anna", Number: "+79160000000", Limit: 1000}, []cti.CallID{"m:2", "m:0"}},
		"nobody":                {cti.CallFilter{User: "nobody"}, nil},
	} {
		page, _, err := s.Calls(ctx, test.filter)
		must(t, err)
		var have []cti.CallID
		for _, r := range page {
			have = append(have, r.ID)
		}
		equal(t, name, test.want, have)
	}
}

func testPastCalls(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	must(t, s.CreateUser(ctx, cti.User{ID: "anna", Name: "Анна"}, ""))
	answered := call("m:1", start())
	answered.Visits = []cti.Visit{{Queue: "support"}}
	one, two, three := script("1", answered), script("2", call("m:2", start().Add(time.Hour))), script("3", call("m:3", start().Add(2*time.Hour)))
	must(t, s.AppendEvents(ctx, events(one.talked("boris", 5), one.talked("anna", 60), one.ended(cti.OutcomeAnswered),
		two.ended(cti.OutcomeAbandoned), three.started())))
	want := []cti.PastCall{
		{CallID: "m:2", At: start().Add(time.Hour), Direction: cti.Inbound, Outcome: cti.OutcomeAbandoned},
		{CallID: "m:1", At: start(), Direction: cti.Inbound, Outcome: cti.OutcomeAnswered, Queue: "support", Agent: "Анна", Seconds: 65},
	}
	equal(t, "past calls", want, got[[]cti.PastCall](t)(s.PastCalls(ctx, "+79161234567", 5)))
	equal(t, "the newest", want[:1], got[[]cti.PastCall](t)(s.PastCalls(ctx, "+79161234567", 1)))
	equal(t, "nobody's", 0, len(got[[]cti.PastCall](t)(s.PastCalls(ctx, "", 5))))
}

func testTrace(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	decision := func(second int, rule string) cti.Decision {
		return cti.Decision{At: start().Add(time.Duration(second) * time.Second), Stage: "track", Rule: rule, Text: "почему", Leg: "l", Agent: "anna"}
	}
	must(t, s.AddDecisions(ctx, "m:1", []cti.Decision{decision(2, "card")})) // the card is faster than the journal
	batch := script("e", call("m:1", start())).started()
	batch[0].Decisions = []cti.Decision{decision(1, "a"), decision(1, "b")}
	must(t, s.AppendEvents(ctx, batch))
	must(t, s.AddDecisions(ctx, "m:1", nil))
	must(t, s.AddTraces(ctx, nil))
	must(t, s.AddTraces(ctx, map[cti.CallID][]cti.Decision{"m:8": {decision(1, "card"), decision(2, "push")}, "m:9": {decision(3, "card")}}))
	equal(t, "one of many", []cti.Decision{decision(1, "card"), decision(2, "push")}, got[[]cti.Decision](t)(s.Trace(ctx, "m:8")))
	equal(t, "trace", []cti.Decision{decision(1, "a"), decision(1, "b"), decision(2, "card")}, got[[]cti.Decision](t)(s.Trace(ctx, "m:1")))
	equal(t, "no trace", []cti.Decision{}, got[[]cti.Decision](t)(s.Trace(ctx, "m:2")))
}
