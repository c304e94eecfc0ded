package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"callcard/pkg/cti"
)

// applyToCalls brings the table of calls up to date. Each event holds the whole
// call, so only the last one of each call is written.
func (s *Store) applyToCalls(ctx context.Context, q querier, events []cti.CallEvent) error {
	last := make(map[cti.CallID]cti.Call)
	var order []cti.CallID
	for _, e := range events {
		if e.Merged != "" {
			if err := merge(ctx, q, e.Merged, e.Call.ID); err != nil {
				return fmt.Errorf("merge %s into %s: %w", e.Merged, e.Call.ID, err)
			}
			delete(last, e.Merged)
		}
		if e.Call.MergedInto != "" {
			continue // the call that goes on has its own event
		}
		if _, known := last[e.Call.ID]; !known {
			order = append(order, e.Call.ID)
		}
		last[e.Call.ID] = e.Call
	}
	for _, id := range order {
		if call, ok := last[id]; ok {
			delete(last, id)
			if err := s.saveCall(ctx, q, call); err != nil {
				return fmt.Errorf("save call %s: %w", id, err)
			}
		}
	}
	return nil
}

// saveCall writes a call as it is now. The journal keeps old events out, so the
// last one is right, also when its version begins anew: a call that was given up
// with a lost PBX and is found alive later. A contact that was linked before the
// call was written is taken from call_links.
func (s *Store) saveCall(ctx context.Context, q querier, c cti.Call) error {
	doc, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode call: %w", err)
	}
	_, err = q.ExecContext(ctx, `INSERT INTO calls (id, pbx, version, started, ended, state, direction, outcome, missed,
			number, did, contact_id, doc)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
			COALESCE((SELECT contact_id FROM call_links WHERE call_id = $1), ''), $12)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, started = excluded.started, ended = excluded.ended,
			state = excluded.state, direction = excluded.direction, outcome = excluded.outcome, missed = excluded.missed,
			number = excluded.number, did = excluded.did, doc = excluded.doc`,
		clean(c.ID), clean(c.PBX), c.Version, micros(c.Started), micros(c.Ended), c.State, c.Direction, c.Outcome, c.Missed,
		clean(c.Client.Number), clean(c.DID), string(doc))
	if err != nil {
		return fault(err)
	}
	if err := insert(ctx, q, `INSERT INTO call_aliases (alias, call_id)`,
		`ON CONFLICT (alias) DO UPDATE SET call_id = excluded.call_id`, aliasRows(c)); err != nil {
		return err
	}
	return saveUsers(ctx, q, c)
}

func aliasRows(c cti.Call) [][]any {
	rows := make([][]any, 0, len(c.Aliases))
	seen := map[cti.CallID]bool{c.ID: true}
	for _, alias := range c.Aliases {
		if !seen[alias] {
			seen[alias] = true
			rows = append(rows, []any{clean(alias), clean(c.ID)})
		}
	}
	return rows
}

// saveUsers notes whose call it is: who was offered it, who talked, and who placed it.
func saveUsers(ctx context.Context, q querier, c cti.Call) error {
	users := make(map[cti.UserID]bool)
	for _, offer := range c.Offers {
		users[offer.User] = true
	}
	for _, talk := range c.Talks {
		users[talk.User] = true
	}
	if c.Initiator != "" {
		user, err := userOf(ctx, q, c.PBX, c.Initiator)
		if err != nil {
			return err
		}
		users[user] = true
	}
	delete(users, "")
	var rows [][]any
	for user := range users {
		rows = append(rows, []any{clean(user), clean(c.ID), micros(c.Started)})
	}
	return insert(ctx, q, `INSERT INTO call_users (user_id, call_id, started)`,
		`ON CONFLICT (user_id, call_id) DO UPDATE SET started = excluded.started WHERE call_users.started <> excluded.started`, rows)
}

// userOf is whose device it is now; "" for nobody's. A user without a PBX has his device on any.
func userOf(ctx context.Context, q querier, pbx string, d cti.Device) (user cti.UserID, err error) {
	err = q.QueryRowContext(ctx, `SELECT id FROM users WHERE device = $1 AND (pbx = $2 OR pbx = '')
		ORDER BY pbx DESC, id LIMIT 1`, clean(d), clean(pbx)).Scan(&user)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return user, fault(err)
}

// merge makes one call of two: all that hangs on the old id moves to the new one.
func merge(ctx context.Context, q querier, old, id cti.CallID) error {
	if old == id {
		return nil
	}
	for _, statement := range []string{
		`UPDATE call_aliases SET call_id = $2 WHERE call_id = $1`,
		`INSERT INTO call_aliases (alias, call_id) VALUES ($1, $2) ON CONFLICT (alias) DO UPDATE SET call_id = excluded.call_id`,
		`INSERT INTO call_users (user_id, call_id, started) SELECT user_id, $2, started FROM call_users WHERE call_id = $1
			ON CONFLICT DO NOTHING`,
		`UPDATE recordings SET call_id = $2 WHERE call_id = $1`,
	} {
		if _, err := q.ExecContext(ctx, statement, clean(old), clean(id)); err != nil {
			return fault(err)
		}
	}
	for _, statement := range []string{`DELETE FROM call_users WHERE call_id = $1`, `DELETE FROM calls WHERE id = $1`} {
		if _, err := q.ExecContext(ctx, statement, clean(old)); err != nil {
			return fault(err)
		}
	}
	return mergeLink(ctx, q, old, id)
}

// resolve gives the call that goes on under an id that may have been merged away.
func (s *Store) resolve(ctx context.Context, q querier, id cti.CallID) (cti.CallID, error) {
	var now cti.CallID
	err := q.QueryRowContext(ctx, `SELECT call_id FROM call_aliases WHERE alias = $1`, clean(id)).Scan(&now)
	if errors.Is(err, sql.ErrNoRows) {
		return id, nil
	}
	if err != nil {
		return id, fault(err)
	}
	return now, nil
}

// OpenCalls returns the calls that had not ended when they were last heard of,
// for a tracker that starts again.
func (s *Store) OpenCalls(ctx context.Context) ([]cti.Call, error) {
	calls := []cti.Call{}
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var doc string
		var c cti.Call
		if err := rows.Scan(&doc); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(doc), &c); err != nil {
			return fmt.Errorf("decode call: %w", err)
		}
		calls = append(calls, c)
		return nil
	}, `SELECT doc FROM calls WHERE state <> 'ended' ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("load open calls: %w", err)
	}
	return calls, nil
}
