package cti

import "time"

// Mode is an agent's own choice.
type Mode string

const (
	ModeOffline  Mode = "offline"
	ModeReady    Mode = "ready"
	ModeNotReady Mode = "not_ready"
)

// Activity is what telephony says of an agent.
type Activity string

const (
	ActivityIdle    Activity = "idle"
	ActivityOffered Activity = "offered"
	ActivityTalking Activity = "talking"
	ActivityHold    Activity = "hold"
	ActivityACW     Activity = "acw"
)

// Block is what the system imposed on an agent.
type Block string

const (
	BlockNone       Block = ""
	BlockRONA       Block = "rona"
	BlockDeviceDown Block = "device_down"
	BlockSupervisor Block = "supervisor"
)

// AgentQueue is the seen state of an agent in one queue.
type AgentQueue struct {
	Queue  string    `json:"queue"`
	Member bool      `json:"member"`
	Paused bool      `json:"paused"`
	Reason string    `json:"reason,omitempty"`
	Since  time.Time `json:"since,omitzero"`
}

// AgentState is an agent as supervisors and the agent himself see him.
type AgentState struct {
	User       UserID    `json:"agent"`
	Name       string    `json:"name"`
	Device     Device    `json:"device,omitempty"`
	Extension  string    `json:"extension,omitempty"`
	Mode       Mode      `json:"mode"`
	Reason     string    `json:"reason,omitempty"`
	Since      time.Time `json:"since"`  // of the mode
	SetBy      string    `json:"set_by"` // the user, "pbx", or "system"
	Activity   Activity  `json:"activity"`
	Block      Block     `json:"block,omitempty"`
	BlockSince time.Time `json:"block_since,omitzero"`
	// MissedOffers is how many rings of queues in a row nobody answered.
	MissedOffers int          `json:"missed_offers,omitempty"`
	Next         *NextMode    `json:"next,omitempty"`
	ACW          *CallWork    `json:"acw,omitempty"`
	CallID       CallID       `json:"call_id,omitempty"`
	DeviceStatus DeviceStatus `json:"device_status"`
	Online       bool         `json:"online"` // a browser is connected and answers
	// Unreachable: not offline, and yet no browser has answered for a while.
	Unreachable      bool         `json:"unreachable,omitempty"`
	UnreachableSince time.Time    `json:"unreachable_since,omitzero"`
	Queues           []AgentQueue `json:"queues"` // what the PBX says
	// Pending tells that wanted and seen state differ (the PBX has not confirmed, or refused).
	Pending string `json:"pending,omitempty"`
}

// NextMode is what an agent will be when his calls, and the work after them, are over.
type NextMode struct {
	Mode   Mode   `json:"mode"`
	Reason string `json:"reason,omitempty"`
	By     UserID `json:"-"`
}

// CallWork is the time after a call in which an agent is left alone.
type CallWork struct {
	CallID      CallID    `json:"call_id"`
	Since       time.Time `json:"-"`
	Until       time.Time `json:"until"`
	ExtendsLeft int       `json:"extends_left"`
}

// AgentWork is work after a call that is over.
type AgentWork struct {
	Agent    UserID
	CallID   CallID
	From, To time.Time
	EndedBy  string // timer, next_call, logout, or agent: finished, or a mode was chosen
}

// AgentMemo is what besides the mode must survive a restart.
type AgentMemo struct {
	User         UserID
	Next         NextMode // Mode "" for none
	ACW          CallWork // CallID "" for none
	Block        Block
	BlockSince   time.Time
	MissedOffers int
}

// ModeChange is one stored line of an agent's log of modes.
type ModeChange struct {
	User   UserID    `json:"agent"`
	Mode   Mode      `json:"mode"`
	Reason string    `json:"reason,omitempty"`
	By     string    `json:"by"` // user, "pbx", "system"
	At     time.Time `json:"at"`
}
