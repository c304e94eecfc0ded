package journal

import (
	"context"
	"log/slog"
	"time"
)

// Prune forgets what is from before an instant, a part at a time; 0 when none is left.
type Prune func(ctx context.Context, before time.Time) (n int, err error)

const (
	// keepEvery is the pause between two prunings, keepApart that between two parts: who
	// has calls to write comes in between.
	keepEvery = time.Hour
	keepApart = 100 * time.Millisecond
)

// Keep forgets what is older than age until ctx ends: entries of the journal that every
// consumer has passed (it is the way to the consumers, not the archive: calls and their
// traces stay), or the facts made of them.
func Keep(ctx context.Context, prune Prune, age time.Duration, logger *slog.Logger) error {
	log := logger.With("component", "journal")
	for {
		n, err := prune(ctx, time.Now().Add(-age))
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			log.ErrorContext(ctx, "cannot forget what is old, trying again later", "err", err)
		case n > 0:
			log.DebugContext(ctx, "old entries forgotten", "entries", n)
			if !pause(ctx, keepApart) {
				return nil
			}
			continue
		}
		if !pause(ctx, keepEvery) {
			return nil
		}
	}
}
