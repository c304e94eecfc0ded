package asterisktest

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Each version is started once; what the shipped samples promise is tried on it story by story.
func TestLab(t *testing.T) {
	for _, version := range Versions() {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			pbx := Start(t, Options{Version: version})
			t.Run("samples load without complaint", func(t *testing.T) { cleanBoot(t, pbx) })
			t.Run("ARI answers", func(t *testing.T) { ariAnswers(t, pbx) })
			t.Run("support line is answered", func(t *testing.T) { answered(t, pbx) })
			t.Run("phone and client act when told", func(t *testing.T) { told(t, pbx) })
			t.Run("recording has sound", func(t *testing.T) { recordingHasSound(t, pbx) })
			t.Run("tracking user looks and does not touch", func(t *testing.T) { trackingRights(t, pbx) })
			t.Run("control user acts", func(t *testing.T) { controlRights(t, pbx) })
			t.Run("tracking user is told what matters", func(t *testing.T) { filteredEvents(t, pbx) })
			t.Run("killed and started again", func(t *testing.T) { killedAndBack(t, pbx) })
		})
	}
}

// cleanBoot reads what Asterisk logged about the shipped files. It warns of files that the lab does not have; these are not ours.
func cleanBoot(t *testing.T, pbx *PBX) {
	t.Helper()
	log, err := os.ReadFile(pbx.host("log/full"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(log)) {
		complaint := strings.Contains(line, "WARNING[") || strings.Contains(line, "ERROR[")
		for _, part := range []string{" manager.c:", "pbx_config.c:", "pbx.c:", "app_queue.c:", "pjsip_configuration", "config_transport", "location.c:", "features_config", "res_parking", "res_ari", "http.c:", " config.c:", "res_sorcery_config.c: Could not"} {
			if complaint && strings.Contains(line, part) {
				t.Error(line)
			}
		}
	}
}

func ariAnswers(t *testing.T, pbx *PBX) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+pbx.ARIAddr+"/ari/asterisk/info?only=system", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(pbx.ARI.User, pbx.ARI.Secret)
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("ARI says %s: %s (%v)", res.Status, body, err)
	}
}

// play tells a story and leaves it to be looked at until the test ends.
func play(t *testing.T, pbx *PBX, name string) {
	t.Helper()
	sc, err := FindScenario(name)
	if err != nil {
		t.Fatal(err)
	}
	stage := Set(pbx, sc)
	if stage.Err() == nil {
		sc.Run(stage)
	}
	stage.Quiet()
	if err := errors.Join(stage.Err(), stage.Clear()); err != nil {
		t.Fatal(err)
	}
}

func answered(t *testing.T, pbx *PBX) {
	t.Helper()
	play(t, pbx, "answered")
	connect := pbx.Witness.Events(Match{"Event": "AgentConnect", "Queue": "support"})
	if len(connect) != 1 {
		t.Fatalf("%d AgentConnect, want 1", len(connect))
	}
	if got := connect[0].Get("MemberName"); got != "Ivan Petrov" {
		t.Errorf("answered by %q, want Ivan Petrov", got)
	}
	if got := connect[0].Get("CallerIDNum"); got != Client {
		t.Errorf("caller's number is %q, want %s", got, Client)
	}
}

func recordingHasSound(t *testing.T, pbx *PBX) {
	t.Helper()
	play(t, pbx, "recorded")
	named := pbx.Witness.Events(Match{"Event": "VarSet", "Variable": "MIXMONITOR_FILENAME"})
	if len(named) != 1 {
		t.Fatalf("%d recordings named, want 1", len(named))
	}
	wav, err := os.ReadFile(pbx.HostPath(named[0].Get("Value")))
	if err != nil {
		t.Fatal(err)
	}
	// 16-bit samples at 8 kHz: 4 s of talk are 64,000 bytes behind the header of 44.
	if sound := len(wav) - 44; sound < 48_000 || sound > 80_000 {
		t.Errorf("recording has %d bytes of sound, want about 64000", sound)
	}
	if silence := bytes.Count(wav[44:], []byte{0, 0}); silence > len(wav)/4 {
		t.Errorf("recording is silent: %d of %d samples are zero", silence, len(wav)/2)
	}
}

func dial(t *testing.T, pbx *PBX, as Credentials) *Witness {
	t.Helper()
	w, err := DialWitness(pbx.AMIAddr, as.User, as.Secret, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return w
}

func trackingRights(t *testing.T, pbx *PBX) {
	t.Helper()
	w := dial(t, pbx, pbx.Tracking)
	for _, question := range []string{"Ping", "QueueStatus", "CoreShowChannels", "CoreStatus", "CoreSettings", "DeviceStateList", "BridgeList"} {
		if _, err := w.Do(question); err != nil {
			t.Error(err)
		}
	}
	for _, act := range []string{"Originate", "Hangup", "Command", "QueuePause", "QueueAdd", "Redirect", "BlindTransfer", "MixMonitor", "UserEvent"} {
		if _, err := w.Do(act); err == nil || !strings.Contains(err.Error(), "Permission denied") {
			t.Errorf("%s as the tracking user: %v, want Permission denied", act, err)
		}
	}
}

func controlRights(t *testing.T, pbx *PBX) {
	t.Helper()
	w := dial(t, pbx, pbx.Control)
	for _, act := range []string{"Originate", "Hangup", "QueuePause", "QueueAdd", "QueueRemove", "BlindTransfer", "Atxfer", "Redirect", "Park"} {
		if _, err := w.Do(act); err == nil || strings.Contains(err.Error(), "Permission denied") {
			t.Errorf("%s without its fields as the control user: %v, want a complaint about the fields", act, err)
		}
	}
	for _, act := range []string{"Command", "MixMonitor", "DBPut", "GetConfig", "ModuleLoad", "UserEvent"} {
		if _, err := w.Do(act); err == nil || !strings.Contains(err.Error(), "Permission denied") {
			t.Errorf("%s as the control user: %v, want Permission denied", act, err)
		}
	}
	shell := []string{"Channel", "PJSIP/1001", "Application", "System", "Data", "true", "Async", "true"}
	if _, err := w.Do("Originate", shell...); err == nil {
		t.Error("the control user may run shell commands by Originate")
	}
	play(t, pbx, "click_agent_noanswer")
	if _, err := w.Await(patience, Match{"Event": "OriginateResponse", "Response": "Failure"}); err != nil {
		t.Error(err)
	}
	for _, m := range w.Events(Match{"Event": "*"}) {
		if e := m.Get("Event"); e != "" && e != "OriginateResponse" && e != "FullyBooted" {
			t.Errorf("%s passed the control user's filter", e)
		}
	}
}

// filteredEvents plays the same call to the tracking user, whose filter is part of the samples, and counts what passed.
func filteredEvents(t *testing.T, pbx *PBX) {
	t.Helper()
	w := dial(t, pbx, pbx.Tracking)
	play(t, pbx, "timeout")
	if _, err := w.Await(patience, Match{"Event": "VarSet", "Variable": "QUEUESTATUS", "Value": "TIMEOUT"}); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"Newchannel", "DialBegin", "DialEnd", "QueueCallerJoin", "QueueCallerAbandon", "QueueCallerLeave", "AgentCalled", "QueueMemberStatus", "Newexten"} {
		if got, want := len(w.Events(Match{"Event": name})), len(pbx.Witness.Events(Match{"Event": name})); got == 0 || got > want {
			t.Errorf("%s came %d times, want 1 to %d", name, got, want)
		}
	}
	for _, m := range w.Events(Match{"Event": "VarSet"}) {
		switch v := m.Get("Variable"); v {
		case "QUEUESTATUS", "DIALSTATUS", "FROM_DID", "MIXMONITOR_FILENAME":
		default:
			t.Errorf("VarSet of %s passed the filter", v)
		}
	}
	for _, m := range w.Events(Match{"Event": "Newexten"}) {
		if app := m.Get("Application"); app != "Queue" && app != "Dial" {
			t.Errorf("Newexten of %s passed the filter", app)
		}
	}
	for _, name := range []string{"RTCPSent", "MusicOnHoldStart", "ExtensionStatus"} {
		if got := w.Events(Match{"Event": name}); len(got) > 0 {
			t.Errorf("%s passed the filter", name)
		}
	}
}

func killedAndBack(t *testing.T, pbx *PBX) {
	t.Helper()
	if err := pbx.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := pbx.StartAgain(); err != nil {
		t.Fatal(err)
	}
	answered(t, pbx)
}

// The conversations that other packages play must be whole: of both versions, small, each with its words, beginning with a login and
// the answers of a resync.
func TestRecordedConversations(t *testing.T) {
	t.Parallel()
	for _, version := range Versions() {
		for _, sc := range Scenarios() {
			checkRecording(t, filepath.Join("..", "testdata", version, sc.Name), sc)
		}
	}
}

// checkRecording looks at one conversation and its words.
func checkRecording(t *testing.T, path string, sc Scenario) {
	t.Helper()
	ami, err := os.ReadFile(path + ".ami")
	if err != nil {
		t.Error(err)
		return
	}
	if len(ami) > 150<<10 {
		t.Errorf("%s.ami has %d bytes, want less than 150 KiB", path, len(ami))
	}
	if !bytes.HasPrefix(ami, []byte("#T ")) || !bytes.HasSuffix(ami, []byte("\r\n\r\n")) {
		t.Errorf("%s.ami does not begin with a time and end with a whole message", path)
	}
	for _, part := range []string{"CoreShowChannelsComplete", "QueueStatusComplete"} {
		if !bytes.Contains(ami, []byte("Event: "+part)) {
			t.Errorf("%s.ami has no %s", path, part)
		}
	}
	words, err := os.ReadFile(path + ".txt")
	if err != nil || string(words) != sc.words() {
		t.Errorf("%s.txt does not say what the story says (%v); record it again", path, err)
	}
	born, gone := bytes.Count(ami, []byte("\nEvent: Newchannel\r\n")), bytes.Count(ami, []byte("\nEvent: Hangup\r\n"))
	if born != gone && sc.Name != "killed" {
		t.Errorf("%s.ami has %d channels and %d hang-ups", path, born, gone)
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	m := Message{{"Event", "Hangup"}, {"Channel", "PJSIP/1001-00000001"}}
	for _, tc := range []struct {
		want Match
		fits bool
	}{
		{Match{"Event": "Hangup"}, true},
		{Match{"event": "Hangup", "Channel": "PJSIP/1001-*"}, true},
		{Match{"Channel": "PJSIP/1002-*"}, false},
		{Match{"Event": "Hangup", "Cause": "16"}, false},
	} {
		if got := tc.want.fits(m); got != tc.fits {
			t.Errorf("%v fits: %v, want %v", tc.want, got, tc.fits)
		}
	}
}
