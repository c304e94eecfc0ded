package cti

import (
	"slices"
	"time"
)

// RecordingState of one file.
//
//	expected ──► writing ──► complete ──► stored ──► verified
//	    │           │            │           └────┴─► expired
//	    └───────────┴────────────┴──► missing ──► stored (late, or uploaded)
//	                             └──► empty
//
// Steps may be left out: a file that is complete when it is first seen is stored at once.
type RecordingState string

const (
	RecordingExpected RecordingState = "expected" // named by the PBX, not seen yet
	RecordingWriting  RecordingState = "writing"  // seen, and the PBX still writes it
	RecordingComplete RecordingState = "complete" // closed by the PBX, but could not be stored yet
	RecordingStored   RecordingState = "stored"   // it can be played
	RecordingVerified RecordingState = "verified" // and it is as long as the talk was
	RecordingEmpty    RecordingState = "empty"    // a header only: nothing was said
	RecordingMissing  RecordingState = "missing"  // given up; Tried says where it was looked for
	RecordingExpired  RecordingState = "expired"  // removed by a policy; what remains says that it was, and by which
)

// RecordingStates are all of them.
func RecordingStates() []RecordingState {
	return []RecordingState{
		RecordingExpected, RecordingWriting, RecordingComplete, RecordingStored, RecordingVerified,
		RecordingEmpty, RecordingMissing, RecordingExpired,
	}
}

// Before are the states that may become this one. Each may stay what it is, but for
// a stored file: a second one never takes its place.
func (s RecordingState) Before() []RecordingState {
	switch s {
	case RecordingExpected:
		return []RecordingState{RecordingExpected}
	case RecordingWriting:
		return []RecordingState{RecordingExpected, RecordingWriting}
	case RecordingComplete:
		return []RecordingState{RecordingExpected, RecordingWriting, RecordingComplete, RecordingMissing}
	case RecordingStored:
		return []RecordingState{RecordingExpected, RecordingWriting, RecordingComplete, RecordingMissing, RecordingEmpty}
	case RecordingVerified:
		return []RecordingState{RecordingStored}
	case RecordingEmpty, RecordingMissing:
		return []RecordingState{RecordingExpected, RecordingWriting, RecordingComplete, RecordingMissing}
	case RecordingExpired:
		return []RecordingState{RecordingStored, RecordingVerified}
	}
	return nil
}

// MayBecome reports whether next may follow.
func (s RecordingState) MayBecome(next RecordingState) bool { return slices.Contains(next.Before(), s) }

// Playable reports whether there is a sound.
func (s RecordingState) Playable() bool { return s == RecordingStored || s == RecordingVerified }

// Recording is one file of one leg.
type Recording struct {
	ID        string         `json:"id"`
	CallID    CallID         `json:"call_id"`
	Leg       LegID          `json:"leg"`
	ContactID string         `json:"contact_id,omitempty"`
	State     RecordingState `json:"state"`
	Source    string         `json:"-"` // path as the PBX named it
	File      string         `json:"-"` // name inside the store
	Origin    string         `json:"-"` // checksum of the file as the PBX had it
	Due       string         `json:"-"` // what is still to be done with File
	Bytes     int64          `json:"bytes"`
	Seconds   float64        `json:"seconds"`
	SHA256    string         `json:"sha256,omitempty"`
	Started   time.Time      `json:"started"`
	Stored    time.Time      `json:"stored,omitzero"`
	Note      string         `json:"note,omitempty"`
	Tried     []string       `json:"tried,omitempty"` // where a missing file was looked for
	Expired   time.Time      `json:"expired,omitzero"`
	ExpiredBy string         `json:"expired_by,omitempty"` // the policy that removed the file
	Hold      *RecordingHold `json:"hold,omitempty"`
}

// Peaks is the shape of a sound: up to 800 loudnesses of 0 to 100, by channel when there are two.
type Peaks struct {
	Seconds  float64 `json:"seconds"`
	Peaks    []int   `json:"peaks"`
	Channels [][]int `json:"channels,omitempty"`
}

// FoundRecording is a recording in a list, with what tells whose it is.
type FoundRecording struct {
	Recording
	Client      Phone     `json:"client"`
	ClientName  string    `json:"client_name,omitempty"`
	ContactName string    `json:"contact_name,omitempty"`
	Direction   Direction `json:"direction"`
	Queue       string    `json:"queue,omitempty"`
	Agents      []UserID  `json:"agents"` // who talked
}

// RecordingFilter selects recordings by their calls; Calls' Cursor and Limit are the list's.
type RecordingFilter struct {
	Calls CallFilter
	State RecordingState
}

// Kinds of access to a recording.
const (
	AccessPlay     = "play"
	AccessDownload = "download"
	AccessHold     = "hold"
	AccessRelease  = "release"
	AccessExpire   = "expire"
)

// RecordingAccess is one play or download, or what else became of a recording by whom.
type RecordingAccess struct {
	RecordingID string    `json:"recording_id"`
	User        UserID    `json:"user"`
	What        string    `json:"what"`
	At          time.Time `json:"at"`
	Note        string    `json:"note,omitempty"`
}

// RecordingHold keeps a call's recordings from every deletion.
type RecordingHold struct {
	CallID CallID    `json:"call_id"`
	By     UserID    `json:"by"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

// RecordingPolicy says how long some recordings are kept: those of calls that fit its
// fields, of which an empty one fits all. The first policy that fits a recording holds.
type RecordingPolicy struct {
	Name      string
	Queue     string
	Direction Direction
	Outcome   CallOutcome
	Result    string
	Shorter   time.Duration // only recordings that are shorter
	Days      int           // 0 is for ever
}

// AgedRecording is a stored recording with what policies look at.
type AgedRecording struct {
	ID        string
	CallID    CallID
	Started   time.Time
	Bytes     int64
	Seconds   float64
	Direction Direction
	Outcome   CallOutcome
	Queue     string
	Result    string
	Held      bool
}

// ExpiringRecording is a recording whose time is over, by which policy.
type ExpiringRecording struct {
	ID      string    `json:"id"`
	CallID  CallID    `json:"call_id"`
	Started time.Time `json:"started"`
	Bytes   int64     `json:"bytes"`
	Policy  string    `json:"policy"`
	Days    int       `json:"days"`
}

// PruneReport is what a look at all recordings came to.
type PruneReport struct {
	DryRun bool                `json:"dry_run"`
	Count  int                 `json:"count"` // removed, or to be removed
	Bytes  int64               `json:"bytes"`
	Held   int                 `json:"held"` // their time is over, and somebody holds them
	More   bool                `json:"more"` // the limit was reached
	Items  []ExpiringRecording `json:"items"`
}
