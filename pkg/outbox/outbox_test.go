package outbox_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"callcard/pkg/cti"
	"callcard/pkg/outbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A message that fails holds up its own lane only: it is tried again after 5 s and 5 min.
func TestLanesKeepTheirOrder(t *testing.T) {
	in(t, func(o *office) {
		o.answer = func(d cti.Delivery, try int) outbox.Result {
			if d.Lane == "c1" && d.Kind == "started" {
				return failing(2)(d, try)
			}
			return outbox.Result{Verdict: outbox.Taken}
		}
		o.add("c0", "ended", 0) // the first one taken in a run hastens what waits, once
		o.pass(0)
		o.add("c1", "started", 0)
		o.add("c1", "ended", 0)
		o.add("c2", "started", 0)
		o.add("c2", "ended", 0)
		o.pass(6 * time.Minute)
		o.want("0s c0/ended", "0s c1/started", "0s c2/started", "0s c2/ended", "5s c1/started", "5m5s c1/started", "5m5s c1/ended")
	})
}

func TestDeadAfterAllTries(t *testing.T) {
	in(t, func(o *office) {
		o.answer = failing(100)
		o.add("c1", "ended", 0)
		o.pass(80 * time.Hour)
		if got := o.states(); !slices.Equal(got, []string{"dead"}) || o.tries["1"] != 10 {
			t.Errorf("%v after %d tries, want dead after 10", got, o.tries["1"])
		}
	})
}

func TestRefusedIsDeadAtOnceAndTheNextGoes(t *testing.T) {
	in(t, func(o *office) {
		o.answer = func(d cti.Delivery, _ int) outbox.Result {
			if d.ID == "1" {
				return outbox.Result{Verdict: outbox.Refused, Status: 400}
			}
			return outbox.Result{Verdict: outbox.Taken}
		}
		o.add("c1", "started", 0)
		o.add("c1", "ended", 0)
		o.pass(time.Second)
		if got := o.states(); !slices.Equal(got, []string{"dead", "delivered"}) {
			t.Errorf("%v", got)
		}
	})
}

func TestRetryAfterIsHonoured(t *testing.T) {
	in(t, func(o *office) {
		o.answer = func(_ cti.Delivery, try int) outbox.Result {
			if try == 1 {
				return outbox.Result{Verdict: outbox.Failed, Status: 429, RetryAfter: time.Minute}
			}
			return outbox.Result{Verdict: outbox.Taken}
		}
		o.add("c1", "ended", 0)
		o.pass(2 * time.Minute)
		o.want("0s c1/ended", "1m0s c1/ended")
	})
}

// What is worth nothing any more neither goes nor holds up what follows it.
func TestLiveMessagesExpire(t *testing.T) {
	in(t, func(o *office) {
		o.answer = failing(4)
		o.add("c1", "offered", 30*time.Second)
		o.pass(10 * time.Second)
		o.answer = failing(0)
		o.add("c1", "ended", 0)
		o.pass(25 * time.Second)
		if got := o.states(); !slices.Equal(got, []string{"expired", "delivered"}) {
			t.Errorf("%v; told %v", got, o.told)
		}
	})
}

// While a target is down one message in 15 s tries; when it is back everything goes at once.
func TestBreaker(t *testing.T) {
	in(t, func(o *office) {
		o.answer = failing(1000)
		for i := range 20 {
			o.add(fmt.Sprint("c", i), "ended", 0)
		}
		o.pass(10 * time.Minute)
		o.mu.Lock()
		down := len(o.told)
		o.mu.Unlock()
		if most := 7 + 40; down > most { // those that opened it, three at a time, and one each 15 s
			t.Errorf("%d tries in ten minutes of silence, want at most %d", down, most)
		}
		o.mu.Lock()
		o.answer = failing(0)
		o.mu.Unlock()
		o.pass(16 * time.Second)
		for i, state := range o.states() {
			if state != "delivered" {
				t.Errorf("message %d is %s", i, state)
			}
		}
	})
}

// What an earlier run has put off goes when the target has taken a first message: the
// breaker that would have noticed its return died with that run.
func TestFirstSuccessOfARunHastensTheRest(t *testing.T) {
	in(t, func(o *office) {
		o.mu.Lock()
		o.rows = append(o.rows, cti.Delivery{
			Pos: 1, ID: "1", Target: crm, Lane: "c1", Kind: "ended", State: cti.DeliveryPending, Attempts: 3,
			Created: time.Now(), Due: time.Now().Add(2 * time.Hour),
		})
		o.mu.Unlock()
		o.add("c2", "ended", 0)
		o.pass(time.Second)
		o.want("0s c1/ended", "0s c2/ended")
	})
}

func TestGoneTargetIsTold(t *testing.T) {
	in(t, func(o *office) {
		o.answer = func(cti.Delivery, int) outbox.Result { return outbox.Result{Verdict: outbox.Gone, Status: 410} }
		o.add("c1", "ended", 0)
		o.pass(0)
		o.svc.Retarget(nil)
		o.pass(time.Hour)
		if len(o.gone) != 1 || o.states()[0] != "pending" {
			t.Errorf("gone %v, %v", o.gone, o.states())
		}
		o.answer = failing(0)
		o.svc.Retarget([]string{crm})
		o.pass(0)
		if o.states()[0] != "delivered" {
			t.Errorf("%v after it was enabled again", o.states())
		}
	})
}

// Nothing is sent twice because the store fails: what came of a try is saved later.
func TestStoreThatFails(t *testing.T) {
	in(t, func(o *office) {
		o.answer = func(cti.Delivery, int) outbox.Result {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.broken = errors.New("disk full")
			return outbox.Result{Verdict: outbox.Taken}
		}
		o.add("c1", "ended", 0)
		o.pass(time.Minute)
		o.mu.Lock()
		o.broken = nil
		o.mu.Unlock()
		o.pass(time.Minute)
		o.want("0s c1/ended")
		if o.states()[0] != "delivered" {
			t.Errorf("%v", o.states())
		}
	})
}

// Whatever fails and whenever: each lane arrives in order, each message once or more, none is forgotten.
func TestAnyCourse(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		fails := rapid.SliceOfN(rapid.IntRange(0, 4), 1, 30).Draw(rt, "fails")
		lanes := rapid.IntRange(1, 4).Draw(rt, "lanes")
		in(t, func(o *office) {
			o.answer = func(d cti.Delivery, try int) outbox.Result { return failing(fails[d.Pos-1])(d, try) }
			for i := range fails {
				o.add(fmt.Sprint("c", i%lanes), fmt.Sprint(i), 0)
			}
			o.pass(24 * time.Hour)
			next := map[string]int{}
			for _, try := range o.told {
				n, err := strconv.Atoi(try.kind)
				if err != nil || n < next[try.lane] {
					rt.Fatalf("lane %s: %s after %d", try.lane, try.kind, next[try.lane])
				}
				next[try.lane] = n
			}
			for i, state := range o.states() {
				if state != "delivered" {
					rt.Fatalf("message %d is %s", i, state)
				}
			}
		})
	})
}

// The default jitter takes a random part of the second half: nobody comes back sooner than
// half the pause, nobody later than the whole, and not all together.
func TestJitterIsBounded(t *testing.T) {
	t.Parallel()
	for _, pause := range append(outbox.Schedule(), 0, 1, time.Nanosecond*2) {
		seen := map[time.Duration]bool{}
		for range 200 {
			d := outbox.Jitter(pause)
			if d < pause/2 || d > pause {
				t.Fatalf("%s became %s", pause, d)
			}
			seen[d] = true
		}
		if pause >= time.Second && len(seen) < 100 {
			t.Errorf("%s: %d different ones of 200", pause, len(seen))
		}
	}
}

// TestScheduleIsThreeDays as Standard Webhooks 1.0.0 has it: ten tries in 75 hours.
func TestScheduleIsThreeDays(t *testing.T) {
	t.Parallel()
	sum := time.Duration(0)
	for _, pause := range outbox.Schedule() {
		sum += pause
	}
	if want := 75*time.Hour + 35*time.Minute + 5*time.Second; sum != want {
		t.Errorf("%s, want %s", sum, want)
	}
}

// TestStatesOfTheBreaker: closed until the fifth failure in a row; open: nothing for 15 s;
// then one try, which opens it again or closes it. A success in between begins the count anew.
func TestStatesOfTheBreaker(t *testing.T) {
	in(t, func(o *office) {
		status := func(of func(n int) bool) func(cti.Delivery, int) outbox.Result {
			n := 0
			return func(cti.Delivery, int) outbox.Result {
				o.mu.Lock()
				defer o.mu.Unlock()
				if n++; of(n) {
					return outbox.Result{Verdict: outbox.Taken}
				}
				return outbox.Result{Verdict: outbox.Failed, Status: 503}
			}
		}
		tries := func() int {
			o.mu.Lock()
			defer o.mu.Unlock()
			return len(o.told)
		}
		o.answer = status(func(n int) bool { return n == 4 }) // 3 fail, one is taken, and then all fail
		for i := range 4 {
			o.add(fmt.Sprint("a", i), "ended", 0)
			o.pass(time.Second)
		}
		if n := tries(); n < 4 {
			t.Fatalf("%d tries: the breaker opened too early", n)
		}
		for i := range 12 {
			o.add(fmt.Sprint("b", i), "ended", 0)
		}
		o.pass(time.Second)
		down := tries()
		o.pass(13 * time.Second)
		if n := tries(); n != down {
			t.Errorf("open, and %d more tries", n-down)
		}
		o.pass(3 * time.Second)
		if n := tries(); n != down+1 {
			t.Errorf("half open: %d tries, want one", n-down)
		}
		o.mu.Lock()
		o.answer = failing(0)
		o.mu.Unlock()
		o.pass(16 * time.Second)
		for i, state := range o.states() {
			if state != "delivered" {
				t.Errorf("closed again, and message %d is %s", i, state)
			}
		}
	})
}
