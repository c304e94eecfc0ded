package api_test

import (
	"encoding/base64"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"callcard/pkg/api"
	"callcard/pkg/cti"
	"callcard/pkg/store"
	"callcard/pkg/webhooks"
)

// hookOffice is the API with the real webhooks on a real store behind it.
type hookOffice struct {
	*office
	t     *testing.T
	store *store.Store
	hooks *webhooks.Service
}

func newHookOffice(t *testing.T) *hookOffice {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	hooks, err := webhooks.New(t.Context(), webhooks.Options{
		Store: s, Now: func() time.Time { return morning },
		Fixed: []cti.Webhook{{ID: "fixed", URL: "https://crm.example.com/x", Format: cti.FormatCallcard, Events: []string{"*"}, Enabled: true}},
	})
	if err != nil {
		t.Fatal(err)
	}
	o := newOffice(t, func(d *api.Deps) {
		d.Webhooks, d.Deliveries, d.Now = hooks, s, func() time.Time { return morning.Add(time.Hour) }
	})
	o.users["t-root"] = cti.User{ID: "root", Role: cti.RoleAdmin}
	return &hookOffice{office: o, t: t, store: s, hooks: hooks}
}

func (o *hookOffice) do(method, target, body string) answer {
	o.t.Helper()
	return o.ask(o.t, "root", method, "/api/v1"+target, body)
}

// made adds an endpoint and gives its path.
func (o *hookOffice) made() string {
	o.t.Helper()
	doc := o.do("POST", "/webhooks", `{"url":"https://crm.example.com/calls","events":["call.*"]}`).want(201).json()
	return "/webhooks/" + doc["id"].(string)
}

// secrets are what the store keeps of an endpoint.
func (o *hookOffice) secrets(path string) []cti.WebhookSecret {
	o.t.Helper()
	all, err := o.store.Webhooks(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	for _, w := range all {
		if "/webhooks/"+w.ID == path {
			return w.Secrets
		}
	}
	o.t.Fatalf("no %s", path)
	return nil
}

func TestWebhooksAreForAdminsAndServices(t *testing.T) {
	t.Parallel()
	o := newHookOffice(t)
	for _, route := range []struct{ method, target, body string }{
		{"GET", "/webhooks", ""},
		{"POST", "/webhooks", `{"url":"https://crm.example.com/","events":["*"]}`},
		{"GET", "/webhooks/fixed", ""},
		{"PATCH", "/webhooks/fixed", `{}`},
		{"DELETE", "/webhooks/fixed", ""},
		{"POST", "/webhooks/fixed/secret", ""},
		{"POST", "/webhooks/fixed/test", ""},
		{"POST", "/webhooks/fixed/replay", `{}`},
		{"GET", "/webhooks/fixed/deliveries", ""},
		{"DELETE", "/webhooks/fixed/deliveries", ""},
		{"GET", "/deliveries/x", ""},
		{"POST", "/deliveries/x/replay", ""},
	} {
		for user, want := range map[string]int{"": 401, "anna": 403, "olga": 403} {
			if got := o.ask(t, user, route.method, "/api/v1"+route.target, route.body); got.Code != want {
				t.Errorf("%s %s as %q: got %d, want %d", route.method, route.target, user, got.Code, want)
			}
		}
	}
	for _, user := range []string{"root", "crm"} {
		if have := o.ask(t, user, "GET", "/api/v1/webhooks", "").want(200).items(); len(have) != 1 {
			t.Errorf("%s sees %d endpoints, want the one of the configuration", user, len(have))
		}
	}
}

func TestASecretIsShownOnce(t *testing.T) {
	t.Parallel()
	o := newHookOffice(t)
	doc := o.do("POST", "/webhooks", `{"url":"https://crm.example.com/calls","events":["call.ended"],"description":"CRM"}`).want(201).json()
	secret, _ := doc["secret"].(string)
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) != 32 || !strings.HasPrefix(secret, "whsec_") {
		t.Errorf("secret of %d bytes, %v; want whsec_ and 32 in base64", len(key), err)
	}
	if doc["format"] != "callcard" || doc["enabled"] != true || doc["fixed"] != false || doc["description"] != "CRM" {
		t.Errorf("got %v", doc)
	}
	path := "/webhooks/" + doc["id"].(string)
	for _, target := range []string{path, "/webhooks", path + "/deliveries"} {
		if body := o.do("GET", target, "").want(200).Body.String(); strings.Contains(body, "secret") || strings.Contains(body, secret) {
			t.Errorf("%s shows it again: %s", target, body)
		}
	}
	if _, shown := o.do("PATCH", path, `{"description":"x"}`).want(200).json()["secret"]; shown {
		t.Error("a change shows it again")
	}
	if strings.Contains(o.log.String(), secret) {
		t.Error("the log shows it")
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	o := newHookOffice(t)
	path := o.made()
	old := o.secrets(path)[0].Key
	fresh, _ := o.do("POST", path+"/secret", "").want(200).json()["secret"].(string)
	now := o.secrets(path)
	if len(now) != 2 || now[0].Key.Reveal() != fresh || !now[0].Until.IsZero() || now[1].Key != old || !now[1].Until.Equal(morning.Add(24*time.Hour)) {
		t.Errorf("the new one and for a day the old one: got %d, the old until %s", len(now), now[len(now)-1].Until)
	}
	if fresh == old.Reveal() {
		t.Error("it is the same")
	}
	o.do("POST", "/webhooks/none/secret", "").want(404)
}

func TestWebhookFaultsNameTheField(t *testing.T) {
	t.Parallel()
	o := newHookOffice(t)
	path := o.made()
	for _, test := range []struct{ body, field, hidden string }{
		{`{"url":"ftp://crm.example.com/","events":["*"]}`, "body.url", ""},
		{`{"url":"https://user:hunter2@crm.example.com/","events":["*"]}`, "body.url", "hunter2"},
		{`{"url":"https://crm.example.com/#x","events":["*"]}`, "body.url", ""},
		{`{"url":"","events":["*"]}`, "body.url", ""},
		{`{"url":"https://crm.example.com/","events":[]}`, "body.events", ""},
		{`{"url":"https://crm.example.com/","events":["call.eaten"]}`, "body.events", ""},
		{`{"url":"https://crm.example.com/","events":["*"],"format":"xml"}`, "body.format", ""},
		{`{"url":"https://crm.example.com/","events":["*"],"ca":"no pem"}`, "body.ca", ""},
		{`{"url":"https://crm.example.com/","events":["*"],"certificate":"no pem","key":"hunter2"}`, "body.certificate", "hunter2"},
		{`{"url":"https://crm.example.com/","events":["*"],"secret":"mine"}`, "body.secret", ""},
	} {
		for _, method := range []string{"POST /webhooks", "PATCH " + path} {
			verb, target, _ := strings.Cut(method, " ")
			got := o.do(verb, target, test.body).want(422)
			if !strings.Contains(got.Body.String(), `"location":"`+test.field+`"`) {
				t.Errorf("%s %s: want %s named in %s", verb, test.body, test.field, got.Body)
			}
			if test.hidden != "" && strings.Contains(got.Body.String(), test.hidden) {
				t.Errorf("%s shows what is secret: %s", verb, got.Body)
			}
		}
	}
	if n := len(o.do("GET", "/webhooks", "").items()); n != 2 {
		t.Errorf("%d endpoints after all that, want 2", n)
	}
}

func TestFixedEndpointsAreChangedInTheConfiguration(t *testing.T) {
	t.Parallel()
	o := newHookOffice(t)
	o.do("PATCH", "/webhooks/fixed", `{"enabled":false}`).want(403)
	o.do("POST", "/webhooks/fixed/secret", "").want(403)
	o.do("DELETE", "/webhooks/fixed", "").want(403)
	if doc := o.do("GET", "/webhooks/fixed", "").want(200).json(); doc["fixed"] != true || doc["enabled"] != true {
		t.Errorf("got %v", doc)
	}
}

func TestAWebhookIsForgottenWithItsMessages(t *testing.T) {
	t.Parallel()
	o := newHookOffice(t)
	path := o.made()
	o.do("POST", path+"/test", "").want(204)
	id := o.do("GET", path+"/deliveries", "").want(200).items()[0].(map[string]any)["id"].(string)
	o.do("DELETE", path, "").want(204)
	o.do("GET", path, "").want(404)
	o.do("DELETE", path, "").want(404)
	o.do("POST", path+"/test", "").want(404)
	o.do("GET", "/deliveries/"+id, "").want(404)
}

// TestTheTestEvent: one message that names who sent it; the stats count it.
func TestTheTestEvent(t *testing.T) {
	t.Parallel()
	o := newHookOffice(t)
	path := o.made()
	o.do("POST", path+"/test", "").want(204)
	items := o.do("GET", path+"/deliveries", "").want(200).items()
	if len(items) != 1 {
		t.Fatalf("%d deliveries", len(items))
	}
	d := items[0].(map[string]any)
	if d["type"] != "webhook.test" || d["state"] != "pending" || d["body"] != nil {
		t.Errorf("in the list: %v", d)
	}
	one := o.do("GET", "/deliveries/"+d["id"].(string), "").want(200).json()
	if body, _ := one["body"].(string); !strings.Contains(body, `"type":"webhook.test"`) || !strings.Contains(body, `"agent":"root"`) {
		t.Errorf("its body: %v", one["body"])
	}
	if doc := o.do("GET", path, "").json(); doc["pending"] != 1.0 {
		t.Errorf("stats: %v", doc)
	}
}

// deliver makes n messages, a minute apart, that ended in a state.
func (o *hookOffice) deliver(path string, n int, state cti.DeliveryState) (ids []string) {
	o.t.Helper()
	target, ctx := strings.TrimPrefix(path, "/webhooks/"), o.t.Context()
	for i := range n {
		effect := fmt.Sprint(state, i)
		err := o.store.Enqueue(ctx, target, []cti.Message{{
			Effect: effect, Lane: effect, Kind: "call.ended", At: morning.Add(time.Duration(i) * time.Minute),
			Render: func(string, int64) ([]byte, error) { return []byte(`{"effect":"` + effect + `"}`), nil },
		}})
		if err != nil {
			o.t.Fatal(err)
		}
		found, _, err := o.store.Deliveries(ctx, cti.DeliveryFilter{Target: target, Limit: 1})
		if err != nil {
			o.t.Fatal(err)
		}
		d := found[0]
		ids = append(ids, d.ID)
		if state == cti.DeliveryPending {
			continue
		}
		d.State, d.Attempts, d.Status, d.Error, d.Response, d.Ended = state, 10, 500, "500 Oops", "stack trace", morning.Add(time.Duration(i)*time.Minute)
		if err := o.store.SaveDeliveries(ctx, []cti.Delivery{d}); err != nil {
			o.t.Fatal(err)
		}
	}
	return ids
}

func (o *hookOffice) count(method, target, body string) float64 {
	o.t.Helper()
	n, _ := o.do(method, target, body).want(200).json()["count"].(float64)
	return n
}

func (o *hookOffice) inState(path, state string) []string {
	o.t.Helper()
	var ids []string
	for _, item := range o.do("GET", path+"/deliveries?state="+state, "").want(200).items() {
		ids = append(ids, item.(map[string]any)["id"].(string))
	}
	return ids
}

// TestDeadLetters are looked at, sent again under their ids, and forgotten.
func TestDeadLetters(t *testing.T) {
	t.Parallel()
	o := newHookOffice(t)
	path := o.made()
	dead := o.deliver(path, 4, cti.DeliveryDead)
	doc := o.do("GET", "/deliveries/"+dead[0], "").want(200).json()
	if doc["status"] != 500.0 || doc["response"] != "stack trace" || doc["attempts"] != 10.0 || doc["body"] != `{"effect":"dead0"}` {
		t.Errorf("got %v", doc)
	}
	if have := o.do("GET", path, "").json()["dead"]; have != 4.0 {
		t.Errorf("%v dead in the stats", have)
	}
	if n := o.count("POST", "/deliveries/"+dead[0]+"/replay", ""); n != 1 {
		t.Errorf("replayed %v", n)
	}
	again := o.do("GET", "/deliveries/"+dead[0], "").json()
	if again["id"] != dead[0] || again["state"] != "pending" || again["attempts"] != 0.0 || again["body"] != doc["body"] {
		t.Errorf("under its id, from the start: %v", again)
	}
	between := fmt.Sprintf(`{"from":%q,"to":%q}`, morning.Add(time.Minute).Format(time.RFC3339), morning.Add(3*time.Minute).Format(time.RFC3339))
	if n := o.count("POST", path+"/replay", between); n != 2 {
		t.Errorf("of a time: %v, want 2", n)
	}
	if have := o.inState(path, "dead"); len(have) != 1 || have[0] != dead[3] {
		t.Errorf("left dead: %v", have)
	}
	if n := o.count("DELETE", path+"/deliveries?state=dead", ""); n != 1 {
		t.Errorf("purged %v", n)
	}
	if have := o.inState(path, "pending"); len(have) != 3 {
		t.Errorf("pending: %v", have)
	}
	o.do("DELETE", path+"/deliveries?state=pending", "").want(422)
	o.do("GET", path+"/deliveries?state=lost", "").want(422)
	o.do("GET", path+"/deliveries?cursor=x", "").want(422)
	o.do("POST", "/deliveries/none/replay", "").want(404)
}

func TestDeliveriesComeInPages(t *testing.T) {
	t.Parallel()
	o := newHookOffice(t)
	path := o.made()
	ids := o.deliver(path, 3, cti.DeliveryDelivered)
	first := o.do("GET", path+"/deliveries?limit=2", "").want(200).json()
	rest := o.do("GET", path+"/deliveries?limit=2&cursor="+first["next_cursor"].(string), "").want(200)
	items := rest.items()
	if len(items) != 1 || items[0].(map[string]any)["id"] != ids[0] || rest.json()["next_cursor"] != nil {
		t.Errorf("the last page: %s", rest.Body)
	}
	if n := o.count("DELETE", path+"/deliveries?to="+morning.Add(90*time.Second).Format("2006-01-02T15:04:05Z"), ""); n != 2 {
		t.Errorf("purged %v that ended before, want 2", n)
	}
}

// TestAnEndpointThatIsGone: 410 has switched it off; why is shown, and enabling it clears that.
func TestAnEndpointThatIsGone(t *testing.T) {
	t.Parallel()
	o := newHookOffice(t)
	path := o.made()
	if err := o.hooks.Disable(t.Context(), strings.TrimPrefix(path, "/webhooks/"), "the endpoint answered 410 Gone"); err != nil {
		t.Fatal(err)
	}
	if doc := o.do("GET", path, "").json(); doc["enabled"] != false || doc["disabled"] != "the endpoint answered 410 Gone" {
		t.Errorf("got %v", doc)
	}
	if doc := o.do("PATCH", path, `{"description":"moved"}`).json(); doc["disabled"] == nil {
		t.Errorf("another change hides it: %v", doc)
	}
	if doc := o.do("PATCH", path, `{"enabled":true}`).want(200).json(); doc["enabled"] != true || doc["disabled"] != nil {
		t.Errorf("enabled again: %v", doc)
	}
}
