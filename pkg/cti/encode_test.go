package cti_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"callcard/pkg/cti"
)

// anyEvent fills every field there is, also one that is added later.
func anyEvent() *rapid.Generator[cti.CallEvent] {
	texts := rapid.OneOf(rapid.Just(""), rapid.StringMatching(`[a-z]{1,3}[0-9+:./-]{0,4}`), rapid.String(),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
	times := rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.Bool().Draw(t, "zero") {
			return time.Time{}
		}
		at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "seconds"), rapid.Int64Range(0, 1e9-1).Draw(t, "nanoseconds"))
		return at.In(time.FixedZone("", rapid.IntRange(-12, 14).Draw(t, "zone")*3600))
	})
	return rapid.MakeCustom[cti.CallEvent](rapid.MakeConfig{
		Types: map[reflect.Type]*rapid.Generator[any]{reflect.TypeFor[time.Time](): times.AsAny()},
		Kinds: map[reflect.Kind]*rapid.Generator[any]{reflect.String: texts.AsAny()},
	})
}

// TestAppendJSON: what is written by hand is what encoding/json writes, byte by byte.
func TestAppendJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		event := anyEvent().Draw(t, "event")
		text, call, err := event.AppendJSON([]byte("before"))
		if err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(text); got != "before"+string(want) {
			t.Fatalf("event:\n got %s\nwant before%s", got, want)
		}
		if want, err = json.Marshal(event.Call); err != nil {
			t.Fatal(err)
		}
		if got := string(text[call[0]:call[1]]); got != string(want) {
			t.Fatalf("call in it:\n got %s\nwant %s", got, want)
		}
		alone, err := event.Call.AppendJSON(nil)
		if err != nil || string(alone) != string(want) {
			t.Fatalf("call: %v\n got %s\nwant %s", err, alone, want)
		}
	})
}

// TestAppendJSONFault: a year that RFC 3339 cannot write is a fault, as in encoding/json.
func TestAppendJSONFault(t *testing.T) {
	t.Parallel()
	if _, err := (&cti.Call{Started: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}).AppendJSON(nil); err == nil {
		t.Error("the year 10000 is written")
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	at := time.Date(2026, 11, 20, 9, 30, 0, 123456000, time.UTC)
	leg := cti.LegID{PBX: "main", Uniqueid: "1795323620.9"}
	event := cti.CallEvent{
		Epoch: "c5d1", Seq: 7, At: at, Kind: cti.CallChanged, Queue: "support", Call: cti.Call{
			ID: "main:1795323620.9", PBX: "main", Version: 7, Linkedids: []string{leg.Uniqueid}, Direction: cti.Inbound, State: cti.CallRinging,
			Client: cti.Phone{Number: "+79161234567", Raw: "89161234567", Kind: cti.NumberE164}, ClientLeg: leg, Started: at, Certainty: cti.Observed,
			Visits: []cti.Visit{{Queue: "support", Leg: leg, Joined: at}},
			Offers: []cti.Offer{{Device: "PJSIP/1001", User: "anna", Leg: leg, Queue: "support", At: at, Attempts: 1, Via: "queue"}},
		},
		Decisions: []cti.Decision{{At: at, Stage: "track", Rule: "offer.queue", Text: "offered by the queue", Leg: leg.String()}},
	}
	b.Run("encoding/json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := json.Marshal(&event); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("by hand", func(b *testing.B) {
		b.ReportAllocs()
		var text []byte
		for b.Loop() {
			var err error
			if text, _, err = event.AppendJSON(text[:0]); err != nil {
				b.Fatal(err)
			}
		}
	})
}
