package e2e

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const password = "correct horse battery"

// child is a process this test started and stops by its id.
type child struct {
	cmd  *exec.Cmd
	log  *output
	done chan struct{}
}

// output collects what a child prints, for a failed test's log.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

func spawn(t testing.TB, log *output, name string, args ...string) *child {
	t.Helper()
	c := &child{cmd: exec.Command(name, args...), log: log, done: make(chan struct{})}
	c.cmd.Stdout, c.cmd.Stderr = log, log
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(c.done)
		_ = c.cmd.Wait() // how it ended is in its log
	}()
	return c
}

func (c *child) end(t testing.TB, sig syscall.Signal) {
	t.Helper()
	_ = c.cmd.Process.Signal(sig) // it may have ended by itself
	select {
	case <-c.done:
	case <-time.After(patience):
		_ = c.cmd.Process.Kill()
		t.Errorf("%s did not end after %v", c.cmd.Path, sig)
	}
}

// daemonFiles is where one installation of the daemon lives.
type daemonFiles struct{ dir, config, listen string }

// daemon is callcard serve, which may be killed and started again.
type daemon struct {
	daemonFiles
	log   output
	told  int // bytes of the log that a story before this one has had
	child *child
}

func newDaemon(t *testing.T, files daemonFiles) *daemon {
	d := &daemon{daemonFiles: files}
	t.Cleanup(func() {
		if d.child != nil {
			d.child.end(t, syscall.SIGTERM)
		}
		if t.Failed() && d.told == 0 {
			d.tell(t)
		}
	})
	return d
}

// tell logs what the daemon said last, and not what it said in earlier stories.
func (d *daemon) tell(t *testing.T) {
	t.Logf("callcard said:\n%s", lastLines(d.log.String()[d.told:], 60))
}

func lastLines(text string, n int) string {
	lines := strings.Split(text, "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

func (d *daemon) start(t *testing.T) {
	t.Helper()
	d.child = spawn(t, &d.log, binary, "serve", "--config", d.config)
}

func (d *daemon) kill(t *testing.T) {
	t.Helper()
	d.child.end(t, syscall.SIGKILL)
}

func (d *daemon) addUser(t *testing.T, name string, flags ...string) {
	t.Helper()
	args := append([]string{"user", "add", name, "--config", d.config, "--password-stdin"}, flags...)
	cmd := exec.Command(binary, args...)
	cmd.Stdin = strings.NewReader(password + "\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("callcard user add %s: %v\n%s", name, err, out)
	}
}

func (d *daemon) addAgent(t *testing.T, name, extension string) {
	t.Helper()
	d.addUser(t, name, "--role", "agent", "--interface", "PJSIP/"+extension, "--extension", extension, "--queues", "support,sales")
}

// redisServer is a real Redis that may be killed and started again, empty.
type redisServer struct {
	address string
	log     output
	child   *child
}

func startRedis(t *testing.T) *redisServer {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("no Redis to test against: ", err)
	}
	r := &redisServer{address: freeAddress(t)}
	r.start(t)
	t.Cleanup(func() { r.child.end(t, syscall.SIGKILL) })
	return r
}

func (r *redisServer) url() string { return "redis://" + r.address }

func (r *redisServer) start(t *testing.T) {
	t.Helper()
	_, port, _ := net.SplitHostPort(r.address)
	r.child = spawn(t, &r.log, "redis-server", "--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no")
	within(t, "Redis listens", func(ctx context.Context) bool {
		var dialer net.Dialer
		conn, err := dialer.DialContext(ctx, "tcp4", r.address)
		if err != nil {
			return false
		}
		return conn.Close() == nil
	})
}

// within asks again and again, ten times a second, until the answer is yes.
func within(t testing.TB, what string, yes func(context.Context) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !yes(ctx) {
		select {
		case <-ctx.Done():
			t.Fatalf("not within %s: %s", patience, what)
		case <-tick.C:
		}
	}
}
