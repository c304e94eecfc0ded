package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"callcard/pkg/cti"
)

// applyToCalls brings the table of calls up to date. Each event holds the whole
// call, so only the last one of each call is written.
func applyToCalls(ctx context.Context, q querier, events []encoded) error {
	last := make(map[cti.CallID]int)
	for i, e := range events {
		if e.Merged != "" {
			if err := merge(ctx, q, e.Merged, e.Call.ID); err != nil {
				return fmt.Errorf("merge %s into %s: %w", e.Merged, e.Call.ID, err)
			}
			delete(last, e.Merged)
		}
		if e.Call.MergedInto == "" { // else the call that goes on has its own event
			last[e.Call.ID] = i
		}
	}
	calls := make([]encoded, 0, len(last))
	for _, i := range slices.Sorted(maps.Values(last)) {
		calls = append(calls, events[i])
	}
	return saveCalls(ctx, q, calls)
}

// saveCalls writes calls as they are now, each once. The journal keeps old events
// out, so the last one is right, also when its version begins anew: a call that was
// given up with a lost PBX and is found alive later.
func saveCalls(ctx context.Context, q querier, calls []encoded) error {
	marked, err := marksOf(ctx, q, calls)
	if err != nil {
		return fmt.Errorf("read links: %w", err)
	}
	t := newTable(19, len(calls))
	for _, e := range calls {
		c, id, sum := e.Call, clean(e.Call.ID), summarize(e.Call)
		t.add(
			string(id), clean(c.PBX), c.Version, micros(c.Started), micros(c.Ended), string(c.State), string(c.Direction), string(c.Outcome), c.Missed,
			clean(c.Client.Number), clean(c.DID), marked[id].contact, marked[id].result, unresolved(c, marked[id]),
			sum.queue, sum.user, sum.device, sum.talked, e.call,
		)
	}
	err = t.insert(ctx, q, `INSERT INTO calls (id, pbx, version, started, ended, state, direction, outcome, missed,
			number, did, contact_id, result, unresolved, queue, talked_user, talked_device, talked_seconds, doc)`,
		`ON CONFLICT (id) DO UPDATE SET version = excluded.version, started = excluded.started, ended = excluded.ended,
			state = excluded.state, direction = excluded.direction, outcome = excluded.outcome, missed = excluded.missed,
			number = excluded.number, did = excluded.did, unresolved = excluded.unresolved,
			queue = excluded.queue, talked_user = excluded.talked_user, talked_device = excluded.talked_device,
			talked_seconds = excluded.talked_seconds, doc = excluded.doc`)
	if err != nil {
		return err
	}
	if err := insert(ctx, q, `INSERT INTO call_aliases (alias, call_id)`,
		`ON CONFLICT (alias) DO UPDATE SET call_id = excluded.call_id`, aliasRows(calls)); err != nil {
		return err
	}
	if err := saveLinkedids(ctx, q, calls); err != nil {
		return err
	}
	if err := saveUsers(ctx, q, calls); err != nil {
		return err
	}
	if err := saveQueues(ctx, q, calls); err != nil {
		return err
	}
	return saveFindable(ctx, q, calls)
}

// aliasRows names each alias once; the last call that has it keeps it.
func aliasRows(calls []encoded) [][]any {
	var rows [][]any
	at := map[cti.CallID]int{}
	for _, e := range calls {
		for _, alias := range e.Call.Aliases {
			alias, row := clean(alias), []any{clean(alias), clean(e.Call.ID)}
			if alias == clean(e.Call.ID) {
				continue
			}
			if i, known := at[alias]; known {
				rows[i] = row
				continue
			}
			at[alias] = len(rows)
			rows = append(rows, row)
		}
	}
	return rows
}

// saveUsers notes whose calls these are.
func saveUsers(ctx context.Context, q querier, calls []encoded) error {
	var rows [][]any
	for _, e := range calls {
		users, err := usersOf(ctx, q, e.Call)
		if err != nil {
			return err
		}
		for user := range users {
			rows = append(rows, []any{user, clean(e.Call.ID), micros(e.Call.Started)})
		}
	}
	return insert(ctx, q, `INSERT INTO call_users (user_id, call_id, started)`,
		`ON CONFLICT (user_id, call_id) DO UPDATE SET started = excluded.started WHERE call_users.started <> excluded.started`, rows)
}

// usersOf are those who were offered a call, who talked, and who placed it.
func usersOf(ctx context.Context, q querier, c cti.Call) (map[cti.UserID]bool, error) {
	users := make(map[cti.UserID]bool)
	for _, offer := range c.Offers {
		users[clean(offer.User)] = true
	}
	for _, talk := range c.Talks {
		users[clean(talk.User)] = true
	}
	if c.Initiator != "" {
		user, err := userOf(ctx, q, c.PBX, c.Initiator)
		if err != nil {
			return nil, err
		}
		users[user] = true
	}
	delete(users, "")
	return users, nil
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
		`INSERT INTO call_queues (queue, call_id, started) SELECT queue, $2, started FROM call_queues WHERE call_id = $1
			ON CONFLICT DO NOTHING`,
		`INSERT INTO call_asides (call_id, kind, user_id, at) SELECT $2, kind, user_id, at FROM call_asides WHERE call_id = $1
			ON CONFLICT DO NOTHING`,
		`UPDATE recordings SET call_id = $2 WHERE call_id = $1`,
		`INSERT INTO recording_holds (call_id, user_id, reason, at) SELECT $2, user_id, reason, at FROM recording_holds WHERE call_id = $1 ON CONFLICT DO NOTHING`,
		`UPDATE call_linkedids SET call_id = $2 WHERE call_id = $1`,
	} {
		if _, err := q.ExecContext(ctx, statement, clean(old), clean(id)); err != nil {
			return fault(err)
		}
	}
	for _, statement := range []string{
		`DELETE FROM call_users WHERE call_id = $1`, `DELETE FROM call_queues WHERE call_id = $1`,
		`DELETE FROM call_asides WHERE call_id = $1`, `DELETE FROM calls WHERE id = $1`,
	} {
		if _, err := q.ExecContext(ctx, statement, clean(old)); err != nil {
			return fault(err)
		}
	}
	if err := mergeKept(ctx, q, old, id); err != nil {
		return err
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
	calls, err := s.callDocs(ctx, `SELECT doc FROM calls WHERE state <> 'ended' ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("load open calls: %w", err)
	}
	return calls, nil
}

// callDocs decodes the documents that a query gives.
func (s *Store) callDocs(ctx context.Context, query string, args ...any) ([]cti.Call, error) {
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
	}, query, args...)
	return calls, err
}
