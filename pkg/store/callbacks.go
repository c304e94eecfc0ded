package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"callcard/pkg/cti"
)

const callbackQuery = `SELECT b.doc, b.contact_id, COALESCE(k.name, '')
	FROM callbacks b LEFT JOIN contacts k ON k.id = b.contact_id AND b.contact_id <> ''`

// shownCallbacks bounds a list; open ones are far fewer in an office that calls back.
const shownCallbacks = 500

// SaveCallback adds or replaces a callback with its calls. cti.ErrConflict says
// that another one is open for the same number and line.
func (s *Store) SaveCallback(ctx context.Context, b cti.Callback) error {
	doc, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("encode callback %s: %w", b.ID, err)
	}
	err = s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		_, err := q.ExecContext(ctx, `INSERT INTO callbacks (id, state, number, line, last_call, contact_id, doc)
			VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET state = excluded.state,
			last_call = excluded.last_call, contact_id = excluded.contact_id, doc = excluded.doc`,
			b.ID, b.State, clean(b.Client.Number), clean(b.Line), micros(b.LastCall), b.ContactID, string(doc))
		if err != nil {
			return fault(err)
		}
		rows := make([][]any, len(b.Calls))
		for i, id := range b.Calls {
			rows[i] = []any{b.ID, clean(id)}
		}
		return insert(ctx, q, `INSERT INTO callback_calls (callback_id, call_id)`, `ON CONFLICT DO NOTHING`, rows)
	})
	if err != nil {
		return fmt.Errorf("save callback %s: %w", b.ID, err)
	}
	return nil
}

// OpenCallback returns the open callback of a client's number and the line he called.
func (s *Store) OpenCallback(ctx context.Context, number, line string) (cti.Callback, error) {
	found, err := s.callbacks(ctx, everyone, ` WHERE b.state = 'open' AND b.number = $1 AND b.line = $2`, clean(number), clean(line))
	if err == nil && len(found) == 0 {
		err = cti.ErrNotFound
	}
	if err != nil {
		return cti.Callback{}, fmt.Errorf("load open callback: %w", err)
	}
	return found[0], nil
}

// Callback returns one callback.
func (s *Store) Callback(ctx context.Context, id string) (cti.Callback, error) {
	found, err := s.callbacks(ctx, everyone, ` WHERE b.id = $1`, clean(id))
	if err == nil && len(found) == 0 {
		err = cti.ErrNotFound
	}
	if err != nil {
		return cti.Callback{}, fmt.Errorf("load callback %s: %w", id, err)
	}
	return found[0], nil
}

// CallbackOf returns the callback that a missed call is part of.
func (s *Store) CallbackOf(ctx context.Context, id cti.CallID) (cti.Callback, error) {
	found, err := s.callbacks(ctx, everyone, ` WHERE b.id IN (SELECT callback_id FROM callback_calls WHERE call_id = $1)`, clean(id))
	if err == nil && len(found) == 0 {
		err = cti.ErrNotFound
	}
	if err != nil {
		return cti.Callback{}, fmt.Errorf("load callback of call %s: %w", id, err)
	}
	return found[0], nil
}

// OpenCallbacks returns the open callbacks of a client's number on all lines.
func (s *Store) OpenCallbacks(ctx context.Context, number string) ([]cti.Callback, error) {
	found, err := s.callbacks(ctx, everyone, ` WHERE b.state = 'open' AND b.number = $1 ORDER BY b.last_call, b.id`, clean(number))
	if err != nil {
		return nil, fmt.Errorf("load open callbacks: %w", err)
	}
	return found, nil
}

// Callbacks returns the callbacks in a state ("" for all) that a user may see,
// the one that was called last first.
func (s *Store) Callbacks(ctx context.Context, state cti.CallbackState, viewer cti.User) ([]cti.Callback, error) {
	where, args := ``, []any{}
	if state != "" {
		where, args = ` WHERE b.state = $1`, []any{state}
	}
	sees := func(b cti.Callback) bool { return concerns(b, viewer) }
	found, err := s.callbacks(ctx, sees, where+fmt.Sprintf(` ORDER BY b.last_call DESC, b.id DESC LIMIT %d`, 10*shownCallbacks), args...)
	if err != nil {
		return nil, fmt.Errorf("load callbacks: %w", err)
	}
	return found, nil
}

func everyone(cti.Callback) bool { return true }

// concerns tells whether a callback is a duty of the user: he was offered a
// missed call or works in its queue. What was offered to nobody concerns all,
// for else no agent would call back.
func concerns(b cti.Callback, u cti.User) bool {
	if u.SeesAll() || slices.Contains(b.Agents, u.ID) {
		return true
	}
	if b.Queue == "" {
		return len(b.Agents) == 0
	}
	return slices.Contains(u.Queues, b.Queue)
}

func (s *Store) callbacks(ctx context.Context, keep func(cti.Callback) bool, where string, args ...any) ([]cti.Callback, error) {
	found := []cti.Callback{}
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		b, err := scanCallback(rows)
		if err == nil && len(found) < shownCallbacks && keep(b) {
			found = append(found, b)
		}
		return err
	}, callbackQuery+where, args...)
	return found, err
}

func scanCallback(rows *sql.Rows) (b cti.Callback, err error) {
	var doc, contactID, contactName string
	if err := rows.Scan(&doc, &contactID, &contactName); err != nil {
		return b, err
	}
	if err := json.Unmarshal([]byte(doc), &b); err != nil {
		return b, fmt.Errorf("decode callback: %w", err)
	}
	b.ContactID, b.ContactName = contactID, contactName // the columns follow LinkContact, the document does not
	return b, nil
}
