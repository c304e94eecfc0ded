package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"callcard/pkg/cti"
)

// Pages of the archive.
const (
	defaultPage = 50
	largestPage = 500
)

const recordQuery = `SELECT c.doc, c.contact_id, COALESCE(k.name, '')
	FROM calls c LEFT JOIN contacts k ON k.id = c.contact_id AND c.contact_id <> ''`

// Call returns a call, also by an id that was merged into it.
func (s *Store) Call(ctx context.Context, id cti.CallID) (cti.CallRecord, error) {
	now, err := s.resolve(ctx, s.read(ctx), id)
	if err != nil {
		return cti.CallRecord{}, fmt.Errorf("load call %s: %w", id, err)
	}
	records, err := s.records(ctx, recordQuery+` WHERE c.id = $1`, clean(now))
	if err == nil && len(records) == 0 {
		err = cti.ErrNotFound
	}
	if err != nil {
		return cti.CallRecord{}, fmt.Errorf("load call %s: %w", id, err)
	}
	return records[0], nil
}

// Calls returns a page of the archive, newest first, and the cursor of the next
// page, "" after the last one. Pages hold still while new calls come in.
func (s *Store) Calls(ctx context.Context, f cti.CallFilter) (records []cti.CallRecord, next string, err error) {
	limit := f.Limit
	if limit <= 0 {
		limit = defaultPage
	}
	limit = min(limit, largestPage)
	page, err := s.pageOf(ctx, f)
	if err != nil || page.nothing {
		return []cti.CallRecord{}, "", err
	}
	records, err = s.records(ctx, fmt.Sprintf(`%s LIMIT %d`, page.query(), limit+1), page.args...)
	if err != nil {
		return nil, "", fmt.Errorf("load calls: %w", err)
	}
	if len(records) > limit {
		records = records[:limit]
		next = cursorAt(records[limit-1].Call)
	}
	return records, next, nil
}

func cursorAt(c cti.Call) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %s", micros(c.Started), c.ID))
}

func parseCursor(cursor string) (started int64, id string, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	at, id, found := strings.Cut(string(raw), " ")
	if err == nil && found {
		started, err = strconv.ParseInt(at, 10, 64)
	}
	if err != nil || !found {
		return 0, "", &cti.InvalidError{Field: "cursor", Got: cursor, Want: "next_cursor of the page before"}
	}
	return started, clean(id), nil
}

// records runs recordQuery and adds the recordings of what it finds.
func (s *Store) records(ctx context.Context, query string, args ...any) ([]cti.CallRecord, error) {
	records := []cti.CallRecord{}
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var doc string
		r := cti.CallRecord{Recordings: []cti.Recording{}, Notes: []cti.Note{}}
		if err := rows.Scan(&doc, &r.ContactID, &r.ContactName); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(doc), &r.Call); err != nil {
			return fmt.Errorf("decode call: %w", err)
		}
		records = append(records, r)
		return nil
	}, query, args...)
	if err != nil {
		return nil, err
	}
	if err := s.fillRecordings(ctx, records); err != nil {
		return nil, err
	}
	return records, s.fillKept(ctx, records)
}
