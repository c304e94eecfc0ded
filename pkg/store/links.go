package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"callcard/pkg/cti"
)

// bySystem are the authors of links that a person's choice replaces and that never replace one.
func bySystem(by string) bool { return by == "" || by == "system" }

// LinkContact says whose call it is: the call, its recordings and the callback it
// is part of are linked in one transaction. The call itself may not be written
// yet. With by "" or "system" (a single certain match) it does nothing when a
// person has chosen already.
func (s *Store) LinkContact(ctx context.Context, id cti.CallID, contactID string, by cti.UserID) error {
	err := s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		var contact string
		if err := q.QueryRowContext(ctx, `SELECT id FROM contacts WHERE id = $1`, clean(contactID)).Scan(&contact); err != nil {
			return fmt.Errorf("find contact %s: %w", contactID, fault(err))
		}
		id, err := s.resolve(ctx, q, id)
		if err != nil {
			return err
		}
		old, err := linkOf(ctx, q, id)
		if err != nil || bySystem(string(by)) && !bySystem(old.by) {
			return err
		}
		return setLink(ctx, q, id, link{contact, string(by)})
	})
	if err != nil {
		return fmt.Errorf("link call %s: %w", id, err)
	}
	return nil
}

// LinkOf returns the contact of a call, "" for none.
func (s *Store) LinkOf(ctx context.Context, id cti.CallID) (contactID string, err error) {
	q := s.read(ctx)
	now, err := s.resolve(ctx, q, id)
	if err != nil {
		return "", fmt.Errorf("load contact of call %s: %w", id, err)
	}
	l, err := linkOf(ctx, q, now)
	if err != nil {
		return "", fmt.Errorf("load contact of call %s: %w", id, err)
	}
	return l.contact, nil
}

type link struct{ contact, by string }

func linkOf(ctx context.Context, q querier, id cti.CallID) (l link, err error) {
	err = q.QueryRowContext(ctx, `SELECT contact_id, linked_by FROM call_links WHERE call_id = $1`, clean(id)).
		Scan(&l.contact, &l.by)
	if errors.Is(err, sql.ErrNoRows) {
		return link{}, nil
	}
	return l, fault(err)
}

func setLink(ctx context.Context, q querier, id cti.CallID, l link) error {
	_, err := q.ExecContext(ctx, `INSERT INTO call_links (call_id, contact_id, linked_by, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (call_id) DO UPDATE SET contact_id = excluded.contact_id, linked_by = excluded.linked_by, at = excluded.at`,
		clean(id), l.contact, clean(l.by), micros(time.Now()))
	if err != nil {
		return fault(err)
	}
	for _, statement := range []string{
		`UPDATE calls SET contact_id = $2, unresolved = FALSE WHERE id = $1`,
		`UPDATE recordings SET contact_id = $2 WHERE call_id = $1`,
		`UPDATE callbacks SET contact_id = $2 WHERE id IN (SELECT callback_id FROM callback_calls WHERE call_id = $1)`,
	} {
		if _, err := q.ExecContext(ctx, statement, clean(id), l.contact); err != nil {
			return fault(err)
		}
	}
	return nil
}

// mergeLink gives the call that goes on the contact of the one that ends in it;
// what a person chose goes before what was found.
func mergeLink(ctx context.Context, q querier, old, id cti.CallID) error {
	was, err := linkOf(ctx, q, old)
	if err != nil {
		return err
	}
	is, err := linkOf(ctx, q, id)
	if err != nil {
		return err
	}
	if was.contact == "" || is.contact != "" && (bySystem(was.by) || !bySystem(is.by)) {
		was = is
	}
	if was.contact == "" {
		return nil
	}
	// Also when nothing changes for the call: its new recordings get the contact.
	return setLink(ctx, q, id, was)
}
