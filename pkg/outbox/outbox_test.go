package outbox_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"callcard/pkg/cti"
	"callcard/pkg/outbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// office is a store in memory and a target that does as it is told.
type office struct {
	t   *testing.T
	svc *outbox.Service

	mu     sync.Mutex
	rows   []cti.Delivery
	broken error
	answer func(d cti.Delivery, try int) outbox.Result
	tries  map[string]int
	told   []told
	gone   []string
	began  time.Time
}

const crm = "crm"

// told is one try.
type told struct {
	after      time.Duration
	lane, kind string
}

func in(t *testing.T, test func(*office)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- o.svc.Run(ctx) }()
		test(o)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func newOffice(t *testing.T) *office {
	o := &office{t: t, tries: map[string]int{}, began: time.Now()}
	o.answer = func(cti.Delivery, int) outbox.Result { return outbox.Result{Verdict: outbox.Taken, Status: 200} }
	o.svc = outbox.New(outbox.Options{
		Store: o, Sender: o, Workers: 3, Jitter: func(d time.Duration) time.Duration { return d },
		Gone: func(_ context.Context, target string) { o.gone = append(o.gone, target) },
	})
	o.svc.Retarget([]string{crm})
	return o
}

func (o *office) add(lane, kind string, expires time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	d := cti.Delivery{
		Pos: int64(len(o.rows) + 1), ID: fmt.Sprint(len(o.rows) + 1), Target: crm, Lane: lane, Kind: kind,
		State: cti.DeliveryPending, Created: time.Now(), Due: time.Now(),
	}
	if expires > 0 {
		d.Expires = d.Created.Add(expires)
	}
	o.rows = append(o.rows, d)
	o.svc.Wake()
}

func (o *office) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (o *office) Send(_ context.Context, d cti.Delivery) outbox.Result {
	o.mu.Lock()
	o.tries[d.ID]++
	try := o.tries[d.ID]
	o.told = append(o.told, told{time.Since(o.began), d.Lane, d.Kind})
	answer := o.answer
	o.mu.Unlock()
	return answer(d, try)
}

func (o *office) DueDeliveries(_ context.Context, target string, now time.Time, limit int) ([]cti.Delivery, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.broken != nil {
		return nil, o.broken
	}
	first, due := map[string]bool{}, []cti.Delivery{}
	for _, d := range o.rows {
		if d.Target != target || d.State != cti.DeliveryPending || first[d.Lane] {
			continue
		}
		if first[d.Lane] = true; !d.Due.After(now) {
			due = append(due, d)
		}
	}
	slices.SortStableFunc(due, func(a, b cti.Delivery) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Pos, b.Pos)) })
	return due[:min(limit, len(due))], nil
}

func (o *office) NextDelivery(_ context.Context, target string) (next time.Time, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, d := range o.rows {
		if d.Target == target && d.State == cti.DeliveryPending && (next.IsZero() || d.Due.Before(next)) {
			next = d.Due
		}
	}
	return next, nil
}

func (o *office) SaveDeliveries(_ context.Context, tried []cti.Delivery) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.broken != nil {
		return o.broken
	}
	for _, d := range tried {
		o.rows[d.Pos-1] = d
	}
	return nil
}

func (o *office) ExpireDeliveries(_ context.Context, _ string, now time.Time) (n int64, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, d := range o.rows {
		if d.State == cti.DeliveryPending && !d.Expires.IsZero() && !d.Expires.After(now) {
			o.rows[i].State = cti.DeliveryExpired
		}
	}
	return 0, nil
}

func (o *office) HastenDeliveries(_ context.Context, _ string, now time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, d := range o.rows {
		if d.State == cti.DeliveryPending && d.Due.After(now) {
			o.rows[i].Due = now
		}
	}
	return nil
}

// want is all tries, by time and lane; within a lane in their order.
func (o *office) want(lines ...string) {
	o.t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	slices.SortStableFunc(o.told, func(a, b told) int { return cmp.Or(cmp.Compare(a.after, b.after), cmp.Compare(a.lane, b.lane)) })
	var got []string
	for _, try := range o.told {
		got = append(got, fmt.Sprintf("%v %s/%s", try.after, try.lane, try.kind))
	}
	if !slices.Equal(got, lines) {
		o.t.Errorf("told:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(lines, "\n"))
	}
}

func (o *office) states() (out []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, d := range o.rows {
		out = append(out, string(d.State))
	}
	return out
}

func failing(times int) func(cti.Delivery, int) outbox.Result {
	return func(_ cti.Delivery, try int) outbox.Result {
		if try <= times {
			return outbox.Result{Verdict: outbox.Failed, Status: 500, Error: "500"}
		}
		return outbox.Result{Verdict: outbox.Taken, Status: 200}
	}
}

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
