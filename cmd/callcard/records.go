package main

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"callcard/pkg/config"
	"callcard/pkg/gaps"
)

// recordTable is a record of a PBX in a database; nil where none is configured. It is
// reached when it is read first, so that a database that is down is no reason not to start.
func recordTable(address config.URL, name, usual, zone string) (*gaps.Table, error) {
	if address == "" {
		return nil, nil
	}
	table := &gaps.Table{Name: cmp.Or(name, usual), Zone: zoneOf(zone)}
	var err error
	if address.Scheme() == "mysql" {
		table.Dialect = gaps.MySQL
		table.DB, err = mysqlRecords(address)
	} else {
		table.DB, err = postgresRecords(address)
	}
	if err != nil {
		return nil, fmt.Errorf("read the address of the table %s: %w", table.Name, err)
	}
	table.DB.SetMaxOpenConns(1)
	table.DB.SetConnMaxIdleTime(time.Minute)
	return table, nil
}

func postgresRecords(address config.URL) (*sql.DB, error) {
	cfg, err := pgx.ParseConfig(address.Reveal())
	if err != nil { // pgx hides the password in it
		return nil, err
	}
	cfg.RuntimeParams["timezone"] = "UTC"
	cfg.RuntimeParams["default_transaction_read_only"] = "on"
	return stdlib.OpenDB(*cfg), nil
}

func mysqlRecords(address config.URL) (*sql.DB, error) {
	cfg, err := mysqlConfig(address.Reveal())
	if err != nil {
		return nil, err
	}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

// mysqlConfig reads mysql://user:password@host:port/database?socket=/path&tls=true. Of the
// address nothing is told in an error: the password is in it.
func mysqlConfig(address string) (*mysql.Config, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("it cannot be read; special characters in the password must be written as %40 and the like")
	}
	cfg := mysql.NewConfig()
	cfg.User = u.User.Username()
	cfg.Passwd, _ = u.User.Password()
	cfg.Net, cfg.Addr = "tcp", net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), "3306"))
	cfg.DBName = strings.TrimPrefix(u.Path, "/")
	cfg.Params = map[string]string{"time_zone": "'+00:00'"} // of what knows its instant; a DATETIME does not
	cfg.InterpolateParams, cfg.Timeout, cfg.Logger = true, 10*time.Second, &mysql.NopLogger{}
	for name, values := range u.Query() {
		switch name {
		case "socket":
			cfg.Net, cfg.Addr = "unix", values[0]
		case "tls": // true, skip-verify or preferred
			cfg.TLSConfig = values[0]
		default:
			return nil, fmt.Errorf("it has the parameter %s; socket and tls are known", name)
		}
	}
	return cfg, nil
}
