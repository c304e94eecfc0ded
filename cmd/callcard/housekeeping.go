package main

import (
	"context"
	"time"
)

const (
	// userRefresh is how soon a user added by the command line becomes an agent.
	userRefresh  = 5 * time.Second
	pruneJournal = time.Hour
)

// followUsers keeps the agents in step with the store, which `callcard user add`
// writes from another process.
func (a *App) followUsers(ctx context.Context) error {
	return a.every(ctx, userRefresh, "read users", a.agents.Reload)
}

// pruneOldEvents empties the journal of what nobody will read again.
func (a *App) pruneOldEvents(ctx context.Context) error {
	return a.every(ctx, pruneJournal, "prune journal", func(ctx context.Context) error {
		for {
			n, err := a.store.PruneJournal(ctx, time.Now().Add(-a.cfg.Journal.Keep))
			if err != nil || n == 0 {
				return err
			}
		}
	})
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
