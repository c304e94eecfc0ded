package storetest

import (
	"fmt"
	"testing"
	"time"

	"callcard/pkg/cti"
	"callcard/pkg/store"
)

// idsOf are the calls of the first page.
func idsOf(tb testing.TB, s *store.Store, f cti.CallFilter) []cti.CallID {
	tb.Helper()
	page, _, err := s.Calls(tb.Context(), f)
	must(tb, err)
	ids := []cti.CallID{}
	for _, r := range page {
		ids = append(ids, r.ID)
	}
	return ids
}

// hour makes call m:N, begun N hours after the start, and ends it.
func hour(tb testing.TB, s *store.Store, n int, change func(*story)) {
	tb.Helper()
	st := script(fmt.Sprint("e", n), call(cti.CallID(fmt.Sprint("m:", n)), start().Add(time.Duration(n)*time.Hour)))
	outcome := cti.OutcomeAnswered
	if change != nil {
		change(st)
		outcome = st.outcome()
	}
	must(tb, s.AppendEvents(tb.Context(), events(st.started(), st.ended(outcome))))
}

func (s *story) outcome() cti.CallOutcome {
	if s.call.Outcome != "" {
		return s.call.Outcome
	}
	return cti.OutcomeAnswered
}

func testListFilters(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	hour(t, s, 1, func(st *story) { st.call.Visits = []cti.Visit{{Queue: "sales"}, {Queue: "support"}, {Queue: "sales"}} })
	hour(t, s, 2, func(st *story) { st.call.Direction, st.call.Outcome = cti.Outbound, cti.OutcomeFailed })
	hour(t, s, 3, func(st *story) {
		st.call.Visits, st.call.Outcome = []cti.Visit{{Queue: "support"}}, cti.OutcomeAbandoned
		st.offered("anna")
	})
	hour(t, s, 4, func(st *story) { st.offered("boris"); st.call.Visits = []cti.Visit{{Queue: "sales"}} })
	hour(t, s, 5, func(st *story) { st.offered("anna"); st.offered("boris") })
	people(t, s, "ivan")
	must(t, s.LinkContact(ctx, "m:4", "ivan", "anna"))
	for id, result := range map[cti.CallID]string{"m:1": "order", "m:5": "order", "m:3": "spam"} {
		got[cti.CallResult](t)(s.SaveResult(ctx, id, cti.CallResult{Result: result, Agent: "anna"}))
	}
	sales := []string{"sales", "nowhere"}
	for name, test := range map[string]struct {
		filter cti.CallFilter
		want   []cti.CallID
	}{
		"all":                         {cti.CallFilter{}, []cti.CallID{"m:5", "m:4", "m:3", "m:2", "m:1"}},
		"direction":                   {cti.CallFilter{Direction: cti.Outbound}, []cti.CallID{"m:2"}},
		"outcome":                     {cti.CallFilter{Outcome: cti.OutcomeAbandoned}, []cti.CallID{"m:3"}},
		"missed":                      {cti.CallFilter{Missed: true}, []cti.CallID{"m:3", "m:2"}},
		"queue":                       {cti.CallFilter{Queue: "sales"}, []cti.CallID{"m:4", "m:1"}},
		"queue, older":                {cti.CallFilter{Queue: "support", To: start().Add(2 * time.Hour)}, []cti.CallID{"m:1"}},
		"agent":                       {cti.CallFilter{Agent: "boris"}, []cti.CallID{"m:5", "m:4"}},
		"agent and queue":             {cti.CallFilter{Agent: "boris", Queue: "sales"}, []cti.CallID{"m:4"}},
		"result":                      {cti.CallFilter{Result: "order"}, []cti.CallID{"m:5", "m:1"}},
		"contact":                     {cti.CallFilter{ContactID: "ivan"}, []cti.CallID{"m:4"}},
		"own":                         {cti.CallFilter{User: "anna"}, []cti.CallID{"m:5", "m:3"}},
		"own and a colleague's":       {cti.CallFilter{User: "anna", Agent: "boris"}, []cti.CallID{"m:5"}},
		"own and of queues":           {cti.CallFilter{User: "anna", Queues: sales}, []cti.CallID{"m:5", "m:4", "m:3", "m:1"}},
		"of queues, a colleague's":    {cti.CallFilter{User: "anna", Queues: sales, Agent: "boris"}, []cti.CallID{"m:5", "m:4"}},
		"of queues, another queue":    {cti.CallFilter{User: "boris", Queues: sales, Queue: "support"}, []cti.CallID{"m:1"}},
		"everything at once":          {cti.CallFilter{User: "anna", Direction: cti.Inbound, Outcome: cti.OutcomeAbandoned, Missed: true, Queue: "support", Result: "spam", From: start(), To: start().Add(9 * time.Hour), Number: "+79161234567", Query: "1234", Unresolved: true}, []cti.CallID{"m:3"}},
		"unresolved":                  {cti.CallFilter{Unresolved: true}, []cti.CallID{"m:5", "m:3", "m:2", "m:1"}},
		"nothing has all of these":    {cti.CallFilter{Result: "spam", Queue: "sales"}, []cti.CallID{}},
		"a queue in which nobody was": {cti.CallFilter{Queue: "nowhere"}, []cti.CallID{}},
	} {
		equal(t, name, test.want, idsOf(t, s, test.filter))
		test.filter.Limit = 1 // page by page it is the same
		var paged []cti.CallID
		for {
			page, next, err := s.Calls(ctx, test.filter)
			must(t, err)
			for _, r := range page {
				paged = append(paged, r.ID)
			}
			if test.filter.Cursor = next; next == "" {
				break
			}
		}
		equal(t, name+", page by page", test.want, paged)
	}
}

func testCallSearch(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	number := func(n string) func(*story) {
		return func(st *story) { st.call.Client.Number = n }
	}
	hour(t, s, 1, number("+79161112233"))
	hour(t, s, 2, number("+74957776655"))
	hour(t, s, 3, func(st *story) { st.call.Client.Number = ""; st.call.ClientName = "IVANOV Petr" })
	hour(t, s, 4, number("+4930901820"))
	add(t, s, cti.Contact{ID: "c", Name: "Семён Артёмов", Company: "ООО «Ромашка»", Phones: []string{"+74957776655"}})
	must(t, s.LinkContact(ctx, "m:2", "c", ""))
	write(t, s, "m:1", "anna", "Заказ 4512: доставка до ПЯТНИЦЫ, ёлка", 0)
	write(t, s, "m:4", "anna", "ромашка не подходит", 0)
	write(t, s, "m:4", "boris", "перезвонить", 0)
	for query, want := range map[string][]cti.CallID{
		"семен":            {"m:2"},
		"СЕМЁН арт":        {"m:2"},
		"Ромашка":          {"m:4", "m:2"}, // a company and a word of a note
		"ромашка не":       {"m:4"},
		"ромашка перезвон": {"m:4"}, // in notes of two
		"ромашка артемов":  {"m:2"},
		"елка":             {"m:1"},
		"пятниц":           {"m:1"},
		"ятниц":            {},
		"заказ 4512":       {"m:1"},
		"4512":             {"m:1"},
		"ivan":             {"m:3"},
		"11122":            {"m:1"}, // the middle of a number
		"8 (916) 111-22":   {"m:1"}, // as one dials at home
		"+7 916":           {"m:1"},
		"6655":             {"m:2"},
		"030 90":           {"m:4"},
		"12":               {}, // too few digits of a number, and no word
		"nobody":           {},
		"?!":               {},
		"% _ '":            {},
	} {
		equal(t, query, want, idsOf(t, s, cti.CallFilter{Query: query}))
	}
	equal(t, "blank", 4, len(idsOf(t, s, cti.CallFilter{Query: "  "})))
	write(t, s, "m:4", "anna", "не подходит", 1)
	equal(t, "a word that was deleted", []cti.CallID{"m:2"}, idsOf(t, s, cti.CallFilter{Query: "ромашка"}))
}

// testFrequentWords: what more calls have than are looked up is found by the other way.
func testFrequentWords(in bundle) {
	t, s := in.t, in.s
	const n = 5100
	var batch []cti.CallEvent
	for i := range n {
		c := call(cti.CallID(fmt.Sprintf("m:%04d", i)), start().Add(time.Duration(i)*time.Second))
		c.Client.Number, c.ClientName = fmt.Sprintf("+7495000%04d", i), "Центральный офис"
		if i == 500 {
			c.ClientName = "Центральный склад"
		}
		batch = append(batch, script(string(c.ID), c).ended(cti.OutcomeAnswered)...)
	}
	must(t, s.AppendEvents(t.Context(), batch))
	equal(t, "the newest of many", []cti.CallID{"m:5099", "m:5098"}, idsOf(t, s, cti.CallFilter{Query: "центр", Limit: 2}))
	equal(t, "many by number", []cti.CallID{"m:5099", "m:5098"}, idsOf(t, s, cti.CallFilter{Query: "7495", Limit: 2}))
	equal(t, "two frequent words", []cti.CallID{"m:5099"}, idsOf(t, s, cti.CallFilter{Query: "центральный офис", Limit: 1}))
	equal(t, "a frequent and a rare one", []cti.CallID{"m:0500"}, idsOf(t, s, cti.CallFilter{Query: "центральный склад"}))
}

func testUnresolved(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	people(t, s, "ivan")
	kind := func(n int, change func(*cti.Call)) {
		hour(t, s, n, func(st *story) { change(&st.call) })
	}
	hour(t, s, 1, nil)
	kind(2, func(c *cti.Call) { c.Direction = cti.Internal })
	kind(3, func(c *cti.Call) { c.Client = cti.Phone{Kind: cti.NumberAnonymous} })
	kind(4, func(c *cti.Call) { c.Client.Kind, c.Client.Number = cti.NumberInternal, "1001" })
	kind(5, func(c *cti.Call) { c.Direction = cti.Outbound })
	kind(6, func(c *cti.Call) { c.Client.Number, c.Client.Kind = "112", cti.NumberShort })
	must(t, s.LinkContact(ctx, "m:7", "ivan", "")) // found while it rang
	hour(t, s, 7, nil)
	hour(t, s, 8, nil)
	must(t, s.AppendEvents(ctx, script("open", call("m:9", start())).started()))
	unresolved := func() []cti.CallID { return idsOf(t, s, cti.CallFilter{Unresolved: true}) }
	equal(t, "unresolved", []cti.CallID{"m:8", "m:5", "m:1"}, unresolved())
	for want, most := range map[int]int{3: 100, 2: 2} {
		equal(t, "how many", want, got[int](t)(s.CountUnresolved(ctx, cti.CallFilter{}, most)))
	}
	equal(t, "a stranger's", 0, got[int](t)(s.CountUnresolved(ctx, cti.CallFilter{User: "nobody", Queues: []string{"none"}}, 100)))
	equal(t, "an agent's", len(idsOf(t, s, cti.CallFilter{User: "anna", Unresolved: true})), got[int](t)(s.CountUnresolved(ctx, cti.CallFilter{User: "anna"}, 100)))
	must(t, s.SetAside(ctx, "m:8", "not_a_client", "anna"))
	must(t, s.LinkContact(ctx, "m:5", "ivan", "anna"))
	equal(t, "sorted", []cti.CallID{"m:1"}, unresolved())

	late := script("e8b", got[cti.CallRecord](t)(s.Call(ctx, "m:8")).Call)
	must(t, s.AppendEvents(ctx, late.step(cti.CallNoted, nil)))
	equal(t, "an event after the end changes nothing", []cti.CallID{"m:1"}, unresolved())

	a, b := script("a", call("m:a", start())), script("b", call("m:b", start()))
	must(t, s.AppendEvents(ctx, events(a.started(), b.started())))
	must(t, s.SetAside(ctx, "m:b", "not_a_client", "anna"))
	must(t, s.AppendEvents(ctx, events(a.merged("m:b"), a.ended(cti.OutcomeAnswered))))
	equal(t, "set aside before a merge", []cti.CallID{"m:1"}, unresolved())
}
