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

const callbackQuery = `SELECT b.doc, b.contact_id, COALESCE(k.name, ''), b.line_group,
	b.claimed_by, b.claimed_until, COALESCE(c.name, b.claimed_by), COALESCE(a.name, b.assignee)
	FROM callbacks b LEFT JOIN contacts k ON k.id = b.contact_id AND b.contact_id <> ''
	LEFT JOIN users c ON c.id = b.claimed_by LEFT JOIN users a ON a.id = b.assignee`

// SaveCallback adds or replaces a callback with its calls; at wake it wants to be
// looked at again (zero for never). cti.ErrConflict says that another one is open
// for the same number and group.
func (s *Store) SaveCallback(ctx context.Context, b cti.Callback, wake time.Time) error {
	doc, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("encode callback %s: %w", b.ID, err)
	}
	err = s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		_, err := q.ExecContext(ctx, `INSERT INTO callbacks (id, state, number, line, line_group, last_call, contact_id, doc,
			priority, due, wake, closed, assignee, claimed_by, claimed_until) VALUES (`+placeholders(1, 15)+`)
			ON CONFLICT (id) DO UPDATE SET state = excluded.state, number = excluded.number, line = excluded.line,
			line_group = excluded.line_group, last_call = excluded.last_call, contact_id = excluded.contact_id, doc = excluded.doc,
			priority = excluded.priority, due = excluded.due, wake = excluded.wake, closed = excluded.closed,
			assignee = excluded.assignee, claimed_by = excluded.claimed_by, claimed_until = excluded.claimed_until`,
			b.ID, b.State, clean(b.Client.Number), clean(b.Line), clean(b.Group), micros(b.LastCall), b.ContactID, string(doc),
			b.Priority, micros(b.Due), micros(wake), micros(b.Closed), clean(b.Assignee), clean(b.ClaimedBy), micros(b.ClaimedUntil))
		if err != nil {
			return fault(err)
		}
		if err := callbackParts(ctx, q, b); err != nil {
			return err
		}
		return saveAttempts(ctx, q, b)
	})
	if err != nil {
		return fmt.Errorf("save callback %s: %w", b.ID, err)
	}
	return nil
}

func callbackParts(ctx context.Context, q querier, b cti.Callback) error {
	calls := make([][]any, len(b.Calls))
	for i, id := range b.Calls {
		calls[i] = []any{b.ID, clean(id)}
	}
	// A call that turned out not to be missed is none of them any more.
	kept := padded(append(slices.Clip(b.Calls), ""))
	if _, err := q.ExecContext(ctx, `DELETE FROM callback_calls WHERE callback_id = $1 AND call_id NOT IN (`+placeholders(2, len(kept))+`)`,
		append([]any{b.ID}, kept...)...); err != nil {
		return fault(err)
	}
	if err := insert(ctx, q, `INSERT INTO callback_calls (callback_id, call_id)`, `ON CONFLICT DO NOTHING`, calls); err != nil {
		return err
	}
	numbers := make([][]any, len(b.Numbers))
	for i, number := range b.Numbers {
		numbers[i] = []any{b.ID, clean(number)}
	}
	return insert(ctx, q, `INSERT INTO callback_numbers (callback_id, number)`, `ON CONFLICT DO NOTHING`, numbers)
}

// ClaimCallback gives an open callback to the user until an instant, unless a
// colleague holds it. The one statement decides who of two is first.
func (s *Store) ClaimCallback(ctx context.Context, id string, user cti.UserID, now, until time.Time) (won bool, err error) {
	err = s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		result, err := q.ExecContext(ctx, `UPDATE callbacks SET claimed_by = $2, claimed_until = $3 WHERE id = $1
			AND state = 'open' AND (claimed_by = '' OR claimed_by = $2 OR claimed_until <= $4)`,
			clean(id), clean(user), micros(until), micros(now))
		if err != nil {
			return fault(err)
		}
		n, err := result.RowsAffected()
		won = n == 1
		return fault(err)
	})
	if err != nil {
		return false, fmt.Errorf("claim callback %s: %w", id, err)
	}
	return won, nil
}

const hasNumber = `(b.number = $1 OR b.id IN (SELECT callback_id FROM callback_numbers WHERE number = $1))`

// OpenCallback returns the open callback of a client, by his number or as a
// contact ("" for unknown), and the group of lines that he called.
func (s *Store) OpenCallback(ctx context.Context, number, contactID, group string) (cti.Callback, error) {
	found, err := s.callbacks(ctx, ` WHERE b.state = 'open' AND b.line_group = $3 AND (`+hasNumber+` OR b.contact_id <> '' AND b.contact_id = $2)
		ORDER BY CASE WHEN b.number = $1 THEN 0 ELSE 1 END, b.id`, clean(number), clean(contactID), clean(group))
	return one(found, err, "load open callback")
}

// Callback returns one callback.
func (s *Store) Callback(ctx context.Context, id string) (cti.Callback, error) {
	found, err := s.callbacks(ctx, ` WHERE b.id = $1`, clean(id))
	return one(found, err, "load callback "+id)
}

// CallbackOf returns the callback that a missed call is part of.
func (s *Store) CallbackOf(ctx context.Context, id cti.CallID) (cti.Callback, error) {
	found, err := s.callbacks(ctx, ` WHERE b.id IN (SELECT callback_id FROM callback_calls WHERE call_id = $1)
		ORDER BY CASE WHEN b.state = 'open' THEN 0 ELSE 1 END, b.last_call DESC, b.id`, clean(id)) // not one that was merged
	return one(found, err, "load callback of call "+string(id))
}

// CallbackOfAttempt returns the open callback that a call was dialled for.
func (s *Store) CallbackOfAttempt(ctx context.Context, id cti.CallID) (cti.Callback, error) {
	found, err := s.callbacks(ctx, ` WHERE b.state = 'open' AND b.id IN (SELECT callback_id FROM fact_attempts WHERE call_id = $1) ORDER BY b.id`, clean(id))
	return one(found, err, "load callback of the attempt "+string(id))
}

// DoubledCallbacks returns the open callbacks of contacts who have another one in the
// same group, or where one of the two is about no group.
func (s *Store) DoubledCallbacks(ctx context.Context) ([]cti.Callback, error) {
	found, err := s.callbacks(ctx, ` WHERE b.state = 'open' AND b.contact_id <> '' AND EXISTS (SELECT 1 FROM callbacks o
		WHERE o.state = 'open' AND o.contact_id = b.contact_id AND o.id <> b.id
		AND (o.line_group = b.line_group OR o.line_group = '' OR b.line_group = '')) ORDER BY b.id`)
	if err != nil {
		return nil, fmt.Errorf("look for doubled callbacks: %w", err)
	}
	return found, nil
}

// LastCallback returns the callback of the client's number and group that was closed last, after an instant.
func (s *Store) LastCallback(ctx context.Context, number, group string, after time.Time) (cti.Callback, error) {
	found, err := s.callbacks(ctx, ` WHERE b.number = $1 AND b.line_group = $2 AND b.state <> 'open' AND b.closed > $3
		ORDER BY b.closed DESC, b.id LIMIT 1`, clean(number), clean(group), micros(after))
	return one(found, err, "load the callback before")
}

// DoneCallbacks returns the callbacks of a client, by any of his numbers or as a contact (""
// for unknown), that a talk has closed since an instant.
func (s *Store) DoneCallbacks(ctx context.Context, number, contactID string, since time.Time) ([]cti.Callback, error) {
	found, err := s.callbacks(ctx, ` WHERE b.id IN (SELECT id FROM callbacks WHERE number = $1
			UNION ALL SELECT callback_id FROM callback_numbers WHERE number = $1
			UNION ALL SELECT id FROM callbacks WHERE contact_id = $2 AND contact_id <> '')
		AND b.state = 'done' AND b.closed >= $3 ORDER BY b.closed, b.id`, clean(number), clean(contactID), micros(since))
	if err != nil {
		return nil, fmt.Errorf("load callbacks that are done: %w", err)
	}
	return found, nil
}

// OpenCallbacks returns the open callbacks of a client's number in all groups. It is asked
// while a phone rings: COALESCE makes SQLite go by the number, not through all that is open.
func (s *Store) OpenCallbacks(ctx context.Context, number string) ([]cti.Callback, error) {
	found, err := s.callbacks(ctx, ` WHERE b.id IN (SELECT id FROM callbacks WHERE number = $1
			UNION ALL SELECT callback_id FROM callback_numbers WHERE number = $1)
		AND COALESCE(b.state, '') = 'open' ORDER BY b.last_call, b.id`, clean(number))
	if err != nil {
		return nil, fmt.Errorf("load open callbacks: %w", err)
	}
	return found, nil
}

// CallbacksOfContact returns what a contact is owed now.
func (s *Store) CallbacksOfContact(ctx context.Context, contactID string) ([]cti.Callback, error) {
	if contactID == "" {
		return []cti.Callback{}, nil
	}
	found, err := s.callbacks(ctx, ` WHERE b.state = 'open' AND b.contact_id = $1 ORDER BY b.last_call, b.id`, clean(contactID))
	if err != nil {
		return nil, fmt.Errorf("load callbacks of contact %s: %w", contactID, err)
	}
	return found, nil
}

// DueBefore counts the open callbacks of a group that are due in [from, to).
func (s *Store) DueBefore(ctx context.Context, group string, from, to time.Time) (n int, err error) {
	err = s.read(ctx).QueryRowContext(ctx, `SELECT COUNT(*) FROM callbacks WHERE state = 'open' AND line_group = $1
		AND due >= $2 AND due < $3`, clean(group), micros(from), micros(to)).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count due callbacks: %w", fault(err))
	}
	return n, nil
}

// CountCallbacks tells how many are open, and of how many the time has passed.
func (s *Store) CountCallbacks(ctx context.Context, now time.Time) (open, overdue int, err error) {
	err = s.read(ctx).QueryRowContext(ctx, `SELECT COUNT(*), COUNT(CASE WHEN due > 0 AND due <= $1 THEN 1 END) FROM callbacks
		WHERE state = 'open'`, micros(now)).Scan(&open, &overdue)
	if err != nil {
		return 0, 0, fmt.Errorf("count callbacks: %w", fault(err))
	}
	return open, overdue, nil
}

// WakingCallbacks returns open callbacks whose time to be looked at has come, and
// when the next one's comes (zero for none).
func (s *Store) WakingCallbacks(ctx context.Context, now time.Time, limit int) (found []cti.Callback, next time.Time, err error) {
	found, err = s.callbacks(ctx, fmt.Sprintf(` WHERE b.state = 'open' AND b.wake > 0 AND b.wake <= $1 ORDER BY b.wake, b.id LIMIT %d`, limit), micros(now))
	if err == nil {
		var at int64
		err = fault(s.read(ctx).QueryRowContext(ctx, `SELECT COALESCE(MIN(wake), 0) FROM callbacks WHERE state = 'open' AND wake > $1`, micros(now)).Scan(&at))
		next = instant(at)
	}
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("load waking callbacks: %w", err)
	}
	return found, next, nil
}

func one(found []cti.Callback, err error, doing string) (cti.Callback, error) {
	if err == nil && len(found) == 0 {
		err = cti.ErrNotFound
	}
	if err != nil {
		return cti.Callback{}, fmt.Errorf("%s: %w", doing, err)
	}
	return found[0], nil
}

func (s *Store) callbacks(ctx context.Context, where string, args ...any) ([]cti.Callback, error) {
	found := []cti.Callback{}
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		b, err := scanCallback(rows)
		found = append(found, b)
		return err
	}, callbackQuery+where, args...)
	return found, err
}

// scanCallback: what statements may change alone is true in the columns, not in the document.
func scanCallback(rows *sql.Rows) (b cti.Callback, err error) {
	var doc, contactID, contactName, group, by, byName, assigneeName string
	var until int64
	if err := rows.Scan(&doc, &contactID, &contactName, &group, &by, &until, &byName, &assigneeName); err != nil {
		return b, err
	}
	if err := json.Unmarshal([]byte(doc), &b); err != nil {
		return b, fmt.Errorf("decode callback: %w", err)
	}
	b.ContactID, b.ContactName, b.Group = contactID, contactName, group
	b.ClaimedBy, b.ClaimedByName, b.ClaimedUntil, b.AssigneeName = cti.UserID(by), byName, instant(until), assigneeName
	return withLists(b), nil
}

// withLists makes lists that are empty, never null: browsers are told of callbacks as they are here.
func withLists(b cti.Callback) cti.Callback {
	if b.Agents == nil {
		b.Agents = []cti.UserID{}
	}
	if b.Calls == nil {
		b.Calls = []cti.CallID{}
	}
	if b.Causes == nil {
		b.Causes = []cti.CallbackCause{}
	}
	if b.Attempts == nil {
		b.Attempts = []cti.Attempt{}
	}
	return b
}
