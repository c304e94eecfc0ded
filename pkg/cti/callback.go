package cti

import (
	"slices"
	"time"
)

// CallbackState of the duty to reach a client; the drawing is in package callbacks.
type CallbackState string

const (
	CallbackOpen      CallbackState = "open"
	CallbackDone      CallbackState = "done"      // somebody has talked with the client
	CallbackCancelled CallbackState = "cancelled" // given up, or never needed
)

// CallbackCause is why a client has to be called.
type CallbackCause string

const (
	CauseRequested    CallbackCause = "callback_requested" // he asked for it: a pressed key
	CausePromised     CallbackCause = "promised"           // an agent promised it
	CauseAbandoned    CallbackCause = "abandoned"          // left while waiting
	CauseTimeout      CallbackCause = "timeout"            // the queue let him go
	CauseEmpty        CallbackCause = "empty"              // nobody served the queue
	CauseFull         CallbackCause = "full"
	CauseNoAnswer     CallbackCause = "direct_no_answer" // a phone outside of queues
	CauseAfterHours   CallbackCause = "after_hours"
	CauseIVR          CallbackCause = "ivr_hangup"
	CauseShortAbandon CallbackCause = "short_abandon"
)

// AttemptOutcome is how one try to reach the client ended; "" while it goes on.
type AttemptOutcome string

const (
	AttemptReached     AttemptOutcome = "reached"
	AttemptNoAnswer    AttemptOutcome = "no_answer"
	AttemptBusy        AttemptOutcome = "busy"
	AttemptCallLater   AttemptOutcome = "call_later"
	AttemptWrongNumber AttemptOutcome = "wrong_number"
	AttemptRefused     AttemptOutcome = "refused"  // he does not want to be called
	AttemptRejected    AttemptOutcome = "rejected" // he declined the call on his phone
	AttemptFailed      AttemptOutcome = "failed"   // the network refused: no fault of the client, and not counted
	// AttemptAgentNoAnswer: the agent's own phone, which rings first, was not answered. The
	// client was never called: it puts nothing off and is not counted.
	AttemptAgentNoAnswer AttemptOutcome = "agent_no_answer"
)

// Attempt is one try to reach the client.
type Attempt struct {
	At        time.Time      `json:"at"`
	Agent     UserID         `json:"agent,omitempty"`
	AgentName string         `json:"agent_name,omitempty"`
	CallID    CallID         `json:"call_id,omitempty"`
	Outcome   AttemptOutcome `json:"outcome,omitempty"`
	Note      string         `json:"note,omitempty"`
	// ActionID is the PBX's name of the dialling that was begun from the duty.
	ActionID string `json:"action_id,omitempty"`
	// Said tells that the agent gave the outcome, which counts more than what the PBX saw.
	Said bool `json:"said,omitempty"`
}

// Callback is the duty to reach a client: one open per client and line group.
type Callback struct {
	ID         string          `json:"id"`
	State      CallbackState   `json:"state"`
	Client     Phone           `json:"client"`
	Numbers    []string        `json:"numbers,omitempty"` // other numbers of the same client that were missed
	Line       string          `json:"line"`              // the DID that was called
	Group      string          `json:"group"`             // of lines, "" for a promise that is about none
	Queue      string          `json:"queue,omitempty"`
	Cause      CallOutcome     `json:"cause"`    // of the newest missed call
	Causes     []CallbackCause `json:"causes"`   // each once, the first one first
	Priority   int             `json:"priority"` // 1 is urgent, 5 is when there is time
	Missed     int             `json:"missed"`   // calls missed so far
	Promised   bool            `json:"promised"` // to the client for Due
	PromisedAt time.Time       `json:"promised_at,omitzero"`
	Note       string          `json:"note"`
	// Agents were offered a missed call; with the members of Queue they see the duty.
	Agents      []UserID  `json:"agents"`
	Calls       []CallID  `json:"calls"`
	ContactID   string    `json:"contact_id,omitempty"`
	ContactName string    `json:"contact_name,omitempty"`
	Created     time.Time `json:"created"`
	FirstMissed time.Time `json:"first_missed,omitzero"`
	LastMissed  time.Time `json:"last_missed,omitzero"`
	LastCall    time.Time `json:"last_call"`
	// Due is when the client should have been called at latest; before NotBefore nobody should.
	Due       time.Time `json:"due,omitzero"`
	NotBefore time.Time `json:"not_before,omitzero"`
	// RemindAt is when most of the time is over, Reminded that it has been told.
	RemindAt time.Time `json:"remind_at,omitzero"`
	Reminded bool      `json:"reminded"`
	// Escalated: Due has passed and supervisors are told; EscalatedAgain: so has the grace after it.
	Escalated      bool `json:"escalated"`
	EscalatedAgain bool `json:"escalated_again"`
	// Calendar by which its time counts, by its name; "" is the office's own.
	Calendar string `json:"calendar,omitempty"`
	// Assignee should call, until AssigneeUntil; then anybody who sees the duty.
	Assignee      UserID    `json:"assignee,omitempty"`
	AssigneeName  string    `json:"assignee_name,omitempty"`
	AssigneeUntil time.Time `json:"assignee_until,omitzero"`
	// ClaimedBy works on it now; the claim ends by itself at ClaimedUntil.
	ClaimedBy     UserID    `json:"claimed_by,omitempty"`
	ClaimedByName string    `json:"claimed_by_name,omitempty"`
	ClaimedUntil  time.Time `json:"claimed_until,omitzero"`
	Attempts      []Attempt `json:"attempts"`
	Closed        time.Time `json:"closed,omitzero"`
	// ClosedBy says how: client_got_through, reached, not_reached, wrong_number, … ClosedCall is the answered call.
	ClosedBy   string `json:"closed_by,omitempty"`
	ClosedUser UserID `json:"closed_user,omitempty"`
	ClosedCall CallID `json:"closed_call,omitempty"`
	// Previous is the duty that was closed for this client and group not long ago.
	Previous string `json:"previous,omitempty"`
	// MergedInto is the duty that this one became part of: they turned out to be about one client.
	MergedInto string `json:"merged_into,omitempty"`
}

// SeenBy reports whether the duty concerns the user: his queue, a call that rang
// him, his own promise or work, or a call that rang nobody and came through no
// queue, which is everybody's.
func (c Callback) SeenBy(u User) bool {
	nobodys := c.Queue == "" && len(c.Agents) == 0
	return u.SeesAll() || nobodys || c.Of(u.ID) || slices.Contains(c.Agents, u.ID) || c.Queue != "" && slices.Contains(u.Queues, c.Queue)
}

// Of reports whether the duty is the user's own: he works on it, or it is his to do.
func (c Callback) Of(id UserID) bool {
	return id != "" && (c.ClaimedBy == id || c.Assignee == id)
}

// CallbackScope narrows a list of callbacks.
type CallbackScope string

const (
	ScopeMine   CallbackScope = "mine"
	ScopeQueues CallbackScope = "queues" // of the viewer's queues
	ScopeAll    CallbackScope = "all"    // that he may see
)

// CallbackFilter selects callbacks: the open ones by priority and deadline, the others newest first.
type CallbackFilter struct {
	State  CallbackState // "" for all
	Scope  CallbackScope // "" is ScopeAll
	Viewer User
	Cursor string // opaque, from the page before
	Limit  int
}

// NumberList names a list of numbers that are treated apart.
type NumberList string

const (
	ListBlocked   NumberList = "blocked"     // spam: no callback, ever
	ListDoNotCall NumberList = "do_not_call" // asked not to be called
)

// ListedNumber is one entry of a list.
type ListedNumber struct {
	Number string    `json:"number"`
	Note   string    `json:"note,omitempty"`
	By     UserID    `json:"by,omitempty"`
	At     time.Time `json:"at"`
}
