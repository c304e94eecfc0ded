package store

import (
	"context"
	"database/sql"
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
	d := s.documents()
	defer s.reuse(d)
	var err error
	if s.giveWay(ctx, func() { err = d.encode(events, s.rest) }); err != nil {
		return fmt.Errorf("append events: %w", err)
	}
	err = s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		fresh, err := fresh(ctx, q, d.docs)
		if err != nil {
			return fmt.Errorf("read journal: %w", err)
		}
		if err := appendJournal(ctx, q, fresh); err != nil {
			return fmt.Errorf("write journal: %w", err)
		}
		if err := applyToCalls(ctx, q, fresh); err != nil {
			return fmt.Errorf("write calls: %w", err)
		}
		return insertTrace(ctx, q, traceOf(fresh))
	})
	if err != nil {
		return fmt.Errorf("append events: %w", err)
	}
	return nil
}

type eventKey struct {
	epoch string
	seq   uint64
}

// fresh returns those events that are not in the journal yet, each once.
func fresh(ctx context.Context, q querier, events []encoded) ([]encoded, error) {
	type span struct{ from, to uint64 }
	spans := map[string]span{}
	for _, e := range events {
		s, known := spans[e.Epoch]
		if !known {
			s = span{e.Seq, e.Seq}
		}
		spans[e.Epoch] = span{min(s.from, e.Seq), max(s.to, e.Seq)}
	}
	written := map[eventKey]bool{}
	for epoch, s := range spans {
		err := each(ctx, q, func(rows *sql.Rows) error {
			key := eventKey{epoch: epoch}
			err := rows.Scan(&key.seq)
			written[key] = true
			return err
		}, `SELECT seq FROM journal WHERE epoch = $1 AND seq BETWEEN $2 AND $3`, epoch, int64(s.from), int64(s.to)) //nolint:gosec // a run has no 2^63 events
		if err != nil {
			return nil, err
		}
	}
	if len(written) == 0 && ascending(events) {
		return events, nil
	}
	left := make([]encoded, 0, len(events))
	for _, e := range events {
		if key := (eventKey{e.Epoch, e.Seq}); !written[key] {
			written[key] = true
			left = append(left, e)
		}
	}
	return left, nil
}

// ascending: each event is another, as the tracker tells them.
func ascending(events []encoded) bool {
	for i := 1; i < len(events); i++ {
		if events[i].Epoch != events[0].Epoch || events[i].Seq <= events[i-1].Seq {
			return false
		}
	}
	return true
}

func appendJournal(ctx context.Context, q querier, events []encoded) error {
	t := newTable(6, len(events))
	for _, e := range events {
		t.add(e.Epoch, int64(e.Seq), micros(e.At), string(e.Kind), string(clean(e.Call.ID)), e.doc) //nolint:gosec // as above
	}
	return t.insert(ctx, q, `INSERT INTO journal (epoch, seq, at, kind, call_id, event)`, "")
}

// pruned is how many entries go at once: writers wait meanwhile.
const pruned = 1000

// PruneJournal forgets the oldest entries, up to the first that is not from before
// an instant or that one of the consumers has not passed; who has read nothing yet has
// passed nothing, and who is not named holds nothing. It returns how many, at most a
// thousand: call it again until none are left. Calls, trace, callbacks and recordings stay.
func (s *Store) PruneJournal(ctx context.Context, before time.Time, consumers ...string) (n int, err error) {
	err = s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		passed, err := passedBy(ctx, q, consumers)
		if err != nil {
			return err
		}
		var last int64
		old := true
		err = each(ctx, q, func(rows *sql.Rows) error {
			var pos, at int64
			err := rows.Scan(&pos, &at)
			if old = old && at < micros(before); old {
				n, last = n+1, pos
			}
			return err
		}, fmt.Sprintf(`SELECT pos, at FROM journal WHERE pos <= $1 ORDER BY pos LIMIT %d`, pruned), passed)
		if err != nil || n == 0 {
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

// passedBy is the place that all the consumers have passed.
func passedBy(ctx context.Context, q querier, consumers []string) (passed int64, err error) {
	places := map[string]int64{}
	err = each(ctx, q, func(rows *sql.Rows) error {
		var name string
		var pos int64
		err := rows.Scan(&name, &pos)
		places[name] = pos
		return err
	}, `SELECT consumer, pos FROM cursors`)
	if err != nil || len(consumers) == 0 {
		return 0, err
	}
	passed = places[consumers[0]]
	for _, name := range consumers {
		passed = min(passed, places[name])
	}
	return passed, nil
}
