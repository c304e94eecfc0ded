package recordings

import (
	"context"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"callcard/pkg/cti"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeStore is what the database would hold. Files become pending when the call has ended.
type fakeStore struct {
	mu    sync.Mutex
	all   map[string]cti.Recording
	ended bool
	fault error
	trace []string
	saves int
	steps []cti.RecordingState // in the order in which they were saved
	calls map[cti.CallID]cti.CallRecord
	legs  map[cti.LegID]cti.CallID
	peaks map[string]cti.Peaks
}

func (f *fakeStore) ExpectRecording(_ context.Context, r cti.Recording) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, known := f.all[r.ID]; !known {
		f.all[r.ID] = r
	}
	return f.fault
}

func (f *fakeStore) PendingRecordings(context.Context, ...cti.CallID) (pending []cti.Recording, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.all {
		if slices.Contains(pendingStates, r.State) && f.ended {
			pending = append(pending, r)
		}
	}
	return pending, f.fault
}

func (f *fakeStore) SaveRecording(_ context.Context, r cti.Recording) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fault != nil {
		return f.fault
	}
	if old, ok := f.all[r.ID]; ok && !old.State.MayBecome(r.State) {
		return cti.ErrConflict
	}
	if !slices.Contains(pendingStates, r.State) {
		f.saves++
	}
	f.steps = append(f.steps, r.State)
	if r.State == cti.RecordingVerified { // only the state of a stored file changes
		old := f.all[r.ID]
		old.State = r.State
		r = old
	}
	f.all[r.ID] = r
	return nil
}

var pendingStates = []cti.RecordingState{cti.RecordingExpected, cti.RecordingWriting, cti.RecordingComplete}

func (f *fakeStore) LateRecordings(_ context.Context, since time.Time) (late []cti.Recording, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.all {
		if r.State == cti.RecordingMissing && !r.Started.Before(since) {
			late = append(late, r)
		}
	}
	return late, f.fault
}

func (f *fakeStore) RecordingsOf(_ context.Context, leg cti.LegID) (found []cti.Recording, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.all {
		if r.Leg == leg {
			found = append(found, r)
		}
	}
	return found, f.fault
}

func (f *fakeStore) Recording(_ context.Context, id string) (cti.Recording, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	r, ok := f.all[id]
	if !ok {
		return r, cti.ErrNotFound
	}
	return r, nil
}

func (f *fakeStore) CallOfLeg(_ context.Context, leg cti.LegID, _ time.Time) (cti.CallID, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if id, ok := f.legs[leg]; ok {
		return id, nil
	}
	return "", cti.ErrNotFound
}

func (f *fakeStore) Call(_ context.Context, id cti.CallID) (cti.CallRecord, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	record, ok := f.calls[id]
	if !ok {
		return record, cti.ErrNotFound
	}
	for _, r := range f.all {
		record.Recordings = append(record.Recordings, r)
	}
	return record, nil
}

func (f *fakeStore) Peaks(_ context.Context, id string) (cti.Peaks, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p, ok := f.peaks[id]
	if !ok {
		return p, cti.ErrNotFound
	}
	return p, nil
}

func (f *fakeStore) SavePeaks(_ context.Context, id string, p cti.Peaks) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.peaks[id] = p
	return f.fault
}

func (f *fakeStore) AddDecisions(_ context.Context, _ cti.CallID, decisions []cti.Decision) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, d := range decisions {
		f.trace = append(f.trace, d.Rule)
	}
	return nil
}

func (f *fakeStore) DueRecordings(_ context.Context, limit int) (due []cti.Recording, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.all {
		if r.Due != "" && r.State.Playable() && len(due) < limit {
			due = append(due, r)
		}
	}
	return due, f.fault
}

func (f *fakeStore) ReplaceFile(_ context.Context, r cti.Recording, before string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	old := f.all[r.ID]
	if f.fault != nil {
		return f.fault
	}
	if old.File != before || !old.State.Playable() {
		return cti.ErrConflict
	}
	r.State = old.State
	f.all[r.ID] = r
	return nil
}

// saved counts the saves of what was settled.
func (f *fakeStore) saved() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.saves
}

func (f *fakeStore) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault = err
}

func (f *fakeStore) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ended = true
}

// bench is a PBX's folder, a store and a running service.
type bench struct {
	pbx   string // the PBX's folder
	opts  Options
	store *fakeStore
	svc   *Service
	stop  func()
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{pbx: t.TempDir(), store: &fakeStore{
		all: map[string]cti.Recording{}, calls: map[cti.CallID]cti.CallRecord{}, legs: map[cti.LegID]cti.CallID{}, peaks: map[string]cti.Peaks{},
	}}
	b.opts = Options{
		Dir: filepath.Join(t.TempDir(), "store"), Roots: []Root{{PBX: "main", Dir: b.pbx}}, Store: b.store,
		Logger: slog.New(slog.DiscardHandler),
	}
	return b
}

// run starts the service; in a synctest bubble.
func (b *bench) run(t *testing.T) {
	t.Helper()
	svc, err := New(b.opts)
	if err != nil {
		t.Fatal(err)
	}
	b.svc = svc
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- svc.Run(ctx) }()
	b.stop = func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func (b *bench) file(name string) string { return filepath.Join(b.pbx, name) }

// call is one whose recordings have these names.
func call(names ...string) cti.Call {
	c := cti.Call{ID: "main:1.1", PBX: "main"}
	for _, name := range names {
		c.Files = append(c.Files, cti.RecordingFile{
			Leg: cti.LegID{PBX: "main", Uniqueid: "1.1"}, Path: spool + "/" + name,
			At: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC),
		})
	}
	return c
}

// tell gives the service an event of the call, as the journal's consumer does.
func (b *bench) tell(t *testing.T, kind cti.CallEventKind, c cti.Call) {
	t.Helper()
	err := b.svc.Apply(t.Context(), []cti.JournalEntry{{Event: cti.CallEvent{Kind: kind, Call: c}}})
	if err != nil {
		t.Fatal(err)
	}
	if kind == cti.CallFinished {
		b.store.end()
	}
	b.svc.Committed(t.Context())
	synctest.Wait()
}

// pass lets time go by, to just after an instant.
func pass(d time.Duration) {
	<-time.After(d + time.Millisecond)
	synctest.Wait()
}

func (b *bench) states() (states []cti.RecordingState) {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(b.store.all)) {
		states = append(states, b.store.all[id].State)
	}
	return states
}

func (b *bench) only(t *testing.T) cti.Recording {
	t.Helper()
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	if len(b.store.all) != 1 {
		t.Fatalf("%d recordings, want one", len(b.store.all))
	}
	for _, r := range b.store.all {
		return r
	}
	panic("unreachable")
}

func equal(t *testing.T, what string, want, have any) {
	t.Helper()
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func grow(t *testing.T, path string, more []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(more); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// closeWAV fills in the sizes, as Asterisk does when it closes the file.
func closeWAV(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(header(uint32(info.Size()-44)), 0); err != nil {
		t.Fatal(err)
	}
}
