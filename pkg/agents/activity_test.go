package agents

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/cti"
)

// say publishes the newest document of a call.
func (o *office) say(call cti.Call) {
	o.sub.events <- &cti.CallEvent{Kind: cti.CallChanged, Call: call}
	synctest.Wait()
}

func (o *office) wantActivity(u cti.User, activity cti.Activity, call cti.CallID) {
	o.t.Helper()
	if s := o.state(u); s.Activity != activity || s.CallID != call {
		o.t.Errorf("%s is %s %q, want %s %q", u.ID, s.Activity, s.CallID, activity, call)
	}
}

func TestActivityFollowsCalls(t *testing.T) {
	in(t, nil, func(o *office) {
		now := time.Now()
		call := cti.Call{ID: "main:1", PBX: "main", Version: 1, Direction: cti.Inbound, State: cti.CallRinging}
		call.Offers = []cti.Offer{{Device: "PJSIP/1001", User: "anna"}, {Device: "PJSIP/1002"}}
		o.say(call)
		o.wantActivity(anna, cti.ActivityOffered, "main:1")
		o.wantActivity(boris, cti.ActivityOffered, "main:1") // by his phone

		call.Version = 2
		call.Offers = []cti.Offer{{Device: "PJSIP/1001", User: "anna", Result: cti.OfferAccepted}, {Device: "PJSIP/1002", Result: cti.OfferWithdrawn}}
		call.Talks = []cti.Talk{{Device: "PJSIP/1001", User: "anna", From: now}}
		o.say(call)
		o.wantActivity(anna, cti.ActivityTalking, "main:1")
		o.wantActivity(boris, cti.ActivityIdle, "")

		call.Version = 3
		call.Talks = []cti.Talk{{Device: "PJSIP/1001", User: "anna", From: now, HeldSince: now}}
		o.say(call)
		o.wantActivity(anna, cti.ActivityHold, "main:1")

		consult := cti.Call{ID: "main:2", PBX: "main", Version: 1, Direction: cti.Internal, Initiator: "PJSIP/1001", Offers: []cti.Offer{{Device: "PJSIP/1002", User: "boris"}}}
		o.say(consult)
		o.wantActivity(anna, cti.ActivityTalking, "main:2")
		o.wantActivity(boris, cti.ActivityOffered, "main:2")

		call.Version, call.Aliases = 4, []cti.CallID{"main:2"}
		call.Talks = []cti.Talk{{Device: "PJSIP/1001", User: "anna", From: now, To: now}, {Device: "PJSIP/1002", User: "boris", From: now}}
		o.sub.events <- &cti.CallEvent{Kind: cti.CallMerged, Call: call, Merged: "main:2"}
		synctest.Wait()
		o.wantActivity(anna, cti.ActivityIdle, "")
		o.wantActivity(boris, cti.ActivityTalking, "main:1")

		call.Version, call.State = 5, cti.CallEnded
		o.say(call)
		o.wantActivity(boris, cti.ActivityIdle, "")
	})
}

func TestWaitingCallersAndMembersOfQueues(t *testing.T) {
	in(t, nil, func(o *office) {
		o.static("sales", anna)
		o.snapshot(false)
		joined := time.Now()
		call := cti.Call{ID: "main:1", PBX: "main", Version: 1, State: cti.CallQueued, Visits: []cti.Visit{{Queue: "sales", Joined: joined}}}
		o.say(call)
		early := cti.Call{ID: "main:2", PBX: "main", Version: 1, State: cti.CallQueued, Visits: []cti.Visit{{Queue: "sales", Joined: joined.Add(-time.Second)}}}
		o.say(early)
		queues := o.svc.Queues()
		if len(queues) != 2 || queues[0].Name != "sales" || queues[0].Strategy != "ringall" || len(queues[0].Members) != 1 {
			t.Fatalf("queues %+v", queues)
		}
		want := []cti.Waiting{{CallID: "main:2", Since: joined.Add(-time.Second)}, {CallID: "main:1", Since: joined}}
		if diff := cmp.Diff(want, queues[0].Waiting); diff != "" {
			t.Errorf("waiting (-want +got):\n%s", diff)
		}
		if got := o.svc.QueuesFor(boris); len(got) != 1 || got[0].Name != "sales" || got[0].Waiting[0].CallID != "" {
			t.Errorf("boris sees %+v", got)
		}
		if got := o.svc.QueuesFor(chief); len(got) != 2 || got[0].Waiting[0].CallID != "main:2" {
			t.Errorf("the chief sees %+v", got)
		}
		call.Version, call.Visits = 2, []cti.Visit{{Queue: "sales", Joined: joined, Left: time.Now(), Outcome: cti.VisitAnswered}, {Queue: "support", Joined: time.Now()}}
		o.say(call)
		queues = o.svc.Queues()
		if len(queues[0].Waiting) != 1 || len(queues[1].Waiting) != 1 {
			t.Errorf("after the overflow: %+v", queues)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if got := o.queues["support"]; len(got.Waiting) != 1 {
			t.Errorf("the mirror has %+v", got)
		}
	})
}

func TestWhoIsToldOfAChange(t *testing.T) {
	in(t, nil, func(o *office) {
		o.snapshot(false)
		o.mu.Lock()
		clear(o.frames)
		o.mu.Unlock()
		if err := o.set(vera, cti.ModeReady, ""); err != nil {
			t.Fatal(err)
		}
		o.svc.SetOnline("vera", true, time.Now())
		o.svc.SetOnline("vera", true, time.Now()) // nothing new
		for user, want := range map[cti.UserID]int{"vera": 2, "chief": 2, "anna": 0, "boris": 0} {
			if got := len(o.frames[user]); got != want {
				t.Errorf("%s got %d frames, want %d", user, got, want)
			}
		}
		if s := o.mirror["vera"]; s.Mode != cti.ModeReady || !s.Online {
			t.Errorf("the mirror has %+v", s)
		}
	})
}

func TestColleaguesSeeNoCallIDs(t *testing.T) {
	in(t, nil, func(o *office) {
		o.say(cti.Call{ID: "main:1", PBX: "main", Version: 1, Offers: []cti.Offer{{Device: "PJSIP/1001", User: "anna"}}})
		for _, s := range o.svc.StatesFor(boris) {
			if s.CallID != "" {
				t.Errorf("boris sees %+v", s)
			}
		}
		for _, viewer := range []cti.User{anna, chief} {
			if s := o.svc.StatesFor(viewer)[0]; s.User != "anna" || s.CallID != "main:1" {
				t.Errorf("%s sees %+v", viewer.ID, s)
			}
		}
	})
}

func TestAroundAnAgentAreTheColleaguesOfHisQueues(t *testing.T) {
	in(t, nil, func(o *office) {
		names := func(viewer cti.User) (out []cti.UserID) {
			for _, s := range o.svc.Around(viewer) {
				out = append(out, s.User)
			}
			return out
		}
		for viewer, want := range map[string][]cti.UserID{"anna": {"anna", "boris"}, "vera": {"vera"}, "chief": {"anna", "boris", "vera"}} {
			for _, u := range o.users {
				if string(u.ID) != viewer {
					continue
				}
				if diff := cmp.Diff(want, names(u)); diff != "" {
					t.Errorf("around %s (-want +got):\n%s", viewer, diff)
				}
			}
		}
	})
}

func TestReloadMovesPhones(t *testing.T) {
	in(t, nil, func(o *office) {
		o.static("sales", anna)
		o.snapshot(false)
		o.wantMode(anna, "ready by pbx")
		moved := anna
		moved.Interface, moved.Device = "PJSIP/1009", "PJSIP/1009"
		heir := cti.User{ID: "gleb", Name: "Глеб", Role: cti.RoleAgent, Interface: "PJSIP/1001", Device: "PJSIP/1001", Queues: []string{"sales"}}
		o.users = []cti.User{moved, boris, heir, chief}
		if err := o.svc.Reload(context.Background()); err != nil {
			t.Fatal(err)
		}
		if got := o.svc.UserOf("main", "PJSIP/1001"); got != "gleb" {
			t.Errorf("1001 is %q", got)
		}
		if _, there := o.svc.State("vera"); there {
			t.Error("a removed user is still there")
		}
		o.wantMode(heir, "ready by pbx")
		if s := o.state(heir); len(s.Queues) != 1 || !s.Queues[0].Member {
			t.Errorf("the heir's queues %+v", s.Queues)
		}
	})
}

func TestDeviceStatusIsNoModeChange(t *testing.T) {
	in(t, nil, func(o *office) {
		o.static("sales", anna)
		o.snapshot(false)
		o.elsewhere("sales", "PJSIP/1001", func(m *cti.Member) { m.Status = cti.DeviceUnavailable })
		o.wantMode(anna, "ready by pbx")
		if got := o.state(anna).DeviceStatus; got != cti.DeviceUnavailable {
			t.Errorf("status %d", got)
		}
	})
}
