package api_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"callcard/pkg/cti"
)

func (o *office) Dial(_ context.Context, r cti.DialRequest) (string, error) {
	o.dialed = r
	return "main:callcard-1.1", o.err
}

func TestDial(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	body := `{"number":"8 916 123-45-67","contact_id":"c1","callback_id":"b1"}`
	a := o.ask(t, "anna", "POST", "/api/v1/calls", body).want(http.StatusAccepted)
	if got := strings.TrimSpace(a.Body.String()); got != `{"action_id":"main:callcard-1.1"}` {
		t.Errorf("got %s", got)
	}
	if r := o.dialed; r.User.ID != "anna" || r.Number != "8 916 123-45-67" || r.ContactID != "c1" || r.CallbackID != "b1" {
		t.Errorf("asked for %+v", r)
	}
	o.ask(t, "", "POST", "/api/v1/calls", body).want(http.StatusUnauthorized)
	for _, tt := range []struct {
		err    error
		status int
	}{
		{&cti.InvalidError{Field: "number", Got: "x", Want: "a number"}, http.StatusUnprocessableEntity},
		{&cti.ConflictError{Why: "no phone"}, http.StatusConflict},
		{&cti.RefusedError{What: "PBX main", Words: "Extension does not exist."}, http.StatusBadGateway},
		{&cti.RefusedError{What: "PBX main", Words: "Nothing came.", Reason: "transfer_not_begun"}, http.StatusBadGateway},
		{&cti.UnavailableError{What: "PBX main", Err: errors.New("no connection")}, http.StatusServiceUnavailable},
	} {
		o.err = tt.err
		text := o.ask(t, "anna", "POST", "/api/v1/calls", body).want(tt.status).Body.String()
		if tt.status == http.StatusUnprocessableEntity && !strings.Contains(text, "body.number") ||
			tt.status == http.StatusBadGateway && !strings.Contains(text, "PBX main refused: ") {
			t.Errorf("%v: got %s", tt.err, text)
		}
		var refused *cti.RefusedError
		if errors.As(tt.err, &refused) && strings.Contains(text, `"reason":"transfer_not_begun"`) != (refused.Reason != "") {
			t.Errorf("%v: got %s", tt.err, text)
		}
	}
}

func (o *office) did(name string, user cti.User, id cti.CallID) error {
	o.acts = append(o.acts, name+" "+string(user.ID)+" "+string(id))
	return o.refusal
}

func (o *office) Hangup(_ context.Context, u cti.User, id cti.CallID) error {
	return o.did("hangup", u, id)
}

func (o *office) Answer(_ context.Context, u cti.User, id cti.CallID) error {
	return o.did("answer", u, id)
}

func (o *office) Hold(_ context.Context, u cti.User, id cti.CallID) error {
	return o.did("hold", u, id)
}

func (o *office) Resume(_ context.Context, u cti.User, id cti.CallID) error {
	return o.did("resume", u, id)
}

func (o *office) Transfer(_ context.Context, u cti.User, id cti.CallID, to, kind string) error {
	return o.did("transfer "+kind+" "+to, u, id)
}

func (o *office) CompleteTransfer(_ context.Context, u cti.User, id cti.CallID) error {
	return o.did("complete", u, id)
}

func (o *office) CancelTransfer(_ context.Context, u cti.User, id cti.CallID) error {
	return o.did("cancel", u, id)
}

func (o *office) PauseRecording(_ context.Context, u cti.User, id cti.CallID) error {
	return o.did("pause recording", u, id)
}

func (o *office) ResumeRecording(_ context.Context, u cti.User, id cti.CallID) error {
	return o.did("resume recording", u, id)
}

func TestActsOnCalls(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, tt := range []struct{ path, body, want string }{
		{"hangup", "", "hangup anna main:1.1"},
		{"answer", "", "answer anna main:1.1"},
		{"hold", "", "hold anna main:1.1"},
		{"resume", "", "resume anna main:1.1"},
		{"transfer", `{"to":"1002","kind":"blind"}`, "transfer blind 1002 anna main:1.1"},
		{"transfer/complete", "", "complete anna main:1.1"},
		{"transfer/cancel", "", "cancel anna main:1.1"},
	} {
		o.acts = nil
		a := o.ask(t, "anna", "POST", "/api/v1/calls/main:1.1/"+tt.path, tt.body).want(http.StatusAccepted)
		if len(o.acts) != 1 || o.acts[0] != tt.want || strings.TrimSpace(a.Body.String()) != "{}" {
			t.Errorf("%s: asked %q, answered %s", tt.path, o.acts, a.Body)
		}
		o.acts = nil
		o.ask(t, "anna", "POST", "/api/v1/calls/main:1.2/"+tt.path, tt.body).want(http.StatusForbidden)
		o.ask(t, "anna", "POST", "/api/v1/calls/main:nothing/"+tt.path, tt.body).want(http.StatusNotFound)
		if len(o.acts) > 0 {
			t.Errorf("%s: asked %q for calls of others", tt.path, o.acts)
		}
	}
	o.ask(t, "anna", "POST", "/api/v1/calls/main:1.1/transfer", `{"to":"1002","kind":"warm"}`).want(http.StatusUnprocessableEntity)
	o.refusal = &cti.InvalidError{Field: "to", Got: "x", Want: "a number"}
	if text := o.ask(t, "anna", "POST", "/api/v1/calls/main:1.1/transfer", `{"to":"x","kind":"blind"}`).want(http.StatusUnprocessableEntity).Body.String(); !strings.Contains(text, "body.to") {
		t.Errorf("got %s", text)
	}
}

func (o *office) SetNext(_ context.Context, u cti.UserID, mode cti.Mode, reason string) (cti.AgentState, error) {
	return cti.AgentState{User: u}, o.did("next "+string(mode)+" "+reason, cti.User{ID: u}, "")
}

func (o *office) CancelNext(_ context.Context, u cti.UserID) (cti.AgentState, error) {
	return cti.AgentState{User: u}, o.did("cancel next", cti.User{ID: u}, "")
}

func (o *office) ClearBlock(_ context.Context, u cti.UserID) (cti.AgentState, error) {
	return cti.AgentState{User: u}, o.did("clear", cti.User{ID: u}, "")
}

func (o *office) FinishWork(_ context.Context, u cti.UserID) (cti.AgentState, error) {
	return cti.AgentState{User: u}, o.did("finish", cti.User{ID: u}, "")
}

func (o *office) ExtendWork(_ context.Context, u cti.UserID) (cti.AgentState, error) {
	return cti.AgentState{User: u}, o.did("extend", cti.User{ID: u}, "")
}

func (o *office) Entries(_ context.Context, viewer cti.User, text string) ([]cti.DirectoryEntry, error) {
	return nil, o.did("directory "+text, viewer, "")
}

func TestOwnState(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, tt := range []struct{ method, path, body, want string }{
		{"PUT", "/me/mode", `{"mode":"not_ready","reason":"lunch","when":"after_call"}`, "next not_ready lunch anna "},
		{"DELETE", "/me/next", "", "cancel next anna "},
		{"POST", "/me/block/clear", "", "clear anna "},
		{"POST", "/me/acw/finish", "", "finish anna "},
		{"POST", "/me/acw/extend", "", "extend anna "},
		{"GET", "/directory?q=%20bo%20", "", "directory bo anna "},
	} {
		o.acts, o.refusal = nil, nil
		o.ask(t, "anna", tt.method, "/api/v1"+tt.path, tt.body).want(http.StatusOK)
		if len(o.acts) != 1 || o.acts[0] != tt.want {
			t.Errorf("%s: asked %q", tt.path, o.acts)
		}
		o.refusal = &cti.ConflictError{Why: "not now"}
		o.ask(t, "anna", tt.method, "/api/v1"+tt.path, tt.body).want(http.StatusConflict)
	}
	o.ask(t, "anna", "PUT", "/api/v1/me/mode", `{"mode":"ready","when":"tomorrow"}`).want(http.StatusUnprocessableEntity)
}

func TestSupervisorsSetModes(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	body := `{"mode":"not_ready","reason":"meeting"}`
	o.ask(t, "olga", "PUT", "/api/v1/agents/anna/mode", body).want(http.StatusOK)
	if o.mode != cti.ModeNotReady || o.reason != "meeting" {
		t.Errorf("set %s %q", o.mode, o.reason)
	}
	o.ask(t, "boris", "PUT", "/api/v1/agents/anna/mode", body).want(http.StatusForbidden)
	o.ask(t, "crm", "PUT", "/api/v1/agents/anna/mode", body).want(http.StatusForbidden)
	o.ask(t, "olga", "PUT", "/api/v1/agents/nobody/mode", body).want(http.StatusNotFound)
}
