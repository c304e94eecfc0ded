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
	Number string    // E.164 or extension of the client
	From   time.Time // started at or after
	To     time.Time // started before
	User   UserID    // offered to or talked by this user
	Cursor string    // opaque, from the page before
	Limit  int
}

// JournalEntry is one durable call event with its place in the journal.
type JournalEntry struct {
	Pos   int64
	Event CallEvent
}
