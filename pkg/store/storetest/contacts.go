package storetest

import (
	"fmt"
	"testing"
	"time"

	"callcard/pkg/cti"
	"callcard/pkg/store"
)

func testContacts(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	want := cti.Contact{
		ID: "c1", Source: "callcard", Name: "Иван Петров", Company: "ООО «Ромашка»",
		Phones: []string{"+79161234567", "+74951234567"}, Email: "ivan@example.org", Responsible: "anna", VIP: true,
		Notes: "просил не звонить\nдо обеда", URL: "https://example.org/1", Created: start(), Updated: start(),
	}
	equal(t, "created", want, got[cti.Contact](t)(s.CreateContact(ctx, want)))
	equal(t, "loaded", want, got[cti.Contact](t)(s.Contact(ctx, "c1")))

	_, err := s.CreateContact(ctx, want)
	wantErr(t, "an id that is taken", err, cti.ErrConflict)
	_, err = s.Contact(ctx, "none")
	wantErr(t, "an unknown contact", err, cti.ErrNotFound)
	_, err = s.CreateContact(ctx, cti.Contact{Name: "  "})
	wantInvalid(t, "name", err)
	_, err = s.CreateContact(ctx, cti.Contact{Name: "x", Phones: []string{"call me"}})
	wantInvalid(t, "phones", err)
	made := got[cti.Contact](t)(s.CreateContact(ctx, cti.Contact{Name: "Анна", Phones: []string{"+79160000000", "+79160000000"}}))
	if made.ID == "" || made.Created.IsZero() || made.Source != "callcard" {
		t.Errorf("a new contact lacks something: %+v", made)
	}
	equal(t, "a number given twice", []string{"+79160000000"}, made.Phones)
}

func testCompany(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	add(t, s, cti.Contact{ID: "firm", Name: "Ромашка", IsCompany: true, Phones: []string{"+74950000001"}})
	person := add(t, s, cti.Contact{ID: "person", Name: "Иван", CompanyID: "firm", Company: "as it was called once"})
	equal(t, "company", "Ромашка", person.Company)
	equal(t, "loaded company", "Ромашка", got[cti.Contact](t)(s.Contact(ctx, "person")).Company)
}

func add(tb testing.TB, s *store.Store, c cti.Contact) cti.Contact {
	tb.Helper()
	return got[cti.Contact](tb)(s.CreateContact(tb.Context(), c))
}

func e164(number string) cti.Phone {
	return cti.Phone{Number: number, Raw: number, Kind: cti.NumberE164}
}

func testLookup(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	add(t, s, cti.Contact{ID: "moscow", Name: "Moscow", Phones: []string{"+79161234567"}})
	add(t, s, cti.Contact{ID: "texas", Name: "Texas", Phones: []string{"+19161234567"}})
	add(t, s, cti.Contact{ID: "local", Name: "Local", Phones: []string{"765-43-21"}})
	add(t, s, cti.Contact{ID: "nine", Name: "Nine", Phones: []string{"501 234 567"}})
	add(t, s, cti.Contact{ID: "short", Name: "Short", Phones: []string{"112"}})
	invalid := func(raw string) cti.Phone { return cti.Phone{Raw: raw, Kind: cti.NumberInvalid} }
	for _, test := range []struct {
		name    string
		phone   cti.Phone
		want    []string
		certain bool
	}{
		{"the very number", e164("+79161234567"), []string{"moscow"}, true},
		{"the last ten digits", e164("+449161234567"), []string{"moscow", "texas"}, false},
		{"nine of ten agree", e164("+79061234567"), nil, false},
		{"stored with seven digits only", e164("+74957654321"), []string{"local"}, false},
		{"stored with nine digits only", e164("+48501234567"), []string{"nine"}, false},
		{"eight agree with a stored nine", e164("+48701234567"), nil, false},
		{"given with seven digits only", invalid("1234567"), []string{"moscow", "nine", "texas"}, false},
		{"given with six digits", invalid("234567"), nil, false},
		{"given with signs", invalid("8 (916) 123-45-67"), []string{"moscow", "texas"}, false},
		{"nobody", e164("+79990000000"), nil, false},
		{"a service number", cti.Phone{Number: "112", Raw: "112", Kind: cti.NumberShort}, []string{"short"}, true},
		{"a colleague", cti.Phone{Number: "112", Raw: "112", Kind: cti.NumberInternal}, nil, false},
		{"withheld", cti.Phone{Kind: cti.NumberAnonymous}, nil, false},
		{"withheld by a careless PBX", cti.Phone{Raw: "79161234567", Kind: cti.NumberAnonymous}, nil, false},
		{"nothing", cti.Phone{}, nil, false},
		{"no number at all", invalid("' OR 1=1 --\x00\xff"), nil, false},
	} {
		var ids []string
		for _, c := range got[[]cti.Candidate](t)(s.LookupPhone(ctx, test.phone)) {
			ids = append(ids, c.ID)
			if c.Certain != test.certain {
				t.Errorf("%s: %s is certain: %v, want %v", test.name, c.ID, c.Certain, test.certain)
			}
		}
		equal(t, test.name, test.want, ids)
	}
}

func testOrder(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	const shared = "+74951112233"
	for _, c := range []cti.Contact{
		{ID: "4", Name: "яков"}, {ID: "3", Name: "Яков"}, {ID: "5", Name: "Борис", VIP: true}, {ID: "1", Name: "АННА"}, {ID: "2", Name: "борис"},
	} {
		c.Phones = []string{"+7999000000" + c.ID, shared}
		add(t, s, c)
	}
	var ids []string
	for _, c := range got[[]cti.Candidate](t)(s.LookupPhone(ctx, e164(shared))) {
		ids = append(ids, c.ID)
	}
	equal(t, "VIP first, then names in any case, then ids", []string{"5", "1", "2", "3", "4"}, ids)
	for i := range 30 {
		add(t, s, cti.Contact{Name: fmt.Sprint("x", i), Phones: []string{fmt.Sprintf("+%d4951112244", 100+i)}})
	}
	if n := len(got[[]cti.Candidate](t)(s.LookupPhone(ctx, e164("+994951112244")))); n != 20 {
		t.Errorf("%d maybes, want no more than 20", n)
	}
}

func testFacts(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	c := add(t, s, cti.Contact{ID: "c", Name: "Иван", Phones: []string{"+79161234567"}})
	var want []cti.Order
	for i := range 7 {
		o := cti.Order{ID: fmt.Sprint("o", i), Title: "Заказ", Status: "new", Amount: "100 ₽", At: start().Add(time.Duration(i) * time.Hour)}
		must(t, s.SaveOrder(ctx, c.ID, o))
		want = append([]cti.Order{o}, want...)
	}
	want[0].Status = "paid"
	must(t, s.SaveOrder(ctx, c.ID, want[0]))
	wantErr(t, "an order of nobody", s.SaveOrder(ctx, "none", want[0]), cti.ErrNotFound)
	must(t, s.AppendEvents(ctx, script("e", call("m:1", start())).started()))
	must(t, s.AppendEvents(ctx, script("f", call("m:2", start().Add(time.Hour))).started()))
	must(t, s.LinkContact(ctx, "m:1", c.ID, ""))
	must(t, s.LinkContact(ctx, "m:2", c.ID, ""))

	found := got[[]cti.Candidate](t)(s.LookupPhone(ctx, e164("+79161234567")))
	equal(t, "candidate", []cti.Candidate{{Contact: c, Certain: true, LastCall: start().Add(time.Hour), Orders: want[:5]}}, found)
}

func testSearch(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	for _, c := range []cti.Contact{
		{ID: "1", Name: "Пётр Алёхин", Company: "ООО «Ромашка»", Phones: []string{"+79161234567"}},
		{ID: "2", Name: "Алехина Мария", Phones: []string{"+74957654321"}, Email: "maria.alehina@example.org"},
		{ID: "3", Name: "O'Brien & Sons", IsCompany: true, Phones: []string{"+442071234500"}},
		{ID: "4", Name: "Дом 1000 мелочей", VIP: true},
	} {
		add(t, s, c)
	}
	for query, want := range map[string][]string{
		"алех":              {"2", "1"}, // "алехина" before "пётр"
		"АЛЁХ":              {"2", "1"},
		"петр алех":         {"1"},
		"Алёхин Пётр":       {"1"},
		"ромаш":             {"1"},
		"«РОМАШКА»":         {"1"},
		"омашка":            nil,
		"мария@":            {"2"},
		"example":           {"2"},
		"brien":             {"3"},
		"1000":              {"4"},
		"+7916":             {"1"},
		"7916123":           {"1"},
		"8 (916) 123-45-67": {"1"},
		"89161":             {"1"},
		"4567":              {"1"},
		"20712":             {"3"}, // the middle of a number
		"00 44 20 7":        {"3"},
		"12":                nil, // too short for a number, and no such word
		"":                  nil,
		"%":                 nil,
		"_":                 nil,
		"\x00\xff":          nil,
		"' OR 1=1 --":       nil,
	} {
		var ids []string
		for _, c := range got[[]cti.Contact](t)(s.SearchContacts(ctx, query, 10)) {
			ids = append(ids, c.ID)
		}
		equal(t, fmt.Sprintf("search %q", query), want, ids)
	}
	found := got[[]cti.Contact](t)(s.SearchContacts(ctx, "алех", 1))
	equal(t, "limit", 1, len(found))
	equal(t, "numbers of what is found", []string{"+74957654321"}, found[0].Phones)
}
