package cti

import "time"

// RecordingState of one file.
//
//	expected ──► stored
//	    └──────► missing | empty
type RecordingState string

const (
	RecordingExpected RecordingState = "expected" // named by the PBX, not complete yet
	RecordingStored   RecordingState = "stored"
	RecordingEmpty    RecordingState = "empty"   // a header only: nothing was said
	RecordingMissing  RecordingState = "missing" // given up; Note says which paths were tried
)

// Recording is one file of one leg.
type Recording struct {
	ID        string         `json:"id"`
	CallID    CallID         `json:"call_id"`
	Leg       LegID          `json:"leg"`
	ContactID string         `json:"contact_id,omitempty"`
	State     RecordingState `json:"state"`
	Source    string         `json:"-"` // path as the PBX named it
	File      string         `json:"-"` // name inside the store
	Bytes     int64          `json:"bytes"`
	Seconds   float64        `json:"seconds"`
	SHA256    string         `json:"sha256,omitempty"`
	Started   time.Time      `json:"started"`
	Stored    time.Time      `json:"stored,omitzero"`
	Note      string         `json:"note,omitempty"`
}
