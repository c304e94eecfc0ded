package outbox_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"callcard/pkg/cti"
	"callcard/pkg/outbox"
)

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
