package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"callcard/pkg/cti"
)

// AppendEvents writes events of the tracker: the journal, the table of calls and
// the trace, in one transaction. An event that is there already (same epoch and
// seq) is passed over, so a batch whose answer was lost may be written again.
func (s *Store) AppendEvents(ctx context.Context, events []cti.CallEvent) error {
	if len(events) == 0 {
		return nil
	}
	err := s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		fresh, err := appendJournal(ctx, q, events)
		if err != nil {
			return fmt.Errorf("write journal: %w", err)
		}
		if err := s.applyToCalls(ctx, q, fresh); err != nil {
			return fmt.Errorf("write calls: %w", err)
		}
		return insertTrace(ctx, q, traceOf(fresh))
	})
	if err != nil {
		return fmt.Errorf("append events: %w", err)
	}
	return nil
}

// appendJournal returns those events that were not there yet.
func appendJournal(ctx context.Context, q querier, events []cti.CallEvent) ([]cti.CallEvent, error) {
	rows := make([][]any, len(events))
	for i, e := range events {
		doc, err := json.Marshal(e)
		if err != nil {
			return nil, fmt.Errorf("encode event %d: %w", e.Seq, err)
		}
		rows[i] = []any{e.Epoch, int64(e.Seq), micros(e.At), e.Kind, clean(e.Call.ID), string(doc)} //nolint:gosec // a run has no 2^63 events
	}
	written, err := insertJournal(ctx, q, rows)
	if err != nil {
		return nil, err
	}
	fresh := make([]cti.CallEvent, 0, len(written))
	for _, e := range events {
		if key := (eventKey{e.Epoch, e.Seq}); written[key] {
			fresh = append(fresh, e)
			delete(written, key) // the same event twice in one batch counts once
		}
	}
	return fresh, nil
}

type eventKey struct {
	epoch string
	seq   uint64
}

func insertJournal(ctx context.Context, q querier, rows [][]any) (map[eventKey]bool, error) {
	written := make(map[eventKey]bool, len(rows))
	for len(rows) > 0 {
		n := min(chunk, len(rows))
		query, args := multi(`INSERT INTO journal (epoch, seq, at, kind, call_id, event)`,
			`ON CONFLICT (epoch, seq) DO NOTHING RETURNING epoch, seq`, rows[:n])
		err := each(ctx, q, func(rows *sql.Rows) error {
			var key eventKey
			err := rows.Scan(&key.epoch, &key.seq)
			written[key] = true
			return err
		}, query, args...)
		if err != nil {
			return nil, err
		}
		rows = rows[n:]
	}
	return written, nil
}

// pruned is how many entries go at once: writers wait meanwhile.
const pruned = 5000

// PruneJournal forgets the oldest entries, up to the first that is not from before
// an instant or that a consumer has not passed. It returns how many, at most some
// thousands: call it again until none are left. Calls, trace, callbacks and
// recordings stay.
func (s *Store) PruneJournal(ctx context.Context, before time.Time) (n int, err error) {
	err = s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		var last int64
		old := true
		err := each(ctx, q, func(rows *sql.Rows) error {
			var pos, at int64
			err := rows.Scan(&pos, &at)
			if old = old && at < micros(before); old {
				n, last = n+1, pos
			}
			return err
		}, fmt.Sprintf(`SELECT pos, at FROM journal WHERE pos <= (SELECT COALESCE(MIN(pos), 0) FROM cursors)
			ORDER BY pos LIMIT %d`, pruned))
		if err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `DELETE FROM journal WHERE pos <= $1`, last)
		return fault(err)
	})
	if err != nil {
		return 0, fmt.Errorf("prune journal: %w", err)
	}
	return n, nil
}
