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
type Open func(tb testing.TB) *store.Store

// bundle is what one test of the suite works with.
type bundle struct {
	t *testing.T
	s *store.Store
}

// Exercise runs the whole suite.
func Exercise(t *testing.T, open Open) {
	t.Helper()
	for _, test := range []struct {
		name string
		run  func(bundle)
	}{
		{"users", testUsers},
		{"sessions", testSessions},
		{"modes", testModes},
		{"memos", testMemos},
		{"contacts", testContacts},
		{"change a contact", testChangeContact},
		{"what a contact cannot become", testChangeContactRefused},
		{"delete a contact", testDeleteContact},
		{"a contact's page", testContactPage},
		{"a new contact claims its calls", testNewContactClaimsCalls},
		{"a person shows his company's name", testCompany},
		{"look up a number", testLookup},
		{"look up any number", testAnyNumbers},
		{"candidates in a stable order", testOrder},
		{"what tells candidates apart", testFacts},
		{"search", testSearch},
		{"events make calls", testEvents},
		{"events count once", testEventsOnce},
		{"events from a broken network", testBrokenText},
		{"merged calls", testMerge},
		{"archive pages", testPages},
		{"archive filters", testFilters},
		{"lists of calls", testListFilters},
		{"search in calls", testCallSearch},
		{"search for what many calls have", testFrequentWords},
		{"unresolved calls", testUnresolved},
		{"past calls", testPastCalls},
		{"calls since", testCallsSince},
		{"usually", testUsually},
		{"people of a company", testPeople},
		{"trace", testTrace},
		{"links", testLinks},
		{"links before the call is written", testEarlyLink},
		{"links of merged calls", testMergedLinks},
		{"notes", testNotes},
		{"results", testResults},
		{"notes of merged calls", testMergedNotes},
		{"consumers", testCursor},
		{"a long journal", testBacklog},
		{"a consumer's effect and cursor are one", testCursorFails},
		{"prune", testPrune},
		{"a consumer of a rare kind", testPassOver},
		{"until when sessions last", testSessionsUntil},
		{"callbacks", testCallbacks},
		{"one open callback", testOneOpen},
		{"whose callbacks", testWhoseCallbacks},
		{"claims", testClaims},
		{"callbacks that wake", testWaking},
		{"clients with several numbers", testCallbackNumbers},
		{"calls taken out of a callback", testCallbackCalls},
		{"number lists", testNumberLists},
		{"who should call", testWhoShouldCall},
		{"callbacks are counted", testCountCallbacks},
		{"doubled callbacks", testDoubledCallbacks},
		{"the callback of an attempt", testCallbackOfAttempt},
		{"the trace of a stage", testStageTrace},
		{"ended calls of a number", testEndedCalls},
		{"short calls of a number", testShortBefore},
		{"records of a PBX", testRecords},
		{"linkedids", testLinkedids},
		{"audits", testAudits},
		{"calls of an audit", testCallsStarted},
		{"calls in doubt", testEndedInDoubt},
		{"recordings", testRecordings},
		{"states of recordings", testRecordingStates},
		{"files of recordings", testRecordingFiles},
		{"retention", testRetention},
		{"work on recordings", testRecordingWork},
		{"pages of recordings", testRecordingPages},
		{"outbox", testOutbox},
		{"deliveries", testDeliveries},
		{"changes", testChanges},
		{"any events, cut anywhere", testAnyEvents},
		{"writers at once", testWriters},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(bundle{t, open(t)})
		})
	}
}

// start is an instant that both databases keep exactly.
func start() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 123456000, time.UTC) }

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// got unpacks a result that must have come without a fault.
func got[T any](tb testing.TB) func(T, error) T {
	tb.Helper()
	return func(v T, err error) T {
		tb.Helper()
		must(tb, err)
		return v
	}
}

func equal(tb testing.TB, what string, want, have any) {
	tb.Helper()
	if diff := cmp.Diff(want, have, cmpopts.EquateEmpty()); diff != "" {
		tb.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func wantErr(tb testing.TB, what string, have, want error) {
	tb.Helper()
	if !errors.Is(have, want) {
		tb.Errorf("%s: got error %v, want %v", what, have, want)
	}
}

func wantInvalid(tb testing.TB, field string, have error) {
	tb.Helper()
	var invalid *cti.InvalidError
	if !errors.As(have, &invalid) || invalid.Field != field {
		tb.Errorf("got error %v, want one about the field %s", have, field)
	}
}
