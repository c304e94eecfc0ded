package store

import (
	"context"
	"database/sql"
	"fmt"

	"callcard/pkg/cti"
)

// ListNumber puts a number on a list, or replaces its note.
func (s *Store) ListNumber(ctx context.Context, list cti.NumberList, n cti.ListedNumber) error {
	err := s.write(ctx, func(ctx context.Context, q querier) error {
		_, err := q.ExecContext(ctx, `INSERT INTO number_lists (list, number, note, added_by, at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (list, number) DO UPDATE SET note = excluded.note, added_by = excluded.added_by, at = excluded.at`,
			list, clean(n.Number), clean(n.Note), clean(n.By), micros(n.At))
		return fault(err)
	})
	if err != nil {
		return fmt.Errorf("list number as %s: %w", list, err)
	}
	return nil
}

// UnlistNumber takes a number off a list; cti.ErrNotFound when it was not on it.
func (s *Store) UnlistNumber(ctx context.Context, list cti.NumberList, number string) error {
	err := s.write(ctx, func(ctx context.Context, q querier) error {
		result, err := q.ExecContext(ctx, `DELETE FROM number_lists WHERE list = $1 AND number = $2`, list, clean(number))
		if err != nil {
			return fault(err)
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return fault(orNotFound(err))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("take number off %s: %w", list, err)
	}
	return nil
}

func orNotFound(err error) error {
	if err == nil {
		return cti.ErrNotFound
	}
	return err
}

// ListedNumbers returns a list, the newest entry first.
func (s *Store) ListedNumbers(ctx context.Context, list cti.NumberList) ([]cti.ListedNumber, error) {
	found := []cti.ListedNumber{}
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var n cti.ListedNumber
		var at int64
		err := rows.Scan(&n.Number, &n.Note, &n.By, &at)
		n.At = instant(at)
		found = append(found, n)
		return err
	}, `SELECT number, note, added_by, at FROM number_lists WHERE list = $1 ORDER BY at DESC, number`, list)
	if err != nil {
		return nil, fmt.Errorf("load numbers of %s: %w", list, err)
	}
	return found, nil
}

// ListsOf tells on which lists a number is.
func (s *Store) ListsOf(ctx context.Context, number string) ([]cti.NumberList, error) {
	var lists []cti.NumberList
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var list cti.NumberList
		err := rows.Scan(&list)
		lists = append(lists, list)
		return err
	}, `SELECT list FROM number_lists WHERE number = $1 ORDER BY list`, clean(number))
	if err != nil {
		return nil, fmt.Errorf("load lists of a number: %w", err)
	}
	return lists, nil
}
