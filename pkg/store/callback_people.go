package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"callcard/pkg/cti"
)

// ResponsibleFor is the user who looks after a contact, or "".
func (s *Store) ResponsibleFor(ctx context.Context, contactID string) (user cti.UserID, err error) {
	err = s.read(ctx).QueryRowContext(ctx, `SELECT u.id FROM contacts k JOIN users u ON u.id = k.responsible WHERE k.id = $1`,
		clean(contactID)).Scan(&user)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("find who is responsible for contact %s: %w", contactID, fault(err))
	}
	return user, nil
}

// lastCalls bounds how far back a number's calls are read.
const lastCalls = 50

// LastTalker is the user who talked last with a number, since an instant, or "".
func (s *Store) LastTalker(ctx context.Context, number string, since time.Time) (user cti.UserID, err error) {
	calls, err := s.callsOf(ctx, number, since)
	if err != nil {
		return "", fmt.Errorf("find who talked last: %w", err)
	}
	for _, c := range calls { // newest first
		n := len(c.Talks)
		if n == 0 || c.Talks[n-1].User == "" {
			continue
		}
		id := c.Talks[n-1].User
		names, err := s.userNames(ctx, []cti.UserID{id})
		if err != nil {
			return "", fmt.Errorf("find who talked last: %w", err)
		}
		if _, known := names[id]; known {
			return id, nil
		}
	}
	return "", nil
}

// ShortBefore tells whether the number had another missed call since an instant that lasted no longer than that.
func (s *Store) ShortBefore(ctx context.Context, number string, but cti.CallID, since time.Time, atMost time.Duration) (bool, error) {
	calls, err := s.callsOf(ctx, number, since)
	if err != nil {
		return false, fmt.Errorf("find short calls: %w", err)
	}
	for _, c := range calls {
		if c.ID != but && c.Missed && c.Ended.Sub(c.Started) <= atMost+2*time.Second { // with the way to the queue
			return true, nil
		}
	}
	return false, nil
}

// EndedCalls returns the newest calls of a number that began since an instant and have ended.
func (s *Store) EndedCalls(ctx context.Context, number string, since time.Time) ([]cti.Call, error) {
	calls, err := s.callsOf(ctx, number, since)
	if err != nil {
		return nil, fmt.Errorf("load ended calls: %w", err)
	}
	return calls, nil
}

func (s *Store) callsOf(ctx context.Context, number string, since time.Time) ([]cti.Call, error) {
	return s.callDocs(ctx, fmt.Sprintf(`SELECT doc FROM calls WHERE number = $1 AND state = 'ended' AND started >= $2
		ORDER BY started DESC, id DESC LIMIT %d`, lastCalls), clean(number), micros(since))
}
