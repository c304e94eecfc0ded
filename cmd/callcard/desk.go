package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"callcard/pkg/cti"
	"callcard/pkg/store"
	"callcard/pop/push"
)

// desk is the App as one agent's browser sees it.
type desk App

// Snapshot gathers all that a browser needs to begin.
func (d *desk) Snapshot(ctx context.Context, user cti.User) (push.Snapshot, error) {
	owed, err := d.store.Callbacks(ctx, cti.CallbackOpen, user)
	if err != nil {
		return push.Snapshot{}, err
	}
	snapshot := push.Snapshot{
		Cards: d.pop.CardsOf(user.ID), Callbacks: owed, Agents: d.agents.StatesFor(user), ServerTime: time.Now(),
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
	users, err := d.store.Users(ctx)
	if err != nil {
		d.log.Warn("nobody was told of a changed callback; browsers see it with their next snapshot", "err", err)
		return
	}
	for _, user := range users {
		if user.SeesAll() || slices.Contains(b.Agents, user.ID) || b.Queue != "" && slices.Contains(user.Queues, b.Queue) {
			d.hub.Publish(user.ID, push.TypeCallbackChanged, b)
		}
	}
}

// openCallbacks gives cards the id of the client's callback.
type openCallbacks struct{ store *store.Store }

func (c openCallbacks) OpenCallback(ctx context.Context, number, line string) (string, error) {
	b, err := c.store.OpenCallback(ctx, number, line)
	return b.ID, err
}

// Choose puts a contact on the open cards of a call or, when its cards are gone,
// into the archive alone.
func (d *desk) Choose(ctx context.Context, id cti.CallID, contactID string, by cti.User) error {
	err := d.pop.Choose(ctx, id, contactID, by)
	if !errors.Is(err, cti.ErrNotFound) {
		return err
	}
	return d.store.LinkContact(ctx, id, contactID, by.ID)
}

// ContactCreated puts a new contact on the open cards of its numbers.
func (d *desk) ContactCreated(contact cti.Contact) { d.pop.ContactCreated(contact) }
