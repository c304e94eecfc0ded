package main

import (
	"strings"
	"testing"

	"callcard/pkg/config"
	"callcard/pkg/gaps"
	"callcard/pkg/store/storetest"
)

func TestAddressesOfMySQL(t *testing.T) {
	t.Parallel()
	for address, want := range map[string][5]string{
		"mysql://reader:s%40cret@db.example.com/asteriskcdrdb":           {"tcp", "db.example.com:3306", "reader", "s@cret", ""},
		"mysql://reader@[::1]:3307/asteriskcdrdb?tls=true":               {"tcp", "[::1]:3307", "reader", "", "true"},
		"mysql://reader:x@/asteriskcdrdb?socket=/run/mysqld/mysqld.sock": {"unix", "/run/mysqld/mysqld.sock", "reader", "x", ""},
		"mysql://reader:x@localhost/asteriskcdrdb?tls=skip-verify":       {"tcp", "localhost:3306", "reader", "x", "skip-verify"},
	} {
		cfg, err := mysqlConfig(address)
		if err != nil {
			t.Fatal(address, err)
		}
		if got := [5]string{cfg.Net, cfg.Addr, cfg.User, cfg.Passwd, cfg.TLSConfig}; got != want || cfg.DBName != "asteriskcdrdb" {
			t.Errorf("%s: got %q, database %s", address, got, cfg.DBName)
		}
	}
	for _, bad := range []string{"mysql://u:hunter2%@h/d", "mysql://u:hunter2@h/d?multiStatements=true", "mysql://u:hunter2@h/d?tls=what"} {
		if _, err := recordTable(config.URL(bad), "", "cdr", ""); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v", bad, err)
		}
	}
}

// The table of a configuration is read from a real server, in sessions whose zone is UTC.
func TestATableOfMariaDB(t *testing.T) {
	t.Parallel()
	address := "mysql://" + storetest.MariaDBUser + ":se%2Fcr%40t%3A@/" + storetest.MariaDBName + "?socket=" + storetest.MariaDB(t)
	table, err := recordTable(config.URL(address), "", "cdr", "Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	defer table.DB.Close()
	var zone string
	if err := table.DB.QueryRowContext(t.Context(), `SELECT @@session.time_zone`).Scan(&zone); err != nil || zone != "+00:00" {
		t.Errorf("the session's zone is %q, %v", zone, err)
	}
	if table.Dialect != gaps.MySQL || table.Name != "cdr" || table.Zone.String() != "Europe/Moscow" {
		t.Errorf("%+v", table)
	}
}
