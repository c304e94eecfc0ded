package main

import (
	"context"
	"errors"
	"time"

	"callcard/pkg/cti"
	"callcard/pkg/lines"
	"callcard/pkg/store"
	"callcard/pop/push"
)

// desk is the App as one agent's browser sees it.
type desk App

// Snapshot gathers all that a browser needs to begin.
func (d *desk) Snapshot(ctx context.Context, user cti.User) (push.Snapshot, error) {
	owed, _, err := d.store.Callbacks(ctx, cti.CallbackFilter{State: cti.CallbackOpen, Viewer: user})
	if err != nil {
		return push.Snapshot{}, err
	}
	snapshot := push.Snapshot{
		Cards: d.pop.CardsOf(user.ID), Callbacks: owed, Agents: d.agents.Around(user), ServerTime: time.Now(),
	}
	if own, ok := d.agents.State(user.ID); ok {
		snapshot.Agent = &own
	}
	return snapshot, nil
}

// Shown passes on what a browser has painted.
func (d *desk) Shown(ack cti.Shown) { d.pop.Shown(ack) }

// CallbackChanged tells everybody who may see a callback.
func (d *desk) CallbackChanged(ctx context.Context, b cti.Callback) {
	d.pop.CallbackChanged(b)
	users, err := d.store.Users(ctx)
	if err != nil {
		d.log.Warn("nobody was told of a changed callback; browsers see it with their next snapshot", "err", err)
		return
	}
	for _, user := range users {
		if b.SeenBy(user) {
			d.hub.Publish(user.ID, push.TypeCallbackChanged, b)
		}
	}
}

// openCallbacks gives cards the id of the client's callback: that of the line he is
// on, else of any. An outbound call is on no line of ours.
type openCallbacks struct {
	store *store.Store
	lines *lines.Book
}

func (c openCallbacks) OpenCallback(ctx context.Context, number, pbx, did string) (cti.CardCallback, error) {
	open, err := c.store.OpenCallbacks(ctx, number)
	if err != nil || len(open) == 0 {
		return cti.CardCallback{}, err
	}
	group := c.lines.Group(pbx, did)
	for _, b := range open {
		if b.Group == group {
			return b.ForCard(), nil
		}
	}
	return open[0].ForCard(), nil
}

// Choose puts a contact on the open cards of a call or, when its cards are gone,
// into the archive alone; the call's callback shows it too.
func (d *desk) Choose(ctx context.Context, id cti.CallID, contactID string, by cti.User) error {
	err := d.pop.Choose(ctx, id, contactID, by)
	if errors.Is(err, cti.ErrNotFound) {
		err = d.store.LinkContact(ctx, id, contactID, by.ID)
	}
	if err != nil {
		return err
	}
	if err := d.callbacks.Linked(ctx, id); err != nil { // the choice itself stands
		d.log.WarnContext(ctx, "the callback of a call whose client was found is told later", "call", id, "err", err)
	}
	return nil
}

// ContactCreated puts a new contact on the open cards of its numbers; two who wait may be one client by it.
func (d *desk) ContactCreated(contact cti.Contact) {
	d.pop.ContactCreated(contact)
	d.callbacks.Look()
}
