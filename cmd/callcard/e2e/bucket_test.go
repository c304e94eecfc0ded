package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"callcard/connector/asterisk/asterisktest"
	"callcard/pkg/cti"
	"callcard/pkg/objects/objectstest"
)

// Recordings in a bucket: while it is away they wait, and then they play from there.
func TestRecordingsInABucket(t *testing.T) {
	t.Parallel()
	s3 := objectstest.Start(t)
	o := &office{desks: make(map[string]*desk), life: t, redis: startRedis(t)}
	o.pbx = asterisktest.Start(t, asterisktest.Options{Version: asterisktest.V22, Name: "bucket22", Sample: quickQueues})
	o.daemon = newDaemon(t, o.config(t, ""))
	dir := filepath.Join(o.daemon.dir, "recordings")
	if err := change(o.daemon.config, fmt.Sprintf("  store: %q\nphone:", dir), fmt.Sprintf(`  store: s3://%s/office
  s3: {endpoint: %q, access_key: %q, secret_key: %q, ca: %q, dir: %q}
phone:`, s3.Bucket, s3.Endpoint, s3.AccessKey, s3.SecretKey, s3.CA, dir)); err != nil {
		t.Fatal(err)
	}
	o.daemon.addUser(t, "root", "--role", "admin")
	o.daemon.addAgent(t, "anna", "1001")
	o.daemon.start(t)
	o.daemon.awaitReady(t)
	o.admin = o.daemon.login(t, "root")
	o.phone(t, "1001", asterisktest.Behaviour{Answer: true, Ring: second, Audio: true})
	o.desk(t, "anna").setMode(t, "ready", "")

	s3.Stop(t)
	call := o.ring(t, asterisktest.Caller{From: "79161110021", To: asterisktest.Support, TalkFor: 4 * second, Audio: true})
	id := o.desk(t, "anna").popped(t, "+79161110021").CallID
	over(t, call)
	var r cti.Recording
	state := func(want cti.RecordingState) func(context.Context) bool {
		return func(context.Context) bool {
			found := o.admin.call(t, id).Recordings
			if len(found) == 1 {
				r = found[0]
			}
			return r.State == want
		}
	}
	within(t, "the recording waits for its bucket", state(cti.RecordingComplete))
	if len(r.Tried) != 1 || !strings.Contains(r.Tried[0], "connection refused") {
		t.Errorf("tried %q, want why the bucket did not take it", r.Tried)
	}
	if metrics := o.daemon.metrics(t); !strings.Contains(metrics, "\ncallcard_recordings_waiting 1\n") {
		t.Error("no metric tells that it waits")
	}
	s3.Run(t)
	o.daemon.kill(t) // and what waited is known after a crash
	o.daemon.start(t)
	o.daemon.awaitReady(t)
	within(t, "the recording is in its bucket", state(cti.RecordingVerified))
	objects, err := filepath.Glob(filepath.Join(s3.Dir, "office", "*", "*", "*", r.ID+".wav"))
	if err != nil || len(objects) != 1 {
		t.Fatalf("the bucket holds %v, %v", objects, err)
	}
	content, err := os.ReadFile(objects[0])
	if err != nil {
		t.Fatal(err)
	}
	path := "/api/v1/recordings/" + r.ID + "/audio"
	status, tail := o.admin.ranged(t, path, "bytes=-100")
	if status != http.StatusPartialContent || string(tail) != string(content[len(content)-100:]) {
		t.Errorf("the last 100 bytes: status %d, %d bytes that are others", status, len(tail))
	}
	if status, all := o.admin.ranged(t, path+"?download=1", "bytes=0-"); status != http.StatusPartialContent || string(all) != string(content) {
		t.Errorf("the whole: status %d, %d bytes of %d", status, len(all), len(content))
	}
}

func (d *daemon) metrics(t *testing.T) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.url()+"/metrics", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
