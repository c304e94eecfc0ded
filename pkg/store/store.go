package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"
)

// Store is an open database.
type Store struct {
	d       dialect
	w, r    *sql.DB   // the same pool on PostgreSQL
	readers querier   // r, with its statements prepared where that pays
	kept    *kept     // statements of w, nil where the driver keeps its own
	spare   sync.Pool // of *documents
	decoded decoded   // entries of the journal
	behind  func(work func())
	rest    func()
}

// WriteBehind has run do what writing takes, as on a thread that gives way to others; the work
// calls rest about every hundred microseconds. To be called before the store is used.
func (s *Store) WriteBehind(run func(work func()), rest func()) {
	s.behind, s.rest = run, rest
	if s.kept != nil {
		restBetweenPages(rest)
	}
}

// Open connects to the database that url names: "sqlite:PATH" or
// "postgres://…". It refuses a database whose schema is newer than it knows, but
// does not migrate an older one.
func Open(ctx context.Context, url string) (*Store, error) {
	s, err := connect(url)
	if err != nil {
		return nil, err
	}
	s.WriteBehind(func(work func()) { work() }, func() {})
	if err := s.check(ctx); err != nil {
		_ = s.Close() // the fault of opening is the one to tell
		return nil, err
	}
	return s, nil
}

func (s *Store) check(ctx context.Context) error {
	if err := s.connected(ctx); err != nil {
		return fmt.Errorf("open store: %w", err)
	}
	return s.checkVersion(ctx)
}

// connected waits for the writer's connection. When several processes make one
// new SQLite file, all but one are refused the switch to WAL at once, without
// regard to busy_timeout.
func (s *Store) connected(ctx context.Context) error {
	const tries, wait = 100, 50 * time.Millisecond
	for try := 1; ; try++ {
		err := s.w.PingContext(ctx)
		if err == nil || try == tries || !busy(err) {
			return fault(err)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	if err := s.r.QueryRowContext(ctx, "SELECT 1").Scan(&one); err != nil {
		return fmt.Errorf("ping store: %w", fault(err))
	}
	return nil
}

// Close waits for running queries and closes the database.
func (s *Store) Close() error {
	if s.kept != nil {
		s.kept.close()
	}
	err := s.w.Close()
	if s.r == s.w {
		return err
	}
	if rerr := s.r.Close(); err == nil {
		err = rerr
	}
	return err
}
