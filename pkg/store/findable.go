package store

import (
	"context"

	"callcard/pkg/cti"
)

// saveQueues notes in which queues calls waited.
func saveQueues(ctx context.Context, q querier, calls []encoded) error {
	var rows [][]any
	for _, e := range calls {
		seen := map[string]bool{}
		for _, visit := range e.Call.Visits {
			if queue := clean(visit.Queue); queue != "" && !seen[queue] {
				seen[queue] = true
				rows = append(rows, []any{queue, clean(e.Call.ID), micros(e.Call.Started)})
			}
		}
	}
	return insert(ctx, q, `INSERT INTO call_queues (queue, call_id, started)`,
		`ON CONFLICT (queue, call_id) DO UPDATE SET started = excluded.started WHERE call_queues.started <> excluded.started`, rows)
}

// saveFindable writes what search finds ended calls by: the endings of their numbers
// and the names that the network gave.
func saveFindable(ctx context.Context, q querier, calls []encoded) error {
	var rows [][]any
	seen := map[string]bool{}
	for _, e := range calls {
		if e.Call.State != cti.CallEnded {
			continue
		}
		number := clean(e.Call.Client.Number)
		if !seen[number] {
			seen[number] = true
			for _, part := range endings(number) {
				rows = append(rows, []any{part, number})
			}
		}
		if e.Call.ClientName != "" {
			if err := putWords(ctx, q, e.Call.ID, "", clean(e.Call.ClientName)); err != nil {
				return err
			}
		}
	}
	return insert(ctx, q, `INSERT INTO number_parts (part, number)`, `ON CONFLICT DO NOTHING`, rows)
}

// longestNumber bounds what an index holds: E.164 has 15 digits.
const longestNumber = 20

// endings are the ends of a number from its first digit on: any part of it with at
// least three digits begins one of them.
func endings(number string) []string {
	var parts []string
	digits := digitsOf(number)
	for i := 0; i+few <= len(digits) && len(digits) <= longestNumber; i++ {
		parts = append(parts, digits[i:])
	}
	return parts
}
