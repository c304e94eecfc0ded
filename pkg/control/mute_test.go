package control

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"callcard/pkg/cti"
)

// talk is a recorded call in which anna talks.
func recordedTalk(o *office) cti.Call {
	client := cti.Leg{ID: cti.LegID{PBX: "main", Uniqueid: "1.1"}, Name: "PJSIP/trunk-1", State: cti.LegUp}
	own := cti.Leg{ID: cti.LegID{PBX: "main", Uniqueid: "1.2"}, Name: "PJSIP/1001-2", Device: "PJSIP/1001", State: cti.LegUp}
	client.Recording = cti.RecordingOn
	call := cti.Call{
		Recording: cti.RecordingOn,
		ID:        "main:1.1", PBX: "main", State: cti.CallTalking, ClientLeg: client.ID, Legs: []cti.Leg{client, own}, Started: time.Now(),
		Talks: []cti.Talk{{Device: "PJSIP/1001", User: "anna", Leg: own.ID, From: time.Now()}},
	}
	o.set(call)
	return call
}

func (o *office) set(call cti.Call) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.calls[call.ID] = call
}

func (o *office) done() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.acts)
}

func TestASilentRecordingGoesOn(t *testing.T) {
	for name, test := range map[string]struct {
		then  func(call *cti.Call)
		after time.Duration // when it goes on
		never bool
	}{
		"after 90 seconds":       {func(*cti.Call) {}, 91 * time.Second, false},
		"with the hold's end":    {func(c *cti.Call) { c.Talks[0].HeldSince = time.Time{} }, 6 * time.Second, false},
		"with a transfer":        {func(c *cti.Call) { c.Transfers = []cti.Transfer{{Kind: "blind"}} }, 6 * time.Second, false},
		"but not after the call": {func(c *cti.Call) { c.State = cti.CallEnded }, 5 * time.Minute, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := newOffice(t, nil)
				ctx, cancel := context.WithCancel(t.Context())
				ran := make(chan error)
				go func() { ran <- o.svc.Run(ctx) }()
				call := recordedTalk(o)
				if err := o.svc.PauseRecording(ctx, anna, call.ID); err != nil {
					t.Fatal(err)
				}
				<-time.After(2 * time.Second)
				held := call
				held.Talks = slices.Clone(call.Talks)
				held.Talks[0].HeldSince = time.Now()
				if test.after < 10*time.Second {
					o.set(held)
				}
				<-time.After(2500 * time.Millisecond)
				if got := o.done(); !slices.Equal(got, []string{"mute PJSIP/trunk-1 true"}) {
					t.Errorf("too early: %v", got)
				}
				now := held
				now.Talks = slices.Clone(held.Talks)
				test.then(&now)
				o.set(now)
				<-time.After(test.after - 4500*time.Millisecond)
				synctest.Wait()
				want := []string{"mute PJSIP/trunk-1 true", "mute PJSIP/trunk-1 false"}
				if test.never {
					want = want[:1]
				}
				if got := o.done(); !slices.Equal(got, want) {
					t.Errorf("got %v, want %v", got, want)
				}
				cancel()
				if err := <-ran; err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// One of two recorded legs hangs up in the moment of the button: the other one must not
// stay silent for ever.
func TestAHalfSilentRecordingGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, nil)
		o.faults = map[string]error{"mute PJSIP/1001-2 true": cti.ErrNotFound}
		ctx, cancel := context.WithCancel(t.Context())
		ran := make(chan error)
		go func() { ran <- o.svc.Run(ctx) }()
		call := recordedTalk(o)
		call.Legs[1].Recording = cti.RecordingOn
		o.set(call)
		if err := o.svc.PauseRecording(ctx, anna, call.ID); err == nil {
			t.Error("the agent is not told that a leg could not be silenced")
		}
		<-time.After(92 * time.Second)
		synctest.Wait()
		if got := o.done(); !slices.Contains(got, "mute PJSIP/trunk-1 false") {
			t.Errorf("got %v: the client's leg stays silent", got)
		}
		cancel()
		if err := <-ran; err != nil {
			t.Error(err)
		}
	})
}

// Without a connection it is tried again and again, and told once.
func TestTheTraceTellsOnceThatThePBXCannotBeAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, nil)
		o.faults = map[string]error{"mute PJSIP/trunk-1 false": &cti.UnavailableError{What: "PBX main", Err: errors.New("down")}}
		ctx, cancel := context.WithCancel(t.Context())
		ran := make(chan error)
		go func() { ran <- o.svc.Run(ctx) }()
		call := recordedTalk(o)
		if err := o.svc.PauseRecording(ctx, anna, call.ID); err != nil {
			t.Fatal(err)
		}
		<-time.After(10 * time.Minute)
		synctest.Wait()
		tries, told := len(o.done()), len(o.notes[call.ID])
		if tries < 100 || told != 2 {
			t.Errorf("%d tries and %d lines in the trace, want many and 2", tries, told)
		}
		o.set(cti.Call{ID: call.ID, PBX: "main", State: cti.CallEnded})
		cancel()
		if err := <-ran; err != nil {
			t.Error(err)
		}
	})
}

func TestResumeByHandAndTheTrace(t *testing.T) {
	o := newOffice(t, nil)
	call := recordedTalk(o)
	var told []cti.RecorderSwitch
	o.svc.opts.Tell = func(_ context.Context, e cti.PBXEvent) error {
		if e := e.(cti.RecorderSwitched); e.Leg == call.ClientLeg && e.Read && e.Write {
			told = append(told, e.Switch)
		}
		return nil
	}
	if err := errors.Join(o.svc.PauseRecording(t.Context(), anna, call.ID), o.svc.ResumeRecording(t.Context(), anna, call.ID)); err != nil {
		t.Fatal(err)
	}
	var rules []string
	for _, d := range o.notes[call.ID] {
		rules = append(rules, d.Rule+" "+d.Agent)
	}
	if want := []string{"control.recording.pause anna", "control.recording.resume anna"}; !slices.Equal(rules, want) {
		t.Errorf("trace %v, want %v", rules, want)
	}
	if want := []cti.RecorderSwitch{cti.RecorderSilent, cti.RecorderSounds}; !slices.Equal(told, want) {
		t.Errorf("the tracker was told %v, want %v", told, want)
	}
	if len(o.svc.muted) != 0 {
		t.Error("it would go on once more")
	}
}

func TestWhoMayPauseARecording(t *testing.T) {
	o := newOffice(t, nil)
	call := recordedTalk(o)
	boris := cti.User{ID: "boris", Device: "PJSIP/1002"}
	silent := call
	silent.ID, silent.Legs = "main:2.1", slices.Clone(call.Legs)
	silent.Legs[0].Recording = cti.NotRecorded
	o.set(silent)
	for name, try := range map[string]error{
		"who does not talk":   o.svc.PauseRecording(t.Context(), boris, call.ID),
		"a call that is over": o.svc.PauseRecording(t.Context(), anna, "main:9.9"),
		"nothing records":     o.svc.PauseRecording(t.Context(), anna, silent.ID),
	} {
		if !errors.Is(try, cti.ErrConflict) {
			t.Errorf("%s: got %v, want a conflict", name, try)
		}
	}
	if len(o.acts) != 0 {
		t.Errorf("the PBX was asked: %v", o.acts)
	}
}

func TestRecordingsOfAnEarlierRunGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, nil)
		call := recordedTalk(o)
		o.svc.opts.Live = func() []cti.Call { return []cti.Call{call} }
		ctx, cancel := context.WithCancel(t.Context())
		ran := make(chan error)
		<-time.After(time.Second)
		go func() { ran <- o.svc.Run(ctx) }()
		<-time.After(89 * time.Second)
		if len(o.done()) != 0 {
			t.Error("too early")
		}
		<-time.After(2 * time.Second)
		if got := o.done(); !slices.Equal(got, []string{"mute PJSIP/trunk-1 false"}) {
			t.Errorf("got %v", got)
		}
		cancel()
		if err := <-ran; err != nil {
			t.Error(err)
		}
	})
}
