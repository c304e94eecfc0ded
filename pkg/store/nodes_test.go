package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"golang.org/x/sync/errgroup"

	"callcard/pkg/cti"
	"callcard/pkg/store"
	"callcard/pkg/store/storetest"
)

// databases runs a test on an empty database of each kind.
func databases(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, storetest.Postgres(t)) })
}

// TestNodesStartAtOnce: several processes open, migrate and write the same new database.
func TestNodesStartAtOnce(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, url string) {
		var group errgroup.Group
		const nodes, events = 4, 20
		for n := range nodes {
			group.Go(func() error { return node(t.Context(), url, n, events) })
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		calls, err := opened(t, url).OpenCalls(t.Context())
		if err != nil || len(calls) != nodes*events {
			t.Errorf("%d calls, err %v; want %d", len(calls), err, nodes*events)
		}
	})
}

func node(ctx context.Context, url string, n, events int) (err error) {
	s, err := store.Open(ctx, url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Migrate(ctx); err != nil {
		return err
	}
	for i := range events {
		id := cti.CallID(fmt.Sprintf("m:%d.%d", n, i))
		err := s.AppendEvents(ctx, []cti.CallEvent{{Epoch: fmt.Sprint(n), Seq: uint64(i), Call: cti.Call{ID: id}}})
		if err != nil {
			return err
		}
	}
	return nil
}

// TestPostgresDropsItsConnections: what was under way is told to be safe to try again, and the next try works.
func TestPostgresDropsItsConnections(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	s := opened(t, url)
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for i := range 5 {
		if _, err := db.ExecContext(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`); err != nil {
			t.Fatal(err)
		}
		event := []cti.CallEvent{{Epoch: "e", Seq: uint64(i), Call: cti.Call{ID: "m:1"}}}
		for try := 0; ; try++ {
			err := s.AppendEvents(t.Context(), event)
			if err == nil {
				break
			}
			if _, ok := errors.AsType[*cti.UnavailableError](err); !ok || try > 20 {
				t.Fatalf("try %d: got %v, want that the store is not available", try, err)
			}
		}
	}
}
