package store_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"callcard/pkg/store"
	"callcard/pkg/store/storetest"
)

func TestSQLite(t *testing.T) {
	storetest.Exercise(t, func(tb testing.TB) *store.Store {
		tb.Helper()
		return opened(tb, "sqlite:"+filepath.Join(tb.TempDir(), "test.db"))
	})
}

func TestPostgres(t *testing.T) {
	url := storetest.Postgres(t)
	var databases atomic.Int32
	storetest.Exercise(t, func(tb testing.TB) *store.Store {
		tb.Helper()
		name := fmt.Sprintf("test%d", databases.Add(1))
		db, err := sql.Open("pgx", url)
		if err != nil {
			tb.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		if _, err := db.ExecContext(tb.Context(), "CREATE DATABASE "+name); err != nil {
			tb.Fatal(err)
		}
		return opened(tb, strings.Replace(url, "/postgres?", "/"+name+"?", 1))
	})
}

func opened(tb testing.TB, url string) *store.Store {
	tb.Helper()
	s, err := store.Open(tb.Context(), url)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	if err := s.Migrate(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return s
}
