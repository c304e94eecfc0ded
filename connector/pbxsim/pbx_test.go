package pbxsim

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestLogin(t *testing.T) {
	p := serve(t, Options{})
	c := login(t, p, "track", "t")
	if got := c.next(); !strings.HasPrefix(got, "Event: FullyBooted\nPrivilege: system,all\nUptime: ") {
		t.Errorf("after the login: %q", got)
	}
	c.send("Action: Ping", "ActionID: p1")
	if got := c.next(); !strings.HasPrefix(got, "Response: Success\nActionID: p1\nPing: Pong\nTimestamp: ") {
		t.Errorf("ping: %q", got)
	}
	c.send("Action: Logoff")
	c.expect("Response: Goodbye", "Message: Thanks for all the fish.")
	if _, err := c.r.ReadByte(); err != io.EOF {
		t.Errorf("after logoff: %v, want the end of the stream", err)
	}
}

func TestLoginByChallenge(t *testing.T) {
	p := serve(t, Options{})
	c := dial(t, p)
	c.send("Action: Challenge", "AuthType: MD5")
	challenge := field(c.next(), "Challenge")
	sum := md5.Sum([]byte(challenge + "t"))
	c.send("Action: Login", "AuthType: MD5", "Username: track", "Key: "+hex.EncodeToString(sum[:]))
	c.expect("Response: Success", "Message: Authentication accepted")
}

func TestWrongPasswordEndsTheSession(t *testing.T) {
	p := serve(t, Options{})
	for _, lines := range [][]string{
		{"Action: Login", "Username: track", "Secret: wrong"},
		{"Action: Login", "Username: nobody", "Secret: t"},
		{"Action: Login", "AuthType: MD5", "Username: track", "Key: d41d8cd98f00b204e9800998ecf8427e"},
	} {
		c := dial(t, p)
		c.send(lines...)
		c.expect("Response: Error", "Message: Authentication failed")
		if _, err := c.r.ReadByte(); err != io.EOF {
			t.Errorf("%v: %v, want the end of the stream", lines, err)
		}
	}
}

func TestRights(t *testing.T) {
	p := serve(t, Options{})
	c := dial(t, p)
	c.send("Action: QueueStatus")
	c.expect("Response: Error", "Message: Permission denied")
	c = login(t, p, "track", "t")
	c.next()
	for action, want := range map[string]string{
		"QueueAdd":  "Permission denied",
		"Originate": "Permission denied",
		"Hangup":    "Permission denied",
		"Nonsense":  "Invalid/unknown command: Nonsense. Use Action: ListCommands to show available commands.",
	} {
		c.send("Action: "+action, "ActionID: a")
		c.expect("Response: Error", "ActionID: a", "Message: "+want)
	}
}

func TestQueueMembers(t *testing.T) {
	p := serve(t, Options{})
	events := login(t, p, "track", "t")
	c := login(t, p, "control", "c")
	steps := []struct {
		lines  []string
		answer string
		events []string // name, queue, paused, reason of what the tracking user sees
	}{
		{[]string{"Action: QueueAdd", "Queue: support", "Interface: PJSIP/1001", "MemberName: Anna"}, "Success/Added interface to queue", []string{"QueueMemberAdded support 0 "}},
		{[]string{"Action: QueueAdd", "Queue: support", "Interface: PJSIP/1001"}, "Error/Unable to add interface: Already there", nil},
		{[]string{"Action: QueueAdd", "Queue: none", "Interface: PJSIP/1001"}, "Error/Unable to add interface to queue: No such queue", nil},
		{[]string{"Action: QueueAdd", "Interface: PJSIP/1001"}, "Error/'Queue' not specified.", nil},
		{[]string{"Action: QueueAdd", "Queue: sales", "Interface: PJSIP/1001", "Paused: true", "Reason: lunch"}, "Success/Added interface to queue", []string{"QueueMemberAdded sales 1 lunch"}},
		{[]string{"Action: QueuePause", "Interface: PJSIP/1001", "Paused: true", "Reason: break"}, "Success/Interface paused successfully", []string{"QueueMemberPause support 1 break", "QueueMemberPause sales 1 break"}},
		{[]string{"Action: QueuePause", "Interface: PJSIP/1001", "Queue: sales", "Paused: false"}, "Success/Interface unpaused successfully", []string{"QueueMemberPause sales 0 "}},
		{[]string{"Action: QueuePause", "Interface: PJSIP/1009", "Paused: true"}, "Error/Interface not found", nil},
		{[]string{"Action: QueuePause", "Interface: PJSIP/1001"}, "Error/Need 'Interface' and 'Paused' parameters.", nil},
		{[]string{"Action: QueueRemove", "Queue: support", "Interface: PJSIP/1001"}, "Success/Removed interface from queue", []string{"QueueMemberRemoved support 1 break"}},
		{[]string{"Action: QueueRemove", "Queue: support", "Interface: PJSIP/1001"}, "Error/Unable to remove interface: Not there", nil},
		{[]string{"Action: QueueRemove", "Queue: none", "Interface: PJSIP/1001"}, "Error/Unable to remove interface from queue: No such queue", nil},
	}
	for _, step := range steps {
		c.send(append(step.lines, "ActionID: q")...)
		response, message, _ := strings.Cut(step.answer, "/")
		c.expect("Response: "+response, "ActionID: q", "Message: "+message)
		for _, want := range step.events {
			name, _, _ := strings.Cut(want, " ")
			m := events.until("Event: "+name, "Interface: PJSIP/1001")
			if got := name + " " + field(m, "Queue") + " " + field(m, "Paused") + " " + field(m, "PausedReason"); got != want {
				t.Errorf("after %v: %q, want %q", step.lines, got, want)
			}
		}
	}
}

func TestQueueStatusList(t *testing.T) {
	p := serve(t, Options{Queues: []Queue{{Name: "support", Strategy: "rrmemory", LoggedIn: []string{"PJSIP/1001"}}, {Name: "sales", Strategy: "ringall"}}})
	c := login(t, p, "track", "t")
	c.next()
	c.send("Action: QueueStatus", "ActionID: 7")
	c.expect("Response: Success", "ActionID: 7", "EventList: start", "Message: Queue status will follow")
	if m := c.next(); field(m, "Event") != "QueueParams" || field(m, "Queue") != "support" || field(m, "Strategy") != "rrmemory" {
		t.Errorf("first item: %q", m)
	}
	m := c.next()
	if field(m, "Event") != "QueueMember" || field(m, "Location") != "PJSIP/1001" || field(m, "Membership") != "dynamic" || field(m, "Status") != "1" {
		t.Errorf("second item: %q", m)
	}
	if m := c.next(); field(m, "Queue") != "sales" {
		t.Errorf("third item: %q", m)
	}
	c.expect("Event: QueueStatusComplete", "ActionID: 7", "EventList: Complete", "ListItems: 3")
}

// until the given phase a call is paced without waiting; there it stays.
func stopAt(phase Phase) Pace {
	return func(before Phase, _ time.Duration) time.Duration {
		if before == phase {
			return time.Hour
		}
		return 0
	}
}

// play performs a call in the background.
func play(t *testing.T, call *Call, pace Pace) (done <-chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = call.Play(ctx, pace) }()
	t.Cleanup(func() { cancel(); <-ended })
	return ended
}

func supportCast(p *PBX, phones ...Phone) Cast {
	return Cast{Client: "79990001122", DID: "74950000001", Queue: "support", Phones: phones}
}

func TestChannelsOfALiveCall(t *testing.T) {
	p := serve(t, Options{})
	c := login(t, p, "track", "t")
	done := play(t, p.NewCall(p.Script("answered"), supportCast(p, p.opts.Phones[0])), stopAt(PhaseTalking))
	m := c.until("Event: BridgeEnter", "BridgeNumChannels: 2")
	c.send("Action: CoreShowChannels", "ActionID: 9")
	c.until("Response: Success", "ActionID: 9", "EventList: start", "Message: Channels will follow")
	trunk, agent := c.next(), c.next()
	for name, want := range map[string]string{
		"Channel": field(m, "Channel"), "ChannelStateDesc": "Up", "CallerIDNum": "79990001122", "Exten": "74950000001",
		"Uniqueid": field(m, "Uniqueid"), "Linkedid": field(m, "Uniqueid"), "Application": "Queue", "BridgeId": field(m, "BridgeUniqueid"),
	} {
		if got := field(trunk, name); got != want {
			t.Errorf("client's channel: %s is %q, want %q", name, got, want)
		}
	}
	if field(agent, "CallerIDNum") != "1001" || field(agent, "Linkedid") != field(m, "Uniqueid") {
		t.Errorf("agent's channel: %q", agent)
	}
	c.expect("Event: CoreShowChannelsComplete", "ActionID: 9", "EventList: Complete", "ListItems: 2")

	control := login(t, p, "control", "c")
	control.send("Action: Hangup", "Channel: "+field(m, "Channel"))
	control.expect("Response: Success", "Message: Channel Hungup")
	c.until("Event: AgentComplete", "Reason: caller")
	c.until("Event: Hangup", "Channel: "+field(m, "Channel"))
	<-done
	control.send("Action: Hangup", "Channel: "+field(m, "Channel"))
	control.expect("Response: Error", "Message: No such channel")
}

func TestHangupWhileRinging(t *testing.T) {
	p := serve(t, Options{})
	c := login(t, p, "track", "t")
	phones := p.opts.Phones
	cast := supportCast(p, phones...)
	cast.Queue = "sales"
	done := play(t, p.NewCall(p.Script("ringall"), cast), stopAt(PhaseRinging))
	m := c.until("Event: QueueCallerJoin")
	for range 3 {
		c.until("Event: AgentCalled")
	}
	control := login(t, p, "control", "c")
	control.send("Action: Hangup", "Channel: "+field(m, "Channel"))
	hung := map[string]bool{}
	for len(hung) < 4 {
		h := c.until("Event: Hangup")
		if field(h, "Linkedid") != field(m, "Uniqueid") {
			t.Errorf("hang-up of another call: %q", h)
		}
		hung[field(h, "Uniqueid")] = true
	}
	<-done
	if free := p.Ready("sales"); len(free) != 0 || !p.Free("PJSIP/1001") || !p.Free("PJSIP/1002") || !p.Free("PJSIP/1003") {
		t.Errorf("phones are not free after the call")
	}
}

func TestBlindTransfer(t *testing.T) {
	p := serve(t, Options{Queues: []Queue{{Name: "support", LoggedIn: []string{"PJSIP/1001", "PJSIP/1002"}}}})
	c := login(t, p, "track", "t")
	done := play(t, p.NewCall(p.Script("answered"), supportCast(p, p.opts.Phones[0])), func(before Phase, _ time.Duration) time.Duration {
		if before == PhaseTalking && p.Free("PJSIP/1002") {
			return time.Hour
		}
		return 0
	})
	m := c.until("Event: BridgeEnter", "BridgeNumChannels: 2")
	control := login(t, p, "control", "c")
	control.send("Action: BlindTransfer", "Channel: "+field(m, "Channel"), "Exten: 9")
	control.expect("Response: Error", "Message: Transfer failed")
	control.send("Action: BlindTransfer", "Channel: "+field(m, "Channel"), "Exten: 1002")
	control.expect("Response: Success", "Message: Transfer succeeded")
	b := c.until("Event: BlindTransfer", "Result: Success")
	for name, want := range map[string]string{
		"TransfereeUniqueid": field(m, "Uniqueid"), "TransfererCallerIDNum": "1001", "Extension": "1002", "BridgeUniqueid": field(m, "BridgeUniqueid"),
	} {
		if got := field(b, name); got != want {
			t.Errorf("transfer: %s is %q, want %q", name, got, want)
		}
	}
	c.until("Event: AgentComplete", "Reason: transfer")
	c.until("Event: QueueMemberStatus", "Interface: PJSIP/1002", "Status: 2")
	c.until("Event: DialEnd", "DestCallerIDNum: 1002", "DialStatus: ANSWER")
	c.until("Event: Hangup", "CallerIDNum: 1002")
	<-done
}

func TestOriginate(t *testing.T) {
	p := serve(t, Options{})
	c := login(t, p, "track", "t")
	control := login(t, p, "control", "c")
	control.send("Action: Originate", "ActionID: o1", "Channel: PJSIP/1001", "Context: from-internal", "Exten: 79995556677", "Priority: 1", "Async: true", "ChannelId: callcard-1.2")
	control.expect("Response: Success", "ActionID: o1", "Message: Originate successfully queued")
	agent := c.until("Event: Newchannel")
	if !strings.HasPrefix(field(agent, "Channel"), "PJSIP/1001-") {
		t.Errorf("first leg: %q", agent)
	}
	if field(agent, "Uniqueid") != "callcard-1.2" {
		t.Errorf("first leg has the id %q, want the one that was asked for", field(agent, "Uniqueid"))
	}
	if m := control.next(); field(m, "Event") != "OriginateResponse" || field(m, "ActionID") != "o1" || field(m, "Response") != "Success" {
		t.Errorf("the control user is told: %q", m)
	}
	client := c.until("Event: DialBegin", "DialString: 79995556677@trunk")
	if field(client, "Linkedid") != field(agent, "Uniqueid") {
		t.Errorf("second leg: %q", client)
	}
	control.send("Action: Originate", "ActionID: o2", "Channel: PJSIP/4711", "Exten: 1", "Async: true")
	control.expect("Response: Success", "ActionID: o2", "Message: Originate successfully queued")
	control.until("Event: OriginateResponse", "ActionID: o2", "Response: Failure")
}

func TestRecordingFile(t *testing.T) {
	dir := t.TempDir()
	p := serve(t, Options{Recordings: dir})
	c := login(t, p, "track", "t")
	talk := make(chan struct{})
	done := play(t, p.NewCall(p.Script("answered"), supportCast(p, p.opts.Phones[0])), func(before Phase, _ time.Duration) time.Duration {
		if before == PhaseTalking {
			<-talk
		}
		return 0
	})
	path := field(c.until("Event: VarSet", "Variable: MIXMONITOR_FILENAME"), "Value")
	c.until("Event: BridgeEnter", "BridgeNumChannels: 2")
	if filepath.Dir(path) != dir {
		t.Fatalf("recording is %q, want a file in %q", path, dir)
	}
	open, err := os.ReadFile(path)
	if err != nil || len(open) != wavHeader || open[40] != 0 {
		t.Errorf("while the call goes on: %d bytes (%v), want a header that says 0", len(open), err)
	}
	close(talk)
	<-done
	closed, err := os.ReadFile(path)
	if err != nil || string(closed[:4]) != "RIFF" || len(closed) < wavHeader {
		t.Errorf("after the call: %d bytes (%v)", len(closed), err)
	}
}

func TestFilteredUserSeesOnlyHisEvents(t *testing.T) {
	p := serve(t, Options{Users: []User{{
		Name: "track", Secret: "t", Read: "call,dialplan", Events: []string{"Newchannel", "Hangup"}, Variables: []string{"QUEUESTATUS"},
	}}})
	c := login(t, p, "track", "t")
	done := play(t, p.NewCall(p.Script("answered"), supportCast(p, p.opts.Phones[0])), func(Phase, time.Duration) time.Duration { return 0 })
	var got []string
	for range 5 {
		m := c.next()
		got = append(got, field(m, "Event"))
	}
	if strings.Join(got, " ") != "Newchannel Newchannel VarSet Hangup Hangup" {
		t.Errorf("events: %v", got)
	}
	<-done
}

func TestEventMask(t *testing.T) {
	p := serve(t, Options{})
	c := dial(t, p)
	c.send("Action: Login", "Username: track", "Secret: t", "Events: agent")
	c.expect("Response: Success", "Message: Authentication accepted")
	c.send("Action: Events", "EventMask: agent,dialplan")
	c.expect("Response: Success", "Events: On")
	done := play(t, p.NewCall(p.Script("answered"), supportCast(p, p.opts.Phones[0])), func(Phase, time.Duration) time.Duration { return 0 })
	<-done
	c.send("Action: Events", "EventMask: off")
	for {
		m := c.next()
		if m == "Response: Success\nEvents: Off\n" {
			return
		}
		if privilege := field(m, "Privilege"); privilege != "agent,all" && privilege != "dialplan,all" {
			t.Errorf("an event of class %s came through", privilege)
		}
	}
}

func TestPhonesDoAsTold(t *testing.T) {
	p := serve(t, Options{Recordings: t.TempDir()})
	c := login(t, p, "track", "t")
	control := login(t, p, "control", "c")
	done := play(t, p.NewCall(p.Script("answered"), supportCast(p, p.opts.Phones[0])), func(before Phase, _ time.Duration) time.Duration {
		if before == PhaseRinging || before == PhaseTalking {
			return time.Hour
		}
		return 0
	})
	phone := field(c.until("Event: AgentCalled"), "DestChannel")
	control.send("Action: PJSIPNotify", "Channel: PJSIP/nobody-1", "Variable: Event=talk")
	control.expect("Response: Error", "Message: Channel not found")
	control.send("Action: PJSIPNotify", "Channel: "+phone, "Variable: Event=talk")
	control.expect("Response: Success", "Message: NOTIFY sent")
	c.until("Event: BridgeEnter", "BridgeNumChannels: 2")
	control.send("Action: PJSIPNotify", "Channel: "+phone, "Variable: Event=hold")
	c.until("Event: Hold", "Channel: "+phone)
	control.send("Action: PJSIPNotify", "Channel: "+phone, "Variable: Event=talk")
	c.until("Event: Unhold", "Channel: "+phone)
	control.send("Action: MixMonitorMute", "Channel: "+phone, "Direction: both", "State: 1")
	control.until("Response: Success")
	c.until("Event: MixMonitorMute", "Channel: "+phone, "Direction: both", "State: 1")
	control.send("Action: Atxfer", "Channel: "+phone, "Exten: 1002", "Context: from-internal")
	control.until("Response: Error", "Message: No attended transfer feature code found")
	control.send("Action: Hangup", "Channel: "+phone)
	<-done
}
