package main

import (
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"callcard/connector/ami"
	"callcard/connector/asterisk"
	"callcard/connector/pbxsim"
	"callcard/pkg/calls"
	"callcard/pkg/config"
	"callcard/pkg/cti"
	"callcard/pkg/phone"
	"callcard/pkg/store"
)

// sinkOf gives a tracker the events of a source.
type sinkOf struct{ *calls.Tracker }

// listener is source and tracker of the demo's exchange, as the daemon wires them.
type listener struct {
	sub     *calls.Subscription
	control *asterisk.Control
}

func listen(t *testing.T, cfg config.PBX) listener {
	t.Helper()
	plan, err := phone.New("RU", "2-5")
	if err != nil {
		t.Fatal(err)
	}
	tracker := calls.New(calls.Options{Epoch: "test", Settle: 20 * time.Millisecond, Normalize: plan.Parse})
	source, err := asterisk.NewSource(asterisk.SourceOptions{
		TranslatorOptions: asterisk.TranslatorOptions{PBX: cfg.ID, Naming: asterisk.NamingOptions{Trunks: cfg.Trunks}},
		AMI:               ami.Options{Address: cfg.AMI.Address, Username: cfg.AMI.Username, Secret: ami.Secret(cfg.AMI.Secret.Reveal())},
		Sink:              sinkOf{tracker},
	})
	if err != nil {
		t.Fatal(err)
	}
	control, err := asterisk.NewControl(asterisk.ControlOptions{PBX: cfg.ID, AMI: ami.Options{
		Address: cfg.AMI.Address, Username: cfg.Control.Username, Secret: ami.Secret(cfg.Control.Secret.Reveal()),
	}})
	if err != nil {
		t.Fatal(err)
	}
	_, sub := tracker.Subscribe("test")
	background(t, tracker.Run)
	background(t, control.Run)
	background(t, source.Run)
	await(t, "the source is up", func() bool { return source.Status().Up })
	return listener{sub: sub, control: control}
}

// background runs a part until the test ends.
func background(t *testing.T, run func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { _ = run(ctx) })
	t.Cleanup(func() { cancel(); done.Wait() })
}

func await(t *testing.T, what string, yes func() bool) {
	t.Helper()
	deadline := time.After(2 * time.Minute)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !yes() {
		select {
		case <-deadline:
			t.Fatalf("in vain: %s", what)
		case <-tick.C:
		}
	}
}

// next returns the next event that is wanted.
func (l listener) next(t *testing.T, what string, wanted func(cti.CallEvent) bool) cti.CallEvent {
	t.Helper()
	deadline := time.After(4 * time.Minute)
	for {
		select {
		case e, ok := <-l.sub.Events():
			if !ok {
				t.Fatalf("the subscription ended: %v", l.sub.Err())
			}
			if wanted(*e) {
				return *e
			}
		case <-deadline:
			t.Fatalf("in vain: %s", what)
		}
	}
}

// testDemo is the demo in an empty directory.
func testDemo(t *testing.T) *demo {
	t.Helper()
	t.Chdir(t.TempDir())
	d, err := newDemo(config.Default(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestRecordedCallsAreUnderstood plays every script to the real connector: what
// the tracker makes of the renumbered call is what happened in the recording.
func TestRecordedCallsAreUnderstood(t *testing.T) {
	d := testDemo(t)
	background(t, d.pbx.Run)
	l := listen(t, d.Config().PBX[0])
	anna, boris, victor := demoPhones()[0], demoPhones()[1], demoPhones()[2]
	tests := []struct {
		script string
		phones []pbxsim.Phone
		queue  string
		want   string // direction, outcome, then device=offer result for each offer, then talks
	}{
		{"answered", []pbxsim.Phone{anna}, demoSupport, "inbound answered 1001=accepted | 1001"},
		{"abandoned", []pbxsim.Phone{boris}, demoSupport, "inbound abandoned 1002=withdrawn |"},
		{"abandoned", []pbxsim.Phone{{}}, demoSupport, "inbound abandoned |"},
		{"rona", []pbxsim.Phone{anna, boris}, demoSupport, "inbound answered 1001=no_answer 1002=accepted | 1002"},
		{"ringall", []pbxsim.Phone{anna, boris, victor}, demoSales, "inbound answered 1001=withdrawn 1002=accepted 1003=withdrawn | 1002"},
		{"ringall", []pbxsim.Phone{{}, boris, {}}, demoSales, "inbound answered 1002=accepted | 1002"},
		{"blind", []pbxsim.Phone{anna, victor}, demoSupport, "inbound answered 1001=accepted 1003=accepted | 1001 1003"},
		{"attended_late", []pbxsim.Phone{anna, victor}, demoSupport, "inbound answered 1001=accepted 1003=accepted | 1001 1003"},
		{"direct_answered", []pbxsim.Phone{anna}, "", "inbound answered 1001=accepted | 1001"},
		{"direct_noanswer", []pbxsim.Phone{anna}, "", "inbound no_answer 1001=no_answer |"},
		{"after_hours", nil, "", "inbound ivr |"},
		{"outbound", []pbxsim.Phone{anna}, "", "outbound answered | 1001"},
		{"internal", []pbxsim.Phone{anna, victor}, "", "internal answered 1003=accepted | 1003"},
	}
	for _, tt := range tests {
		t.Run(tt.script, func(t *testing.T) {
			call := d.pbx.NewCall(d.pbx.Script(tt.script), pbxsim.Cast{
				Client: "79161112233", DID: "74950000001", Queue: tt.queue, Phones: tt.phones,
			})
			fast := func(pbxsim.Phase, time.Duration) time.Duration { return time.Millisecond }
			if err := call.Play(t.Context(), fast); err != nil {
				t.Fatal(err)
			}
			e := l.next(t, "the call ends", func(e cti.CallEvent) bool { return e.Kind == cti.CallFinished })
			if got := summary(e.Call); got != tt.want {
				t.Errorf("the tracker says %q, want %q", got, tt.want)
			}
			if e.Call.Direction != cti.Internal && e.Call.Client.Number != "+79161112233" {
				t.Errorf("client: %+v", e.Call.Client)
			}
		})
	}
}

func summary(c cti.Call) string {
	words := []string{string(c.Direction), string(c.Outcome)}
	var offers []string
	for _, o := range c.Offers {
		offers = append(offers, strings.TrimPrefix(string(o.Device), "PJSIP/")+"="+string(o.Result))
	}
	slices.Sort(offers)
	words = append(append(words, offers...), "|")
	for _, talk := range c.Talks {
		words = append(words, strings.TrimPrefix(string(talk.Device), "PJSIP/"))
	}
	return strings.Join(words, " ")
}

// TestDemoCallsWhoIsReady: a queue login through the daemon's own control user
// makes the office call that phone.
func TestDemoCallsWhoIsReady(t *testing.T) {
	d := testDemo(t)
	background(t, func(ctx context.Context) error { return d.Run(ctx, func(cti.UserID) bool { return false }) })
	l := listen(t, d.Config().PBX[0])
	await(t, "the control user is logged in", func() bool { return l.control.Err() == nil })
	add := cti.MemberAction{Queue: demoSupport, Interface: "PJSIP/1001", Name: "Anna"}
	if err := l.control.QueueAdd(t.Context(), add); err != nil {
		t.Fatal(err)
	}
	e := l.next(t, "anna's phone rings", func(e cti.CallEvent) bool {
		return e.Kind == cti.OfferStarted && e.Device == "PJSIP/1001" && e.Call.Queue() == demoSupport // a direct call may come first
	})
	if e.Call.Client.Kind == "" {
		t.Errorf("the call: %+v", e.Call)
	}
}

func TestDemoCallsWhoOpensTheScreen(t *testing.T) {
	d := testDemo(t)
	var looks atomic.Bool
	online := func(u cti.UserID) bool { return looks.Load() && (u == "anna" || u == "olga") }
	background(t, func(ctx context.Context) error { return d.Run(ctx, online) })
	l := listen(t, d.Config().PBX[0])
	looks.Store(true)
	l.next(t, "anna's phone rings", func(e cti.CallEvent) bool {
		return e.Kind == cti.OfferStarted && e.Device == "PJSIP/1001"
	})
}

func TestDemoSeedsOnce(t *testing.T) {
	d := testDemo(t)
	defer d.Close()
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "demo.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := d.Seed(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	users, err := db.Users(t.Context())
	if err != nil || len(users) != len(demoUsers()) {
		t.Errorf("%d users (%v), want %d", len(users), err, len(demoUsers()))
	}
	shared, err := db.LookupPhone(t.Context(), cti.Phone{Number: "+74957770077", Kind: cti.NumberE164})
	if err != nil || len(shared) != 3 {
		t.Errorf("%d contacts share the switchboard (%v), want 3", len(shared), err)
	}
	vip, err := db.LookupPhone(t.Context(), cti.Phone{Number: "+79161234567", Kind: cti.NumberE164})
	if err != nil || len(vip) != 1 || !vip[0].VIP || len(vip[0].Orders) != 2 {
		t.Errorf("the VIP: %+v (%v)", vip, err)
	}
}

// TestDemoWelcome: whoever may log in is told so.
func TestDemoWelcome(t *testing.T) {
	d := testDemo(t)
	defer d.Close()
	var text strings.Builder
	d.Welcome(&text, demoAddress("", &net.TCPAddr{IP: net.IPv6zero, Port: 8080}))
	for _, u := range demoUsers() {
		if !strings.Contains(text.String(), string(u.ID)+" ") {
			t.Errorf("user %s is not named in\n%s", u.ID, &text)
		}
	}
	for _, want := range []string{"http://127.0.0.1:8080", demoPassword} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is not in\n%s", want, &text)
		}
	}
}

// TestBenchFilterIsTheSample: the bench sends no less than the shipped manager.conf lets through.
func TestBenchFilterIsTheSample(t *testing.T) {
	sample, err := os.ReadFile(filepath.Join("..", "..", "dialplan-samples", "manager_filter_new.conf"))
	if err != nil {
		t.Fatal(err)
	}
	var events, variables []string
	for _, m := range regexp.MustCompile(`(?m)^eventfilter\(name\((\w+)\)(,header\(Variable\),method\(exact\))?\) =(.*)$`).FindAllStringSubmatch(string(sample), -1) {
		if m[2] != "" {
			variables = append(variables, strings.TrimSpace(m[3]))
			continue
		}
		events = append(events, m[1])
	}
	gotEvents, gotVariables := sampleFilter()
	if len(events) < 20 || len(variables) == 0 {
		t.Fatalf("the sample could not be read: %v, %v", events, variables)
	}
	for _, name := range append(events, "VarSet") {
		if !slices.Contains(gotEvents, name) {
			t.Errorf("the bench does not send %s", name)
		}
	}
	for _, name := range variables {
		if !slices.Contains(gotVariables, name) {
			t.Errorf("the bench does not send VarSet of %s", name)
		}
	}
}
