package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

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

// PastCalls returns what a card shows of the number's earlier calls, newest first.
func (s *Store) PastCalls(ctx context.Context, number string, limit int) ([]cti.PastCall, error) {
	past := []cti.PastCall{}
	if number == "" || limit <= 0 {
		return past, nil
	}
	var calls []cti.Call
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var doc string
		var c cti.Call
		if err := rows.Scan(&doc); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(doc), &c); err != nil {
			return fmt.Errorf("decode call: %w", err)
		}
		calls = append(calls, c)
		return nil
	}, fmt.Sprintf(`SELECT doc FROM calls WHERE number = $1 AND state = 'ended'
		ORDER BY started DESC, id DESC LIMIT %d`, min(limit, largestPage)), clean(number))
	if err != nil {
		return nil, fmt.Errorf("load past calls: %w", err)
	}
	names, err := s.userNames(ctx, talkers(calls))
	if err != nil {
		return nil, fmt.Errorf("load past calls: %w", err)
	}
	ids := make([]cti.CallID, len(calls))
	for i, c := range calls {
		ids[i] = c.ID
	}
	kept, err := keptOf(ctx, s.read(ctx), ids)
	if err != nil {
		return nil, fmt.Errorf("load past calls: %w", err)
	}
	for _, c := range calls {
		past = append(past, pastCall(c, names, kept[clean(c.ID)]))
	}
	return past, nil
}

// talkers are the users who talked last in the calls, each once.
func talkers(calls []cti.Call) []cti.UserID {
	var users []cti.UserID
	for _, c := range calls {
		if n := len(c.Talks); n > 0 && c.Talks[n-1].User != "" && !slices.Contains(users, c.Talks[n-1].User) {
			users = append(users, c.Talks[n-1].User)
		}
	}
	return users
}

// shownNote is how much of its notes an earlier call shows.
const shownNote = 200

func pastCall(c cti.Call, names map[cti.UserID]string, of remarks) cti.PastCall {
	p := cti.PastCall{CallID: c.ID, At: c.Started, Direction: c.Direction, Outcome: c.Outcome, Queue: c.Queue()}
	for _, talk := range c.Talks {
		p.Seconds += talk.Seconds(endOf(c))
		p.Agent = agentName(talk, names)
	}
	if of.result != nil {
		p.Result = of.result.Result
	}
	texts := make([]string, len(of.notes))
	for i, note := range of.notes {
		texts[i] = note.Text
	}
	p.Note = cti.Shorten(strings.Join(texts, " "), shownNote)
	return p
}

func agentName(t cti.Talk, names map[cti.UserID]string) string {
	if name := names[t.User]; name != "" {
		return name
	}
	if t.User != "" {
		return string(t.User)
	}
	return string(t.Device)
}

// endOf bounds a talk that was never seen to end.
func endOf(c cti.Call) time.Time {
	if c.Ended.IsZero() {
		return c.Started
	}
	return c.Ended
}
