package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"callcard/pkg/api"
	"callcard/pkg/cti"
)

// office is the API with hand-made parts behind it: the agents anna and boris,
// the supervisor olga; anna's call main:1.1 with a recording, boris's main:1.2.
type office struct {
	sought   cti.RecordingFilter
	heard    []cti.RecordingAccess
	holds    []string
	uploaded []string

	http.Handler
	users    map[string]cti.User
	calls    map[cti.CallID]cti.CallRecord
	live     map[cti.CallID]cti.Call
	contacts map[string]cti.Contact
	parts    []api.Part
	log      bytes.Buffer
	// what the parts were asked
	filter  cti.CallFilter
	viewer  cti.User
	asked   cti.CallbackFilter
	duties  []string // acts on callbacks
	lookup  cti.Phone
	chosen  []string
	created []cti.Contact
	try     api.Credentials
	mode    cti.Mode
	dialed  cti.DialRequest
	acts    []string
	refusal error // of an act
	reason  string
	logouts int
	notes   []string
	results []cti.CallResult
	aside   []string
	changed []cti.ContactChange
	shown   []string // what cards were told of contacts
	// what they answer
	err   error
	panic bool
}

var morning = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

func newOffice(t *testing.T, changes ...func(*api.Deps)) *office {
	t.Helper()
	o := &office{
		users: map[string]cti.User{
			"t-anna":  {ID: "anna", Role: cti.RoleAgent, Device: "PJSIP/1001", Queues: []string{"support"}},
			"t-boris": {ID: "boris", Role: cti.RoleAgent, Device: "PJSIP/1002"},
			"t-olga":  {ID: "olga", Role: cti.RoleSupervisor},
			"t-admin": {ID: "admin", Role: cti.RoleAdmin},
			"t-crm":   {ID: "crm", Role: cti.RoleService},
		},
		calls: map[cti.CallID]cti.CallRecord{
			"main:1.1": {Call: cti.Call{
				ID: "main:1.1", Offers: []cti.Offer{{User: "anna"}},
				Legs: []cti.Leg{{Name: "x"}}, Files: []cti.RecordingFile{{Path: "/x.wav"}},
			}},
			"main:1.2":   {Call: cti.Call{ID: "main:1.2", Talks: []cti.Talk{{User: "boris"}}}},
			"main:1.3":   {Call: cti.Call{ID: "main:1.3", PBX: "main", Direction: cti.Outbound, Initiator: "PJSIP/1001"}},
			"branch:1.5": {Call: cti.Call{ID: "branch:1.5", PBX: "branch", Direction: cti.Outbound, Initiator: "PJSIP/1001"}},
			"main:1.4":   {Call: cti.Call{ID: "main:1.4", Version: 1}, ContactID: "c1"},
		},
		live: map[cti.CallID]cti.Call{
			"main:9.9": {ID: "main:9.9", Offers: []cti.Offer{{User: "anna"}}},
			"main:1.4": {ID: "main:1.4", Version: 2, Offers: []cti.Offer{{User: "anna"}}},
		},
		contacts: map[string]cti.Contact{"c1": {ID: "c1", Name: "Ivan"}},
	}
	deps := api.Deps{
		Log:  slog.New(slog.NewTextHandler(&o.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Auth: o, Agents: o, Archive: o, Live: live{o}, Cards: o, Control: o, Phonebook: o, Directory: o, Callbacks: callbackDesk{o}, Recordings: o, Numbers: o,
		Settings: o.settings, Remarks: o,
		Health:  func() []api.Part { return o.parts },
		Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "metrics") }),
		Version: "1.2.3", PublicURL: "https://cards.example.com",
	}
	for _, change := range changes {
		change(&deps)
	}
	handler, err := api.New(deps)
	if err != nil {
		t.Fatal(err)
	}
	o.Handler = handler
	return o
}

type answer struct {
	*httptest.ResponseRecorder
	t *testing.T
}

// ask sends a request as the user, whose token is "t-" and the name.
func (o *office) ask(t *testing.T, user, method, target, body string) answer {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if user != "" {
		r.Header.Set("Authorization", "Bearer t-"+user)
	}
	return o.send(t, r)
}

func (o *office) send(t *testing.T, r *http.Request) answer {
	t.Helper()
	w := httptest.NewRecorder()
	o.ServeHTTP(w, r)
	return answer{w, t}
}

func (a answer) want(status int) answer {
	a.t.Helper()
	if a.Code != status {
		a.t.Errorf("got %d %s, want %d", a.Code, a.Body, status)
	}
	if kind := a.Header().Get("Content-Type"); status >= 400 && status != 416 && kind != "application/problem+json" {
		a.t.Errorf("a fault of type %q, want a problem document", kind)
	}
	return a
}

func (a answer) json() map[string]any {
	a.t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(a.Body.Bytes(), &doc); err != nil {
		a.t.Fatalf("%v in %q", err, a.Body)
	}
	return doc
}

func (a answer) items() []any {
	a.t.Helper()
	items, ok := a.json()["items"].([]any)
	if !ok {
		a.t.Fatalf("no items in %q", a.Body)
	}
	return items
}

func (o *office) Login(_ context.Context, try api.Credentials) (string, cti.User, error) {
	o.try = try
	if o.err != nil {
		return "", cti.User{}, o.err
	}
	return "t-" + try.Username, o.users["t-"+try.Username], nil
}

func (o *office) Logout(*http.Request) error {
	o.logouts++
	return o.err
}

func (o *office) Authenticate(r *http.Request) (cti.User, error) {
	if o.panic {
		panic("boom")
	}
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if c, err := r.Cookie("callcard_session"); err == nil {
		token = c.Value
	}
	user, ok := o.users[token]
	if !ok {
		return cti.User{}, cti.ErrUnauthenticated
	}
	return user, nil
}

func (o *office) NewCookie(token string) *http.Cookie {
	return &http.Cookie{Name: "callcard_session", Value: token}
}

func (o *office) EndCookie() *http.Cookie {
	return &http.Cookie{Name: "callcard_session", MaxAge: -1}
}

func (o *office) State(user cti.UserID) (cti.AgentState, bool) {
	return cti.AgentState{User: user, Mode: cti.ModeReady}, user == "anna"
}

func (o *office) StatesFor(viewer cti.User) []cti.AgentState {
	o.viewer = viewer
	return []cti.AgentState{{User: "anna", CallID: "main:1.1"}, {User: "boris"}}
}

func (o *office) QueuesFor(viewer cti.User) []cti.QueueState {
	o.viewer = viewer
	return []cti.QueueState{{Queue: cti.Queue{Name: "support"}}}
}

func (o *office) UserOf(pbx string, device cti.Device) cti.UserID {
	for _, user := range o.users {
		if pbx == "main" && user.Device == device {
			return user.ID
		}
	}
	return ""
}

func (o *office) SetMode(_ context.Context, user cti.UserID, mode cti.Mode, reason, by string) (cti.AgentState, error) {
	o.mode, o.reason = mode, reason
	return cti.AgentState{User: user, Mode: mode, Reason: reason, SetBy: by}, o.err
}

func (o *office) Calls(_ context.Context, filter cti.CallFilter) ([]cti.CallRecord, string, error) {
	o.filter = filter
	return []cti.CallRecord{o.calls["main:1.1"]}, "more", o.err
}

func (o *office) CountUnresolved(_ context.Context, filter cti.CallFilter, most int) (int, error) {
	o.filter = filter
	return min(most, 7), o.err
}

func (o *office) Call(_ context.Context, id cti.CallID) (cti.CallRecord, error) {
	record, ok := o.calls[id]
	if !ok {
		return cti.CallRecord{}, errors.Join(errors.New("load call"), cti.ErrNotFound)
	}
	return record, o.err
}

func (o *office) Trace(_ context.Context, id cti.CallID) ([]cti.Decision, error) {
	if id != "main:1.1" {
		return nil, cti.ErrNotFound
	}
	return []cti.Decision{{Stage: "track", Rule: "call.started"}}, nil
}

type live struct{ o *office }

func (l live) Call(id cti.CallID) (cti.Call, bool) {
	call, ok := l.o.live[id]
	return call, ok
}

func (o *office) Choose(_ context.Context, call cti.CallID, contactID string, by cti.User) error {
	if _, ok := o.contacts[contactID]; !ok {
		return cti.ErrNotFound
	}
	o.chosen = append(o.chosen, string(call)+" "+contactID+" "+string(by.ID))
	return nil
}

func (o *office) ContactCreated(contact cti.Contact) { o.created = append(o.created, contact) }

func (o *office) LookupPhone(_ context.Context, phone cti.Phone) ([]cti.Candidate, error) {
	o.lookup = phone
	return []cti.Candidate{{Contact: o.contacts["c1"], Certain: true}}, o.err
}

func (o *office) SearchContacts(_ context.Context, text string, _ int) ([]cti.Contact, error) {
	if !strings.Contains("Ivan", text) {
		return nil, o.err
	}
	return []cti.Contact{o.contacts["c1"]}, o.err
}

func (o *office) Contact(_ context.Context, id string) (cti.Contact, error) {
	contact, ok := o.contacts[id]
	if !ok {
		return cti.Contact{}, cti.ErrNotFound
	}
	return contact, nil
}

func (o *office) CreateContact(_ context.Context, contact cti.Contact) (cti.Contact, error) {
	contact.ID = "c2"
	o.contacts["c2"] = contact
	return contact, o.err
}

func (o *office) Recording(_ context.Context, id string) (cti.Recording, error) {
	recording := cti.Recording{ID: id, CallID: "main:1.1", State: cti.RecordingStored, File: "2026/r1.wav", SHA256: "abc", Stored: morning}
	switch id {
	case "r1":
	case "late":
		recording.State = cti.RecordingExpected
	case "lost":
	default:
		return cti.Recording{}, cti.ErrNotFound
	}
	return recording, nil
}

func (o *office) FindRecordings(_ context.Context, f cti.RecordingFilter) ([]cti.FoundRecording, string, error) {
	o.sought = f
	return nil, "next", o.err
}

func (o *office) Peaks(context.Context, cti.Recording) (cti.Peaks, error) {
	return cti.Peaks{Seconds: 1.5, Peaks: []int{0, 100}}, nil
}

func (o *office) LogAccess(_ context.Context, a cti.RecordingAccess) error {
	o.heard = append(o.heard, a)
	return o.err
}

func (o *office) Receive(_ context.Context, up api.RecordingUpload) (cti.Recording, error) {
	text, err := io.ReadAll(up.Body)
	o.uploaded = append(o.uploaded, up.Leg.String()+" "+up.Name+" "+up.SHA256+" "+string(text))
	return cti.Recording{ID: "r9"}, err
}

func (o *office) HoldRecording(_ context.Context, h cti.RecordingHold) error {
	o.holds = append(o.holds, string(h.By)+" holds "+string(h.CallID)+": "+h.Reason)
	return o.err
}

func (o *office) ReleaseRecording(_ context.Context, call cti.CallID, by cti.UserID, _ time.Time) error {
	o.holds = append(o.holds, string(by)+" releases "+string(call))
	return o.err
}

func (o *office) Prune(_ context.Context, dryRun bool, limit int) (cti.PruneReport, error) {
	return cti.PruneReport{DryRun: dryRun, Count: limit}, o.err
}

func (o *office) Accesses(context.Context, string) ([]cti.RecordingAccess, error) {
	return o.heard, nil
}

type sound struct{ io.ReadSeeker }

func (sound) Close() error { return nil }

func (o *office) Open(_ context.Context, recording cti.Recording) (io.ReadSeekCloser, error) {
	if recording.ID == "lost" {
		return nil, cti.ErrNotFound
	}
	return sound{strings.NewReader("<html>0123456789")}, nil
}

// Parse knows Russian numbers well enough for these tests.
func (o *office) Parse(raw string) cti.Phone {
	digits := strings.NewReplacer("+", "", " ", "", "-", "").Replace(raw)
	if len(digits) == 11 {
		return cti.Phone{Number: "+7" + digits[1:], Raw: raw, Kind: cti.NumberE164}
	}
	return cti.Phone{Raw: raw, Kind: cti.NumberInvalid}
}
