package calls

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"callcard/pkg/cti"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// running starts a tracker that stops with the test.
func running(t *testing.T, opts Options) *Tracker {
	t.Helper()
	tracker := New(opts)
	run(t, tracker)
	return tracker
}

func run(t *testing.T, tracker *Tracker) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- tracker.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Run: got %v, want context.Canceled", err)
		}
	})
}

func put(t *testing.T, tracker *Tracker, events ...cti.PBXEvent) {
	t.Helper()
	for _, event := range events {
		if err := tracker.Put(context.Background(), event); err != nil {
			t.Fatal(err)
		}
	}
}

func trunkLeg(id string) cti.Leg {
	return cti.Leg{
		ID: cti.LegID{PBX: "main", Uniqueid: id}, Linkedid: id, Name: "PJSIP/trunk-" + id, Device: "PJSIP/trunk",
		Role: cti.RoleTrunk, State: cti.LegDialing, Caller: cti.Party{Number: "79161234567"}, Exten: "74950000001",
	}
}

func stampNow() cti.Stamp { return cti.Stamp{PBX: "main", At: time.Now()} }

func created(id string) cti.PBXEvent { return cti.LegCreated{Stamp: stampNow(), Leg: trunkLeg(id)} }

func ended(id string) cti.PBXEvent {
	return cti.LegEnded{Stamp: stampNow(), Leg: cti.LegID{PBX: "main", Uniqueid: id}, Cause: 16}
}

func next(t *testing.T, s *Subscription) cti.CallEvent {
	t.Helper()
	select {
	case e, ok := <-s.Events():
		if !ok {
			t.Fatalf("stream ended: %v", s.Err())
		}
		return *e
	case <-time.After(10 * time.Second):
		t.Fatal("no event")
	}
	return cti.CallEvent{}
}

func TestCallEndsAfterItSettled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tracker := running(t, Options{Epoch: "e"})
		_, sub := tracker.Subscribe("test")
		defer sub.Close()
		put(t, tracker, created("1.1"))
		if e := next(t, sub); e.Kind != cti.CallStarted || e.Epoch != "e" {
			t.Fatalf("got %s of epoch %s, want call.started of e", e.Kind, e.Epoch)
		}
		start := time.Now()
		put(t, tracker, ended("1.1"))
		if e := next(t, sub); e.Kind != cti.CallFinished {
			t.Fatalf("got %s, want call.ended", e.Kind)
		}
		if settled := time.Since(start); settled != 1500*time.Millisecond {
			t.Errorf("settled after %s, want 1.5s", settled)
		}
		if live := tracker.Calls(); len(live) != 0 {
			t.Errorf("still live: %v", live)
		}
		if c, ok := tracker.Call("main:1.1"); !ok || c.Outcome != cti.OutcomeIVR {
			t.Errorf("the ended call is not found: %v %v", c, ok)
		}
		time.Sleep(graveTime + 2*idleSweep)
		synctest.Wait()
		if _, ok := tracker.Call("main:1.1"); ok {
			t.Error("the ended call is never forgotten")
		}
	})
}

func TestSubscribeContinuesTheSnapshot(t *testing.T) {
	tracker := running(t, Options{})
	var writer sync.WaitGroup
	writer.Go(func() {
		for i := range 400 {
			id := "1." + string(rune('a'+i%26)) + time.Duration(i).String()
			put(t, tracker, created(id), cti.VariableSet{Stamp: stampNow(), Leg: trunkLeg(id).ID, Name: "X", Value: "1"})
		}
	})
	for range 3 {
		writer.Go(func() {
			snapshot, sub := tracker.Subscribe("reader")
			defer sub.Close()
			version := map[cti.CallID]int{}
			for _, c := range snapshot {
				version[c.ID] = c.Version
			}
			for len(version) < 400 || sum(version) < 800 {
				e := next(t, sub)
				if e.Call.Version != version[e.Call.ID]+1 {
					t.Errorf("%s: version %d follows %d", e.Call.ID, e.Call.Version, version[e.Call.ID])
					return
				}
				version[e.Call.ID] = e.Call.Version
			}
		})
	}
	writer.Wait()
}

// TestDocumentsAreReadWhileTheOwnerGoesOn lets the race detector see readers that look
// at every field of documents and events while the tracker changes the calls.
func TestDocumentsAreReadWhileTheOwnerGoesOn(t *testing.T) {
	tracker := running(t, Options{})
	_, sub := tracker.Subscribe("reader")
	var readers sync.WaitGroup
	readers.Go(func() {
		for e := range sub.Events() {
			if _, err := json.Marshal(e); err != nil {
				t.Error(err)
			}
		}
	})
	readers.Go(func() {
		for range 50 {
			if _, err := json.Marshal(tracker.Calls()); err != nil {
				t.Error(err)
			}
		}
	})
	for _, events := range conversations(t) {
		put(t, tracker, events...)
	}
	for tracker.Backlog() > 0 {
		runtime.Gosched()
	}
	sub.Close()
	readers.Wait()
}

func sum(versions map[cti.CallID]int) (n int) {
	for _, v := range versions {
		n += v
	}
	return n
}

func TestLaggingSubscriberIsClosedAndOthersGoOn(t *testing.T) {
	tracker := running(t, Options{Buffer: 4})
	_, slow := tracker.Subscribe("slow")
	for i := range 12 {
		_, quick := tracker.Subscribe("quick")
		put(t, tracker, created(time.Duration(i+1).String()))
		next(t, quick)
		quick.Close()
	}
	for range slow.Events() {
	}
	if !errors.Is(slow.Err(), ErrLagged) || tracker.Lagged() != 1 {
		t.Errorf("got %v and %d lagged, want ErrLagged and 1", slow.Err(), tracker.Lagged())
	}
	slow.Close()
}

func TestCloseTwiceAndAfterStop(t *testing.T) {
	tracker := New(Options{})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- tracker.Run(ctx) }()
	_, closed := tracker.Subscribe("closed")
	closed.Close()
	closed.Close()
	_, open := tracker.Subscribe("open")
	cancel()
	if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, ok := <-open.Events(); ok || !errors.Is(open.Err(), ErrStopped) || closed.Err() != nil {
		t.Errorf("after the stop: open %v, closed %v", open.Err(), closed.Err())
	}
	_, late := tracker.Subscribe("late")
	if _, ok := <-late.Events(); ok || !errors.Is(late.Err(), ErrStopped) {
		t.Error("a late subscription does not end")
	}
	full := New(Options{Queue: 1})
	put(t, full, created("1.1"))
	short, stop := context.WithCancel(context.Background())
	stop()
	if err := full.Put(short, created("1.2")); !errors.Is(err, context.Canceled) {
		t.Errorf("Put into a full queue: got %v, want it to wait for ctx", err)
	}
}

func TestRestoreGoesOnWithTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := running(t, Options{Epoch: "before"})
		phone := cti.Leg{
			ID: cti.LegID{PBX: "main", Uniqueid: "1.2"}, Linkedid: "1.1", Name: "PJSIP/1001-1",
			Device: "PJSIP/1001", Role: cti.RolePhone, State: cti.LegRinging,
		}
		put(t, before, created("1.1"), cti.LegCreated{Stamp: stampNow(), Leg: phone},
			cti.DialBegan{Stamp: stampNow(), From: trunkLeg("1.1"), To: phone}, created("9.9"),
			cti.VariableSet{Stamp: stampNow(), Leg: phone.ID, Name: "MIXMONITOR_FILENAME", Value: "/rec/1.wav"},
			cti.RecorderSwitched{Stamp: stampNow(), Leg: phone.ID, Switch: cti.RecorderSilent, Read: true, Write: true})
		synctest.Wait()
		saved := before.Calls()
		if len(saved) != 2 {
			t.Fatalf("saved %d calls, want 2", len(saved))
		}

		after := New(Options{Epoch: "after"})
		after.Restore(saved)
		snapshot, sub := after.Subscribe("test")
		defer sub.Close()
		if len(snapshot) != 2 {
			t.Fatalf("restored %d calls, want 2", len(snapshot))
		}
		run(t, after)
		phone.State = cti.LegUp
		caller := trunkLeg("1.1")
		caller.Bridge, phone.Bridge = "b", "b"
		put(t, after, cti.Snapshot{Stamp: stampNow(), Legs: []cti.Leg{caller, phone}})
		kinds := map[cti.CallID][]cti.CallEventKind{}
		for range 3 {
			e := next(t, sub)
			kinds[e.Call.ID] = append(kinds[e.Call.ID], e.Kind)
		}
		if got := kinds["main:1.1"]; len(got) != 2 || got[0] != cti.OfferEnded || got[1] != cti.TalkStarted {
			t.Errorf("the answered call: got %v, want offer.ended, talk.started", got)
		}
		if got := kinds["main:9.9"]; len(got) != 1 || got[0] != cti.CallFinished {
			t.Errorf("the call that is gone: got %v, want call.ended", got)
		}
		c, _ := after.Call("main:9.9")
		if c.Certainty != cti.Unknown || !c.Missed {
			t.Errorf("the call that is gone: %s, missed %v, want unknown and missed", c.Certainty, c.Missed)
		}
		c, _ = after.Call("main:1.1")
		if c.Certainty != cti.Reconstructed || c.State != cti.CallTalking || len(c.Offers) != 1 {
			t.Errorf("the answered call: %+v", c)
		}
		if c.Recording != cti.RecordingPaused {
			t.Errorf("the recording that was paused is now %q", c.Recording)
		}
		if len(c.Talks) != 1 || !c.Talks[0].BeginUnseen {
			t.Errorf("a talk that was found: %+v, want its begin marked as not seen", c.Talks)
		}
	})
}

// BenchmarkTracker is the whole tracker with two readers: a call of nine events, of
// which five become call events.
func BenchmarkTracker(b *testing.B) {
	tracker := New(Options{Buffer: 1 << 16})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- tracker.Run(ctx) }()
	var readers sync.WaitGroup
	for range 2 {
		_, sub := tracker.Subscribe("reader")
		readers.Go(func() {
			for range sub.Events() {
			}
		})
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n++
		for _, event := range shortCall(n) {
			if err := tracker.Put(ctx, event); err != nil {
				b.Fatal(err)
			}
		}
	}
	for tracker.Backlog() > 0 {
		runtime.Gosched()
	}
	b.ReportMetric(float64(9*b.N)/b.Elapsed().Seconds(), "events/s")
	cancel()
	if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
		b.Error(err)
	}
	readers.Wait()
	if tracker.Lagged() > 0 {
		b.Logf("%d readers lagged", tracker.Lagged())
	}
}

func shortCall(n int) []cti.PBXEvent {
	at := scenarioStart().Add(time.Duration(n) * 5 * time.Millisecond)
	stamp := cti.Stamp{PBX: "main", At: at}
	caller := trunkLeg("1." + strconv.Itoa(2*n))
	agent := cti.Leg{
		ID: cti.LegID{PBX: "main", Uniqueid: "1." + strconv.Itoa(2*n+1)}, Linkedid: caller.Linkedid,
		Name: "PJSIP/1001-" + strconv.Itoa(n), Device: "PJSIP/1001", Role: cti.RolePhone, State: cti.LegDown,
	}
	ringing := agent
	ringing.State = cti.LegRinging
	return []cti.PBXEvent{
		cti.LegCreated{Stamp: stamp, Leg: caller},
		cti.LegCreated{Stamp: stamp, Leg: agent},
		cti.DialBegan{Stamp: stamp, From: caller, To: agent},
		cti.LegChanged{Stamp: stamp, Leg: ringing},
		cti.LegChanged{Stamp: stamp, Leg: caller},
		cti.LegChanged{Stamp: stamp, Leg: ringing},
		cti.DialEnded{Stamp: stamp, From: caller, To: ringing, Status: cti.DialCancel},
		cti.LegEnded{Stamp: stamp, Leg: agent.ID, Cause: 16},
		cti.LegEnded{Stamp: stamp, Leg: caller.ID, Cause: 16},
	}
}

// Whoever publishes carries his events on, and holds nothing while he does.
func TestCarryIsCalledByWhoPublished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tracker := New(Options{})
		_, sub := tracker.Subscribe("carried")
		var kinds []cti.CallEventKind
		over := false
		tracker.Carry(func() { // never two at once here: the bubble's Run waits for the timer
			for {
				select {
				case e, ok := <-sub.Events():
					if over = !ok; over {
						return
					}
					if _, known := tracker.Call(e.Call.ID); !known {
						t.Error("the document comes after its event")
					}
					_, within := tracker.Subscribe("from within")
					within.Close()
					kinds = append(kinds, e.Kind)
					continue
				default:
				}
				return
			}
		})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- tracker.Run(ctx) }()
		synctest.Wait()
		put(t, tracker, created("1.1"))
		if want := []cti.CallEventKind{cti.CallStarted}; !slices.Equal(kinds, want) {
			t.Errorf("got %v when Put returned, want %v", kinds, want)
		}
		put(t, tracker, ended("1.1"))
		time.Sleep(2 * time.Second) // the bubble's clock: the call has settled
		synctest.Wait()
		if want := []cti.CallEventKind{cti.CallStarted, cti.CallFinished}; !slices.Equal(kinds, want) {
			t.Errorf("got %v, want %v", kinds, want)
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if !over {
			t.Error("nobody was called for the end of the stream")
		}
	})
}
