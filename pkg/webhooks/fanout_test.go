package webhooks

import (
	"context"
	"slices"
	"testing"

	"callcard/pkg/cti"
)

// outbox keeps messages as the store's does: each effect once for each endpoint.
type outbox struct {
	Store
	told   map[string]bool
	bodies []string
	kept   []bool // it does not expire
}

func (o *outbox) Webhooks(context.Context) ([]cti.Webhook, error) { return nil, nil }

func (o *outbox) LinkOf(context.Context, cti.CallID) (string, error) { return "", cti.ErrNotFound }

func (o *outbox) Enqueue(_ context.Context, target string, messages []cti.Message) error {
	for _, m := range messages {
		if o.told[target+m.Effect] {
			continue
		}
		o.told[target+m.Effect] = true
		body, err := m.Render("id", 1)
		if err != nil {
			return err
		}
		o.bodies, o.kept = append(o.bodies, string(body)), append(o.kept, m.Expires.IsZero())
	}
	return nil
}

// sent is what an endpoint of the dialect gets of journal entries.
func sent(t *testing.T, format cti.WebhookFormat, events []string, entries ...cti.CallEvent) *outbox {
	t.Helper()
	o := &outbox{told: map[string]bool{}}
	s, err := New(t.Context(), Options{
		Store: o,
		Fixed: []cti.Webhook{{ID: "crm", URL: "https://crm.example.com/cti", Format: format, Events: events, Enabled: true}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if err := s.Apply(t.Context(), []cti.JournalEntry{{Event: e}}); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// unheard are the steps that the PBX's own records tell of a call that nobody heard.
func unheard() (answered, ended cti.CallEvent) {
	answered, ended = step(cti.TalkStarted, 6), step(cti.CallFinished, 66)
	answered.Reconstructed, answered.Epoch, answered.Seq = true, "records:main:pbx-1.1", 2
	ended.Reconstructed, ended.Epoch, ended.Seq, ended.Device, ended.Queue = true, "records:main:pbx-1.1", 1, "", ""
	return answered, ended
}

// Zammad answers a hangup whose call it does not know with an error.
func TestAnUnheardCallBeginsForCTIDialects(t *testing.T) {
	t.Parallel()
	answered, ended := unheard()
	const (
		newCall = `{"callId":"main:pbx-1.1","direction":"in","event":"newCall","from":"79161234567","queue":"support","to":"74950000001"}`
		answer  = `{"answeringNumber":"1001","callId":"main:pbx-1.1","direction":"in","event":"answer","from":"79161234567","queue":"support","to":"74950000001","user":"anna"}`
		hangup  = `{"callId":"main:pbx-1.1","cause":"normalClearing","direction":"in","event":"hangup","from":"79161234567","to":"74950000001"}`
		ringing = `{"callId":"main:pbx-1.1","direction":"in","event":"newCall","from":"79161234567","queue":"support","to":"74950000001","user":"anna"}`
	)
	for name, c := range map[string]struct {
		events  []string
		entries []cti.CallEvent
		want    []string
	}{
		"talked":                  {[]string{"call.*"}, []cti.CallEvent{answered, ended}, []string{newCall, answer, hangup}},
		"told again":              {[]string{"*"}, []cti.CallEvent{answered, ended, answered, ended}, []string{newCall, answer, hangup}},
		"nobody talked":           {[]string{"call.*"}, []cti.CallEvent{ended}, []string{newCall, hangup}},
		"heard":                   {[]string{"call.*"}, []cti.CallEvent{step(cti.CallStarted, 0), answered, ended}, []string{ringing, answer, hangup}},
		"no answers wanted":       {[]string{"call.started", "call.ended"}, []cti.CallEvent{answered, ended}, []string{newCall, hangup}},
		"the ends alone wanted":   {[]string{"call.ended"}, []cti.CallEvent{answered, ended}, []string{hangup}},
		"what else befell a call": {[]string{"*"}, []cti.CallEvent{step(cti.TalkEnded, 66), step(cti.CallCorrected, 66)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := sent(t, cti.FormatZammad, c.events, c.entries...)
			if !slices.Equal(got.bodies, c.want) {
				t.Errorf("got %q\nwant %q", got.bodies, c.want)
			}
			if slices.Contains(got.kept, false) {
				t.Errorf("some expire: %v", got.kept)
			}
		})
	}
}

// A call that was dialled before its number was known, and ended so.
func TestAnOutboundCallWithoutANumberBeginsAtItsEnd(t *testing.T) {
	t.Parallel()
	begun, ended := step(cti.CallStarted, 0), step(cti.CallFinished, 5)
	for _, e := range []*cti.CallEvent{&begun, &ended} {
		e.Call.Direction, e.Call.Initiator, e.Call.Client, e.Call.DID, e.Call.Outcome = cti.Outbound, "PJSIP/1002", cti.Phone{}, "", cti.OutcomeFailed
		e.Device, e.Queue, e.Call.Visits = "", "", nil
	}
	want := []string{
		`{"callId":"main:pbx-1.1","direction":"out","event":"newCall","from":"1002","to":"anonymous"}`,
		`{"callId":"main:pbx-1.1","cause":"congestion","direction":"out","event":"hangup","from":"1002","to":"anonymous"}`,
	}
	if got := sent(t, cti.FormatZammad, []string{"*"}, begun, ended).bodies; !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestLiveEventsExpireForOthers(t *testing.T) {
	t.Parallel()
	got := sent(t, cti.FormatCallcard, []string{"*"}, step(cti.CallStarted, 0), step(cti.CallFinished, 66))
	if want := []bool{false, true}; !slices.Equal(got.kept, want) {
		t.Errorf("kept %v, want %v", got.kept, want)
	}
}
