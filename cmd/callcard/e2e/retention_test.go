package e2e

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // driver "sqlite"

	"callcard/pkg/cti"
)

// keptAsLong: the recording has become three days old and a policy keeps it for one. It is
// listed, held, released and removed; what remains says by which policy and when.
func keptAsLong(t *testing.T, o *office, call cti.CallID, recording cti.Recording) {
	t.Helper()
	o.age(t, recording.ID)
	listed := fmt.Sprintf("1 recordings (%d bytes) are ", recording.Bytes)
	before, path := o.soundFiles(t), "/api/v1/recordings/"+recording.ID
	if said := o.prune(t, "--dry-run"); !strings.Contains(said, recording.ID) || !strings.Contains(said, listed+"to be removed; 0 are held.") {
		t.Errorf("the dry run says %q, want that recording with its policy", said)
	}
	o.admin.do(t, http.MethodPut, path+"/hold", map[string]string{"reason": "Спор о счёте 17"}, nil)
	if said := o.prune(t); !strings.Contains(said, "0 recordings (0 bytes) are removed; 1 are held.") || !slices.Equal(o.soundFiles(t), before) {
		t.Errorf("with a hold: %q, and of the files %v remain %v", said, before, o.soundFiles(t))
	}
	if status, _ := o.desk(t, "anna").ranged(t, path+"/audio", "bytes=0-11"); status != http.StatusPartialContent {
		t.Errorf("what is held does not play: status %d", status)
	}
	o.admin.do(t, http.MethodDelete, path+"/hold", nil, nil)
	if said := o.prune(t); !strings.Contains(said, listed+"removed; 0 are held.") || len(o.soundFiles(t)) != len(before)-1 {
		t.Errorf("after the release: %q, and of the files %v remain %v", said, before, o.soundFiles(t))
	}
	o.tombstone(t, call, recording)
}

// tombstone is what remains of a removed recording.
func (o *office) tombstone(t *testing.T, call cti.CallID, was cti.Recording) {
	t.Helper()
	got := o.admin.call(t, call).Recordings
	if len(got) != 1 || got[0].State != cti.RecordingExpired || got[0].ExpiredBy != "keep_days" || time.Since(got[0].Expired) > patience ||
		got[0].SHA256 != was.SHA256 || got[0].Seconds != was.Seconds {
		t.Errorf("what remains is %+v, want expired by keep_days just now, with the checksum and the length of %+v", got, was)
	}
	path := "/api/v1/recordings/" + was.ID
	status, why := o.desk(t, "anna").ranged(t, path+"/audio", "bytes=0-11")
	if status != http.StatusNotFound || !strings.Contains(string(why), `by the retention policy \"keep_days\"`) {
		t.Errorf("playing it: status %d, %s, want 404 and why", status, why)
	}
	if status, text, err := request(t.Context(), http.MethodPut, o.admin.base+path+"/hold", o.admin.token, map[string]string{"reason": "too late"}); err != nil || status != http.StatusConflict {
		t.Errorf("a hold of what is gone: status %d, %v: %s, want 409", status, err, text)
	}
	var access list[cti.RecordingAccess]
	o.admin.do(t, http.MethodGet, path+"/access", nil, &access)
	var what []string
	for _, a := range slices.Backward(access.Items) {
		what = append(what, a.What)
	}
	if want := []string{cti.AccessPlay, cti.AccessHold, cti.AccessRelease, cti.AccessExpire}; !slices.Equal(slices.Compact(without(what, cti.AccessPlay, 1)), want) {
		t.Errorf("the log tells %v, want %v", what, want)
	}
}

// without leaves only the first n of what.
func without(all []string, what string, n int) []string {
	return slices.DeleteFunc(all, func(s string) bool {
		if s == what {
			n--
		}
		return s == what && n < 0
	})
}

// prune runs the command beside the daemon, with a configuration that keeps recordings for a day.
func (o *office) prune(t *testing.T, flags ...string) string {
	t.Helper()
	text := strings.Replace(o.configText(t), "recordings:\n", "recordings:\n  keep_days: 1\n", 1)
	file := filepath.Join(t.TempDir(), "keep.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, binary, append([]string{"recordings", "prune", "--config", file}, flags...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("callcard recordings prune: %v\n%s", err, out)
	}
	return string(out)
}

func (o *office) configText(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(o.daemon.config)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// age makes a recording three days older: policies count days, and nobody waits for one.
func (o *office) age(t *testing.T, id string) {
	t.Helper()
	found := regexp.MustCompile(`(?m)^store:\n  url: "(.*)"$`).FindStringSubmatch(o.configText(t))
	if found == nil {
		t.Fatal("no store in the configuration")
	}
	driver, address := "pgx", found[1]
	if path, is := strings.CutPrefix(address, "sqlite:"); is {
		driver, address = "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	result, err := db.ExecContext(t.Context(), `UPDATE recordings SET started = started - $1 WHERE id = $2`, (3 * 24 * time.Hour).Microseconds(), id)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		t.Fatalf("%d recordings are older now (%v), want 1", n, err)
	}
}

// soundFiles are those of the store.
func (o *office) soundFiles(t *testing.T) (names []string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(o.daemon.dir, "recordings"), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
