package api_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/api"
	"callcard/pkg/cti"
)

func TestLogin(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a := o.ask(t, "", "POST", "/api/v1/login", `{"username":"anna","password":"secret"}`).want(200)
	user, _ := a.json()["user"].(map[string]any)
	if a.json()["token"] != "t-anna" || user["username"] != "anna" || user["role"] != "agent" {
		t.Errorf("got %s", a.Body)
	}
	if cookie := a.Header().Get("Set-Cookie"); cookie != "callcard_session=t-anna" {
		t.Errorf("got the cookie %q", cookie)
	}
	if want := (api.Credentials{Username: "anna", Password: "secret", Address: "192.0.2.1"}); o.try != want {
		t.Errorf("got %+v, want %+v", o.try, want)
	}
	if strings.Contains(o.log.String(), "secret") {
		t.Error("the password is in the log")
	}
}

func TestLoginRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.err = cti.ErrUnauthenticated
	o.ask(t, "", "POST", "/api/v1/login", `{"username":"anna","password":"x"}`).want(401)
	o.err = &cti.TooManyError{RetryAfter: 9500 * time.Millisecond}
	if a := o.ask(t, "", "POST", "/api/v1/login", `{"username":"anna","password":"x"}`).want(429); a.Header().Get("Retry-After") != "10" {
		t.Errorf("got Retry-After %q, want 10", a.Header().Get("Retry-After"))
	}
	o.ask(t, "", "POST", "/api/v1/login", `{"username":5}`).want(422)
	o.ask(t, "", "POST", "/api/v1/login", `{`).want(400)
	o.ask(t, "", "POST", "/api/v1/login", `{"username":"`+strings.Repeat("x", 70_000)+`"}`).want(413)
}

func TestFaultyLoginIsNotRepeated(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, body := range []string{
		`{"password":"hunter2"}`, `{"username":1,"password":"hunter2"}`, `{"username":"anna","password":["hunter2"]}`,
		`{"username":"anna","password":"` + strings.Repeat("hunter2", 200) + `"}`, `{"username":"anna","password":"hunter2"`,
	} {
		if a := o.ask(t, "", "POST", "/api/v1/login", body); a.Code < 400 || strings.Contains(a.Body.String()+o.log.String(), "hunter2") {
			t.Errorf("got %d %s, log %s, want a fault without the password", a.Code, a.Body, o.log.String())
		}
	}
}

func TestLogout(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a := o.ask(t, "", "POST", "/api/v1/logout", "").want(204)
	if o.logouts != 1 || a.Header().Get("Set-Cookie") != "callcard_session=; Max-Age=0" {
		t.Errorf("got %d logouts and the cookie %q", o.logouts, a.Header().Get("Set-Cookie"))
	}
}

func TestNothingWithoutLogin(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, route := range []string{
		"GET /api/v1/me", "PUT /api/v1/me/mode", "GET /api/v1/agents", "GET /api/v1/queues", "GET /api/v1/calls",
		"GET /api/v1/calls/main:1.1", "GET /api/v1/calls/main:1.1/trace", "POST /api/v1/calls/main:1.1/contact",
		"GET /api/v1/contacts", "POST /api/v1/contacts", "GET /api/v1/contacts/c1", "GET /api/v1/callbacks",
		"GET /api/v1/recordings/r1/audio", "GET /api/v1/settings", "POST /api/v1/calls/main:1.1/resolve",
		"PATCH /api/v1/contacts/c1", "DELETE /api/v1/contacts/c1", "GET /api/v1/contacts/c1/calls", "PUT /api/v1/calls/main:1.1/note", "PUT /api/v1/calls/main:1.1/result",
	} {
		method, path, _ := strings.Cut(route, " ")
		if a := o.ask(t, "", method, path, "").want(401); a.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("%s: a 401 without WWW-Authenticate", route)
		}
	}
}

func TestMe(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	state, _ := o.ask(t, "anna", "GET", "/api/v1/me", "").want(200).json()["state"].(map[string]any)
	if state["mode"] != "ready" || state["queues"] == nil {
		t.Errorf("got %v", state)
	}
	state, _ = o.ask(t, "olga", "GET", "/api/v1/me", "").want(200).json()["state"].(map[string]any)
	if state["mode"] != "offline" || state["agent"] != "olga" {
		t.Errorf("a supervisor who is no agent: got %v", state)
	}
}

func TestSetMode(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a := o.ask(t, "anna", "PUT", "/api/v1/me/mode", `{"mode":"not_ready","reason":" lunch "}`).want(200).json()
	if o.mode != cti.ModeNotReady || o.reason != "lunch" || a["set_by"] != "anna" {
		t.Errorf("got %s %q, %v", o.mode, o.reason, a)
	}
	for body, field := range map[string]string{
		`{"mode":"not_ready"}`:              "body.reason",
		`{"mode":"not_ready","reason":" "}`: "body.reason",
		`{"mode":"asleep"}`:                 "body.mode",
		`{}`:                                "body",
		`{"mode":"ready","why":"x"}`:        "body.why",
	} {
		problems, _ := o.ask(t, "anna", "PUT", "/api/v1/me/mode", body).want(422).json()["errors"].([]any)
		if len(problems) != 1 || problems[0].(map[string]any)["location"] != field {
			t.Errorf("%s: got %v, want the field %s", body, problems, field)
		}
	}
	detail := o.ask(t, "olga", "PUT", "/api/v1/me/mode", `{"mode":"ready"}`).want(422).json()["detail"]
	if want := `body.mode: got "ready", want a user with a phone; olga has none and so no mode`; detail != want {
		t.Errorf("got %q, want %q", detail, want)
	}
	for _, refused := range []error{
		fmt.Errorf("add member of queue support: %w", &cti.InvalidError{Field: "queue", Got: "support", Want: "a queue of the PBX"}),
		fmt.Errorf("add member of queue support: %w", cti.ErrForbidden), cti.ErrConflict, errors.New("unable to add interface"),
	} {
		o.err = refused
		if got := o.ask(t, "anna", "PUT", "/api/v1/me/mode", `{"mode":"ready"}`).want(502).json()["detail"]; got != "the PBX refused: "+refused.Error() {
			t.Errorf("got %q", got)
		}
	}
	o.err = &cti.InvalidError{Field: "reason", Got: "é", Want: "ASCII"}
	o.ask(t, "anna", "PUT", "/api/v1/me/mode", `{"mode":"not_ready","reason":"é"}`).want(422)
	o.err = &cti.UnavailableError{What: "PBX main", Err: errors.New("no route to host")}
	detail = o.ask(t, "anna", "PUT", "/api/v1/me/mode", `{"mode":"ready"}`).want(503).json()["detail"]
	if detail != "PBX main is not available: no route to host" {
		t.Errorf("got %q", detail)
	}
}

func TestAgentsAndQueuesAreForTheViewer(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for path, want := range map[string]int{"/api/v1/agents": 2, "/api/v1/queues": 1} {
		o.viewer = cti.User{}
		a := o.ask(t, "boris", "GET", path, "").want(200)
		if len(a.items()) != want || o.viewer.ID != "boris" || strings.Contains(a.Body.String(), "null") {
			t.Errorf("%s as %q: got %s", path, o.viewer.ID, a.Body)
		}
	}
}

func TestCallsFilter(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a := o.ask(t, "anna", "GET", "/api/v1/calls?number=8-916-123-45-67&from=2026-11-22T08:00:00Z&to=2026-11-22T09:00:00Z&cursor=c&limit=10", "").want(200)
	want := cti.CallFilter{Number: "+79161234567", From: morning, To: morning.Add(time.Hour), User: "anna", Cursor: "c", Limit: 10}
	if diff := cmp.Diff(want, o.filter); diff != "" {
		t.Error(diff)
	}
	if a.json()["next_cursor"] != "more" || len(a.items()) != 1 {
		t.Errorf("got %s", a.Body)
	}
	o.ask(t, "olga", "GET", "/api/v1/calls?number=odd", "").want(200)
	if diff := cmp.Diff(cti.CallFilter{Number: "odd", Limit: 50}, o.filter); diff != "" {
		t.Error(diff)
	}
	for _, query := range []string{"from=yesterday", "limit=0", "limit=201", "limit=many"} {
		o.ask(t, "anna", "GET", "/api/v1/calls?"+query, "").want(422)
	}
}

func TestCallsAreSeenByThoseTheyConcern(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, c := range []struct {
		user, id string
		status   int
	}{
		{"anna", "main:1.1", 200},
		{"anna", "main%3A1.1", 200},
		{"boris", "main:1.1", 403},
		{"olga", "main:1.1", 200},
		{"crm", "main:1.1", 200},
		{"boris", "main:1.2", 200},
		{"anna", "main:1.2", 403},
		{"anna", "main:1.3", 200}, // her phone began it
		{"boris", "main:1.3", 403},
		{"anna", "branch:1.5", 403}, // there PJSIP/1001 is another phone
		{"anna", "main:9.9", 200},   // not in the archive yet
		{"boris", "main:9.9", 403},
		{"olga", "main:0.0", 404},
	} {
		for _, path := range []string{"", "/trace"} {
			o.ask(t, c.user, "GET", "/api/v1/calls/"+c.id+path, "").want(c.status)
		}
		o.ask(t, c.user, "POST", "/api/v1/calls/"+c.id+"/contact", `{"contact_id":"c1"}`).want(c.status)
	}
}

// The phone rings before the archive has heard of it: the agent's own call must not
// be forbidden to him in between.
func TestLiveCallIsAheadOfTheArchive(t *testing.T) {
	o := newOffice(t)
	got := o.ask(t, "anna", "GET", "/api/v1/calls/main:1.4", "").want(200).json()
	if got["version"] != 2.0 || got["contact_id"] != "c1" {
		t.Errorf("got version %v, contact %v, want the live version 2 with the archive's contact c1", got["version"], got["contact_id"])
	}
}

func TestCallShowsTheInsideToSupervisorsOnly(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for user, inside := range map[string]bool{"anna": false, "olga": true} {
		call := o.ask(t, user, "GET", "/api/v1/calls/main:1.1", "").want(200).json()
		if (call["legs"] != nil) != inside || (call["recording_files"] != nil) != inside {
			t.Errorf("%s: got %v", user, call)
		}
		for _, list := range []string{"recordings", "offers", "visits", "talks", "linkedids"} {
			if call[list] == nil {
				t.Errorf("%s is null, want a list", list)
			}
		}
	}
}

func TestTrace(t *testing.T) {
	t.Parallel()
	a := newOffice(t).ask(t, "anna", "GET", "/api/v1/calls/main:1.1/trace", "").want(200)
	if a.json()["call_id"] != "main:1.1" || len(a.items()) != 1 {
		t.Errorf("got %s", a.Body)
	}
}

func TestLinkContact(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.ask(t, "anna", "POST", "/api/v1/calls/main:1.1/contact", `{"contact_id":"c1"}`).want(200)
	o.ask(t, "anna", "POST", "/api/v1/calls/main:1.1/contact", `{"contact_id":"nobody"}`).want(404)
	o.ask(t, "anna", "POST", "/api/v1/calls/main:1.1/contact", `{"contact_id":""}`).want(422)
	if diff := cmp.Diff([]string{"main:1.1 c1 anna"}, o.chosen); diff != "" {
		t.Error(diff)
	}
}

func TestAudio(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	whole := o.ask(t, "anna", "GET", "/api/v1/recordings/r1/audio", "").want(200)
	for name, want := range map[string]string{
		"Content-Type": "audio/wav", "X-Content-Type-Options": "nosniff", "Accept-Ranges": "bytes",
		"Content-Length": "16", "Etag": `"abc"`, "Content-Disposition": `inline; filename="r1.wav"`, "Cache-Control": "private, no-cache",
	} {
		if got := whole.Header().Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	r := httptest.NewRequest("GET", "/api/v1/recordings/r1/audio", nil)
	r.AddCookie(&http.Cookie{Name: "callcard_session", Value: "t-anna"})
	r.Header.Set("Range", "bytes=6-9")
	part := o.send(t, r).want(206)
	if part.Body.String() != "0123" || part.Header().Get("Content-Range") != "bytes 6-9/16" {
		t.Errorf("got %q, %q", part.Body, part.Header().Get("Content-Range"))
	}
	r.Header.Set("Range", "bytes=100-")
	o.send(t, r).want(416)
	if head := o.ask(t, "anna", "HEAD", "/api/v1/recordings/r1/audio", "").want(200); head.Body.Len() != 0 {
		t.Errorf("HEAD has a body: %q", head.Body)
	}
	o.ask(t, "boris", "GET", "/api/v1/recordings/r1/audio", "").want(403)
	for _, id := range []string{"late", "lost", "none"} {
		o.ask(t, "anna", "GET", "/api/v1/recordings/"+id+"/audio", "").want(404)
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	if got := o.ask(t, "", "GET", "/healthz", "").want(200).json(); got["status"] != "ok" || got["version"] != "1.2.3" {
		t.Errorf("got %v", got)
	}
	pbx := api.Part{Name: "pbx:main", OK: true, Required: true, State: "up", Since: morning}
	redis := api.Part{Name: "redis", OK: true, State: "up"}
	for _, c := range []struct {
		pbx, redis bool
		status     int
		text       string
	}{{true, true, 200, "ready"}, {true, false, 200, "degraded"}, {false, true, 503, "not_ready"}, {false, false, 503, "not_ready"}} {
		pbx.OK, redis.OK = c.pbx, c.redis
		o.parts = []api.Part{redis, pbx}
		a := o.ask(t, "", "GET", "/readyz", "")
		if a.Code != c.status || a.json()["status"] != c.text || !strings.Contains(a.Body.String(), `"pbx:main"`) {
			t.Errorf("%+v: got %d %s", c, a.Code, a.Body)
		}
	}
}

func TestUnknownPaths(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.ask(t, "anna", "GET", "/api/v1/nothing", "").want(404)
	o.ask(t, "anna", "DELETE", "/api/v1/me", "").want(404)
}

func TestMetricsAndDocument(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	if a := o.ask(t, "", "GET", "/metrics", "").want(200); a.Body.String() != "metrics" {
		t.Errorf("got %s", a.Body)
	}
	if a := o.ask(t, "", "GET", "/openapi.json", "").want(200); a.json()["openapi"] != "3.1.0" {
		t.Errorf("got %.100s", a.Body)
	}
}

func TestAnotherSiteCannotAct(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, c := range []struct {
		name, header, value, auth string
		status                    int
	}{
		{"other site", "Sec-Fetch-Site", "cross-site", "", 403},
		{"same site", "Sec-Fetch-Site", "same-origin", "", 200},
		{"old browser, other site", "Origin", "https://evil.example.com", "", 403},
		{"old browser, the public address", "Origin", "https://cards.example.com", "", 200},
		{"no browser", "", "", "", 200},
		{"code with a token", "Sec-Fetch-Site", "cross-site", "Bearer t-anna", 200},
		{"other site, behind a proxy with a password", "Sec-Fetch-Site", "cross-site", "Basic eDp5", 403},
		{"other site, an empty token", "Sec-Fetch-Site", "cross-site", "Bearer", 403},
	} {
		r := httptest.NewRequest("PUT", "/api/v1/me/mode", strings.NewReader(`{"mode":"ready"}`))
		r.AddCookie(&http.Cookie{Name: "callcard_session", Value: "t-anna"})
		if c.header != "" {
			r.Header.Set(c.header, c.value)
		}
		if c.auth != "" {
			r.Header.Set("Authorization", c.auth)
		}
		if a := o.send(t, r); a.Code != c.status {
			t.Errorf("%s: got %d %s, want %d", c.name, a.Code, a.Body, c.status)
		}
	}
}

func TestFaultsInsideAreNotShown(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.err = errors.New("table calls is broken")
	a := o.ask(t, "anna", "GET", "/api/v1/calls", "").want(500)
	if strings.Contains(a.Body.String(), "table") || !strings.Contains(o.log.String(), "table calls is broken") {
		t.Errorf("answered %s\nlogged %s", a.Body, &o.log)
	}
	if id := a.Header().Get("X-Request-Id"); id == "" || !strings.Contains(o.log.String(), "request="+id) {
		t.Errorf("the request id %q is not in the log", id)
	}
}

func TestPanicIsAnAnswer(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.panic = true
	if a := o.ask(t, "anna", "GET", "/api/v1/me", ""); a.Code != 500 || strings.Contains(a.Body.String(), "boom") {
		t.Errorf("got %d %s", a.Code, a.Body)
	}
	if !strings.Contains(o.log.String(), "boom") {
		t.Error("the panic is not in the log")
	}
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, path := range []string{"/api/v1/me", "/api/v1/nothing", "/healthz"} {
		header := o.ask(t, "anna", "GET", path, "").Header()
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "same-origin"} {
			if got := header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
	}
	o.ask(t, "anna", "GET", "/api/v1/calls?number=89161234567", "")
	if strings.Contains(o.log.String(), "1234567") {
		t.Errorf("a client's number is in the log:\n%s", &o.log)
	}
}
