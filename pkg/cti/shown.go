package cti

import "time"

// Shown says that a browser has painted a version of a card.
type Shown struct {
	User        UserID
	CallID      CallID
	CardVersion int
	ShownAt     time.Time // by the browser's clock, corrected by it as far as it can
	Received    time.Time // by ours
	Tab         string    // which connection, and which tab behind it when it told
}
