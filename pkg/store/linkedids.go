package store

import (
	"context"
	"database/sql"
	"fmt"

	"callcard/pkg/cti"
)

// saveLinkedids notes the Linkedids of calls, but those that are their names: most have no other.
func saveLinkedids(ctx context.Context, q querier, calls []encoded) error {
	var rows [][]any
	at := map[cti.CallID]int{}
	for _, e := range calls {
		for _, linkedid := range e.Call.Linkedids {
			name, row := clean(cti.NewCallID(e.Call.PBX, linkedid)), []any{clean(cti.NewCallID(e.Call.PBX, linkedid)), clean(e.Call.ID)}
			if name == clean(e.Call.ID) {
				continue
			}
			if i, known := at[name]; known {
				rows[i] = row
				continue
			}
			at[name] = len(rows)
			rows = append(rows, row)
		}
	}
	return insert(ctx, q, `INSERT INTO call_linkedids (linkedid, call_id)`,
		`ON CONFLICT (linkedid) DO UPDATE SET call_id = excluded.call_id WHERE call_linkedids.call_id <> excluded.call_id`, rows)
}

// KnownLinkedids tells which Linkedids of a PBX belong to calls that are here.
func (s *Store) KnownLinkedids(ctx context.Context, pbx string, linkedids []string) (map[string]cti.CallID, error) {
	known := map[string]cti.CallID{}
	for len(linkedids) > 0 {
		part := linkedids[:min(chunk, len(linkedids))]
		linkedids = linkedids[len(part):]
		names := make([]string, len(part))
		of := map[string]string{}
		for i, linkedid := range part {
			names[i] = clean(string(cti.NewCallID(pbx, linkedid)))
			of[names[i]] = linkedid
		}
		args := padded(names)
		for _, query := range []string{
			`SELECT id, id FROM calls WHERE id IN (`, `SELECT alias, call_id FROM call_aliases WHERE alias IN (`,
			`SELECT linkedid, call_id FROM call_linkedids WHERE linkedid IN (`,
		} {
			err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
				var name string
				var id cti.CallID
				err := rows.Scan(&name, &id)
				known[of[name]] = id
				return err
			}, query+placeholders(1, len(args))+`)`, args...)
			if err != nil {
				return nil, fmt.Errorf("look for linkedids: %w", err)
			}
		}
	}
	return known, nil
}
