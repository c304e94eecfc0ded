package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"callcard/pkg/cti"
)

// AgedRecordings are stored recordings that began before a time, the oldest first, from
// behind the last one of the page before.
func (s *Store) AgedRecordings(ctx context.Context, before time.Time, after cti.AgedRecording, limit int) ([]cti.AgedRecording, error) {
	found := []cti.AgedRecording{}
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var r cti.AgedRecording
		var started int64
		err := rows.Scan(&r.ID, &r.CallID, &started, &r.Bytes, &r.Seconds, &r.Direction, &r.Outcome, &r.Queue, &r.Result, &r.Held)
		r.Started = instant(started)
		found = append(found, r)
		return err
	}, fmt.Sprintf(`SELECT r.id, r.call_id, r.started, r.bytes, r.seconds, COALESCE(c.direction, ''), COALESCE(c.outcome, ''), COALESCE(c.queue, ''),
			COALESCE(c.result, ''), EXISTS (SELECT 1 FROM recording_holds h WHERE h.call_id = r.call_id)
		FROM recordings r LEFT JOIN calls c ON c.id = r.call_id
		WHERE r.state IN ('stored', 'verified') AND r.started < $1 AND (r.started, r.id) > ($2, $3) ORDER BY r.started, r.id LIMIT %d`, limit),
		micros(before), micros(after.Started), clean(after.ID))
	if err != nil {
		return nil, fmt.Errorf("load old recordings: %w", err)
	}
	return found, nil
}

// ClaimExpiry marks a recording whose file is about to be removed by a policy; from then on
// nobody can hold it. cti.ErrConflict says that it is held, claimed or gone.
func (s *Store) ClaimExpiry(ctx context.Context, id, policy string) error {
	err := s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		return changedOne(q.ExecContext(ctx, `UPDATE recordings SET expiring = $2 WHERE id = $1 AND expiring = '' AND state IN ('stored', 'verified')
			AND NOT EXISTS (SELECT 1 FROM recording_holds h WHERE h.call_id = recordings.call_id)`, clean(id), clean(policy)))
	})
	if err != nil {
		return fmt.Errorf("claim recording %s: %w", id, err)
	}
	return nil
}

func changedOne(result sql.Result, err error) error {
	if err != nil {
		return fault(err)
	}
	if n, err := result.RowsAffected(); err == nil && n == 0 {
		return cti.ErrConflict
	}
	return nil
}

// ClaimedExpiries are recordings whose files are being removed, with the policy in
// ExpiredBy: now, or when callcard was last killed.
func (s *Store) ClaimedExpiries(ctx context.Context) ([]cti.Recording, error) {
	found := []cti.Recording{}
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var policy string
		r, err := scanRecording(rows, &policy)
		r.ExpiredBy = policy
		found = append(found, r)
		return err
	}, `SELECT `+recordingColumns+`, expiring FROM recordings WHERE expiring <> '' ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("load expiring recordings: %w", err)
	}
	return found, nil
}

// SaveExpiry leaves of a claimed recording, whose file is gone, what says that it was.
func (s *Store) SaveExpiry(ctx context.Context, id, policy string, at time.Time) error {
	err := s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		err := changedOne(q.ExecContext(ctx, `UPDATE recordings SET state = $3, file = '', due = '', expiring = '', deleted = $4, deleted_by = $2
			WHERE id = $1 AND expiring = $2`, clean(id), clean(policy), cti.RecordingExpired, micros(at)))
		if err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, `DELETE FROM recording_peaks WHERE recording_id = $1`, clean(id)); err != nil {
			return fault(err)
		}
		return noteAccess(ctx, q, cti.RecordingAccess{RecordingID: id, What: cti.AccessExpire, At: at, Note: policy})
	})
	if err != nil {
		return fmt.Errorf("save expiry of recording %s: %w", id, err)
	}
	return nil
}

func noteAccess(ctx context.Context, q querier, a cti.RecordingAccess) error {
	_, err := q.ExecContext(ctx, `INSERT INTO recording_access (recording_id, user_id, what, at, note) VALUES ($1, $2, $3, $4, $5)`,
		clean(a.RecordingID), clean(a.User), clean(a.What), micros(a.At), clean(a.Note))
	return fault(err)
}

// HoldRecordings keeps the recordings of a call from every removal.
func (s *Store) HoldRecordings(ctx context.Context, h cti.RecordingHold) error {
	err := s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		ids, expiring, err := s.ofCall(ctx, q, h.CallID)
		if err != nil {
			return err
		}
		if expiring {
			return &cti.ConflictError{Why: "a recording of this call is being removed just now"}
		}
		_, err = q.ExecContext(ctx, `INSERT INTO recording_holds (call_id, user_id, reason, at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (call_id) DO UPDATE SET user_id = excluded.user_id, reason = excluded.reason, at = excluded.at`,
			clean(h.CallID), clean(h.By), clean(h.Reason), micros(h.At))
		if err != nil {
			return fault(err)
		}
		return noteAll(ctx, q, ids, cti.RecordingAccess{User: h.By, What: cti.AccessHold, At: h.At, Note: h.Reason})
	})
	if err != nil {
		return fmt.Errorf("hold recordings of %s: %w", h.CallID, err)
	}
	return nil
}

// ReleaseRecordings ends a hold; without one it does nothing.
func (s *Store) ReleaseRecordings(ctx context.Context, call cti.CallID, by cti.UserID, at time.Time) error {
	err := s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		result, err := q.ExecContext(ctx, `DELETE FROM recording_holds WHERE call_id = $1`, clean(call))
		if err != nil {
			return fault(err)
		}
		if n, err := result.RowsAffected(); err == nil && n == 0 {
			return nil
		}
		ids, _, err := s.ofCall(ctx, q, call)
		if err != nil {
			return err
		}
		return noteAll(ctx, q, ids, cti.RecordingAccess{User: by, What: cti.AccessRelease, At: at})
	})
	if err != nil {
		return fmt.Errorf("release recordings of %s: %w", call, err)
	}
	return nil
}

func noteAll(ctx context.Context, q querier, ids []string, a cti.RecordingAccess) error {
	for _, id := range ids {
		a.RecordingID = id
		if err := noteAccess(ctx, q, a); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) ofCall(ctx context.Context, q querier, call cti.CallID) (ids []string, expiring bool, err error) {
	err = each(ctx, q, func(rows *sql.Rows) error {
		var id, policy string
		err := rows.Scan(&id, &policy)
		ids, expiring = append(ids, id), expiring || policy != ""
		return err
	}, `SELECT id, expiring FROM recordings WHERE call_id = $1 ORDER BY started, id`, clean(call))
	return ids, expiring, err
}

// fillHolds says of recordings who holds them.
func (s *Store) fillHolds(ctx context.Context, recordings ...*cti.Recording) error {
	if len(recordings) == 0 {
		return nil
	}
	of := map[cti.CallID][]*cti.Recording{}
	var ids []any
	for _, r := range recordings {
		if of[r.CallID] == nil {
			ids = append(ids, clean(r.CallID))
		}
		of[r.CallID] = append(of[r.CallID], r)
	}
	return each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var h cti.RecordingHold
		var at int64
		err := rows.Scan(&h.CallID, &h.By, &h.Reason, &at)
		h.At = instant(at)
		for _, r := range of[h.CallID] {
			r.Hold = &h
		}
		return err
	}, `SELECT call_id, user_id, reason, at FROM recording_holds WHERE call_id IN (`+placeholders(1, len(ids))+`)`, ids...)
}
