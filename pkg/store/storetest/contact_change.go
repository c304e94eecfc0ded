package storetest

import (
	"testing"
	"time"

	"callcard/pkg/cti"
	"callcard/pkg/store"
)

func testChangeContact(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	must(t, s.CreateUser(ctx, cti.User{ID: "anna", Name: "Анна"}, ""))
	add(t, s, cti.Contact{ID: "firm", Name: "Ромашка", IsCompany: true})
	old := add(t, s, cti.Contact{ID: "c", Name: "Иван", Phones: []string{"+79161234567"}, Notes: "старое", Created: start()})

	now := got[cti.Contact](t)(s.ChangeContact(ctx, "c", cti.ContactChange{Name: new(" Иван Ильич "), VIP: new(true)}))
	want := old
	want.Name, want.VIP, want.Updated = "Иван Ильич", true, now.Updated
	equal(t, "two fields", want, now)
	if !now.Updated.After(old.Updated) {
		t.Errorf("updated %v, before %v", now.Updated, old.Updated)
	}
	now = got[cti.Contact](t)(s.ChangeContact(ctx, "c", cti.ContactChange{
		Phones: new([]string{"+74950000001"}), CompanyID: new("firm"), Responsible: new(cti.UserID("anna")),
		Email: new("i@example.org"), Notes: new(""), Company: new("прежняя"),
	}))
	equal(t, "numbers", []string{"+74950000001"}, now.Phones)
	equal(t, "company", []string{"Ромашка", "firm"}, []string{now.Company, now.CompanyID})
	equal(t, "the rest", []string{"i@example.org", "", "anna"}, []string{now.Email, now.Notes, string(now.Responsible)})
	equal(t, "the old number", 0, len(got[[]cti.Candidate](t)(s.LookupPhone(ctx, cti.Phone{Number: "+79161234567", Kind: cti.NumberE164}))))
	equal(t, "the new number", 1, len(got[[]cti.Candidate](t)(s.LookupPhone(ctx, cti.Phone{Number: "+74950000001", Kind: cti.NumberE164}))))
	equal(t, "the new name", 1, len(got[[]cti.Contact](t)(s.SearchContacts(ctx, "ильич", 9))))
	equal(t, "no number at all", 0, len(got[cti.Contact](t)(s.ChangeContact(ctx, "c", cti.ContactChange{Phones: new([]string{})})).Phones))
}

func testChangeContactRefused(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	add(t, s, cti.Contact{ID: "firm", Name: "Ромашка", IsCompany: true})
	person := add(t, s, cti.Contact{ID: "c", Name: "Иван", CompanyID: "firm"})
	add(t, s, cti.Contact{ID: "crm", Name: "Из CRM", Source: "bitrix24"})
	for field, c := range map[string]cti.ContactChange{
		"name": {Name: new(" ")}, "responsible": {Responsible: new(cti.UserID("nobody"))},
		"company_id": {CompanyID: new("c")}, "phones": {Phones: new([]string{"x"})},
	} {
		_, err := s.ChangeContact(ctx, "c", c)
		wantInvalid(t, field, err)
	}
	_, err := s.ChangeContact(ctx, "firm", cti.ContactChange{CompanyID: new("firm")})
	wantInvalid(t, "company_id", err)
	_, err = s.ChangeContact(ctx, "c", cti.ContactChange{CompanyID: new("none")})
	wantInvalid(t, "company_id", err)
	_, err = s.ChangeContact(ctx, "firm", cti.ContactChange{IsCompany: new(false)})
	wantErr(t, "a company with people", err, cti.ErrConflict)
	_, err = s.ChangeContact(ctx, "crm", cti.ContactChange{Name: new("x")})
	wantErr(t, "another's contact", err, cti.ErrConflict)
	wantErr(t, "another's contact", s.DeleteContact(ctx, "crm"), cti.ErrConflict)
	_, err = s.ChangeContact(ctx, "none", cti.ContactChange{})
	wantErr(t, "no contact", err, cti.ErrNotFound)
	wantErr(t, "no contact", s.DeleteContact(ctx, "none"), cti.ErrNotFound)
	equal(t, "nothing changed", person, got[cti.Contact](t)(s.Contact(ctx, "c")))
}

func testDeleteContact(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	add(t, s, cti.Contact{ID: "firm", Name: "Ромашка", IsCompany: true, Phones: []string{"+74950000001"}})
	add(t, s, cti.Contact{ID: "c", Name: "Иван", CompanyID: "firm"})
	must(t, s.SaveOrder(ctx, "firm", cti.Order{ID: "o"}))
	must(t, s.SaveCallback(ctx, cti.Callback{ID: "b", State: cti.CallbackOpen, Calls: []cti.CallID{"m:1"}}, time.Time{}))
	hour(t, s, 1, nil)
	must(t, s.LinkContact(ctx, "m:1", "firm", "anna"))
	must(t, s.DeleteContact(ctx, "firm"))
	_, err := s.Contact(ctx, "firm")
	wantErr(t, "deleted", err, cti.ErrNotFound)
	person := got[cti.Contact](t)(s.Contact(ctx, "c"))
	equal(t, "its people", []string{"Ромашка", ""}, []string{person.Company, person.CompanyID})
	record := got[cti.CallRecord](t)(s.Call(ctx, "m:1"))
	equal(t, "its call", []string{"", ""}, []string{record.ContactID, record.ContactName})
	equal(t, "its link", "", got[string](t)(s.LinkOf(ctx, "m:1")))
	equal(t, "its callback", "", got[cti.Callback](t)(s.Callback(ctx, "b")).ContactID)
	equal(t, "its number", 0, len(got[[]cti.Candidate](t)(s.LookupPhone(ctx, cti.Phone{Number: "+74950000001", Kind: cti.NumberE164}))))
}

func testContactPage(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	add(t, s, cti.Contact{ID: "firm", Name: "Ромашка", IsCompany: true})
	for _, id := range []string{"b", "a"} {
		add(t, s, cti.Contact{ID: id, Name: "Имя " + id, CompanyID: "firm", Phones: []string{"+7495000000" + string(id[0]-'a'+'1')}})
	}
	must(t, s.SaveOrder(ctx, "firm", cti.Order{ID: "o1", Title: "one", At: start()}))
	must(t, s.SaveOrder(ctx, "firm", cti.Order{ID: "o2", Title: "two", At: start().AddDate(0, 0, 1)}))
	must(t, s.SaveCallback(ctx, cti.Callback{ID: "b1", State: cti.CallbackOpen, ContactID: "firm", Line: "1", Agents: []cti.UserID{"anna"}}, time.Time{}))
	must(t, s.SaveCallback(ctx, cti.Callback{ID: "b2", State: cti.CallbackDone, ContactID: "firm", Line: "2", Agents: []cti.UserID{"boris"}}, time.Time{}))
	sizes := func(user cti.User) []int {
		page := got[cti.ContactPage](t)(s.ContactPage(ctx, "firm", user))
		return []int{len(page.Orders), len(page.People), len(page.Callbacks)}
	}
	equal(t, "anna sees her callback", []int{2, 2, 1}, sizes(cti.User{ID: "anna", Role: cti.RoleAgent}))
	equal(t, "a supervisor sees both", []int{2, 2, 2}, sizes(cti.User{ID: "olga", Role: cti.RoleSupervisor}))
	page := got[cti.ContactPage](t)(s.ContactPage(ctx, "firm", cti.User{ID: "anna", Role: cti.RoleAgent}))
	equal(t, "order", "o2", page.Orders[0].ID)
	equal(t, "people", []string{"a", "+74950000001"}, []string{page.People[0].ID, page.People[0].Phones[0]})
	_, err := s.ContactPage(ctx, "none", cti.User{})
	wantErr(t, "no contact", err, cti.ErrNotFound)
}

func testNewContactClaimsCalls(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	hour(t, s, 1, nil)
	hour(t, s, 2, nil)
	hour(t, s, 3, func(st *story) { st.call.Client.Number = "+74950000002" })
	must(t, s.SetAside(ctx, "m:2", "not_a_client", "anna"))
	unresolved := func(tb testing.TB, s *store.Store) []cti.CallID {
		return idsOf(tb, s, cti.CallFilter{Unresolved: true})
	}
	equal(t, "unresolved", []cti.CallID{"m:3", "m:1"}, unresolved(t, s))
	add(t, s, cti.Contact{ID: "c", Name: "Иван", Phones: []string{"+79161234567"}})
	equal(t, "of the new contact's number", []cti.CallID{"m:3"}, unresolved(t, s))
	equal(t, "linked", "c", got[cti.CallRecord](t)(s.Call(ctx, "m:1")).ContactID)
	add(t, s, cti.Contact{ID: "d", Name: "Пётр"})
	got[cti.Contact](t)(s.ChangeContact(ctx, "d", cti.ContactChange{Phones: new([]string{"+79161234567", "+74950000002"})}))
	equal(t, "of a number that a contact was given", []cti.CallID{}, unresolved(t, s))
	equal(t, "whose it was", "c", got[cti.CallRecord](t)(s.Call(ctx, "m:1")).ContactID)
	hour(t, s, 4, nil)
	add(t, s, cti.Contact{ID: "e", Name: "Фома", Phones: []string{"+79161234567"}})
	equal(t, "of a number of several", []cti.CallID{"m:4"}, unresolved(t, s))
}
