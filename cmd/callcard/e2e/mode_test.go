package e2e

import (
	"testing"

	"callcard/connector/asterisk/asterisktest"
	"callcard/pkg/cti"
)

// member is what the PBX itself says of 1001 in support: Paused and PausedReason, or absent.
func (o *office) member(t *testing.T) (present bool, paused, reason string) {
	t.Helper()
	o.pbx.Witness.Mark()
	o.do(t, "QueueStatus", "Queue", "support", "Member", "PJSIP/1001")
	if _, err := o.pbx.Witness.Await(patience, asterisktest.Match{"Event": "QueueStatusComplete"}); err != nil {
		t.Fatal(err)
	}
	for _, m := range o.pbx.Witness.Events(asterisktest.Match{"Event": "QueueMember", "Location": "PJSIP/1001"}) {
		return true, m.Get("Paused"), m.Get("PausedReason")
	}
	return false, "", ""
}

func modes(t *testing.T, o *office) {
	o.phone(t, "1001", asterisktest.Rings())
	anna := o.desk(t, "anna")
	for _, step := range []struct {
		mode, reason   string
		present        bool
		paused, pauses string
	}{
		{"ready", "", true, "0", ""},
		{"not_ready", "lunch", true, "1", "lunch"},
		{"not_ready", "обед до 14:00", true, "1", "обед до 14:00"},
		{"ready", "", true, "0", ""},
		{"offline", "", false, "", ""},
	} {
		anna.setMode(t, step.mode, step.reason)
		present, paused, reason := o.member(t)
		if present != step.present || paused != step.paused || reason != step.pauses {
			t.Errorf("%s %s: the PBX has present %v, paused %q, reason %q", step.mode, step.reason, present, paused, reason)
		}
	}
}

func foreignPause(t *testing.T, o *office) {
	anna := o.desk(t, "anna")
	anna.setMode(t, "ready", "")
	// All of her memberships: paused in some only, she would still be rung and so be ready.
	pause := func(paused, reason string) {
		for _, name := range []string{"PJSIP/1001", "Local/1001@from-queue/n", "Local/1001@from-queue"} {
			o.do(t, "QueuePause", "Interface", name, "Paused", paused, "Reason", reason)
		}
	}
	pause("true", "lunch")
	state := anna.confirmed(t, cti.ModeNotReady)
	if state.Reason != "lunch" || state.SetBy != "pbx" {
		t.Errorf("adopted as reason %q, set by %q, want lunch by pbx", state.Reason, state.SetBy)
	}
	anna.await(t, "his own change of state", func(f frame) bool {
		s := decode[cti.AgentState](t, f.Data)
		return f.Type == "agent.changed" && s.User == "anna" && s.Mode == cti.ModeNotReady && s.SetBy == "pbx"
	})
	pause("false", "")
	if state := anna.confirmed(t, cti.ModeReady); state.SetBy != "pbx" {
		t.Errorf("unpause adopted as set by %q, want pbx", state.SetBy)
	}
}
