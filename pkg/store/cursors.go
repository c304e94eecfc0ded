package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"callcard/pkg/cti"
)

// Cursor is a durable consumer's place in the journal.
type Cursor struct {
	s      *Store
	name   string
	kinds  []any
	passed time.Time // when it passed over what is not for it
}

// passEvery is how often a consumer that finds nothing for it moves on: else the newest
// event of a rare kind would keep the whole journal behind it.
const passEvery = 10 * time.Minute

// Cursor returns the place of the named consumer, who is given the events of these kinds only.
// A consumer that is new to the database begins at the beginning.
func (s *Store) Cursor(name string, kinds ...cti.CallEventKind) *Cursor {
	c := &Cursor{s: s, name: name}
	for _, kind := range kinds {
		c.kinds = append(c.kinds, string(kind))
	}
	return c
}

// Next gives up to limit entries to apply, in a transaction that also moves the
// cursor behind them; store methods join it through the context that apply gets.
// Apply must not change the entries: others get the same.
// It returns how many there were. An error of apply undoes all.
func (c *Cursor) Next(ctx context.Context, limit int, apply func(context.Context, []cti.JournalEntry) error) (int, error) {
	n, err := c.next(ctx, limit, apply)
	if err != nil {
		return 0, fmt.Errorf("consume journal as %s: %w", c.name, err)
	}
	return n, nil
}

func (c *Cursor) next(ctx context.Context, limit int, apply func(context.Context, []cti.JournalEntry) error) (n int, err error) {
	// A look without the writer's lock first: a consumer is often woken for events that are not for it.
	some, err := c.some(ctx)
	if err != nil {
		return 0, err
	}
	if !some {
		return 0, c.passOver(ctx)
	}
	err = c.s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		entries, last, err := c.entries(ctx, q, limit)
		if err != nil || len(entries) == 0 {
			return err
		}
		if err := apply(ctx, entries); err != nil {
			return err
		}
		n = len(entries)
		return c.move(ctx, q, last)
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// passOver moves the cursor behind what is of other kinds.
func (c *Cursor) passOver(ctx context.Context) error {
	if time.Since(c.passed) < passEvery {
		return nil
	}
	c.passed = time.Now()
	return c.s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		entries, _, err := c.entries(ctx, q, 1)
		if err != nil || len(entries) > 0 { // something has come meanwhile
			return err
		}
		return c.toEnd(ctx, q)
	})
}

func (c *Cursor) toEnd(ctx context.Context, q querier) error {
	var last int64
	if err := q.QueryRowContext(ctx, `SELECT COALESCE(MAX(pos), 0) FROM journal`).Scan(&last); err != nil {
		return fault(err)
	}
	pos, err := c.position(ctx, q)
	if err != nil || last <= pos {
		return err
	}
	return c.move(ctx, q, last)
}

// Skip moves the cursor behind all there is, unread.
func (c *Cursor) Skip(ctx context.Context) error {
	err := c.s.writeInOrder(ctx, c.toEnd)
	if err != nil {
		return fmt.Errorf("skip journal as %s: %w", c.name, err)
	}
	return nil
}

// some tells whether anything follows the cursor, by the index alone.
func (c *Cursor) some(ctx context.Context) (found bool, err error) {
	q := c.s.read(ctx)
	pos, err := c.position(ctx, q)
	if err != nil {
		return false, err
	}
	err = each(ctx, q, func(*sql.Rows) error {
		found = true
		return nil
	}, c.query(`pos`, 1), append([]any{pos}, c.kinds...)...)
	return found, err
}

// entries reads what follows the cursor, and up to where.
func (c *Cursor) entries(ctx context.Context, q querier, limit int) (entries []cti.JournalEntry, last int64, err error) {
	pos, err := c.position(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	err = each(ctx, q, func(rows *sql.Rows) error {
		entry, err := c.s.decoded.scan(rows)
		entries, last = append(entries, entry), entry.Pos
		return err
	}, c.query(`pos, event`, limit), append([]any{pos}, c.kinds...)...)
	return entries, last, err
}

// query takes the first of each kind and then the first of these, so that both
// databases go by the index on kind and pos, however much is still to be read.
func (c *Cursor) query(columns string, limit int) string {
	if len(c.kinds) == 0 {
		return fmt.Sprintf(`SELECT %s FROM journal WHERE pos > $1 ORDER BY pos LIMIT %d`, columns, limit)
	}
	parts := make([]string, len(c.kinds))
	for i := range c.kinds {
		parts[i] = fmt.Sprintf(`SELECT pos FROM (SELECT pos FROM journal WHERE kind = $%d AND pos > $1
			ORDER BY pos LIMIT %d) AS kind%d`, i+2, limit, i)
	}
	return fmt.Sprintf(`SELECT %s FROM journal WHERE pos IN (%s) ORDER BY pos LIMIT %d`,
		columns, strings.Join(parts, ` UNION ALL `), limit)
}

// decoded are the entries read last, each at the place of its position: the consumers of the
// journal come to each entry one soon after the other. They share it, and nobody changes it.
type decoded [512]atomic.Pointer[cti.JournalEntry]

func (d *decoded) scan(rows *sql.Rows) (cti.JournalEntry, error) {
	var pos int64
	var doc sql.RawBytes
	if err := rows.Scan(&pos, &doc); err != nil {
		return cti.JournalEntry{}, err
	}
	place := &d[pos%int64(len(d))]
	if entry := place.Load(); entry != nil && entry.Pos == pos {
		return *entry, nil
	}
	entry := &cti.JournalEntry{Pos: pos}
	if err := json.Unmarshal(doc, &entry.Event); err != nil {
		return *entry, fmt.Errorf("decode journal entry %d: %w", pos, err)
	}
	place.Store(entry)
	return *entry, nil
}

func (c *Cursor) position(ctx context.Context, q querier) (pos int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT pos FROM cursors WHERE consumer = $1`, c.name).Scan(&pos)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return pos, fault(err)
}

func (c *Cursor) move(ctx context.Context, q querier, pos int64) error {
	_, err := q.ExecContext(ctx, `INSERT INTO cursors (consumer, pos) VALUES ($1, $2)
		ON CONFLICT (consumer) DO UPDATE SET pos = excluded.pos`, c.name, pos)
	return fault(err)
}
