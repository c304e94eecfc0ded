package cti

import "time"

// CallRecord is a call as the archive gives it.
type CallRecord struct {
	Call
	ContactID   string      `json:"contact_id,omitempty"`
	ContactName string      `json:"contact_name,omitempty"`
	Recordings  []Recording `json:"recordings"`
	Notes       []Note      `json:"notes"`
	Result      *CallResult `json:"result,omitempty"`
}

// CallFilter selects calls, newest first. Zero fields do not filter.
type CallFilter struct {
	Number     string      // E.164 or extension of the client
	From       time.Time   // started at or after
	To         time.Time   // started before
	Query      string      // words of the client's name or of a note, or a part of the number
	Direction  Direction   //
	Outcome    CallOutcome //
	Queue      string      // waited in this queue
	Agent      UserID      // offered to, talked or placed by this user
	Result     string      // what came of it
	ContactID  string      // whose call it is
	Missed     bool        // missed ones only
	Unresolved bool        // only those whose client is still to be found out

	// User and Queues are who asks: his own calls and, when given, those of his queues.
	User   UserID
	Queues []string

	Cursor string // opaque, from the page before
	Limit  int
}

// JournalEntry is one durable call event with its place in the journal.
type JournalEntry struct {
	Pos   int64
	Event CallEvent
}
