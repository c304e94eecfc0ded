package asterisk

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"callcard/connector/ami"
	"callcard/connector/ami/amitest"
	"callcard/pkg/cti"
)

type controlFixture struct {
	*Control
	server *amitest.Server
	log    *bytes.Buffer // read only after stop
	stop   func()
}

func newControl(t *testing.T, secret string) *controlFixture {
	t.Helper()
	f := &controlFixture{server: amitest.New(t, watch), log: new(bytes.Buffer)}
	c, err := NewControl(ControlOptions{
		PBX:     "main",
		AMI:     ami.Options{Address: f.server.Addr(), Username: watch.Username, Secret: ami.Secret(secret), PingInterval: -1},
		Backoff: ami.Backoff{Base: time.Millisecond, Floor: time.Millisecond, Max: time.Millisecond},
		Logger:  slog.New(slog.NewTextHandler(f.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	f.Control = c
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1) // one Run
	go func() { ended <- c.Run(ctx) }()
	f.stop = func() {
		cancel()
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("Run: %v", err)
		}
		ended <- nil
	}
	t.Cleanup(f.stop)
	return f
}

func deadline(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func TestControlQueueActions(t *testing.T) {
	t.Parallel()
	f := newControl(t, watch.Secret)
	member := cti.MemberAction{Queue: "support", Interface: "Local/1001@from-queue/n", StateInterface: "PJSIP/1001", Name: "Ivan", Penalty: 2, Paused: true, Reason: "login"}
	tests := []struct {
		name   string
		call   func(context.Context) error
		action string
		fields map[string]string
		answer string // "" = success
		want   error
	}{
		{"add", func(ctx context.Context) error { return f.QueueAdd(ctx, member) }, "QueueAdd", map[string]string{
			"Queue": "support", "Interface": "Local/1001@from-queue/n", "StateInterface": "PJSIP/1001",
			"MemberName": "Ivan", "Penalty": "2", "Paused": "true", "Reason": "login",
		}, "", nil},
		{"add twice", func(ctx context.Context) error { return f.QueueAdd(ctx, member) }, "QueueAdd", nil, "Unable to add interface: Already there", cti.ErrConflict},
		{"remove", func(ctx context.Context) error { return f.QueueRemove(ctx, member) }, "QueueRemove", map[string]string{
			"Queue": "support", "Interface": "Local/1001@from-queue/n",
		}, "", nil},
		{"remove twice", func(ctx context.Context) error { return f.QueueRemove(ctx, member) }, "QueueRemove", nil, "Unable to remove interface: Not there", cti.ErrNotFound},
		{"remove a static member", func(ctx context.Context) error { return f.QueueRemove(ctx, member) }, "QueueRemove", nil, "Member not dynamic", cti.ErrNotFound},
		{"pause everywhere", func(ctx context.Context) error {
			return f.QueuePause(ctx, cti.MemberAction{Interface: "PJSIP/1001", Paused: true, Reason: "lunch"})
		}, "QueuePause", map[string]string{"Queue": "", "Interface": "PJSIP/1001", "Paused": "true", "Reason": "lunch"}, "", nil},
		{"unpause", func(ctx context.Context) error {
			return f.QueuePause(ctx, cti.MemberAction{Interface: "PJSIP/1001"})
		}, "QueuePause", map[string]string{"Paused": "false"}, "", nil},
		{"pause of nobody", func(ctx context.Context) error { return f.QueuePause(ctx, member) }, "QueuePause", nil, "Interface not found", cti.ErrNotFound},
		{"no right", func(ctx context.Context) error { return f.QueuePause(ctx, member) }, "QueuePause", nil, "Permission denied", cti.ErrForbidden},
	}
	peer := f.server.Accept()
	if peer.Login(); t.Failed() {
		return
	}
	for _, tt := range tests {
		result := make(chan error, 1) // one action
		go func() { result <- tt.call(deadline(t, amitest.Deadline)) }()
		r := peer.Expect(tt.action)
		for field, want := range tt.fields {
			if got := r.Get(field); got != want {
				t.Errorf("%s: %s: got %q, want %q", tt.name, field, got, want)
			}
		}
		if tt.answer == "" {
			r.Success()
		} else {
			r.Error(tt.answer)
		}
		if err := <-result; !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
	}
	f.stop()
	if got := strings.Count(f.log.String(), "PBX action"); got != len(tests) {
		t.Errorf("got %d audit lines, want %d:\n%s", got, len(tests), f.log)
	}
}

func TestControlRefusesBadInput(t *testing.T) {
	t.Parallel()
	f := newControl(t, watch.Secret)
	f.server.Accept().Login()
	tests := []struct {
		field  string
		action cti.MemberAction
	}{
		{"interface", cti.MemberAction{Queue: "support"}},
		{"queue", cti.MemberAction{Interface: "PJSIP/1001"}},
		{"reason", cti.MemberAction{Queue: "support", Interface: "PJSIP/1001", Reason: strings.Repeat("x", 80)}},
		{"interface", cti.MemberAction{Queue: "support", Interface: "PJSIP/1001\r\nAction: Command"}},
	}
	for _, tt := range tests {
		var bad *cti.InvalidError
		if err := f.QueueAdd(deadline(t, amitest.Deadline), tt.action); !errors.As(err, &bad) || bad.Field != tt.field {
			t.Errorf("%+v: got %v, want %s", tt.action, err, tt.field)
		}
	}
}

func TestControlUnknownQueue(t *testing.T) {
	t.Parallel()
	f := newControl(t, watch.Secret)
	peer := f.server.Accept()
	peer.Login()
	go func() { peer.Expect("QueueAdd").Error("Unable to add interface to queue: No such queue") }()
	var bad *cti.InvalidError
	err := f.QueueAdd(deadline(t, amitest.Deadline), cti.MemberAction{Queue: "nothing", Interface: "PJSIP/1001"})
	if !errors.As(err, &bad) || bad.Field != "queue" || bad.Got != "nothing" {
		t.Errorf("got %v", err)
	}
}

func TestControlWaitsForTheConnection(t *testing.T) {
	t.Parallel()
	f := newControl(t, watch.Secret)
	result := make(chan error, 1) // one action
	go func() {
		result <- f.QueuePause(deadline(t, amitest.Deadline), cti.MemberAction{Interface: "PJSIP/1001"})
	}()
	f.server.Accept().Drop()
	peer := f.server.Accept()
	peer.Login()
	peer.Expect("QueuePause").Success()
	if err := <-result; err != nil {
		t.Errorf("got %v", err)
	}
	if err := f.Err(); err != nil {
		t.Errorf("Err while up: %v", err)
	}
}

func TestNamesInTheLogHideNumbers(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"PJSIP/1001-00000012":              "PJSIP/1001-00000012",
		"DAHDI/i1/79161234567-4":           "DAHDI/i1/*******4567-4",
		"Local/79161234567@outbound/n":     "Local/*******4567@outbound/n",
		"Local/1001@from-queue-0000001a;2": "Local/1001@from-queue-0000001a;2",
		"":                                 "",
	} {
		if got := maskedName(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestControlDoesNotRepeatWhatMayBeDone(t *testing.T) {
	t.Parallel()
	f := newControl(t, watch.Secret)
	peer := f.server.Accept()
	peer.Login()
	result := make(chan error, 1) // one action
	go func() {
		result <- f.Dial(deadline(t, amitest.Deadline), cti.DialOrder{Channel: "PJSIP/1001", Context: "from-internal", Exten: "79161234567"})
	}()
	r := peer.Expect("Originate")
	for field, want := range map[string]string{"Channel": "PJSIP/1001", "Exten": "79161234567", "Priority": "1", "Async": "true", "Timeout": "30000"} {
		if got := r.Get(field); got != want {
			t.Errorf("%s: got %q, want %q", field, got, want)
		}
	}
	peer.Drop()
	var down *cti.UnavailableError
	if err := <-result; !errors.As(err, &down) {
		t.Errorf("got %v", err)
	}
	f.stop()
	if strings.Contains(f.log.String(), "79161234567") {
		t.Errorf("the number is in the log:\n%s", f.log)
	}
}

func TestControlSaysWhatIsWrongWithThePBX(t *testing.T) {
	t.Parallel()
	f := newControl(t, "other")
	peer := f.server.Accept()
	peer.Login()
	ctx := deadline(t, amitest.Deadline)
	err := f.QueuePause(ctx, cti.MemberAction{Interface: "PJSIP/1001"})
	var down *cti.UnavailableError
	if !errors.As(err, &down) || !errors.Is(err, ami.ErrAuth) || ctx.Err() != nil {
		t.Errorf("got %v: a refused login is known at once", err)
	}
}
