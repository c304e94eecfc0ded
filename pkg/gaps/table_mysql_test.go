package gaps

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"callcard/pkg/cti"
	"callcard/pkg/store/storetest"
)

// freepbxCDR are the columns and indexes that FreePBX's table has; start is calldate, in the
// PBX's time without a zone, and there is no end.
const freepbxCDR = `CREATE TABLE cdr (calldate datetime NOT NULL DEFAULT '0000-00-00 00:00:00', clid varchar(80) NOT NULL DEFAULT '',
	src varchar(80) NOT NULL DEFAULT '', dst varchar(80) NOT NULL DEFAULT '', dcontext varchar(80) NOT NULL DEFAULT '',
	channel varchar(80) NOT NULL DEFAULT '', dstchannel varchar(80) NOT NULL DEFAULT '', lastapp varchar(80) NOT NULL DEFAULT '',
	lastdata varchar(80) NOT NULL DEFAULT '', duration int(11) NOT NULL DEFAULT 0, billsec int(11) NOT NULL DEFAULT 0,
	disposition varchar(45) NOT NULL DEFAULT '', amaflags int(11) NOT NULL DEFAULT 0, accountcode varchar(20) NOT NULL DEFAULT '',
	uniqueid varchar(32) NOT NULL DEFAULT '', userfield varchar(255) NOT NULL DEFAULT '', did varchar(50) NOT NULL DEFAULT '',
	recordingfile varchar(255) NOT NULL DEFAULT '', cnum varchar(80) NOT NULL DEFAULT '', cnam varchar(80) NOT NULL DEFAULT '',
	outbound_cnum varchar(80) NOT NULL DEFAULT '', outbound_cnam varchar(80) NOT NULL DEFAULT '', dst_cnam varchar(80) NOT NULL DEFAULT '',
	linkedid varchar(32) NOT NULL DEFAULT '', peeraccount varchar(80) NOT NULL DEFAULT '', sequence int(11) NOT NULL DEFAULT 0,
	KEY calldate (calldate), KEY dst (dst), KEY accountcode (accountcode), KEY uniqueid (uniqueid), KEY did (did),
	KEY recordingfile (recordingfile(191))) DEFAULT CHARSET=utf8mb4`

// mariaDB is an empty one with FreePBX's table of calls, and one of queue_log whose times know their instant.
func mariaDB(t *testing.T) *sql.DB {
	t.Helper()
	cfg := mysql.NewConfig()
	cfg.Net, cfg.Addr, cfg.User, cfg.Passwd, cfg.DBName = "unix", storetest.MariaDB(t), storetest.MariaDBUser, storetest.MariaDBPassword, storetest.MariaDBName
	cfg.Params = map[string]string{"time_zone": "'+00:00'"}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	t.Cleanup(func() { _ = db.Close() })
	execute(t, db, freepbxCDR)
	execute(t, db, `CREATE TABLE queue_log (time timestamp(6), callid varchar(80), queuename varchar(80), agent varchar(80), event varchar(32),
		data1 varchar(100), data2 varchar(100), data3 varchar(100), data4 varchar(100), data5 varchar(100))`)
	return db
}

func execute(t *testing.T, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatal(query, err)
	}
}

// fill writes what a real Asterisk wrote into its files of a scenario.
func fill(t *testing.T, db *sql.DB, version, name string) {
	t.Helper()
	moscow := zone(t)
	for _, line := range lines(t, filepath.Join("testdata", version, name+".csv")) {
		r, err := cdrForm{zone: time.UTC}.parse(line)
		if err != nil {
			t.Fatal(err)
		}
		execute(t, db, `INSERT INTO cdr (calldate, clid, src, dst, dcontext, channel, dstchannel, lastapp, lastdata, duration, billsec, disposition,
			uniqueid, linkedid, sequence, did) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			r.start.In(moscow).Format(time.DateTime), r.callerID, r.source, r.dst, r.context, r.channel, r.peer, r.app, r.appData,
			int(r.end.Sub(r.start).Seconds()), int(r.talked.Seconds()), r.disposition, r.uniqueid, r.linkedid, r.sequence, "74950000009")
	}
	for _, line := range lines(t, filepath.Join("testdata", version, name+".queue_log")) {
		e, err := parseEntry(line)
		if err != nil {
			t.Fatal(err)
		}
		execute(t, db, `INSERT INTO queue_log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			e.at.UTC().Format(time.DateTime), e.uniqueid, e.queue, e.agent, e.verb, e.datum(0), e.datum(1), e.datum(2), e.datum(3), e.datum(4))
	}
}

// TestRecordsInMariaDB: the call is the one that the files give, and reading again adds nothing.
func TestRecordsInMariaDB(t *testing.T) {
	t.Parallel()
	db := mariaDB(t)
	for _, name := range []string{"blind", "outbound", "overflow"} {
		execute(t, db, `DELETE FROM cdr`)
		execute(t, db, `DELETE FROM queue_log`)
		fill(t, db, "22", name)
		o := nobodyHeard(t, name)
		p := &o.opts.PBXes[0]
		p.CDR, p.QueueLog = "", ""
		p.CDRTable = &Table{DB: db, Dialect: MySQL, Name: storetest.MariaDBName + ".cdr", Zone: zone(t)}
		p.QueueTable = &Table{DB: db, Dialect: MySQL, Name: "queue_log", Zone: zone(t)}
		for range 2 {
			o.Service = New(o.opts) // a daemon that starts again
			o.tends(t)
		}
		want, got := rebuilt(t, name), o.store.calls[rebuilt(t, name).ID]
		if wrong(want, got) != "" || !slices.Equal(got.Talks, want.Talks) || !got.Started.Equal(want.Started) || !got.Ended.Equal(want.Ended) {
			t.Errorf("%s: got  %+v\nwant %+v", name, got, want)
		}
		if want.Direction == cti.Inbound && got.DID != "74950000009" {
			t.Errorf("%s: its DID is %q", name, got.DID)
		}
		if len(o.store.calls) != 1 || o.store.ends[want.ID] != 1 {
			t.Errorf("%s: told: %q", name, o.told())
		}
	}
}

// TestLongCallsWithoutAnEnd: a row that tells the begin of its call only is written when the
// call ends, hours later; what ended long ago is not read again.
func TestLongCallsWithoutAnEnd(t *testing.T) {
	t.Parallel()
	pg, err := sql.Open("pgx", storetest.Postgres(t)+"&timezone=UTC")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pg.Close() })
	execute(t, pg, `CREATE TABLE cdr (calldate timestamp, channel text, duration integer, billsec integer, disposition text, uniqueid text, linkedid text, sequence integer)`)
	for name, one := range map[string]Table{
		"MariaDB":    {DB: mariaDB(t), Dialect: MySQL, Name: "cdr", Zone: zone(t)},
		"PostgreSQL": {DB: pg, Name: "cdr", Zone: zone(t)},
	} {
		o := nobodyHeard(t, "blind")
		p := &o.opts.PBXes[0]
		p.CDR, p.QueueLog, p.CDRTable = "", "", &one
		o.Service = New(o.opts)
		cdr := o.links["m"].sources[0].(*table) //nolint:forcetypeassert // as configured above
		call := func(id string, ago, length time.Duration) {
			execute(t, one.DB, fmt.Sprintf(`INSERT INTO cdr (calldate, channel, duration, billsec, disposition, uniqueid, linkedid, sequence)
				VALUES ('%s', 'PJSIP/trunk-1', %d, 1, 'ANSWERED', '%s', '%s', 1)`,
				o.now.Add(-ago).In(zone(t)).Format(time.DateTime), int(length.Seconds()), id, id))
		}
		look := func() (unread []string) {
			cdr.looked = time.Time{}
			if err := cdr.follow(t.Context()); err != nil {
				t.Fatal(name, err)
			}
			stored, err := o.store.LogLines(t.Context(), "m", nil, []string{"1.1", "1.2", "1.3", "1.4"})
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range []string{"1.1", "1.2", "1.3", "1.4"} {
				if !slices.ContainsFunc(stored, func(l cti.LogLine) bool { return l.Uniqueid == id }) {
					unread = append(unread, id)
				}
			}
			return unread
		}
		call("1.1", 5*time.Hour, time.Minute)
		call("1.2", 2*time.Minute, time.Minute)
		if got := look(); !slices.Equal(got, []string{"1.3", "1.4"}) {
			t.Errorf("%s: at first unread are %v", name, got)
		}
		call("1.3", 11*time.Hour, 11*time.Hour-time.Second) // it has just ended
		call("1.4", time.Minute, 30*time.Second)
		if got := look(); len(got) > 0 || len(cdr.seen) != 3 {
			t.Errorf("%s: unread are %v, %d rows were read again, want 3", name, got, len(cdr.seen))
		}
	}
}

// TestMomentsOfColumns: what has no zone is asked for in the PBX's time, an hour earlier for
// the night on which clocks are put back.
func TestMomentsOfColumns(t *testing.T) {
	t.Parallel()
	place := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		dialect Dialect
		columns columnKinds
		by      string
		want    []any
	}{
		"FreePBX":                     {MySQL, columnKinds{"calldate": "DATETIME", "duration": "INT"}, "calldate", []any{"2026-11-21 23:00:00", "2026-11-22 10:45:00"}},
		"an end in MySQL":             {MySQL, columnKinds{"end": "DATETIME", "calldate": "DATETIME"}, "end", []any{"2026-11-22 10:45:00"}},
		"an instant in MySQL":         {MySQL, columnKinds{"calldate": "TIMESTAMP", "duration": "UNSIGNED INT"}, "calldate", []any{"2026-11-21 21:00:00", "2026-11-22 08:45:00"}},
		"a length that is text":       {MySQL, columnKinds{"calldate": "DATETIME", "duration": "VARCHAR"}, "calldate", []any{"2026-11-22 07:00:00"}},
		"cdr_pgsql":                   {PostgreSQL, columnKinds{"calldate": "TIMESTAMP", "duration": "FLOAT8"}, "calldate", []any{"2026-11-21 23:00:00", "2026-11-22 10:45:00"}},
		"an instant in PostgreSQL":    {PostgreSQL, columnKinds{"end": "TIMESTAMPTZ"}, "end", []any{"2026-11-22 08:45:00Z"}},
		"without a length PostgreSQL": {PostgreSQL, columnKinds{"start": "TIMESTAMPTZ"}, "start", []any{"2026-11-22 05:00:00Z"}},
	} {
		one := table{Table: Table{Dialect: c.dialect, Name: "cdr", Zone: zone(t)}, kind: cti.CDRRecord}
		if query, args := one.query(c.columns, c.by, place); !slices.Equal(args, c.want) {
			t.Errorf("%s: %q with %q, want %q", name, query, args, c.want)
		}
	}
}
