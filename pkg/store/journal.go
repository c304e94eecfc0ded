package store

import (
	"bytes"
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
	docs, err := encodeEvents(events)
	if err != nil {
		return fmt.Errorf("append events: %w", err)
	}
	err = s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		fresh, err := fresh(ctx, q, docs)
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

// encoded is an event with its documents: the whole, and the call alone, which is a part of it.
type encoded struct {
	*cti.CallEvent
	doc, call string
}

// encodeEvents is done before the transaction begins: others wait for that. All documents
// are parts of one text: what is left of thousands of small ones costs the cards time.
func encodeEvents(events []cti.CallEvent) ([]encoded, error) {
	const key, usual = `{"call":`, 1500
	var text bytes.Buffer
	text.Grow(usual * len(events))
	encoder := json.NewEncoder(&text)
	encode := func(value any) (end int, err error) {
		err = encoder.Encode(value)
		text.Truncate(text.Len() - 1) // the line's end; after an error nothing is used
		return text.Len(), err
	}
	ends := make([][2]int, len(events)) // of each call and of its event
	for i := range events {
		e := &events[i]
		text.WriteString(key)
		call, err := encode(&e.Call)
		if err != nil {
			return nil, fmt.Errorf("encode call of event %d: %w", e.Seq, err)
		}
		end, err := encode(withoutCall{CallEvent: e})
		if err != nil {
			return nil, fmt.Errorf("encode event %d: %w", e.Seq, err)
		}
		text.Bytes()[call] = ',' // instead of the brace that begins the rest
		ends[i] = [2]int{call, end}
	}
	docs, all, begin := make([]encoded, len(events)), text.String(), 0
	for i, at := range ends {
		docs[i] = encoded{CallEvent: &events[i], doc: all[begin:at[1]], call: all[begin+len(key) : at[0]]}
		begin = at[1]
	}
	return docs, nil
}

// withoutCall is an event whose call is encoded apart: the outer field hides the inner.
type withoutCall struct {
	*cti.CallEvent
	Call *struct{} `json:"call,omitempty"`
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
	left := make([]encoded, 0, len(events))
	for _, e := range events {
		if key := (eventKey{e.Epoch, e.Seq}); !written[key] {
			written[key] = true
			left = append(left, e)
		}
	}
	return left, nil
}

func appendJournal(ctx context.Context, q querier, events []encoded) error {
	rows := make([][]any, len(events))
	for i, e := range events {
		rows[i] = []any{e.Epoch, int64(e.Seq), micros(e.At), e.Kind, clean(e.Call.ID), e.doc} //nolint:gosec // as above
	}
	return insert(ctx, q, `INSERT INTO journal (epoch, seq, at, kind, call_id, event)`, "", rows)
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
