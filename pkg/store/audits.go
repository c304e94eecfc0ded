package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"callcard/pkg/cti"
)

// SaveAudit keeps what the comparison of a day has found.
func (s *Store) SaveAudit(ctx context.Context, a cti.Audit) error {
	doc, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("encode audit: %w", err)
	}
	err = s.write(ctx, func(ctx context.Context, q querier) error {
		_, err := q.ExecContext(ctx, `INSERT INTO audits (day, at, doc) VALUES ($1, $2, $3)
			ON CONFLICT (day) DO UPDATE SET at = excluded.at, doc = excluded.doc`, a.Day, micros(a.At), string(doc))
		return fault(err)
	})
	if err != nil {
		return fmt.Errorf("save audit of %s: %w", a.Day, err)
	}
	return nil
}

// Audit returns what was found for a day; for "" the newest day.
func (s *Store) Audit(ctx context.Context, day string) (a cti.Audit, err error) {
	var doc string
	q := s.read(ctx)
	row := q.QueryRowContext(ctx, `SELECT doc FROM audits WHERE day = $1`, day)
	if day == "" {
		row = q.QueryRowContext(ctx, `SELECT doc FROM audits ORDER BY day DESC LIMIT 1`)
	}
	err = row.Scan(&doc)
	if errors.Is(err, sql.ErrNoRows) {
		return a, fmt.Errorf("load audit of %s: %w", day, cti.ErrNotFound)
	}
	if err == nil {
		err = json.Unmarshal([]byte(doc), &a)
	}
	if err != nil {
		return a, fmt.Errorf("load audit of %s: %w", day, fault(err))
	}
	return a, nil
}

// EndedInDoubt returns those of these calls that have ended and were not heard whole.
func (s *Store) EndedInDoubt(ctx context.Context, ids []cti.CallID) (calls []cti.Call, err error) {
	for part := range slices.Chunk(ids, chunk) {
		args := padded(part)
		err = each(ctx, s.read(ctx), func(rows *sql.Rows) error {
			var doc string
			var c cti.Call
			if err := rows.Scan(&doc); err != nil {
				return err
			}
			if err := json.Unmarshal([]byte(doc), &c); err != nil {
				return fmt.Errorf("decode call: %w", err)
			}
			if c.Certainty != cti.Observed {
				calls = append(calls, c)
			}
			return nil
		}, `SELECT doc FROM calls WHERE state = 'ended' AND id IN (`+placeholders(1, len(args))+`) ORDER BY started, id`, args...)
		if err != nil {
			return nil, fmt.Errorf("load calls in doubt: %w", err)
		}
	}
	return calls, nil
}

// CallsStarted returns the calls of a PBX that began in a span of time and have ended.
func (s *Store) CallsStarted(ctx context.Context, pbx string, from, to time.Time) (calls []cti.Call, err error) {
	calls, err = s.callDocs(ctx, `SELECT doc FROM calls WHERE started >= $1 AND started < $2 AND pbx = $3 AND state = 'ended' ORDER BY started, id`,
		micros(from), micros(to), pbx)
	if err != nil {
		return nil, fmt.Errorf("load calls of a day: %w", err)
	}
	return calls, nil
}
