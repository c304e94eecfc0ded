package e2e

import (
	"context"
	"net/http"
	"testing"

	"callcard/connector/asterisk/asterisktest"
	"callcard/pkg/cti"
)

// state waits until an agent's own state fits.
func (k *desk) state(t *testing.T, what string, fits func(cti.AgentState) bool) cti.AgentState {
	t.Helper()
	var me struct{ State cti.AgentState }
	within(t, k.name+" "+what, func(context.Context) bool {
		me.State = cti.AgentState{} // what is left out of an answer is empty
		k.do(t, http.MethodGet, "/api/v1/me", nil, &me)
		return fits(me.State) && me.State.Pending == ""
	})
	return me.State
}

// pausedFor waits until the PBX has 1001 in support paused with a reason, "" for not.
func (o *office) pausedFor(t *testing.T, want string) {
	t.Helper()
	within(t, "the PBX has 1001 paused for "+want, func(context.Context) bool {
		_, paused, reason := o.member(t)
		return (paused == "1") == (want != "") && reason == want
	})
}

// TestWork is about what the system adds to an agent's own choice.
func TestWork(t *testing.T) {
	const more = "desk: {after_call_work: 2m}\nagents: {rona_after: 2}\n"
	for _, version := range asterisktest.Versions() {
		t.Run("asterisk "+version, func(t *testing.T) {
			t.Parallel()
			o := openWith(t, version, "work", more)
			t.Run("after a call", func(t *testing.T) { afterCall(t, o.stage(t)) })
			t.Run("missed offers", func(t *testing.T) { missedOffers(t, o.stage(t)) })
		})
	}
}

// afterCall: the work after a call pauses the member, the next mode follows it.
func afterCall(t *testing.T, o *office) {
	const number = "+79161110041"
	o.phone(t, "1001", asterisktest.Answers(second))
	o.onlyReady(t, "anna")
	anna := o.desk(t, "anna")
	call := o.ring(t, asterisktest.Caller{From: number[1:], To: asterisktest.Support, TalkFor: 3 * second})
	id := anna.popped(t, number).CallID
	over(t, call)
	s := anna.state(t, "works after the call", func(s cti.AgentState) bool { return s.Activity == cti.ActivityACW })
	if s.ACW == nil || s.ACW.CallID != id || s.Mode != cti.ModeReady {
		t.Errorf("state %+v", s)
	}
	o.pausedFor(t, "acw")
	anna.do(t, http.MethodPost, "/api/v1/me/acw/extend", nil, nil)
	anna.do(t, http.MethodPut, "/api/v1/me/mode", map[string]string{"mode": "not_ready", "reason": "lunch", "when": "after_call"}, nil)
	o.pausedFor(t, "acw")
	o.daemon.kill(t) // in the middle of the work
	o.daemon.start(t)
	o.daemon.awaitReady(t)
	if s := anna.state(t, "still works", func(s cti.AgentState) bool { return s.Activity == cti.ActivityACW }); s.Next == nil || s.ACW.CallID != id {
		t.Errorf("after the restart: %+v", s)
	}
	anna.do(t, http.MethodPost, "/api/v1/me/acw/finish", nil, nil)
	if s := anna.confirmed(t, cti.ModeNotReady); s.Reason != "lunch" || s.SetBy != "anna" || s.Activity != cti.ActivityIdle {
		t.Errorf("after the work: %+v", s)
	}
	o.pausedFor(t, "lunch")
	anna.setMode(t, "ready", "")
	o.pausedFor(t, "")
}

// missedOffers: two rings without an answer block, and a word ends the block.
func missedOffers(t *testing.T, o *office) {
	o.phone(t, "1001", asterisktest.Rings())
	o.onlyReady(t, "anna")
	anna := o.desk(t, "anna")
	call := o.ring(t, asterisktest.Caller{From: "79161110042", To: asterisktest.Support, TalkFor: 14 * second})
	s := anna.state(t, "is blocked", func(s cti.AgentState) bool { return s.Block == cti.BlockRONA })
	if s.MissedOffers != 2 || s.Mode != cti.ModeReady || s.BlockSince.IsZero() {
		t.Errorf("state %+v", s)
	}
	o.pausedFor(t, "rona")
	over(t, call)
	anna.do(t, http.MethodPost, "/api/v1/me/block/clear", nil, nil)
	anna.state(t, "is offered calls again", func(s cti.AgentState) bool { return s.Block == cti.BlockNone && s.MissedOffers == 0 })
	o.pausedFor(t, "")
	o.admin.do(t, http.MethodPut, "/api/v1/agents/anna/mode", map[string]string{"mode": "not_ready"}, nil)
	if s := anna.confirmed(t, cti.ModeNotReady); s.SetBy != "root" || s.Reason != "sup:root" {
		t.Errorf("set by a supervisor: %+v", s)
	}
}
