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

// PruneJournal forgets the entries of before an instant that every consumer has
// passed, and returns how many. Calls, trace, callbacks and recordings stay.
func (s *Store) PruneJournal(ctx context.Context, before time.Time) (int64, error) {
	var n int64
	err := s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		result, err := q.ExecContext(ctx, `DELETE FROM journal WHERE at < $1
			AND pos <= (SELECT COALESCE(MIN(pos), 0) FROM cursors)`, micros(before))
		if err != nil {
			return fault(err)
		}
		n, err = result.RowsAffected()
		return fault(err)
	})
	if err != nil {
		return 0, fmt.Errorf("prune journal: %w", err)
	}
	return n, nil
}
