package storetest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"callcard/pkg/cti"
)

func message(lane, effect string, at time.Time) cti.Message {
	return cti.Message{
		Effect: effect, Lane: lane, Kind: "call.ended", At: at,
		Render: func(_ string, seq int64) ([]byte, error) { return fmt.Appendf(nil, "%s %d", effect, seq), nil },
	}
}

func bodies(deliveries []cti.Delivery) (out []string) {
	for _, d := range deliveries {
		out = append(out, string(d.Body))
	}
	return out
}

func testOutbox(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	now := start()
	live := message("c2", "c2.1", now)
	live.Expires = now.Add(30 * time.Second)
	must(t, s.Enqueue(ctx, "crm", []cti.Message{message("c1", "c1.1", now), message("c1", "c1.2", now), live}))
	must(t, s.Enqueue(ctx, "crm", []cti.Message{message("c1", "c1.1", now), message("c1", "c1.3", now)})) // the first one again
	must(t, s.Enqueue(ctx, "wall", []cti.Message{message("c1", "c1.1", now)}))

	due := got[[]cti.Delivery](t)(s.DueDeliveries(ctx, "crm", now, 10))
	equal(t, "the first of each lane", []string{"c1.1 1", "c2.1 1"}, bodies(due))
	equal(t, "not yet", 0, len(got[[]cti.Delivery](t)(s.DueDeliveries(ctx, "crm", now.Add(-time.Second), 10))))
	equal(t, "at most one", 1, len(got[[]cti.Delivery](t)(s.DueDeliveries(ctx, "crm", now, 1))))
	equal(t, "next", now, got[time.Time](t)(s.NextDelivery(ctx, "crm")))
	equal(t, "nothing for a stranger", true, got[time.Time](t)(s.NextDelivery(ctx, "stranger")).IsZero())

	taken, failed := due[0], due[1]
	taken.State, taken.Attempts, taken.Status, taken.Ended = cti.DeliveryDelivered, 1, 204, now
	failed.Attempts, failed.Status, failed.Error, failed.Response, failed.Due = 1, 500, "500 Oops", "oops", now.Add(20*time.Second)
	must(t, s.SaveDeliveries(ctx, []cti.Delivery{taken, failed}))
	equal(t, "the second of its lane", []string{"c1.2 2"}, bodies(got[[]cti.Delivery](t)(s.DueDeliveries(ctx, "crm", now, 10))))
	equal(t, "what is kept", failed, got[cti.Delivery](t)(s.Delivery(ctx, failed.ID)))
	must(t, s.HastenDeliveries(ctx, "crm", now))
	equal(t, "both", []string{"c1.2 2", "c2.1 1"}, bodies(got[[]cti.Delivery](t)(s.DueDeliveries(ctx, "crm", now, 10))))

	equal(t, "none is late", int64(0), got[int64](t)(s.ExpireDeliveries(ctx, "crm", now.Add(29*time.Second))))
	equal(t, "one is late", int64(1), got[int64](t)(s.ExpireDeliveries(ctx, "crm", now.Add(30*time.Second))))
	stats := got[map[string]cti.OutboxStats](t)(s.OutboxStats(ctx))
	equal(t, "what waits", map[string]cti.OutboxStats{"crm": {Pending: 2, Oldest: now}, "wall": {Pending: 1, Oldest: now}}, stats)
}

func testDeliveries(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	now := start()
	for i := range 5 {
		must(t, s.Enqueue(ctx, "crm", []cti.Message{message("c1", fmt.Sprint("e", i), now.Add(time.Duration(i)*time.Minute))}))
	}
	page := func(f cti.DeliveryFilter) ([]string, string) {
		t.Helper()
		found, next, err := s.Deliveries(ctx, f)
		must(t, err)
		return bodies(found), next
	}
	first, next := page(cti.DeliveryFilter{Target: "crm", Limit: 3})
	equal(t, "newest first", []string{"e4 5", "e3 4", "e2 3"}, first)
	second, next := page(cti.DeliveryFilter{Target: "crm", Limit: 3, Cursor: next})
	equal(t, "the rest", []string{"e1 2", "e0 1"}, second)
	equal(t, "no third page", "", next)
	some, _ := page(cti.DeliveryFilter{From: now.Add(time.Minute), To: now.Add(3 * time.Minute)})
	equal(t, "of a time", []string{"e2 3", "e1 2"}, some)

	dead := got[[]cti.Delivery](t)(s.DueDeliveries(ctx, "crm", now.Add(time.Hour), 1))[0]
	dead.State, dead.Attempts, dead.Ended = cti.DeliveryDead, 10, now
	must(t, s.SaveDeliveries(ctx, []cti.Delivery{dead}))
	equal(t, "replayed", int64(1), got[int64](t)(s.ReplayDeliveries(ctx, dead.ID, cti.DeliveryFilter{}, now)))
	again := got[cti.Delivery](t)(s.Delivery(ctx, dead.ID))
	equal(t, "under its id, from the start", []any{dead.ID, cti.DeliveryPending, 0}, []any{again.ID, again.State, again.Attempts})
	must(t, s.SaveDeliveries(ctx, []cti.Delivery{dead}))
	equal(t, "replayed by state", int64(1), got[int64](t)(s.ReplayDeliveries(ctx, "", cti.DeliveryFilter{Target: "crm", State: cti.DeliveryDead}, now)))
	must(t, s.SaveDeliveries(ctx, []cti.Delivery{dead}))
	equal(t, "purged", int64(1), got[int64](t)(s.PurgeDeliveries(ctx, "crm", cti.DeliveryDead, now.Add(time.Second))))
	must(t, s.Enqueue(ctx, "crm", []cti.Message{message("c1", "e9", now)}))
	last, _ := page(cti.DeliveryFilter{Limit: 1})
	equal(t, "numbers go on", []string{"e9 6"}, last)

	_, err := s.ReplayDeliveries(ctx, "none", cti.DeliveryFilter{}, now)
	wantErr(t, "an unknown one", err, cti.ErrNotFound)
	_, err = s.Delivery(ctx, "none")
	wantErr(t, "an unknown one", err, cti.ErrNotFound)
	var invalid *cti.InvalidError
	if _, _, err := s.Deliveries(ctx, cti.DeliveryFilter{Cursor: "x"}); !errors.As(err, &invalid) {
		t.Errorf("a wrong cursor: %v", err)
	}
	if _, err := s.PurgeDeliveries(ctx, "", cti.DeliveryPending, now); !errors.As(err, &invalid) {
		t.Errorf("purge of what waits: %v", err)
	}
}

// testChanges: what is changed by any way is told once, in order, and not when the change is undone.
func testChanges(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	must(t, s.AppendEvents(ctx, script("e", call("m:1", start())).started()))
	people(t, s, "ivan", "olga")
	b := cti.Callback{ID: "b1", State: cti.CallbackOpen, Client: cti.Phone{Number: "+79161234567"}, Line: "1", LastCall: start()}
	must(t, s.SaveCallback(ctx, b, time.Time{}))
	b.Missed = 2
	must(t, s.SaveCallback(ctx, b, time.Time{}))
	b.State = cti.CallbackDone
	must(t, s.SaveCallback(ctx, b, time.Time{}))
	must(t, s.LinkContact(ctx, "m:1", "ivan", "anna"))
	must(t, s.LinkContact(ctx, "m:1", "ivan", "anna")) // nothing new
	must(t, s.LinkContact(ctx, "m:1", "olga", "anna"))
	must(t, s.SaveMode(ctx, cti.ModeChange{User: "anna", Mode: cti.ModeReady, By: "anna", At: start()}))
	r := cti.Recording{ID: "r1", CallID: "m:1", Leg: cti.LegID{PBX: "m", Uniqueid: "1"}, State: cti.RecordingExpected, Source: "x", Started: start()}
	must(t, s.ExpectRecording(ctx, r))
	r.State = cti.RecordingStored
	must(t, s.SaveRecording(ctx, r))
	_ = s.Together(ctx, func(ctx context.Context) error {
		must(t, s.SaveMode(ctx, cti.ModeChange{User: "boris", Mode: cti.ModeReady, By: "boris", At: start()}))
		return errors.New("undo")
	})

	var seen []string
	take := func(ctx context.Context, changes []cti.Change) error {
		for _, c := range changes {
			seen = append(seen, c.Kind+" "+c.Entity)
		}
		return nil
	}
	_, err := s.TakeChanges(ctx, 9, func(context.Context, []cti.Change) error { return cti.ErrConflict })
	wantErr(t, "what could not be applied", err, cti.ErrConflict)
	equal(t, "at most three", 3, got[int](t)(s.TakeChanges(ctx, 3, take)))
	for got[int](t)(s.TakeChanges(ctx, 3, take)) > 0 {
	}
	equal(t, "changes", []string{
		"callback.opened b1", "callback.changed b1", "callback.closed b1", "call.identified m:1", "call.identified m:1",
		"agent.mode anna", "recording.stored r1",
	}, seen)
}
