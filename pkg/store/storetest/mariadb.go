package storetest

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// MariaDBUser may read and write MariaDBName with MariaDBPassword.
const (
	MariaDBUser     = "callcard"
	MariaDBPassword = "se/cr@t:"
	MariaDBName     = "asteriskcdrdb"
)

// MariaDB starts a MariaDB for one test and returns the path of its socket; it is stopped
// with the test. Without the program the test is skipped, and fails where CI=true.
func MariaDB(tb testing.TB) (socket string) {
	tb.Helper()
	server, err := exec.LookPath("mariadbd")
	if err != nil {
		server = "/usr/sbin/mariadbd"
		_, err = os.Stat(server)
	}
	if err != nil {
		const reason = "no MariaDB here: install the package mariadb-server-core (program mariadbd)"
		if os.Getenv("CI") == "true" {
			tb.Fatal(reason)
		}
		tb.Skip(reason)
	}
	account := account(tb)
	dir := socketDir(tb, account)
	socket = filepath.Join(dir, "socket")
	args := []string{
		"--no-defaults", "--datadir=" + filepath.Join(dir, "data"), "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=8M",
		"--innodb-log-file-size=4M", "--skip-log-bin", "--tmpdir=" + dir,
	}
	bootstrap(tb, account, server, append(args, "--bootstrap"))
	serve(tb, account, server, append(args, "--skip-networking", "--socket="+socket, "--pid-file="+filepath.Join(dir, "pid"))...)
	awaitSocket(tb, socket)
	return socket
}

// bootstrap does what mariadb-install-db does, which needs programs of other packages: it
// feeds the server its own tables. A statement that is not in those files has one line.
func bootstrap(tb testing.TB, account *syscall.Credential, server string, args []string) {
	tb.Helper()
	var text bytes.Buffer
	text.WriteString("CREATE DATABASE mysql;\nUSE mysql;\n")
	for _, name := range []string{"mysql_system_tables.sql", "mysql_system_tables_data.sql"} {
		part, err := os.ReadFile(filepath.Join("/usr/share/mysql", name))
		if err != nil {
			tb.Fatal("MariaDB's own tables: ", err)
		}
		text.Write(part)
	}
	text.WriteString("\nFLUSH PRIVILEGES;\nCREATE DATABASE " + MariaDBName + " CHARACTER SET utf8mb4;\nCREATE USER " + MariaDBUser +
		"@localhost IDENTIFIED BY '" + MariaDBPassword + "';\nGRANT ALL ON " + MariaDBName + ".* TO " + MariaDBUser + "@localhost;\n")
	for _, arg := range args {
		if data, ok := strings.CutPrefix(arg, "--datadir="); ok {
			run(tb, account, "mkdir", data)
		}
	}
	cmd := command(tb.Context(), account, server, args...)
	cmd.Stdin = &text
	if out, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("%s: %v\n%s", server, err, out)
	}
}

// awaitSocket waits until somebody listens.
func awaitSocket(tb testing.TB, socket string) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), time.Minute)
	defer cancel()
	for {
		conn, err := (&net.Dialer{}).DialContext(ctx, "unix", socket)
		if err == nil {
			_ = conn.Close() // only to see that it opens
			return
		}
		if ctx.Err() != nil || !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ECONNREFUSED) {
			tb.Fatalf("MariaDB does not listen at %s: %v", socket, err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}
