package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"callcard/pkg/cti"
)

// SaveResult keeps what came of a call; "" takes it back.
func (s *Store) SaveResult(ctx context.Context, id cti.CallID, r cti.CallResult) (cti.CallResult, error) {
	r.Reasons = append([]string{}, r.Reasons...)
	r.At = time.Now().UTC().Truncate(time.Microsecond)
	err := s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		now, err := s.resolve(ctx, q, id)
		if err != nil {
			return err
		}
		names, err := s.userNames(ctx, []cti.UserID{r.Agent})
		if err != nil {
			return err
		}
		r.AgentName = nameOf(names, r.Agent)
		return putResult(ctx, q, now, r)
	})
	if err != nil {
		return cti.CallResult{}, fmt.Errorf("save result of call %s: %w", id, err)
	}
	return r, nil
}

func putResult(ctx context.Context, q querier, id cti.CallID, r cti.CallResult) error {
	reasons, err := json.Marshal(r.Reasons)
	if err != nil {
		return fmt.Errorf("encode reasons: %w", err)
	}
	_, err = q.ExecContext(ctx, `INSERT INTO call_results (call_id, result, reasons, user_id, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (call_id) DO UPDATE SET result = excluded.result, reasons = excluded.reasons, user_id = excluded.user_id, at = excluded.at`,
		clean(id), clean(r.Result), string(reasons), clean(r.Agent), micros(r.At))
	if err != nil {
		return fault(err)
	}
	_, err = q.ExecContext(ctx, `UPDATE calls SET result = $2 WHERE id = $1`, clean(id), clean(r.Result))
	return fault(err)
}

// mergeKept moves what was noted about a call to the one that goes on. Of two results
// the newer one stays.
func mergeKept(ctx context.Context, q querier, old, id cti.CallID) error {
	kept, err := keptOf(ctx, q, []cti.CallID{clean(old), clean(id)})
	if err != nil {
		return err
	}
	was, is := kept[clean(old)], kept[clean(id)]
	if len(was.notes) > 0 {
		if err := putNotes(ctx, q, id, cti.MergeNotes(is.notes, was.notes)); err != nil {
			return err
		}
	}
	if r := newerResult(is.result, was.result); r != nil && r != is.result {
		if err := putResult(ctx, q, id, *r); err != nil {
			return err
		}
	}
	for _, statement := range []string{
		`DELETE FROM call_notes WHERE call_id = $1`, `DELETE FROM call_words WHERE call_id = $1`,
		`DELETE FROM call_results WHERE call_id = $1`,
	} {
		if _, err := q.ExecContext(ctx, statement, clean(old)); err != nil {
			return fault(err)
		}
	}
	return nil
}

// newerResult is the one that was said last, of what there is.
func newerResult(a, b *cti.CallResult) *cti.CallResult {
	if a == nil || b != nil && b.At.After(a.At) {
		return b
	}
	return a
}

// remarks are what people said about one call.
type remarks struct {
	notes  []cti.Note
	result *cti.CallResult
}

// keptOf reads the notes and results of calls by their present ids.
func keptOf(ctx context.Context, q querier, ids []cti.CallID) (map[cti.CallID]remarks, error) {
	kept := map[cti.CallID]remarks{}
	if len(ids) == 0 {
		return kept, nil
	}
	args := padded(ids)
	in := ` IN (` + placeholders(1, len(args)) + `)`
	err := each(ctx, q, func(rows *sql.Rows) error {
		var id cti.CallID
		var n cti.Note
		var updated int64
		err := rows.Scan(&id, &n.Agent, &n.AgentName, &n.Text, &n.Version, &updated)
		n.UpdatedAt = instant(updated)
		of := kept[id]
		of.notes = append(of.notes, n)
		kept[id] = of
		return err
	}, `SELECT n.call_id, n.user_id, COALESCE(NULLIF(u.name, ''), n.user_id), n.text, n.version, n.updated
		FROM call_notes n LEFT JOIN users u ON u.id = n.user_id WHERE n.call_id`+in+` ORDER BY n.updated, n.user_id`, args...)
	if err != nil {
		return nil, err
	}
	err = each(ctx, q, func(rows *sql.Rows) error {
		id, r, err := scanResult(rows)
		of := kept[id]
		of.result = r
		kept[id] = of
		return err
	}, `SELECT r.call_id, r.result, r.reasons, r.user_id, COALESCE(NULLIF(u.name, ''), r.user_id), r.at
		FROM call_results r LEFT JOIN users u ON u.id = r.user_id WHERE r.call_id`+in, args...)
	return kept, err
}

func scanResult(rows *sql.Rows) (id cti.CallID, r *cti.CallResult, err error) {
	r = &cti.CallResult{}
	var reasons string
	var at int64
	if err := rows.Scan(&id, &r.Result, &reasons, &r.Agent, &r.AgentName, &at); err != nil {
		return "", nil, err
	}
	if err := json.Unmarshal([]byte(reasons), &r.Reasons); err != nil {
		return "", nil, fmt.Errorf("decode reasons of call %s: %w", id, err)
	}
	r.At = instant(at)
	return id, r, nil
}

// Kept returns what people noted about a call and what came of it, nil for nothing yet.
func (s *Store) Kept(ctx context.Context, id cti.CallID) ([]cti.Note, *cti.CallResult, error) {
	q := s.read(ctx)
	now, err := s.resolve(ctx, q, id)
	if err != nil {
		return nil, nil, fmt.Errorf("load notes of call %s: %w", id, err)
	}
	kept, err := keptOf(ctx, q, []cti.CallID{now})
	if err != nil {
		return nil, nil, fmt.Errorf("load notes of call %s: %w", id, err)
	}
	return kept[now].notes, kept[now].result, nil
}

// fillKept adds to records what people said about them; a note that was emptied is none.
func (s *Store) fillKept(ctx context.Context, records []cti.CallRecord) error {
	ids := make([]cti.CallID, len(records))
	for i, r := range records {
		ids[i] = r.ID
	}
	kept, err := keptOf(ctx, s.read(ctx), ids)
	if err != nil {
		return err
	}
	for i := range records {
		of := kept[clean(records[i].ID)]
		records[i].Notes, records[i].Result = written(of.notes), of.result
	}
	return nil
}

// written leaves out the notes that say nothing.
func written(notes []cti.Note) []cti.Note {
	return slices.DeleteFunc(append([]cti.Note{}, notes...), func(n cti.Note) bool { return n.Text == "" })
}
