package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"callcard/pkg/cti"
	"callcard/pkg/store"
)

// Open returns an empty store with the newest schema.
type Open func(t testing.TB) *store.Store

// Exercise runs the whole suite.
func Exercise(t *testing.T, open Open) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"users", testUsers},
		{"sessions", testSessions},
		{"modes", testModes},
		{"contacts", testContacts},
		{"a person shows his company's name", testCompany},
		{"look up a number", testLookup},
		{"candidates in a stable order", testOrder},
		{"what tells candidates apart", testFacts},
		{"search", testSearch},
		{"events make calls", testEvents},
		{"events count once", testEventsOnce},
		{"events from a broken network", testBrokenText},
		{"merged calls", testMerge},
		{"archive pages", testPages},
		{"archive filters", testFilters},
		{"past calls", testPastCalls},
		{"trace", testTrace},
		{"links", testLinks},
		{"links before the call is written", testEarlyLink},
		{"links of merged calls", testMergedLinks},
		{"consumers", testCursor},
		{"a consumer's effect and cursor are one", testCursorFails},
		{"prune", testPrune},
		{"callbacks", testCallbacks},
		{"one open callback", testOneOpen},
		{"whose callbacks", testWhoseCallbacks},
		{"recordings", testRecordings},
		{"any events, cut anywhere", testAnyEvents},
		{"writers at once", testWriters},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, open(t))
		})
	}
}

// start is an instant that both databases keep exactly.
func start() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 123456000, time.UTC) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// got unpacks a result that must have come without a fault.
func got[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		must(t, err)
		return v
	}
}

func equal(t testing.TB, what string, want, have any) {
	t.Helper()
	if diff := cmp.Diff(want, have, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func wantErr(t testing.TB, what string, have, want error) {
	t.Helper()
	if !errors.Is(have, want) {
		t.Errorf("%s: got error %v, want %v", what, have, want)
	}
}

func wantInvalid(t testing.TB, field string, have error) {
	t.Helper()
	var invalid *cti.InvalidError
	if !errors.As(have, &invalid) || invalid.Field != field {
		t.Errorf("got error %v, want one about the field %s", have, field)
	}
}
