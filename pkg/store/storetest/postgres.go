package storetest

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // driver "pgx"
)

// Postgres starts a PostgreSQL for one test and returns the URL of an empty
// database; it is stopped with the test. Without the programs the test is
// skipped, and fails where CI=true.
func Postgres(tb testing.TB) (url string) {
	tb.Helper()
	return postgres(tb, "listen_addresses=", "")
}

// PostgresAt is one that listens on a loopback port, too: for programs in a root directory
// of their own, where the socket is not.
func PostgresAt(tb testing.TB, port int) (url string) {
	tb.Helper()
	return postgres(tb, "listen_addresses=127.0.0.1", strconv.Itoa(port))
}

func postgres(tb testing.TB, listen, port string) (url string) {
	tb.Helper()
	initdb, server := program(tb, "initdb"), program(tb, "postgres")
	account := account(tb)
	dir := socketDir(tb, account)
	data := filepath.Join(dir, "data")
	run(tb, account, initdb, "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8")
	args := []string{"-D", data, "-k", dir, "-c", listen, "-c", "fsync=off", "-c", "shared_buffers=64MB", "-c", "max_connections=60"}
	url = fmt.Sprintf("postgres:///postgres?host=%s&user=postgres", dir)
	if port != "" {
		args, url = append(args, "-p", port), url+"&port="+port
	}
	serve(tb, account, server, args...)
	await(tb, url)
	return url
}

// program finds a server program, also where Debian hides it from PATH.
func program(tb testing.TB, name string) string {
	tb.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err == nil && len(found) > 0 {
		return found[len(found)-1]
	}
	const reason = "no PostgreSQL here: install the package postgresql (programs initdb and postgres)"
	if os.Getenv("CI") == "true" {
		tb.Fatal(reason)
	}
	tb.Skip(reason)
	return ""
}

// account is whom the server runs as: PostgreSQL refuses root.
func account(tb testing.TB) *syscall.Credential {
	tb.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			return &syscall.Credential{Uid: number(tb, u.Uid), Gid: number(tb, u.Gid)}
		}
	}
	tb.Fatal("running as root, and there is neither a user postgres nor nobody to run PostgreSQL as")
	return nil
}

func number(tb testing.TB, s string) uint32 {
	tb.Helper()
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		tb.Fatal(err)
	}
	return uint32(n)
}

// socketDir is a short path: the name of a unix socket has at most 107 bytes.
func socketDir(tb testing.TB, account *syscall.Credential) string {
	tb.Helper()
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(dir) })
	if account != nil {
		if err := os.Chown(dir, int(account.Uid), int(account.Gid)); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

func command(ctx context.Context, account *syscall.Credential, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = "/" // the server's user may not enter the test's folder
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: account, Pdeathsig: syscall.SIGQUIT}
	return cmd
}

func run(tb testing.TB, account *syscall.Credential, name string, args ...string) {
	tb.Helper()
	if out, err := command(tb.Context(), account, name, args...).CombinedOutput(); err != nil {
		tb.Fatalf("%s: %v\n%s", name, err, out)
	}
}

func serve(tb testing.TB, account *syscall.Credential, name string, args ...string) {
	tb.Helper()
	var log bytes.Buffer
	cmd := command(context.WithoutCancel(tb.Context()), account, name, args...) // stopped below, after the test
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		tb.Fatalf("start %s: %v", name, err)
	}
	tb.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGQUIT) // at once: the data is thrown away
		_ = cmd.Wait()
		if tb.Failed() {
			tb.Logf("%s said:\n%s", filepath.Base(name), log.String())
		}
	})
}

func await(tb testing.TB, url string) {
	tb.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	ctx, cancel := context.WithTimeout(tb.Context(), 30*time.Second)
	defer cancel()
	for err = db.PingContext(ctx); err != nil && ctx.Err() == nil; err = db.PingContext(ctx) {
		select {
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
	if err != nil {
		tb.Fatalf("PostgreSQL does not answer: %v", err)
	}
}
