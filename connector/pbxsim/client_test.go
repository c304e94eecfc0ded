package pbxsim

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// raw is an AMI client made of a socket and a reader, nothing more.
type raw struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
}

// serve runs an exchange for the test.
func serve(t *testing.T, opts Options) *PBX {
	t.Helper()
	if opts.Users == nil {
		opts.Users = []User{
			{Name: "track", Secret: "t", Read: "system,call,agent,user,dialplan", Write: "reporting"},
			{Name: "control", Secret: "c", Read: "call", Write: "system,call,agent,originate", Events: []string{"OriginateResponse"}},
		}
	}
	p := testPBX(t, opts)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return p
}

func dial(t *testing.T, p *PBX) *raw {
	t.Helper()
	conn, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	c := &raw{t: t, conn: conn, r: bufio.NewReader(conn)}
	if line, _ := c.r.ReadString('\n'); line != "Asterisk Call Manager/11.0.0\r\n" {
		t.Fatalf("banner: %q", line)
	}
	return c
}

func login(t *testing.T, p *PBX, user, secret string) *raw {
	t.Helper()
	c := dial(t, p)
	c.send("Action: Login", "Username: "+user, "Secret: "+secret, "ActionID: in")
	c.expect("Response: Success", "ActionID: in", "Message: Authentication accepted")
	return c
}

func (c *raw) send(lines ...string) {
	c.t.Helper()
	if _, err := fmt.Fprintf(c.conn, "%s\r\n\r\n", strings.Join(lines, "\r\n")); err != nil {
		c.t.Fatal(err)
	}
}

// next reads one message.
func (c *raw) next() string {
	c.t.Helper()
	var b strings.Builder
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			c.t.Fatalf("read: %v (so far %q)", err, b.String())
		}
		if line == "\r\n" {
			return b.String()
		}
		b.WriteString(strings.TrimSuffix(line, "\r\n") + "\n")
	}
}

// expect reads one message that is exactly these lines.
func (c *raw) expect(lines ...string) {
	c.t.Helper()
	if got, want := c.next(), strings.Join(lines, "\n")+"\n"; got != want {
		c.t.Fatalf("got\n%s\nwant\n%s", got, want)
	}
}

// until reads on to a message that has all these lines.
func (c *raw) until(lines ...string) string {
	c.t.Helper()
	for {
		got := c.next()
		all := true
		for _, l := range lines {
			all = all && strings.Contains("\n"+got, "\n"+l+"\n")
		}
		if all {
			return got
		}
	}
}

func field(message, name string) string {
	for line := range strings.SplitSeq(message, "\n") {
		if value, ok := strings.CutPrefix(line, name+": "); ok {
			return value
		}
	}
	return ""
}
