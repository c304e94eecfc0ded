package asterisk

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/connector/ami"
	"callcard/connector/ami/amitest"
	"callcard/pkg/cti"
)

// sink hands events to the test, in order.
// next waits for one event.
// expect waits for one event and compares its short form.
// short is an event in one line, enough to tell them apart.
// recorded is the channel that has a recording.
// state answers the questions of one snapshot: the PBX started at boot and has
// one channel per uniqueid.
// login logs in and says that the PBX is whole, as Asterisk does.
func TestSourceTakesTheStateFirst(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	p := f.server.Accept()
	p.Login()
	p.Send(newchannel("1.0")...)
	p.Send("Event: FullyBooted", "Status: Fully Booted") // as after every login: no reason to ask twice
	p.Send(newchannel("1.2")...)
	state(p, "10:00:00", "1.1", "1.2", recorded)
	p.Send("Event: Hangup", "Uniqueid: 1.1", "Cause: 16")

	f.expect("up 22.10.1")
	got, ok := f.next().(cti.Snapshot)
	if !ok {
		t.Fatal("the second event is no snapshot")
	}
	f.expect("variable 7.7 MIXMONITOR_FILENAME=/rec/a=b.wav", "created 1.0", "created 1.2", "ended 1.1")
	if len(got.Legs) != 3 || len(got.Queues) != 1 || len(got.Members) != 1 || got.At.IsZero() {
		t.Fatalf("got %+v", got)
	}
	leg := got.Legs[0]
	if want := got.At.Add(-time.Hour - 5*time.Second); leg.Since.Sub(want).Abs() > 2*time.Second {
		t.Errorf("since: got %v, want about %v", leg.Since, want)
	}
	if leg.App != "Queue" || leg.AppData != "support" || leg.Bridge != "" || got.Legs[1].Bridge != "b1" {
		t.Errorf("got %+v: a holding bridge is no conversation", got.Legs)
	}
	if len(got.Waiting) != 1 || got.Waiting[0].Leg != id("1.1") || got.Waiting[0].Position != 1 {
		t.Errorf("waiting: got %+v, want only the caller whose channel lives", got.Waiting)
	}
	if diff := cmp.Diff(cti.Member{PBX: "main", Queue: "support", Interface: "PJSIP/1001", Device: "PJSIP/1001", Name: "Ivan", Status: 1}, got.Members[0]); diff != "" {
		t.Error(diff)
	}
	if s := f.source.Status(); !s.Up || s.Version != "22.10.1" || s.PBX != "main" {
		t.Errorf("status: %+v", s)
	}
	p.Drop()
	f.expect("down")
}

func TestSourceSurvivesALinkDropInTheMiddleOfACall(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	p := f.server.Accept()
	login(p)
	state(p, "10:00:00")
	p.Send(newchannel("1.1")...)
	f.expect("up 22.10.1", "snapshot [] restarted=false", "created 1.1")
	p.Drop()
	f.expect("down")

	p = f.server.Accept() // drops again while the list is on its way: no half of a snapshot
	login(p)
	p.Expect("QueueStatus").StartList()
	p.Drop()

	p = f.server.Accept()
	login(p)
	state(p, "10:00:00", "1.1")
	p.Send("Event: Hangup", "Uniqueid: 1.1", "Cause: 16")
	for {
		got := short(f.next())
		if got == "down" { // a second reason
			continue
		}
		if got != "up 22.10.1" {
			t.Fatalf("got %s", got)
		}
		break
	}
	f.expect("snapshot [1.1] restarted=false", "ended 1.1")
}

func TestSourceNoticesARestartedPBX(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	p := f.server.Accept()
	login(p)
	state(p, "10:00:00", "1.1")
	f.expect("up 22.10.1", "snapshot [1.1] restarted=false")
	p.Send("Event: Shutdown", "Shutdown: Uncleanly", "Restart: True")
	p.Drop()
	f.expect("down")
	p = f.server.Accept()
	login(p)
	state(p, "11:00:00", "2.1")
	f.expect("up 22.10.1", "snapshot [2.1] restarted=true")
}

// AMI listens before the PBX is whole: what it lists then is not the truth.
func TestSourceWaitsForAStartingPBX(t *testing.T) {
	t.Parallel()
	f := newFixture(t, func(o *SourceOptions) { o.BootPatience = time.Millisecond })
	p := f.server.Accept()
	p.Login()
	p.Expect("QueueStatus").Error("Invalid/unknown command: QueueStatus. Use Action: ListCommands to show available commands.")
	p.Send("Event: FullyBooted", "Status: Fully Booted")
	state(p, "10:00:00", "1.1")
	f.expect("up 22.10.1", "snapshot [1.1] restarted=false")
	p.Send("Event: FullyBooted", "Status: Fully Booted")
	state(p, "10:00:00", "1.2")
	f.expect("snapshot [1.2] restarted=false") // the link was up all the time
}

func TestSourceDoesNotNeedToHearOfTheBoot(t *testing.T) {
	t.Parallel()
	f := newFixture(t, func(o *SourceOptions) { o.BootPatience = time.Millisecond })
	p := f.server.Accept()
	p.Login()
	state(p, "10:00:00", "1.1")
	f.expect("up 22.10.1", "snapshot [1.1] restarted=false")
}

func TestSourceTakesTheStateAgainAfterARefusedMessage(t *testing.T) {
	t.Parallel()
	f := newFixture(t, func(o *SourceOptions) {
		o.AMI.Limits.Message = 2000
		o.ResyncPause = 300 * time.Millisecond
	})
	p := f.server.Accept()
	login(p)
	state(p, "10:00:00", "1.1")
	f.expect("up 22.10.1", "snapshot [1.1] restarted=false")
	p.Send("Event: UserEvent", "Blob: "+strings.Repeat("x", 100000))
	p.Raw("\x7f\x00 garbled \r\n\r\n")
	p.Raw("Event: UserEvent\r\nno header here\r\n\r\n")
	p.Send(newchannel("1.2")...)
	f.expect("created 1.2")
	state(p, "10:00:00", "1.2") // once for both
	f.expect("snapshot [1.2] restarted=false")
	if s := f.source.Stats(); s.Refused != 2 || s.Garbage != 2 || s.Resyncs != 2 || s.Connects != 1 {
		t.Errorf("got %+v", s)
	}
}

// One header of 70 KB is taken like any other; of a name so long only the beginning goes
// into the documents of the call.
func TestSourceTakesAHugeHeader(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	p := f.server.Accept()
	login(p)
	state(p, "10:00:00")
	f.expect("up 22.10.1", "snapshot [] restarted=false")
	huge := strings.Repeat("Ж", 35_000)
	block := channelBlock("", "PJSIP/trunk-00000001", "4", "79161234575", "", "1.1")
	p.Send(append([]string{"Event: Newchannel"}, strings.Split(strings.Replace(block, "CallerIDName: <unknown>", "CallerIDName: "+huge, 1), "\n")...)...)
	p.Send("Event: UserEvent", "Blob: "+huge)
	p.Send("Event: VarSet", "Uniqueid: 1.1", "Variable: MIXMONITOR_FILENAME", "Value: /"+huge)
	p.Send("Event: Hangup", "Uniqueid: 1.1", "Cause: 16")

	created, _ := f.next().(cti.LegCreated)
	if want := huge[:512]; created.Leg.Caller.Name != want {
		t.Errorf("name of %d bytes, want the first %d", len(created.Leg.Caller.Name), len(want))
	}
	variable, _ := f.next().(cti.VariableSet)
	if want := "/" + huge[:4094]; variable.Value != want {
		t.Errorf("value of %d bytes, want the first %d", len(variable.Value), len(want))
	}
	f.expect("ended 1.1")
	if s := f.source.Stats(); s.Refused+s.Faulty != 0 || s.Resyncs != 1 {
		t.Errorf("got %+v", s)
	}
}

// A tracking user without read = call is let in, and then it is quiet for ever.
func TestSourceSaysThatItHearsNoCalls(t *testing.T) {
	t.Parallel()
	f := newFixture(t, func(o *SourceOptions) { o.HearingPause = time.Millisecond })
	channel := func(uniqueid, duration string) string {
		return "Event: CoreShowChannel\n" + channelBlock("", "PJSIP/trunk-00000001", "6", "79161234575", "1001", uniqueid) + "\nDuration: " + duration
	}
	list := func(p *amitest.Peer, items ...string) {
		p.Expect("CoreShowChannels").List("CoreShowChannelsComplete", items...)
	}
	p := f.server.Accept()
	login(p)
	state(p, "10:00:00", "1.1")
	f.expect("up 22.10.1", "snapshot [1.1] restarted=false")
	list(p)
	list(p, channel("1.1", "10:00:00"), channel("1.2", "00:00:04")) // known; its event may be on the way
	list(p)
	if s := f.source.Status(); !s.Up {
		t.Fatalf("nothing is wrong yet: %+v", s)
	}
	for range 3 {
		list(p, channel("1.2", "00:00:05"))
	}
	list(p)
	if s := f.source.Status(); s.Up || !strings.Contains(s.Reason, "read = call") {
		t.Errorf("got %+v, want a word about read = call", s)
	}
	asked := p.Expect("CoreShowChannels")
	p.Send(newchannel("1.3")...)
	asked.List("CoreShowChannelsComplete")
	f.expect("created 1.3")
	p.Drop()
	f.expect("down")
	f.stop()
	log := f.log.String()
	if strings.Count(log, "calls are not heard of") != 1 || strings.Count(log, "the PBX tells of its calls") != 1 {
		t.Errorf("each must be logged once:\n%s", log)
	}
}

func TestSourceCountsWhatItDoesNotUnderstand(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	p := f.server.Accept()
	login(p)
	state(p, "10:00:00")
	for range 3 {
		p.Send("Event: FromTheFuture")
		p.Send("Event: Hangup", "Cause: 16")
	}
	p.Send(newchannel("1.1")...)
	f.expect("up 22.10.1", "snapshot [] restarted=false", "created 1.1")
	f.stop()
	if s := f.source.Stats(); s.Unknown != 3 || s.Faulty != 3 || s.Events != 8 {
		t.Errorf("got %+v", s)
	}
	log := f.log.String()
	if strings.Count(log, "field Uniqueid is missing") != 1 || strings.Count(log, "event=FromTheFuture") != 1 {
		t.Errorf("each kind must be logged once:\n%s", log)
	}
}

func TestSourceSaysWhyItIsDown(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*SourceOptions)
		script func(*amitest.Peer)
		want   string
	}{
		{"wrong password", func(o *SourceOptions) { o.AMI.Secret = "other" }, func(p *amitest.Peer) { p.Login() }, "login refused"},
		{"no permission", nil, func(p *amitest.Peer) {
			login(p)
			p.Expect("QueueStatus").List("QueueStatusComplete")
			p.Expect("CoreShowChannels").Error("Permission denied")
			p.Closed()
		}, "needs write = reporting"},
		{"hung up on", nil, func(p *amitest.Peer) {
			p.Expect("Login")
			p.Drop()
		}, "closed by the peer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, tt.change)
			for range 3 {
				tt.script(f.server.Accept())
			}
			down, ok := f.next().(cti.LinkDown)
			if !ok || !strings.Contains(down.Reason, tt.want) || strings.Contains(down.Reason, watch.Secret) {
				t.Errorf("got %+v, want %q", down, tt.want)
			}
			if s := f.source.Status(); s.Up || !strings.Contains(s.Reason, tt.want) {
				t.Errorf("status: %+v", s)
			}
			f.stop()
			if n := len(f.events); n > 1 { // the end of the test may add one
				t.Errorf("the same reason was told %d times more", n)
			}
			if got := strings.Count(f.log.String(), tt.want); got > 2 {
				t.Errorf("the same reason was logged %d times:\n%s", got, f.log)
			}
		})
	}
}

func TestSourceWorksWithoutQueuesAndWithoutIdentity(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	p := f.server.Accept()
	login(p)
	p.Expect("QueueStatus").Error("Invalid/unknown command: QueueStatus. Use Action: ListCommands to show available commands.")
	p.Expect("CoreShowChannels").List("CoreShowChannelsComplete")
	p.Expect("BridgeList").Error("Permission denied")
	p.Expect("CoreSettings").Error("Permission denied")
	p.Expect("CoreStatus").Error("Permission denied")
	f.expect("up ", "snapshot [] restarted=false")
}

// A consumer that does not keep up makes the connection end, and the next one
// begins with a snapshot: nothing is dropped in silence.
func TestSourceOverflowEndsInAResync(t *testing.T) {
	t.Parallel()
	f := newFixture(t, func(o *SourceOptions) {
		o.AMI.QueueLimit = 20
		o.Ready = nil
		o.Sink = &slowSink{inner: o.Sink.(*sink), gate: make(chan struct{}), held: make(chan struct{}, 30)}
	})
	slow := f.source.opts.Sink.(*slowSink)
	p := f.server.Accept()
	login(p)
	state(p, "10:00:00")
	f.expect("up 22.10.1", "snapshot [] restarted=false")
	p.Send(newchannel("1.0")...)
	<-slow.held
	for i := range 21 { // 20 may wait, one is too many
		p.Send(newchannel(fmt.Sprintf("1.%d", i+1))...)
	}
	p.Closed()
	if got := f.source.Stats().Backlog; got != 20 {
		t.Errorf("backlog: got %d, want 20", got)
	}
	close(slow.gate)
	for i := range 21 {
		f.expect(fmt.Sprintf("created 1.%d", i))
	}
	f.expect("down")
	p = f.server.Accept()
	login(p)
	state(p, "10:00:00", "1.21")
	f.expect("up 22.10.1", "snapshot [1.21] restarted=false")
}

// slowSink holds every leg until its gate opens.
type slowSink struct {
	inner *sink
	gate  chan struct{}
	held  chan struct{} // a leg is being held; room for all that the test sends
}

func TestNewSourceNamesFaults(t *testing.T) {
	t.Parallel()
	_, err := NewSource(SourceOptions{TranslatorOptions: TranslatorOptions{PBX: "main"}, AMI: ami.Options{Address: "pbx"}})
	if err == nil || !strings.Contains(err.Error(), "address") || !strings.Contains(err.Error(), "username") {
		t.Errorf("got %v", err)
	}
}
