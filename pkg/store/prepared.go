package store

import (
	"context"
	"database/sql"
	"sync"
)

// prepared is a pool whose statements are compiled once. SQLite compiles a text
// anew each time it is run, which takes longer than a look-up does; pgx keeps its
// own statements, so PostgreSQL goes without.
type prepared struct {
	db *sql.DB
	mu sync.Mutex
	m  map[string]statement
}

// statement is a *sql.Stmt, which lives as long as the pool.
type statement interface {
	QueryContext(ctx context.Context, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, args ...any) *sql.Row
}

// maxPrepared bounds the statements kept: texts with an IN list come in many lengths.
const maxPrepared = 200

func newPrepared(db *sql.DB) *prepared { return &prepared{db: db, m: map[string]statement{}} }

// statement returns nil for a text that is not worth keeping, or that SQLite
// refuses: running it as it is tells why.
func (p *prepared) statement(ctx context.Context, query string) statement {
	p.mu.Lock()
	stmt, known := p.m[query]
	full := len(p.m) >= maxPrepared
	p.mu.Unlock()
	if known || full {
		return stmt
	}
	made, err := p.db.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if first, raced := p.m[query]; raced {
		defer func() { _ = made.Close() }() // nobody has used it
		return first
	}
	p.m[query] = made
	return made
}

func (p *prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return p.db.ExecContext(ctx, query, args...)
}

func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if stmt := p.statement(ctx, query); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return p.db.QueryContext(ctx, query, args...)
}

func (p *prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if stmt := p.statement(ctx, query); stmt != nil {
		return stmt.QueryRowContext(ctx, args...)
	}
	return p.db.QueryRowContext(ctx, query, args...)
}
