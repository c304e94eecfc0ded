package cti

import "time"

// LogKind names a record that a PBX keeps by itself.
type LogKind string

const (
	QueueLog  LogKind = "queue_log"
	CDRRecord LogKind = "cdr"
)

// LogLine is one line of such a record, as it was written.
type LogLine struct {
	Kind     LogKind
	Uniqueid string // of the caller's channel
	Linkedid string // "" where the record does not tell it
	At       time.Time
	Text     string
}

// LogPlace is how far the record of a PBX has been read. Mark holds the beginning of
// the file, by which it is known again after it was renamed.
type LogPlace struct {
	PBX    string
	Kind   LogKind
	Offset int64
	Mark   string
}

// Gap is a time in which a PBX was not heard; Closed when nothing more is expected of it.
type Gap struct {
	PBX      string
	From, To time.Time
	Closed   bool
}

// AuditFigures are the calls of one day, as one side counts them.
type AuditFigures struct {
	Calls       int     `json:"calls"`
	Answered    int     `json:"answered"`
	Missed      int     `json:"missed"`
	TalkSeconds float64 `json:"talk_seconds"`
}

// AuditCall is one call as one side has it; nil when it does not know it.
type AuditCall struct {
	Direction   Direction `json:"direction"`
	Answered    bool      `json:"answered"`
	Missed      bool      `json:"missed"`
	TalkSeconds float64   `json:"talk_seconds"`
	Talks       int       `json:"-"` // each end of each is a whole second in the PBX's record
}

// AuditDifference is a call that the two sides do not agree on.
type AuditDifference struct {
	CallID CallID     `json:"call_id"`
	PBX    string     `json:"pbx"`
	At     time.Time  `json:"at"`
	What   []string   `json:"what"` // calls, answered, missed, talk_seconds
	Ours   *AuditCall `json:"ours"`
	Theirs *AuditCall `json:"theirs"`
}

// Audit compares callcard's calls of one day with what the PBXes wrote down.
type Audit struct {
	Day         string            `json:"day"` // 2026-11-22, in the calendar's zone
	At          time.Time         `json:"at"`
	Ours        AuditFigures      `json:"ours"`
	Theirs      AuditFigures      `json:"theirs"`
	Differences []AuditDifference `json:"differences"`
}
