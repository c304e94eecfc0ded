package gaps

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"callcard/pkg/cti"
)

// office is a service over the records of scenarios that were really played.
type office struct {
	*Service
	store *memory
	now   time.Time
	files []cti.RecordingFile
	asked []string
}

// nobodyHeard is the office after all of it, when callcard has slept the whole time.
func nobodyHeard(t *testing.T, names ...string) *office {
	t.Helper()
	dir := t.TempDir()
	var cdr, queue []byte
	o := &office{store: newMemory()}
	for _, name := range names {
		_, calls := written(t, "22", name)
		for _, found := range calls {
			o.now = later(o.now, found.ended())
			for _, row := range found.rows {
				o.store.heard = sooner(o.store.heard, row.start)
			}
		}
		for file, text := range map[string]*[]byte{".csv": &cdr, ".queue_log": &queue} {
			part, err := os.ReadFile(filepath.Join("testdata", "22", name+file))
			if err != nil {
				t.Fatal(err)
			}
			*text = append(*text, part...)
		}
	}
	o.now = o.now.Add(time.Minute)
	p := PBX{
		ID: "m", QueueLog: filepath.Join(dir, "queue_log"), CDR: filepath.Join(dir, "Master.csv"), Zone: time.UTC, Naming: labNames{},
		Heard: func() (uint64, bool) { return 1, true },
	}
	grow(t, p.CDR, cdr, len(cdr))
	grow(t, p.QueueLog, queue, len(queue))
	o.Service = New(Options{
		Store: o.store, Normalize: number, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return o.now }, PBXes: []PBX{p},
		Files: func(_ context.Context, _ string, uniqueids []string, _ time.Time) ([]cti.RecordingFile, error) {
			o.asked = uniqueids
			return o.files, nil
		},
	})
	return o
}

func (o *office) tends(t *testing.T) {
	t.Helper()
	if _, err := o.tend(t.Context(), o.links["m"], true); err != nil {
		t.Fatal(err)
	}
}

// told are the events of the journal in words.
func (o *office) told() (words []string) {
	for _, e := range o.store.order {
		words = append(words, fmt.Sprintf("%s %s %s %s %d", e.At.Format(time.TimeOnly), e.Kind, e.Device, e.Call.State, len(e.Call.Talks)))
	}
	return words
}

// TestStepsOfACallThatNobodyHeard: who talked and who handed over is told, once, in its
// order and before the end. The moments are those of the files.
func TestStepsOfACallThatNobodyHeard(t *testing.T) {
	t.Parallel()
	o := nobodyHeard(t, "blind")
	o.tends(t)
	o.tends(t)
	want := []string{
		"12:29:20 talk.started PJSIP/1001 talking 1",
		"12:29:21 transfer.done PJSIP/1001 ringing 1",
		"12:29:22 talk.started PJSIP/1003 talking 2",
		"12:29:26 call.ended  ended 2",
	}
	if got := o.told(); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	for i, e := range o.store.order {
		if !e.Reconstructed || e.Call.Version != i+1 || e.Kind != cti.CallFinished && (!e.Call.Ended.IsZero() || e.Call.Outcome != "") {
			t.Errorf("%s: %+v", e.Kind, e.Call)
		}
	}
}

// unseen is how the tracker ends a call of which it knew nothing but that it was there.
func unseen(c cti.Call) cti.CallEvent {
	c.Certainty, c.Outcome, c.Missed, c.Version = cti.Unknown, cti.OutcomeIVR, true, 5
	c.Visits, c.Talks, c.Offers, c.Transfers = nil, nil, nil, nil
	return cti.CallEvent{Epoch: "after", Seq: 1, At: c.Ended, Kind: cti.CallFinished, Call: c}
}

func rebuilt(t *testing.T, name string) cti.Call {
	t.Helper()
	order, calls := written(t, "22", name)
	return builder{pbx: "m", naming: labNames{}, normalize: number, userOf: nobody}.rebuild(order[0], calls[order[0]])
}

// TestStepsOfACallHeardInPart: a talk that the tracker did not see is told before the end,
// one that it saw is not told again.
func TestStepsOfACallHeardInPart(t *testing.T) {
	t.Parallel()
	o := nobodyHeard(t, "direct_blind")
	truth := rebuilt(t, "direct_blind")
	e := unseen(truth)
	e.Call.Talks = truth.Talks[:1]
	if err := o.AppendEvents(t.Context(), []cti.CallEvent{e}); err != nil {
		t.Fatal(err)
	}
	o.tends(t)
	if len(o.store.order) != 2 {
		t.Fatalf("got %q", o.told())
	}
	talk, end := o.store.order[0], o.store.order[1]
	if talk.Kind != cti.TalkStarted || talk.Device != "PJSIP/1003" || !talk.Reconstructed || talk.Call.Version != 5 {
		t.Errorf("%+v", talk)
	}
	if end.Kind != cti.CallFinished || end.Call.Certainty != cti.Reconciled || end.Call.Version != 6 || end.Reconstructed || end.Epoch != "after" {
		t.Errorf("%+v", end)
	}
}

// TestBeginsThatWereNotSeen: the PBX's row says 12:48:56 and two seconds of talk; callcard
// was back 1.3 s later and took that for the begin. The end was seen.
func TestBeginsThatWereNotSeen(t *testing.T) {
	t.Parallel()
	o := nobodyHeard(t, "outbound")
	e := unseen(rebuilt(t, "outbound"))
	at := func(text string) time.Time {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	e.Call.Certainty = cti.Reconstructed
	e.Call.Talks = []cti.Talk{{Device: "PJSIP/1001", From: at("2026-11-22T12:48:55.3Z"), To: at("2026-11-22T12:48:56.2Z"), EndedBy: "client", BeginUnseen: true}}
	if err := o.AppendEvents(t.Context(), []cti.CallEvent{e}); err != nil {
		t.Fatal(err)
	}
	o.tends(t)
	got := o.store.order[len(o.store.order)-1].Call.Talks
	want := []cti.Talk{{Device: "PJSIP/1001", From: at("2026-11-22T12:48:54Z"), To: at("2026-11-22T12:48:56.2Z"), EndedBy: "client"}}
	if !slices.Equal(got, want) || len(o.store.order) != 1 {
		t.Errorf("got %+v\nwant %+v\nthe journal %q", got, want, o.told())
	}
}

// TestFilesOfCallsThatNobodyHeard: what the PBX recorded meanwhile comes with the call,
// several per call, each once.
func TestFilesOfCallsThatNobodyHeard(t *testing.T) {
	t.Parallel()
	const linkedid = "pbx22-1795350559.76"
	leg := cti.LegID{PBX: "m", Uniqueid: linkedid}
	for _, heard := range []bool{false, true} {
		o := nobodyHeard(t, "blind")
		o.files = []cti.RecordingFile{
			{Leg: leg, Path: "/mnt/a-" + linkedid + ".wav"},
			{Leg: leg, Path: "/mnt/b-" + linkedid + ".wav"},
			{Leg: cti.LegID{PBX: "m", Uniqueid: "1.1"}, Path: "/mnt/1.1.wav"},
		}
		want := []string{"/mnt/a-" + linkedid + ".wav", "/mnt/b-" + linkedid + ".wav"}
		if heard {
			e := unseen(rebuilt(t, "blind"))
			e.Call.Files = []cti.RecordingFile{{Leg: leg, Path: "/var/spool/asterisk/monitor/a-" + linkedid + ".wav"}}
			want[0] = e.Call.Files[0].Path
			if err := o.AppendEvents(t.Context(), []cti.CallEvent{e}); err != nil {
				t.Fatal(err)
			}
		}
		o.tends(t)
		var got []string
		for _, file := range o.store.order[len(o.store.order)-1].Call.Files {
			got = append(got, file.Path)
		}
		if !slices.Equal(got, want) {
			t.Errorf("heard %v: got %q, want %q", heard, got, want)
		}
		if !slices.Contains(o.asked, linkedid) || !heard && !slices.Contains(o.asked, "pbx22-1795350559.77") {
			t.Errorf("heard %v: asked for %q", heard, o.asked)
		}
	}
}
