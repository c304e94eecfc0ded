package cti

import "time"

// PBXEvent is something that one PBX reported, in the order in which it did.
// The set is closed: LinkUp, LinkDown, Snapshot, the Leg…, Dial…, Bridge…,
// Queue…, Offer…, transfer and Member… types of this package.
type PBXEvent interface {
	// Stamped returns where and when it happened.
	Stamped() Stamp
}

// Stamp is embedded in each PBXEvent.
type Stamp struct {
	PBX string    `json:"pbx"`
	At  time.Time `json:"at"`
}

// Stamped implements PBXEvent.
func (s Stamp) Stamped() Stamp { return s }

// LinkUp and LinkDown say whether the PBX is heard. After LinkDown nothing is
// known of it until the next Snapshot.
type (
	LinkUp struct {
		Stamp
		Version string // "22.10.1" where known
	}
	LinkDown struct {
		Stamp
		Reason string
	}
)

// Snapshot is the whole truth of a PBX at one moment. Live events that follow
// may repeat what it already holds; consumers are idempotent.
type Snapshot struct {
	Stamp
	Legs    []Leg
	Waiting []QueueEntry
	Members []Member
	Queues  []Queue
	// Restarted is set when the PBX itself has begun anew (FullyBooted): its old
	// channel ids are dead.
	Restarted bool
}

// QueueEntry is a caller who waits in a queue.
type QueueEntry struct {
	Queue    string
	Leg      LegID
	Position int
	Since    time.Time
}

// Queue is a queue as the PBX configured it.
type Queue struct {
	PBX      string `json:"pbx"`
	Name     string `json:"name"`
	Strategy string `json:"strategy,omitempty"`
}

// Events of one leg.
type (
	LegCreated struct { // Newchannel
		Stamp
		Leg Leg
	}
	LegChanged struct { // Newstate, NewConnectedLine, NewCallerid, Rename, and any channel block with a new Linkedid
		Stamp
		Leg Leg
	}
	LegHeld struct { // Hold
		Stamp
		Leg LegID
	}
	LegResumed struct { // Unhold
		Stamp
		Leg LegID
	}
	LegEnded struct { // Hangup
		Stamp
		Leg   LegID
		Cause int // Q.850 cause; 26 = answered elsewhere
	}
	AppStarted struct { // Newexten, for the applications that matter: Queue, and what an IVR runs
		Stamp
		Leg     LegID
		App     string
		Data    string
		Context string
		Exten   string
	}
	RecorderSwitched struct { // MixMonitorStart, MixMonitorStop, MixMonitorMute
		Stamp
		Leg    LegID
		Switch RecorderSwitch
		// Read and Write are the directions that fall silent or sound again.
		Read, Write bool
	}
	VariableSet struct { // VarSet, for QUEUESTATUS, MIXMONITOR_FILENAME and the configured names only
		Stamp
		Leg   LegID
		Name  string
		Value string
	}
)

// RecorderSwitch is what was done to what records a leg.
type RecorderSwitch string

const (
	RecorderStarted RecorderSwitch = "started"
	RecorderStopped RecorderSwitch = "stopped" // by StopMixMonitor; a hang-up ends a recording without a word
	RecorderSilent  RecorderSwitch = "silent"
	RecorderSounds  RecorderSwitch = "sounds"
)

// DialStatus is how a dial ended, as DIALSTATUS names it.
type DialStatus string

const (
	DialAnswer      DialStatus = "ANSWER"
	DialBusy        DialStatus = "BUSY"
	DialNoAnswer    DialStatus = "NOANSWER"
	DialCancel      DialStatus = "CANCEL"
	DialCongestion  DialStatus = "CONGESTION"
	DialUnavailable DialStatus = "CHANUNAVAIL"
)

// Dialling. From is zero for an originated leg.
type (
	DialBegan struct { // DialBegin
		Stamp
		From, To   Leg
		DialString string
	}
	DialEnded struct { // DialEnd; a loser of a ring-all gets it twice
		Stamp
		From, To Leg
		Status   DialStatus
		Forward  string
	}
	OriginateAnswered struct { // OriginateResponse
		Stamp
		Leg     LegID
		Success bool
		Reason  int
	}
)

// Bridges. LocalJoined binds the two halves of one Local channel.
type (
	LocalJoined struct { // LocalBridge
		Stamp
		One, Two Leg
	}
	BridgeEntered struct {
		Stamp
		Bridge string
		Type   string // "basic", "holding", …: a holding bridge is no talk
		Leg    Leg
		Swap   LegID // the leg it replaces, zero for none
	}
	BridgeLeft struct {
		Stamp
		Bridge string
		Leg    Leg
	}
	BridgeMerged struct {
		Stamp
		Into, From string
	}
)

// Queues. Caller is the leg of the caller, Agent that of the member; a member
// behind a Local channel shows its ";1" half here.
type (
	QueueJoined struct { // QueueCallerJoin
		Stamp
		Leg      Leg
		Queue    string
		Position int
	}
	QueueLeft struct { // QueueCallerLeave
		Stamp
		Leg      Leg
		Queue    string
		Position int
	}
	QueueAbandoned struct { // QueueCallerAbandon: not yet "the caller hung up", see QUEUESTATUS
		Stamp
		Leg      Leg
		Queue    string
		Position int
		Waited   time.Duration
	}
	AgentOffered struct { // AgentCalled
		Stamp
		Caller, Agent Leg
		Queue         string
		Interface     string // the member's device, also behind a Local channel; else as the queue names it
		Member        string
	}
	AgentAnswered struct { // AgentConnect
		Stamp
		Caller, Agent Leg
		Queue         string
		Interface     string
		Waited, Rang  time.Duration
	}
	AgentMissed struct { // AgentRingNoAnswer: also for busy and declined
		Stamp
		Caller, Agent Leg
		Queue         string
		Interface     string
		Rang          time.Duration
	}
	AgentDone struct { // AgentComplete; legs may be zero on Asterisk 16
		Stamp
		Caller, Agent Leg
		Queue         string
		Interface     string
		Reason        string // caller, agent, transfer
		Waited        time.Duration
		Talked        time.Duration
	}
	AgentDumped struct { // AgentDump: hung up in the announcement before the bridge
		Stamp
		Caller, Agent Leg
		Queue         string
		Interface     string
	}
)

// Transfers, pickup, parking.
type (
	BlindTransferred struct { // BlindTransfer
		Stamp
		Result     string // "Success" or why not
		Transferer Leg
		Transferee Leg
		Exten      string
		Context    string
	}
	AttendedTransferred struct { // AttendedTransfer
		Stamp
		Result   string
		First    Leg // the transferer's leg with the first party
		Second   Leg // the transferer's leg with the target
		DestType string
		Target   Leg // zero when not told
	}
	PickedUp struct { // Pickup
		Stamp
		Leg    Leg // who picks up
		Target Leg // the ringing leg that is taken over
	}
	Parked struct { // ParkedCall
		Stamp
		Leg   Leg
		Lot   string
		Space string
	}
	ParkingEnded struct { // UnParkedCall, ParkedCallTimeOut, ParkedCallGiveUp
		Stamp
		Leg    Leg
		Reason string // retrieved, timeout, gave_up
	}
)
