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
		{&cti.UnavailableError{What: "PBX main", Err: errors.New("no connection")}, http.StatusServiceUnavailable},
	} {
		o.err = tt.err
		text := o.ask(t, "anna", "POST", "/api/v1/calls", body).want(tt.status).Body.String()
		if tt.status == http.StatusUnprocessableEntity && !strings.Contains(text, "body.number") ||
			tt.status == http.StatusBadGateway && !strings.Contains(text, "Extension does not exist.") {
			t.Errorf("%v: got %s", tt.err, text)
		}
	}
}
