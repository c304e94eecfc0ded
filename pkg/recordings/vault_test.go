package recordings

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"callcard/pkg/cti"
)

// flaky is a vault that may be away.
type flaky struct {
	mu   sync.Mutex
	away error
	kept map[string][]byte
	puts int
}

func (f *flaky) set(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.away = err
}

func (f *flaky) Keep(_ context.Context, name, from, sum string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.away != nil {
		return f.away
	}
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if got, _ := sumOf(bytes.NewReader(content)); got != sum {
		return errors.New("another checksum")
	}
	f.puts++
	f.kept[name] = content
	return nil
}

type closing struct{ *bytes.Reader }

func (closing) Close() error { return nil }

func (f *flaky) Open(_ context.Context, name string) (io.ReadSeekCloser, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	content, ok := f.kept[name]
	if !ok {
		return nil, cti.ErrNotFound
	}
	return closing{bytes.NewReader(content)}, f.away
}

func (f *flaky) Remove(_ context.Context, name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.away == nil {
		delete(f.kept, name)
	}
	return f.away
}

func vaulted(t *testing.T) (*bench, *flaky) {
	t.Helper()
	b, v := newBench(t), &flaky{kept: map[string][]byte{}}
	b.opts.Vault = v
	return b, v
}

func TestAStoreThatIsAwayDelays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, v := vaulted(t)
		v.set(errors.New("connection refused"))
		b.run(t)
		defer func() { b.stop() }()
		content := append(header(16000), sound(1)...)
		write(t, b.file("x.wav"), string(content))
		b.tell(t, cti.CallFinished, call("x.wav"))
		pass(time.Hour)
		r := b.only(t)
		equal(t, "waits", []any{cti.RecordingComplete, 1, int64(1)}, []any{r.State, len(r.Tried), b.svc.Stats().Waiting})
		if len(r.Tried) != 1 || !strings.Contains(r.Tried[0], "connection refused") || b.svc.Stats().Failures < 50 {
			t.Errorf("tried %v, %d failures", r.Tried, b.svc.Stats().Failures)
		}
		b.stop()
		b.run(t) // a restart forgets nothing
		v.set(nil)
		pass(time.Minute)
		r = b.only(t)
		equal(t, "stored", []any{cti.RecordingStored, []string(nil), 1, int64(0)}, []any{r.State, r.Tried, v.puts, b.svc.Stats().Waiting})
		equal(t, "plays", content, b.play(t, r))
		delete(b.store.peaks, r.ID) // of one that is older than shapes are
		if p, err := b.svc.Peaks(t.Context(), r); err != nil || len(p.Peaks) != 800 {
			t.Errorf("%d points, %v", len(p.Peaks), err)
		}
	})
}

// Who has sent a file may remove it: it waits here until the store takes it, over restarts too.
func TestAnUploadWaitsForTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, v := vaulted(t)
		v.set(errors.New("connection refused"))
		b.run(t)
		defer func() { b.stop() }()
		b.tell(t, cti.RecordingStarted, call("x.wav"))
		content := append(header(16000), sound(1)...)
		up := Upload{Leg: cti.LegID{PBX: "main", Uniqueid: "1.1"}, Name: "x.mp3", Body: bytes.NewReader(content)}
		r, err := b.svc.Receive(t.Context(), up)
		equal(t, "received", []any{cti.RecordingComplete, nil}, []any{r.State, err})
		pass(time.Minute)
		b.stop()
		b.run(t)
		pass(time.Minute)
		equal(t, "still", cti.RecordingComplete, b.only(t).State)
		v.set(nil)
		pass(11 * time.Minute) // its call's end was never told: the patrol finds the file
		r = b.only(t)
		equal(t, "stored", []any{cti.RecordingStored, ".mp3"}, []any{r.State, filepath.Ext(r.File)})
		equal(t, "plays", content, b.play(t, r))
		left, err := os.ReadDir(filepath.Join(b.opts.Dir, incoming))
		if len(left) > 0 || err != nil {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
}

func TestWhatWasStoredBeforeTheBucketPlays(t *testing.T) {
	t.Parallel()
	b, _ := vaulted(t)
	svc, err := New(b.opts)
	if err != nil {
		t.Fatal(err)
	}
	b.svc = svc
	write(t, filepath.Join(b.opts.Dir, "2026/11/22/old.wav"), "sound")
	equal(t, "plays", []byte("sound"), b.play(t, cti.Recording{ID: "old", State: cti.RecordingStored, File: "2026/11/22/old.wav"}))
}
