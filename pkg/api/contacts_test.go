package api_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/cti"
)

func TestFindContacts(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	found := o.ask(t, "anna", "GET", "/api/v1/contacts?phone=%2B79161234567", "").want(200).items()
	if len(found) != 1 || found[0].(map[string]any)["certain"] != true || o.lookup.Number != "+79161234567" {
		t.Errorf("got %v by %v", found, o.lookup)
	}
	for query, want := range map[string]int{"q=Iv": 1, "q=zzz": 0} {
		if got := o.ask(t, "anna", "GET", "/api/v1/contacts?"+query, "").want(200).items(); len(got) != want {
			t.Errorf("%s: got %v", query, got)
		}
	}
	for _, query := range []string{"", "q=", "q=%20", "q=a&phone=1"} {
		o.ask(t, "anna", "GET", "/api/v1/contacts?"+query, "").want(422)
	}
	o.ask(t, "anna", "GET", "/api/v1/contacts/c1", "").want(200)
	o.ask(t, "anna", "GET", "/api/v1/contacts/none", "").want(404)
}

func TestCreateContact(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a := o.ask(t, "anna", "POST", "/api/v1/contacts", `{"name":" Petr ","phones":["8 916 123-45-67"],"company":"Roga","vip":true,"call_id":"main:1.1"}`).want(201)
	want := cti.Contact{ID: "c2", Source: "callcard", Name: "Petr", Company: "Roga", Phones: []string{"+79161234567"}, VIP: true, Responsible: "anna"}
	if diff := cmp.Diff([]cti.Contact{want}, o.created); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"main:1.1 c2 anna"}, o.chosen); diff != "" || a.json()["id"] != "c2" {
		t.Errorf("%s\n%s", diff, a.Body)
	}
}

func TestCreateContactRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for body, want := range map[string]struct {
		status int
		text   string
	}{
		`{"name":"x","phones":["79161234567","12"]}`: {422, `body.phones[1]: got \"12\", want a whole phone number`},
		`{"name":"  "}`:                       {422, "body.name"},
		`{"name":""}`:                         {422, "body.name"},
		`{"phones":["79161234567"]}`:          {422, "name"},
		`{"name":"x","call_id":"main:1.2"}`:   {403, "forbidden"},
		`{"name":"x","call_id":"main:0.0"}`:   {404, "not found"},
		`{"name":"x","responsible":"victor"}`: {422, "body.responsible"},
	} {
		if a := o.ask(t, "anna", "POST", "/api/v1/contacts", body).want(want.status); !strings.Contains(a.Body.String(), want.text) {
			t.Errorf("%s: got %s, want %q", body, a.Body, want.text)
		}
	}
	if len(o.created) != 0 || len(o.contacts) != 1 {
		t.Errorf("something was created: %v", o.contacts)
	}
	o.err = cti.ErrConflict
	o.ask(t, "anna", "POST", "/api/v1/contacts", `{"name":"x"}`).want(409)
}
