package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"callcard/pkg/cti"
)

// LogPlace is how far a record of a PBX was read; cti.ErrNotFound when it never was.
func (s *Store) LogPlace(ctx context.Context, pbx string, kind cti.LogKind) (cti.LogPlace, error) {
	place := cti.LogPlace{PBX: pbx, Kind: kind}
	err := s.read(ctx).QueryRowContext(ctx, `SELECT pos, mark FROM pbx_log_places WHERE pbx = $1 AND kind = $2`, pbx, kind).
		Scan(&place.Offset, &place.Mark)
	if errors.Is(err, sql.ErrNoRows) {
		err = cti.ErrNotFound
	}
	if err != nil {
		return place, fmt.Errorf("load the place in %s of %s: %w", kind, pbx, fault(err))
	}
	return place, nil
}

// SaveLogLines adds lines of a record and where it goes on, in one transaction. A line
// that is there already is passed over.
func (s *Store) SaveLogLines(ctx context.Context, place cti.LogPlace, lines []cti.LogLine) error {
	err := s.write(ctx, func(ctx context.Context, q querier) error {
		rows := make([][]any, len(lines))
		for i, l := range lines {
			rows[i] = []any{place.PBX, l.Kind, clean(l.Uniqueid), clean(l.Linkedid), micros(l.At), clean(l.Text)}
		}
		if err := insert(ctx, q, `INSERT INTO pbx_log (pbx, kind, uniqueid, linkedid, at, line)`, `ON CONFLICT DO NOTHING`, rows); err != nil {
			return err
		}
		_, err := q.ExecContext(ctx, `INSERT INTO pbx_log_places (pbx, kind, pos, mark) VALUES ($1, $2, $3, $4)
			ON CONFLICT (pbx, kind) DO UPDATE SET pos = excluded.pos, mark = excluded.mark`,
			place.PBX, place.Kind, place.Offset, clean(place.Mark))
		return fault(err)
	})
	if err != nil {
		return fmt.Errorf("save lines of %s of %s: %w", place.Kind, place.PBX, err)
	}
	return nil
}

// LogLines returns what a PBX wrote down about channels: of these Linkedids, and of
// these Uniqueids.
func (s *Store) LogLines(ctx context.Context, pbx string, linkedids, uniqueids []string) ([]cti.LogLine, error) {
	var lines []cti.LogLine
	for _, by := range []struct {
		column string
		ids    []string
	}{{"linkedid", linkedids}, {"uniqueid", uniqueids}} {
		for ids := by.ids; len(ids) > 0; {
			part := ids[:min(chunk, len(ids))]
			ids = ids[len(part):]
			args := append([]any{pbx}, padded(part)...)
			found, err := s.logLines(ctx, by.column+` IN (`+placeholders(2, len(args)-1)+`)`, args...)
			if err != nil {
				return nil, err
			}
			lines = append(lines, found...)
		}
	}
	return lines, nil
}

// LogBetween returns what a PBX wrote down in a span of time.
func (s *Store) LogBetween(ctx context.Context, pbx string, from, to time.Time) ([]cti.LogLine, error) {
	return s.logLines(ctx, `at >= $2 AND at < $3`, pbx, micros(from), micros(to))
}

func (s *Store) logLines(ctx context.Context, where string, args ...any) (lines []cti.LogLine, err error) {
	err = each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var l cti.LogLine
		var at int64
		err := rows.Scan(&l.Kind, &l.Uniqueid, &l.Linkedid, &at, &l.Text)
		l.At = instant(at)
		lines = append(lines, l)
		return err
	}, `SELECT kind, uniqueid, linkedid, at, line FROM pbx_log WHERE pbx = $1 AND `+where+` ORDER BY at`, args...)
	if err != nil {
		return nil, fmt.Errorf("load lines of a PBX: %w", err)
	}
	return lines, nil
}

// ForgetLog forgets what was written down before an instant.
func (s *Store) ForgetLog(ctx context.Context, before time.Time) error {
	err := s.write(ctx, func(ctx context.Context, q querier) error {
		_, err := q.ExecContext(ctx, `DELETE FROM pbx_log WHERE at < $1`, micros(before))
		return fault(err)
	})
	if err != nil {
		return fmt.Errorf("forget lines of PBXes: %w", err)
	}
	return nil
}

// Heard is until when all that a PBX said is in the store; zero when it never was heard.
func (s *Store) Heard(ctx context.Context, pbx string) (time.Time, error) {
	var at int64
	err := s.read(ctx).QueryRowContext(ctx, `SELECT at FROM pbx_heard WHERE pbx = $1`, pbx).Scan(&at)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, fmt.Errorf("load when %s was heard: %w", pbx, fault(err))
	}
	return instant(at), nil
}

// SaveHeard moves that instant, and notes the gap before it, if there is one.
func (s *Store) SaveHeard(ctx context.Context, pbx string, at time.Time, gap *cti.Gap) error {
	err := s.write(ctx, func(ctx context.Context, q querier) error {
		if gap != nil {
			if err := saveGap(ctx, q, *gap); err != nil {
				return err
			}
		}
		_, err := q.ExecContext(ctx, `INSERT INTO pbx_heard (pbx, at) VALUES ($1, $2) ON CONFLICT (pbx) DO UPDATE SET at = excluded.at`,
			pbx, micros(at))
		return fault(err)
	})
	if err != nil {
		return fmt.Errorf("save that %s is heard: %w", pbx, err)
	}
	return nil
}

// SaveGap notes a gap, or that nothing more is expected of it.
func (s *Store) SaveGap(ctx context.Context, gap cti.Gap) error {
	err := s.write(ctx, func(ctx context.Context, q querier) error { return saveGap(ctx, q, gap) })
	if err != nil {
		return fmt.Errorf("save a gap of %s: %w", gap.PBX, err)
	}
	return nil
}

func saveGap(ctx context.Context, q querier, gap cti.Gap) error {
	_, err := q.ExecContext(ctx, `INSERT INTO pbx_gaps (pbx, began, ended, closed) VALUES ($1, $2, $3, $4)
		ON CONFLICT (pbx, began) DO UPDATE SET ended = excluded.ended, closed = excluded.closed`,
		gap.PBX, micros(gap.From), micros(gap.To), gap.Closed)
	return fault(err)
}

// Gaps are the times in which a PBX was not heard and that are not done with.
func (s *Store) Gaps(ctx context.Context, pbx string) (gaps []cti.Gap, err error) {
	err = each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var from, to int64
		gap := cti.Gap{PBX: pbx}
		err := rows.Scan(&from, &to, &gap.Closed)
		gap.From, gap.To = instant(from), instant(to)
		gaps = append(gaps, gap)
		return err
	}, `SELECT began, ended, closed FROM pbx_gaps WHERE pbx = $1 AND closed = FALSE ORDER BY began`, pbx)
	if err != nil {
		return nil, fmt.Errorf("load gaps of %s: %w", pbx, err)
	}
	return gaps, nil
}
