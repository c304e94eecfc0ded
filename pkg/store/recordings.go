package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"callcard/pkg/cti"
)

const recordingColumns = `id, call_id, leg_pbx, leg_uniqueid, contact_id, state, source, file, bytes, seconds, sha256,
	started, stored, note, tried, origin, due, deleted, deleted_by`

// ExpectRecording notes a file that the PBX has named. It does nothing when the
// leg's file is known already. The recording gets the contact of its call.
func (s *Store) ExpectRecording(ctx context.Context, r cti.Recording) error {
	err := s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		id, err := s.resolve(ctx, q, r.CallID)
		if err != nil {
			return err
		}
		l, err := linkOf(ctx, q, id)
		if err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `INSERT INTO recordings (`+recordingColumns+`) VALUES (`+placeholders(1, 19)+`)
			ON CONFLICT DO NOTHING`, r.ID, clean(id), clean(r.Leg.PBX), clean(r.Leg.Uniqueid), l.contact, cti.RecordingExpected,
			clean(r.Source), r.File, r.Bytes, r.Seconds, r.SHA256, micros(r.Started), micros(r.Stored), clean(r.Note), clean(strings.Join(r.Tried, "\n")), r.Origin, clean(r.Due), 0, "")
		return fault(err)
	})
	if err != nil {
		return fmt.Errorf("expect recording of call %s: %w", r.CallID, err)
	}
	return nil
}

// PendingRecordings returns the files that are still expected of calls that have
// ended: of these calls, or of all when none is named.
func (s *Store) PendingRecordings(ctx context.Context, of ...cti.CallID) ([]cti.Recording, error) {
	const pending = `state IN ('expected', 'writing', 'complete') AND EXISTS
		(SELECT 1 FROM calls c WHERE c.id = recordings.call_id AND c.state = 'ended')`
	if len(of) == 0 {
		found, err := s.recordings(ctx, pending)
		if err != nil {
			return nil, fmt.Errorf("load pending recordings: %w", err)
		}
		return found, nil
	}
	found := []cti.Recording{}
	for part := range slices.Chunk(of, chunk) {
		args := padded(part)
		some, err := s.recordings(ctx, pending+` AND call_id IN (`+placeholders(1, len(args))+`)`, args...)
		if err != nil {
			return nil, fmt.Errorf("load pending recordings: %w", err)
		}
		found = append(found, some...)
	}
	return found, nil
}

// SaveRecording writes what became of a file. Call and contact stay as they are:
// they may have changed since r was read. It fails with cti.ErrConflict where the
// state that is kept cannot become r's: somebody else was faster.
func (s *Store) SaveRecording(ctx context.Context, r cti.Recording) error {
	err := s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		before := append(r.State.Before(), "") // which no state is: IN wants one at least
		set, args := `file = $3, bytes = $4, seconds = $5, sha256 = $6, stored = $7, note = $8, tried = $9, origin = $10, due = $11`, []any{
			r.ID, r.State, r.File, r.Bytes, r.Seconds, r.SHA256, micros(r.Stored), clean(r.Note), clean(strings.Join(r.Tried, "\n")), r.Origin, clean(r.Due),
		}
		if r.State == cti.RecordingVerified { // of a stored file, which may have been converted since r was read
			set, args = `note = $3`, []any{r.ID, r.State, clean(r.Note)}
		}
		from := placeholders(len(args)+1, len(before))
		for _, state := range before {
			args = append(args, state)
		}
		result, err := q.ExecContext(ctx, `UPDATE recordings SET state = $2, `+set+` WHERE id = $1 AND state IN (`+from+`)`, args...)
		if err != nil {
			return fault(err)
		}
		if n, err := result.RowsAffected(); err == nil && n == 0 {
			_, err = s.Recording(ctx, r.ID)
			return cmp.Or(err, error(cti.ErrConflict))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save recording %s: %w", r.ID, err)
	}
	return nil
}

// Recording returns one recording.
func (s *Store) Recording(ctx context.Context, id string) (cti.Recording, error) {
	found, err := s.recordings(ctx, `id = $1`, clean(id))
	if err == nil && len(found) == 0 {
		err = cti.ErrNotFound
	}
	if err != nil {
		return cti.Recording{}, fmt.Errorf("load recording %s: %w", id, err)
	}
	if err := s.fillHolds(ctx, &found[0]); err != nil {
		return cti.Recording{}, fmt.Errorf("load recording %s: %w", id, err)
	}
	return found[0], nil
}

func (s *Store) recordings(ctx context.Context, where string, args ...any) ([]cti.Recording, error) {
	found := []cti.Recording{}
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		r, err := scanRecording(rows)
		found = append(found, r)
		return err
	}, `SELECT `+recordingColumns+` FROM recordings WHERE `+where+` ORDER BY started, id`, args...)
	return found, err
}

func scanRecording(rows *sql.Rows, more ...any) (r cti.Recording, err error) {
	var started, stored, expired int64
	var tried string
	err = rows.Scan(append([]any{
		&r.ID, &r.CallID, &r.Leg.PBX, &r.Leg.Uniqueid, &r.ContactID, &r.State, &r.Source, &r.File, &r.Bytes,
		&r.Seconds, &r.SHA256, &started, &stored, &r.Note, &tried, &r.Origin, &r.Due, &expired, &r.ExpiredBy,
	}, more...)...)
	if tried != "" {
		r.Tried = strings.Split(tried, "\n")
	}
	r.Started, r.Stored, r.Expired = instant(started), instant(stored), instant(expired)
	return r, err
}

func (s *Store) fillRecordings(ctx context.Context, records []cti.CallRecord) error {
	ids, at := indexed(records, func(r cti.CallRecord) string { return string(r.ID) })
	if len(ids) == 0 {
		return nil
	}
	found, err := s.recordings(ctx, `call_id IN (`+placeholders(1, len(ids))+`)`, ids...)
	if err != nil {
		return err
	}
	all := make([]*cti.Recording, len(found))
	for i := range found {
		all[i] = &found[i]
	}
	if err := s.fillHolds(ctx, all...); err != nil {
		return err
	}
	for _, r := range found {
		record := &records[at[string(r.CallID)]]
		record.Recordings = append(record.Recordings, r)
	}
	return nil
}
