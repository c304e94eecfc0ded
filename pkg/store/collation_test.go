package store_test

import (
	"database/sql"
	"slices"
	"testing"

	"callcard/pkg/store/storetest"
)

// TestIdsOfCallsCompareByBytes: what is joined with calls has the collation of their ids,
// or PostgreSQL cannot use its index for that and reads the whole table.
func TestIdsOfCallsCompareByBytes(t *testing.T) {
	t.Parallel()
	address := storetest.Postgres(t)
	opened(t, address)
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), `SELECT table_name FROM information_schema.columns
		WHERE table_schema = 'public' AND column_name = 'call_id' AND collation_name = 'C'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var bytewise []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		bytewise = append(bytewise, name)
	}
	for _, joined := range []string{"recordings", "recording_holds", "call_links", "call_users", "call_queues", "call_words"} {
		if !slices.Contains(bytewise, joined) {
			t.Errorf("%s.call_id has another collation than calls.id; bytewise are %v", joined, bytewise)
		}
	}
	if err := rows.Err(); err != nil {
		t.Error(err)
	}
}
