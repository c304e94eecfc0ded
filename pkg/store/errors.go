package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"callcard/pkg/cti"
)

// ErrNewerSchema says that the database was made by a newer callcard.
var ErrNewerSchema = errors.New("the store's schema is too new")

// fault translates a driver's error into one that the rest understands.
func fault(err error) error {
	var lite *sqlite.Error
	var pg *pgconn.PgError
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, sql.ErrNoRows):
		return cti.ErrNotFound
	case errors.As(err, &lite):
		return sqliteFault(lite, err)
	case errors.As(err, &pg):
		return postgresFault(pg, err)
	case isConnectionFault(err):
		return unavailable(err)
	}
	return err
}

func unavailable(err error) error { return &cti.UnavailableError{What: "store", Err: err} }

func sqliteFault(lite *sqlite.Error, err error) error {
	switch lite.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fmt.Errorf("%w: %w", cti.ErrConflict, err)
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return fmt.Errorf("%w: %w", cti.ErrNotFound, err)
	}
	const primary = 0xff // extended codes keep the primary one in the low byte
	switch lite.Code() & primary {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL,
		sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL:
		return unavailable(err)
	}
	return err
}

// busy says that another process holds the lock of a SQLite file.
func busy(err error) bool {
	lite, ok := errors.AsType[*sqlite.Error](err)
	return ok && lite.Code()&0xff == sqlite3.SQLITE_BUSY
}

// postgresFault goes by SQLSTATE (PostgreSQL documentation, appendix A).
func postgresFault(pg *pgconn.PgError, err error) error {
	switch pg.Code {
	case "23505": // unique_violation
		return fmt.Errorf("%w: %w", cti.ErrConflict, err)
	case "23503": // foreign_key_violation
		return fmt.Errorf("%w: %w", cti.ErrNotFound, err)
	case "40001", "40P01", "55P03": // serialization, deadlock, lock not available
		return unavailable(err)
	}
	for _, class := range []string{"08", "25006", "53", "57P", "58"} { // connection, read only, resources, shutdown, system
		if strings.HasPrefix(pg.Code, class) {
			return unavailable(err)
		}
	}
	return err
}

func isConnectionFault(err error) bool {
	var network net.Error
	var connect *pgconn.ConnectError
	return errors.As(err, &network) || errors.As(err, &connect) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, sql.ErrConnDone) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		strings.Contains(err.Error(), "sql: database is closed") || strings.Contains(err.Error(), "conn closed")
}
