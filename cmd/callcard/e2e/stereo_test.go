package e2e

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"callcard/connector/asterisk/asterisktest"
	"callcard/pkg/cti"
)

// Each voice has a channel of its own, by the line that dialplan-samples ships: the client
// is left, whoever has called whom.
func TestStereoRecordings(t *testing.T) {
	for _, version := range asterisktest.Versions() {
		t.Run("asterisk "+version, func(t *testing.T) {
			t.Parallel()
			o := &office{desks: make(map[string]*desk), life: t, redis: startRedis(t)}
			o.pbx = asterisktest.Start(t, asterisktest.Options{Version: version, Name: "stereo" + version, Sample: func(etc string) error {
				if err := quickQueues(etc); err != nil {
					return err
				}
				return recordInStereo(etc)
			}})
			o.daemon = newDaemon(t, o.config(t, ""))
			format := map[string]string{asterisktest.V22: "opus", asterisktest.V16: "mp3"}[version]
			if err := change(o.daemon.config, "recordings:\n  store", "recordings:\n  format: "+format+"\n  store"); err != nil {
				t.Fatal(err)
			}
			o.daemon.addUser(t, "root", "--role", "admin")
			o.daemon.addAgent(t, "anna", "1001")
			o.daemon.start(t)
			o.daemon.awaitReady(t)
			o.admin = o.daemon.login(t, "root")
			stereo(t, o, format)
		})
	}
}

func stereo(t *testing.T, o *office, format string) {
	t.Helper()
	o.phone(t, "1001", asterisktest.Behaviour{Answer: true, Ring: second}) // the agent says nothing
	o.desk(t, "anna").setMode(t, "ready", "")
	call := o.ring(t, asterisktest.Caller{From: "79161110031", To: asterisktest.Support, TalkFor: 5 * second, Audio: true})
	id := o.desk(t, "anna").popped(t, "+79161110031").CallID
	over(t, call)
	var r cti.Recording
	within(t, "the recording is verified", func(context.Context) bool {
		found := o.admin.call(t, id).Recordings
		if len(found) == 1 {
			r = found[0]
		}
		return r.State == cti.RecordingVerified
	})
	var shape cti.Peaks
	o.admin.do(t, http.MethodGet, "/api/v1/recordings/"+r.ID+"/peaks", nil, &shape)
	if len(shape.Channels) != 2 {
		t.Fatalf("%d channels, want both voices (note %q)", len(shape.Channels), r.Note)
	}
	const after = 100 // of 800 points: Asterisk 16 begins with the last of the hold music, some 25 ms
	if client, agent := slices.Min(shape.Channels[0][after:700]), slices.Max(shape.Channels[1][after:]); client < 5 || agent > 1 {
		t.Errorf("the client's voice is as loud as %d, the silent agent's as %d", client, agent)
	}
	within(t, "it is transcoded", func(context.Context) bool {
		return o.soundType(t, r.ID) == map[string]string{"opus": "audio/ogg", "mp3": "audio/mpeg"}[format]
	})
	_, sound := o.admin.ranged(t, "/api/v1/recordings/"+r.ID+"/audio", "bytes=0-")
	small := o.admin.call(t, id).Recordings[0]
	if int64(len(sound)) != small.Bytes || small.Bytes > r.Bytes/2 || small.Seconds != r.Seconds || small.State != cti.RecordingVerified {
		t.Errorf("%d bytes of %s, index %+v, before it %+v", len(sound), format, small, r)
	}
	if files, err := filepath.Glob(filepath.Join(o.daemon.dir, "recordings", "*", "*", "*", "*")); err != nil || len(files) != 1 || filepath.Ext(files[0]) != "."+format {
		t.Errorf("the store holds %v, %v", files, err)
	}
}

func (o *office) soundType(t *testing.T, id string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, o.daemon.url()+"/api/v1/recordings/"+id+"/audio", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+o.admin.token)
	req.Header.Set("Range", "bytes=0-0")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close() // of one byte
	return res.Header.Get("Content-Type")
}

// recordInStereo takes the shipped line in place of the plain one.
func recordInStereo(etc string) error {
	path := filepath.Join(etc, "samples", "extensions.conf")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	line := regexp.MustCompile(`(?m)^; same => n,(MixMonitor\(.*br\(.*\))$`).FindSubmatch(text)
	if line == nil {
		return fmt.Errorf("%s has no line for stereo", path)
	}
	return change(path, mixMonitor, string(line[1]))
}
