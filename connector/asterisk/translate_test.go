package asterisk

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/connector/ami"
	"callcard/pkg/cti"
)

// message reads one AMI message; "{P}" lines stand for the channel blocks below,
// with P as the prefix, as Asterisk 22 writes them.
func message(tb testing.TB, text string) ami.Message {
	tb.Helper()
	for prefix, block := range map[string]string{
		"{caller}": channelBlock("", "PJSIP/trunk-00000003", "6", "79161234575", "1001", "1795326639.5"),
		"{agent}":  channelBlock("", "PJSIP/1001-00000004", "6", "1001", "79161234575", "1795326639.6"),
		"{member}": channelBlock("Dest", "PJSIP/1001-00000004", "5", "1001", "79161234575", "1795326639.6"),
		"{half}":   channelBlock("Dest", "Local/1001@from-queue-00000001;1", "5", "1001", "79161234575", "1795326639.6"),
	} {
		text = strings.ReplaceAll(text, prefix, block)
	}
	m, err := ami.NewRecording(strings.NewReader("#T 1795326640.5\n"+text+"\n\n"), ami.Limits{}).Next()
	if err != nil {
		tb.Fatalf("%q: %v", text, err)
	}
	return m
}

func channelBlock(prefix, name, state, caller, connected, uniqueid string) string {
	var b strings.Builder
	for _, line := range []string{
		"Channel: " + name, "ChannelState: " + state, "ChannelStateDesc: x", "CallerIDNum: " + caller,
		"CallerIDName: <unknown>", "ConnectedLineNum: " + connected, "ConnectedLineName: Ivan",
		"Language: en", "AccountCode: ", "Context: from-trunk", "Exten: 74950000001", "Priority: 5",
		"Uniqueid: " + uniqueid, "Linkedid: 1795326639.5", "ChanVariable: FROM_DID=74950000001",
	} {
		b.WriteString(prefix + line + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// the legs of those blocks
func callerLeg() cti.Leg {
	return cti.Leg{
		ID: id("1795326639.5"), Linkedid: "1795326639.5", Name: "PJSIP/trunk-00000003", Device: "PJSIP/trunk",
		Role: cti.RoleTrunk, State: cti.LegUp, Caller: cti.Party{Number: "79161234575"},
		Connected: cti.Party{Number: "1001", Name: "Ivan"}, Context: "from-trunk", Exten: "74950000001",
	}
}

func memberLeg() cti.Leg {
	return cti.Leg{
		ID: id("1795326639.6"), Linkedid: "1795326639.5", Name: "PJSIP/1001-00000004", Device: "PJSIP/1001",
		Role: cti.RolePhone, State: cti.LegRinging, Caller: cti.Party{Number: "1001"},
		Connected: cti.Party{Number: "79161234575", Name: "Ivan"}, Context: "from-trunk", Exten: "74950000001",
	}
}

func agentLeg() cti.Leg {
	leg := memberLeg()
	leg.State = cti.LegUp
	return leg
}

func halfLeg() cti.Leg {
	leg := memberLeg()
	leg.Name, leg.Device, leg.Role = "Local/1001@from-queue-00000001;1", "", cti.RoleLocal
	leg.LocalPeer = "Local/1001@from-queue-00000001;2"
	return leg
}

func id(uniqueid string) cti.LegID { return cti.LegID{PBX: "main", Uniqueid: uniqueid} }

func at() time.Time { return time.UnixMicro(1795326640500000).UTC() }

func translator(tb testing.TB) *Translator {
	tb.Helper()
	tb.Helper()
	tr, err := NewTranslator(TranslatorOptions{PBX: "main", Variables: []string{"CLIENT_ID"}})
	if err != nil {
		tb.Fatal(err)
	}
	return tr
}

func TestTranslate(t *testing.T) {
	t.Parallel()
	stamp := cti.Stamp{PBX: "main", At: at()}
	created := callerLeg()
	created.Since = at()
	entered := agentLeg()
	entered.Bridge = "b1"
	tests := []struct {
		in   string
		want cti.PBXEvent
	}{
		{"Event: Newchannel\n{caller}", cti.LegCreated{Stamp: stamp, Leg: created}},
		{"Event: Newstate\n{caller}", cti.LegChanged{Stamp: stamp, Leg: callerLeg()}},
		{"Event: NewConnectedLine\n{caller}", cti.LegChanged{Stamp: stamp, Leg: callerLeg()}},
		{"Event: NewCallerid\n{caller}\nCID-CallingPres: 0 (Allowed)", cti.LegChanged{Stamp: stamp, Leg: callerLeg()}},
		{"Event: Hangup\n{caller}\nCause: 26\nCause-txt: Answered elsewhere", cti.LegEnded{Stamp: stamp, Leg: id("1795326639.5"), Cause: 26}},
		{"Event: Hold\n{agent}\nMusicClass: default", cti.LegHeld{Stamp: stamp, Leg: id("1795326639.6")}},
		{"Event: Unhold\n{agent}", cti.LegResumed{Stamp: stamp, Leg: id("1795326639.6")}},
		{"Event: MixMonitorStart\n{caller}", cti.RecorderSwitched{Stamp: stamp, Leg: id("1795326639.5"), Switch: cti.RecorderStarted}},
		{"Event: MixMonitorStop\n{caller}", cti.RecorderSwitched{Stamp: stamp, Leg: id("1795326639.5"), Switch: cti.RecorderStopped}},
		{"Event: MixMonitorMute\n{caller}\nDirection: both\nState: 1", cti.RecorderSwitched{
			Stamp: stamp, Leg: id("1795326639.5"), Switch: cti.RecorderSilent, Read: true, Write: true,
		}},
		{"Event: MixMonitorMute\n{caller}\nDirection: read\nState: 0", cti.RecorderSwitched{
			Stamp: stamp, Leg: id("1795326639.5"), Switch: cti.RecorderSounds, Read: true,
		}},
		{"Event: Newexten\n{caller}\nExtension: 74950000001\nApplication: Queue\nAppData: support,tc,,,30", cti.AppStarted{
			Stamp: stamp, Leg: id("1795326639.5"), App: "Queue", Data: "support,tc,,,30", Context: "from-trunk", Exten: "74950000001",
		}},
		{"Event: Newexten\n{caller}\nApplication: Set\nAppData: x=1", nil},
		{"Event: VarSet\n{caller}\nVariable: QUEUESTATUS\nValue: TIMEOUT", cti.VariableSet{
			Stamp: stamp, Leg: id("1795326639.5"), Name: "QUEUESTATUS", Value: "TIMEOUT",
		}},
		{"Event: VarSet\n{caller}\nVariable: CLIENT_ID\nValue: 42", cti.VariableSet{Stamp: stamp, Leg: id("1795326639.5"), Name: "CLIENT_ID", Value: "42"}},
		{"Event: VarSet\n{caller}\nVariable: BRIDGEPEER\nValue: x", nil},
		{"Event: VarSet\nVariable: QUEUESTATUS\nValue: global, of no channel", nil},
		{"Event: DialBegin\n{caller}\n{member}\nDialString: 1001", cti.DialBegan{Stamp: stamp, From: callerLeg(), To: memberLeg(), DialString: "1001"}},
		{"Event: DialBegin\n{member}\nDialString: 1001", cti.DialBegan{Stamp: stamp, To: memberLeg(), DialString: "1001"}},
		{"Event: DialState\n{caller}\n{member}\nDialStatus: RINGING", nil},
		{"Event: DialEnd\n{caller}\n{member}\nDialStatus: CANCEL\nForward: Local/1002@from-internal", cti.DialEnded{
			Stamp: stamp, From: callerLeg(), To: memberLeg(), Status: cti.DialCancel, Forward: "Local/1002@from-internal",
		}},
		{"Event: OriginateResponse\nActionID: x\nResponse: Failure\nChannel: PJSIP/1001-1\nReason: 5\nUniqueid: 1795326639.6", cti.OriginateAnswered{
			Stamp: stamp, Leg: id("1795326639.6"), Reason: 5,
		}},
		{"Event: OriginateResponse\nResponse: Success\nReason: 4\nUniqueid: 1795326639.6", cti.OriginateAnswered{
			Stamp: stamp, Leg: id("1795326639.6"), Success: true, Reason: 4,
		}},
		{"Event: OriginateResponse\nResponse: Failure\nReason: 0\nUniqueid: <unknown>", nil},
		{"Event: OriginateResponse\nActionID: callcard-1795326639.7\nResponse: Failure\nReason: 0\nUniqueid: <null>", cti.OriginateAnswered{
			Stamp: stamp, Leg: id("callcard-1795326639.7"),
		}},
		{"Event: BridgeEnter\nBridgeUniqueid: b1\nBridgeType: basic\nBridgeTechnology: simple_bridge\nSwapUniqueid: 1795326639.5\n{agent}", cti.BridgeEntered{
			Stamp: stamp, Bridge: "b1", Type: "basic", Leg: entered, Swap: id("1795326639.5"),
		}},
		{"Event: BridgeEnter\nBridgeUniqueid: b1\nBridgeType: base\nBridgeTechnology: holding_bridge\n{agent}", cti.BridgeEntered{
			Stamp: stamp, Bridge: "b1", Type: "holding", Leg: entered,
		}},
		{"Event: BridgeLeave\nBridgeUniqueid: b1\nBridgeType: basic\n{agent}", cti.BridgeLeft{Stamp: stamp, Bridge: "b1", Leg: agentLeg()}},
		{"Event: BridgeMerge\nToBridgeUniqueid: b1\nToBridgeType: basic\nFromBridgeUniqueid: b2", cti.BridgeMerged{Stamp: stamp, Into: "b1", From: "b2"}},
		{"Event: QueueCallerJoin\n{caller}\nQueue: support\nPosition: 2\nCount: 2", cti.QueueJoined{Stamp: stamp, Leg: callerLeg(), Queue: "support", Position: 2}},
		{"Event: QueueCallerLeave\n{caller}\nQueue: support\nCount: 0\nPosition: 1", cti.QueueLeft{Stamp: stamp, Leg: callerLeg(), Queue: "support", Position: 1}},
		{"Event: QueueCallerAbandon\n{caller}\nQueue: support\nPosition: 1\nOriginalPosition: 3\nHoldTime: 12", cti.QueueAbandoned{
			Stamp: stamp, Leg: callerLeg(), Queue: "support", Position: 1, Waited: 12 * time.Second,
		}},
		{"Event: AgentCalled\n{caller}\n{half}\nQueue: support\nInterface: Local/1001@from-queue/n\nMemberName: Ivan", cti.AgentOffered{
			Stamp: stamp, Caller: callerLeg(), Agent: halfLeg(), Queue: "support", Interface: "PJSIP/1001", Member: "Ivan",
		}},
		{"Event: AgentConnect\n{caller}\n{member}\nQueue: support\nInterface: PJSIP/1001\nRingTime: 3\nHoldTime: 9", cti.AgentAnswered{
			Stamp: stamp, Caller: callerLeg(), Agent: memberLeg(), Queue: "support", Interface: "PJSIP/1001", Waited: 9 * time.Second, Rang: 3 * time.Second,
		}},
		{"Event: AgentRingNoAnswer\n{caller}\n{member}\nQueue: support\nInterface: PJSIP/1001\nRingTime: 8000", cti.AgentMissed{
			Stamp: stamp, Caller: callerLeg(), Agent: memberLeg(), Queue: "support", Interface: "PJSIP/1001", Rang: 8 * time.Second,
		}},
		{"Event: AgentComplete\n{caller}\n{member}\nQueue: support\nInterface: PJSIP/1001\nHoldTime: 1\nTalkTime: 5\nReason: agent", cti.AgentDone{
			Stamp: stamp, Caller: callerLeg(), Agent: memberLeg(), Queue: "support", Interface: "PJSIP/1001", Reason: "agent",
			Waited: time.Second, Talked: 5 * time.Second,
		}},
		{"Event: AgentComplete\nQueue: support\nInterface: PJSIP/1001\nTalkTime: 5\nReason: transfer", cti.AgentDone{ // Asterisk 16: both channels gone
			Stamp: stamp, Queue: "support", Interface: "PJSIP/1001", Reason: "transfer", Talked: 5 * time.Second,
		}},
		{"Event: AgentDump\n{caller}\n{member}\nQueue: support\nInterface: PJSIP/1001", cti.AgentDumped{
			Stamp: stamp, Caller: callerLeg(), Agent: memberLeg(), Queue: "support", Interface: "PJSIP/1001",
		}},
		{"Event: ParkedCall\n" + channelBlock("Parkee", "PJSIP/trunk-00000003", "6", "79161234575", "1001", "1795326639.5") + "\nParkinglot: default\nParkingSpace: 701", cti.Parked{
			Stamp: stamp, Leg: callerLeg(), Lot: "default", Space: "701",
		}},
		{"Event: ParkedCallTimeOut\n" + channelBlock("Parkee", "PJSIP/trunk-00000003", "6", "79161234575", "1001", "1795326639.5"), cti.ParkingEnded{Stamp: stamp, Leg: callerLeg(), Reason: "timeout"}},
		{"Event: UnParkedCall\n" + channelBlock("Parkee", "PJSIP/trunk-00000003", "6", "79161234575", "1001", "1795326639.5"), cti.ParkingEnded{Stamp: stamp, Leg: callerLeg(), Reason: "retrieved"}},
		{"Event: ParkedCallGiveUp\n" + channelBlock("Parkee", "PJSIP/trunk-00000003", "6", "79161234575", "1001", "1795326639.5"), cti.ParkingEnded{Stamp: stamp, Leg: callerLeg(), Reason: "gave_up"}},
		{"Event: Pickup\n{agent}\n" + channelBlock("Target", "PJSIP/1001-00000004", "5", "1001", "79161234575", "1795326639.6"), cti.PickedUp{Stamp: stamp, Leg: agentLeg(), Target: memberLeg()}},
		{"Event: BlindTransfer\nResult: Success\n" + channelBlock("Transferer", "PJSIP/1001-00000004", "6", "1001", "79161234575", "1795326639.6") + "\n" +
			channelBlock("Transferee", "PJSIP/trunk-00000003", "6", "79161234575", "1001", "1795326639.5") +
			"\nBridgeUniqueid: b1\nIsExternal: Yes\nContext: from-agents\nExtension: 1003", cti.BlindTransferred{
			Stamp: stamp, Result: "Success", Transferer: agentLeg(), Transferee: callerLeg(), Exten: "1003", Context: "from-agents",
		}},
		{"Event: AttendedTransfer\nResult: Success\n" + channelBlock("OrigTransferer", "PJSIP/1001-00000004", "6", "1001", "79161234575", "1795326639.6") + "\nOrigBridgeUniqueid: b1\n" +
			channelBlock("SecondTransferer", "Local/1001@from-queue-00000001;1", "5", "1001", "79161234575", "1795326639.6") + "\nSecondBridgeUniqueid: b2\nDestType: Bridge\nDestBridgeUniqueid: b1", cti.AttendedTransferred{
			Stamp: stamp, Result: "Success", First: agentLeg(), Second: halfLeg(), DestType: "Bridge",
		}},
		{"Event: LocalBridge\n" + channelBlock("LocalOne", "PJSIP/trunk-00000003", "6", "79161234575", "1001", "1795326639.5") + "\n" +
			channelBlock("LocalTwo", "PJSIP/1001-00000004", "6", "1001", "79161234575", "1795326639.6") + "\nContext: from-queue\nExten: 1001\nLocalOptimization: No", cti.LocalJoined{
			Stamp: stamp, One: callerLeg(), Two: agentLeg(),
		}},
		{"Event: QueueMemberPause\nQueue: support\nMemberName: Ivan\nInterface: Local/1001@from-queue/n\nStateInterface: hint:1001@ext-local\nMembership: dynamic\nPenalty: 2\nLastPause: 1795326600\nStatus: 1\nPaused: 1\nPausedReason: lunch", cti.MemberChanged{
			Stamp: stamp, Member: cti.Member{
				PBX: "main", Queue: "support", Interface: "Local/1001@from-queue/n", StateInterface: "hint:1001@ext-local",
				Device: "PJSIP/1001", Name: "Ivan", Dynamic: true, Penalty: 2, Status: cti.DeviceNotInUse, Paused: true,
				PausedReason: "lunch", LastPause: time.Unix(1795326600, 0).UTC(),
			},
		}},
		{"Event: QueueMemberRemoved\nQueue: support\nMemberName: Ivan\nInterface: PJSIP/1001\nMembership: static\nStatus: 5\nPaused: 0", cti.MemberRemoved{
			Stamp: stamp, Member: cti.Member{
				PBX: "main", Queue: "support", Interface: "PJSIP/1001", Device: "PJSIP/1001", Name: "Ivan", Status: cti.DeviceUnavailable,
			},
		}},
		{"Event: CEL\nEventName: ANSWER", nil},
		{"Event: FullyBooted\nStatus: Fully Booted", nil},
	}
	for _, tt := range tests {
		name, _, _ := strings.Cut(strings.TrimPrefix(tt.in, "Event: "), "\n")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := translator(t).Translate(message(t, tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTranslateNamesTheMissingField(t *testing.T) {
	t.Parallel()
	without := func(text, header string) string {
		var lines []string
		for line := range strings.SplitSeq(text, "\n") {
			if !strings.HasPrefix(line, header+":") {
				lines = append(lines, line)
			}
		}
		return strings.Join(lines, "\n")
	}
	block := channelBlock("", "PJSIP/trunk-00000003", "6", "1", "2", "5.5")
	dest := channelBlock("Dest", "PJSIP/trunk-00000003", "6", "1", "2", "5.5")
	tests := []struct{ in, event, field string }{
		{"Event: Newchannel\n" + without(block, "Uniqueid"), "Newchannel", "Uniqueid"},
		{"Event: Newchannel\n" + without(block, "Linkedid"), "Newchannel", "Linkedid"},
		{"Event: Newchannel\n" + without(block, "Channel"), "Newchannel", "Channel"},
		{"Event: Newchannel", "Newchannel", "Channel"},
		{"Event: Hangup\nCause: 16", "Hangup", "Uniqueid"},
		{"Event: DialBegin\n" + block, "DialBegin", "DestChannel"},
		{"Event: DialEnd\n" + dest, "DialEnd", "DialStatus"},
		{"Event: DialEnd\n" + without(dest, "DestUniqueid") + "\nDialStatus: BUSY", "DialEnd", "DestUniqueid"},
		{"Event: BridgeEnter\n" + block, "BridgeEnter", "BridgeUniqueid"},
		{"Event: BridgeMerge\nToBridgeUniqueid: 1", "BridgeMerge", "FromBridgeUniqueid"},
		{"Event: QueueCallerJoin\n" + block, "QueueCallerJoin", "Queue"},
		{"Event: QueueCallerJoin\nQueue: support", "QueueCallerJoin", "Channel"},
		{"Event: AgentCalled\nQueue: support\n" + block, "AgentCalled", "Interface"},
		{"Event: AgentCalled\nQueue: support\nInterface: x\n" + block, "AgentCalled", "DestChannel"},
		{"Event: QueueMemberPause\nQueue: support", "QueueMemberPause", "Interface"},
		{"Event: BlindTransfer\nResult: Success", "BlindTransfer", "TransfererChannel"},
	}
	for _, tt := range tests {
		got, err := translator(t).Translate(message(t, tt.in))
		var missing *FieldError
		if !errors.As(err, &missing) || missing.Event != tt.event || missing.Field != tt.field || got != nil {
			t.Errorf("%q: got %v, %v, want %s of %s", tt.in, got, err, tt.field, tt.event)
		}
	}
}

func TestTranslateUnknownEvent(t *testing.T) {
	t.Parallel()
	if _, err := translator(t).Translate(message(t, "Event: FromTheFuture\nA: b")); !errors.Is(err, ErrUnknownEvent) {
		t.Errorf("got %v", err)
	}
}

func TestTranslatorOptions(t *testing.T) {
	t.Parallel()
	for _, pbx := range []string{"", "a:b"} {
		var bad *cti.InvalidError
		if _, err := NewTranslator(TranslatorOptions{PBX: pbx}); !errors.As(err, &bad) || bad.Field != "id" {
			t.Errorf("%q: got %v", pbx, err)
		}
	}
}
