package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"callcard/pkg/cti"
)

// FindRecordings returns a page of recordings in the order of their calls, newest
// first, and the cursor of the next page, "" after the last one. It is the page of
// calls with their recordings joined, so that it finds by what calls are found by.
func (s *Store) FindRecordings(ctx context.Context, f cti.RecordingFilter) ([]cti.FoundRecording, string, error) {
	limit := f.Calls.Limit
	if limit <= 0 {
		limit = defaultPage
	}
	limit = min(limit, largestPage)
	cursor := f.Calls.Cursor
	f.Calls.Cursor = ""
	p, err := s.pageOf(ctx, f.Calls)
	if err != nil || p.nothing {
		return []cti.FoundRecording{}, "", err
	}
	if err := p.afterRecording(cursor); err != nil {
		return nil, "", err
	}
	if err := p.inState(f.State); err != nil {
		return nil, "", err
	}
	found, at, err := s.foundRecordings(ctx, p, limit+1)
	if err != nil {
		return nil, "", fmt.Errorf("find recordings: %w", err)
	}
	next := ""
	if len(found) > limit {
		found, next = found[:limit], at[limit-1]
	}
	all := make([]*cti.Recording, len(found))
	for i := range found {
		all[i] = &found[i].Recording
	}
	if err := s.fillHolds(ctx, all...); err != nil {
		return nil, "", fmt.Errorf("find recordings: %w", err)
	}
	return found, next, nil
}

// inState: the word goes into the text, where an index for the states that few have
// can be found by it; it is one of ours.
func (p *page) inState(state cti.RecordingState) error {
	switch {
	case state == "":
		return nil
	case !slices.Contains(cti.RecordingStates(), state):
		return &cti.InvalidError{Field: "state", Got: string(state), Want: "a state of recordings"}
	case state.Playable():
		p.where = append(p.where, fmt.Sprintf(`r.state = '%s'`, state))
	default:
		p.where = append(p.where, fmt.Sprintf(`c.id IN (SELECT o.call_id FROM recordings o
			WHERE o.state NOT IN ('stored', 'verified') AND o.state = '%s') AND r.state = '%[1]s'`, state))
	}
	return nil
}

// afterRecording begins behind the last recording of the page before.
func (p *page) afterRecording(cursor string) error {
	if cursor == "" {
		return nil
	}
	started, rest, err := parseCursor(cursor)
	if err != nil {
		return err
	}
	call, id, _ := strings.Cut(rest, " ")
	p.where = append(p.where, fmt.Sprintf(`(%s, r.id) < (%s, %s, %s)`, p.place, p.arg(started), p.arg(call), p.arg(id)))
	return nil
}

func (s *Store) foundRecordings(ctx context.Context, p *page, limit int) (found []cti.FoundRecording, cursors []string, err error) {
	columns := "r." + strings.Join(strings.Fields(recordingColumns), " r.")
	started, call, _ := strings.Cut(p.place, ", ")
	// CROSS JOIN: SQLite must walk the calls in order and not begin with recordings.
	query := fmt.Sprintf(`SELECT %s, c.doc, COALESCE(k.name, ''), c.started, c.id FROM calls c
		LEFT JOIN contacts k ON k.id = c.contact_id AND c.contact_id <> ''%s CROSS JOIN recordings r WHERE %s
		ORDER BY %s DESC, %s DESC, r.id DESC LIMIT %d`,
		columns, p.from, strings.Join(append([]string{`r.call_id = c.id`}, p.where...), ` AND `), started, call, limit)
	found = []cti.FoundRecording{}
	err = each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		f, cursor, err := scanFound(rows)
		found, cursors = append(found, f), append(cursors, cursor)
		return err
	}, query, p.args...)
	return found, cursors, err
}

func scanFound(rows *sql.Rows) (f cti.FoundRecording, cursor string, err error) {
	var doc, call string
	var started int64
	f.Recording, err = scanRecording(rows, &doc, &f.ContactName, &started, &call)
	if err != nil {
		return f, "", err
	}
	var c cti.Call
	if err := json.Unmarshal([]byte(doc), &c); err != nil {
		return f, "", fmt.Errorf("decode call: %w", err)
	}
	f.Client, f.ClientName, f.Direction, f.Queue, f.Agents = c.Client, c.ClientName, c.Direction, c.Queue(), []cti.UserID{}
	for _, talk := range c.Talks {
		if talk.User != "" && !slices.Contains(f.Agents, talk.User) {
			f.Agents = append(f.Agents, talk.User)
		}
	}
	return f, base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %s %s", started, call, f.ID)), nil
}
