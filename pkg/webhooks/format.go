package webhooks

import (
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"callcard/pkg/cti"
)

// format turns events into the bodies of one dialect.
type format struct {
	contentType string
	// word is the dialect's name of an event, and the effect it is told once for; ok is
	// false when the dialect has no such event.
	word func(Event) (effect string, ok bool)
	body func(e Event, id string) ([]byte, error)
	// first makes the event that the dialect wants told before this one; nil when it wants none.
	first func(Event) (Event, bool)
}

func formats() map[cti.WebhookFormat]format {
	all := func(e Event) (string, bool) { return e.Effect, true }
	return map[cti.WebhookFormat]format{
		cti.FormatCallcard:    {"application/json", all, standardBody, nil},
		cti.FormatCloudEvents: {"application/cloudevents+json", all, cloudBody, nil},
		cti.FormatZammad:      {"application/json", ctiWord, zammadBody, newCall},
		cti.FormatSipgate:     {"application/x-www-form-urlencoded", ctiWord, sipgateBody, newCall},
	}
}

// standardBody is the payload of Standard Webhooks 1.0.0.
func standardBody(e Event, _ string) ([]byte, error) {
	return json.Marshal(struct {
		Type      string    `json:"type"`
		Timestamp time.Time `json:"timestamp"`
		Data      Data      `json:"data"`
	}{e.Type, e.At.UTC(), e.Data})
}

// cloudBody is CloudEvents 1.0 in structured mode.
func cloudBody(e Event, id string) ([]byte, error) {
	source := "/callcard"
	if e.Data.Call != nil {
		source += "/" + e.Data.Call.PBX
	}
	return json.Marshal(struct {
		SpecVersion string    `json:"specversion"`
		ID          string    `json:"id"`
		Source      string    `json:"source"`
		Type        string    `json:"type"`
		Subject     string    `json:"subject"`
		Time        time.Time `json:"time"`
		ContentType string    `json:"datacontenttype"`
		Data        Data      `json:"data"`
	}{"1.0", id, source, "callcard." + e.Type, e.Lane, e.At.UTC(), "application/json", e.Data})
}

// ctiWord is the vocabulary that Zammad took over from sipgate: newCall, answer, hangup,
// each once per call with an outside party. A newCall does not expire, for the others are
// worth nothing without it.
func ctiWord(e Event) (effect string, ok bool) {
	call := e.Data.Call
	if e.Type == testType {
		return e.Effect, true
	}
	if call == nil || call.Direction == cti.Internal {
		return "", false
	}
	word := ctiName(e)
	if word == "newCall" && call.Client.Kind == "" && !e.Implied {
		return "", false // an outbound call's number is known a moment later
	}
	return e.Lane + ":" + word, word != ""
}

// newCall is what a receiver must know before the answer and the hangup of a call: it
// refuses them otherwise ("No such call_id", Zammad). Nothing told it of a call that nobody
// heard, or of one that was under way when the endpoint was added.
func newCall(e Event) (Event, bool) {
	if word := ctiName(e); word != "answer" && word != "hangup" || e.Data.Call == nil {
		return Event{}, false
	}
	first := Event{Type: "call.started", At: e.At, Lane: e.Lane, Implied: true, Data: e.Data}
	first.Data.Agent, first.Data.Device, first.Data.Queue = "", "", e.Data.Call.Queue()
	return first, true
}

func ctiName(e Event) string {
	switch e.Type {
	case "call.started", "call.changed", "call.offered":
		return "newCall"
	case "call.answered":
		return "answer"
	case "call.ended":
		return "hangup"
	}
	return ""
}

// ctiFields are those of both dialects (docs.zammad.org, Generic CTI; sipgate.io push API).
func ctiFields(e Event) (fields map[string]string, user string) {
	if e.Type == testType {
		return map[string]string{"event": "newCall", "from": "anonymous", "to": "0", "direction": "in", "callId": e.Lane}, ""
	}
	call := e.Data.Call
	client, ours := strings.TrimPrefix(call.Client.Number, "+"), strings.TrimPrefix(call.DID, "+")
	if client == "" {
		client = "anonymous"
	}
	fields = map[string]string{"event": ctiName(e), "from": client, "to": ours, "direction": "in", "callId": string(call.ID)}
	if call.Direction == cti.Outbound {
		fields["direction"], fields["from"], fields["to"] = "out", numberOf(call.Initiator), client
	}
	user = string(e.Data.Agent)
	switch e.Type {
	case "call.answered":
		fields["answeringNumber"] = numberOf(e.Data.Device)
	case "call.ended":
		fields["cause"] = ctiCause(*call)
	}
	return fields, user
}

func numberOf(device cti.Device) string {
	_, number, _ := strings.Cut(string(device), "/")
	return number
}

func ctiCause(c cti.Call) string {
	switch c.Outcome {
	case cti.OutcomeAbandoned:
		return "cancel"
	case cti.OutcomeTimeout, cti.OutcomeNoAnswer:
		return "noAnswer"
	case cti.OutcomeFailed:
		return "congestion"
	}
	return "normalClearing"
}

func zammadBody(e Event, _ string) ([]byte, error) {
	fields, user := ctiFields(e)
	if user != "" {
		fields["user"] = user
	}
	if queue := e.Data.Queue; queue != "" {
		fields["queue"] = queue
	}
	return json.Marshal(fields)
}

func sipgateBody(e Event, _ string) ([]byte, error) {
	fields, user := ctiFields(e)
	form := url.Values{}
	for name, value := range fields {
		form.Set(name, value)
	}
	if fields["event"] == "newCall" {
		form.Set("origCallId", fields["callId"])
	}
	if user != "" {
		form.Set("user[]", user)
		form.Set("userId[]", user)
	}
	return []byte(form.Encode()), nil
}
