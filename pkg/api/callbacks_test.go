package api_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/api"
	"callcard/pkg/cti"
)

// callbackDesk plays the duties: b1 is of the queue support, b2 of another.
type callbackDesk struct{ *office }

func (d callbackDesk) did(act string, by cti.User) (cti.Callback, error) {
	d.duties = append(d.duties, act+" by "+string(by.ID))
	return cti.Callback{ID: "b1", ClaimedBy: by.ID}, d.err
}

func (d callbackDesk) Callbacks(_ context.Context, f cti.CallbackFilter) ([]cti.Callback, string, error) {
	d.asked = f
	return []cti.Callback{{ID: "b1", State: f.State}}, "more", d.err
}

func (d callbackDesk) Callback(_ context.Context, id string) (cti.Callback, error) {
	queues := map[string]string{"b1": "support", "b2": "sales"}
	if queues[id] == "" {
		return cti.Callback{}, cti.ErrNotFound
	}
	return cti.Callback{ID: id, Queue: queues[id], Agents: []cti.UserID{"dina"}}, d.err
}

func (d callbackDesk) CallbackTrace(_ context.Context, b cti.Callback) ([]cti.Decision, error) {
	return []cti.Decision{{Stage: "callback", Rule: "of " + b.ID}}, d.err
}

func (d callbackDesk) Claim(_ context.Context, id string, by cti.User) (cti.Callback, error) {
	return d.did("claim "+id, by)
}

func (d callbackDesk) Release(_ context.Context, id string, by cti.User) (cti.Callback, error) {
	return d.did("release "+id, by)
}

func (d callbackDesk) DialCallback(_ context.Context, id string, by cti.User) (cti.Callback, string, error) {
	b, err := d.did("dial "+id, by)
	return b, "a1", err
}

func (d callbackDesk) Outcome(_ context.Context, id string, by cti.User, s api.CallbackOutcome) (cti.Callback, error) {
	return d.did(fmt.Sprint("outcome ", id, " ", s.Outcome, " ", s.Note, " ", s.Due.Unix(), " ", s.DoNotCall), by)
}

func (d callbackDesk) Reschedule(_ context.Context, id string, by cti.User, due time.Time) (cti.Callback, error) {
	return d.did(fmt.Sprint("reschedule ", id, " ", due.Unix()), by)
}

func (d callbackDesk) CloseCallback(_ context.Context, id string, by cti.User, reason string) (cti.Callback, error) {
	return d.did("close "+id+" "+reason, by)
}

func (d callbackDesk) Promise(_ context.Context, by cti.User, want api.Promise) (cti.Callback, error) {
	return d.did(fmt.Sprint("promise ", want.Client.Number, " ", want.Due.Unix(), " ", want.Note, " ", want.Queue, " ", want.ContactID), by)
}

func (d callbackDesk) ListedNumbers(_ context.Context, list cti.NumberList) ([]cti.ListedNumber, error) {
	return []cti.ListedNumber{{Number: "of " + string(list)}}, d.err
}

func (d callbackDesk) ListNumber(_ context.Context, list cti.NumberList, n cti.ListedNumber) error {
	d.duties = append(d.duties, fmt.Sprint("list ", list, " ", n.Number, " ", n.Note, " by ", n.By))
	return d.err
}

func (d callbackDesk) UnlistNumber(_ context.Context, list cti.NumberList, number string) error {
	d.duties = append(d.duties, fmt.Sprint("unlist ", list, " ", number))
	return d.err
}

func TestNumberLists(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	if a := o.ask(t, "anna", "GET", "/api/v1/number-lists/blocked", "").want(200); len(a.items()) != 1 {
		t.Errorf("got %s", a.Body)
	}
	o.ask(t, "anna", "GET", "/api/v1/number-lists/friends", "").want(422)
	path := "/api/v1/number-lists/do_not_call/%2B79161234567"
	o.ask(t, "anna", "PUT", path, `{}`).want(403)
	o.ask(t, "olga", "PUT", path, `{"note":"asked"}`).want(200)
	o.ask(t, "olga", "DELETE", path, "").want(204)
	o.ask(t, "anna", "DELETE", path, "").want(403)
	want := []string{"list do_not_call +79161234567 asked by olga", "unlist do_not_call +79161234567"}
	if diff := cmp.Diff(want, o.duties); diff != "" {
		t.Error(diff)
	}
}

func TestCallbacks(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for query, want := range map[string]cti.CallbackFilter{
		"":                             {State: "open", Scope: "all", Limit: 100},
		"?state=done&scope=mine":       {State: "done", Scope: "mine", Limit: 100},
		"?state=cancelled":             {State: "cancelled", Scope: "all", Limit: 100},
		"?state=all&cursor=c&limit=20": {Scope: "all", Cursor: "c", Limit: 20},
	} {
		a := o.ask(t, "anna", "GET", "/api/v1/callbacks"+query, "").want(200)
		if len(a.items()) != 1 || a.json()["next_cursor"] != "more" {
			t.Errorf("%s: got %s", query, a.Body)
		}
		want.Viewer = o.asked.Viewer
		if diff := cmp.Diff(want, o.asked); diff != "" || o.asked.Viewer.ID != "anna" {
			t.Errorf("%s: %s", query, diff)
		}
	}
	for _, query := range []string{"state=lost", "scope=others", "limit=501"} {
		o.ask(t, "anna", "GET", "/api/v1/callbacks?"+query, "").want(422)
	}
	o.ask(t, "anna", "GET", "/api/v1/callbacks/b2", "").want(403)
	o.ask(t, "olga", "GET", "/api/v1/callbacks/b2", "").want(200)
	o.ask(t, "olga", "GET", "/api/v1/callbacks/b9", "").want(404)
	o.ask(t, "anna", "GET", "/api/v1/callbacks/b2/trace", "").want(403)
	o.ask(t, "olga", "GET", "/api/v1/callbacks/b9/trace", "").want(404)
	if a := o.ask(t, "anna", "GET", "/api/v1/callbacks/b1/trace", "").want(200); len(a.items()) != 1 {
		t.Errorf("got %s", a.Body)
	}
}

func TestActsOnCallbacks(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, act := range []struct {
		path, body string
		status     int
		want       string
	}{
		{"/b1/claim", "", 200, "claim b1"},
		{"/b1/release", "", 200, "release b1"},
		{"/b1/dial", "", 202, "dial b1"},
		{"/b1/outcome", `{"outcome":"call_later","note":"busy","due":"2026-11-22T09:00:00Z"}`, 200, "outcome b1 call_later busy 1795338000 false"},
		{"/b1/outcome", `{"outcome":"refused","do_not_call":true}`, 200, "outcome b1 refused  -62135596800 true"},
		{"/b1/outcome", `{"outcome":"failed"}`, 422, ""},
		{"/b1/outcome", `{}`, 422, ""},
		{"/b1/reschedule", `{"due":"2026-11-22T09:00:00Z"}`, 200, "reschedule b1 1795338000"},
		{"/b1/reschedule", `{"due":"tomorrow"}`, 422, ""},
		{"/b1/close", `{"reason":"duplicate"}`, 200, "close b1 duplicate"},
		{"/b1/close", `{"reason":""}`, 422, ""},
		{"", `{"number":"8 916 123-45-67","due":"2026-11-22T09:00:00Z","note":"price","queue":"support","contact_id":"c1"}`, 201, "promise +79161234567 1795338000 price support c1"},
		{"", `{"number":""}`, 422, ""},
	} {
		o.duties = nil
		o.ask(t, "anna", "POST", "/api/v1/callbacks"+act.path, act.body).want(act.status)
		var want []string
		if act.want != "" {
			want = []string{act.want + " by anna"}
		}
		if diff := cmp.Diff(want, o.duties); diff != "" {
			t.Errorf("%s %s: %s", act.path, act.body, diff)
		}
	}
}

func TestAClaimedCallbackNamesTheHolder(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.err = fmt.Errorf("claim: %w", &cti.ClaimedError{By: "boris", Name: "Boris", Until: morning})
	a := o.ask(t, "anna", "POST", "/api/v1/callbacks/b1/claim", "").want(409).json()
	if a["claimed_by"] != "boris" || a["claimed_by_name"] != "Boris" || a["claimed_until"] != "2026-11-22T08:00:00Z" {
		t.Errorf("got %v", a)
	}
	o.err = &cti.NotNowError{Reason: "client_on_line", Why: "the client is on the line with us now"}
	if a := o.ask(t, "anna", "POST", "/api/v1/callbacks/b1/dial", "").want(409).json(); a["reason"] != "client_on_line" || a["detail"] != "the client is on the line with us now" {
		t.Errorf("got %v", a)
	}
}
