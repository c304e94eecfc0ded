package cti

import (
	"slices"
	"time"
)

// CallbackState of the duty to reach a client. The full life cycle grows later;
// open and done are the two ends that every rule keeps.
type CallbackState string

const (
	CallbackOpen CallbackState = "open"
	CallbackDone CallbackState = "done"
)

// Callback is the duty to reach a client: one open per client number and line group.
type Callback struct {
	ID     string        `json:"id"`
	State  CallbackState `json:"state"`
	Client Phone         `json:"client"`
	Line   string        `json:"line"` // the group of the number that was called, or the number itself
	Queue  string        `json:"queue,omitempty"`
	Cause  CallOutcome   `json:"cause"`  // of the newest missed call
	Missed int           `json:"missed"` // calls missed so far
	// Agents were offered a missed call; with the members of Queue they see the duty.
	Agents      []UserID  `json:"agents"`
	Calls       []CallID  `json:"calls"`
	ContactID   string    `json:"contact_id,omitempty"`
	ContactName string    `json:"contact_name,omitempty"`
	Created     time.Time `json:"created"`
	LastCall    time.Time `json:"last_call"`
	Closed      time.Time `json:"closed,omitzero"`
	// ClosedBy says how: client_got_through, reached. ClosedCall is the answered call.
	ClosedBy   string `json:"closed_by,omitempty"`
	ClosedCall CallID `json:"closed_call,omitempty"`
}

// SeenBy reports whether the duty concerns the user: his queue, a call that rang
// him, or a call that rang nobody and came through no queue, which is everybody's.
func (c Callback) SeenBy(u User) bool {
	nobodys := c.Queue == "" && len(c.Agents) == 0
	return u.SeesAll() || nobodys || slices.Contains(c.Agents, u.ID) || c.Queue != "" && slices.Contains(u.Queues, c.Queue)
}
