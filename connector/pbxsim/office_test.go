package pbxsim

import (
	"context"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func testOffice(p *PBX, seed uint64) *Office {
	return NewOffice(p, OfficeOptions{
		Seed:    seed,
		Callers: []Caller{{"79161110001", 5}, {"79161110002", 3}, {"anonymous", 1}},
		Support: Line{"74950000001", "support"}, Sales: Line{"74950000002", "sales"},
		Direct: Line{"74950000003", ""}, Closed: Line{"74950000005", ""},
	})
}

// TestOfficeDay runs the office for an hour of fake time.
func TestOfficeDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := testPBX(t, Options{Queues: []Queue{
			{Name: "support", LoggedIn: []string{"PJSIP/1001", "PJSIP/1002"}},
			{Name: "sales", LoggedIn: []string{"PJSIP/1001", "PJSIP/1002", "PJSIP/1003"}},
		}})
		o := testOffice(p, 7)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		done := make(chan error, 1)
		go func() { done <- o.Run(ctx) }()
		scripts, most := map[string]int{}, 0
		seen := map[*Call]bool{}
		for range 3500 {
			time.Sleep(time.Second)
			synctest.Wait()
			p.mu.Lock()
			most = max(most, len(p.playing))
			for c := range p.playing {
				if !seen[c] {
					seen[c], scripts[c.script.Name] = true, scripts[c.script.Name]+1
				}
			}
			p.mu.Unlock()
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		want := []string{
			"abandoned", "after_hours", "answered", "attended_late", "blind", "direct_answered", "direct_noanswer", "internal", "ringall", "rona",
		}
		if got := slices.Sorted(maps.Keys(scripts)); !slices.Equal(got, want) {
			t.Errorf("kinds of calls: %v, want %v", got, want)
		}
		if most > maxCalls {
			t.Errorf("%d calls at a time, want at most %d", most, maxCalls)
		}
		if n := len(seen); n < 150 || n > 450 {
			t.Errorf("%d calls in an hour", n)
		}
	})
}

// TestOfficeCallsWhoComesOnDuty: a phone that becomes ready rings within five seconds, as does the phone of somebody who opened
// his screen but is not ready, also when the office has as many calls as it takes.
func TestOfficeCallsWhoComesOnDuty(t *testing.T) {
	for name, comes := range map[string]struct{ ready, full bool }{
		"ready": {ready: true}, "only looks": {}, "ready in a full office": {ready: true, full: true}, "only looks at a full office": {full: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := testPBX(t, Options{Queues: []Queue{{Name: "support"}, {Name: "sales"}}})
				o := testOffice(p, 11)
				if comes.full {
					o.playing = maxCalls
				}
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() { done <- o.Run(ctx) }()
				time.Sleep(100 * time.Millisecond)
				if comes.ready {
					p.mu.Lock()
					s := &session{pbx: p, out: make(chan packet, 9), gone: make(chan struct{})}
					s.queueAdd(request{{"Queue", "support"}, {"Interface", "PJSIP/1002"}})
					p.mu.Unlock()
				} else {
					o.Welcome("PJSIP/1002")
				}
				rang := false
				for range 10 {
					time.Sleep(500 * time.Millisecond)
					synctest.Wait()
					rang = rang || !p.Free("PJSIP/1002")
				}
				if !rang {
					t.Error("the phone did not ring")
				}
				cancel()
				if err := <-done; err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestOfficeOwesABusyPhone: who becomes ready during a direct call is rung by a queue soon after it.
func TestOfficeOwesABusyPhone(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			p := testPBX(t, Options{Queues: []Queue{
				{Name: "support", LoggedIn: []string{"PJSIP/1001"}}, {Name: "sales", LoggedIn: []string{"PJSIP/1001"}},
			}})
			o := testOffice(p, seed)
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() { done <- o.Run(ctx) }()
			o.Welcome("PJSIP/1002")
			until(t, func() bool { return !p.Free("PJSIP/1002") })
			p.mu.Lock()
			s := &session{pbx: p, out: make(chan packet, 9), gone: make(chan struct{})}
			s.queueAdd(request{{"Queue", "support"}, {"Interface", "PJSIP/1002"}})
			p.mu.Unlock()
			until(t, func() bool { return p.Free("PJSIP/1002") })
			for range 5 {
				time.Sleep(time.Second)
				synctest.Wait()
			}
			if p.Free("PJSIP/1002") {
				t.Errorf("seed %d: the phone did not ring again", seed)
			}
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
}

// until lets fake time go by, two minutes at most.
func until(t *testing.T, reached func() bool) {
	t.Helper()
	for range 1200 {
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
		if reached() {
			return
		}
	}
	t.Fatal("two minutes in vain")
}

// TestOfficeWithoutAgents: without a ready agent only the line that
// needs none, and the direct number, are used.
func TestOfficeWithoutAgents(t *testing.T) {
	p := testPBX(t, Options{Queues: []Queue{{Name: "support", LoggedIn: []string{"PJSIP/1001"}}, {Name: "sales"}}})
	p.queues[0].members[0].pause(true, "lunch", time.Now())
	o := testOffice(p, 3)
	for range 200 {
		s, ok := o.choose()
		if !ok {
			t.Fatal("nobody calls")
		}
		switch s.script {
		case "abandoned":
			if s.cast.Phones[0].Device != "" {
				t.Fatalf("a paused phone is rung by a queue: %+v", s)
			}
		case "direct_noanswer", "direct_answered", "after_hours":
		default:
			t.Fatalf("a call that needs an agent: %+v", s)
		}
	}
}

func TestOfficeRepeatsWithItsSeed(t *testing.T) {
	draw := func() (out []string) {
		p := testPBX(t, Options{Queues: []Queue{{Name: "support", LoggedIn: []string{"PJSIP/1001", "PJSIP/1002"}}, {Name: "sales"}}})
		o := testOffice(p, 5)
		for range 50 {
			s, _ := o.choose()
			out = append(out, s.script+" "+s.cast.Client)
		}
		return out
	}
	if a, b := draw(), draw(); !slices.Equal(a, b) {
		t.Errorf("two days with one seed differ:\n%v\n%v", a, b)
	}
}
