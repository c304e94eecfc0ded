package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/auth"
	"callcard/pkg/config"
	"callcard/pkg/cti"
)

// command runs callcard in this process.
func command(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

// configFile is a configuration with a store of its own and one PBX.
func configFile(t *testing.T) (path string, cfg config.Config) {
	t.Helper()
	dir := t.TempDir()
	path = filepath.Join(dir, "callcard.yaml")
	text := "store: {url: 'sqlite:" + filepath.Join(dir, "cc.db") + "'}\n" +
		"pbx:\n- {id: main, ami: {address: '127.0.0.1:1', username: u, secret: s}, trunks: [PJSIP/1]}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return path, cfg
}

func TestWrongCommandLines(t *testing.T) {
	t.Parallel()
	path, _ := configFile(t)
	broken := filepath.Join(t.TempDir(), "broken.yaml")
	if err := os.WriteFile(broken, []byte("http: {listen: nowhere}\nstroe: {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args  []string
		wants []string
	}{
		"unknown command":  {[]string{"fly"}, []string{`unknown command "fly"`}},
		"unknown flag":     {[]string{"serve", "--fly"}, []string{"unknown flag: --fly"}},
		"too many":         {[]string{"version", "x"}, []string{"x"}},
		"no file":          {[]string{"serve", "--config", "/no/such.yaml"}, []string{"/no/such.yaml", "no such file"}},
		"all faults":       {[]string{"serve", "--config", broken}, []string{"2 fault(s)", "broken.yaml:1: http.listen", "broken.yaml:2: stroe"}},
		"migrate":          {[]string{"migrate", "--config", broken}, []string{"broken.yaml:2: stroe"}},
		"password on argv": {[]string{"user", "add", "anna", "--config", path}, []string{"--password-stdin"}},
		"no name":          {[]string{"user", "add", "--password-stdin"}, []string{"arg"}},
		"all flags wrong": {
			[]string{"user", "add", "an na", "--config", path, "--role", "boss", "--interface", "1001", "--pbx", "other", "--password-stdin"},
			[]string{`NAME: got "an na"`, `--role: got "boss", want agent, supervisor, admin, service`, `--interface: got "1001"`, `--pbx: got "other"`},
		},
		"queues without interface": {[]string{"user", "add", "anna", "--config", path, "--queues", "a,b", "--password-stdin"}, []string{"--queues"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, _, stderr := command(t, "short\n", c.args...)
			if code != 2 {
				t.Errorf("got the exit code %d, want 2", code)
			}
			for _, want := range c.wants {
				if !strings.Contains(stderr, want) {
					t.Errorf("does not say %q:\n%s", want, stderr)
				}
			}
		})
	}
}

func TestUserAdd(t *testing.T) {
	t.Parallel()
	path, cfg := configFile(t)
	code, stdout, stderr := command(t, "correct horse\r\n", "user", "add", "anna", "--config", path, "--role", "agent",
		"--interface", "Local/1001@from-queue/n", "--extension", "1001", "--queues", "support, sales", "--name", "Анна", "--password-stdin")
	if code != 0 || stdout != "The agent anna may log in now.\n" {
		t.Fatalf("got %d %q %q", code, stdout, stderr)
	}
	code, _, stderr = command(t, "another horse", "user", "add", "anna", "--config", path, "--password-stdin")
	if code != 2 || !strings.Contains(stderr, `NAME: got "anna", want a name that is not taken`) {
		t.Errorf("a second anna: got %d %q", code, stderr)
	}
	code, _, stderr = command(t, "\n", "user", "add", "boris", "--config", path, "--password-stdin")
	if code != 2 || !strings.Contains(stderr, "password: got") {
		t.Errorf("no password: got %d %q", code, stderr)
	}
	code, _, stderr = command(t, "short\n", "user", "add", "boris", "--config", path, "--password-stdin")
	if code != 0 || !strings.Contains(stderr, "Warning: a password of fewer than 8 characters") {
		t.Errorf("a short password: got %d %q", code, stderr)
	}
	if !strings.Contains(stderr, "Warning: an agent without --interface has no phone") {
		t.Errorf("no phone: got %q", stderr)
	}
	code, _, stderr = command(t, "correct horse", "user", "add", "vera", "--config", path, "--interface", "pjsip/1001", "--password-stdin")
	if code != 0 || !strings.Contains(stderr, "is also the phone of anna") {
		t.Errorf("a phone of two: got %d %q", code, stderr)
	}
	s, err := openStore(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got, _, err := s.User(t.Context(), "anna")
	want := cti.User{
		ID: "anna", Name: "Анна", Role: cti.RoleAgent, Interface: "Local/1001@from-queue/n", Device: "PJSIP/1001",
		Extension: "1001", Queues: []string{"support", "sales"},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	login := auth.New(auth.Options{Users: s, Sessions: s})
	if _, _, err := login.Login(t.Context(), auth.Attempt{Username: "anna", Password: "correct horse"}); err != nil {
		t.Errorf("the password does not open: %v", err)
	}
}

func TestMigrateVersionHelp(t *testing.T) {
	t.Parallel()
	path, _ := configFile(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"migrate", "--config", path}, "up to date: sqlite:"},
		{[]string{"version"}, "callcard "},
		{[]string{"--help"}, "replay"},
		{[]string{"user"}, "add"},
		{nil, "serve"},
	} {
		if code, stdout, stderr := command(t, "", c.args...); code != 0 || !strings.Contains(stdout, c.want) {
			t.Errorf("%v: got %d %q %q, want %q", c.args, code, stdout, stderr, c.want)
		}
	}
}

func TestEnvironmentReachesTheCommands(t *testing.T) {
	t.Setenv("CALLCARD_HTTP_LISTEN", "nowhere")
	code, _, stderr := command(t, "", "serve")
	if code != 2 || !strings.Contains(stderr, "environment CALLCARD_HTTP_LISTEN: http.listen") {
		t.Errorf("got %d %q", code, stderr)
	}
}

func TestTakenPortIsAClearFault(t *testing.T) {
	o := newTestOffice(t)
	o.start()
	t.Setenv("CALLCARD_HTTP_LISTEN", o.app.Addr().String())
	t.Setenv("CALLCARD_STORE_URL", "sqlite:"+filepath.Join(t.TempDir(), "cc.db"))
	t.Setenv("CALLCARD_RECORDINGS_STORE", t.TempDir())
	code, _, stderr := command(t, "", "serve")
	if code != 1 || !strings.Contains(stderr, "http.listen") || !strings.Contains(stderr, "address already in use") || !strings.Contains(stderr, "no PBX is configured") {
		t.Errorf("got %d %q", code, stderr)
	}
	t.Setenv("CALLCARD_PBX_0_ID", "main")
	t.Setenv("CALLCARD_PBX_0_AMI_ADDRESS", "127.0.0.1:1")
	t.Setenv("CALLCARD_PBX_0_AMI_USERNAME", "callcard")
	t.Setenv("CALLCARD_PBX_0_AMI_SECRET", "hunter2")
	t.Setenv("CALLCARD_PBX_0_RECORDINGS_DIR", "/no/such")
	if _, _, stderr = command(t, "", "serve"); !strings.Contains(stderr, "recordings cannot be read now") || strings.Contains(stderr, "hunter2") {
		t.Errorf("a directory that is not there: %q", stderr)
	}
	o.end()
}
