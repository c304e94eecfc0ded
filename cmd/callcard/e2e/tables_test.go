package e2e

import (
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // driver "pgx"

	"callcard/connector/asterisk/asterisktest"
	"callcard/pkg/store/storetest"
)

// tables are those that people have: what ast-db-manage makes, and the older ones of
// cdr_pgsql's and app_queue's own documentation.
func tables() map[string]struct{ schema, adaptive string } {
	const common = `accountcode varchar(80), src varchar(80), dst varchar(80), dcontext varchar(80), clid varchar(80),
		channel varchar(80), dstchannel varchar(80), lastapp varchar(80), lastdata varchar(80), duration integer, billsec integer,
		amaflags varchar(45), uniqueid varchar(150), linkedid varchar(150), peeraccount varchar(80), sequence integer`
	return map[string]struct{ schema, adaptive string }{
		asterisktest.V22: {`
			CREATE TABLE cdr (` + common + `, disposition varchar(45), start timestamp, answer timestamp, "end" timestamp, userfield varchar(256));
			CREATE TABLE queue_log (id bigserial PRIMARY KEY, time timestamp, callid varchar(80), queuename varchar(256), agent varchar(80),
				event varchar(32), data1 varchar(100), data2 varchar(100), data3 varchar(100), data4 varchar(100), data5 varchar(100))`, "yes"},
		asterisktest.V16: {`
			CREATE TABLE cdr (calldate timestamp NOT NULL, disposition integer, ` + common + `);
			CREATE TABLE queue_log (time varchar(32), callid varchar(80), queuename varchar(256), agent varchar(80), event varchar(32), data varchar(255))`, "no"},
	}
}

const tablesConfig = `
    queue_log: {url: %q, zone: UTC}
    cdr: {url: %q, zone: UTC}
`

// TestNothingIsLostFromTables: the same where Asterisk writes its records into PostgreSQL.
func TestNothingIsLostFromTables(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a real PBX")
	}
	for _, version := range asterisktest.Versions() {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			_, port, err := net.SplitHostPort(freeAddress(t))
			if err != nil {
				t.Fatal(err)
			}
			number, err := strconv.Atoi(port)
			if err != nil {
				t.Fatal(err)
			}
			url := storetest.PostgresAt(t, number)
			db, err := sql.Open("pgx", url)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := db.ExecContext(t.Context(), tables()[version].schema); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if t.Failed() {
					tellTables(t, db)
				}
				_ = db.Close() // only read
			})
			nothingIsLost(t, openSample(t, asterisktest.Options{
				Version: version, Name: "tables" + version, Sample: func(etc string) error {
					return errors.Join(quickQueues(etc), writeTables(etc, port, tables()[version].adaptive))
				},
			}, fmt.Sprintf(tablesConfig, url, url)))
		})
	}
}

// writeTables makes Asterisk write both records into PostgreSQL, and queue_log into its file, too: the
// test reads that one.
func writeTables(etc, port, adaptive string) error {
	modules := filepath.Join(etc, "modules.conf")
	text, err := os.ReadFile(modules)
	if err != nil {
		return err
	}
	with := strings.NewReplacer("noload = res_config_pgsql.so\n", "", "noload = cdr_pgsql.so\n", "").Replace(string(text))
	server := "hostname=127.0.0.1\nport=" + port + "\ndbname=postgres\nuser=postgres\npassword=none\n"
	old := "dbhost=127.0.0.1\ndbport=" + port + "\ndbuser=postgres\ndbpass=none\n"
	return errors.Join(
		os.WriteFile(modules, []byte(with), 0o600),
		os.WriteFile(filepath.Join(etc, "cdr_pgsql.conf"), []byte("[global]\n"+server+"table=cdr\ntimezone=UTC\n"), 0o600),
		os.WriteFile(filepath.Join(etc, "res_pgsql.conf"), []byte("[general]\n"+server+old+"requirements=warn\n"), 0o600),
		os.WriteFile(filepath.Join(etc, "extconfig.conf"), []byte("[settings]\nqueue_log => pgsql,postgres,queue_log\n"), 0o600),
		os.WriteFile(filepath.Join(etc, "logger.conf"), []byte("[general]\nqueue_log = yes\nqueue_log_to_file = yes\nqueue_adaptive_realtime = "+adaptive+
			"\n[logfiles]\nfull = notice,warning,error,verbose\n"), 0o600),
	)
}

// tellTables is for who has to understand a failure.
func tellTables(t *testing.T, db *sql.DB) {
	t.Helper()
	for _, table := range []string{"cdr", "queue_log"} {
		var text string
		query := `SELECT COALESCE(string_agg(CAST(t AS TEXT), chr(10)), '') FROM ` + table + ` t`
		if err := db.QueryRow(query).Scan(&text); err != nil { //nolint:noctx // after the test
			t.Log(err)
		}
		t.Log(table, text)
	}
}
