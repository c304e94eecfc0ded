package cti

import "time"

// Message is something that one target outside is to be told.
type Message struct {
	// Effect names what it tells; a target is told each effect once, whatever crashes.
	Effect string
	// Lane orders messages: those of one lane reach a target one after another.
	Lane string
	Kind string // "call.ended"
	At   time.Time
	// Expires is when it is worth nothing any more; zero: never.
	Expires time.Time
	// Render makes the body from the message's id and its number in its lane, from 1.
	Render func(id string, seq int64) (body []byte, err error)
}

// DeliveryState of one message to one target.
//
//	pending ──► delivered
//	   ├──────► expired     it was worth nothing any more
//	   └──────► dead ──► pending (replay)
type DeliveryState string

const (
	DeliveryPending   DeliveryState = "pending"
	DeliveryDelivered DeliveryState = "delivered"
	DeliveryExpired   DeliveryState = "expired"
	DeliveryDead      DeliveryState = "dead" // refused for good, or all tries failed
)

// Delivery is a message on its way to a target.
type Delivery struct {
	Pos      int64         `json:"-"`
	ID       string        `json:"id"` // the same at each try: the receiver's idempotency key
	Target   string        `json:"target"`
	Lane     string        `json:"lane"`
	Seq      int64         `json:"seq"`
	Kind     string        `json:"type"`
	State    DeliveryState `json:"state"`
	Body     []byte        `json:"-"`
	Created  time.Time     `json:"created"`
	Expires  time.Time     `json:"expires,omitzero"`
	Due      time.Time     `json:"due,omitzero"` // of the next try
	Attempts int           `json:"attempts"`
	Status   int           `json:"status,omitempty"`   // HTTP status of the last try
	Error    string        `json:"error,omitempty"`    // why the last try failed
	Response string        `json:"response,omitempty"` // what the target said then, at most 2 KiB
	Ended    time.Time     `json:"ended,omitzero"`
}

// DeliveryFilter selects deliveries, newest first. Zero fields do not filter.
type DeliveryFilter struct {
	Target string
	State  DeliveryState
	From   time.Time
	To     time.Time
	Cursor string
	Limit  int
}

// OutboxStats is how a target keeps up.
type OutboxStats struct {
	Pending int64     `json:"pending"`
	Oldest  time.Time `json:"oldest,omitzero"` // of the pending messages
	Dead    int64     `json:"dead"`
}

// Change says that something outside of the calls' own events has changed. It names the
// thing only: who reads it looks the thing up as it is then.
type Change struct {
	Pos    int64
	Kind   string // "callback.opened", "callback.changed", "recording.stored", "call.identified", "agent.mode"
	Entity string
}
