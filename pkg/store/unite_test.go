package store_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"callcard/pkg/callbacks"
	"callcard/pkg/cti"
	"callcard/pkg/store"
)

// owed is the callbacks on a real database.
type owed struct {
	*testing.T
	s   *store.Store
	svc *callbacks.Service
	n   int
}

func withOwed(t *testing.T, test func(o *owed)) {
	t.Helper()
	databases(t, func(t *testing.T, url string) {
		s := opened(t, url)
		test(&owed{T: t, s: s, svc: callbacks.New(callbacks.Options{
			Store: s, Publisher: nobody{}, Rules: callbacks.DefaultRules(), Logger: slog.New(slog.DiscardHandler),
		})})
	})
}

// call ends a call of a number and lets the service consume it as the journal does.
func (o *owed) call(number string, change func(*cti.Call)) cti.CallID {
	o.Helper()
	o.n++
	e := ended(o.n, func(c *cti.Call) {
		c.Client.Number = number
		c.Started, c.Ended = time.Now().UTC().Truncate(time.Microsecond).Add(-time.Minute), time.Now().UTC().Truncate(time.Microsecond)
		if change != nil {
			change(c)
		}
	})
	if err := o.s.AppendEvents(o.Context(), []cti.CallEvent{e}); err != nil {
		o.Fatal(err)
	}
	_, err := o.s.Cursor("callbacks", callbacks.Kinds()...).Next(o.Context(), 10, o.svc.Apply)
	if err != nil {
		o.Fatal(err)
	}
	return e.Call.ID
}

func (o *owed) open() (all []cti.Callback) {
	o.Helper()
	all, _, err := o.s.Callbacks(o.Context(), cti.CallbackFilter{State: cti.CallbackOpen, Viewer: cti.User{Role: cti.RoleAdmin}})
	if err != nil {
		o.Fatal(err)
	}
	return all
}

func (o *owed) contact(id string, phones ...string) {
	o.Helper()
	if _, err := o.s.CreateContact(o.Context(), cti.Contact{ID: id, Name: id, Phones: phones}); err != nil {
		o.Fatal(err)
	}
}

const (
	home   = "+79160000001"
	mobile = "+79160000002"
)

func talked(c *cti.Call) {
	c.Missed, c.Outcome, c.Talks = false, cti.OutcomeAnswered, []cti.Talk{{From: c.Started, To: c.Ended}}
}

// TestTwoNumbersThatTurnOutOneClient: two strangers wait; an agent says of both calls that
// they were Ivan's. One duty goes on, the older one, and a talk by either number ends it.
func TestTwoNumbersThatTurnOutOneClient(t *testing.T) {
	t.Parallel()
	withOwed(t, func(o *owed) {
		ctx := o.Context()
		o.contact("ivan")
		first, second := o.call(home, nil), o.call(mobile, nil)
		before := o.open()
		if len(before) != 2 {
			o.Fatalf("%d open, want 2", len(before))
		}
		older, err := o.s.CallbackOf(ctx, first)
		if err != nil {
			o.Fatal(err)
		}
		for _, id := range []cti.CallID{first, second} {
			if err := o.s.LinkContact(ctx, id, "ivan", "anna"); err != nil {
				o.Fatal(err)
			}
			if err := o.svc.Linked(ctx, id); err != nil {
				o.Fatal(err)
			}
		}
		open := o.open()
		if len(open) != 1 || open[0].ID != older.ID || open[0].Missed != 2 || open[0].ContactID != "ivan" || len(open[0].Calls) != 2 {
			o.Fatalf("open: %+v", open)
		}
		if b, err := o.s.CallbackOf(ctx, second); err != nil || b.ID != older.ID {
			o.Errorf("the second call belongs to %s, %v", b.ID, err)
		}
		o.call(mobile, talked)
		if left := o.open(); len(left) != 0 {
			o.Errorf("after the talk: %+v", left)
		}
	})
}

// TestTwoContactsThatTurnOutOne: the wrong one was chosen first; the choice is corrected.
func TestTwoContactsThatTurnOutOne(t *testing.T) {
	t.Parallel()
	withOwed(t, func(o *owed) {
		ctx := o.Context()
		o.contact("ivan", home)
		o.contact("double")
		first, second := o.call(home, nil), o.call(mobile, nil)
		for id, contact := range map[cti.CallID]string{first: "ivan", second: "double"} {
			if err := o.s.LinkContact(ctx, id, contact, "anna"); err != nil {
				o.Fatal(err)
			}
			if err := o.svc.Linked(ctx, id); err != nil {
				o.Fatal(err)
			}
		}
		if n := len(o.open()); n != 2 {
			o.Fatalf("%d open of two contacts, want 2", n)
		}
		if err := o.s.LinkContact(ctx, second, "ivan", "anna"); err != nil {
			o.Fatal(err)
		}
		if err := o.svc.Linked(ctx, second); err != nil {
			o.Fatal(err)
		}
		if open := o.open(); len(open) != 1 || open[0].Missed != 2 {
			o.Errorf("open: %+v", open)
		}
	})
}

// TestAContactMadeOfTwoWhoWait: the directory learns both numbers; nobody speaks of a
// call, the service's own look finds it. Other lines stay another duty.
func TestAContactMadeOfTwoWhoWait(t *testing.T) {
	t.Parallel()
	withOwed(t, func(o *owed) {
		o.call(home, nil)
		o.call(mobile, nil)
		o.call(home, func(c *cti.Call) { c.DID = "+74950000002" })
		o.contact("ivan", home, mobile)
		if n := len(o.open()); n != 3 {
			o.Fatalf("%d open, want 3", n)
		}
		told := make(channel, 10)
		svc := callbacks.New(callbacks.Options{Store: o.s, Publisher: told, Rules: callbacks.DefaultRules(), Logger: slog.New(slog.DiscardHandler)})
		ctx, stop := context.WithCancel(o.Context())
		done := make(chan error, 1)
		go func() { done <- svc.Run(ctx) }()
		for merged := false; !merged; {
			merged = (<-told).ClosedBy == callbacks.Merged
		}
		stop()
		if err := <-done; err != nil {
			o.Error(err)
		}
		open := o.open()
		if len(open) != 2 || open[0].Missed+open[1].Missed != 3 || open[0].ContactID != "ivan" || open[0].Group == open[1].Group {
			o.Errorf("open: %+v", open)
		}
	})
}
