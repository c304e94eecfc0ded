package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"callcard/pkg/cti"
)

// SavePeaks keeps the shape of a recording.
func (s *Store) SavePeaks(ctx context.Context, id string, p cti.Peaks) error {
	doc, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("save peaks of %s: %w", id, err)
	}
	err = s.write(ctx, func(ctx context.Context, q querier) error {
		_, err := q.ExecContext(ctx, `INSERT INTO recording_peaks (recording_id, doc) VALUES ($1, $2)
			ON CONFLICT (recording_id) DO UPDATE SET doc = excluded.doc`, clean(id), string(doc))
		return fault(err)
	})
	if err != nil {
		return fmt.Errorf("save peaks of %s: %w", id, err)
	}
	return nil
}

// Peaks returns the shape of a recording, cti.ErrNotFound when none is kept.
func (s *Store) Peaks(ctx context.Context, id string) (p cti.Peaks, err error) {
	var doc string
	err = s.read(ctx).QueryRowContext(ctx, `SELECT doc FROM recording_peaks WHERE recording_id = $1`, clean(id)).Scan(&doc)
	if err == nil {
		err = json.Unmarshal([]byte(doc), &p)
	}
	if err != nil {
		return p, fmt.Errorf("load peaks of %s: %w", id, fault(err))
	}
	return p, nil
}

// sameAccess is the time in which a browser's many requests for parts of one sound are one play.
const sameAccess = time.Minute

// LogAccess writes down who played or saved a recording.
func (s *Store) LogAccess(ctx context.Context, a cti.RecordingAccess) error {
	err := s.write(ctx, func(ctx context.Context, q querier) error {
		at := micros(a.At)
		_, err := q.ExecContext(ctx, `INSERT INTO recording_access (recording_id, user_id, what, at)
			SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS BIGINT) WHERE NOT EXISTS (SELECT 1 FROM recording_access
				WHERE recording_id = $1 AND user_id = $2 AND what = $3 AND at > $5 AND at <= $4)`,
			clean(a.RecordingID), clean(a.User), clean(a.What), at, at-sameAccess.Microseconds())
		return fault(err)
	})
	if err != nil {
		return fmt.Errorf("log access to recording %s: %w", a.RecordingID, err)
	}
	return nil
}

// shownAccesses bounds a list that nobody reads to its end.
const shownAccesses = 500

// Accesses returns who played or saved a recording, newest first.
func (s *Store) Accesses(ctx context.Context, id string) ([]cti.RecordingAccess, error) {
	found := []cti.RecordingAccess{}
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		a := cti.RecordingAccess{RecordingID: id}
		var at int64
		err := rows.Scan(&a.User, &a.What, &at, &a.Note)
		a.At = instant(at)
		found = append(found, a)
		return err
	}, fmt.Sprintf(`SELECT user_id, what, at, note FROM recording_access WHERE recording_id = $1 ORDER BY at DESC, id DESC LIMIT %d`, shownAccesses), clean(id))
	if err != nil {
		return nil, fmt.Errorf("load accesses to recording %s: %w", id, err)
	}
	return found, nil
}

// LateRecordings are the files that were given up of calls since then.
func (s *Store) LateRecordings(ctx context.Context, since time.Time) ([]cti.Recording, error) {
	found, err := s.recordings(ctx, `state NOT IN ('stored', 'verified') AND state = 'missing' AND started >= $1`, micros(since))
	if err != nil {
		return nil, fmt.Errorf("load late recordings: %w", err)
	}
	return found, nil
}

// RecordingsOf are the recordings of a leg.
func (s *Store) RecordingsOf(ctx context.Context, leg cti.LegID) ([]cti.Recording, error) {
	found, err := s.recordings(ctx, `leg_pbx = $1 AND leg_uniqueid = $2`, clean(leg.PBX), clean(leg.Uniqueid))
	if err != nil {
		return nil, fmt.Errorf("load recordings of %s: %w", leg, err)
	}
	return found, nil
}

// nearby bounds the calls that are looked through for a leg.
const nearby = 500

// CallOfLeg finds the call that a leg was part of: its first leg gives a call its id,
// for others the calls that began in the four hours before the leg are looked through.
func (s *Store) CallOfLeg(ctx context.Context, leg cti.LegID, at time.Time) (cti.CallID, error) {
	record, err := s.Call(ctx, cti.CallID(leg.PBX+":"+leg.Uniqueid))
	if err == nil {
		return record.ID, nil
	}
	records, _, err := s.Calls(ctx, cti.CallFilter{From: at.Add(-4 * time.Hour), To: at.Add(time.Minute), Limit: nearby})
	if err != nil {
		return "", err
	}
	for _, r := range records {
		if has(r.Call, leg) {
			return r.ID, nil
		}
	}
	return "", fmt.Errorf("find the call of %s: %w", leg, cti.ErrNotFound)
}

func has(c cti.Call, leg cti.LegID) bool {
	if c.ClientLeg == leg {
		return true
	}
	for _, o := range c.Offers {
		if o.Leg == leg {
			return true
		}
	}
	for _, t := range c.Talks {
		if t.Leg == leg {
			return true
		}
	}
	return false
}

// DueRecordings are stored files with something left to do, the oldest first.
func (s *Store) DueRecordings(ctx context.Context, limit int) ([]cti.Recording, error) {
	found := []cti.Recording{}
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		r, err := scanRecording(rows)
		found = append(found, r)
		return err
	}, `SELECT `+recordingColumns+` FROM recordings WHERE due <> '' AND expiring = '' AND state IN ('stored', 'verified')
		ORDER BY started, id LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("load due recordings: %w", err)
	}
	return found, nil
}

// ReplaceFile writes where the file of a stored recording is now, and what is due of it.
// It fails with cti.ErrConflict where the file is not before, or is being removed.
func (s *Store) ReplaceFile(ctx context.Context, r cti.Recording, before string) error {
	err := s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		result, err := q.ExecContext(ctx, `UPDATE recordings SET file = $2, bytes = $3, sha256 = $4, note = $5, due = $6
			WHERE id = $1 AND file = $7 AND expiring = '' AND state IN ('stored', 'verified')`,
			clean(r.ID), clean(r.File), r.Bytes, r.SHA256, clean(r.Note), clean(r.Due), clean(before))
		if err != nil {
			return fault(err)
		}
		if n, err := result.RowsAffected(); err == nil && n == 0 {
			return cti.ErrConflict
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("replace the file of recording %s: %w", r.ID, err)
	}
	return nil
}
