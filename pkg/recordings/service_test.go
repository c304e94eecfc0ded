package recordings

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
}

func (f *fakeStore) ExpectRecording(_ context.Context, r cti.Recording) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, known := f.all[r.ID]; !known {
		f.all[r.ID] = r
	}
	return f.fault
}

func (f *fakeStore) PendingRecordings(context.Context) (pending []cti.Recording, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.all {
		if r.State == cti.RecordingExpected && f.ended {
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
	f.saves++
	f.all[r.ID] = r
	return nil
}

func (f *fakeStore) AddDecisions(_ context.Context, _ cti.CallID, decisions []cti.Decision) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, d := range decisions {
		f.trace = append(f.trace, d.Rule)
	}
	return nil
}

func (f *fakeStore) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault = err
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
	b := &bench{pbx: t.TempDir(), store: &fakeStore{all: map[string]cti.Recording{}}}
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
		b.store.mu.Lock()
		b.store.ended = true
		b.store.mu.Unlock()
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

func TestAFileThatGrowsIsTakenWhenItIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.run(t)
		name := b.file("2026/q-1.wav")
		write(t, name, string(header(0)))
		b.tell(t, cti.RecordingStarted, call("2026/q-1.wav"))
		grow(t, name, sound(2))
		pass(time.Hour) // a long call: nobody looks
		b.tell(t, cti.CallFinished, call("2026/q-1.wav"))
		equal(t, "at the end of the call", cti.RecordingExpected, b.only(t).State)
		pass(time.Second)
		grow(t, name, sound(1)) // Asterisk flushes its buffer
		pass(time.Second)
		equal(t, "before it is closed", cti.RecordingExpected, b.only(t).State)
		closeWAV(t, name)
		pass(3 * time.Second)

		r := b.only(t)
		content := append(header(48000), sound(3)...)
		sum := sha256.Sum256(content)
		equal(t, "recording", cti.Recording{
			ID: r.ID, CallID: "main:1.1", Leg: cti.LegID{PBX: "main", Uniqueid: "1.1"},
			State: cti.RecordingStored, Source: spool + "/2026/q-1.wav", File: "2026/11/22/" + r.ID + ".wav", Bytes: 48044, Seconds: 3,
			SHA256: hex.EncodeToString(sum[:]), Started: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), Stored: r.Stored,
		}, r)
		equal(t, "stored when", true, time.Since(r.Stored) < time.Second)
		equal(t, "content", true, bytes.Equal(content, b.play(t, r)))
		equal(t, "trace", []string{"recording.stored"}, b.store.trace)
		b.stop()
	})
}

func (b *bench) play(t *testing.T, r cti.Recording) []byte {
	t.Helper()
	audio, err := b.svc.Open(r)
	if err != nil {
		t.Fatal(err)
	}
	defer audio.Close()
	content, err := io.ReadAll(audio)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// TestWhatBecomesOfAFile gives a file as it is from the end of the call on, and when it is settled.
func TestWhatBecomesOfAFile(t *testing.T) {
	for _, test := range []struct {
		name    string
		file    string
		content []byte // nil for no file
		state   cti.RecordingState
		after   time.Duration
		seconds float64
		ext     string
		note    string
	}{
		{"complete", "x.wav", append(header(16000), sound(1)...), cti.RecordingStored, 0, 1, ".wav", ""},
		{"complete GSM", "x.WAV", append(gsm(1625), make([]byte, 1625)...), cti.RecordingStored, 0, 1, ".wav", ""},
		{"a header only", "x.wav", header(0), cti.RecordingEmpty, 5 * time.Second, 0, "", "a header only"},
		{"nothing in it", "x.wav", []byte{}, cti.RecordingEmpty, 5 * time.Second, 0, "", "a header only"},
		{"never closed", "x.wav", append(header(0), sound(2)...), cti.RecordingStored, time.Minute, 2, ".wav", "repaired: the PBX did not close the file"},
		{"wrong sizes", "x.wav", append(header(99000), sound(2)...), cti.RecordingStored, time.Minute, 2, ".wav", "the sizes in its header do not agree with the file"},
		{"no header at all", "x.gsm", make([]byte, 1650), cti.RecordingStored, 5 * time.Second, 1, ".gsm", ""},
		{"linear", "x.sln", make([]byte, 32000), cti.RecordingStored, 5 * time.Second, 2, ".sln", ""},
		{"of a kind that nobody knows", "x.exe", make([]byte, 10), cti.RecordingStored, 5 * time.Second, 0, ".bin", ""},
		{"not there", "no/x.wav", nil, cti.RecordingMissing, time.Minute, 0, "", "not found; tried "},
		{"refused", "../x.wav", nil, cti.RecordingMissing, 0, 0, "", "path refused: it contains \"..\""},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				if test.content != nil {
					write(t, b.file(test.file), string(test.content))
				}
				b.run(t)
				b.tell(t, cti.CallFinished, call(test.file))
				if test.after > 0 {
					<-time.After(test.after - time.Millisecond)
					synctest.Wait()
					equal(t, "too early", cti.RecordingExpected, b.only(t).State)
				}
				pass(time.Millisecond)
				r := b.only(t)
				equal(t, "state and seconds", []any{test.state, test.seconds}, []any{r.State, r.Seconds})
				if !strings.HasPrefix(r.Note, test.note) || (test.note == "") != (r.Note == "") {
					t.Errorf("note %q, want %q", r.Note, test.note)
				}
				if filepath.Ext(r.File) != test.ext {
					t.Errorf("stored as %q, want %s", r.File, test.ext)
				}
				if _, err := b.svc.Open(r); (err == nil) != (r.State == cti.RecordingStored) || err != nil && !errors.Is(err, cti.ErrNotFound) {
					t.Errorf("open: %v", err)
				}
				b.stop()
			})
		})
	}
}

func TestAFileThatStillGrowsIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		write(t, b.file("x.wav"), string(header(0)))
		b.run(t)
		b.tell(t, cti.CallFinished, call("x.wav"))
		for range 300 {
			<-time.After(time.Second)
			grow(t, b.file("x.wav"), []byte{1, 2})
		}
		equal(t, "after five minutes", cti.RecordingExpected, b.only(t).State)
		closeWAV(t, b.file("x.wav"))
		pass(time.Minute)
		equal(t, "closed", cti.RecordingStored, b.only(t).State)
		b.stop()
	})
}

func TestSeveralFilesOfACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		names := []string{"1.wav", "2.wav", "3.wav", "4.wav", "5.wav", "gone.wav"}
		for _, name := range names[:5] {
			write(t, b.file(name), string(append(header(16000), sound(1)...)))
		}
		b.run(t)
		b.tell(t, cti.RecordingStarted, call(names[:2]...))
		b.tell(t, cti.CallFinished, call(names...))
		b.tell(t, cti.CallFinished, call(names...)) // told again
		pass(time.Minute)
		states := b.states()
		slices.Sort(states)
		equal(t, "states", []cti.RecordingState{"missing", "stored", "stored", "stored", "stored", "stored"}, states)
		equal(t, "saves", 6, b.store.saves)
		b.stop()
	})
}

func TestARestartGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		write(t, b.file("x.wav"), string(header(0)))
		b.run(t)
		b.tell(t, cti.CallFinished, call("x.wav"))
		b.stop() // in the middle of the checks
		left := filepath.Join(b.opts.Dir, temporary, "half.part")
		write(t, left, "half a copy")
		grow(t, b.file("x.wav"), sound(1))
		closeWAV(t, b.file("x.wav"))
		b.run(t)
		synctest.Wait()
		equal(t, "state", cti.RecordingStored, b.only(t).State)
		if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("what the crash left is still there: %v", err)
		}
		b.stop()
	})
}

func TestTheIndexIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		write(t, b.file("x.wav"), string(append(header(16000), sound(1)...)))
		b.run(t)
		away := errors.New("away")
		b.store.fail(away)
		if err := b.svc.Apply(t.Context(), []cti.JournalEntry{{Event: cti.CallEvent{Call: call("x.wav")}}}); !errors.Is(err, away) {
			t.Fatalf("got %v, want the fault, so that the journal tries again", err)
		}
		b.store.fail(nil)
		b.tell(t, cti.RecordingStarted, call("x.wav"))
		b.store.fail(away)
		b.store.ended = true
		b.svc.Committed(t.Context())
		pass(time.Minute)
		b.store.fail(nil)
		pass(5 * time.Second)
		equal(t, "state", cti.RecordingStored, b.only(t).State)
		b.stop()
	})
}

func TestAnUnmountedFolderIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.pbx = filepath.Join(b.pbx, "mount")
		b.opts.Roots[0].Dir = b.pbx
		b.run(t)
		b.tell(t, cti.CallFinished, call("x.wav"))
		pass(12 * time.Hour)
		equal(t, "after a night", cti.RecordingExpected, b.only(t).State)
		write(t, b.file("x.wav"), string(append(header(16000), sound(1)...)))
		pass(time.Minute)
		equal(t, "mounted", cti.RecordingStored, b.only(t).State)
		b.stop()
	})
}

func TestAFolderThatNeverComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.opts.Roots[0].Dir = filepath.Join(b.pbx, "mount")
		b.run(t)
		b.tell(t, cti.CallFinished, call("x.wav"))
		pass(25 * time.Hour)
		equal(t, "state", cti.RecordingMissing, b.only(t).State)
		b.stop()
	})
}

// fakeFetcher has files by the name that the PBX gave.
type fakeFetcher map[string]func() (io.ReadCloser, error)

func (f fakeFetcher) Fetch(_ context.Context, r cti.Recording) (io.ReadCloser, error) {
	if fetch := f[strings.TrimPrefix(r.Source, spool+"/")]; fetch != nil {
		return fetch()
	}
	return nil, cti.ErrNotFound
}

func TestFetch(t *testing.T) {
	for name, test := range map[string]struct {
		pbx   string
		after time.Duration
		want  cti.RecordingState
	}{
		"a remote PBX":      {"other", 0, cti.RecordingStored},
		"not on this disk":  {"main", 0, cti.RecordingStored},
		"nowhere":           {"none", time.Minute, cti.RecordingMissing},
		"the PBX is busy":   {"busy", 2 * time.Hour, cti.RecordingExpected},
		"broken half-way":   {"half", time.Minute, cti.RecordingMissing},
		"local goes before": {"local", 0, cti.RecordingStored},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				complete := append(header(16000), sound(1)...)
				give := func(r io.Reader) func() (io.ReadCloser, error) {
					return func() (io.ReadCloser, error) { return io.NopCloser(r), nil }
				}
				b.opts.Fetcher = fakeFetcher{
					"other.wav": give(bytes.NewReader(complete)),
					"main.wav":  give(bytes.NewReader(complete)),
					"busy.wav":  func() (io.ReadCloser, error) { return nil, &cti.UnavailableError{What: "ARI", Err: io.EOF} },
					"half.wav":  give(io.MultiReader(bytes.NewReader(complete[:100]), failing{})),
					"local.wav": func() (io.ReadCloser, error) { panic("fetched what is here") },
				}
				write(t, b.file("local.wav"), string(complete))
				b.opts.Roots = append(b.opts.Roots, Root{PBX: "local", Dir: b.pbx})
				b.run(t)
				c := call(test.pbx + ".wav")
				c.Files[0].Leg.PBX = test.pbx
				b.tell(t, cti.CallFinished, c)
				pass(test.after)
				r := b.only(t)
				equal(t, "state", test.want, r.State)
				if r.State == cti.RecordingStored {
					equal(t, "content", true, bytes.Equal(complete, b.play(t, r)))
					equal(t, "kind", ".wav", filepath.Ext(r.File))
				}
				entries, err := os.ReadDir(filepath.Join(b.opts.Dir, temporary))
				if err != nil || len(entries) > 0 {
					t.Errorf("left behind: %v, %v", entries, err)
				}
				b.stop()
			})
		})
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("connection reset") }
