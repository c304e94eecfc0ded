package recordings

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"callcard/pkg/cti"
)

// Whatever happens to files, and in whatever order: a state only ever becomes what it
// may, a file that came is stored once, and one that is there for a minute is never missing.
func TestAnyStoryOfAFile(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		acts := rapid.SliceOfN(rapid.SampledFrom([]string{
			"create", "grow", "close", "convert", "remove", "end", "tell", "second", "minute", "hour", "restart", "away", "back",
		}), 1, 25).Draw(rt, "acts")
		dir := t.TempDir()
		synctest.Test(t, func(t *testing.T) { anyStory(t, filepath.Join(dir, "s"), acts) })
	})
}

func anyStory(t *testing.T, dir string, acts []string) {
	t.Helper()
	b := newBench(t)
	b.pbx = filepath.Join(dir, "pbx")
	b.opts.Roots[0].Dir = b.pbx
	if err := os.MkdirAll(b.pbx, 0o750); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	name := b.file("1.wav")
	there := func() bool { _, err := os.Stat(name); return err == nil }
	ended := false
	b.run(t)
	b.tell(t, cti.RecordingStarted, call("1.wav"))
	for _, act := range acts {
		switch act {
		case "create":
			if !there() {
				write(t, name, string(header(0)))
			}
		case "grow":
			if there() {
				grow(t, name, sound(1))
			}
		case "close":
			if there() {
				closeWAV(t, name)
			}
		case "convert":
			if there() {
				if err := os.Rename(name, b.file("1.mp3")); err != nil {
					t.Fatal(err)
				}
			}
		case "remove":
			_ = os.Remove(name)
		case "end", "tell":
			ended = ended || act == "end"
			if ended {
				b.store.fail(nil) // the journal would tell it again
				b.tell(t, cti.CallFinished, call("1.wav"))
			}
		case "second":
			pass(time.Second)
		case "minute":
			pass(time.Minute)
		case "hour":
			pass(time.Hour)
		case "restart":
			b.stop()
			b.run(t)
		case "away":
			b.store.fail(errors.New("away"))
		case "back":
			b.store.fail(nil)
		}
		synctest.Wait()
	}
	b.store.fail(nil)
	b.tell(t, cti.CallFinished, call("1.wav"))
	if !there() {
		if _, err := os.Stat(b.file("1.mp3")); err != nil {
			write(t, name, string(append(header(16000), sound(1)...)))
		}
	}
	pass(2 * time.Hour)
	b.stop()
	r := b.only(t)
	if !r.State.Playable() && r.State != cti.RecordingEmpty {
		t.Errorf("after %v the file is there and the recording %s", acts, r.State)
	}
	steps := append([]cti.RecordingState{cti.RecordingExpected}, b.store.steps...)
	for i, next := range steps[1:] {
		if !steps[i].MayBecome(next) {
			t.Errorf("after %v: %s became %s", acts, steps[i], next)
		}
	}
	stored := 0
	for _, s := range steps {
		if s == cti.RecordingStored {
			stored++
		}
	}
	if stored > 1 {
		t.Errorf("after %v it was stored %d times", acts, stored)
	}
}

func TestNothingLeavesAnExpiredRecording(t *testing.T) {
	t.Parallel()
	for _, next := range cti.RecordingStates() {
		if cti.RecordingExpired.MayBecome(next) {
			t.Errorf("expired may become %s", next)
		}
		if next != cti.RecordingExpired && cti.RecordingVerified.MayBecome(next) {
			t.Errorf("verified may become %s", next)
		}
		if len(next.Before()) == 0 {
			t.Errorf("nothing may become %s", next)
		}
	}
	if slices.Contains(cti.RecordingStored.Before(), cti.RecordingStored) {
		t.Error("a stored file may be stored again")
	}
}

func TestALateFileTakesItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.run(t)
		// Now is the bubble's time: the file must be of yesterday at most.
		c := call("late.wav")
		c.Files[0].At = time.Now()
		b.tell(t, cti.CallFinished, c)
		pass(2 * time.Minute)
		r := b.only(t)
		equal(t, "given up", cti.RecordingMissing, r.State)
		if len(r.Tried) == 0 {
			t.Error("it does not say where it was looked for")
		}
		write(t, b.file("late.mp3"), "an mp3 that took its time")
		pass(11 * time.Minute)
		r = b.only(t)
		equal(t, "found under the other name", []any{cti.RecordingStored, ".mp3", []string(nil)}, []any{r.State, filepath.Ext(r.File), r.Tried})
		b.stop()
	})
}

func TestTheNightFindsWhatNobodyNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		uid := fmt.Sprintf("%d.7", time.Now().Unix())
		leg := cti.LegID{PBX: "main", Uniqueid: uid}
		b.store.legs[leg] = "main:" + cti.CallID(uid)
		b.store.legs[cti.LegID{PBX: "main", Uniqueid: "office-" + uid}] = "main:other"
		delete(b.store.legs, cti.LegID{PBX: "main", Uniqueid: "x"})
		for name, age := range map[string]time.Duration{
			"2026/" + uid + "-79161234567.wav": time.Hour, "nobody-1700000000.1.wav": time.Hour, "notes.txt": time.Hour,
			uid + "-fresh.wav": time.Second, uid + "-old.wav": 100 * time.Hour, "plain.wav": time.Hour,
		} {
			write(t, b.file(name), string(append(header(16000), sound(1)...)))
			at := time.Now().Add(-age)
			if err := os.Chtimes(b.file(name), at, at); err != nil {
				t.Fatal(err)
			}
		}
		b.store.end()
		b.run(t)
		pass(3 * time.Minute)
		r := b.only(t)
		equal(t, "recording", []any{cti.RecordingStored, cti.CallID("main:" + uid), leg, time.Now().Add(-3 * time.Minute).Unix()},
			[]any{r.State, r.CallID, r.Leg, r.Started.Unix()})
		saves := b.store.saved()
		pass(48 * time.Hour) // fresh.wav has rested by the first night, and is taken as well
		equal(t, "of two nights", 2, len(b.states()))
		equal(t, "saves", saves+1, b.store.saved())
		b.stop()
	})
}

func TestVerified(t *testing.T) {
	t.Parallel()
	at := func(s float64) time.Time {
		return time.Unix(1_795_000_000, 0).Add(time.Duration(s * float64(time.Second)))
	}
	client, anna, boris := cti.LegID{PBX: "m", Uniqueid: "1"}, cti.LegID{PBX: "m", Uniqueid: "2"}, cti.LegID{PBX: "m", Uniqueid: "3"}
	talks := []cti.Talk{{Leg: anna, From: at(20), To: at(80)}, {Leg: boris, From: at(80), To: at(120)}}
	for _, test := range []struct {
		name    string
		leg     cti.LegID
		seconds float64
		others  []cti.Recording
		good    bool
		known   bool
	}{
		{"the client's leg, all talks", client, 100, nil, true, true},
		{"with the queue's music", client, 119, nil, true, true},
		{"one talk only", client, 60, nil, false, true},
		{"anna's leg holds her talk", anna, 60, nil, true, true},
		{"boris's leg is too long", boris, 180, nil, false, true},
		{"an unknown length", client, 0, nil, false, false},
		{"stopped for a second file", client, 31, []cti.Recording{{Leg: client, Started: at(50)}}, true, true},
		{"a second at the edge", client, 93.5, nil, true, true}, // 100 − 2 − 5 % = 93
		{"over the edge", client, 92, nil, false, true},
	} {
		r := cti.Recording{Leg: test.leg, Started: at(0), Seconds: test.seconds}
		fault, known := lengthFault(r, cti.CallRecord{
			Call: cti.Call{Started: at(0), Ended: at(125), Talks: talks}, Recordings: append(test.others, r),
		})
		if (fault == "") != (test.good || !known) || known != test.known {
			t.Errorf("%s: fault %q, known %t", test.name, fault, known)
		}
	}
}

func TestAStoredFileIsVerified(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		write(t, b.file("x.wav"), string(append(header(48000), sound(3)...)))
		c := call("x.wav")
		began := c.Files[0].At
		c.Ended = began.Add(5 * time.Second)
		c.Talks = []cti.Talk{{From: began, To: began.Add(3 * time.Second)}}
		b.store.calls[c.ID] = cti.CallRecord{Call: c}
		b.run(t)
		b.tell(t, cti.CallFinished, c)
		r := b.only(t)
		equal(t, "state", cti.RecordingVerified, r.State)
		equal(t, "trace", []string{"recording.stored", "recording.verified"}, b.store.trace)
		equal(t, "plays", 48044, len(b.play(t, r)))
		equal(t, "its shape", 800, len(b.store.peaks[r.ID].Peaks))
		b.stop()
	})
}
