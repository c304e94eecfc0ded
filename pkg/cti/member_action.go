package cti

// MemberAction asks a PBX to change one queue member.
//
// Adapters answer with nil, with an error that wraps ErrConflict (QueueAdd: already a
// member), with one that wraps ErrNotFound (QueueRemove, QueuePause: no such member, or
// a static one that cannot be removed), with *InvalidError, or with *UnavailableError.
type MemberAction struct {
	Queue          string // "" with QueuePause: all queues of the interface
	Interface      string // "PJSIP/1001", "Local/1001@from-queue/n"
	StateInterface string // QueueAdd only; "" = Interface
	Name           string // QueueAdd only: the member's name in queue_log
	Penalty        int    // QueueAdd only
	Paused         bool
	// Reason is short ASCII; Asterisk keeps 79 bytes (apps/app_queue.c: reason_paused[80]).
	Reason string
}
