package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"callcard/pkg/cti"
)

// Webhooks returns the endpoints that the API has made, oldest first.
func (s *Store) Webhooks(ctx context.Context) ([]cti.Webhook, error) {
	found := []cti.Webhook{}
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var doc string
		if err := rows.Scan(&doc); err != nil {
			return err
		}
		var w cti.Webhook
		if err := json.Unmarshal([]byte(doc), &w); err != nil {
			return fmt.Errorf("decode webhook: %w", err)
		}
		found = append(found, w)
		return nil
	}, `SELECT doc FROM webhooks ORDER BY created, id`)
	if err != nil {
		return nil, fmt.Errorf("load webhooks: %w", err)
	}
	return found, nil
}

// SaveWebhook adds or replaces an endpoint.
func (s *Store) SaveWebhook(ctx context.Context, w cti.Webhook) error {
	doc, err := json.Marshal(w)
	if err != nil {
		return fmt.Errorf("encode webhook %s: %w", w.ID, err)
	}
	err = s.write(ctx, func(ctx context.Context, q querier) error {
		_, err := q.ExecContext(ctx, `INSERT INTO webhooks (id, created, doc) VALUES ($1, $2, $3)
			ON CONFLICT (id) DO UPDATE SET doc = excluded.doc`, clean(w.ID), micros(w.Created), clean(string(doc)))
		return fault(err)
	})
	if err != nil {
		return fmt.Errorf("save webhook %s: %w", w.ID, err)
	}
	return nil
}

// DeleteWebhook forgets an endpoint and all its messages.
func (s *Store) DeleteWebhook(ctx context.Context, id string) error {
	err := s.write(ctx, func(ctx context.Context, q querier) error {
		result, err := q.ExecContext(ctx, `DELETE FROM webhooks WHERE id = $1`, clean(id))
		if err != nil {
			return fault(err)
		}
		if n, err := result.RowsAffected(); err == nil && n == 0 {
			return cti.ErrNotFound
		}
		for _, table := range []string{"outbox", "outbox_lanes"} {
			if _, err := q.ExecContext(ctx, `DELETE FROM `+table+` WHERE target = $1`, clean(id)); err != nil {
				return fault(err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("delete webhook %s: %w", id, err)
	}
	return nil
}
