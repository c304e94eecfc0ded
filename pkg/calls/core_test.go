package calls

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"callcard/pkg/cti"
)

func TestCompareLinkedids(t *testing.T) {
	t.Parallel()
	ordered := []string{"lab1-1795323620.9", "lab1-1795323620.10", "lab1-1795323621.1", "site-a-1795323622.3", "1795323623.0"}
	shuffled := []string{ordered[3], ordered[1], ordered[4], ordered[0], ordered[2]}
	slices.SortFunc(shuffled, compareLinkedids)
	if !slices.Equal(shuffled, ordered) {
		t.Errorf("got %v, want %v", shuffled, ordered)
	}
}

func TestDialledNumber(t *testing.T) {
	t.Parallel()
	for dial, want := range map[string]string{
		"79161234567@trunk":                                "79161234567",
		"PJSIP/79161234567@trunk":                          "79161234567",
		"PJSIP/trunk/sip:79161234567@192.0.2.1:5060":       "79161234567",
		"trunk/79161234567":                                "79161234567",
		"DAHDI/g1/89161234567":                             "89161234567",
		"+79161234567@sip-provider-10":                     "+79161234567",
		"1001":                                             "1001",
		"PJSIP/1001/sip:1001@192.0.2.7:5061;transport=udp": "1001",
		"reception":                                        "",
	} {
		if got := dialledNumber(dial); got != want {
			t.Errorf("%s: got %q, want %q", dial, got, want)
		}
	}
}

func TestListCopiesOnWrite(t *testing.T) {
	t.Parallel()
	var l list[int]
	l.add(1)
	first := l.publish()
	l.add(2)
	second := l.publish()
	*l.at(0) = 9
	if !slices.Equal(first, []int{1}) || !slices.Equal(second, []int{1, 2}) || !slices.Equal(l.publish(), []int{9, 2}) {
		t.Errorf("got %v %v %v, want [1] [1 2] [9 2]", first, second, l.publish())
	}
}

func TestUninterestingEventsAllocateNothing(t *testing.T) {
	k := newCore(Options{})
	leg := trunkLeg("1.1")
	k.apply(cti.LegCreated{Stamp: cti.Stamp{PBX: "main", At: scenarioStart()}, Leg: leg})
	var changed cti.PBXEvent = cti.LegChanged{Stamp: cti.Stamp{PBX: "main", At: scenarioStart()}, Leg: leg}
	var unknown cti.PBXEvent = cti.VariableSet{Stamp: cti.Stamp{PBX: "main", At: scenarioStart()}, Leg: cti.LegID{PBX: "main", Uniqueid: "7"}}
	if n := testing.AllocsPerRun(100, func() { k.apply(changed); k.apply(unknown) }); n > 0 {
		t.Errorf("%.0f allocations for two events that say nothing", n)
	}
}

func BenchmarkApplyUninteresting(b *testing.B) {
	k := newCore(Options{})
	leg := trunkLeg("1.1")
	k.apply(cti.LegCreated{Stamp: cti.Stamp{PBX: "main", At: scenarioStart()}, Leg: leg})
	var changed cti.PBXEvent = cti.LegChanged{Stamp: cti.Stamp{PBX: "main", At: scenarioStart()}, Leg: leg}
	b.ReportAllocs()
	for b.Loop() {
		k.apply(changed)
	}
}

// A link that comes and goes must not make the state grow with each time.
func TestALinkThatFlapsLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	k := newCore(Options{})
	at := scenarioStart()
	k.apply(cti.LegCreated{Stamp: cti.Stamp{PBX: "main", At: at}, Leg: trunkLeg("1.1")})
	leg := trunkLeg("1.1")
	leg.State = cti.LegUp
	for range 100 {
		at = at.Add(30 * time.Second)
		k.apply(cti.LinkDown{Stamp: cti.Stamp{PBX: "main", At: at}, Reason: "test"})
		k.apply(cti.Snapshot{Stamp: cti.Stamp{PBX: "main", At: at}, Legs: []cti.Leg{leg}})
	}
	if len(k.timers) > 2 || len(k.ids) != 1 {
		t.Errorf("%d timers wait for %d calls", len(k.timers), len(k.ids))
	}
}

// Events that wait were earlier than now: what a timer waits for may be among them.
func TestTimeWaitsForEvents(t *testing.T) {
	t.Parallel()
	now := scenarioStart()
	tracker := New(Options{Now: func() time.Time { return now }})
	tracker.core.apply(cti.LegCreated{Stamp: cti.Stamp{PBX: "main", At: now}, Leg: trunkLeg("1.1")})
	tracker.core.apply(cti.LegEnded{Stamp: cti.Stamp{PBX: "main", At: now}, Leg: trunkLeg("1.1").ID, Cause: 16})
	now = now.Add(time.Minute)
	tracker.queued.Store(1)
	tracker.advance()
	if len(tracker.core.ids) != 1 {
		t.Error("the call has ended before the events that wait")
	}
	tracker.queued.Store(0)
	tracker.advance()
	if len(tracker.core.ids) != 0 {
		t.Error("the call has not ended")
	}
}

func TestCallsOfASilentPBXAreGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tracker := running(t, Options{Forget: time.Hour})
		put(t, tracker, created("1.1"), cti.LinkDown{Stamp: stampNow(), Reason: "test"})
		time.Sleep(59 * time.Minute)
		synctest.Wait()
		if len(tracker.Calls()) != 1 {
			t.Fatal("given up too early")
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if c, _ := tracker.Call("main:1.1"); c.State != cti.CallEnded || c.Certainty != cti.Unknown {
			t.Errorf("got %s %s, want ended and unknown", c.State, c.Certainty)
		}
	})
}

// A talk that is known by the queue's last word only, for it was over a moment after the
// PBX was first heard, begins and ends for those who wait for such events.
func TestATalkOfWhichOnlyTheQueueTells(t *testing.T) {
	t.Parallel()
	k := newCore(Options{})
	now := scenarioStart()
	caller := trunkLeg("1.1")
	phone := cti.Leg{ID: cti.LegID{PBX: "main", Uniqueid: "1.2"}, Linkedid: "1.1", Name: "PJSIP/1003-1", Device: "PJSIP/1003", Role: cti.RolePhone, State: cti.LegUp}
	caller.State = cti.LegUp
	k.apply(cti.Snapshot{Stamp: cti.Stamp{PBX: "main", At: now}, Legs: []cti.Leg{caller}})
	k.apply(cti.AgentDone{
		Stamp: cti.Stamp{PBX: "main", At: now.Add(time.Second)}, Caller: caller, Agent: phone, Queue: "support", Interface: "PJSIP/1003", Reason: "caller",
		Waited: 2 * time.Second, Talked: 6 * time.Second,
	})
	var told []cti.CallEventKind
	var last cti.Call
	for _, e := range k.out {
		if e.Kind == cti.TalkStarted || e.Kind == cti.TalkEnded {
			told, last = append(told, e.Kind), e.Call
		}
	}
	if want := []cti.CallEventKind{cti.TalkStarted, cti.TalkEnded}; !slices.Equal(told, want) {
		t.Fatalf("told %v, want %v", told, want)
	}
	if from := now.Add(-5 * time.Second); len(last.Talks) != 1 || !last.Talks[0].From.Equal(from) || !last.Answered.Equal(from) {
		t.Errorf("the call: %+v", last)
	}
}
