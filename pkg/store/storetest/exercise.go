package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/cti"
	"callcard/pkg/store"
)

// Open returns an empty store with the newest schema.
type Open func(t testing.TB) *store.Store

// Exercise runs the whole suite.
func Exercise(t *testing.T, open Open) {
	for name, test := range map[string]func(*testing.T, Open){
		"events": testEvents,
	} {
		t.Run(name, func(t *testing.T) { test(t, open) })
	}
}

var at = time.Date(2026, 11, 22, 9, 0, 0, 123456000, time.UTC)

func testEvents(t *testing.T, open Open) {
	s, ctx := open(t), t.Context()
	call := cti.Call{ID: "main:1.1", PBX: "main", Version: 1, State: cti.CallRinging, Direction: cti.Inbound, Started: at,
		Client: cti.Phone{Number: "+79161234567", Raw: "79161234567", Kind: cti.NumberE164}}
	events := []cti.CallEvent{{Epoch: "e", Seq: 1, At: at, Kind: cti.CallStarted, Call: call,
		Decisions: []cti.Decision{{At: at, Stage: "track", Rule: "r", Text: "t"}}}}
	for range 2 {
		if err := s.AppendEvents(ctx, events); err != nil {
			t.Fatal(err)
		}
	}
	open1, err := s.OpenCalls(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]cti.Call{call}, open1); diff != "" {
		t.Error(diff)
	}
	trace, err := s.Trace(ctx, call.ID)
	if err != nil || len(trace) != 1 {
		t.Error(trace, err)
	}
	c, err := s.CreateContact(ctx, cti.Contact{Name: "Иван Петров", Phones: []string{"+79161234567"}})
	if err != nil {
		t.Fatal(err)
	}
	cand, err := s.LookupPhone(ctx, call.Client)
	if err != nil || len(cand) != 1 || !cand[0].Certain {
		t.Error(cand, err)
	}
	if err := s.LinkContact(ctx, call.ID, c.ID, "a"); err != nil {
		t.Error(err)
	}
	rec, next, err := s.Calls(ctx, cti.CallFilter{Number: "+79161234567"})
	if err != nil || len(rec) != 1 || next != "" || rec[0].ContactName != "Иван Петров" {
		t.Error(rec, next, err)
	}
	found, err := s.SearchContacts(ctx, "пЕТ", 10)
	if err != nil || len(found) != 1 {
		t.Error(found, err)
	}
	if _, err := s.PastCalls(ctx, "+79161234567", 3); err != nil {
		t.Error(err)
	}
	if _, err := s.Callbacks(ctx, "open", cti.User{}); err != nil {
		t.Error(err)
	}
	if err := s.SaveCallback(ctx, cti.Callback{ID: "x", State: "open", Calls: []cti.CallID{"a"}}); err != nil {
		t.Error(err)
	}
	if _, err := s.PendingRecordings(ctx); err != nil {
		t.Error(err)
	}
}
