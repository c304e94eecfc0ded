package api_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/api"
	"callcard/pkg/cti"
)

func (o *office) SetAside(_ context.Context, call cti.CallID, as string, by cti.UserID) error {
	o.aside = append(o.aside, string(call)+" "+as+" "+string(by))
	return o.err
}

func (o *office) ContactPage(ctx context.Context, id string, viewer cti.User) (cti.ContactPage, error) {
	contact, err := o.Contact(ctx, id)
	o.viewer = viewer
	return cti.ContactPage{Contact: contact, People: []cti.Contact{{ID: "p"}}, Callbacks: []cti.Callback{{ID: "b"}}}, err
}

func (o *office) ChangeContact(_ context.Context, id string, change cti.ContactChange) (cti.Contact, error) {
	contact, ok := o.contacts[id]
	if !ok {
		return contact, cti.ErrNotFound
	}
	if o.err == nil {
		o.changed = append(o.changed, change)
	}
	return change.Apply(contact), o.err
}

func (o *office) DeleteContact(_ context.Context, id string) error {
	if _, ok := o.contacts[id]; !ok {
		return cti.ErrNotFound
	}
	return o.err
}

func (o *office) ContactChanged(contact cti.Contact) {
	o.shown = append(o.shown, "changed "+contact.Name)
}
func (o *office) ContactRemoved(id string) { o.shown = append(o.shown, "removed "+id) }

func seeQueueCalls(deps *api.Deps) { deps.SeeQueueCalls = true }

func TestListFilters(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	const query = "number=89161234567&from=2026-11-22T08:00:00Z&to=2026-11-22T09:00:00Z&q=%D0%B8%D0%B2%D0%B0%D0%BD&direction=inbound" +
		"&outcome=abandoned&queue=support&agent=boris&result=order&missed=true&unresolved=true&cursor=c&limit=10"
	o.ask(t, "olga", "GET", "/api/v1/calls?"+query, "").want(200)
	want := cti.CallFilter{
		Number: "+79161234567", From: morning, To: morning.Add(time.Hour), Query: "иван", Direction: cti.Inbound, Outcome: cti.OutcomeAbandoned,
		Queue: "support", Agent: "boris", Result: "order", Missed: true, Unresolved: true, Cursor: "c", Limit: 10,
	}
	if diff := cmp.Diff(want, o.filter); diff != "" {
		t.Error(diff)
	}
	for _, bad := range []string{"direction=up", "outcome=sold", "missed=perhaps", "limit=0", "limit=1000", "q=" + strings.Repeat("x", 201)} {
		o.ask(t, "olga", "GET", "/api/v1/calls?"+bad, "").want(422)
	}
}

func TestCallsToSortAreCounted(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	if got := strings.TrimSpace(o.ask(t, "anna", "GET", "/api/v1/calls/unresolved/count", "").want(200).Body.String()); got != `{"count":7}` {
		t.Errorf("got %s", got)
	}
	if diff := cmp.Diff(cti.CallFilter{User: "anna"}, o.filter); diff != "" {
		t.Error(diff)
	}
	o.ask(t, "", "GET", "/api/v1/calls/unresolved/count", "").want(401)
}

func TestAnAgentListsHisOwnCalls(t *testing.T) {
	t.Parallel()
	own, queues := newOffice(t), newOffice(t, seeQueueCalls)
	own.ask(t, "anna", "GET", "/api/v1/calls?agent=anna", "").want(200)
	if diff := cmp.Diff(cti.CallFilter{User: "anna", Agent: "anna", Limit: 50}, own.filter); diff != "" {
		t.Error(diff)
	}
	own.ask(t, "anna", "GET", "/api/v1/calls?agent=boris", "").want(403)
	queues.ask(t, "anna", "GET", "/api/v1/calls?agent=boris", "").want(200)
	if diff := cmp.Diff(cti.CallFilter{User: "anna", Queues: []string{"support"}, Agent: "boris", Limit: 50}, queues.filter); diff != "" {
		t.Error(diff)
	}
	queues.ask(t, "boris", "GET", "/api/v1/calls?agent=anna", "").want(403) // he is in no queue
	queues.ask(t, "crm", "GET", "/api/v1/calls?agent=anna", "").want(200)
	if queues.filter.User != "" || len(queues.filter.Queues) != 0 {
		t.Errorf("a service is limited to %+v", queues.filter)
	}
}

func TestCallsOfTheOwnQueuesMayBeSeenButNotWrittenAbout(t *testing.T) {
	t.Parallel()
	own, queues := newOffice(t), newOffice(t, seeQueueCalls)
	for _, o := range []*office{own, queues} {
		o.calls["main:1.6"] = cti.CallRecord{Call: cti.Call{ID: "main:1.6", Visits: []cti.Visit{{Queue: "support"}}, Talks: []cti.Talk{{User: "boris"}}}}
		o.calls["main:1.7"] = cti.CallRecord{Call: cti.Call{ID: "main:1.7", Visits: []cti.Visit{{Queue: "sales"}}, Talks: []cti.Talk{{User: "boris"}}}}
	}
	own.ask(t, "anna", "GET", "/api/v1/calls/main:1.6", "").want(403)
	queues.ask(t, "anna", "GET", "/api/v1/calls/main:1.6", "").want(200)
	queues.ask(t, "anna", "GET", "/api/v1/calls/main:1.7", "").want(403)
	queues.ask(t, "anna", "PUT", "/api/v1/calls/main:1.6/note", `{"text":"x","base":0}`).want(403)
	queues.ask(t, "anna", "PUT", "/api/v1/calls/main:1.6/result", `{"result":"order"}`).want(403)
	queues.ask(t, "anna", "POST", "/api/v1/calls/main:1.6/resolve", `{"as":"not_a_client"}`).want(403)
}

func TestResolve(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a := o.ask(t, "anna", "POST", "/api/v1/calls/main:1.1/resolve", `{"as":"not_a_client"}`).want(200)
	if diff := cmp.Diff([]string{"main:1.1 not_a_client anna"}, o.aside); diff != "" || a.json()["call_id"] != "main:1.1" {
		t.Errorf("%s\n%s", diff, a.Body)
	}
	o.ask(t, "boris", "POST", "/api/v1/calls/main:1.1/resolve", `{"as":"not_a_client"}`).want(403)
	o.ask(t, "anna", "POST", "/api/v1/calls/main:0.0/resolve", `{"as":"not_a_client"}`).want(404)
	o.ask(t, "anna", "POST", "/api/v1/calls/main:1.1/resolve", `{"as":"friend"}`).want(422)
	o.ask(t, "anna", "POST", "/api/v1/calls/main:1.1/resolve", `{}`).want(422)
}

func TestContactPageAndCalls(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a := o.ask(t, "anna", "GET", "/api/v1/contacts/c1", "").want(200)
	doc := a.json()
	people, _ := doc["people"].([]any)
	if doc["name"] != "Ivan" || len(people) != 1 || strings.Contains(a.Body.String(), "null") || o.viewer.ID != "anna" {
		t.Errorf("as %q: got %s", o.viewer.ID, a.Body)
	}
	if got := o.ask(t, "anna", "GET", "/api/v1/contacts/c1/calls?cursor=c", "").want(200).items(); len(got) != 1 {
		t.Errorf("got %v", got)
	}
	if diff := cmp.Diff(cti.CallFilter{User: "anna", ContactID: "c1", Cursor: "c", Limit: 50}, o.filter); diff != "" {
		t.Error(diff)
	}
	o.ask(t, "anna", "GET", "/api/v1/contacts/none/calls", "").want(404)
	o.ask(t, "anna", "GET", "/api/v1/contacts/none", "").want(404)
}

func TestChangeContact(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a := o.ask(t, "anna", "PATCH", "/api/v1/contacts/c1", `{"name":"Иван","phones":["8 916 123-45-67"],"vip":false,"notes":""}`).want(200)
	name, vip, notes, phones := "Иван", false, "", []string{"+79161234567"}
	if diff := cmp.Diff([]cti.ContactChange{{Name: &name, VIP: &vip, Notes: &notes, Phones: &phones}}, o.changed); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"changed Иван"}, o.shown); diff != "" || a.json()["name"] != "Иван" {
		t.Errorf("%s\n%s", diff, a.Body)
	}
}

func TestChangeContactRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for body, field := range map[string]string{
		`{"name":" "}`: "body.name", `{"email":"ivan"}`: "body.email", `{"phones":["89161234567","1"]}`: "body.phones[1]",
		`{"id":"x"}`: "body.id", `{"vip":"yes"}`: "body.vip",
	} {
		problems, _ := o.ask(t, "anna", "PATCH", "/api/v1/contacts/c1", body).want(422).json()["errors"].([]any)
		if len(problems) != 1 || problems[0].(map[string]any)["location"] != field {
			t.Errorf("%s: got %v, want the field %s", body, problems, field)
		}
	}
	o.ask(t, "anna", "PATCH", "/api/v1/contacts/none", `{}`).want(404)
	o.err = &cti.InvalidError{Field: "company_id", Got: "x", Want: "a company"}
	if a := o.ask(t, "anna", "PATCH", "/api/v1/contacts/c1", `{"company_id":"x"}`).want(422); !strings.Contains(a.Body.String(), "body.company_id") {
		t.Errorf("got %s", a.Body)
	}
	o.err = &cti.ConflictError{Why: "it lives in bitrix24"}
	if a := o.ask(t, "anna", "PATCH", "/api/v1/contacts/c1", `{"name":"x"}`).want(409); !strings.Contains(a.Body.String(), "it lives in bitrix24") {
		t.Errorf("got %s", a.Body)
	}
	if len(o.shown) != 0 {
		t.Errorf("cards were told %v", o.shown)
	}
}

func TestDeleteContact(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, user := range []string{"anna", "crm"} {
		o.ask(t, user, "DELETE", "/api/v1/contacts/c1", "").want(403)
	}
	o.ask(t, "olga", "DELETE", "/api/v1/contacts/none", "").want(404)
	o.ask(t, "olga", "DELETE", "/api/v1/contacts/c1", "").want(204)
	if diff := cmp.Diff([]string{"removed c1"}, o.shown); diff != "" {
		t.Error(diff)
	}
}
