package store_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"callcard/pkg/cti"
	"callcard/pkg/store"
	"callcard/pkg/store/storetest"
)

// BenchmarkAppendEvents writes queue calls as a busy office makes them, twelve
// events of which each holds the whole call.
func BenchmarkAppendEvents(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) {
		appendEvents(b, opened(b, "sqlite:"+filepath.Join(b.TempDir(), "bench.db")))
	})
	b.Run("postgres", func(b *testing.B) { appendEvents(b, opened(b, storetest.Postgres(b))) })
}

func appendEvents(b *testing.B, s *store.Store) {
	b.Helper()
	const batch = 256
	n := 0
	for b.Loop() {
		events := make([]cti.CallEvent, batch)
		for i := range events {
			events[i] = busyEvent(n + i)
		}
		if err := s.AppendEvents(b.Context(), events); err != nil {
			b.Fatal(err)
		}
		n += batch
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
}

// busyEvent is event n of a stream in which 40 calls go on at once.
func busyEvent(n int) cti.CallEvent {
	const steps, parallel = 12, 40
	number, step := n/(steps*parallel)*parallel+n%parallel, n/parallel%steps
	at := time.Unix(1795323620, 0).Add(time.Duration(n) * time.Millisecond)
	id := cti.CallID(fmt.Sprintf("main:1795323620.%d", number))
	leg := cti.LegID{PBX: "main", Uniqueid: string(id[5:])}
	c := cti.Call{
		ID: id, PBX: "main", Version: step + 1, Linkedids: []string{leg.Uniqueid}, Direction: cti.Inbound,
		State: cti.CallRinging, Client: cti.Phone{Number: fmt.Sprintf("+7916%07d", number), Raw: fmt.Sprintf("8916%07d", number), Kind: cti.NumberE164},
		ClientLeg: leg, DID: "+74950000001", Line: "PJSIP/trunk", Started: at, Certainty: cti.Observed,
		Visits: []cti.Visit{{Queue: "support", Leg: leg, Joined: at}},
	}
	for i := range min(3, step) {
		user := cti.UserID(fmt.Sprint("agent", (number+i)%50))
		c.Offers = append(c.Offers, cti.Offer{Device: "PJSIP/1001", User: user, Leg: leg, Queue: "support", At: at, Attempts: 1, Via: "queue"})
	}
	if step > 4 {
		c.State, c.Answered = cti.CallTalking, at
		c.Talks = []cti.Talk{{Device: "PJSIP/1001", User: "agent1", Leg: leg, From: at, To: at.Add(time.Minute), Queue: "support"}}
	}
	if step == steps-1 {
		c.State, c.Ended, c.Outcome = cti.CallEnded, at.Add(time.Minute), cti.OutcomeAnswered
	}
	return cti.CallEvent{
		Epoch: "bench", Seq: uint64(n + 1), At: at, Kind: cti.CallChanged, Call: c, Device: "PJSIP/1001", Queue: "support",
		Decisions: []cti.Decision{{At: at, Stage: "track", Rule: "offer.queue", Text: "offered by the queue", Leg: leg.String()}},
	}
}

// BenchmarkLookupPhone looks numbers up in a directory of CALLCARD_BENCH_NUMBERS
// (a million by default; ten millions take about 3 GB of disk), and reports
// percentiles: the mean alone hides what an agent waits for.
func BenchmarkLookupPhone(b *testing.B) {
	numbers := 1_000_000
	if text := os.Getenv("CALLCARD_BENCH_NUMBERS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			b.Fatalf("CALLCARD_BENCH_NUMBERS: got %q, want a number", text)
		}
		numbers = n
	}
	path := filepath.Join(b.TempDir(), "directory.db")
	s := opened(b, "sqlite:"+path)
	fill(b, path, numbers)
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%d numbers, %d MB", numbers, info.Size()>>20)
	for _, kind := range []struct {
		name  string
		phone func(i int) string
		want  bool
	}{
		{"exact", nth, true},
		{"miss", func(i int) string { return fmt.Sprintf("+4930%08d", i) }, false},
		{"maybe", func(i int) string { return "+49" + nth(i)[2:] }, true},
	} {
		b.Run(kind.name, func(b *testing.B) { lookUp(b, s, numbers, kind.want, kind.phone) })
	}
}

func lookUp(b *testing.B, s *store.Store, numbers int, want bool, phone func(int) string) {
	b.Helper()
	var took []time.Duration
	for b.Loop() {
		p := cti.Phone{Number: phone(rand.IntN(numbers)), Kind: cti.NumberE164}
		began := time.Now()
		found, err := s.LookupPhone(b.Context(), p)
		took = append(took, time.Since(began))
		if err != nil || (len(found) > 0) != want {
			b.Fatalf("%s: found %d, err %v", p.Number, len(found), err)
		}
	}
	slices.Sort(took)
	at := func(share float64) float64 { return float64(took[int(float64(len(took)-1)*share)].Microseconds()) }
	b.ReportMetric(at(0.50), "p50-µs")
	b.ReportMetric(at(0.99), "p99-µs")
	b.ReportMetric(at(1), "max-µs")
}

// nth spreads the numbers over the whole range of mobile numbers, each one once.
func nth(i int) string {
	return fmt.Sprintf("+79%09d", uint64(i)*618_033_989%1_000_000_007%1_000_000_000)
}

// fill writes contacts of two numbers each, past the store: building the indexes afterwards is much faster.
func fill(b *testing.B, path string, numbers int) {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=synchronous(OFF)&_pragma=cache_size(-256000)")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	do := func(query string) {
		b.Helper()
		if _, err := db.ExecContext(b.Context(), query); err != nil {
			b.Fatalf("%s: %v", query, err)
		}
	}
	do(`DROP INDEX phones_reversed`)
	do(`DROP INDEX phones_contact`)
	do(fmt.Sprintf(`CREATE TEMP TABLE source AS WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %d)
		SELECT i, printf('+79%%09d', i * 618033989 %% 1000000007 %% 1000000000) AS number,
			printf('0199a3c2-7d10-7%%03x-8%%03x-%%012x', i / 2 %% 4096, i / 2 %% 4096, i / 2) AS contact FROM n`, numbers))
	do(`INSERT INTO contacts SELECT DISTINCT contact, 'callcard', 'Иванов Иван ' || (i / 2), 'ООО «Ромашка»', '', FALSE, '', '', FALSE, '', '', 1, 1
		FROM source WHERE i % 2 = 0 ORDER BY contact`)
	do(`INSERT OR IGNORE INTO phones SELECT number, contact, ` + reversed() + `, i % 2 FROM source ORDER BY number`)
	do(`CREATE INDEX phones_reversed ON phones (reversed)`)
	do(`CREATE INDEX phones_contact ON phones (contact_id)`)
	do(`PRAGMA wal_checkpoint(TRUNCATE)`)
}

// reversed turns an eleven-digit number round in SQL.
func reversed() string {
	parts := ""
	for i := 12; i >= 2; i-- {
		if parts != "" {
			parts += " || "
		}
		parts += fmt.Sprintf("substr(number, %d, 1)", i)
	}
	return parts
}
