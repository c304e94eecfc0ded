package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/cti"
	"callcard/pkg/store"
)

func TestOpenRefusesBadURLs(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "test.db", "mysql://u:secret@h/db", "sqlite:", "sqlite::memory:", "postgres://u:secret@h:notaport/db"} {
		_, err := store.Open(t.Context(), url)
		var invalid *cti.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != "store.url" {
			t.Errorf("%q: got %v, want a fault of store.url", url, err)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: the error tells the password: %v", url, err)
		}
	}
}

func TestOpenTellsWhatIsWrongWithTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage.db")
	if err := os.WriteFile(garbage, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ path, want string }{
		"a folder":              {dir, "it is no file"},
		"below a file":          {garbage + "/x.db", "not a directory"},
		"something else's file": {garbage, "not a database"},
	} {
		_, err := store.Open(t.Context(), "sqlite:"+test.path)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q in it", name, err, test.want)
		}
	}
}

func TestOpenUnreachablePostgres(t *testing.T) {
	t.Parallel()
	_, err := store.Open(t.Context(), "postgres://u:secret@localhost/db?host="+t.TempDir())
	var unavailable *cti.UnavailableError
	if !errors.As(err, &unavailable) || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v, want that the store is not available, without the password", err)
	}
}

func TestSQLiteFileIsPrivateAndAnyPathWorks(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", "100% ?#&é.db")
	opened(t, "sqlite:"+path)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want that others cannot read it", info.Mode())
	}
}

func TestNewerSchema(t *testing.T) {
	t.Parallel()
	url := "sqlite:" + filepath.Join(t.TempDir(), "test.db")
	opened(t, url)
	db, err := sql.Open("sqlite", strings.TrimPrefix(url, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)"); err != nil {
		t.Fatal(err)
	}
	_, err = store.Open(t.Context(), url)
	if !errors.Is(err, store.ErrNewerSchema) {
		t.Errorf("got %v, want %v", err, store.ErrNewerSchema)
	}
}

func TestMigrateTwice(t *testing.T) {
	t.Parallel()
	s := opened(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
	if err := s.Migrate(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestBothDatabasesHaveTheSameMigrations(t *testing.T) {
	t.Parallel()
	names := map[string][]string{}
	for _, dialect := range []string{"sqlite", "postgres"} {
		entries, err := os.ReadDir("migrations/" + dialect)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			names[dialect] = append(names[dialect], e.Name())
		}
	}
	if diff := cmp.Diff(names["sqlite"], names["postgres"]); diff != "" {
		t.Error(diff)
	}
}

func TestClosedStoreIsUnavailable(t *testing.T) {
	t.Parallel()
	s := opened(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"ping":  s.Ping(t.Context()),
		"write": s.SaveMode(t.Context(), cti.ModeChange{}),
	} {
		if _, ok := errors.AsType[*cti.UnavailableError](err); !ok {
			t.Errorf("%s: got %v, want that the store is not available", name, err)
		}
	}
}

func TestCanceledIsNoFaultOfTheStore(t *testing.T) {
	t.Parallel()
	s := opened(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Users(ctx)
	var unavailable *cti.UnavailableError
	if !errors.Is(err, context.Canceled) || errors.As(err, &unavailable) {
		t.Errorf("got %v, want that the context was canceled", err)
	}
}

// TestCloseLeavesOneFile: what was written is in the database itself then, and no statement
// keeps the connection open.
func TestCloseLeavesOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "closed.db")
	s, err := store.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.AppendEvents(t.Context(), []cti.CallEvent{busyEvent(0), busyEvent(1)}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(path + "-*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestCloseWaitsForNobodyForEver: a transaction that hangs must not hold the end of the daemon.
func TestCloseWaitsForNobodyForEver(t *testing.T) {
	t.Parallel()
	s := opened(t, "sqlite:"+filepath.Join(t.TempDir(), "hangs.db"))
	hangs, let, ended, closed := make(chan struct{}), make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		defer close(ended)
		_ = s.Together(t.Context(), func(context.Context) error { // what becomes of it is not asked here
			close(hangs)
			<-let
			return nil
		})
	}()
	<-hangs
	go func() { closed <- s.Close() }()
	select {
	case err := <-closed:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(30 * time.Second):
		t.Error("still waits for a transaction that hangs")
	}
	close(let)
	<-ended
}
