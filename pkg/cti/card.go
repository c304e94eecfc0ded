package cti

import "time"

// CardState is where one agent's card is.
//
//	offered ──► accepted ──► ended
//	   └──────► withdrawn
//	dialing ──► accepted ──► ended
//	   └────────────────────► ended
//
// dialing: the agent himself calls the client, who has not answered yet. A withdrawn
// card whose device is rung again is offered again.
type CardState string

const (
	CardOffered   CardState = "offered"
	CardDialing   CardState = "dialing"
	CardAccepted  CardState = "accepted" // the agent talks, or has the call on hold
	CardWithdrawn CardState = "withdrawn"
	CardEnded     CardState = "ended"
)

// Card is what one agent sees of one call. Each change is a new version.
type Card struct {
	CallID     CallID      `json:"call_id"`
	Aliases    []CallID    `json:"aliases,omitempty"` // ids the card had before a merge
	Version    int         `json:"card_version"`
	State      CardState   `json:"state"`
	CallState  CallState   `json:"call_state"`
	Direction  Direction   `json:"direction"`
	Match      MatchKind   `json:"match"`
	Client     Phone       `json:"client"`
	ClientName string      `json:"client_name,omitempty"` // as the network gave it
	Candidates []Candidate `json:"candidates"`
	// ChosenID is the candidate picked by an agent, "" until then; a single certain match needs none.
	ChosenID   string     `json:"chosen_id,omitempty"`
	Lookup     string     `json:"lookup"` // pending, done, failed: why candidates may be missing
	History    []PastCall `json:"history"`
	CallbackID string     `json:"callback_id,omitempty"` // the client waits for a callback
	// Callback is that callback, Usually whom agents chose before for this number, People
	// are those of a company that is the only match. CallsToday counts the client's own
	// calls, the present one included. All come with the look-up's answer.
	Callback   *CardCallback `json:"callback,omitempty"`
	Usually    *Usually      `json:"usually,omitempty"`
	People     []Contact     `json:"people,omitempty"`
	CallsToday int           `json:"calls_today"`
	// Scenario is what the card shows and opens; Variables are those of the PBX that its
	// rule shows.
	Scenario  Scenario        `json:"scenario"`
	Variables []ShownVariable `json:"variables,omitempty"`

	Queue         string    `json:"queue"`
	QueueTitle    string    `json:"queue_title,omitempty"`
	DID           string    `json:"did"`
	DIDTitle      string    `json:"did_title,omitempty"`
	Agent         UserID    `json:"agent"`
	Device        Device    `json:"device"`
	TransferredBy string    `json:"transferred_by,omitempty"` // display name of the agent who handed the call over
	Reason        string    `json:"reason,omitempty"`         // of a withdrawal: answered_elsewhere, caller_left, no_answer, …
	By            string    `json:"by,omitempty"`             // display name of who answered instead
	OfferedAt     time.Time `json:"offered_at"`
	AnsweredAt    time.Time `json:"answered_at,omitzero"`
	EndedAt       time.Time `json:"ended_at,omitzero"`
	// ExpiresAt ends a ring that nobody withdrew: a browser that slept past it must not show it.
	ExpiresAt time.Time `json:"expires_at"`
	LateJoin  bool      `json:"late_join,omitempty"` // given to an agent who opened the page in the middle of the call
	Certainty Certainty `json:"certainty"`
	// Recording is whether the call is being recorded: "on", "paused", or absent.
	Recording RecordingNow `json:"recording,omitempty"`
	// Can is what the agent may do with the call now; empty where callcard only watches.
	Can []Act `json:"can,omitempty"`
	// Notes are of all who wrote about this call, Result is what came of it.
	Notes  []Note      `json:"notes"`
	Result *CallResult `json:"result,omitempty"`
}
