package gaps

import (
	"context"
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the zone of the table, wherever the test runs

	_ "github.com/jackc/pgx/v5/stdlib" // driver "pgx"

	"callcard/pkg/cti"
	"callcard/pkg/store/storetest"
)

// database is a PostgreSQL whose tables hold what the files of a scenario do, in the time of Moscow.
func database(t *testing.T, name string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", storetest.Postgres(t)+"&timezone=UTC")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	exec := func(query string, args ...any) {
		if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
			t.Fatal(query, err)
		}
	}
	exec(`CREATE SCHEMA pbx`)
	exec(`CREATE TABLE pbx."CDR" (calldate timestamp, clid text, src text, dst text, dcontext text, channel text, dstchannel text, lastapp text,
		lastdata text, duration float8, billsec int, disposition int, uniqueid text, linkedid text, sequence int, did text)`)
	exec(`CREATE TABLE pbx.queue_log (time timestamptz, callid text, queuename text, agent text, event text, data1 text, data2 text, data3 text, data4 text, data5 text)`)
	moscow := zone(t)
	for _, line := range lines(t, filepath.Join("testdata", "22", name+".csv")) {
		r, err := cdrForm{zone: time.UTC}.parse(line)
		if err != nil {
			t.Fatal(err)
		}
		number := map[string]int{"ANSWERED": 8, "BUSY": 4, "FAILED": 2, "CONGESTION": 16}[r.disposition]
		exec(`INSERT INTO pbx."CDR" VALUES (CAST($1 AS timestamp), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
			r.start.In(moscow).Format(time.DateTime), r.callerID, r.source, r.dst, r.context, r.channel, r.peer, r.app, r.appData,
			r.end.Sub(r.start).Seconds()+0.4, int(r.talked.Seconds()), number, r.uniqueid, r.linkedid, r.sequence, "74950000009")
	}
	for _, line := range lines(t, filepath.Join("testdata", "22", name+".queue_log")) {
		e, err := parseEntry(line)
		if err != nil {
			t.Fatal(err)
		}
		exec(`INSERT INTO pbx.queue_log VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			e.at, e.uniqueid, e.queue, e.agent, e.verb, e.datum(0), e.datum(1), e.datum(2), e.datum(3), e.datum(4))
	}
	return db
}

func zone(t *testing.T) *time.Location {
	t.Helper()
	moscow, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	return moscow
}

// TestRecordsInTables: the call is the one that the files give, and reading again adds nothing.
func TestRecordsInTables(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"blind", "outbound", "overflow"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := nobodyHeard(t, name)
			db := database(t, name)
			p := &o.opts.PBXes[0]
			p.CDR, p.QueueLog = "", ""
			p.CDRTable = &Table{DB: db, Name: "pbx.CDR", Zone: zone(t)}
			p.QueueTable = &Table{DB: db, Name: "pbx.queue_log", Zone: zone(t)}
			for range 3 {
				o.Service = New(o.opts) // a daemon that starts again
				o.tends(t)
				for _, one := range o.links["m"].sources {
					one.(*table).looked = time.Time{} //nolint:forcetypeassert // as made above
				}
				o.tends(t)
			}
			want, got := rebuilt(t, name), o.store.calls[rebuilt(t, name).ID]
			if wrong(want, got) != "" || !slices.Equal(got.Talks, want.Talks) || !got.Started.Equal(want.Started) || !got.Ended.Equal(want.Ended) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
			if want.Direction == cti.Inbound && got.DID != "74950000009" {
				t.Errorf("its DID is %q", got.DID)
			}
			if len(o.store.calls) != 1 || o.store.ends[want.ID] != 1 || slices.ContainsFunc(o.store.order, func(e cti.CallEvent) bool { return e.Kind == cti.CallCorrected }) {
				t.Errorf("told: %q", o.told())
			}
		})
	}
}

// TestATableThatCannotBeRead holds nobody up: who waits for it is let go in time.
func TestATableThatCannotBeRead(t *testing.T) {
	t.Parallel()
	o := nobodyHeard(t, "blind")
	db, err := sql.Open("pgx", "postgres:///none?host="+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	o.opts.PBXes[0].CDRTable = &Table{DB: db, Name: "cdr", Zone: time.UTC}
	o.Service = New(o.opts)
	e := unseen(rebuilt(t, "blind"))
	if err := o.AppendEvents(t.Context(), []cti.CallEvent{e}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, err := o.tend(context.WithoutCancel(t.Context()), o.links["m"], true)
		if o.now = o.now.Add(holdFor); err == nil || !strings.Contains(err.Error(), "read the table cdr") {
			t.Fatalf("the fault is %v", err)
		}
		o.links["m"].sources[1].(*table).looked = time.Time{} //nolint:forcetypeassert // the CDR
	}
	if o.store.ends[e.Call.ID] != 1 || o.Stats().Held != 0 {
		t.Errorf("it waits still: %+v, %q", o.Stats(), o.told())
	}
}
