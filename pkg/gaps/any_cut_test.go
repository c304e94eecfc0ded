package gaps

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"callcard/pkg/cti"
)

// memory is a store that keeps what a crash leaves.
type memory struct {
	events map[string]cti.CallEvent
	order  []cti.CallEvent // of the journal
	calls  map[cti.CallID]cti.Call
	ends   map[cti.CallID]int
	lines  []cti.LogLine
	places map[cti.LogKind]cti.LogPlace
	gaps   []cti.Gap
	heard  time.Time
}

func newMemory() *memory {
	return &memory{events: map[string]cti.CallEvent{}, calls: map[cti.CallID]cti.Call{}, ends: map[cti.CallID]int{}, places: map[cti.LogKind]cti.LogPlace{}}
}

func (m *memory) AppendEvents(_ context.Context, events []cti.CallEvent) error {
	for _, e := range events {
		key := e.Epoch + string(rune(e.Seq)) //nolint:gosec // a few
		if _, known := m.events[key]; known {
			continue
		}
		m.events[key], m.calls[e.Call.ID], m.order = e, e.Call, append(m.order, e)
		if e.Kind == cti.CallFinished {
			m.ends[e.Call.ID]++
		}
	}
	return nil
}

func (m *memory) LogPlace(_ context.Context, _ string, kind cti.LogKind) (cti.LogPlace, error) {
	if place, known := m.places[kind]; known {
		return place, nil
	}
	return cti.LogPlace{PBX: "m", Kind: kind}, cti.ErrNotFound
}

func (m *memory) SaveLogLines(_ context.Context, place cti.LogPlace, lines []cti.LogLine) error {
	for _, l := range lines {
		if !slices.Contains(m.lines, l) {
			m.lines = append(m.lines, l)
		}
	}
	m.places[place.Kind] = place
	return nil
}

func (m *memory) LogLines(_ context.Context, _ string, linkedids, uniqueids []string) (found []cti.LogLine, err error) {
	for _, l := range m.lines {
		if slices.Contains(linkedids, l.Linkedid) || slices.Contains(uniqueids, l.Uniqueid) {
			found = append(found, l)
		}
	}
	return found, nil
}

func (m *memory) LogBetween(_ context.Context, _ string, from, to time.Time) (found []cti.LogLine, err error) {
	for _, l := range m.lines {
		if !l.At.Before(from) && l.At.Before(to) {
			found = append(found, l)
		}
	}
	return found, nil
}

func (m *memory) ForgetLog(context.Context, time.Time) error       { return nil }
func (m *memory) Heard(context.Context, string) (time.Time, error) { return m.heard, nil }
func (m *memory) SaveGap(context.Context, cti.Gap) error           { return nil }
func (m *memory) Gaps(context.Context, string) ([]cti.Gap, error)  { return m.gaps, nil }
func (m *memory) SaveAudit(context.Context, cti.Audit) error       { return nil }
func (m *memory) EndedInDoubt(_ context.Context, ids []cti.CallID) (calls []cti.Call, err error) {
	for _, id := range ids {
		if c := m.calls[id]; c.State == cti.CallEnded && c.Certainty != cti.Observed {
			calls = append(calls, c)
		}
	}
	return calls, nil
}

func (m *memory) CallsStarted(context.Context, string, time.Time, time.Time) (calls []cti.Call, err error) {
	for _, c := range m.calls {
		calls = append(calls, c)
	}
	return calls, nil
}

func (m *memory) SaveHeard(_ context.Context, _ string, at time.Time, gap *cti.Gap) error {
	if m.heard = at; gap != nil {
		m.gaps = append(m.gaps, *gap)
	}
	return nil
}

func (m *memory) KnownLinkedids(_ context.Context, _ string, linkedids []string) (map[string]cti.CallID, error) {
	known := map[string]cti.CallID{}
	for _, linkedid := range linkedids {
		if c, is := m.calls[cti.NewCallID("m", linkedid)]; is {
			known[linkedid] = c.ID
		}
	}
	return known, nil
}

// TestAnyCutGivesTheSameCalls: however much of each call the tracker saw before the crash,
// however the files grew and whenever the next crash came, the calls are the same.
func TestAnyCutGivesTheSameCalls(t *testing.T) {
	t.Parallel()
	names := []string{"answered", "abandoned", "overflow", "direct_answered", "timeout", "blind", "outbound", "freepbx_ringall", "direct_abandoned"}
	truth := map[cti.CallID]cti.Call{}
	var cdr, queue []byte
	for _, name := range names {
		order, calls := written(t, "22", name)
		for _, linkedid := range order {
			c := builder{pbx: "m", naming: labNames{}, normalize: number, userOf: nobody}.rebuild(linkedid, calls[linkedid])
			truth[c.ID] = c
		}
		for file, text := range map[string]*[]byte{".csv": &cdr, ".queue_log": &queue} {
			part, err := os.ReadFile(filepath.Join("testdata", "22", name+file))
			if err != nil {
				t.Fatal(err)
			}
			*text = append(*text, part...)
		}
	}
	rapid.Check(t, func(r *rapid.T) { anyCut(t, r, truth, cdr, queue) })
}

func anyCut(t *testing.T, r *rapid.T, truth map[cti.CallID]cti.Call, cdr, queue []byte) {
	dir, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	m, now := newMemory(), time.Time{}
	for _, c := range truth {
		now = later(now, c.Ended)
		m.heard = sooner(m.heard, c.Started)
	}
	now = now.Add(time.Minute)
	opts := Options{
		Store: m, Normalize: number, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return now },
		PBXes: []PBX{{
			ID: "m", QueueLog: filepath.Join(dir, "queue_log"), CDR: filepath.Join(dir, "Master.csv"), Zone: time.UTC, Naming: labNames{},
			Heard: func() (uint64, bool) { return 1, true },
		}},
	}
	var unseen []cti.CallEvent // calls of which the tracker saw a part: no end, no talk, no visit
	for _, id := range sortedIDs(truth) {
		c, seq := truth[id], uint64(len(unseen)+len(m.calls)+1) //nolint:gosec // a few
		switch rapid.SampledFrom([]string{"whole", "part", "nothing"}).Draw(r, string(id)) {
		case "whole":
			c.Certainty = cti.Observed
			_ = m.AppendEvents(t.Context(), []cti.CallEvent{{Epoch: "before", Seq: seq, At: c.Ended, Kind: cti.CallFinished, Call: c}})
		case "part":
			c.Certainty, c.Ended, c.Outcome, c.Missed = cti.Unknown, now, cti.OutcomeIVR, c.Direction == cti.Inbound
			c.Visits, c.Talks, c.Offers, c.Transfers = nil, nil, nil, nil
			unseen = append(unseen, cti.CallEvent{Epoch: "after", Seq: seq, At: now, Kind: cti.CallFinished, Call: c})
		}
	}
	s := New(opts)
	step := func() {
		if err := s.AppendEvents(t.Context(), unseen); err != nil {
			t.Fatal(err)
		}
		if _, err := s.tend(t.Context(), s.links["m"], true); err != nil {
			t.Fatal(err)
		}
	}
	grow(t, opts.PBXes[0].CDR, cdr, rapid.IntRange(0, len(cdr)).Draw(r, "first part"))
	grow(t, opts.PBXes[0].QueueLog, queue, len(queue))
	if rapid.Bool().Draw(r, "read early") {
		if err := s.Read(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if rapid.Bool().Draw(r, "late rows") { // what was written by then is repaired, the rest is corrected
		step()
		now = now.Add(holdFor)
		step()
		if rapid.Bool().Draw(r, "crash between") {
			s = New(opts)
		}
	}
	grow(t, opts.PBXes[0].CDR, cdr, len(cdr))
	step()
	if rapid.Bool().Draw(r, "crash at the end") {
		s = New(opts)
	}
	step()
	step()
	for id, want := range truth {
		have := m.calls[id]
		if m.ends[id] != 1 || have.Outcome != want.Outcome || have.Missed != want.Missed || len(have.Visits) != len(want.Visits) ||
			view(have).TalkSeconds != view(want).TalkSeconds {
			t.Fatalf("%s ended %d times\ngot  %+v\nwant %+v", id, m.ends[id], have, want)
		}
	}
	if len(m.calls) != len(truth) {
		t.Fatalf("%d calls, want %d", len(m.calls), len(truth))
	}
}

func grow(t *testing.T, file string, text []byte, to int) {
	t.Helper()
	if err := os.WriteFile(file, text[:to], 0o600); err != nil {
		t.Fatal(err)
	}
}

func sortedIDs(calls map[cti.CallID]cti.Call) (ids []cti.CallID) {
	for id := range calls {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
