package api_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/cti"
)

func (o *office) settings(user cti.User) cti.Settings {
	order := cti.Choice{ID: "order", Label: cti.Label{EN: "Order", RU: "Заказ"}}
	return cti.Settings{
		Results: []cti.Choice{order}, Reasons: []cti.Choice{{ID: "delivery"}, {ID: "payment"}},
		AfterCallWork: cti.AfterCallWork{Seconds: 30, ExtendSeconds: 60, MaxExtends: 3}, Control: true,
		Recordings: cti.RecordingRights{Download: user.SeesAll()},
	}
}

func (o *office) SaveNote(_ context.Context, call cti.CallID, d cti.NoteDraft) (cti.Note, error) {
	if d.Base == 9 {
		return cti.Note{}, fmt.Errorf("save note: %w", &cti.NoteConflictError{Current: cti.Note{Agent: d.User, Text: "theirs", Version: 11, UpdatedAt: morning}})
	}
	o.notes = append(o.notes, fmt.Sprint(call, " ", d.User, " ", d.Text, " ", d.Base))
	return cti.Note{Agent: d.User, AgentName: "Анна", Text: d.Text, Version: d.Base + 1, UpdatedAt: morning}, o.err
}

func (o *office) SaveResult(_ context.Context, _ cti.CallID, r cti.CallResult) (cti.CallResult, error) {
	o.results = append(o.results, r)
	r.AgentName, r.At = "Анна", morning
	return r, o.err
}

func TestSettings(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	const want = `{"results":[{"id":"order","label":{"en":"Order","ru":"Заказ"}}],` +
		`"reasons":[{"id":"delivery","label":{"en":"","ru":""}},{"id":"payment","label":{"en":"","ru":""}}],"pause_reasons":[],` +
		`"after_call_work":{"seconds":30,"extend_seconds":60,"max_extends":3},"control":true,"crm":false,"queues":[],"dids":[],` +
		`"recordings":{"download":false}}`
	if got := strings.TrimSpace(o.ask(t, "anna", "GET", "/api/v1/settings", "").want(200).Body.String()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if a := o.ask(t, "olga", "GET", "/api/v1/settings", "").want(200); !strings.Contains(a.Body.String(), `"download":true`) {
		t.Errorf("a supervisor: %s", a.Body)
	}
}

func TestSaveNote(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a := o.ask(t, "anna", "PUT", "/api/v1/calls/main:1.1/note", `{"text":"Просит счёт","base":2}`).want(200)
	const want = `{"agent":"anna","agent_name":"Анна","text":"Просит счёт","version":3,"updated_at":"2026-11-22T08:00:00Z"}`
	if got := strings.TrimSpace(a.Body.String()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	o.ask(t, "olga", "PUT", "/api/v1/calls/main:1.2/note", `{"text":"","base":0}`).want(200)
	if diff := cmp.Diff([]string{"main:1.1 anna Просит счёт 2", "main:1.2 olga  0"}, o.notes); diff != "" {
		t.Error(diff)
	}
}

func TestANoteOfAnOldTabIsRefusedWithTheKeptOne(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	doc := o.ask(t, "anna", "PUT", "/api/v1/calls/main:1.1/note", `{"text":"mine","base":9}`).want(409).json()
	current, _ := doc["current"].(map[string]any)
	if current["text"] != "theirs" || current["version"] != 11.0 || doc["status"] != 409.0 || doc["title"] != "Conflict" {
		t.Errorf("got %v", doc)
	}
}

func TestNotesRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for name, c := range map[string]struct {
		user, call, body string
		status           int
		text             string
	}{
		"a colleague's call": {"boris", "main:1.1", `{"text":"x","base":0}`, 403, "forbidden"},
		"no such call":       {"anna", "main:0.0", `{"text":"x","base":0}`, 404, "not found"},
		"too long":           {"anna", "main:1.1", `{"text":"` + strings.Repeat("я", cti.NoteLimit+1) + `","base":0}`, 422, `body.text: got \"10001 characters\", want at most 10000`},
		"no base":            {"anna", "main:1.1", `{"text":"x"}`, 422, "base"},
		"a negative base":    {"anna", "main:1.1", `{"text":"x","base":-1}`, 422, "body.base"},
	} {
		if a := o.ask(t, c.user, "PUT", "/api/v1/calls/"+c.call+"/note", c.body).want(c.status); !strings.Contains(a.Body.String(), c.text) {
			t.Errorf("%s: got %s, want %q", name, a.Body, c.text)
		}
	}
	if len(o.notes) != 0 {
		t.Errorf("saved %q", o.notes)
	}
}

func TestSaveResult(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a := o.ask(t, "anna", "PUT", "/api/v1/calls/main:1.1/result", `{"result":"order","reasons":["payment","delivery","payment"]}`).want(200)
	const want = `{"result":"order","reasons":["payment","delivery"],"agent":"anna","agent_name":"Анна","at":"2026-11-22T08:00:00Z"}`
	if got := strings.TrimSpace(a.Body.String()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	o.ask(t, "anna", "PUT", "/api/v1/calls/main:1.1/result", `{"result":""}`).want(200)
	for body, text := range map[string]string{
		`{"result":"sold"}`: `body.result: got \"sold\", want one of order`,
		`{"result":"order","reasons":["delivery","weather"]}`: `body.reasons[1]: got \"weather\", want one of delivery, payment`,
	} {
		if a := o.ask(t, "anna", "PUT", "/api/v1/calls/main:1.1/result", body).want(422); !strings.Contains(a.Body.String(), text) {
			t.Errorf("%s: got %s, want %q", body, a.Body, text)
		}
	}
	o.ask(t, "boris", "PUT", "/api/v1/calls/main:1.1/result", `{"result":"order"}`).want(403)
	if len(o.results) != 2 {
		t.Errorf("saved %v", o.results)
	}
}
