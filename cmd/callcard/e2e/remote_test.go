package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"callcard/connector/asterisk/asterisktest"
	"callcard/pkg/cti"
)

// A PBX whose disk callcard cannot read, set up as README and dialplan-samples say.
func TestRecordingsOfARemotePBX(t *testing.T) {
	for _, way := range []struct {
		name   string
		sample func(t *testing.T, etc string) error
		config func(*office, *testing.T) string
	}{
		{"ari", recordForARI, viaARI},
		{"upload", recordAndUpload, viaUpload},
	} {
		for _, version := range asterisktest.Versions() {
			t.Run(way.name+" from asterisk "+version, func(t *testing.T) {
				t.Parallel()
				o := &office{desks: make(map[string]*desk), life: t, redis: startRedis(t)}
				o.pbx = asterisktest.Start(t, asterisktest.Options{Version: version, Name: way.name + version, Sample: func(etc string) error {
					if err := quickQueues(etc); err != nil {
						return err
					}
					return way.sample(t, etc)
				}})
				o.daemon = newDaemon(t, o.config(t, ""))
				remove(t, o.daemon.config, fmt.Sprintf("    recordings: {dir: %q}\n", o.pbx.RecordingsDir))
				o.daemon.addUser(t, "root", "--role", "admin")
				o.daemon.addAgent(t, "anna", "1001")
				add(t, o.daemon.config, way.config(o, t))
				o.daemon.start(t)
				o.daemon.awaitReady(t)
				o.admin = o.daemon.login(t, "root")
				remoteRecording(t, o)
				if way.name == "ari" {
					unheardRecording(t, o)
				}
			})
		}
	}
}

func remoteRecording(t *testing.T, o *office) {
	t.Helper()
	o.phone(t, "1001", asterisktest.Behaviour{Answer: true, Ring: second, Audio: true})
	o.desk(t, "anna").setMode(t, "ready", "")
	call := o.ring(t, asterisktest.Caller{From: "79161110012", To: asterisktest.Support, TalkFor: 5 * second, Audio: true})
	id := o.desk(t, "anna").popped(t, "+79161110012").CallID
	over(t, call)
	var found []cti.Recording
	within(t, "the recording came and was verified", func(context.Context) bool {
		found = o.admin.call(t, id).Recordings
		return len(found) > 0 && found[0].State == cti.RecordingVerified
	})
	if len(found) != 1 || found[0].Seconds < 2 || found[0].Seconds > 6 {
		t.Fatalf("recordings %+v, want one of about the 4 s of talk", found)
	}
	var shape cti.Peaks
	o.admin.do(t, http.MethodGet, "/api/v1/recordings/"+found[0].ID+"/peaks", nil, &shape)
	if len(shape.Peaks) != 800 {
		t.Errorf("%d points, want 800", len(shape.Peaks))
	}
	if status, head := o.admin.ranged(t, "/api/v1/recordings/"+found[0].ID+"/audio", "bytes=0-3"); status != http.StatusPartialContent || string(head) != "RIFF" {
		t.Errorf("status %d, %q", status, head)
	}
	var heard list[cti.RecordingAccess]
	o.admin.do(t, http.MethodGet, "/api/v1/recordings/"+found[0].ID+"/access", nil, &heard)
	if len(heard.Items) != 1 || heard.Items[0].User != "root" || heard.Items[0].What != cti.AccessPlay {
		t.Errorf("accesses %+v, want one play of root", heard.Items)
	}
}

// unheardRecording is of a call that came and went while callcard was down: nobody told
// where its file is, and it is found among those that ARI lists.
func unheardRecording(t *testing.T, o *office) {
	t.Helper()
	const from = "79161110013"
	o.daemon.kill(t)
	over(t, o.pbx.Call(t, asterisktest.Caller{From: from, To: asterisktest.Support, TalkFor: 4 * second, Audio: true}))
	o.daemon.start(t)
	o.daemon.awaitReady(t)
	var calls []cti.CallRecord
	within(t, "the recording of a call that nobody heard was verified", func(context.Context) bool {
		calls = o.admin.callsOf(t, "+"+from)
		return len(calls) == 1 && len(calls[0].Recordings) > 0 && calls[0].Recordings[0].State == cti.RecordingVerified
	})
	if c := calls[0]; c.Certainty != cti.Reconstructed || len(c.Recordings) != 1 || c.Recordings[0].Seconds < 1 {
		t.Errorf("%s, recordings %+v", c.Certainty, c.Recordings)
	}
}

const mixMonitor = "MixMonitor(${RECORDING}.wav,b)"

// recordForARI changes what README's step 4 says.
func recordForARI(_ *testing.T, etc string) error {
	return change(filepath.Join(etc, "samples", "extensions.conf"), mixMonitor, "MixMonitor("+inside(etc, "../spool/recording")+"/${RECORDING}.wav,b)")
}

// inside is a path as the PBX has it, which lives in a root directory of its own.
func inside(dir, name string) string {
	return filepath.Join(dir[strings.LastIndex(dir, "/var/lib/"):], name)
}

func viaARI(o *office, _ *testing.T) string {
	return o.records(recordsConfig) + fmt.Sprintf("    ari: {url: %q, username: %q, password: %q, recordings: %q}\n",
		"http://"+o.pbx.ARIAddr+"/ari", o.pbx.ARI.User, o.pbx.ARI.Secret, inside(filepath.Dir(o.pbx.RecordingsDir), "recording"))
}

// recordAndUpload puts the shipped script beside the configuration and takes the shipped line.
func recordAndUpload(t *testing.T, etc string) error {
	t.Helper()
	path := filepath.Join(etc, "samples", "extensions.conf")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	line := regexp.MustCompile(`(?m)^; same => n,(MixMonitor\(.*upload-recording.sh.*\))$`).FindSubmatch(text)
	if line == nil {
		return fmt.Errorf("%s has no line with upload-recording.sh", path)
	}
	script, err := os.ReadFile("../../../dialplan-samples/upload-recording.sh")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(etc, "upload-recording.sh"), script, 0o755); err != nil {
		return err
	}
	taken := strings.ReplaceAll(string(line[1]), "/usr/local/bin/", "CALLCARD_UPLOAD_CONF="+inside(etc, "upload.conf")+" "+inside(etc, "")+"/")
	return os.WriteFile(path, bytes.ReplaceAll(text, []byte(mixMonitor), []byte(taken)), 0o644)
}

// viaUpload makes the token and lends the PBX's root, which has none, this machine's curl.
func viaUpload(o *office, t *testing.T) string {
	t.Helper()
	o.daemon.addUser(t, "pbx", "--role", "service")
	token, err := exec.Command(binary, "user", "token", "pbx", "--config", o.daemon.config).Output()
	if err != nil {
		t.Fatal("make a token: ", err)
	}
	etc := filepath.Join(filepath.Dir(filepath.Dir(o.pbx.RecordingsDir)), "etc")
	curl := lendCurl(t, etc)
	text := fmt.Sprintf("URL=%s\nTOKEN=%s\nPBX=main\nCURL=%s\n", o.daemon.url(), bytes.TrimSpace(token), curl)
	if err := os.WriteFile(filepath.Join(etc, "upload.conf"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return ""
}

// lendCurl copies curl with its libraries into the PBX's root and returns what to call there.
func lendCurl(t *testing.T, etc string) string {
	t.Helper()
	path, err := exec.LookPath("curl")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("no curl: ", err)
	}
	out, err := exec.Command("ldd", path).Output()
	if err != nil {
		t.Fatal("ldd: ", err)
	}
	dir := filepath.Join(etc, "curl")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	var loader string
	for _, file := range append(regexp.MustCompile(`/\S+`).FindAllString(string(out), -1), path) {
		copied := filepath.Join(dir, filepath.Base(file))
		copyExecutable(t, file, copied)
		if strings.HasPrefix(filepath.Base(file), "ld-") {
			loader = inside(copied, "")
		}
	}
	script := fmt.Sprintf("#!/bin/sh\nexec %s --library-path %s %s/curl \"$@\"\n", loader, inside(dir, ""), inside(dir, ""))
	if err := os.WriteFile(filepath.Join(dir, "run"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return inside(dir, "run")
}

func copyExecutable(t *testing.T, from, to string) {
	t.Helper()
	src, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(dst, src); err != nil {
		t.Fatal(err)
	}
	if err := dst.Close(); err != nil {
		t.Fatal(err)
	}
}

func change(path, old, now string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !bytes.Contains(text, []byte(old)) {
		return fmt.Errorf("%s does not contain %q", path, old)
	}
	return os.WriteFile(path, bytes.ReplaceAll(text, []byte(old), []byte(now)), 0o644)
}

func remove(t *testing.T, path, text string) {
	t.Helper()
	if err := change(path, text, ""); err != nil {
		t.Fatal(err)
	}
}

// add writes more of the first PBX, which ends the file.
func add(t *testing.T, path, more string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, append(text, more...), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
