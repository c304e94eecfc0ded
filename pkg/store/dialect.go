package store

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	_ "modernc.org/sqlite" // driver "sqlite"

	"callcard/pkg/cti"
)

// dialect holds what differs between the two databases.
type dialect struct {
	name   string // folder of the migrations
	goose  goose.Dialect
	locker bool   // migrations of several nodes must exclude each other
	order  string // statement that makes ordered writes exclude each other, "" for none needed
}

// orderLock is an arbitrary key of PostgreSQL's advisory locks.
const orderLock = "SELECT pg_advisory_xact_lock(7213190544120001)"

func connect(rawURL string) (*Store, error) {
	scheme, rest, _ := strings.Cut(rawURL, ":")
	switch scheme {
	case "sqlite":
		return connectSQLite(rest)
	case "postgres", "postgresql":
		return connectPostgres(rawURL)
	}
	return nil, &cti.InvalidError{Field: "store.url", Got: scheme + ":…", Want: "sqlite:PATH or postgres://…"}
}

func connectPostgres(rawURL string) (*Store, error) {
	config, err := pgx.ParseConfig(rawURL)
	if err != nil { // pgx hides the password in it
		return nil, &cti.InvalidError{Field: "store.url", Got: "postgres:…", Want: "a PostgreSQL URL: " + err.Error()}
	}
	db := stdlib.OpenDB(*config)
	const conns = 16
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	d := dialect{name: "postgres", goose: goose.DialectPostgres, locker: true, order: orderLock}
	return &Store{d: d, w: db, r: db, readers: db}, nil
}

func connectSQLite(path string) (*Store, error) {
	path = strings.TrimPrefix(path, "//")
	if path == "" || strings.Contains(path, ":memory:") {
		return nil, &cti.InvalidError{Field: "store.url", Got: "sqlite:" + path, Want: "sqlite:PATH, PATH being a file"}
	}
	if err := prepareFile(path); err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	separateCaches()
	// 10,000 pages (40 MB) to a checkpoint instead of 1,000: the same pages are written again and again, once is enough.
	// What undoes a single statement is kept in memory: else each INSERT of many rows writes the pages it touches to a
	// file that nobody reads, after the first 64 KB (sqlite.org/tempfiles.html, 2.5 and 3).
	w, err := sql.Open("sqlite", sqliteDSN(path, "_pragma=journal_mode(WAL)&_pragma=wal_autocheckpoint(10000)&_pragma=temp_store(2)&_txlock=immediate"))
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	r, err := sql.Open("sqlite", sqliteDSN(path, "_pragma=query_only(1)"))
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	w.SetMaxOpenConns(1)
	readers := max(4, runtime.NumCPU())
	r.SetMaxOpenConns(readers)
	r.SetMaxIdleConns(readers)
	return &Store{d: dialect{name: "sqlite", goose: goose.DialectSQLite3}, w: w, r: r, readers: newPrepared(r), kept: newKept(w)}, nil
}

// prepareFile makes the file so that others on the machine cannot read it, and
// reports a missing right before SQLite would say "unable to open database file".
// It does not open a file that is there: closing it would drop the locks that
// SQLite may hold on it in this process (sqlite.org/howtocorrupt.html, 2.2).
func prepareFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		return f.Close()
	}
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	return writable(path)
}

// writable: SQLite writes beside the file too (-wal, -shm).
func writable(path string) error {
	const writeOK = 2 // access(2), W_OK
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("it is no file")
	}
	for _, needed := range []string{path, filepath.Dir(path)} {
		if err := syscall.Access(needed, writeOK); err != nil {
			return fmt.Errorf("write to %s: %w", needed, err)
		}
	}
	return nil
}

func sqliteDSN(path, extra string) string {
	const pragmas = "?_pragma=busy_timeout(5000)&_pragma=synchronous(NORMAL)" +
		"&_pragma=foreign_keys(1)&_pragma=cache_size(-16000)&"
	return "file:" + (&url.URL{Path: path}).EscapedPath() + pragmas + extra
}

func (d dialect) migrateOptions() ([]goose.ProviderOption, error) {
	opts := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if !d.locker {
		return opts, nil
	}
	const every, tries = 1, 300 // seconds
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(every, tries))
	if err != nil {
		return nil, err
	}
	return append(opts, goose.WithSessionLocker(locker)), nil
}
