package cti

import "time"

// DialRequest asks for a call of a number in the name of a user: his own phone rings
// first, and when he answers it the number is called.
type DialRequest struct {
	User       User
	Number     string // as somebody typed it, or as it stands in a contact
	CallbackID string // the duty that is being done, if any
	ContactID  string // whom the number belongs to, if known
}

// DialOrder is a DialRequest as a PBX takes it.
type DialOrder struct {
	Channel string // the phone that rings first: "PJSIP/1001"
	Context string // of the dialplan, where Exten is called
	Exten   string
	Caller  Party         // whom the dialplan takes for the caller: the user and his extension
	LegID   string        // our own Uniqueid for the first leg, so that the call is known beforehand
	Ring    time.Duration // how long the user's phone rings
}

// Act is what somebody may do with a call of his.
type Act string

const (
	ActAnswer           Act = "answer"
	ActHold             Act = "hold"
	ActResume           Act = "resume"
	ActHangup           Act = "hangup"
	ActTransfer         Act = "transfer"
	ActCompleteTransfer Act = "complete_transfer"
	ActCancelTransfer   Act = "cancel_transfer"
	// Only where something records the call.
	ActPauseRecording  Act = "pause_recording"
	ActResumeRecording Act = "resume_recording"
)

// Presence of a colleague, as whoever wants to hand a call over needs it.
type Presence string

const (
	PresenceFree     Presence = "free"
	PresenceRinging  Presence = "ringing"
	PresenceTalking  Presence = "talking"
	PresenceNotReady Presence = "not_ready"
	PresenceOffline  Presence = "offline"
)

// DirectoryEntry is somebody or something that can be called.
type DirectoryEntry struct {
	Kind     string   `json:"kind"` // agent, queue, contact
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Number   string   `json:"number"` // what to dial, "" when it is not known
	Presence Presence `json:"presence"`
}
