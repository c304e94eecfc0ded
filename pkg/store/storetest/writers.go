package storetest

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"callcard/pkg/cti"
)

// testWriters lets writers and consumers meet: nothing is lost, nothing comes
// twice, nothing deadlocks.
func testWriters(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	people(t, s, "ivan", "petr")
	const writers, each = 4, 12
	var group errgroup.Group
	for w := range writers {
		group.Go(func() error {
			for i := range each {
				id := cti.CallID(fmt.Sprintf("m:%d.%d", w, i))
				st := script(string(id), call(id, start()))
				if err := s.LinkContact(ctx, id, "ivan", ""); err != nil {
					return err
				}
				if err := s.AppendEvents(ctx, events(st.started(), st.ended(cti.OutcomeNoAnswer))); err != nil {
					return err
				}
				if err := s.LinkContact(ctx, id, "petr", "anna"); err != nil {
					return err
				}
			}
			return nil
		})
	}
	seen := map[cti.CallID]int{}
	group.Go(func() error {
		c := s.Cursor("reader", cti.CallFinished)
		for len(seen) < writers*each && ctx.Err() == nil {
			_, err := c.Next(ctx, 5, func(ctx context.Context, entries []cti.JournalEntry) error {
				for _, e := range entries {
					seen[e.Event.Call.ID]++
					if err := s.AddDecisions(ctx, e.Event.Call.ID, []cti.Decision{{Stage: "callback", Rule: "r"}}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	must(t, group.Wait())
	for id, n := range seen {
		equal(t, string(id)+" was seen", 1, n)
		equal(t, string(id)+" has the chosen contact", "petr", got[cti.CallRecord](t)(s.Call(ctx, id)).ContactID)
		equal(t, string(id)+" trace", 1, len(got[[]cti.Decision](t)(s.Trace(ctx, id))))
	}
}
