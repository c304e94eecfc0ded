package store

import (
	"context"
	"database/sql"
	"fmt"

	"callcard/pkg/cti"
)

// SaveMemo keeps what an agent must not lose by a restart; the newest one counts.
func (s *Store) SaveMemo(ctx context.Context, m cti.AgentMemo) error {
	err := s.write(ctx, func(ctx context.Context, q querier) error {
		_, err := q.ExecContext(ctx, `INSERT INTO agent_memos (user_id, next_mode, next_reason, next_by,
				acw_call, acw_since, acw_until, acw_extends, block, block_since, missed_offers)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
			ON CONFLICT (user_id) DO UPDATE SET next_mode = excluded.next_mode, next_reason = excluded.next_reason,
				next_by = excluded.next_by, acw_call = excluded.acw_call, acw_since = excluded.acw_since,
				acw_until = excluded.acw_until, acw_extends = excluded.acw_extends, block = excluded.block,
				block_since = excluded.block_since, missed_offers = excluded.missed_offers`,
			m.User, m.Next.Mode, clean(m.Next.Reason), m.Next.By, m.ACW.CallID, micros(m.ACW.Since), micros(m.ACW.Until), m.ACW.ExtendsLeft,
			m.Block, micros(m.BlockSince), m.MissedOffers)
		return fault(err)
	})
	if err != nil {
		return fmt.Errorf("save memo of %s: %w", m.User, err)
	}
	return nil
}

// Memos returns what was kept of each agent.
func (s *Store) Memos(ctx context.Context) ([]cti.AgentMemo, error) {
	memos := []cti.AgentMemo{}
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var m cti.AgentMemo
		var since, until, block int64
		err := rows.Scan(&m.User, &m.Next.Mode, &m.Next.Reason, &m.Next.By, &m.ACW.CallID, &since, &until, &m.ACW.ExtendsLeft,
			&m.Block, &block, &m.MissedOffers)
		m.ACW.Since, m.ACW.Until, m.BlockSince = instant(since), instant(until), instant(block)
		memos = append(memos, m)
		return err
	}, `SELECT user_id, next_mode, next_reason, next_by, acw_call, acw_since, acw_until, acw_extends, block, block_since, missed_offers
		FROM agent_memos ORDER BY user_id`)
	if err != nil {
		return nil, fmt.Errorf("load memos of agents: %w", err)
	}
	return memos, nil
}
