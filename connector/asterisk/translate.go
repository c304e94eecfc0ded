package asterisk

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"callcard/connector/ami"
	"callcard/pkg/cti"
)

// Translator turns AMI events of one PBX into domain events, one by one. It
// keeps no state of calls; it belongs to one goroutine.
type Translator struct {
	pbx       string
	naming    *Naming
	clock     eventClock
	apps      map[string]bool // Newexten applications that are passed on
	variables map[string]bool // VarSet names that are passed on
}

// queueStatus says how a caller left a queue (apps/app_queue.c, set_queue_result).
const queueStatus = "QUEUESTATUS"

// TranslatorOptions describe one PBX.
type TranslatorOptions struct {
	PBX    string
	Naming NamingOptions
	// Variables are the names of channel variables to pass on besides those the
	// product itself needs.
	Variables []string
}

// NewTranslator checks the options.
func NewTranslator(o TranslatorOptions) (*Translator, error) {
	if o.PBX == "" || strings.Contains(o.PBX, ":") {
		return nil, &cti.InvalidError{Field: "id", Got: o.PBX, Want: "a name of the PBX without a colon"}
	}
	naming, err := NewNaming(o.Naming)
	if err != nil {
		return nil, err
	}
	t := &Translator{pbx: o.PBX, naming: naming, apps: watchedApps(), variables: make(map[string]bool)}
	for _, name := range append([]string{queueStatus, "MIXMONITOR_FILENAME"}, o.Variables...) {
		t.variables[name] = true
	}
	return t, nil
}

// Translate gives the domain's event, nil for an AMI event that says nothing to
// it, ErrUnknownEvent, or a *FieldError.
func (t *Translator) Translate(m ami.Message) (cti.PBXEvent, error) {
	name := m.Event()
	switch name {
	case "Newchannel":
		return t.newchannel(m)
	case "Newstate", "NewConnectedLine", "NewCallerid", "NewAccountCode", "NewExten":
		return t.legChanged(m)
	case "Hangup":
		return t.hangup(m)
	case "Hold", "Unhold":
		return t.hold(m, name == "Hold")
	case "Newexten":
		return t.newexten(m)
	case "VarSet":
		return t.varSet(m)
	case "DialBegin":
		return t.dialBegin(m)
	case "DialEnd":
		return t.dialEnd(m)
	case "OriginateResponse":
		return t.originateResponse(m)
	}
	return t.translateMore(name, m)
}

func (t *Translator) translateMore(name string, m ami.Message) (cti.PBXEvent, error) {
	switch name {
	case "LocalBridge":
		return t.localBridge(m)
	case "BridgeEnter":
		return t.bridgeEnter(m)
	case "BridgeLeave":
		return t.bridgeLeave(m)
	case "BridgeMerge":
		return t.bridgeMerge(m)
	case "QueueCallerJoin", "QueueCallerLeave", "QueueCallerAbandon":
		return t.queueCaller(name, m)
	case "AgentCalled", "AgentConnect", "AgentRingNoAnswer", "AgentComplete", "AgentDump":
		return t.agent(name, m)
	case "QueueMemberAdded", "QueueMemberStatus", "QueueMemberPause", "QueueMemberPenalty", "QueueMemberRingInUse", "QueueMemberRinginuse":
		return t.memberChanged(m)
	case "QueueMemberRemoved":
		return t.memberRemoved(m)
	case "BlindTransfer":
		return t.blindTransfer(m)
	case "AttendedTransfer":
		return t.attendedTransfer(m)
	case "Pickup":
		return t.pickup(m)
	case "ParkedCall":
		return t.parked(m)
	case "MixMonitorStart", "MixMonitorStop", "MixMonitorMute":
		return t.recorder(name, m)
	case "UnParkedCall", "ParkedCallTimeOut", "ParkedCallGiveUp", "ParkedCallSwap":
		return t.parkingEnded(name, m)
	}
	if saysNothing(name) {
		return nil, nil
	}
	return nil, ErrUnknownEvent
}

// saysNothing knows the events of Asterisk 16 to 22 that the domain does not need.
//
// Rename is among them: it carries a name without the channel's state, and the
// next event of the channel shows the new name with everything else. DialState repeats
// what Newstate says of the same channel.
func saysNothing(name string) bool {
	switch name {
	case "CEL", "Cdr", "TestEvent", "RTCPSent", "RTCPReceived", "UserEvent", "Rename", "DialState",
		"DeviceStateChange", "ExtensionStatus", "PresenceStateChange", "PresenceStatus",
		"HangupRequest", "SoftHangupRequest", "HangupHandlerPush", "HangupHandlerPop", "HangupHandlerRun",
		"BridgeCreate", "BridgeDestroy", "BridgeInfoChannel", "BridgeVideoSourceUpdate",
		"MusicOnHoldStart", "MusicOnHoldStop",
		"DTMFBegin", "DTMFEnd", "ChannelTalkingStart", "ChannelTalkingStop", "ChanSpyStart", "ChanSpyStop",
		"PeerStatus", "ContactStatus", "ContactStatusDetail", "Registry", "DeviceStateListComplete",
		"SuccessfulAuth", "ChallengeSent", "ChallengeResponseFailed", "InvalidAccountID", "InvalidPassword",
		"FailedACL", "RequestNotAllowed", "RequestNotSupported", "RequestBadFormat", "UnexpectedAddress",
		"SessionLimit", "SessionTimeout", "MemoryLimit", "LoadAverageLimit", "AuthMethodNotAllowed",
		"FullyBooted", "Shutdown", "Reload", "ModuleLoadReport", "Load", "Unload", "LogChannel", "Alarm", "AlarmClear",
		"LocalOptimizationBegin", "LocalOptimizationEnd", "MCID", "AOC-D", "AOC-E", "AOC-S", "FAXStatus", "FAXSession",
		"AsyncAGIStart", "AsyncAGIExec", "AsyncAGIEnd", "AGIExecStart", "AGIExecEnd",
		"MessageWaiting", "VoicemailPasswordChange", "Status", "Flash", "Wink", "DNDState", "SpanAlarm", "SpanAlarmClear",
		"ConfbridgeStart", "ConfbridgeEnd", "ConfbridgeJoin", "ConfbridgeLeave", "ConfbridgeTalking",
		"ConfbridgeMute", "ConfbridgeUnmute", "ConfbridgeList", "ConfbridgeRecord", "ConfbridgeStopRecord",
		"MeetmeJoin", "MeetmeLeave", "MeetmeEnd", "DeadlockStart", "CoreShowChannel", "CoreShowChannelsComplete",
		"QueueParams", "QueueMember", "QueueEntry", "QueueStatusComplete", "Agentlogin", "Agentlogoff", "AgentLogin", "AgentLogoff":
		return true
	}
	return false
}

func (t *Translator) stamp(m ami.Message) cti.Stamp {
	return cti.Stamp{PBX: t.pbx, At: t.clock.date(m)}
}

func (t *Translator) legID(uniqueid string) cti.LegID {
	if uniqueid == "" {
		return cti.LegID{}
	}
	return cti.LegID{PBX: t.pbx, Uniqueid: uniqueid}
}

// known turns Asterisk's placeholders into nothing.
func known(value string) string {
	switch value {
	case "<unknown>", "<null>", "<none>", "(null)":
		return ""
	}
	return value
}

// What is taken over of texts that others choose: they go into every document of the
// call. SIP lets a name be as long as a message; a variable may be the path of a file.
const (
	longestParty = 512
	longestValue = 4096 // PATH_MAX
)

// clipped cuts a text without breaking a character.
func clipped(text string, longest int) string {
	if len(text) <= longest {
		return text
	}
	end := longest
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return strings.Clone(text[:end])
}

// number reads a decimal header; what is no number counts as 0.
func number(m ami.Message, field string) int {
	n, _ := strconv.Atoi(m.Get(field))
	return n
}

func seconds(m ami.Message, field string) time.Duration {
	return time.Duration(number(m, field)) * time.Second
}

// unixTime reads a header in seconds since 1970, 0 meaning never.
func unixTime(m ami.Message, field string) time.Time {
	n, err := strconv.ParseInt(m.Get(field), 10, 64)
	if err != nil || n <= 0 {
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}

// yes reads a flag in all the spellings of AMI.
func yes(value string) bool {
	switch strings.ToLower(value) {
	case "1", "yes", "true", "on":
		return true
	}
	return false
}
