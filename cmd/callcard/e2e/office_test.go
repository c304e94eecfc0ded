package e2e

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"callcard/connector/asterisk/asterisktest"
	"callcard/pkg/store/storetest"
)

// patience bounds every single wait; nothing here takes nearly as long.
const patience = 90 * time.Second

// binary is the program under test, built once.
var binary string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "callcard-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "make a directory for the binary:", err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "callcard")
	if out, err := exec.Command("go", "build", "-o", binary, "callcard/cmd/callcard").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the binary: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// office is a whole installation: the PBX with its phones, Redis, the daemon and
// the people in front of their browsers.
type office struct {
	pbx    *asterisktest.PBX
	redis  *redisServer
	daemon *daemon
	admin  *client
	desks  map[string]*desk // open as long as the office
	life   *testing.T       // of the office, longer than that of a story
}

// open starts an office with the agents anna (1001), boris (1002), vera (1003) and
// gleb (1004). All of them are in support and sales, offline.
func open(t *testing.T, version string) *office {
	t.Helper()
	return openWith(t, version, "office", "")
}

// openWith starts an office under a name, with more lines of configuration.
func openWith(t *testing.T, version, name, more string) *office {
	t.Helper()
	return openSample(t, asterisktest.Options{Version: version, Name: name + version, Sample: quickQueues}, more)
}

func openSample(t *testing.T, opts asterisktest.Options, more string) *office {
	t.Helper()
	o := &office{
		pbx:   asterisktest.Start(t, opts),
		redis: startRedis(t),
		desks: make(map[string]*desk),
		life:  t,
	}
	o.daemon = newDaemon(t, o.config(t, more))
	o.daemon.addUser(t, "root", "--role", "admin")
	for i, name := range []string{"anna", "boris", "vera"} {
		o.daemon.addAgent(t, name, fmt.Sprint(1001+i))
	}
	o.daemon.start(t)
	o.daemon.awaitReady(t)
	o.daemon.addAgent(t, "gleb", "1004") // while it serves
	o.admin = o.daemon.login(t, "root")
	return o
}

// desk is the agent's browser, opened at the first use.
func (o *office) desk(t *testing.T, name string) *desk {
	t.Helper()
	d := o.desks[name]
	if d == nil {
		d = openDesk(o.life, o.daemon, name)
		o.desks[name] = d
	}
	return d
}

// onlyReady makes these agents ready and all others not: the story decides who is rung.
func (o *office) onlyReady(t *testing.T, names ...string) {
	t.Helper()
	ready := make(map[string]bool)
	for _, name := range names {
		ready[name] = true
	}
	for name := range map[string]bool{"anna": true, "boris": true, "vera": true, "gleb": true} {
		mode, reason := "not_ready", "break"
		if ready[name] {
			mode, reason = "ready", ""
		}
		o.desk(t, name).setMode(t, mode, reason)
	}
}

const config = `
http:
  listen: %q
store:
  url: %q
redis:
  url: %q
callbacks: {min_talk: 1s}
recordings:
  store: %q
phone:
  region: RU
pbx:
  - id: main
    ami: {address: %q, username: %q, secret: %q}
    control: {username: %q, secret: %q, phone_events: true}
    trunks: [PJSIP/trunk]
    recordings: {dir: %q}
`

func (o *office) config(t *testing.T, more string) daemonFiles {
	t.Helper()
	dir := t.TempDir()
	f := daemonFiles{dir: dir, config: filepath.Join(dir, "callcard.yaml"), listen: freeAddress(t)}
	text := fmt.Sprintf(config, f.listen, o.storeURL(t, dir), o.redis.url(),
		filepath.Join(dir, "recordings"), o.pbx.AMIAddr, o.pbx.Tracking.User, o.pbx.Tracking.Secret,
		o.pbx.Control.User, o.pbx.Control.Secret, o.pbx.RecordingsDir)
	if err := os.WriteFile(f.config, []byte(text+o.records(more)), 0o600); err != nil {
		t.Fatal(err)
	}
	return f
}

// storeURL: one office keeps its archive in SQLite, the other one in PostgreSQL.
func (o *office) storeURL(t *testing.T, dir string) string {
	t.Helper()
	if o.pbx.Version == asterisktest.V16 {
		return storetest.Postgres(t)
	}
	return "sqlite:" + filepath.Join(dir, "callcard.db")
}

// freeAddress is a loopback address nobody listens on, for as long as the test lasts: below the ports that Linux gives to clients
// (from 32768 up), or one that tries again and again may be given the very port of the server that is down.
func freeAddress(t testing.TB) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", 20000+rand.IntN(12000)))
		if err != nil {
			continue
		}
		defer l.Close()
		return l.Addr().String()
	}
	t.Fatal("no free port among a hundred")
	return ""
}
