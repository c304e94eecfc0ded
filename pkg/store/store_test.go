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
	storetest.Exercise(t, func(t testing.TB) *store.Store {
		return opened(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
	})
}

func TestPostgres(t *testing.T) {
	url := storetest.Postgres(t)
	var databases atomic.Int32
	storetest.Exercise(t, func(t testing.TB) *store.Store {
		name := fmt.Sprintf("test%d", databases.Add(1))
		db, err := sql.Open("pgx", url)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
			t.Fatal(err)
		}
		return opened(t, strings.Replace(url, "/postgres?", "/"+name+"?", 1))
	})
}

func opened(t testing.TB, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}
