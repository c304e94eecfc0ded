package store_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"callcard/pkg/cti"
	"callcard/pkg/store"
	"callcard/pkg/store/storetest"
)

// BenchmarkRecordings reads first pages of a million recordings of as many calls.
func BenchmarkRecordings(b *testing.B) {
	const rows = 1_000_000
	b.Run("sqlite", func(b *testing.B) {
		path := filepath.Join(b.TempDir(), "calls.db")
		s := opened(b, "sqlite:"+path)
		address := "file:" + path + "?_pragma=synchronous(OFF)&_pragma=cache_size(-256000)"
		fillCalls(b, "sqlite", address, rows)
		fillRecordings(b, "sqlite", address, rows)
		readRecordings(b, s)
	})
	b.Run("postgres", func(b *testing.B) {
		address := storetest.Postgres(b)
		s := opened(b, address)
		fillCalls(b, "pgx", address, rows)
		fillRecordings(b, "pgx", address, rows)
		readRecordings(b, s)
	})
}

func fillRecordings(b *testing.B, driver, address string, rows int) {
	b.Helper()
	db, err := sql.Open(driver, address)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	queries := []string{fmt.Sprintf(`INSERT INTO recordings (id, call_id, leg_pbx, leg_uniqueid, contact_id, state, source, file, bytes, seconds, sha256, started, stored, note)
		SELECT 'r' || i, 'm:' || i, 'm', '' || i, '', CASE WHEN i %% 20011 = 0 THEN 'missing' WHEN i %% 50 = 0 THEN 'stored' ELSE 'verified' END, 'x', 'x.wav', 1, 60, '',
		1767225600000000 + CAST(i AS BIGINT) * 30000000, 1, '' FROM (WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %d) SELECT i FROM n) AS n`, rows)}
	if driver != "sqlite" {
		queries = append(queries, `ANALYZE`)
	}
	for _, query := range queries {
		if _, err := db.ExecContext(b.Context(), query); err != nil {
			b.Fatalf("%.60s: %v", query, err)
		}
	}
}

func readRecordings(b *testing.B, s *store.Store) {
	b.Helper()
	month := time.UnixMicro(1767225600000000).AddDate(0, 6, 0)
	for _, list := range []struct {
		name   string
		filter cti.RecordingFilter
	}{
		{"first page", cti.RecordingFilter{}},
		{"first page of an agent", cti.RecordingFilter{Calls: cti.CallFilter{User: "agent7"}}},
		{"of a queue in a month", cti.RecordingFilter{Calls: cti.CallFilter{Queue: "queue3", From: month, To: month.AddDate(0, 1, 0)}}},
		{"missing ones", cti.RecordingFilter{State: cti.RecordingMissing}},
		{"verified ones", cti.RecordingFilter{State: cti.RecordingVerified}},
		{"stored only", cti.RecordingFilter{State: cti.RecordingStored}},
		{"search a part of a number", cti.RecordingFilter{Calls: cti.CallFilter{Query: "263702"}}},
		{"search a rare name", cti.RecordingFilter{Calls: cti.CallFilter{Query: "иван4242"}}},
		{"search a frequent word", cti.RecordingFilter{Calls: cti.CallFilter{Query: "доставка"}}},
		{"search of an agent", cti.RecordingFilter{Calls: cti.CallFilter{Query: "доставка", User: "agent7"}}},
	} {
		b.Run(strings.ReplaceAll(list.name, " ", "_"), func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				if _, _, err := s.FindRecordings(b.Context(), list.filter); err != nil {
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
