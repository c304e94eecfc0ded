package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"callcard/pkg/cti"
)

// marks are what was said of a call beside its events, perhaps before it was written.
type marks struct {
	contact, result string
	aside           bool
}

// marksOf reads them for calls that are about to be written.
func marksOf(ctx context.Context, q querier, calls []encoded) (map[cti.CallID]marks, error) {
	marked := map[cti.CallID]marks{}
	for part := range slices.Chunk(calls, chunk) {
		ids := make([]cti.CallID, len(part))
		for i, e := range part {
			ids[i] = e.Call.ID
		}
		args := padded(ids)
		in := ` IN (` + placeholders(1, len(args)) + `)`
		err := each(ctx, q, func(rows *sql.Rows) error {
			var id cti.CallID
			var what, value string
			err := rows.Scan(&id, &what, &value)
			m := marked[id]
			switch what {
			case "contact":
				m.contact = value
			case "result":
				m.result = value
			default:
				m.aside = true
			}
			marked[id] = m
			return err
		}, `SELECT call_id, 'contact', contact_id FROM call_links WHERE call_id`+in+
			` UNION ALL SELECT call_id, 'result', result FROM call_results WHERE call_id`+in+
			` UNION ALL SELECT call_id, 'aside', kind FROM call_asides WHERE call_id`+in, args...)
		if err != nil {
			return nil, err
		}
	}
	return marked, nil
}

// unresolved tells whether somebody should still say who the client was: the call is
// over, it came from or went outside, its number is a client's, and it has neither a
// contact nor been set aside. A single certain match needs no word here: such a call
// is linked, which resolves it.
func unresolved(c cti.Call, m marks) bool {
	outside := c.Direction == cti.Inbound || c.Direction == cti.Outbound
	client := c.Client.Number != "" && (c.Client.Kind == cti.NumberE164 || c.Client.Kind == cti.NumberInvalid)
	return c.State == cti.CallEnded && outside && client && m.contact == "" && !m.aside
}

// SetAside takes a call off the unresolved ones: its client is nobody to know.
func (s *Store) SetAside(ctx context.Context, id cti.CallID, as string, by cti.UserID) error {
	err := s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		now, err := s.resolve(ctx, q, id)
		if err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `INSERT INTO call_asides (call_id, kind, user_id, at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (call_id) DO UPDATE SET kind = excluded.kind, user_id = excluded.user_id, at = excluded.at`,
			clean(now), clean(as), clean(by), micros(time.Now()))
		if err != nil {
			return fault(err)
		}
		_, err = q.ExecContext(ctx, `UPDATE calls SET unresolved = FALSE WHERE id = $1`, clean(now))
		return fault(err)
	})
	if err != nil {
		return fmt.Errorf("set call %s aside: %w", id, err)
	}
	return nil
}
