package webhooks

import (
	"fmt"
	"time"

	"callcard/pkg/cti"
)

// live is how long a live event is worth telling.
const live = 30 * time.Second

// Event is something to tell.
type Event struct {
	Type   string
	At     time.Time
	Effect string // unique
	Lane   string
	Live   bool
	// Implied: it did not happen now, the dialect needs it for what did.
	Implied bool
	Data    Data
}

// Data is the body's data; what does not concern the event is absent.
type Data struct {
	// Seq counts the messages of one call (callback, agent) to one endpoint from 1. A
	// receiver that has seen a higher one may drop the message: it is older.
	Seq int64 `json:"seq"`

	Call        *cti.Call  `json:"call,omitempty"` // as it was then; version grows with each step
	ContactID   string     `json:"contact_id,omitempty"`
	ContactName string     `json:"contact_name,omitempty"`
	Agent       cti.UserID `json:"agent,omitempty"`  // whom the step is about
	Device      cti.Device `json:"device,omitempty"` // his phone
	Queue       string     `json:"queue,omitempty"`
	MergedCall  cti.CallID `json:"merged_call,omitempty"` // the id that is no more
	// Reconstructed: nobody heard it when it happened, which may be long ago; the PBX's own records tell it.
	Reconstructed bool `json:"reconstructed,omitempty"`

	Callback  *cti.Callback   `json:"callback,omitempty"`
	Recording *Recording      `json:"recording,omitempty"`
	State     *cti.AgentState `json:"state,omitempty"`
}

// Recording adds where its sound is.
type Recording struct {
	cti.Recording
	URL string `json:"url,omitempty"` // below http.public_url, for a user of role service
}

// callEvents are the steps of a call that are told: under which name, and whether they
// are live only.
func callEvents() map[cti.CallEventKind]struct {
	name string
	live bool
} {
	return map[cti.CallEventKind]struct {
		name string
		live bool
	}{
		cti.CallStarted:   {"call.started", true},
		cti.CallChanged:   {"call.changed", true},
		cti.VisitStarted:  {"call.queued", true},
		cti.VisitEnded:    {"call.unqueued", true},
		cti.OfferStarted:  {"call.offered", true},
		cti.OfferEnded:    {"call.offer_ended", true},
		cti.TalkStarted:   {"call.answered", false},
		cti.TalkEnded:     {"call.talk_ended", true},
		cti.HoldStarted:   {"call.held", true},
		cti.HoldEnded:     {"call.resumed", true},
		cti.TransferDone:  {"call.transferred", false},
		cti.CallMerged:    {"call.merged", false},
		cti.CallFinished:  {"call.ended", false},
		cti.CallCorrected: {"call.corrected", false},
	}
}

// Kinds of journal entries that are told.
func Kinds() (kinds []cti.CallEventKind) {
	for kind := range callEvents() {
		kinds = append(kinds, kind)
	}
	return kinds
}

// Types lists every event there is.
func Types() (types []string) {
	for _, e := range callEvents() {
		types = append(types, e.name)
	}
	return append(types, "call.identified", "callback.opened", "callback.changed", "callback.closed", "recording.stored", "agent.mode", testType)
}

const testType = "webhook.test"

// ofCall makes the event of a step; ok is false for steps that are not told.
func ofCall(e cti.CallEvent) (event Event, ok bool) {
	kind, ok := callEvents()[e.Kind]
	if !ok {
		return Event{}, false
	}
	call := e.Call
	call.Legs = nil // the tracker's own notes
	event = Event{
		Type: kind.name, At: e.At, Live: kind.live, Lane: "call:" + string(call.ID), Effect: fmt.Sprintf("call:%s:%d", call.ID, call.Version),
		Data: Data{Call: &call, Device: e.Device, Agent: userOf(call, e.Device), Queue: e.Queue, MergedCall: e.Merged, Reconstructed: e.Reconstructed},
	}
	if e.Reconstructed { // beside the tracker's versions
		event.Effect = fmt.Sprintf("call:%s:%d", e.Epoch, e.Seq)
	}
	switch e.Kind {
	case cti.CallFinished: // there is one end, even when a call that was given up is found alive
		event.Effect = fmt.Sprintf("call:%s:ended", call.ID)
	case cti.CallMerged: // the last word about the id that is no more
		event.Lane, event.Effect = "call:"+string(e.Merged), fmt.Sprintf("call:%s:merged", e.Merged)
	}
	return event, true
}

// userOf is whose phone it was in this call.
func userOf(c cti.Call, device cti.Device) cti.UserID {
	if device == "" {
		return ""
	}
	if t, ok := c.TalkOf(device); ok && t.User != "" {
		return t.User
	}
	o, _ := c.OfferTo(device)
	return o.User
}
