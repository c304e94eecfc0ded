package store_test

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // driver "pgx"

	"callcard/pkg/cti"
	"callcard/pkg/store"
	"callcard/pkg/store/storetest"
)

// BenchmarkLists reads first pages of CALLCARD_BENCH_CALLS calls (a million by
// default) as lists show them: with filters, with a search, of one agent and of all.
func BenchmarkLists(b *testing.B) {
	calls := 1_000_000
	if text := os.Getenv("CALLCARD_BENCH_CALLS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			b.Fatalf("CALLCARD_BENCH_CALLS: got %q, want a number", text)
		}
		calls = n
	}
	b.Run("sqlite", func(b *testing.B) {
		path := filepath.Join(b.TempDir(), "calls.db")
		s := opened(b, "sqlite:"+path)
		fillCalls(b, "sqlite", "file:"+path+"?_pragma=synchronous(OFF)&_pragma=cache_size(-256000)", calls)
		readLists(b, s)
	})
	b.Run("postgres", func(b *testing.B) {
		address := storetest.Postgres(b)
		s := opened(b, address)
		fillCalls(b, "pgx", address, calls)
		readLists(b, s)
	})
}

func readLists(b *testing.B, s *store.Store) {
	b.Helper()
	for _, list := range []struct {
		name   string
		filter cti.CallFilter
	}{
		{"first page", cti.CallFilter{}},
		{"first page of an agent", cti.CallFilter{User: "agent7"}},
		{"first page of an agent and his queues", cti.CallFilter{User: "agent7", Queues: []string{"queue3"}}},
		{"missed in a queue", cti.CallFilter{Missed: true, Queue: "queue3"}},
		{"a rare result", cti.CallFilter{Result: "rare"}},
		{"unresolved", cti.CallFilter{Unresolved: true}},
		{"search a part of a number", cti.CallFilter{Query: "263702"}},
		{"search few digits", cti.CallFilter{Query: "916"}},
		{"search a frequent name", cti.CallFilter{Query: "ива"}},
		{"search a rare name", cti.CallFilter{Query: "иван4242"}},
		{"search a frequent word of notes", cti.CallFilter{Query: "доставка"}},
		{"search two words of notes", cti.CallFilter{Query: "доставка заказ77"}},
		{"search of an agent", cti.CallFilter{Query: "доставка", User: "agent7"}},
		{"search what nobody has", cti.CallFilter{Query: "доставка нигде"}},
	} {
		b.Run(strings.ReplaceAll(list.name, " ", "_"), func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				if _, _, err := s.Calls(b.Context(), list.filter); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			at := func(share float64) float64 { return float64(took[int(float64(len(took)-1)*share)].Microseconds()) }
			b.ReportMetric(at(0.50), "p50-µs")
			b.ReportMetric(at(0.99), "p99-µs")
		})
	}
}

// fillCalls writes calls past the store: a third of the numbers have contacts, a tenth
// of the calls notes, and each call belongs to one of 200 agents and 20 queues.
func fillCalls(b *testing.B, driver, address string, calls int) {
	b.Helper()
	db, err := sql.Open(driver, address)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	number := `'+7' || (9160000000 + (CAST(i AS BIGINT) * 7919) % 300000 * 333 % 99999999)`
	doc := `'{"call_id":"m:' || i || '","started":"2026-01-01T00:00:00Z","client":{"number":"' || ` + number + ` || '"},"offers":[],"visits":[],"talks":[]}'`
	series := fmt.Sprintf(`(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %d) SELECT i FROM n) AS n`, calls)
	some := fmt.Sprintf(`(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %d) SELECT i FROM n) AS n`, calls/10)
	const started = `1767225600000000 + CAST(i AS BIGINT) * 30000000`
	for _, query := range []string{
		`INSERT INTO contacts SELECT 'c' || i, 'callcard', 'Иван' || i, '', '', FALSE, '', '', FALSE, '', '', 1, 1 FROM ` + some,
		`INSERT INTO words SELECT 'иван' || i, 'c' || i FROM ` + some,
		`INSERT INTO calls (id, pbx, version, started, ended, state, direction, outcome, missed, number, did, contact_id, doc, result, unresolved)
			SELECT 'm:' || i, 'm', 1, ` + started + `, 1, 'ended', CASE WHEN i % 5 = 0 THEN 'outbound' ELSE 'inbound' END,
			CASE WHEN i % 9 = 0 THEN 'abandoned' ELSE 'answered' END, i % 9 = 0, ` + number + `, '', CASE WHEN i % 3 = 0 THEN 'c' || (i % ` + strconv.Itoa(calls/10) + `) ELSE '' END,
			` + doc + `, CASE WHEN i % 10007 = 0 THEN 'rare' WHEN i % 2 = 0 THEN 'order' ELSE '' END, i % 50 = 1 FROM ` + series,
		`INSERT INTO call_users SELECT 'agent' || (i % 200), 'm:' || i, ` + started + ` FROM ` + series,
		`INSERT INTO call_queues SELECT 'queue' || (i % 20), 'm:' || i, ` + started + ` FROM ` + series,
		`INSERT INTO call_words SELECT 'доставка', 'm:' || (i * 10), 'agent1' FROM ` + some,
		`INSERT INTO call_words SELECT 'заказ' || i, 'm:' || (i * 10), 'agent1' FROM ` + some,
		`INSERT INTO number_parts SELECT DISTINCT SUBSTR(c.number, p.at), c.number FROM (SELECT DISTINCT number FROM calls) AS c
			JOIN (SELECT 2 AS at UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7
			UNION ALL SELECT 8 UNION ALL SELECT 9 UNION ALL SELECT 10) AS p ON p.at <= LENGTH(c.number) - 2 ORDER BY 1, 2`,
		`ANALYZE`,
	} {
		if driver == "sqlite" && query == `ANALYZE` {
			continue // the daemon has no such figures either
		}
		if _, err := db.ExecContext(b.Context(), query); err != nil {
			b.Fatalf("%.60s: %v", query, err)
		}
	}
	if u, err := url.Parse(address); err == nil {
		b.Logf("%d calls in %s", calls, u.Scheme)
	}
}
