package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"callcard/pkg/cti"
)

// Enqueue puts messages to a target into the outbox, in the transaction of ctx when it
// carries one. What the target is told already is passed over.
func (s *Store) Enqueue(ctx context.Context, target string, messages []cti.Message) error {
	err := s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		for _, m := range messages {
			if err := enqueue(ctx, q, target, m); err != nil {
				return fmt.Errorf("%s: %w", m.Effect, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("enqueue for %s: %w", target, err)
	}
	return nil
}

func enqueue(ctx context.Context, q querier, target string, m cti.Message) error {
	var told int
	err := q.QueryRowContext(ctx, `SELECT COUNT(*) FROM outbox WHERE target = $1 AND effect = $2`, target, m.Effect).Scan(&told)
	if err != nil || told > 0 {
		return fault(err)
	}
	var seq int64
	err = q.QueryRowContext(ctx, `INSERT INTO outbox_lanes (target, lane, seq, at) VALUES ($1, $2, 1, $3)
		ON CONFLICT (target, lane) DO UPDATE SET seq = outbox_lanes.seq + 1, at = excluded.at RETURNING seq`,
		target, m.Lane, micros(m.At)).Scan(&seq)
	if err != nil {
		return fault(err)
	}
	// The id comes from the effect: a repeated transaction makes the same message.
	id := uuid.NewSHA1(uuid.NameSpaceURL, []byte("callcard:outbox:"+target+":"+m.Effect)).String()
	body, err := m.Render(id, seq)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `INSERT INTO outbox (id, target, effect, lane, seq, kind, state, body, created, expires, due,
		attempts, status, error, response, ended) VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $8, $9, $8, 0, 0, '', '', 0)`,
		id, target, m.Effect, m.Lane, seq, m.Kind, body, micros(m.At), micros(m.Expires))
	return fault(err)
}

const deliveryColumns = `pos, id, target, lane, seq, kind, state, body, created, expires, due, attempts, status, error, response, ended`

func scanDelivery(rows *sql.Rows) (d cti.Delivery, err error) {
	var created, expires, due, ended int64
	err = rows.Scan(&d.Pos, &d.ID, &d.Target, &d.Lane, &d.Seq, &d.Kind, &d.State, &d.Body, &created, &expires, &due,
		&d.Attempts, &d.Status, &d.Error, &d.Response, &ended)
	d.Created, d.Expires, d.Due, d.Ended = instant(created), instant(expires), instant(due), instant(ended)
	return d, err
}

func (s *Store) deliveries(ctx context.Context, where string, args ...any) ([]cti.Delivery, error) {
	found := []cti.Delivery{}
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		d, err := scanDelivery(rows)
		found = append(found, d)
		return err
	}, `SELECT `+deliveryColumns+` FROM outbox o WHERE `+where, args...)
	return found, err
}

// DueDeliveries returns the first pending message of each lane of a target, of those
// whose time has come, oldest first.
func (s *Store) DueDeliveries(ctx context.Context, target string, now time.Time, limit int) ([]cti.Delivery, error) {
	found, err := s.deliveries(ctx, `target = $1 AND state = 'pending' AND due <= $2 AND NOT EXISTS
		(SELECT 1 FROM outbox p WHERE p.target = $1 AND p.lane = o.lane AND p.state = 'pending' AND p.pos < o.pos)
		ORDER BY due, pos LIMIT `+fmt.Sprint(limit), target, micros(now))
	if err != nil {
		return nil, fmt.Errorf("load due deliveries to %s: %w", target, err)
	}
	return found, nil
}

// NextDelivery is when the next pending message of a target is due; zero for none.
func (s *Store) NextDelivery(ctx context.Context, target string) (time.Time, error) {
	var due sql.NullInt64
	err := s.read(ctx).QueryRowContext(ctx, `SELECT MIN(due) FROM outbox WHERE target = $1 AND state = 'pending'`, target).Scan(&due)
	if err != nil {
		return time.Time{}, fmt.Errorf("find next delivery to %s: %w", target, fault(err))
	}
	return instant(due.Int64), nil
}

// SaveDeliveries writes what became of tries.
func (s *Store) SaveDeliveries(ctx context.Context, tried []cti.Delivery) error {
	err := s.write(ctx, func(ctx context.Context, q querier) error {
		for _, d := range tried {
			_, err := q.ExecContext(ctx, `UPDATE outbox SET state = $2, due = $3, attempts = $4, status = $5, error = $6, response = $7, ended = $8
				WHERE pos = $1`, d.Pos, d.State, micros(d.Due), d.Attempts, d.Status, clean(d.Error), clean(d.Response), micros(d.Ended))
			if err != nil {
				return fault(err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save deliveries: %w", err)
	}
	return nil
}

// ExpireDeliveries ends what waits for a target and is worth nothing any more.
func (s *Store) ExpireDeliveries(ctx context.Context, target string, now time.Time) (n int64, err error) {
	err = s.write(ctx, func(ctx context.Context, q querier) error {
		result, err := q.ExecContext(ctx, `UPDATE outbox SET state = 'expired', ended = $2
			WHERE target = $1 AND state = 'pending' AND expires > 0 AND expires <= $2`, target, micros(now))
		if err != nil {
			return fault(err)
		}
		n, err = result.RowsAffected()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("expire deliveries to %s: %w", target, err)
	}
	return n, nil
}

// HastenDeliveries makes all that waits for a target due: it has proved well again.
func (s *Store) HastenDeliveries(ctx context.Context, target string, now time.Time) error {
	err := s.write(ctx, func(ctx context.Context, q querier) error {
		_, err := q.ExecContext(ctx, `UPDATE outbox SET due = $2 WHERE target = $1 AND state = 'pending' AND due > $2`, target, micros(now))
		return fault(err)
	})
	if err != nil {
		return fmt.Errorf("hasten deliveries to %s: %w", target, err)
	}
	return nil
}

// ReplayDeliveries sends messages again under their ids: one by its id, else all that the filter finds.
func (s *Store) ReplayDeliveries(ctx context.Context, id string, f cti.DeliveryFilter, now time.Time) (n int64, err error) {
	where, args := filterDeliveries(f, micros(now))
	if id != "" {
		where, args = `id = $2`, []any{micros(now), id}
	}
	err = s.write(ctx, func(ctx context.Context, q querier) error {
		result, err := q.ExecContext(ctx, `UPDATE outbox SET state = 'pending', due = $1, expires = 0, attempts = 0, ended = 0
			WHERE state <> 'pending' AND `+where, args...)
		if err != nil {
			return fault(err)
		}
		n, err = result.RowsAffected()
		return err
	})
	if err == nil && n == 0 && id != "" {
		err = cti.ErrNotFound
	}
	if err != nil {
		return 0, fmt.Errorf("replay deliveries: %w", err)
	}
	return n, nil
}

// filterDeliveries writes a filter as SQL behind earlier arguments.
func filterDeliveries(f cti.DeliveryFilter, earlier ...any) (where string, args []any) {
	where, args = `1 = 1`, earlier
	add := func(condition string, arg any) {
		args = append(args, arg)
		where += fmt.Sprintf(" AND "+condition, len(args))
	}
	if f.Target != "" {
		add(`target = $%d`, f.Target)
	}
	if f.State != "" {
		add(`state = $%d`, f.State)
	}
	if !f.From.IsZero() {
		add(`created >= $%d`, micros(f.From))
	}
	if !f.To.IsZero() {
		add(`created < $%d`, micros(f.To))
	}
	return where, args
}

// shownDeliveries is the largest page.
const shownDeliveries = 200

// Deliveries lists messages, newest first, a page at a time.
func (s *Store) Deliveries(ctx context.Context, f cti.DeliveryFilter) (found []cti.Delivery, next string, err error) {
	where, args := filterDeliveries(f)
	if f.Cursor != "" {
		before, err := strconv.ParseInt(f.Cursor, 10, 64)
		if err != nil {
			return nil, "", &cti.InvalidError{Field: "cursor", Got: f.Cursor, Want: "the next_cursor of the page before"}
		}
		args = append(args, before)
		where += fmt.Sprintf(" AND pos < $%d", len(args))
	}
	limit := f.Limit
	if limit <= 0 || limit > shownDeliveries {
		limit = shownDeliveries
	}
	found, err = s.deliveries(ctx, where+fmt.Sprintf(` ORDER BY pos DESC LIMIT %d`, limit+1), args...)
	if err != nil {
		return nil, "", fmt.Errorf("list deliveries: %w", err)
	}
	if len(found) > limit {
		found = found[:limit]
		next = strconv.FormatInt(found[limit-1].Pos, 10)
	}
	return found, next, nil
}

// Delivery returns one message with its body.
func (s *Store) Delivery(ctx context.Context, id string) (cti.Delivery, error) {
	found, err := s.deliveries(ctx, `id = $1`, clean(id))
	if err == nil && len(found) == 0 {
		err = cti.ErrNotFound
	}
	if err != nil {
		return cti.Delivery{}, fmt.Errorf("load delivery %s: %w", id, err)
	}
	return found[0], nil
}

// PurgeDeliveries forgets messages that are not pending: those that ended before an
// instant, of one target or, with "", of all; state "" means each.
func (s *Store) PurgeDeliveries(ctx context.Context, target string, state cti.DeliveryState, before time.Time) (n int64, err error) {
	if state == cti.DeliveryPending {
		return 0, &cti.InvalidError{Field: "state", Got: string(state), Want: "delivered, expired or dead"}
	}
	where, args := filterDeliveries(cti.DeliveryFilter{Target: target, State: state}, micros(before))
	err = s.write(ctx, func(ctx context.Context, q querier) error {
		result, err := q.ExecContext(ctx, `DELETE FROM outbox WHERE state <> 'pending' AND ended < $1 AND `+where, args...)
		if err != nil {
			return fault(err)
		}
		n, err = result.RowsAffected()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("purge deliveries: %w", err)
	}
	return n, nil
}

// OutboxStats counts what waits and since when, by target.
func (s *Store) OutboxStats(ctx context.Context) (map[string]cti.OutboxStats, error) {
	stats := map[string]cti.OutboxStats{}
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var target, state string
		var n, oldest int64
		err := rows.Scan(&target, &state, &n, &oldest)
		of := stats[target]
		if state == string(cti.DeliveryDead) {
			of.Dead = n
		} else {
			of.Pending, of.Oldest = n, instant(oldest)
		}
		stats[target] = of
		return err
	}, `SELECT target, state, COUNT(*), MIN(created) FROM outbox WHERE state IN ('pending', 'dead') GROUP BY target, state`)
	if err != nil {
		return nil, fmt.Errorf("count deliveries: %w", err)
	}
	return stats, nil
}

// TakeChanges gives up to limit changes to apply and forgets them, in one transaction
// that store methods join through the context. An error of apply undoes all.
func (s *Store) TakeChanges(ctx context.Context, limit int, apply func(context.Context, []cti.Change) error) (n int, err error) {
	some, err := s.changes(ctx, s.read(ctx), 1)
	if err != nil || len(some) == 0 {
		return 0, err
	}
	err = s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		changes, err := s.changes(ctx, q, limit)
		if err != nil || len(changes) == 0 {
			return err
		}
		if err := apply(ctx, changes); err != nil {
			return err
		}
		n = len(changes)
		_, err = q.ExecContext(ctx, `DELETE FROM changes WHERE pos <= $1`, changes[n-1].Pos)
		return fault(err)
	})
	if err != nil {
		return 0, fmt.Errorf("take changes: %w", err)
	}
	return n, nil
}

// ForgetChanges leaves all changes untold.
func (s *Store) ForgetChanges(ctx context.Context) error {
	err := s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		_, err := q.ExecContext(ctx, `DELETE FROM changes`)
		return fault(err)
	})
	if err != nil {
		return fmt.Errorf("forget changes: %w", err)
	}
	return nil
}

func (s *Store) changes(ctx context.Context, q querier, limit int) (changes []cti.Change, err error) {
	err = each(ctx, q, func(rows *sql.Rows) error {
		var c cti.Change
		err := rows.Scan(&c.Pos, &c.Kind, &c.Entity)
		changes = append(changes, c)
		return err
	}, fmt.Sprintf(`SELECT pos, kind, entity FROM changes ORDER BY pos LIMIT %d`, limit))
	return changes, err
}
