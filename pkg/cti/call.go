package cti

import "time"

// Direction is fixed by the origin of the legs, never by context names.
type Direction string

const (
	Inbound  Direction = "inbound"
	Outbound Direction = "outbound"
	Internal Direction = "internal"
)

// CallState is where the call is now.
//
//	ivr ──► queued ◄──► ringing ──► talking ◄──► held
//	  └───────┴────────────┴───────────┴──────────┴──► ended
//
// ringing: at least one offer is open and nobody talks. parked counts as held.
type CallState string

const (
	CallIVR     CallState = "ivr" // in the PBX, with nobody yet
	CallQueued  CallState = "queued"
	CallRinging CallState = "ringing"
	CallTalking CallState = "talking"
	CallHeld    CallState = "held"
	CallEnded   CallState = "ended"
)

// CallOutcome is decided once, when the call has ended and settled.
type CallOutcome string

const (
	OutcomeAnswered  CallOutcome = "answered"  // an agent talked with the client
	OutcomeAbandoned CallOutcome = "abandoned" // the caller left while waiting in a queue
	OutcomeTimeout   CallOutcome = "timeout"   // the queue let the caller go: timeout, empty, full, withdrawn
	OutcomeNoAnswer  CallOutcome = "no_answer" // rung without a queue, nobody answered
	OutcomeIVR       CallOutcome = "ivr"       // never offered to anybody
	OutcomeFailed    CallOutcome = "failed"    // the network or the number refused
)

// Certainty says how much of a call was seen.
type Certainty string

const (
	Observed      Certainty = "observed"
	Reconstructed Certainty = "reconstructed" // a part happened while the PBX was not heard
	Unknown       Certainty = "unknown"       // the end itself was not seen
	Reconciled    Certainty = "reconciled"    // what was not seen was completed from the PBX's own records
)

// OfferResult is how one offer to one agent ended; "" while it is open.
type OfferResult string

const (
	OfferAccepted  OfferResult = "accepted"
	OfferWithdrawn OfferResult = "withdrawn" // answered elsewhere, or the caller left
	OfferNoAnswer  OfferResult = "no_answer"
	OfferBusy      OfferResult = "busy"
	OfferRejected  OfferResult = "rejected"
)

// Offer is one call offered to one agent's device. Rings of the same device
// within the same visit are attempts of one offer: a queue that rings a
// declining phone seven times makes one offer, not seven.
type Offer struct {
	Device   Device      `json:"device"`
	User     UserID      `json:"user,omitempty"` // whose device it was at that time
	Leg      LegID       `json:"leg"`            // the leg that rings or rang last
	Queue    string      `json:"queue,omitempty"`
	At       time.Time   `json:"at"`
	Ended    time.Time   `json:"ended,omitzero"`
	Result   OfferResult `json:"result,omitempty"`
	Reason   string      `json:"reason,omitempty"` // answered_elsewhere, caller_left, picked_up, transferred, …
	By       Device      `json:"by,omitempty"`     // who answered instead, or who transferred the call here
	Attempts int         `json:"attempts"`         // rings so far, the present one included
	Via      string      `json:"via,omitempty"`    // queue, dial, transfer, consult, pickup, park
}

// Open reports whether the device still rings.
func (o Offer) Open() bool { return o.Result == "" }

// VisitOutcome is how one stay in one queue ended; "" while the caller waits.
type VisitOutcome string

const (
	VisitAnswered  VisitOutcome = "answered"
	VisitAbandoned VisitOutcome = "abandoned"
	VisitTimeout   VisitOutcome = "timeout"
	VisitEmpty     VisitOutcome = "empty" // left because empty, or never admitted because empty
	VisitKey       VisitOutcome = "key"
	VisitFull      VisitOutcome = "full"
	VisitWithdrawn VisitOutcome = "withdrawn"
)

// OfCall is the outcome of a call of which this visit was the last thing that happened.
func (v VisitOutcome) OfCall() CallOutcome {
	switch v {
	case VisitAnswered:
		return OutcomeAnswered
	case VisitAbandoned:
		return OutcomeAbandoned
	case VisitKey:
		return OutcomeIVR
	}
	return OutcomeTimeout
}

// Visit is one stay in one queue.
type Visit struct {
	Queue    string       `json:"queue"`
	Leg      LegID        `json:"leg"`
	Joined   time.Time    `json:"joined"`
	Left     time.Time    `json:"left,omitzero"`
	Position int          `json:"position,omitempty"`
	Outcome  VisitOutcome `json:"outcome,omitempty"`
	By       Device       `json:"by,omitempty"` // who answered
}

// Wait is the time in the queue, up to now for an open visit.
func (v Visit) Wait(now time.Time) time.Duration { return span(v.Joined, v.Left, now) }

// Talk is one agent in conversation with the client.
type Talk struct {
	Device    Device        `json:"device"`
	User      UserID        `json:"user,omitempty"` // whose device it was at that time
	Leg       LegID         `json:"leg"`
	From      time.Time     `json:"from"`
	To        time.Time     `json:"to,omitzero"`
	Held      time.Duration `json:"held_ns"`             // holds that are over
	HeldSince time.Time     `json:"held_since,omitzero"` // set while on hold
	EndedBy   string        `json:"ended_by,omitempty"`  // client, agent, transfer, unknown
	Queue     string        `json:"queue,omitempty"`
	// BeginUnseen says that From is when the talk was first found: it had begun while the PBX was not heard.
	BeginUnseen bool `json:"begin_unseen,omitempty"`
}

// Open reports whether the conversation goes on.
func (t Talk) Open() bool { return t.To.IsZero() }

// Seconds is the time in conversation without the holds, up to now for an open talk.
func (t Talk) Seconds(now time.Time) float64 {
	held := t.Held
	if !t.HeldSince.IsZero() {
		held += span(t.HeldSince, t.To, now)
	}
	return (span(t.From, t.To, now) - held).Seconds()
}

// Transfer is one hand-over, tried or done.
type Transfer struct {
	Kind   string    `json:"kind"` // blind, attended
	By     Device    `json:"by"`
	To     string    `json:"to,omitempty"` // extension or device, as far as known
	At     time.Time `json:"at"`
	Result string    `json:"result"` // completed, failed
}

// RecordingFile is a file that the PBX said it writes for a leg.
type RecordingFile struct {
	Leg  LegID     `json:"leg"`
	Path string    `json:"path"` // as the PBX named it; trusted by nobody
	At   time.Time `json:"at"`
}

// RecordingNow is whether something records a leg or a call at present.
type RecordingNow string

const (
	NotRecorded     RecordingNow = ""
	RecordingOn     RecordingNow = "on"
	RecordingPaused RecordingNow = "paused" // the file goes on, with silence in both directions
)

// Call is one conversation as people see it.
type Call struct {
	ID         CallID    `json:"call_id"`
	PBX        string    `json:"pbx"`
	Version    int       `json:"version"`               // grows by one with each event of this call
	Aliases    []CallID  `json:"aliases,omitempty"`     // ids of calls that were merged into this one
	MergedInto CallID    `json:"merged_into,omitempty"` // set on a call that became part of another
	Linkedids  []string  `json:"linkedids"`
	Direction  Direction `json:"direction"`
	State      CallState `json:"state"`
	// Client is the outside party (for internal calls the caller), fixed when its
	// leg is first seen and never replaced by a colleague's number.
	Client     Phone  `json:"client"`
	ClientName string `json:"client_name,omitempty"` // as the network gave it
	ClientLeg  LegID  `json:"client_leg"`
	DID        string `json:"did,omitempty"`  // the number of ours that was called
	Line       string `json:"line,omitempty"` // the trunk's device
	// Initiator is the device that placed an outbound or internal call.
	Initiator Device `json:"initiator,omitempty"`

	Started   time.Time   `json:"started"`
	Answered  time.Time   `json:"answered,omitzero"` // first talk
	Ended     time.Time   `json:"ended,omitzero"`
	Outcome   CallOutcome `json:"outcome,omitempty"`
	Missed    bool        `json:"missed"`
	Certainty Certainty   `json:"certainty"`
	// Cause is the network's own reason (Q.850) when a client who was called did not answer.
	Cause     int             `json:"cause,omitempty"`
	Offers    []Offer         `json:"offers"`
	Visits    []Visit         `json:"visits"`
	Talks     []Talk          `json:"talks"`
	Transfers []Transfer      `json:"transfers,omitempty"`
	Files     []RecordingFile `json:"recording_files,omitempty"`
	// Recording is that of all living legs together: paused means that none of them is heard.
	Recording RecordingNow      `json:"recording,omitempty"`
	Variables map[string]string `json:"variables,omitempty"`
	// Legs are the live legs, kept so that a restarted daemon can go on with the call.
	Legs []Leg `json:"legs,omitempty"`
}

// Queue is the queue the call is in now, or was in last; "" for none.
func (c Call) Queue() string {
	if len(c.Visits) == 0 {
		return ""
	}
	return c.Visits[len(c.Visits)-1].Queue
}

// OfferTo returns the newest offer to the device.
func (c Call) OfferTo(device Device) (Offer, bool) {
	for i := len(c.Offers) - 1; i >= 0; i-- {
		if c.Offers[i].Device == device {
			return c.Offers[i], true
		}
	}
	return Offer{}, false
}

// TalkOf returns the newest talk of the device.
func (c Call) TalkOf(device Device) (Talk, bool) {
	for i := len(c.Talks) - 1; i >= 0; i-- {
		if c.Talks[i].Device == device {
			return c.Talks[i], true
		}
	}
	return Talk{}, false
}

func span(from, to, now time.Time) time.Duration {
	if to.IsZero() {
		to = now
	}
	if to.Before(from) {
		return 0
	}
	return to.Sub(from)
}
