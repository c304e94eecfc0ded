package journal

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"callcard/pkg/cti"
)

func TestThinningKeepsWhatLasts(t *testing.T) {
	t.Parallel()
	b := buffer{limit: 100}
	for i, e := range []struct {
		call cti.CallID
		kind cti.CallEventKind
		rule string
	}{
		{"a", cti.CallStarted, "1"},
		{"b", cti.CallStarted, "2"},
		{"a", cti.OfferStarted, "3"},
		{"a", cti.RecordingStarted, "4"},
		{"a", cti.TalkEnded, "5"},
		{"a", cti.CallFinished, "6"},
		{"b", cti.OfferStarted, "7"},
		{"b", cti.TalkStarted, "8"},
		{"b", cti.HoldStarted, "9"},
	} {
		b.add(cti.CallEvent{Seq: uint64(i + 1), Kind: e.kind, Call: cti.Call{ID: e.call}, Decisions: []cti.Decision{{Rule: e.rule}}})
	}
	b.thin()
	type kept struct {
		Seq   uint64
		Rules string
	}
	var have []kept
	for _, e := range b.events {
		have = append(have, kept{e.Seq, rules(e)})
	}
	if diff := cmp.Diff([]kept{{4, "134"}, {6, "56"}, {8, "278"}, {9, "9"}}, have); diff != "" {
		t.Error(diff)
	}
	if b.thinned != 5 || b.lost != 0 {
		t.Errorf("thinned %d, lost %d, want 5 and 0", b.thinned, b.lost)
	}
}

func rules(e cti.CallEvent) (all string) {
	for _, d := range e.Decisions {
		all += d.Rule
	}
	return all
}

// TestBufferAccountsForAll: whatever comes, the buffer stays within its limit, in
// order, keeps the newest event, and can say where each event is.
func TestBufferAccountsForAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := buffer{limit: rapid.IntRange(1, 30).Draw(t, "limit")}
		kinds := []cti.CallEventKind{cti.CallChanged, cti.CallFinished, cti.RecordingStarted, cti.CallNoted}
		added, taken := uint64(0), uint64(0)
		var decisions int
		for range rapid.IntRange(0, 200).Draw(t, "events") {
			added++
			b.add(cti.CallEvent{
				Seq: added, Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Decisions: make([]cti.Decision, 1),
				Call: cti.Call{ID: rapid.SampledFrom([]cti.CallID{"a", "b", "c", "d"}).Draw(t, "call")},
			})
			if rapid.IntRange(0, 9).Draw(t, "take") == 0 {
				batch := b.take(nil, 3)
				taken += uint64(len(batch))
				for _, e := range batch {
					decisions += len(e.Decisions)
				}
			}
		}
		if len(b.events) > b.limit {
			t.Fatalf("%d events, limit %d", len(b.events), b.limit)
		}
		if have := uint64(len(b.events)) + taken + b.thinned + b.lost; have != added {
			t.Fatalf("%d of %d events accounted for", have, added)
		}
		if !slices.IsSortedFunc(b.events, func(x, y cti.CallEvent) int { return int(x.Seq) - int(y.Seq) }) {
			t.Fatal("out of order")
		}
		for _, e := range b.events {
			decisions += len(e.Decisions)
		}
		if b.lost == 0 && uint64(decisions) != added {
			t.Fatalf("%d of %d decisions kept", decisions, added)
		}
	})
}
