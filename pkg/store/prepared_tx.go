package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"sync"
	"time"
)

// kept are the statements of SQLite's one writer, compiled once. Compiling needs
// the connection, which a transaction occupies: a text that is new runs as it is,
// and is compiled before the next transaction begins.
type kept struct {
	db *sql.DB
	mu sync.Mutex
	m  map[string]*sql.Stmt // nil: asked for, not compiled yet, or not to be compiled
	// wanted are those asked for; with m at most maxPrepared.
	wanted  []string
	inserts inserts
}

func newKept(db *sql.DB) *kept {
	return &kept{db: db, m: map[string]*sql.Stmt{}}
}

// closePatience is how long a transaction that runs may hold the end of the daemon.
const closePatience = 2 * time.Second

// close ends the statements that database/sql does not know of: SQLite leaves a connection open
// that has some. It waits for the transaction that runs, for a while.
func (k *kept) close() {
	ctx, cancel := context.WithTimeout(context.Background(), closePatience)
	defer cancel()
	conn, err := k.db.Conn(ctx)
	if err != nil {
		return // closed before, or somebody hangs: then the files stay open until the process ends
	}
	_ = conn.Raw(func(any) error { // it returns what the function does
		k.inserts.close()
		return nil
	})
	_ = conn.Close() // back to the pool
}

// compile makes what the last transactions asked for. What SQLite refuses stays as it is.
func (k *kept) compile(ctx context.Context) {
	k.mu.Lock()
	wanted := k.wanted
	k.wanted = nil
	k.mu.Unlock()
	for _, query := range wanted {
		made, err := k.db.PrepareContext(ctx, positional(query)) //nolint:sqlclosecheck // it lives as long as the pool
		if err != nil {
			continue // running it tells why
		}
		k.mu.Lock()
		k.m[query] = made
		k.mu.Unlock()
	}
}

// positional writes "?" for $1, $2, … where they come in this order. SQLite takes
// "$1" for a name and looks it up in a list for each parameter that is bound
// (sqlite3VListNumToName), which many rows feel.
func positional(query string) string {
	var b strings.Builder
	rest := query
	for next := 1; ; next++ {
		before, after, found := strings.Cut(rest, "$")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		rest = strings.TrimLeft(after, "0123456789")
		if after[:len(after)-len(rest)] != strconv.Itoa(next) {
			return query
		}
		b.WriteByte('?')
	}
}

// statement returns nil for a text that is not compiled.
func (k *kept) statement(query string) *sql.Stmt {
	k.mu.Lock()
	defer k.mu.Unlock()
	made, known := k.m[query]
	if !known && len(k.m) < maxPrepared {
		k.m[query] = nil
		k.wanted = append(k.wanted, query)
	}
	return made
}

// keptTx is a transaction that runs compiled statements where there are some.
type keptTx struct {
	*sql.Tx
	conn *sql.Conn // of the transaction
	kept *kept
	rest func() // before each statement
}

// bound is a statement of a transaction, which closes it at its end.
type bound interface {
	statement
	ExecContext(ctx context.Context, args ...any) (sql.Result, error)
}

func (t keptTx) bind(ctx context.Context, made *sql.Stmt) bound { return t.StmtContext(ctx, made) }

// between lets a context end a transaction between two statements only. To end one in its
// middle the driver watches each statement from a goroutine of its own, which takes longer
// than most statements do.
func between(ctx context.Context) context.Context {
	if ctx.Err() != nil {
		return ctx
	}
	return context.WithoutCancel(ctx)
}

func (t keptTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx = between(ctx)
	t.rest()
	if made := t.kept.statement(query); made != nil {
		return t.bind(ctx, made).ExecContext(ctx, args...)
	}
	return t.Tx.ExecContext(ctx, query, args...)
}

func (t keptTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx = between(ctx)
	t.rest()
	if made := t.kept.statement(query); made != nil {
		return t.bind(ctx, made).QueryContext(ctx, args...)
	}
	return t.Tx.QueryContext(ctx, query, args...)
}

func (t keptTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	ctx = between(ctx)
	t.rest()
	if made := t.kept.statement(query); made != nil {
		return t.bind(ctx, made).QueryRowContext(ctx, args...)
	}
	return t.Tx.QueryRowContext(ctx, query, args...)
}
