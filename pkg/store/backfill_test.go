package store_test

import (
	"database/sql"
	"os"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"callcard/pkg/cti"
)

// TestCallsOfAnOlderSchemaAreSummarized: the migration reads out of documents what is
// written to columns now.
func TestCallsOfAnOlderSchemaAreSummarized(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, url string) {
		s, ctx, at := opened(t, url), t.Context(), time.Date(2026, 11, 22, 10, 0, 0, 123456789, time.UTC)
		talked := cti.Call{
			ID: "m:1", State: cti.CallEnded, Client: cti.Phone{Number: "+79161234567"}, Started: at, Ended: at.Add(time.Hour),
			Visits: []cti.Visit{{Queue: "first"}, {Queue: "second"}},
			Talks: []cti.Talk{
				{User: "anna", Device: "PJSIP/1001", From: at, To: at.Add(90 * time.Second), Held: 30 * time.Second},
				{User: "boris", Device: "PJSIP/1002", From: at.Add(time.Minute), To: at.Add(2 * time.Minute)},
			},
		}
		silent := cti.Call{ID: "m:2", State: cti.CallEnded, Client: talked.Client, Started: at.Add(time.Minute), Ended: at.Add(time.Minute)}
		err := s.AppendEvents(ctx, []cti.CallEvent{{Epoch: "e", Seq: 1, At: at, Kind: cti.CallFinished, Call: talked}, {Epoch: "e", Seq: 2, At: at, Kind: cti.CallFinished, Call: silent}})
		if err != nil {
			t.Fatal(err)
		}
		want, err := s.PastCalls(ctx, "+79161234567", 5)
		if err != nil || len(want) != 2 || want[1].Queue != "second" || want[1].Agent != "boris" || want[1].Seconds != 120 {
			t.Fatalf("got %+v, %v", want, err)
		}
		forget(t, url)
		got, err := s.PastCalls(ctx, "+79161234567", 5)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 0.01)); diff != "" {
			t.Error(diff)
		}
	})
}

// forget brings the columns to what a new column holds and runs the migration's update.
func forget(t *testing.T, url string) {
	t.Helper()
	driver, folder, name := "pgx", "postgres", url
	if path, is := strings.CutPrefix(url, "sqlite:"); is {
		driver, folder, name = "sqlite", "sqlite", path
	}
	text, err := os.ReadFile("migrations/" + folder + "/0010_past_calls.sql")
	if err != nil {
		t.Fatal(err)
	}
	_, update, _ := strings.Cut(string(text), "\nUPDATE")
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, statement := range []string{"UPDATE calls SET queue = 'x', talked_user = 'x', talked_device = 'x', talked_seconds = 7", "UPDATE" + update} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}
