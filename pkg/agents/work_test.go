package agents

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/cti"
)

// talk brings anna into a talk with a client, and over says that it has ended.
func (o *office) talk(id cti.CallID, version int) {
	o.say(cti.Call{
		ID: id, PBX: "main", Version: version, Direction: cti.Inbound, State: cti.CallTalking,
		Talks: []cti.Talk{{Device: "PJSIP/1001", User: "anna", From: time.Now()}},
	})
}

func (o *office) over(id cti.CallID, version int) {
	now := time.Now()
	o.say(cti.Call{
		ID: id, PBX: "main", Version: version, Direction: cti.Inbound, State: cti.CallEnded, Ended: now,
		Talks: []cti.Talk{{Device: "PJSIP/1001", User: "anna", From: now.Add(-time.Second), To: now}},
	})
}

// ready has anna ready in both queues, and all actions so far forgotten.
func (o *office) ready() {
	o.t.Helper()
	o.snapshot(false)
	if err := o.set(anna, cti.ModeReady, ""); err != nil {
		o.t.Fatal(err)
	}
	time.Sleep(time.Minute)
	o.actions()
}

func (o *office) wantActions(want ...string) {
	o.t.Helper()
	if diff := cmp.Diff(want, o.actions()); diff != "" {
		o.t.Errorf("actions (-want +got):\n%s", diff)
	}
}

// paused and unpaused are what the PBX is asked for both of anna's queues.
func paused(reason string) []string {
	return []string{"pause sales PJSIP/1001 true " + reason + " ", "pause support PJSIP/1001 true " + reason + " "}
}

func unpaused() []string {
	return []string{"pause sales PJSIP/1001 false  ", "pause support PJSIP/1001 false  "}
}

func (o *office) do(act func(context.Context, cti.UserID) (cti.AgentState, error)) error {
	_, err := act(context.Background(), "anna")
	synctest.Wait()
	return err
}

func TestWorkAfterACall(t *testing.T) {
	inWork(t, nil, nil, func(o *office) {
		o.ready()
		o.talk("main:1", 1)
		o.wantActions()
		ended := time.Now()
		o.over("main:1", 2)
		o.wantActions(paused("acw")...)
		o.wantMode(anna, "ready by anna")
		o.wantActivity(anna, cti.ActivityACW, "main:1")
		if s := o.state(anna); s.ACW == nil || s.ACW.ExtendsLeft != 2 || !s.ACW.Until.Equal(ended.Add(time.Minute)) {
			t.Errorf("work %+v", s.ACW)
		}
		time.Sleep(59 * time.Second)
		o.wantActions()
		time.Sleep(2 * time.Second)
		o.wantActions(unpaused()...)
		o.wantActivity(anna, cti.ActivityIdle, "")
		o.wantMode(anna, "ready by anna")
		o.wantWorks("main:1 60 timer")
		if got := len(o.saved); got != 1 {
			t.Errorf("%d lines in the log of modes, want 1: the system's pauses are none", got)
		}
	})
}

func TestWorkIsFinishedAndExtended(t *testing.T) {
	inWork(t, nil, nil, func(o *office) {
		o.ready()
		if err := o.do(o.svc.FinishWork); !errors.Is(err, cti.ErrConflict) {
			t.Errorf("nothing to finish: %v", err)
		}
		if err := o.do(o.svc.ExtendWork); !errors.Is(err, cti.ErrConflict) {
			t.Errorf("nothing to extend: %v", err)
		}
		o.talk("main:1", 1)
		o.over("main:1", 2)
		for range 2 {
			if err := o.do(o.svc.ExtendWork); err != nil {
				t.Error(err)
			}
		}
		if err := o.do(o.svc.ExtendWork); !errors.Is(err, cti.ErrConflict) {
			t.Errorf("a third time: %v", err)
		}
		o.wantActions(paused("acw")...)
		time.Sleep(119 * time.Second)
		o.wantActions()
		if err := o.do(o.svc.FinishWork); err != nil {
			t.Error(err)
		}
		o.wantActions(unpaused()...)
		o.wantWorks("main:1 119 agent")
		time.Sleep(time.Hour)
		o.wantActions()
	})
}

func TestWorkAfterWhichCalls(t *testing.T) {
	inWork(t, nil, nil, func(o *office) {
		o.ready()
		talks := []cti.Talk{{Device: "PJSIP/1001", User: "anna", From: time.Now(), To: time.Now()}}
		o.say(cti.Call{ID: "main:1", PBX: "main", Version: 1, Direction: cti.Internal, State: cti.CallTalking, Initiator: "PJSIP/1001"})
		o.say(cti.Call{ID: "main:1", PBX: "main", Version: 2, Direction: cti.Internal, State: cti.CallEnded, Initiator: "PJSIP/1001", Talks: talks})
		o.say(cti.Call{ID: "main:2", PBX: "main", Version: 1, Direction: cti.Outbound, State: cti.CallRinging, Initiator: "PJSIP/1001"})
		o.say(cti.Call{ID: "main:2", PBX: "main", Version: 2, Direction: cti.Outbound, State: cti.CallEnded, Initiator: "PJSIP/1001"})
		o.wantActions() // a colleague, and nobody
		o.wantActivity(anna, cti.ActivityIdle, "")
		// A call that she handed over goes on without her.
		o.talk("main:3", 1)
		o.say(cti.Call{ID: "main:3", PBX: "main", Version: 2, Direction: cti.Inbound, State: cti.CallTalking, Talks: append(talks, cti.Talk{Device: "PJSIP/1002", User: "boris", From: time.Now()})})
		o.wantActivity(anna, cti.ActivityACW, "main:3")
		o.wantActions(paused("acw")...)
		// The next call that she takes ends the work, and the work begins anew after it.
		o.wantWorks()
		time.Sleep(5 * time.Second)
		o.talk("main:4", 1)
		o.wantActions(unpaused()...)
		o.wantWorks("main:3 5 next_call")
		o.talk("main:5", 1)
		o.over("main:4", 2)
		o.wantActions() // the fifth goes on
		o.over("main:5", 2)
		o.wantActivity(anna, cti.ActivityACW, "main:5")
		o.wantActions(paused("acw")...)
	})
}

func TestWorkNeverTouchesAPauseOfHerOwn(t *testing.T) {
	inWork(t, nil, nil, func(o *office) {
		o.ready()
		o.elsewhere("sales", "PJSIP/1001", func(m *cti.Member) { m.Paused, m.PausedReason = true, "training" })
		o.talk("main:1", 1)
		o.over("main:1", 2)
		o.wantActions("pause support PJSIP/1001 true acw ")
		time.Sleep(2 * time.Minute)
		o.wantActions("pause support PJSIP/1001 false  ")
		o.wantMode(anna, "ready by anna")
		// Not ready for all queues: there is work, and nothing to pause.
		if err := o.set(anna, cti.ModeNotReady, "lunch"); err != nil {
			t.Fatal(err)
		}
		o.actions()
		o.talk("main:2", 1)
		o.over("main:2", 2)
		o.wantActivity(anna, cti.ActivityACW, "main:2")
		time.Sleep(2 * time.Minute)
		o.wantActions()
		o.wantMode(anna, "not_ready(lunch) by anna")
	})
}

func TestUnpausedElsewhereDuringWork(t *testing.T) {
	inWork(t, nil, nil, func(o *office) {
		o.ready()
		o.talk("main:1", 1)
		o.over("main:1", 2)
		o.actions()
		time.Sleep(30 * time.Second)
		o.elsewhere("sales", "PJSIP/1001", func(m *cti.Member) { m.Paused, m.PausedReason = false, "" })
		o.wantActivity(anna, cti.ActivityIdle, "")
		o.wantActions("pause support PJSIP/1001 false  ") // our own pause in the other queue
		o.wantMode(anna, "ready by anna")
	})
}

func TestWorkSurvivesARestart(t *testing.T) {
	began := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // where a bubble's clock begins
	stored := []cti.ModeChange{{User: "anna", Mode: cti.ModeReady, By: "anna", At: began.Add(-time.Hour)}}
	memo := func(until time.Duration) []cti.AgentMemo {
		return []cti.AgentMemo{{User: "anna", ACW: cti.CallWork{CallID: "main:1", Until: began.Add(until), ExtendsLeft: 1}}}
	}
	for _, tt := range []struct {
		name     string
		memos    []cti.AgentMemo
		activity cti.Activity
	}{{"it goes on", memo(time.Minute), cti.ActivityACW}, {"it is over", memo(-time.Second), cti.ActivityIdle}, {"it is forgotten", nil, cti.ActivityIdle}} {
		inWork(t, tt.memos, stored, func(o *office) {
			for _, queue := range []string{"sales", "support"} {
				o.static(queue, anna)
				m := o.members[queue+"/PJSIP/1001"]
				m.Paused, m.PausedReason = true, "acw"
				o.members[queue+"/PJSIP/1001"] = m
			}
			o.snapshot(false)
			if got := o.state(anna).Activity; got != tt.activity {
				t.Errorf("%s: %s", tt.name, got)
			}
			time.Sleep(2 * time.Minute)
			o.wantActions(unpaused()...)
			o.wantMode(anna, "ready by anna")
		})
	}
}

func TestNextModeBeginsAfterTheCall(t *testing.T) {
	inWork(t, nil, nil, func(o *office) {
		o.ready()
		next := func(mode cti.Mode, reason string) {
			t.Helper()
			if _, err := o.svc.SetNext(context.Background(), "anna", mode, reason); err != nil {
				t.Error(err)
			}
		}
		o.talk("main:1", 1)
		next(cti.ModeNotReady, "lunch")
		o.wantActions(paused("lunch")...) // at once: no queue rings her in between
		o.wantMode(anna, "ready by anna")
		if s := o.state(anna); s.Next == nil || *s.Next != (cti.NextMode{Mode: cti.ModeNotReady, Reason: "lunch", By: "anna"}) {
			t.Errorf("next %+v", s.Next)
		}
		if err := o.do(o.svc.CancelNext); err != nil {
			t.Error(err)
		}
		o.wantActions(unpaused()...)
		next(cti.ModeNotReady, "lunch")
		o.actions()
		o.over("main:1", 2)
		o.wantActions(paused("acw")...)
		time.Sleep(2 * time.Minute)
		o.wantActions(paused("lunch")...)
		o.wantMode(anna, "not_ready(lunch) by anna")
		if s := o.state(anna); s.Next != nil {
			t.Errorf("next %+v", s.Next)
		}
		next(cti.ModeReady, "") // nothing to wait for
		o.wantActions(unpaused()...)
		o.wantMode(anna, "ready by anna")
		o.talk("main:2", 1)
		next(cti.ModeOffline, "")
		o.actions()
		o.over("main:2", 2)
		time.Sleep(2 * time.Minute)
		o.wantMode(anna, "offline by anna")
		if len(o.state(anna).Queues) != 2 || o.state(anna).Queues[0].Member {
			t.Errorf("queues %+v", o.state(anna).Queues)
		}
	})
}

func TestNextModeOfACallThatEndedDuringARestart(t *testing.T) {
	stored := []cti.ModeChange{{User: "anna", Mode: cti.ModeReady, By: "anna"}}
	memos := []cti.AgentMemo{{User: "anna", Next: cti.NextMode{Mode: cti.ModeNotReady, Reason: "lunch", By: "anna"}}}
	inWork(t, memos, stored, func(o *office) {
		for _, queue := range []string{"sales", "support"} {
			o.static(queue, anna)
			m := o.members[queue+"/PJSIP/1001"]
			m.Paused, m.PausedReason = true, "lunch"
			o.members[queue+"/PJSIP/1001"] = m
		}
		o.snapshot(false)
		o.wantMode(anna, "not_ready(lunch) by anna")
		o.wantActions()
	})
}
