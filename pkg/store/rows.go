package store

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// each scans all rows of a query.
func each(ctx context.Context, q querier, scan func(*sql.Rows) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return fault(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return fault(rows.Err())
}

// placeholders writes "$from, $from+1, …" for n arguments.
func placeholders(from, n int) string {
	return string(appendPlaceholders(make([]byte, 0, 6*n), from, n))
}

func appendPlaceholders(to []byte, from, n int) []byte {
	for i := range n {
		if i > 0 {
			to = append(to, ", "...)
		}
		to = strconv.AppendInt(append(to, '$'), int64(from+i), 10)
	}
	return to
}

// padded makes arguments for an IN whose length is a power of two, by repeating the
// last: statements of few lengths stay prepared.
func padded[T ~string](items []T) []any {
	args := make([]any, 0, 2*len(items))
	for _, item := range items {
		args = append(args, clean(string(item)))
	}
	for len(args) > 0 && len(args)&(len(args)-1) != 0 {
		args = append(args, args[len(args)-1])
	}
	return args
}

// indexed lists the keys of items for an IN and says where each one is.
func indexed[T any](items []T, key func(T) string) (keys []any, at map[string]int) {
	at = make(map[string]int, len(items))
	for i, item := range items {
		at[key(item)] = i
		keys = append(keys, key(item))
	}
	return keys, at
}

// chunk is how many rows one INSERT takes: few enough for both databases' limit
// of parameters, enough to save the way to the server.
const chunk = 64

// portion is how many of n rows the next INSERT takes: few different lengths, so
// that their statements stay prepared.
func portion(n int) int {
	size := chunk
	for size > n {
		size /= 4
	}
	return size
}

// insert writes rows with as few statements as it can. head ends before VALUES, tail follows the rows.
func insert(ctx context.Context, q querier, head, tail string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	t := newTable(len(rows[0]), len(rows))
	for _, row := range rows {
		t.add(row...)
	}
	return t.insert(ctx, q, head, tail)
}

// table is rows one after the other, for those who write thousands a second. It is good for one
// insert: its memory goes to the next table.
type table struct {
	width int
	args  *[]any
}

// spareArgs are the values of tables that were inserted.
var spareArgs = sync.Pool{New: func() any { return new([]any) }}

func newTable(width, rows int) *table {
	args := spareArgs.Get().(*[]any)
	*args = slices.Grow(*args, width*rows)
	return &table{width, args}
}

// add a row, of width values.
func (t *table) add(row ...any) { *t.args = append(*t.args, row...) }

func (t *table) insert(ctx context.Context, q querier, head, tail string) error {
	defer t.free()
	for args := *t.args; len(args) > 0; {
		n := portion(len(args) / t.width)
		if err := execRows(ctx, q, shape{head, tail, t.width, n}, args[:n*t.width]); err != nil {
			return fault(err)
		}
		args = args[n*t.width:]
	}
	return nil
}

func (t *table) free() {
	const most = 1 << 16 // values: what a rush has made large goes
	if cap(*t.args) <= most {
		clear(*t.args)
		*t.args = (*t.args)[:0]
		spareArgs.Put(t.args)
	}
	t.args = new([]any)
}

// execRows runs an INSERT of several rows.
func execRows(ctx context.Context, q querier, of shape, args []any) error {
	if tx, ok := q.(keptTx); ok {
		return tx.insert(ctx, of, args)
	}
	_, err := q.ExecContext(ctx, of.text(), args...)
	return err
}

// shape is what the text of an INSERT depends on.
type shape struct {
	head, tail string
	width, n   int
}

func (of shape) text() string {
	text := make([]byte, 0, len(of.head)+len(of.tail)+16+of.n*of.width*6)
	text = append(append(text, of.head...), " VALUES "...)
	for i := range of.n {
		if i > 0 {
			text = append(text, ", "...)
		}
		text = append(appendPlaceholders(append(text, '('), i*of.width+1, of.width), ')')
	}
	return string(append(append(text, ' '), of.tail...))
}

// micros is the form of instants in columns.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// clean makes text of the outside world fit for a column: PostgreSQL refuses
// broken UTF-8 and NUL, and one bad name must not stop the journal.
func clean[T ~string](s T) T {
	valid := strings.ToValidUTF8(string(s), "\uFFFD")
	return T(strings.ReplaceAll(valid, "\x00", ""))
}
