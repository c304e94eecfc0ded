package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"callcard/pkg/cti"
)

// SaveSession keeps a login until it expires, and forgets those that have.
func (s *Store) SaveSession(ctx context.Context, tokenHash string, user cti.UserID, expires time.Time) error {
	err := s.write(ctx, func(ctx context.Context, q querier) error {
		if _, err := q.ExecContext(ctx, `DELETE FROM sessions WHERE expires < $1`, micros(time.Now())); err != nil {
			return fault(err)
		}
		_, err := q.ExecContext(ctx, `INSERT INTO sessions (token_hash, user_id, expires) VALUES ($1, $2, $3)
			ON CONFLICT (token_hash) DO UPDATE SET expires = excluded.expires, user_id = excluded.user_id`,
			tokenHash, user, micros(expires))
		return fault(err)
	})
	if err != nil {
		return fmt.Errorf("save session of %s: %w", user, err)
	}
	return nil
}

// Session returns whose login a token is and when it ends; the caller judges the time.
func (s *Store) Session(ctx context.Context, tokenHash string) (user cti.UserID, expires time.Time, err error) {
	var until int64
	err = s.read(ctx).QueryRowContext(ctx, `SELECT user_id, expires FROM sessions WHERE token_hash = $1`, tokenHash).
		Scan(&user, &until)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("load session: %w", fault(err))
	}
	return user, instant(until), nil
}

// SessionsUntil tells of the sessions that exist until when they last.
func (s *Store) SessionsUntil(ctx context.Context, tokenHashes []string) (map[string]time.Time, error) {
	until := map[string]time.Time{}
	for len(tokenHashes) > 0 {
		part := tokenHashes[:min(chunk, len(tokenHashes))]
		tokenHashes = tokenHashes[len(part):]
		args := padded(part)
		err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
			var hash string
			var expires int64
			err := rows.Scan(&hash, &expires)
			until[hash] = instant(expires)
			return err
		}, `SELECT token_hash, expires FROM sessions WHERE token_hash IN (`+placeholders(1, len(args))+`)`, args...)
		if err != nil {
			return nil, fmt.Errorf("load sessions: %w", err)
		}
	}
	return until, nil
}

// DeleteSession ends a login; it is no fault when there is none.
func (s *Store) DeleteSession(ctx context.Context, tokenHash string) error {
	err := s.write(ctx, func(ctx context.Context, q querier) error {
		_, err := q.ExecContext(ctx, `DELETE FROM sessions WHERE token_hash = $1`, tokenHash)
		return fault(err)
	})
	if err != nil {
		return fmt.Errorf("delete session: %w", err)
	}
	return nil
}
