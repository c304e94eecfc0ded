package webhooks

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/cti"
)

func sprint(format string, v any) string { return fmt.Sprintf(format, v) }

var nine = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func at(seconds int) time.Time { return nine.Add(time.Duration(seconds) * time.Second) }

// answered is a call that anna took in support.
func answered() cti.Call {
	return cti.Call{
		ID: "main:pbx-1.1", PBX: "main", Version: 9, Linkedids: []string{"pbx-1.1"}, Direction: cti.Inbound, State: cti.CallEnded,
		Client: cti.Phone{Number: "+79161234567", Raw: "79161234567", Kind: cti.NumberE164}, ClientName: "Мария",
		DID: "74950000001", Line: "PJSIP/trunk", Started: at(0), Answered: at(6), Ended: at(66), Outcome: cti.OutcomeAnswered, Certainty: cti.Observed,
		Offers: []cti.Offer{{Device: "PJSIP/1001", User: "anna", Queue: "support", At: at(2), Ended: at(6), Result: cti.OfferAccepted, Attempts: 1, Via: "queue"}},
		Visits: []cti.Visit{{Queue: "support", Joined: at(1), Left: at(6), Outcome: cti.VisitAnswered, By: "PJSIP/1001"}},
		Talks:  []cti.Talk{{Device: "PJSIP/1001", User: "anna", From: at(6), To: at(66), EndedBy: "client", Queue: "support"}},
	}
}

func step(kind cti.CallEventKind, second int) cti.CallEvent {
	call := answered()
	call.Legs = []cti.Leg{{Name: "PJSIP/trunk-00000001"}}
	return cti.CallEvent{Epoch: "e", Seq: 7, At: at(second), Kind: kind, Call: call, Device: "PJSIP/1001", Queue: "support"}
}

func event(t *testing.T, kind cti.CallEventKind, second int) Event {
	t.Helper()
	e, ok := ofCall(step(kind, second))
	if !ok {
		t.Fatalf("%s is not told", kind)
	}
	return e
}

func body(t *testing.T, format cti.WebhookFormat, e Event) string {
	t.Helper()
	text, err := formats()[format].body(e, "id-1")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestCallcardFormat(t *testing.T) {
	t.Parallel()
	e := event(t, cti.CallFinished, 66)
	e.Data.Seq = 5
	var got struct {
		Type, Timestamp string
		Data            struct {
			Seq         int
			Agent       string
			Device      string
			Call        map[string]any
			Callback, T any
		}
	}
	if err := json.Unmarshal([]byte(body(t, cti.FormatCallcard, e)), &got); err != nil {
		t.Fatal(err)
	}
	if got.Type != "call.ended" || got.Timestamp != "2026-11-22T09:01:06Z" || got.Data.Seq != 5 || got.Data.Agent != "anna" {
		t.Errorf("%+v", got)
	}
	call := got.Data.Call
	if call["call_id"] != "main:pbx-1.1" || call["version"] != 9.0 || call["outcome"] != "answered" || call["legs"] != nil {
		t.Errorf("call %v", call)
	}
}

func TestCloudEventsFormat(t *testing.T) {
	t.Parallel()
	var got map[string]any
	if err := json.Unmarshal([]byte(body(t, cti.FormatCloudEvents, event(t, cti.TalkStarted, 6))), &got); err != nil {
		t.Fatal(err)
	}
	delete(got, "data")
	want := map[string]any{
		"specversion": "1.0", "id": "id-1", "source": "/callcard/main", "type": "callcard.call.answered",
		"subject": "call:main:pbx-1.1", "time": "2026-11-22T09:00:06Z", "datacontenttype": "application/json",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The fields are those of the tables in docs.zammad.org (Generic CTI).
func TestZammadFormat(t *testing.T) {
	t.Parallel()
	for kind, want := range map[cti.CallEventKind]string{
		cti.CallStarted:  `{"callId":"main:pbx-1.1","direction":"in","event":"newCall","from":"79161234567","queue":"support","to":"74950000001","user":"anna"}`,
		cti.TalkStarted:  `{"answeringNumber":"1001","callId":"main:pbx-1.1","direction":"in","event":"answer","from":"79161234567","queue":"support","to":"74950000001","user":"anna"}`,
		cti.CallFinished: `{"callId":"main:pbx-1.1","cause":"normalClearing","direction":"in","event":"hangup","from":"79161234567","queue":"support","to":"74950000001","user":"anna"}`,
	} {
		if got := body(t, cti.FormatZammad, event(t, kind, 0)); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", kind, got, want)
		}
	}
}

func TestCTIDialectsTellEachWordOnce(t *testing.T) {
	t.Parallel()
	word := func(e Event) string {
		effect, ok := ctiWord(e)
		if !ok {
			return ""
		}
		return effect
	}
	const call = "call:main:pbx-1.1:"
	for kind, want := range map[cti.CallEventKind]string{
		cti.CallStarted: call + "newCall", cti.OfferStarted: call + "newCall", cti.TalkStarted: call + "answer",
		cti.CallFinished: call + "hangup", cti.HoldStarted: "", cti.VisitStarted: "",
	} {
		if got := word(event(t, kind, 0)); got != want {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
	internal := event(t, cti.CallStarted, 0)
	internal.Data.Call.Direction = cti.Internal
	if got := word(internal); got != "" {
		t.Errorf("an internal call: %q", got)
	}
}

func TestHangupCauses(t *testing.T) {
	t.Parallel()
	for outcome, want := range map[cti.CallOutcome]string{
		cti.OutcomeAnswered: "normalClearing", cti.OutcomeIVR: "normalClearing", cti.OutcomeAbandoned: "cancel",
		cti.OutcomeTimeout: "noAnswer", cti.OutcomeNoAnswer: "noAnswer", cti.OutcomeFailed: "congestion",
	} {
		if got := ctiCause(cti.Call{Outcome: outcome}); got != want {
			t.Errorf("%s: %s, want %s", outcome, got, want)
		}
	}
}

// What the records tell is told beside the tracker's own versions, and says so.
func TestReconstructedStepsHaveEffectsOfTheirOwn(t *testing.T) {
	t.Parallel()
	s := step(cti.TalkStarted, 6)
	s.Reconstructed, s.Epoch = true, "records:main:pbx-1.1"
	e, _ := ofCall(s)
	if e.Effect != "call:records:main:pbx-1.1:7" || e.Live || !e.Data.Reconstructed || !e.At.Equal(at(6)) {
		t.Errorf("%+v", e)
	}
	s.Kind = cti.CallFinished
	if e, _ := ofCall(s); e.Effect != "call:main:pbx-1.1:ended" {
		t.Errorf("the end: %+v", e)
	}
}

func TestSipgateFormat(t *testing.T) {
	t.Parallel()
	e := event(t, cti.CallStarted, 0)
	e.Data.Call.Direction, e.Data.Call.Initiator = cti.Outbound, "PJSIP/1002"
	got, err := url.ParseQuery(body(t, cti.FormatSipgate, e))
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{
		"event": {"newCall"}, "from": {"1002"}, "to": {"79161234567"}, "direction": {"out"}, "callId": {"main:pbx-1.1"},
		"origCallId": {"main:pbx-1.1"}, "user[]": {"anna"}, "userId[]": {"anna"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMergedCallEndsInItsOwnLane(t *testing.T) {
	t.Parallel()
	s := step(cti.CallMerged, 30)
	s.Merged = "main:pbx-1.9"
	e, _ := ofCall(s)
	if e.Lane != "call:main:pbx-1.9" || e.Effect != "call:main:pbx-1.9:merged" || e.Data.MergedCall != "main:pbx-1.9" || e.Live {
		t.Errorf("%+v", e)
	}
}

var update = flag.Bool("update", false, "write EVENTS.md anew")

// TestEventsAreDocumented holds EVENTS.md: every event with an example.
func TestEventsAreDocumented(t *testing.T) {
	t.Parallel()
	const file = "EVENTS.md"
	want := document(t)
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("go test ./pkg/webhooks -run TestEventsAreDocumented -update would change EVENTS.md:\n%s", diff)
	}
}

func document(t *testing.T) string {
	t.Helper()
	intro, err := os.ReadFile("testdata/intro.md")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.Write(intro)
	types := Types()
	slices.Sort(types)
	for _, name := range types {
		e := example(t, name)
		e.Data.Seq = 1
		kept := "durable"
		if e.Live {
			kept = "live"
		}
		var indented struct {
			Type      string         `json:"type"`
			Timestamp string         `json:"timestamp"`
			Data      map[string]any `json:"data"`
		}
		if err := json.Unmarshal([]byte(body(t, cti.FormatCallcard, e)), &indented); err != nil {
			t.Fatal(err)
		}
		if indented.Data["call"] != nil && name != "call.ended" {
			indented.Data["call"] = "the call as it was then, of the same shape as in call.ended"
		}
		text, err := json.MarshalIndent(indented, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "\n## %s (%s)\n\n%s\n\n```json\n%s\n```\n", name, kept, meanings()[name], text)
	}
	return b.String()
}

// example makes each event from the same call.
func example(t *testing.T, name string) Event {
	t.Helper()
	call, callback := answered(), cti.Callback{
		ID: "7b1c", State: cti.CallbackOpen, Client: answered().Client, Line: "74950000001", Queue: "support", Cause: cti.OutcomeAbandoned, Missed: 2,
		Agents: []cti.UserID{"anna"}, Calls: []cti.CallID{"main:pbx-1.0", "main:pbx-1.1"}, Created: at(0), LastCall: at(0),
	}
	e := Event{Type: name, At: at(66), Data: Data{Call: &call, ContactID: "c-1", ContactName: "Мария Петрова"}}
	switch name {
	case "callback.opened", "callback.changed":
		e.Data = Data{Callback: &callback}
		return e
	case "callback.closed":
		callback.State, callback.Closed, callback.ClosedBy, callback.ClosedCall = cti.CallbackDone, at(66), "reached", call.ID
		e.Data = Data{Callback: &callback}
		return e
	case "recording.stored":
		e.Data.Recording = &Recording{
			Recording: cti.Recording{ID: "r-1", CallID: call.ID, Leg: cti.LegID{PBX: "main", Uniqueid: "pbx-1.1"}, State: cti.RecordingStored, Bytes: 960044, Seconds: 60, Started: at(6), Stored: at(68)},
			URL:       "https://callcard.example.com/api/v1/recordings/r-1/audio",
		}
		return e
	case "agent.mode":
		return Event{Type: name, At: at(66), Live: true, Data: Data{Agent: "anna", State: &cti.AgentState{
			User: "anna", Name: "Анна Смирнова", Device: "PJSIP/1001", Extension: "1001", Mode: cti.ModeNotReady, Reason: "lunch", Since: at(66), SetBy: "anna",
			Activity: cti.ActivityIdle, DeviceStatus: cti.DeviceNotInUse, Online: true, Queues: []cti.AgentQueue{{Queue: "support", Member: true, Paused: true, Reason: "lunch"}},
		}}}
	case "call.identified":
		return e
	case testType:
		return Event{Type: name, At: at(66), Data: Data{Agent: "admin"}}
	}
	for kind, told := range callEvents() {
		if told.name != name {
			continue
		}
		s := step(kind, 66)
		if kind == cti.CallMerged {
			s.Merged = "main:pbx-1.9"
		}
		made, _ := ofCall(s)
		return made
	}
	t.Fatalf("no example of %s", name)
	return e
}

func meanings() map[string]string {
	return map[string]string{
		"call.started":     "A call has entered the PBX, or an agent has begun to dial.",
		"call.changed":     "The client's number, the dialled number, the direction or a channel variable became known.",
		"call.queued":      "The caller has joined a queue.",
		"call.unqueued":    "The caller has left a queue; `visits` says how.",
		"call.offered":     "An agent's phone rings.",
		"call.offer_ended": "It rings no more; `offers` says why.",
		"call.answered":    "An agent talks with the client; after a transfer once more, for the next agent. Of a talk that was not heard it comes before\n`call.ended`, with `reconstructed` and the time of then.",
		"call.talk_ended":  "An agent's talk is over.",
		"call.held":        "The client is on hold.",
		"call.resumed":     "The client is off hold.",
		"call.transferred": "A transfer was completed or has failed; `transfers` says which.",
		"call.merged":      "Two calls turned out to be one. This is the last word about `merged_call`; `call` goes on.",
		"call.ended":       "The call is over: the one terminal event of each call that was not merged away.",
		"call.corrected":   "After `call.ended`: what was told of a call that was not heard whole is otherwise, as late lines of the PBX's own records say. `call` is right now.",
		"call.identified":  "Somebody, or a single certain match, has said who the client is.",
		"callback.opened":  "A client was missed and waits to be called back.",
		"callback.changed": "He was missed again, or an agent has taken, tried or moved the duty.",
		"callback.closed":  "He was reached, or the duty was given up.",
		"recording.stored": "A recording is complete and can be fetched.",
		"agent.mode":       "An agent is ready, not ready or offline now.",
		testType:           "Sent on request, to see that messages arrive.",
	}
}
