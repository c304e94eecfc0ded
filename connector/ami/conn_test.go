package ami_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"callcard/connector/ami"
	"callcard/connector/ami/amitest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var user = amitest.Options{Username: "watch", Secret: "s3cret"}

func options(address string) ami.Options {
	return ami.Options{Address: address, Username: user.Username, Secret: ami.Secret(user.Secret), PingInterval: -1}
}

func testContext(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), amitest.Deadline)
	t.Cleanup(cancel)
	return ctx
}

// connected is a logged-in connection and the other side of it.
func connected(t *testing.T, change func(*ami.Options)) (*ami.Conn, *amitest.Peer) {
	t.Helper()
	srv := amitest.New(t, user)
	opts := options(srv.Addr())
	if change != nil {
		change(&opts)
	}
	result := make(chan error, 1) // one login
	var conn *ami.Conn
	go func() {
		var err error
		conn, err = ami.Connect(testContext(t), opts)
		result <- err
	}()
	peer := srv.Accept()
	peer.Login()
	if err := <-result; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn, peer
}

func TestLogin(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*ami.Options)
		want   error
	}{
		{"plain", func(*ami.Options) {}, nil},
		{"challenge", func(o *ami.Options) { o.MD5 = true }, nil},
		{"wrong secret", func(o *ami.Options) { o.Secret = "other" }, ami.ErrAuth},
		{"wrong secret by challenge", func(o *ami.Options) { o.MD5, o.Secret = true, "other" }, ami.ErrAuth},
		{"wrong user", func(o *ami.Options) { o.Username = "nobody" }, ami.ErrAuth},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := amitest.New(t, user)
			opts := options(srv.Addr())
			tt.change(&opts)
			go func() { srv.Accept().Login() }()
			conn, err := ami.Connect(testContext(t), opts)
			if !errors.Is(err, tt.want) {
				t.Fatalf("got %v, want %v", err, tt.want)
			}
			if err != nil {
				if strings.Contains(err.Error(), string(opts.Secret)) {
					t.Errorf("the secret is in the error: %v", err)
				}
				return
			}
			if conn.Version() != "11.0.0" {
				t.Errorf("version: got %q", conn.Version())
			}
			_ = conn.Close()
		})
	}
}

func TestLoginSendsEventMask(t *testing.T) {
	t.Parallel()
	srv := amitest.New(t, user)
	opts := options(srv.Addr())
	opts.Events = "call,agent"
	go func() {
		conn, err := ami.Connect(testContext(t), opts)
		if err == nil {
			_ = conn.Close()
		}
	}()
	login := srv.Accept().Expect("Login")
	if got := login.Get("Events"); got != "call,agent" {
		t.Errorf("got %q", got)
	}
	login.Success()
}

func TestDialNoAsterisk(t *testing.T) {
	t.Parallel()
	srv := amitest.New(t, amitest.Options{Banner: "220 mail.example.org ESMTP"})
	go srv.Accept()
	_, err := ami.Connect(testContext(t), options(srv.Addr()))
	if !errors.Is(err, ami.ErrNotAMI) || !ami.SafeToRetry(err) {
		t.Fatalf("got %v", err)
	}
	opts := options("nowhere")
	opts.Username = ""
	if _, err = ami.Connect(testContext(t), opts); err == nil ||
		!strings.Contains(err.Error(), "address") || !strings.Contains(err.Error(), "username") {
		t.Fatalf("got %v, want both faults", err)
	}
}

func TestDialTLS(t *testing.T) {
	t.Parallel()
	web := httptest.NewTLSServer(nil)
	defer web.Close()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: web.TLS.Certificates})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	go func() {
		if nc, err := l.Accept(); err == nil {
			amitest.Greet(t, nc, user).Login()
			_, _ = io.Copy(io.Discard, nc)
			_ = nc.Close()
		}
	}()
	opts := options(l.Addr().String())
	opts.TLS = web.Client().Transport.(*http.Transport).TLSClientConfig
	conn, err := ami.Connect(testContext(t), opts)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
}

func TestDoMatchesByActionID(t *testing.T) {
	t.Parallel()
	conn, peer := connected(t, nil)
	const n = 5
	got := make(chan string, n) // one answer each
	for i := range n {
		go func() {
			m, err := conn.Do(testContext(t), ami.NewAction("Getvar", "Variable", fmt.Sprint(i)))
			if err != nil {
				got <- err.Error()
				return
			}
			got <- fmt.Sprintf("%d=%s", i, m.Get("Value"))
		}()
	}
	requests := make([]amitest.Request, n)
	for i := range requests {
		requests[i] = peer.Expect("Getvar")
	}
	peer.Send("Event: Newchannel", "Uniqueid: 1")
	for i := n - 1; i >= 0; i-- { // in the other order
		requests[i].Success("Value: v" + requests[i].Get("Variable"))
	}
	answers := map[string]bool{}
	for range n {
		answers[<-got] = true
	}
	want := map[string]bool{"0=v0": true, "1=v1": true, "2=v2": true, "3=v3": true, "4=v4": true}
	if diff := cmp.Diff(want, answers); diff != "" {
		t.Error(diff)
	}
	if m, err := conn.Next(testContext(t)); err != nil || m.Event() != "Newchannel" {
		t.Errorf("event: %v, %v", m, err)
	}
}

func TestDoFailures(t *testing.T) {
	t.Parallel()
	conn, peer := connected(t, nil)
	do := func(answer func(amitest.Request)) error {
		go func() { answer(peer.Expect("QueueAdd")) }()
		_, err := conn.Do(testContext(t), ami.NewAction("QueueAdd", "Queue", "support"))
		return err
	}
	err := do(func(r amitest.Request) { r.Error("Permission denied") })
	if !errors.Is(err, ami.ErrPermission) || errors.Is(err, ami.ErrAuth) || ami.SafeToRetry(err) {
		t.Errorf("no permission: got %v", err)
	}
	err = do(func(r amitest.Request) { r.Error("Unable to add interface: Already there") })
	var refused *ami.ResponseError
	if !errors.As(err, &refused) || refused.Message != "Unable to add interface: Already there" {
		t.Errorf("refused: got %v", err)
	}
	_, err = conn.Do(testContext(t), ami.NewAction("QueueAdd", "Queue", "a\r\nAction: Command"))
	if _, ok := errors.AsType[*ami.FieldError](err); !ok {
		t.Errorf("injection: got %v", err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	late := make(chan amitest.Request, 1) // one action
	go func() {
		late <- peer.Expect("QueueAdd")
		cancel()
	}()
	if _, err = conn.Do(ctx, ami.NewAction("QueueAdd", "Queue", "support")); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
	(<-late).Success() // nobody waits any more, and nothing breaks
	if err := do(func(r amitest.Request) { r.Success() }); err != nil {
		t.Errorf("after a late answer: %v", err)
	}
	if s := conn.Stats(); s.Stray != 1 {
		t.Errorf("stray answers: got %d, want 1", s.Stray)
	}

	err = do(func(amitest.Request) { peer.Drop() })
	if err == nil || ami.SafeToRetry(err) {
		t.Errorf("dropped: got %v, which may have been done", err)
	}
	<-conn.Done()
	if _, err = conn.Do(testContext(t), ami.NewAction("Ping")); !ami.SafeToRetry(err) {
		t.Errorf("after the end: got %v, want one that is safe to retry", err)
	}
}

func TestNextDeliversEverythingInOrderThenTheReason(t *testing.T) {
	t.Parallel()
	conn, peer := connected(t, nil)
	const n = 20000
	go func() {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "Event: E\r\nN: %d\r\n\r\n", i)
		}
		peer.Raw(b.String())
		peer.Drop()
	}()
	<-conn.Done() // nobody reads meanwhile
	if got := conn.Backlog(); got != n {
		t.Errorf("backlog: got %d, want %d", got, n)
	}
	for i := range n {
		m, err := conn.Next(testContext(t))
		if err != nil || m.Get("N") != fmt.Sprint(i) {
			t.Fatalf("event %d: %v, %v", i, m, err)
		}
	}
	if _, err := conn.Next(testContext(t)); !errors.Is(err, io.EOF) || conn.Backlog() != 0 {
		t.Errorf("end: got %v, backlog %d", err, conn.Backlog())
	}
}

func TestOverflowDisconnectsAndLosesNothingBefore(t *testing.T) {
	t.Parallel()
	conn, peer := connected(t, func(o *ami.Options) { o.QueueLimit = 10 })
	for i := range 11 {
		peer.Send("Event: E", fmt.Sprintf("N: %d", i))
	}
	<-conn.Done()
	for i := range 10 {
		if m, err := conn.Next(testContext(t)); err != nil || m.Get("N") != fmt.Sprint(i) {
			t.Fatalf("event %d: %v, %v", i, m, err)
		}
	}
	if _, err := conn.Next(testContext(t)); !errors.Is(err, ami.ErrOverflow) {
		t.Errorf("got %v", err)
	}
	peer.Closed()
}

func TestRefusedMessageKeepsItsPlace(t *testing.T) {
	t.Parallel()
	conn, peer := connected(t, func(o *ami.Options) { o.Limits.Message = 1000 })
	peer.Send("Event: A")
	peer.Send("Event: Huge", "Value: "+strings.Repeat("x", 5000))
	peer.Raw("\x00\x01garbled\r\n\r\n")
	peer.Send("Event: B")
	var got []string
	for range 4 {
		m, err := conn.Next(testContext(t))
		switch {
		case errors.Is(err, ami.ErrTooLarge):
			got = append(got, "too large")
		case errors.Is(err, ami.ErrMalformed):
			got = append(got, "malformed")
		case err != nil:
			t.Fatal(err)
		default:
			got = append(got, m.Event())
		}
	}
	if diff := cmp.Diff([]string{"A", "too large", "malformed", "B"}, got); diff != "" {
		t.Error(diff)
	}
	if s := conn.Stats(); s.Refused != 2 {
		t.Errorf("refused: got %d, want 2", s.Refused)
	}
}

func TestNextHonoursContext(t *testing.T) {
	t.Parallel()
	conn, peer := connected(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := conn.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	peer.Send("Event: A")
	if m, err := conn.Next(testContext(t)); err != nil || m.Event() != "A" {
		t.Errorf("got %v, %v", m, err)
	}
}

// piped is a connection over net.Pipe, whose time the test's bubble controls.
