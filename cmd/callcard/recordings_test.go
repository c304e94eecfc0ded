package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"callcard/pkg/cti"
	"callcard/pkg/store"
)

// Two recordings of last year, one of them held; the command tells first, and then does it.
func TestPruneCommand(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "c.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"old", "held"} {
		r := cti.Recording{ID: id, CallID: cti.CallID("m:" + id), Leg: cti.LegID{PBX: "m", Uniqueid: id}, Source: "x", Started: time.Now().AddDate(-1, 0, 0)}
		if err := db.ExpectRecording(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		r.State, r.File, r.Bytes = cti.RecordingStored, id+".wav", 5
		if err := db.SaveRecording(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, r.File), []byte("sound"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.HoldRecordings(t.Context(), cti.RecordingHold{CallID: "m:held", By: "olga", Reason: "court", At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "c.yaml")
	text := fmt.Sprintf("store: {url: %q}\nrecordings: {store: %q, keep_days: 90}\n", "sqlite:"+filepath.Join(dir, "c.db"), dir)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	prune := func(args ...string) string {
		t.Helper()
		var out, errs strings.Builder
		if code := run(append([]string{"recordings", "prune", "--config", config}, args...), strings.NewReader(""), &out, &errs); code != exitOK {
			t.Fatalf("exit %d: %s", code, errs.String())
		}
		return out.String()
	}
	left := func() int {
		files, _ := filepath.Glob(filepath.Join(dir, "*.wav"))
		return len(files)
	}
	if told := prune("--dry-run"); !strings.Contains(told, "old ") || !strings.Contains(told, "keep_days") || !strings.Contains(told, "1 recordings (5 bytes) are to be removed; 1 are held.") || left() != 2 {
		t.Errorf("%d files left after:\n%s", left(), told)
	}
	if told := prune(); !strings.Contains(told, "1 recordings (5 bytes) are removed; 1 are held.") || left() != 1 {
		t.Errorf("%d files left after:\n%s", left(), told)
	}
	if told := prune(); !strings.Contains(told, "0 recordings (0 bytes) are removed; 1 are held.") {
		t.Errorf("again:\n%s", told)
	}
}
