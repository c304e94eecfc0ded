package asterisk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"callcard/connector/ami"
	"callcard/connector/ami/amitest"
	"callcard/pkg/cti"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var watch = amitest.Options{Username: "callcard", Secret: "s3cret"}

type sink struct {
	t      testing.TB
	events chan cti.PBXEvent // more than any test sends; a full one blocks the source, as a slow tracker does
}

func (s *sink) Put(ctx context.Context, event cti.PBXEvent) error {
	select {
	case s.events <- event:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *sink) next() cti.PBXEvent {
	s.t.Helper()
	select {
	case event := <-s.events:
		return event
	case <-time.After(amitest.Deadline):
		s.t.Fatal("no event came")
		return nil
	}
}

func (s *sink) expect(want ...string) {
	s.t.Helper()
	for _, w := range want {
		if got := short(s.next()); got != w {
			s.t.Fatalf("got %q, want %q", got, w)
		}
	}
}

func short(event cti.PBXEvent) string {
	switch e := event.(type) {
	case cti.LinkUp:
		return "up " + e.Version
	case cti.LinkDown:
		return "down"
	case cti.Snapshot:
		ids := make([]string, len(e.Legs))
		for i, leg := range e.Legs {
			ids[i] = leg.ID.Uniqueid
		}
		return fmt.Sprintf("snapshot %v restarted=%v", ids, e.Restarted)
	case cti.LegCreated:
		return "created " + e.Leg.ID.Uniqueid
	case cti.VariableSet:
		return "variable " + e.Leg.Uniqueid + " " + e.Name + "=" + e.Value
	case cti.LegEnded:
		return "ended " + e.Leg.Uniqueid
	}
	return fmt.Sprintf("%T", event)
}

type fixture struct {
	*sink
	source *Source
	server *amitest.Server
	log    *bytes.Buffer // read only after the source has ended
	stop   func()
}

func newFixture(t *testing.T, change func(*SourceOptions)) *fixture {
	t.Helper()
	f := &fixture{sink: &sink{t: t, events: make(chan cti.PBXEvent, 1000)}, server: amitest.New(t, watch), log: new(bytes.Buffer)}
	opts := SourceOptions{
		TranslatorOptions: TranslatorOptions{PBX: "main"},
		AMI: ami.Options{
			Address: f.server.Addr(), Username: watch.Username, Secret: ami.Secret(watch.Secret), PingInterval: -1,
		},
		Backoff: ami.Backoff{Base: time.Millisecond, Max: time.Millisecond, Floor: time.Millisecond, Refused: time.Millisecond},
		Sink:    f.sink,
		Ready:   func() bool { return true },
		Logger:  slog.New(slog.NewTextHandler(f.log, nil)),
	}
	if change != nil {
		change(&opts)
	}
	source, err := NewSource(opts)
	if err != nil {
		t.Fatal(err)
	}
	f.source = source
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1) // one Run
	go func() { ended <- source.Run(ctx) }()
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

const recorded = "7.7"

func state(p *amitest.Peer, boot string, uniqueids ...string) {
	p.Expect("QueueStatus").List("QueueStatusComplete",
		"Event: QueueParams\nQueue: support\nStrategy: rrmemory",
		"Event: QueueMember\nQueue: support\nName: Ivan\nLocation: PJSIP/1001\nStatus: 1\nPaused: 0",
		"Event: QueueEntry\nQueue: support\nPosition: 1\nUniqueid: 1.1\nWait: 30",
		"Event: QueueEntry\nQueue: support\nPosition: 2\nUniqueid: 99.99\nWait: 3")
	items := make([]string, len(uniqueids))
	for i, uniqueid := range uniqueids {
		block := channelBlock("", "PJSIP/trunk-0000000"+fmt.Sprint(i), "6", "79161234575", "1001", uniqueid)
		if uniqueid == recorded {
			block += "\nChanVariable: MIXMONITOR_FILENAME=/rec/a=b.wav\nChanVariable: QUEUESTATUS=TIMEOUT"
		}
		items[i] = "Event: CoreShowChannel\n" + block + "\nApplication: Queue\nApplicationData: support\nDuration: 01:00:05\nBridgeId: b" + fmt.Sprint(i)
	}
	p.Expect("CoreShowChannels").List("CoreShowChannelsComplete", items...)
	p.Expect("BridgeList").List("BridgeListComplete",
		"Event: BridgeListItem\nBridgeUniqueid: b0\nBridgeType: base\nBridgeTechnology: holding_bridge",
		"Event: BridgeListItem\nBridgeUniqueid: b1\nBridgeType: basic\nBridgeTechnology: simple_bridge")
	p.Expect("CoreSettings").Success("AsteriskVersion: 22.10.1")
	p.Expect("CoreStatus").Success("CoreStartupDate: 2026-11-22", "CoreStartupTime: "+boot)
}

func login(p *amitest.Peer) {
	p.Login()
	p.Send("Event: FullyBooted", "Privilege: system,all", "Status: Fully Booted")
}

func newchannel(uniqueid string) []string {
	return append([]string{"Event: Newchannel"}, strings.Split(channelBlock("", "PJSIP/trunk-00000001", "4", "79161234575", "", uniqueid), "\n")...)
}

func (s *slowSink) Put(ctx context.Context, event cti.PBXEvent) error {
	if _, ok := event.(cti.LegCreated); ok {
		s.held <- struct{}{}
		select {
		case <-s.gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return s.inner.Put(ctx, event)
}
