package ami_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/connector/ami"
	"callcard/connector/ami/amitest"
)

// recorder is a handler that notes what happens and serves until the end.
type recorder struct {
	downs []string
	waits []time.Duration
	serve func(ctx context.Context, c *ami.Conn) error
	stop  func(downs int)
}

func (r *recorder) Serve(ctx context.Context, c *ami.Conn) error {
	if r.serve != nil {
		return r.serve(ctx, c)
	}
	for {
		if _, err := c.Next(ctx); err != nil {
			return err
		}
	}
}

func (r *recorder) Down(_ context.Context, reason error, retryIn time.Duration) {
	kind := "other"
	for name, target := range map[string]error{"auth": ami.ErrAuth, "permission": ami.ErrPermission, "refused": errRefused} {
		if errors.Is(reason, target) {
			kind = name
		}
	}
	r.downs, r.waits = append(r.downs, kind), append(r.waits, retryIn)
	r.stop(len(r.downs))
}

var errRefused = errors.New("connection refused")

// runClient runs a client against scripts, one per connection; after the last
// one every connect is refused. It returns what the handler noted.
func runClient(t *testing.T, rec *recorder, until int, change func(*ami.Options), scripts ...func(*amitest.Peer)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	rec.stop = func(downs int) {
		if downs == until {
			cancel()
		}
	}
	opts := options("pbx:5038")
	if change != nil {
		change(&opts)
	}
	opts.Dial = func(context.Context, string) (net.Conn, error) {
		if len(scripts) == 0 {
			return nil, errRefused
		}
		script := scripts[0]
		scripts = scripts[1:]
		client, server := net.Pipe()
		go func() {
			script(amitest.Greet(t, server, user))
			_ = server.Close()
		}()
		return client, nil
	}
	backoff := ami.Backoff{Rand: func(n int64) int64 { return n - 1 }} // always the cap
	if err := ami.NewClient(opts, backoff, rec).Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Run: %v", err)
	}
}

func TestClientBacksOffToItsCapAndStartsAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rec := &recorder{}
		runClient(t, rec, 9, nil)
		want := []time.Duration{
			500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second,
			8 * time.Second, 16 * time.Second, 30 * time.Second, 30 * time.Second, 30 * time.Second,
		}
		if diff := cmp.Diff(want, rec.waits); diff != "" {
			t.Error(diff)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		rec := &recorder{}
		brief := func(p *amitest.Peer) { p.Login() }
		long := func(p *amitest.Peer) {
			p.Login()
			<-time.After(time.Hour) // of the bubble's clock
		}
		runClient(t, rec, 5, nil, brief, brief, long)
		want := []time.Duration{500 * time.Millisecond, time.Second, 500 * time.Millisecond, time.Second, 2 * time.Second}
		if diff := cmp.Diff(want, rec.waits); diff != "" {
			t.Errorf("a long connection must start the backoff again: %s", diff)
		}
	})
}

func TestClientRetriesSlowlyAfterRefusals(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rec := &recorder{}
		rec.serve = func(ctx context.Context, c *ami.Conn) error {
			_, err := c.List(ctx, ami.NewAction("CoreShowChannels"))
			return err
		}
		runClient(t, rec, 7, nil,
			func(p *amitest.Peer) { p.Send("Event: Early"); rejectLogin(p) },
			func(p *amitest.Peer) {
				p.Login()
				p.Expect("CoreShowChannels").Error("Permission denied")
				p.Stall()
			},
			rejectLogin, rejectLogin, rejectLogin,
			func(p *amitest.Peer) { p.Drop() },
			rejectLogin)
		if diff := cmp.Diff([]string{"auth", "permission", "auth", "auth", "auth", "other", "auth"}, rec.downs); diff != "" {
			t.Error(diff)
		}
		const most = 5 * time.Minute
		waits := append(slices.Clone(rec.waits[:5]), rec.waits[6])
		if diff := cmp.Diff([]time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, most, most, time.Minute}, waits); diff != "" {
			t.Error(diff)
		}
	})
}

func rejectLogin(p *amitest.Peer) {
	p.Expect("Login").Error("Authentication failed")
	p.Drop()
}

// Our own port is another one each time; the fault is the same.
func TestClientLogsTheSameFaultOnce(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, "Asterisk Call Manager/11.0.0\r\n")
			_, _ = conn.Read(make([]byte, 1))    // the login has come
			_ = conn.(*net.TCPConn).SetLinger(0) // the client is sent a reset
			_ = conn.Close()
		}
	}()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	rec := &recorder{stop: func(downs int) {
		if downs == 5 {
			cancel()
		}
	}}
	var log bytes.Buffer
	opts := options(listener.Addr().String())
	opts.Logger = slog.New(slog.NewTextHandler(&log, nil))
	backoff := ami.Backoff{Base: time.Millisecond, Max: time.Millisecond, Floor: time.Millisecond}
	if err := ami.NewClient(opts, backoff, rec).Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Run: %v", err)
	}
	if n := strings.Count(log.String(), "AMI connection down"); n != 1 {
		t.Errorf("logged %d times:\n%s", n, log.String())
	}
}

func TestClientSurvivesAStallingPeer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rec := &recorder{}
		runClient(t, rec, 2, func(o *ami.Options) { o.PingInterval = 20 * time.Second },
			func(p *amitest.Peer) { p.Login(); p.Stall() })
		if diff := cmp.Diff([]string{"other", "refused"}, rec.downs); diff != "" {
			t.Error(diff)
		}
	})
}

func TestClientRefusesBadOptions(t *testing.T) {
	t.Parallel()
	err := ami.NewClient(ami.Options{}, ami.Backoff{}, &recorder{}).Run(t.Context())
	if err == nil {
		t.Fatal("empty options were taken")
	}
}
