package pop

import (
	"reflect"
	"strings"
	"time"

	"callcard/pkg/cti"
)

// View is all that a card is made of.
type View struct {
	Call      cti.Call
	Notes     []cti.Note
	Result    *cti.CallResult
	Identity  Identity
	Seat      Seat
	RungAt    time.Time // the newest ring of this seat
	RingLimit time.Duration
	Name      func(cti.Device) string // display name of whose phone it is
	Can       []cti.Act               // what the agent may do now
	Choice    cti.ScenarioChoice

	QueueTitle, DIDTitle string
}

// BuildCard is pure; the version is given by the board.
func BuildCard(v View) cti.Card {
	card := cti.Card{
		CallID: v.Call.ID, Aliases: v.Call.Aliases,
		State: v.Seat.State, CallState: callState(v), Direction: v.Call.Direction,
		Match: v.Identity.Match(v.Call), Client: v.Call.Client, ClientName: clientName(v),
		Candidates: v.Identity.Candidates, ChosenID: v.Identity.ChosenID, Lookup: v.Identity.Lookup,
		History:  pastWithout(v.Identity.History, v.Call),
		Callback: v.Identity.Callback, Usually: v.Identity.Usually, People: v.Identity.People,
		CallsToday: v.Identity.callsToday(v.Call),
		Scenario:   v.Choice.Scenario, Variables: v.Choice.Variables,
		Queue: v.Seat.Queue, QueueTitle: v.QueueTitle, DID: v.Call.DID, DIDTitle: v.DIDTitle, Agent: v.Seat.User, Device: v.Seat.Device,
		OfferedAt: v.Seat.OfferedAt, AnsweredAt: v.Seat.AnsweredAt, EndedAt: v.Seat.EndedAt,
		ExpiresAt: v.RungAt.Add(v.RingLimit), Reason: v.Seat.Reason,
		Certainty: v.Call.Certainty, Recording: recordingNow(v), Can: v.Can, Notes: written(v.Notes), Result: v.Result,
	}
	if card.Candidates == nil {
		card.Candidates = []cti.Candidate{}
	}
	if card.Callback != nil {
		card.CallbackID = card.Callback.ID
	}
	if v.Seat.By != "" {
		card.By = v.Name(v.Seat.By)
	}
	if v.Seat.From != "" {
		card.TransferredBy = v.Name(v.Seat.From)
	}
	return card
}

// callState of an agent who answered is talking at once, and of one whose client has
// gone it is ended: on the way the call passes through states, within milliseconds,
// that would each make a frame.
func callState(v View) cti.CallState {
	between := v.Call.State == cti.CallIVR || v.Call.State == cti.CallQueued || v.Call.State == cti.CallRinging
	switch {
	case v.Seat.State == cti.CardAccepted && between:
		return cti.CallTalking
	case v.Seat.State == cti.CardEnded && v.Seat.Reason != reasonTransferred:
		return cti.CallEnded
	}
	return v.Call.State
}

// recordingNow is shown to who talks: before and afterwards it is no matter of his.
func recordingNow(v View) cti.RecordingNow {
	if v.Seat.State != cti.CardAccepted {
		return cti.NotRecorded
	}
	return v.Call.Recording
}

// clientName is the colleague's own name on internal calls, else what the network gave.
func clientName(v View) string {
	if v.Call.Direction == cti.Internal && v.Call.Initiator != "" {
		return v.Name(v.Call.Initiator)
	}
	return v.Call.ClientName
}

// deviceName is shown for a phone that belongs to no user: "PJSIP/1001" is "1001".
func deviceName(device cti.Device) string {
	_, name, found := strings.Cut(string(device), "/")
	if !found {
		return string(device)
	}
	return name
}

// onScreen reports whether an agent is rung by, dials or talks on the card's call.
func onScreen(state cti.CardState) bool {
	return state == cti.CardOffered || state == cti.CardDialing || state == cti.CardAccepted
}

// sameCard reports whether a browser would show the same. A withdrawn card matters for
// its reason only, and a card that left the screen does not follow the call's state:
// otherwise a ring-all of ten would send nine frames with each further step.
func sameCard(before, after cti.Card) bool {
	if before.State == cti.CardWithdrawn && after.State == cti.CardWithdrawn {
		return before.CallID == after.CallID && before.Reason == after.Reason && before.By == after.By
	}
	if before.State == after.State && !onScreen(after.State) {
		before.CallState = after.CallState
	}
	before.Version = after.Version
	return reflect.DeepEqual(before, after)
}

// Types of frames.
const (
	frameOpened    = "card.opened"
	frameUpdated   = "card.updated"
	frameWithdrawn = "card.withdrawn"
	frameEnded     = "card.ended"
)

// frameType names the step from one version to the next. had is false for the first.
func frameType(had bool, before, after cti.CardState) string {
	switch {
	case onScreen(after) && (!had || !onScreen(before)):
		return frameOpened
	case after == cti.CardWithdrawn && (!had || onScreen(before)):
		return frameWithdrawn
	case after == cti.CardEnded && (!had || onScreen(before)):
		return frameEnded
	}
	return frameUpdated
}
