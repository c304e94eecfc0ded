package recordings

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"callcard/pkg/cti"
)

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
		equal(t, "at the end of the call", cti.RecordingWriting, b.only(t).State)
		pass(time.Second)
		grow(t, name, sound(1)) // Asterisk flushes its buffer
		pass(time.Second)
		equal(t, "before it is closed", cti.RecordingWriting, b.only(t).State)
		closeWAV(t, name)
		pass(3 * time.Second)

		r := b.only(t)
		content := append(header(48000), sound(3)...)
		sum := sha256.Sum256(content)
		equal(t, "recording", cti.Recording{
			ID: r.ID, CallID: "main:1.1", Leg: cti.LegID{PBX: "main", Uniqueid: "1.1"},
			State: cti.RecordingStored, Source: spool + "/2026/q-1.wav", File: "2026/11/22/" + r.ID + ".wav", Bytes: 48044, Seconds: 3,
			Origin: hex.EncodeToString(sum[:]), SHA256: hex.EncodeToString(sum[:]), Started: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), Stored: r.Stored,
		}, r)
		equal(t, "stored when", true, time.Since(r.Stored) < time.Second)
		equal(t, "content", true, bytes.Equal(content, b.play(t, r)))
		equal(t, "trace", []string{"recording.stored"}, b.store.trace)
		b.stop()
	})
}

func (b *bench) play(t *testing.T, r cti.Recording) []byte {
	t.Helper()
	audio, err := b.svc.Open(t.Context(), r)
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
		{"no header at all", "x.gsm", make([]byte, 1650), cti.RecordingStored, 5 * time.Second, 1, ".gsm", "browsers do not play .gsm"},
		{"linear", "x.sln", make([]byte, 32000), cti.RecordingStored, 5 * time.Second, 2, ".sln", "browsers do not play .sln"},
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
					early := cti.RecordingExpected
					if test.content != nil {
						early = cti.RecordingWriting
					}
					equal(t, "too early", early, b.only(t).State)
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
				if _, err := b.svc.Open(t.Context(), r); (err == nil) != (r.State == cti.RecordingStored) || err != nil && !errors.Is(err, cti.ErrNotFound) {
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
		equal(t, "after five minutes", cti.RecordingWriting, b.only(t).State)
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
		if err := b.svc.Apply(t.Context(), []cti.JournalEntry{{Event: cti.CallEvent{Kind: cti.CallFinished, Call: call("x.wav")}}}); err != nil {
			t.Fatal(err)
		}
		b.store.end()
		b.store.fail(away)
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
