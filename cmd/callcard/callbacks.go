package main

import (
	"context"
	"time"

	"callcard/pkg/api"
	"callcard/pkg/callbacks"
	"callcard/pkg/cti"
	"callcard/pkg/store"
)

func (a *App) newCallbacks() *callbacks.Service {
	return callbacks.New(callbacks.Options{
		Store: a.store, Publisher: (*desk)(a), Logger: a.log, Rules: callbacks.DefaultRules(),
		Dialer: a.control, Group: a.lines.Group, OnLine: a.onLine,
		UserOf: func(pbx string, d cti.Device) cti.UserID { return a.agents.UserOf(pbx, d) },
	})
}

// onLine tells that a client rings, waits or talks with us now.
func (a *App) onLine(number string) bool {
	for _, call := range a.tracker.Calls() {
		if call.Client.Number == number && call.State != cti.CallEnded && call.Direction != cti.Internal {
			return true
		}
	}
	return false
}

// owed is the callbacks for the API: lists from the store, acts through the service.
type owed struct {
	*store.Store
	service *callbacks.Service
}

func (o owed) Claim(ctx context.Context, id string, by cti.User) (cti.Callback, error) {
	return o.service.Claim(ctx, id, by)
}

func (o owed) Release(ctx context.Context, id string, by cti.User) (cti.Callback, error) {
	return o.service.Release(ctx, id, by)
}

func (o owed) DialCallback(ctx context.Context, id string, by cti.User) (cti.Callback, string, error) {
	return o.service.Dial(ctx, id, by)
}

func (o owed) Outcome(ctx context.Context, id string, by cti.User, said api.CallbackOutcome) (cti.Callback, error) {
	return o.service.Outcome(ctx, id, by, callbacks.Said(said))
}

func (o owed) Reschedule(ctx context.Context, id string, by cti.User, due time.Time) (cti.Callback, error) {
	return o.service.Reschedule(ctx, id, by, due)
}

func (o owed) CloseCallback(ctx context.Context, id string, by cti.User, reason string) (cti.Callback, error) {
	return o.service.Close(ctx, id, by, reason)
}

func (o owed) Promise(ctx context.Context, by cti.User, want api.Promise) (cti.Callback, error) {
	return o.service.Promise(ctx, by, callbacks.Promise(want))
}
