package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"callcard/pkg/cti"
	"callcard/pkg/outbox"
	"callcard/pkg/store"
	"callcard/pkg/webhooks"
)

var errKilled = errors.New("the daemon was killed")

// mortal is a store whose daemon may be killed: from then on nothing is saved.
type mortal struct {
	*store.Store
	mu   sync.Mutex
	dead bool
}

func (m *mortal) kill() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dead = true
}

func (m *mortal) SaveDeliveries(ctx context.Context, tried []cti.Delivery) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dead {
		return errKilled
	}
	return m.Store.SaveDeliveries(ctx, tried)
}

// endpoint takes everything and notes it; after so many messages its sender is killed.
type endpoint struct {
	mu    sync.Mutex
	got   []cti.Delivery
	after int
	kill  func()
}

func (e *endpoint) Send(_ context.Context, d cti.Delivery) outbox.Result {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.got = append(e.got, d)
	if e.after--; e.after == 0 {
		e.kill()
	}
	return outbox.Result{Verdict: outbox.Taken, Status: 204}
}

// TestKilledBetweenEffectAndCursor: the daemon dies after its messages were enqueued and
// before its cursor was saved, and after they were taken and before that was noted. Each
// event is told at least once, a repeat is the same message to the byte under the same
// id, each call's come in order, and none has a double.
func TestKilledBetweenEffectAndCursor(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, url string) {
		s, ctx := opened(t, url), t.Context()
		hooks, err := webhooks.New(ctx, webhooks.Options{Store: s, Fixed: []cti.Webhook{{
			ID: "crm", URL: "https://crm.example.com/", Format: cti.FormatCallcard, Events: []string{"call.answered", "call.ended"}, Enabled: true,
		}}})
		if err != nil {
			t.Fatal(err)
		}
		const calls = 12
		random := rand.New(rand.NewPCG(4, 2))
		if err := s.AppendEvents(ctx, answeredCalls(calls)); err != nil {
			t.Fatal(err)
		}
		fanOut(t, s, hooks, random)
		e := &endpoint{}
		for kills := 0; ; kills++ {
			m := &mortal{Store: s}
			run, stop := context.WithCancel(ctx)
			e.after, e.kill = 1+random.IntN(4), func() { m.kill(); stop() }
			if kills == 6 {
				e.after = 0 // it lives
			}
			out := outbox.New(outbox.Options{Store: m, Sender: e, Workers: 2})
			out.Retarget([]string{"crm"})
			done := make(chan error, 1)
			go func() { done <- out.Run(run) }()
			if kills == 6 {
				emptied(t, s)
				stop()
			}
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			if kills == 6 {
				break
			}
		}
		e.check(t, calls)
	})
}

// answeredCalls are calls that somebody answered: two durable events each.
func answeredCalls(n int) (events []cti.CallEvent) {
	for i := range n {
		id := cti.CallID(fmt.Sprint("m:", i))
		c := cti.Call{ID: id, PBX: "m", Version: 1, Direction: cti.Inbound, State: cti.CallTalking, Started: second(i), Talks: []cti.Talk{{Device: "PJSIP/1001", From: second(i)}}}
		over := c
		over.Version, over.State, over.Outcome, over.Ended = 2, cti.CallEnded, cti.OutcomeAnswered, second(i+5)
		events = append(events,
			cti.CallEvent{Epoch: "e", Seq: uint64(2*i + 1), At: second(i), Kind: cti.TalkStarted, Call: c, Device: "PJSIP/1001"},
			cti.CallEvent{Epoch: "e", Seq: uint64(2*i + 2), At: second(i + 5), Kind: cti.CallFinished, Call: over})
	}
	return events
}

// fanOut consumes the journal, killed now and then when the messages are in and the cursor is not.
func fanOut(t *testing.T, s *store.Store, hooks *webhooks.Service, random *rand.Rand) {
	t.Helper()
	for kills := 0; ; {
		n, err := s.Cursor("webhooks", webhooks.Kinds()...).Next(t.Context(), 1+random.IntN(5), func(ctx context.Context, entries []cti.JournalEntry) error {
			if err := hooks.Apply(ctx, entries); err != nil {
				return err
			}
			if random.IntN(2) == 0 {
				kills++
				return errKilled
			}
			return nil
		})
		switch {
		case errors.Is(err, errKilled):
		case err != nil:
			t.Fatal(err)
		case n == 0:
			if kills == 0 {
				t.Error("it was never killed")
			}
			return
		}
	}
}

func emptied(t *testing.T, s *store.Store) {
	t.Helper()
	for {
		stats, err := s.OutboxStats(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if stats["crm"].Pending == 0 {
			return
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatal("messages are left")
		}
	}
}

func (e *endpoint) check(t *testing.T, calls int) {
	t.Helper()
	ids, lanes := map[string]cti.Delivery{}, map[string]int64{}
	for _, d := range e.got {
		if first, again := ids[d.ID]; again {
			if string(first.Body) != string(d.Body) || first.Seq != d.Seq || first.Kind != d.Kind {
				t.Errorf("a repeat of %s is another message: %s, %s", d.ID, first.Body, d.Body)
			}
			continue
		}
		ids[d.ID] = d
		if d.Seq != lanes[d.Lane]+1 {
			t.Errorf("%s: %s is number %d after %d", d.Lane, d.Kind, d.Seq, lanes[d.Lane])
		}
		lanes[d.Lane] = d.Seq
	}
	if len(ids) != 2*calls || len(lanes) != calls {
		t.Errorf("%d messages of %d calls, want %d of %d", len(ids), len(lanes), 2*calls, calls)
	}
	if len(e.got) == len(ids) {
		t.Error("nothing was told twice: the kills came at no bad moment")
	}
}
