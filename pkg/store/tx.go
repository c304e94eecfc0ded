package store

import (
	"context"
	"database/sql"
	"fmt"
)

// querier is what *sql.DB and *sql.Tx share.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

type txKey struct{}

// joined returns the transaction that ctx carries for this store.
func (s *Store) joined(ctx context.Context) (querier, bool) {
	j, ok := ctx.Value(txKey{}).(joinedTx)
	return j.tx, ok && j.of == s
}

type joinedTx struct {
	of *Store
	tx querier
}

// read is where queries go: the transaction of ctx, or the readers.
func (s *Store) read(ctx context.Context) querier {
	if tx, ok := s.joined(ctx); ok {
		return tx
	}
	return s.readers
}

// write runs fn in a transaction, or in that of ctx.
func (s *Store) write(ctx context.Context, fn func(context.Context, querier) error) error {
	return s.transact(ctx, "", fn)
}

// writeInOrder is write that excludes all other writeInOrder, on any node.
func (s *Store) writeInOrder(ctx context.Context, fn func(context.Context, querier) error) error {
	return s.transact(ctx, s.d.order, fn)
}

// Together makes one transaction of all that fn does through the context it gets.
// An error of fn undoes it; on PostgreSQL so does a refused statement, whatever fn says.
func (s *Store) Together(ctx context.Context, fn func(context.Context) error) error {
	return s.writeInOrder(ctx, func(ctx context.Context, _ querier) error { return fn(ctx) })
}

func (s *Store) transact(ctx context.Context, first string, fn func(context.Context, querier) error) error {
	if tx, ok := s.joined(ctx); ok {
		return fn(ctx, tx)
	}
	if s.kept != nil {
		s.kept.compile(ctx)
	}
	conn, err := s.w.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", fault(err))
	}
	defer func() { _ = conn.Close() }() // it goes back to the pool
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", fault(err))
	}
	defer func() { _ = tx.Rollback() }() // nothing left to do after a commit
	if s.kept == nil {                   // the server does the work, and others' work besides
		return s.finish(ctx, conn, tx, first, fn)
	}
	s.behind(func() { err = s.finish(ctx, conn, tx, first, fn) })
	return err
}

// giveWay does work behind others, where that of a transaction is done, too.
func (s *Store) giveWay(ctx context.Context, work func()) {
	if _, ok := s.joined(ctx); ok {
		work()
		return
	}
	s.behind(work)
}

// finish does what a transaction is for, and commits it.
func (s *Store) finish(ctx context.Context, conn *sql.Conn, tx *sql.Tx, first string, fn func(context.Context, querier) error) error {
	if first != "" {
		if _, err := tx.ExecContext(ctx, first); err != nil {
			return fmt.Errorf("take turn: %w", fault(err))
		}
	}
	var q querier = tx
	if s.kept != nil {
		q = keptTx{tx, conn, s.kept, s.rest}
	}
	if err := fn(context.WithValue(ctx, txKey{}, joinedTx{s, q}), q); err != nil {
		return fault(err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", fault(err))
	}
	return nil
}
