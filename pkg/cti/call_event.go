package cti

import "time"

// CallEventKind names what happened to a call.
type CallEventKind string

const (
	CallStarted       CallEventKind = "call.started"
	CallChanged       CallEventKind = "call.changed" // client, DID, direction or a variable became known
	VisitStarted      CallEventKind = "visit.started"
	VisitEnded        CallEventKind = "visit.ended"
	OfferStarted      CallEventKind = "offer.started" // the device begins to ring, or rings again after a pause
	OfferEnded        CallEventKind = "offer.ended"
	TalkStarted       CallEventKind = "talk.started"
	TalkEnded         CallEventKind = "talk.ended"
	HoldStarted       CallEventKind = "hold.started"
	HoldEnded         CallEventKind = "hold.ended"
	TransferDone      CallEventKind = "transfer.done"
	RecordingStarted  CallEventKind = "recording.started"
	RecordingSwitched CallEventKind = "recording.switched" // paused, going on, or stopped: Call.Recording says which
	CallMerged        CallEventKind = "call.merged"        // Merged is no more; the event's Call goes on
	CallFinished      CallEventKind = "call.ended"         // terminal: exactly one per call that was not merged away
	CallCorrected     CallEventKind = "call.corrected"     // after call.ended: the PBX's own records told late that it was otherwise
	CallNoted         CallEventKind = "call.noted"         // nothing changed; Decisions are for the trace
)

// CallEvent is one step of one call. Call is the whole document after the step.
type CallEvent struct {
	// Epoch names one run of the tracker, Seq counts its events from 1.
	Epoch string        `json:"epoch"`
	Seq   uint64        `json:"seq"`
	At    time.Time     `json:"at"`
	Kind  CallEventKind `json:"kind"`
	Call  Call          `json:"call"`
	// Device is the agent's device the step is about, Queue the queue, if any.
	Device Device `json:"device,omitempty"`
	Queue  string `json:"queue,omitempty"`
	// Merged is the call that became part of Call, with CallMerged.
	Merged CallID `json:"merged,omitempty"`
	// Reconstructed marks a step that nobody heard: the PBX's own records tell it, afterwards.
	Reconstructed bool `json:"reconstructed,omitempty"`
	// Decisions are the rules applied since the last event of this call.
	Decisions []Decision `json:"decisions,omitempty"`
	// Received is when it happened on the PBX, told by our clock, for measuring the way to
	// the card.
	Received time.Time `json:"-"`
}

// Decision is one line of a call's trace: which rule was applied and why.
type Decision struct {
	At time.Time `json:"at"`
	// Stage: track, identify, card, push, shown, callback, recording, agent, control.
	Stage string `json:"stage"`
	// Rule is a stable short name: "merge.linkedid", "offer.answered_elsewhere".
	Rule string `json:"rule"`
	// Text says it in words for a person, without numbers of clients.
	Text  string `json:"text"`
	Leg   string `json:"leg,omitempty"`
	Agent string `json:"agent,omitempty"`
}
