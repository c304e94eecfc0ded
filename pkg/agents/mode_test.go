package agents

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/cti"
)

func TestModesMoveQueueMembers(t *testing.T) {
	in(t, nil, func(o *office) {
		o.snapshot(false)
		o.wantMode(anna, "offline by system")
		steps := []struct {
			mode    cti.Mode
			reason  string
			actions []string
		}{
			{cti.ModeNotReady, "login", []string{"add sales PJSIP/1001 true login ", "add support PJSIP/1001 true login "}},
			{cti.ModeReady, "", []string{"pause sales PJSIP/1001 false  ", "pause support PJSIP/1001 false  "}},
			{cti.ModeReady, "", nil},
			{cti.ModeNotReady, "lunch", []string{"pause sales PJSIP/1001 true lunch ", "pause support PJSIP/1001 true lunch "}},
			{cti.ModeNotReady, "break", []string{"pause sales PJSIP/1001 true break ", "pause support PJSIP/1001 true break "}},
			{cti.ModeOffline, "", []string{"remove sales PJSIP/1001 false  ", "remove support PJSIP/1001 false  "}},
			{cti.ModeReady, "", []string{"add sales PJSIP/1001 false  ", "add support PJSIP/1001 false  "}},
		}
		for _, step := range steps {
			if err := o.set(anna, step.mode, step.reason); err != nil {
				t.Fatalf("%s: %v", step.mode, err)
			}
			if diff := cmp.Diff(step.actions, o.actions()); diff != "" {
				t.Errorf("%s %s (-want +got):\n%s", step.mode, step.reason, diff)
			}
			s := o.state(anna)
			if s.Mode != step.mode || s.Reason != step.reason || s.SetBy != "anna" || s.Pending != "" {
				t.Errorf("after %s: %+v", step.mode, s)
			}
		}
		if got := len(o.saved); got != 6 {
			t.Errorf("%d lines in the log of modes, want 6: %+v", got, o.saved)
		}
	})
}

func TestLocalMemberHasThePhoneAsStateInterface(t *testing.T) {
	in(t, nil, func(o *office) {
		o.snapshot(false)
		if err := o.set(boris, cti.ModeReady, ""); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"add sales Local/1002@from-queue/n false  PJSIP/1002"}, o.actions()); diff != "" {
			t.Errorf("actions (-want +got):\n%s", diff)
		}
		o.wantMode(boris, "ready by boris")
	})
}

func TestStaticMembersArePausedInsteadOfRemoved(t *testing.T) {
	in(t, nil, func(o *office) {
		o.static("sales", anna)
		o.static("support", anna)
		o.snapshot(false)
		o.wantMode(anna, "ready by pbx") // as queues.conf has him
		if err := o.set(anna, cti.ModeOffline, ""); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"pause sales PJSIP/1001 true offline ", "pause support PJSIP/1001 true offline "}, o.actions()); diff != "" {
			t.Errorf("actions (-want +got):\n%s", diff)
		}
		o.wantMode(anna, "offline by anna")
		o.snapshot(false)
		o.wantMode(anna, "offline by anna")
	})
}

func TestChangesElsewhereAreAdoptedAndNotFought(t *testing.T) {
	pause := func(reason string) func(*cti.Member) {
		return func(m *cti.Member) { m.Paused, m.PausedReason = true, reason }
	}
	unpause := func(m *cti.Member) { m.Paused, m.PausedReason = false, "" }
	in(t, nil, func(o *office) {
		o.snapshot(false)
		if err := o.set(anna, cti.ModeReady, ""); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		o.actions()
		o.elsewhere("sales", "PJSIP/1001", pause("training"))
		o.wantMode(anna, "ready by anna") // ready in one queue still
		o.elsewhere("support", "PJSIP/1001", pause("training"))
		o.wantMode(anna, "not_ready(training) by pbx")
		o.elsewhere("support", "PJSIP/1001", unpause)
		o.wantMode(anna, "ready by pbx")
		o.elsewhere("support", "PJSIP/1001", pause(""))
		o.wantMode(anna, "not_ready(training) by pbx") // sales holds the reason
		o.elsewhere("sales", "PJSIP/1001", pause(""))
		o.elsewhere("sales", "PJSIP/1001", unpause)
		o.elsewhere("sales", "PJSIP/1001", pause(""))
		o.wantMode(anna, "not_ready(external) by pbx")
		for _, queue := range []string{"sales", "support"} {
			o.mu.Lock()
			m := o.members[queue+"/PJSIP/1001"]
			delete(o.members, queue+"/PJSIP/1001")
			o.mu.Unlock()
			o.put(cti.MemberRemoved{Stamp: o.stamp(), Member: m})
		}
		o.wantMode(anna, "offline by pbx")
		if done := o.actions(); len(done) != 0 {
			t.Errorf("the PBX was fought: %q", done)
		}
	})
}

func TestOwnEchoIsNoChangeFromElsewhere(t *testing.T) {
	in(t, nil, func(o *office) {
		o.snapshot(false)
		for range 5 { // quick changes: echoes of the first arrive after the second wish
			for _, mode := range []cti.Mode{cti.ModeNotReady, cti.ModeReady} {
				go func() { _, _ = o.svc.SetMode(context.Background(), "anna", mode, "lunch", "anna") }()
			}
			synctest.Wait()
		}
		if s := o.state(anna); s.SetBy != "anna" {
			t.Errorf("own echo adopted: %+v", s)
		}
		for _, c := range o.saved {
			if c.By != "anna" {
				t.Errorf("own echo saved: %+v", c)
			}
		}
	})
}

func TestPBXThatRefusesKeepsTheWish(t *testing.T) {
	in(t, nil, func(o *office) {
		o.snapshot(false)
		o.with(func() { o.fail = errRefused })
		if err := o.set(anna, cti.ModeReady, ""); !errors.Is(err, errRefused) {
			t.Errorf("got %v", err)
		}
		o.wantMode(anna, "ready by anna, the PBX refused: add member of queue sales: no such queue")
		o.actions()
		time.Sleep(10 * time.Minute)
		if done := o.actions(); len(done) != 0 {
			t.Errorf("asked again though refused: %q", done)
		}
		o.with(func() { o.fail = nil })
		if err := o.set(anna, cti.ModeReady, ""); err != nil {
			t.Error(err)
		}
		o.wantMode(anna, "ready by anna")
	})
}

func TestMemberThatVanishedUnheardIsAddedAgain(t *testing.T) {
	in(t, nil, func(o *office) {
		o.snapshot(false)
		if err := o.set(anna, cti.ModeReady, ""); err != nil {
			t.Fatal(err)
		}
		o.actions()
		o.with(func() { delete(o.members, "sales/PJSIP/1001") })
		if err := o.set(anna, cti.ModeNotReady, "lunch"); err != nil {
			t.Fatal(err)
		}
		want := []string{"add sales PJSIP/1001 true lunch ", "pause sales PJSIP/1001 true lunch ", "pause support PJSIP/1001 true lunch "}
		if diff := cmp.Diff(want, o.actions()); diff != "" {
			t.Errorf("actions (-want +got):\n%s", diff)
		}
		o.wantMode(anna, "not_ready(lunch) by anna")
	})
}

func TestPBXThatDoesNotAnswerIsAskedAgain(t *testing.T) {
	in(t, nil, func(o *office) {
		o.snapshot(false)
		o.with(func() { o.hang = true })
		var unavailable *cti.UnavailableError
		if err := o.set(anna, cti.ModeReady, ""); !errors.As(err, &unavailable) {
			t.Errorf("got %v", err)
		}
		o.wantMode(anna, "ready by anna, the PBX does not answer")
		o.with(func() { o.hang = false })
		time.Sleep(time.Minute)
		o.wantMode(anna, "ready by anna")
	})
}

func TestWishWithoutConfirmationIsPending(t *testing.T) {
	in(t, nil, func(o *office) {
		o.snapshot(false)
		o.with(func() { o.mute = true })
		before := time.Now()
		if err := o.set(anna, cti.ModeReady, ""); err != nil {
			t.Error(err)
		}
		if waited := time.Since(before); waited > 10*time.Second {
			t.Errorf("waited %v for events that do not come", waited)
		}
		o.wantMode(anna, "ready by anna, the PBX has not confirmed yet")
		o.with(func() { o.mute = false })
		o.snapshot(false)
		o.wantMode(anna, "ready by anna")
	})
}

func TestWishMadeWhileThePBXIsAwayIsPursuedLater(t *testing.T) {
	in(t, nil, func(o *office) {
		o.snapshot(false)
		if err := o.set(anna, cti.ModeReady, ""); err != nil {
			t.Fatal(err)
		}
		o.put(cti.LinkDown{Stamp: o.stamp()})
		o.with(func() { o.fail = &cti.UnavailableError{What: "main", Err: errors.New("closed")} })
		if err := o.set(anna, cti.ModeNotReady, "lunch"); err == nil {
			t.Error("no error though the PBX is away")
		}
		o.wantMode(anna, "not_ready(lunch) by anna, the PBX is not connected")
		o.with(func() { o.fail = nil })
		o.put(cti.LinkUp{Stamp: o.stamp()})
		o.snapshot(false)
		o.wantMode(anna, "not_ready(lunch) by anna")
		if m := o.members["sales/PJSIP/1001"]; m.PausedReason != "lunch" {
			t.Errorf("member %+v", m)
		}
	})
}

func TestRestartedPBXGetsItsMembersBack(t *testing.T) {
	in(t, nil, func(o *office) {
		o.static("support", anna)
		o.snapshot(false)
		if err := o.set(anna, cti.ModeNotReady, "lunch"); err != nil {
			t.Fatal(err)
		}
		since := o.state(anna).Since
		time.Sleep(time.Minute)
		o.actions()
		o.put(cti.LinkDown{Stamp: o.stamp()})
		o.mu.Lock()
		o.members = map[string]cti.Member{}
		o.static("support", anna) // as queues.conf has him: unpaused
		o.mu.Unlock()
		o.snapshot(true)
		if diff := cmp.Diff([]string{"add sales PJSIP/1001 true lunch ", "pause support PJSIP/1001 true lunch "}, o.actions()); diff != "" {
			t.Errorf("actions (-want +got):\n%s", diff)
		}
		o.wantMode(anna, "not_ready(lunch) by anna")
		if !o.state(anna).Since.Equal(since) {
			t.Error("the restart began a new interval")
		}
	})
}

func TestChangedWhileNobodyListenedIsAdopted(t *testing.T) {
	stored := []cti.ModeChange{{User: "anna", Mode: cti.ModeReady, By: "anna", At: time.Now().Add(-time.Hour)}}
	in(t, stored, func(o *office) {
		o.wantMode(anna, "ready by anna")
		paused := cti.Member{PBX: "main", Queue: "sales", Interface: "PJSIP/1001", Device: "PJSIP/1001", Dynamic: true, Paused: true, PausedReason: "meeting"}
		o.members["sales/PJSIP/1001"] = paused
		o.snapshot(false)
		o.wantMode(anna, "not_ready(meeting) by pbx")
		if done := o.actions(); len(done) != 0 {
			t.Errorf("actions %q", done)
		}
	})
}

func TestRestartedDaemonKeepsTheModeThatStillHolds(t *testing.T) {
	at := time.Now().Add(-time.Hour)
	in(t, []cti.ModeChange{{User: "anna", Mode: cti.ModeNotReady, Reason: "lunch", By: "anna", At: at}}, func(o *office) {
		// Asterisk has lost the reason, as it does with realtime members.
		o.members["sales/PJSIP/1001"] = cti.Member{PBX: "main", Queue: "sales", Interface: "PJSIP/1001", Device: "PJSIP/1001", Dynamic: true, Paused: true}
		o.snapshot(false)
		o.wantMode(anna, "not_ready(lunch) by anna")
		if !o.state(anna).Since.Equal(at) {
			t.Error("the interval began anew")
		}
	})
}

func TestNothingIsAdoptedBeforeTheFirstSnapshot(t *testing.T) {
	in(t, []cti.ModeChange{{User: "anna", Mode: cti.ModeReady, By: "anna", At: time.Now()}}, func(o *office) {
		time.Sleep(10 * time.Minute) // the link is up, the snapshot is late
		o.wantMode(anna, "ready by anna")
	})
}

func TestAgentWithoutQueuesHasModesToo(t *testing.T) {
	in(t, nil, func(o *office) {
		o.snapshot(false)
		for _, mode := range []cti.Mode{cti.ModeReady, cti.ModeNotReady, cti.ModeOffline} {
			if err := o.set(vera, mode, "lunch"); err != nil {
				t.Fatal(err)
			}
			o.snapshot(false)
			if got := o.state(vera); got.Mode != mode || got.SetBy != "vera" {
				t.Errorf("got %+v, want %s", got, mode)
			}
		}
		if done := o.actions(); len(done) != 0 {
			t.Errorf("actions %q", done)
		}
	})
}

func TestBadModes(t *testing.T) {
	in(t, nil, func(o *office) {
		tests := []struct{ mode, reason, field string }{
			{"busy", "", "mode"},
			{"", "", "mode"},
			{"not_ready", "", "reason"},
			{"not_ready", "tab\tbed", "reason"},
			{"not_ready", "broken \xff", "reason"},
			{"not_ready", strings.Repeat("я", 40), "reason"}, // 80 bytes
			{"not_ready", "lunch\r\nAction: Originate", "reason"},
			{"not_ready", "a|b", "reason"},
			{"not_ready", strings.Repeat("x", 80), "reason"},
		}
		for _, tt := range tests {
			var invalid *cti.InvalidError
			err := o.set(anna, cti.Mode(tt.mode), tt.reason)
			if !errors.As(err, &invalid) || invalid.Field != tt.field {
				t.Errorf("%q %q: %v", tt.mode, tt.reason, err)
			}
		}
		if err := o.set(cti.User{ID: "nobody"}, cti.ModeReady, ""); !errors.Is(err, cti.ErrNotFound) {
			t.Errorf("nobody: %v", err)
		}
		o.wantMode(anna, "offline by system")
		if err := o.set(anna, cti.ModeNotReady, strings.Repeat("я", 39)); err != nil {
			t.Errorf("a reason in Russian: %v", err)
		}
	})
}

func TestSupervisorNeedsNoReason(t *testing.T) {
	in(t, nil, func(o *office) {
		o.snapshot(false)
		if _, err := o.svc.SetMode(context.Background(), "anna", cti.ModeNotReady, "", "chief"); err != nil {
			t.Fatal(err)
		}
		o.wantMode(anna, "not_ready(sup:chief) by chief")
	})
}

func TestModesAreSavedWhenTheStoreIsBack(t *testing.T) {
	in(t, nil, func(o *office) {
		o.snapshot(false)
		o.with(func() { o.noStore = errors.New("locked") })
		if err := o.set(anna, cti.ModeReady, ""); err != nil {
			t.Fatal(err)
		}
		if err := o.set(anna, cti.ModeNotReady, "lunch"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		o.with(func() { o.noStore = nil })
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if len(o.saved) != 2 || o.saved[0].Mode != cti.ModeReady || o.saved[1].Reason != "lunch" {
			t.Errorf("saved %+v", o.saved)
		}
	})
}
