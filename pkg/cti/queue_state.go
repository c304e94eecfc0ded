package cti

import "time"

// Waiting is one caller in a queue.
type Waiting struct {
	CallID CallID    `json:"call_id"`
	Since  time.Time `json:"since"`
}

// QueueState is a queue as a supervisor sees it now.
type QueueState struct {
	Queue
	Waiting []Waiting `json:"waiting"`
	Members []Member  `json:"members"`
}
