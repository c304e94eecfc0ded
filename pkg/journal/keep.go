package journal

import (
	"context"
	"log/slog"
	"time"
)

// Pruner forgets old entries, a part at a time; 0 when none are left.
type Pruner interface {
	PruneJournal(ctx context.Context, before time.Time) (n int, err error)
}

// keepEvery is the pause between two prunings.
const keepEvery = time.Hour

// Keep forgets entries that are older than age and that every consumer has passed,
// until ctx ends. The journal is the way to the consumers, not the archive: calls
// and their traces stay.
func Keep(ctx context.Context, p Pruner, age time.Duration, logger *slog.Logger) error {
	log := logger.With("component", "journal")
	for {
		n, err := p.PruneJournal(ctx, time.Now().Add(-age))
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			log.ErrorContext(ctx, "cannot prune the journal, trying again later", "err", err)
		case n > 0:
			log.DebugContext(ctx, "journal pruned", "entries", n)
			continue
		}
		if !pause(ctx, keepEvery) {
			return nil
		}
	}
}
