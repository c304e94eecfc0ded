package store

import "testing"

func TestPositional(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		`DELETE FROM sessions`:                                `DELETE FROM sessions`,
		`INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4)`:      `INSERT INTO t (a, b) VALUES (?, ?), (?, ?)`,
		`UPDATE t SET a = $2 WHERE b = $1`:                    `UPDATE t SET a = $2 WHERE b = $1`,
		`INSERT INTO t VALUES ($1) ON CONFLICT SET a = $1`:    `INSERT INTO t VALUES ($1) ON CONFLICT SET a = $1`,
		`SELECT 1 WHERE a = $1 AND b IN ($2, $3) AND c = $10`: `SELECT 1 WHERE a = $1 AND b IN ($2, $3) AND c = $10`,
	} {
		if have := positional(query); have != want {
			t.Errorf("positional(%q) = %q, want %q", query, have, want)
		}
	}
}
