package asterisk_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"callcard/connector/ami"
	"callcard/connector/asterisk"
	"callcard/connector/asterisk/asterisktest"
	"callcard/pkg/cti"
)

// history is a sink that keeps everything and lets a test wait for an event that fits.
type history struct {
	mu     sync.Mutex
	events []cti.PBXEvent
	wake   chan struct{} // closed and replaced at each event
}

func newHistory() *history { return &history{wake: make(chan struct{})} }

func (h *history) Put(_ context.Context, event cti.PBXEvent) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = append(h.events, event)
	close(h.wake)
	h.wake = make(chan struct{})
	return nil
}

// forget lets await see only what comes from now on.
func (h *history) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = nil
}

// await returns the first event of type E that fits, waiting for it.
func await[E cti.PBXEvent](t *testing.T, h *history, fits func(E) bool) E {
	t.Helper()
	late := time.After(60 * time.Second)
	for {
		h.mu.Lock()
		wake, events := h.wake, h.events
		h.mu.Unlock()
		for _, event := range events {
			if e, ok := event.(E); ok && fits(e) {
				return e
			}
		}
		select {
		case <-wake:
		case <-late:
			var zero E
			t.Fatalf("no %T came; what came: %s", zero, kinds(events))
		}
	}
}

func kinds(events []cti.PBXEvent) string {
	var b strings.Builder
	for _, e := range events {
		fmt.Fprintf(&b, "%T ", e)
	}
	return b.String()
}

func follow(t *testing.T, pbx *asterisktest.PBX, who asterisktest.Credentials) (*asterisk.Source, *history) {
	t.Helper()
	h := newHistory()
	source, err := asterisk.NewSource(asterisk.SourceOptions{
		TranslatorOptions: asterisk.TranslatorOptions{PBX: "lab"},
		AMI:               ami.Options{Address: pbx.AMIAddr, Username: who.User, Secret: ami.Secret(who.Secret)},
		Backoff:           ami.Backoff{Max: time.Second},
		Sink:              h, Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	run(t, source.Run)
	return source, h
}

// run runs something for the length of the test.
func run(t *testing.T, f func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1) // one result
	go func() { ended <- f(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("ended with %v", err)
		}
	})
}

func control(t *testing.T, pbx *asterisktest.PBX, who asterisktest.Credentials) *asterisk.Control {
	t.Helper()
	c, err := asterisk.NewControl(asterisk.ControlOptions{
		PBX: "lab", AMI: ami.Options{Address: pbx.AMIAddr, Username: who.User, Secret: ami.Secret(who.Secret), MD5: true},
		Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	run(t, c.Run)
	return c
}

// A call on a real PBX, seen through the tracking user while the PBX is killed in
// the middle of it; queue members moved through the control user.
func TestRealAsterisk(t *testing.T) {
	for _, version := range asterisktest.Versions() {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			pbx := asterisktest.Start(t, asterisktest.Options{Version: version, Sample: addDeafUser})
			source, seen := follow(t, pbx, pbx.Tracking)
			up := await(t, seen, func(cti.LinkUp) bool { return true })
			if !strings.HasPrefix(up.Version, version+".") {
				t.Errorf("version: got %q, want %s", up.Version, version)
			}
			await(t, seen, func(s cti.Snapshot) bool { return len(s.Queues) > 0 && len(s.Legs) == 0 && !s.Restarted })

			t.Run("members", func(t *testing.T) { testMembers(t, pbx, seen) })
			t.Run("phones that cannot ring", func(t *testing.T) { testNoChannel(t, pbx, seen) })
			t.Run("call", func(t *testing.T) { testCall(t, pbx, source, seen) })
			t.Run("ari", func(t *testing.T) { testARI(t, pbx, up.Version) })
			t.Run("refusals", func(t *testing.T) { testRefusals(t, pbx) })
			if s := source.Stats(); s.Faulty+s.Unknown+s.Refused > 0 {
				t.Errorf("not everything was understood: %+v", s)
			}
		})
	}
}

// testNoChannel: one does not exist, the other is not registered. The PBX takes both orders.
func testNoChannel(t *testing.T, pbx *asterisktest.PBX, seen *history) {
	t.Helper()
	c := control(t, pbx, pbx.Control)
	for leg, phone := range map[string]string{"callcard-1795326639.1000000000001": "PJSIP/9999", "callcard-1795326639.1000000000002": "PJSIP/1001"} {
		order := cti.DialOrder{Channel: phone, Context: "from-internal", Exten: "79161234567", Caller: cti.Party{Number: "1001"}, LegID: leg}
		if err := c.Dial(t.Context(), order); err != nil {
			t.Errorf("dial %s: %v", phone, err)
		}
		await(t, seen, func(e cti.OriginateAnswered) bool { return e.Leg.Uniqueid == leg && !e.Success && e.Reason == 0 })
	}
}

func testMembers(t *testing.T, pbx *asterisktest.PBX, seen *history) {
	t.Helper()
	c, ctx := control(t, pbx, pbx.Control), t.Context()
	member := cti.MemberAction{Queue: "support", Interface: "Local/1001@from-queue/n", StateInterface: "PJSIP/1001", Name: "Ivan", Paused: true, Reason: "login"}
	if err := c.QueueAdd(ctx, member); err != nil {
		t.Fatal(err)
	}
	await(t, seen, func(e cti.MemberChanged) bool {
		m := e.Member
		return m.Queue == "support" && m.Interface == member.Interface && m.Device == "PJSIP/1001" && m.Name == "Ivan" && m.Paused && m.Dynamic
	})
	if err := c.QueueAdd(ctx, member); !errors.Is(err, cti.ErrConflict) {
		t.Errorf("added twice: got %v", err)
	}
	pause := cti.MemberAction{Interface: member.Interface, Paused: true, Reason: "lunch"}
	if err := c.QueuePause(ctx, pause); err != nil {
		t.Error(err)
	}
	await(t, seen, func(e cti.MemberChanged) bool { return e.Member.Paused && e.Member.PausedReason == "lunch" })
	pause.Paused, pause.Reason = false, ""
	for range 2 { // a repetition is no fault
		if err := c.QueuePause(ctx, pause); err != nil {
			t.Error(err)
		}
	}
	await(t, seen, func(e cti.MemberChanged) bool { return e.Member.Interface == member.Interface && !e.Member.Paused })
	if err := c.QueueRemove(ctx, member); err != nil {
		t.Error(err)
	}
	await(t, seen, func(e cti.MemberRemoved) bool { return e.Member.Interface == member.Interface })
	if err := c.QueueRemove(ctx, member); !errors.Is(err, cti.ErrNotFound) {
		t.Errorf("removed twice: got %v", err)
	}
	if err := c.QueuePause(ctx, cti.MemberAction{Interface: "PJSIP/9999", Paused: true}); !errors.Is(err, cti.ErrNotFound) {
		t.Errorf("paused a stranger: got %v", err)
	}
	member.Queue = "nothing"
	var bad *cti.InvalidError
	if err := c.QueueAdd(ctx, member); !errors.As(err, &bad) || bad.Field != "queue" {
		t.Errorf("unknown queue: got %v", err)
	}
}

func testCall(t *testing.T, pbx *asterisktest.PBX, source *asterisk.Source, seen *history) {
	t.Helper()
	phone := pbx.Phone(t, "1001", asterisktest.Answers(500*time.Millisecond))
	c := control(t, pbx, pbx.Control)
	if err := c.QueueAdd(t.Context(), cti.MemberAction{Queue: "support", Interface: "PJSIP/1001", Name: "Ivan"}); err != nil {
		t.Fatal(err)
	}
	pbx.Call(t, asterisktest.Caller{From: "79161234567", To: "74950000001", TalkFor: time.Minute})
	created := await(t, seen, func(e cti.LegCreated) bool { return e.Leg.Role == cti.RoleTrunk })
	client := created.Leg
	if client.Caller.Number != "79161234567" || client.Exten != "74950000001" || client.State != cti.LegDialing {
		t.Errorf("client's leg: %+v", client)
	}
	await(t, seen, func(e cti.QueueJoined) bool { return e.Leg.ID == client.ID && e.Queue == "support" })
	offered := await(t, seen, func(e cti.AgentOffered) bool { return e.Caller.ID == client.ID && e.Interface == "PJSIP/1001" })
	if offered.Agent.Device != "PJSIP/1001" || offered.Agent.Role != cti.RolePhone {
		t.Errorf("agent's leg: %+v", offered.Agent)
	}
	await(t, seen, func(e cti.AgentAnswered) bool { return e.Caller.ID == client.ID })
	bridged := await(t, seen, func(e cti.BridgeEntered) bool { return e.Leg.ID == client.ID && e.Type == "basic" })
	await(t, seen, func(e cti.VariableSet) bool {
		return e.Leg == client.ID && e.Name == "MIXMONITOR_FILENAME" && e.Value != ""
	})

	for _, on := range []bool{true, false} {
		if err := c.MuteRecording(t.Context(), client.Name, on); err != nil {
			t.Error(err)
		}
		want := map[bool]cti.RecorderSwitch{true: cti.RecorderSilent, false: cti.RecorderSounds}[on]
		await(t, seen, func(e cti.RecorderSwitched) bool {
			return e.Leg == client.ID && e.Switch == want && e.Read && e.Write
		})
	}

	t.Run("a second daemon finds the call", func(t *testing.T) {
		_, other := follow(t, pbx, pbx.Tracking)
		s := await(t, other, func(cti.Snapshot) bool { return true })
		bridges := map[cti.Device]string{}
		for _, leg := range s.Legs {
			bridges[leg.Device] = leg.Bridge
		}
		if len(s.Legs) != 2 || bridges[client.Device] != bridged.Bridge || bridges["PJSIP/1001"] != bridged.Bridge {
			t.Errorf("got %+v, want both legs in bridge %s", s.Legs, bridged.Bridge)
		}
		await(t, other, func(e cti.VariableSet) bool {
			return e.Leg == client.ID && e.Name == "MIXMONITOR_FILENAME" && e.Value != ""
		})
	})

	seen.forget()
	if err := pbx.Kill(); err != nil {
		t.Fatal(err)
	}
	await(t, seen, func(cti.LinkDown) bool { return true })
	if source.Status().Up {
		t.Error("the killed PBX is reported as up")
	}
	if err := pbx.StartAgain(); err != nil {
		t.Fatal(err)
	}
	await(t, seen, func(s cti.Snapshot) bool { return s.Restarted && len(s.Legs) == 0 })
	if err := phone.Stop(); err != nil {
		t.Log(err)
	}
	if err := c.QueuePause(t.Context(), cti.MemberAction{Interface: "PJSIP/9999", Paused: true}); !errors.Is(err, cti.ErrNotFound) {
		t.Errorf("control after the restart: got %v", err)
	}
}

func testRefusals(t *testing.T, pbx *asterisktest.PBX) {
	t.Helper()
	t.Run("wrong secret", func(t *testing.T) {
		_, h := follow(t, pbx, asterisktest.Credentials{User: pbx.Tracking.User, Secret: "wrong"})
		await(t, h, func(e cti.LinkDown) bool { return strings.Contains(e.Reason, "login refused") })
	})
	t.Run("a tracking user who may not read calls", func(t *testing.T) { testDeafUser(t, pbx) })
	t.Run("the tracking user cannot act", func(t *testing.T) {
		c := control(t, pbx, pbx.Tracking)
		err := c.QueueAdd(t.Context(), cti.MemberAction{Queue: "support", Interface: "PJSIP/1001"})
		if !errors.Is(err, cti.ErrForbidden) {
			t.Errorf("got %v", err)
		}
	})
}

// deaf is a tracking user of whom the administrator has forgotten "call".
var deaf = asterisktest.Credentials{User: "deaf", Secret: "deaf"}

func addDeafUser(etc string) error {
	file, err := os.OpenFile(filepath.Join(etc, "manager.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteString("\n[deaf]\nsecret = deaf\npermit = 127.0.0.0/255.0.0.0\nread = system,agent,user,dialplan\nwrite = reporting\n")
	return errors.Join(err, file.Close())
}

// saying closes a channel when something is logged.
type saying struct {
	slog.Handler
	text string
	once *sync.Once
	said chan struct{}
}

func (s saying) Handle(ctx context.Context, r slog.Record) error {
	if r.Message == s.text {
		s.once.Do(func() { close(s.said) })
	}
	return s.Handler.Handle(ctx, r)
}

func (s saying) WithAttrs(attrs []slog.Attr) slog.Handler {
	s.Handler = s.Handler.WithAttrs(attrs)
	return s
}

// A user without read = call is let in by a real Asterisk and hears nothing; the
// administrator is told as soon as somebody calls.
func testDeafUser(t *testing.T, pbx *asterisktest.PBX) {
	t.Helper()
	log := saying{slog.NewTextHandler(t.Output(), nil), "calls are not heard of", new(sync.Once), make(chan struct{})}
	source, err := asterisk.NewSource(asterisk.SourceOptions{
		TranslatorOptions: asterisk.TranslatorOptions{PBX: "lab"},
		AMI:               ami.Options{Address: pbx.AMIAddr, Username: deaf.User, Secret: ami.Secret(deaf.Secret)},
		Sink:              newHistory(), Logger: slog.New(log), HearingPause: time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	run(t, source.Run)
	pbx.Call(t, asterisktest.Caller{From: "79161234567", To: "74950000001", TalkFor: time.Minute})
	select {
	case <-log.said:
	case <-time.After(60 * time.Second):
		t.Fatal("nobody is told")
	}
	if s := source.Status(); s.Up || !strings.Contains(s.Reason, "read = call") {
		t.Errorf("got %+v", s)
	}
}
