package journal

import (
	"context"
	"log/slog"
	"time"

	"callcard/pkg/cti"
)

// Log is a consumer's view of the journal: Next gives the entries behind its
// cursor to apply and saves their effect and the cursor in one transaction.
// Store methods join that transaction through the context that apply gets.
type Log interface {
	Next(ctx context.Context, limit int, apply func(context.Context, []cti.JournalEntry) error) (n int, err error)
}

// Consumer is a durable reader of the journal.
type Consumer struct {
	Name string
	Log  Log
	// Apply makes the effect of the entries. It may be called again with the same
	// entries when the transaction failed: it keeps nothing of its own.
	Apply func(context.Context, []cti.JournalEntry) error
	// Committed is called after an effect was saved; for telling others. Optional.
	Committed func(context.Context)
	// Fault is told when consuming fails and, with nil, when it works again; for
	// the health of the daemon. Optional.
	Fault func(error)
	// Appended wakes the consumer when there is something new.
	Appended *Signal
	Logger   *slog.Logger
}

const (
	consumed = 256 // entries in one transaction
	// recheck finds what another node has written: its signal does not reach us.
	recheck = 30 * time.Second
	// applyEvery is the time between two transactions in a rush: each one costs as much as
	// dozens of entries, and empties SQLite's caches for those who look numbers up. Without
	// a rush entries are applied at once: applyCredit is how much unused time counts.
	applyEvery  = 250 * time.Millisecond
	applyCredit = time.Second
	// applyTimeout turns a database that hangs into a fault, which is seen.
	applyTimeout = time.Minute
)

// Run consumes until ctx ends. An entry that cannot be applied holds the consumer
// and is tried again: passing over it would lose it silently.
func Run(ctx context.Context, c Consumer) error {
	log := c.Logger.With("component", "journal", "consumer", c.Name)
	var faults backoff
	failed, turn := "", time.Now().Add(-applyCredit)
	for ctx.Err() == nil {
		wake := c.Appended.Wait()
		n, err := next(ctx, c)
		if err != nil && ctx.Err() == nil {
			if text := err.Error(); text != failed {
				log.ErrorContext(ctx, "cannot consume the journal, trying again", "err", err)
				failed = text
				c.tell(err)
			}
			pause(ctx, faults.next())
			continue
		}
		if failed != "" && err == nil {
			log.InfoContext(ctx, "consuming the journal again")
			failed = ""
			c.tell(nil)
		}
		faults.reset()
		if n > 0 && c.Committed != nil {
			c.Committed(ctx)
		}
		if n < consumed {
			turn = breathe(ctx, turn, n)
			await(ctx, wake)
		}
	}
	return nil
}

func (c Consumer) tell(fault error) {
	if c.Fault != nil {
		c.Fault(fault)
	}
}

func next(ctx context.Context, c Consumer) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, applyTimeout)
	defer cancel()
	return c.Log.Next(ctx, consumed, c.Apply)
}

// breathe waits when transactions follow each other too fast; turn is when the last was due.
func breathe(ctx context.Context, turn time.Time, n int) time.Time {
	if n == 0 {
		return turn
	}
	now := time.Now()
	if turn = turn.Add(applyEvery); turn.Before(now.Add(-applyCredit)) {
		turn = now.Add(-applyCredit)
	}
	pause(ctx, turn.Sub(now))
	return turn
}

func await(ctx context.Context, wake <-chan struct{}) {
	timer := time.NewTimer(recheck)
	defer timer.Stop()
	select {
	case <-wake:
	case <-timer.C:
	case <-ctx.Done():
	}
}
