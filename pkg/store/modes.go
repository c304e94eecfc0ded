package store

import (
	"context"
	"database/sql"
	"fmt"

	"callcard/pkg/cti"
)

// SaveMode adds a line to the log of agents' modes.
func (s *Store) SaveMode(ctx context.Context, m cti.ModeChange) error {
	err := s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		_, err := q.ExecContext(ctx, `INSERT INTO mode_changes (user_id, mode, reason, set_by, at) VALUES ($1, $2, $3, $4, $5)`,
			m.User, m.Mode, clean(m.Reason), clean(m.By), micros(m.At))
		if err != nil {
			return fault(err)
		}
		return saveInterval(ctx, q, m)
	})
	if err != nil {
		return fmt.Errorf("save mode of %s: %w", m.User, err)
	}
	return nil
}

// LastModes returns the newest line of each agent.
func (s *Store) LastModes(ctx context.Context) ([]cti.ModeChange, error) {
	modes := []cti.ModeChange{}
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var m cti.ModeChange
		var at int64
		err := rows.Scan(&m.User, &m.Mode, &m.Reason, &m.By, &at)
		m.At = instant(at)
		modes = append(modes, m)
		return err
	}, `SELECT user_id, mode, reason, set_by, at FROM mode_changes
		WHERE id IN (SELECT MAX(id) FROM mode_changes GROUP BY user_id) ORDER BY user_id`)
	if err != nil {
		return nil, fmt.Errorf("load modes: %w", err)
	}
	return modes, nil
}
