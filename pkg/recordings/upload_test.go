package recordings

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"callcard/pkg/cti"
)

func TestReceive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.run(t)
		defer b.stop()
		content := append(header(16000), sound(1)...)
		sum := sha256.Sum256(content)
		up := func(name, checksum string, body []byte) (cti.Recording, error) {
			return b.svc.Receive(t.Context(), Upload{
				Leg: cti.LegID{PBX: "main", Uniqueid: "1.1"}, Name: name, SHA256: checksum, Body: bytes.NewReader(body),
			})
		}
		b.tell(t, cti.RecordingStarted, call("2026/x.wav"))
		r, err := up("/var/spool/asterisk/monitor/2026/x.mp3", hex.EncodeToString(sum[:]), content) // named at the beginning, renamed since
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "the one that was expected", b.only(t).ID, r.ID)
		equal(t, "stored", []any{cti.RecordingStored, 1.0, ".mp3"}, []any{r.State, r.Seconds, filepath.Ext(r.File)})
		again, err := up("x.wav", "", content)
		equal(t, "again", []any{r, nil}, []any{again, err})
		if _, err := up("x.wav", "", append(content, 1)); !errors.Is(err, cti.ErrConflict) {
			t.Errorf("another sound: got %v, want a conflict", err)
		}
		var invalid *cti.InvalidError
		for name, try := range map[string][3]string{
			"a wrong checksum": {"y.wav", strings.Repeat("0", 64), "RIFF"},
			"nothing":          {"z.wav", "", ""},
			"a way out":        {"../../etc/passwd", "", "root"},
			"no name":          {"/", "", "RIFF"},
		} {
			if _, err := up(try[0], try[1], []byte(try[2])); !errors.As(err, &invalid) {
				t.Errorf("%s: got %v, want an invalid field", name, err)
			}
		}
		if _, err := b.svc.Receive(t.Context(), Upload{Leg: r.Leg, Name: "half.wav", Body: io.MultiReader(strings.NewReader("RIFF"), failing{})}); err == nil {
			t.Error("took half a file")
		}
		left, err := os.ReadDir(filepath.Join(b.opts.Dir, temporary))
		if len(left) > 0 || err != nil {
			t.Errorf("left behind: %v, %v", left, err)
		}
		b.tell(t, cti.CallFinished, call("2026/x.wav")) // and the schedule leaves it alone
		equal(t, "still", r, b.store.all[r.ID])
	})
}

func TestAnUploadBeforeItsCallIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.run(t)
		r, err := b.svc.Receive(t.Context(), Upload{
			Leg: cti.LegID{PBX: "main", Uniqueid: "1700000000.5"}, Name: "n.wav", Body: bytes.NewReader(append(header(16000), sound(1)...)),
		})
		equal(t, "recording", []any{nil, cti.CallID("main:1700000000.5"), int64(1700000000), cti.RecordingStored},
			[]any{err, r.CallID, r.Started.Unix(), r.State})
		b.stop()
	})
}

func TestAnUploadIsVerifiedWhenItsCallHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.run(t)
		defer b.stop()
		c := call("x.wav")
		b.store.calls[c.ID] = cti.CallRecord{Call: c}
		b.tell(t, cti.RecordingStarted, c)
		r, err := b.svc.Receive(t.Context(), Upload{Leg: c.Files[0].Leg, Name: "x.wav", Body: bytes.NewReader(append(header(16000), sound(1)...))})
		equal(t, "during the call", []any{cti.RecordingStored, nil}, []any{r.State, err})
		c.Ended = c.Files[0].At.Add(2 * time.Second)
		b.store.calls[c.ID] = cti.CallRecord{Call: c}
		b.tell(t, cti.CallFinished, c)
		equal(t, "after it", cti.RecordingVerified, b.only(t).State)
	})
}
