package main

import (
	"context"
	"time"

	"callcard/pkg/journal"
)

const (
	// userRefresh is how soon a user added by the command line becomes an agent.
	userRefresh = 5 * time.Second
	forgetEvery = time.Hour
)

// followUsers keeps the agents in step with the store, which `callcard user add`
// writes from another process.
func (a *App) followUsers(ctx context.Context) error {
	var known uint64
	return a.every(ctx, userRefresh, "read users", func(ctx context.Context) error {
		mark, err := a.store.UsersMark(ctx)
		if err != nil || mark == known {
			return err
		}
		if err := a.agents.Reload(ctx); err != nil { // what changes meanwhile changes the next mark
			return err
		}
		known = mark
		return nil
	})
}

// consumers of the journal: what one of them has not read is not forgotten.
func consumers() []string { return []string{"recordings", "callbacks", "webhooks", "facts"} }

// pruneOldEvents empties the journal of what nobody will read again.
func (a *App) pruneOldEvents(ctx context.Context) error {
	return journal.Keep(ctx, func(ctx context.Context, before time.Time) (int, error) {
		return a.store.PruneJournal(ctx, before, consumers()...)
	}, a.cfg.Journal.Keep, a.log)
}

// pruneOldFacts forgets what reports no longer count.
func (a *App) pruneOldFacts(ctx context.Context) error {
	if a.cfg.Facts.Keep <= 0 {
		<-ctx.Done()
		return nil
	}
	return journal.Keep(ctx, a.store.PruneFacts, a.cfg.Facts.Keep, a.log)
}

// every repeats a chore until ctx ends. Of a failure that lasts the first is logged.
func (a *App) every(ctx context.Context, pause time.Duration, name string, chore func(context.Context) error) error {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		err := chore(ctx)
		if err != nil && !failing && ctx.Err() == nil {
			a.log.Warn("a chore failed", "chore", name, "err", err)
		}
		failing = err != nil
	}
}
