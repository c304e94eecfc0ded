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
			o.daemon.addUser(t, "root", "--role", "admin")
			o.daemon.addAgent(t, "anna", "1001")
			o.daemon.start(t)
			o.daemon.awaitReady(t)
			o.admin = o.daemon.login(t, "root")
			stereo(t, o)
		})
	}
}

func stereo(t *testing.T, o *office) {
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
	_, head := o.admin.ranged(t, "/api/v1/recordings/"+r.ID+"/audio", "bytes=0-43")
	if len(head) != 44 || head[22] != 2 || head[23] != 0 {
		t.Errorf("the header says % x, want two channels", head)
	}
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
