package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"callcard/pkg/cti"
)

// What a card shows of earlier calls comes from columns of their own, not from the
// calls' documents: it is read for every client who calls, while the phone rings.

// summary are those columns of one call.
type summary struct {
	queue  string // the last one
	user   cti.UserID
	device cti.Device // of the talk that was last
	talked float64    // seconds, of all agents
}

func summarize(c cti.Call) summary {
	s := summary{queue: clean(c.Queue())}
	for _, talk := range c.Talks {
		s.talked += talk.Seconds(endOf(c))
		s.user, s.device = clean(talk.User), clean(talk.Device)
	}
	return s
}

// endOf bounds a talk that was never seen to end.
func endOf(c cti.Call) time.Time {
	if c.Ended.IsZero() {
		return c.Started
	}
	return c.Ended
}

// PastCalls returns what a card shows of the number's earlier calls, newest first.
func (s *Store) PastCalls(ctx context.Context, number string, limit int) ([]cti.PastCall, error) {
	past := []cti.PastCall{}
	if number == "" || limit <= 0 {
		return past, nil
	}
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		p, err := scanPast(rows)
		past = append(past, p)
		return err
	}, `SELECT c.id, c.started, c.direction, c.outcome, c.queue, COALESCE(NULLIF(u.name, ''), NULLIF(c.talked_user, ''), c.talked_device),
			c.talked_seconds, c.result
		FROM calls c LEFT JOIN users u ON u.id = c.talked_user AND c.talked_user <> ''
		WHERE c.number = $1 AND c.state = 'ended' ORDER BY c.started DESC, c.id DESC LIMIT $2`, clean(number), min(limit, largestPage))
	if err == nil {
		err = s.fillNotes(ctx, past)
	}
	if err != nil {
		return nil, fmt.Errorf("load past calls: %w", err)
	}
	return past, nil
}

func scanPast(rows *sql.Rows) (p cti.PastCall, err error) {
	var started int64
	err = rows.Scan(&p.CallID, &started, &p.Direction, &p.Outcome, &p.Queue, &p.Agent, &p.Seconds, &p.Result)
	p.At = instant(started)
	return p, err
}

// shownNote is how much of its notes an earlier call shows.
const shownNote = 200

func (s *Store) fillNotes(ctx context.Context, past []cti.PastCall) error {
	ids, at := indexed(past, func(p cti.PastCall) string { return string(p.CallID) })
	if len(ids) == 0 {
		return nil
	}
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var id, text string
		err := rows.Scan(&id, &text)
		p := &past[at[id]]
		p.Note = strings.TrimSpace(p.Note + " " + text)
		return err
	}, `SELECT call_id, text FROM call_notes WHERE call_id IN (`+placeholders(1, len(ids))+`) ORDER BY updated, user_id`, ids...)
	for i := range past {
		past[i].Note = cti.Shorten(past[i].Note, shownNote)
	}
	return err
}

// mostToday bounds what is counted: a number that calls more often is a robot.
const mostToday = 100

// CallsSince returns the calls that a client has made himself since then, in any state.
// COALESCE hides the direction from the choice of an index: SQLite takes the one on
// direction and time for as good as the one on number and time, and then reads all calls
// of the day for each that comes.
func (s *Store) CallsSince(ctx context.Context, number string, since time.Time) ([]cti.CallID, error) {
	ids := []cti.CallID{}
	if number == "" {
		return ids, nil
	}
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var id cti.CallID
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT id FROM calls WHERE number = $1 AND started >= $2 AND COALESCE(direction, '') = 'inbound'
		ORDER BY started DESC LIMIT $3`,
		clean(number), micros(since), mostToday)
	if err != nil {
		return nil, fmt.Errorf("load calls since %s: %w", since, err)
	}
	return ids, nil
}

// remembered is how many of a number's newest calls tell whom agents usually choose:
// people change their place, and the way to a card is short.
const remembered = 100

// Usually returns whom agents have chosen most often for a number, of several the one
// chosen last; nil when nobody was chosen by hand.
func (s *Store) Usually(ctx context.Context, number string) (*cti.Usually, error) {
	if number == "" {
		return nil, nil
	}
	var found *cti.Usually
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		found = &cti.Usually{}
		return rows.Scan(&found.ContactID, &found.Name, &found.Times)
	}, `SELECT k.id, k.name, COUNT(*) AS times
		FROM (SELECT id FROM calls WHERE number = $1 ORDER BY started DESC, id DESC LIMIT $2) AS c
		JOIN call_links l ON l.call_id = c.id AND l.linked_by NOT IN ('', 'system')
		JOIN contacts k ON k.id = l.contact_id
		GROUP BY k.id, k.name ORDER BY times DESC, MAX(l.at) DESC, k.id LIMIT 1`, clean(number), remembered)
	if err != nil {
		return nil, fmt.Errorf("load usual contact: %w", err)
	}
	return found, nil
}

// mostPeople of a company are shown on a card.
const mostPeople = 20

// People returns those of a company, VIPs first, then by name.
func (s *Store) People(ctx context.Context, companyID string) ([]cti.Contact, error) {
	if companyID == "" {
		return []cti.Contact{}, nil
	}
	found, err := s.contacts(ctx, `c.id IN (SELECT id FROM contacts WHERE company_id <> '' AND company_id = $1
		ORDER BY vip DESC, name, id LIMIT $2)`, clean(companyID), mostPeople)
	if err == nil {
		err = s.fillPhones(ctx, found)
	}
	if err != nil {
		return nil, fmt.Errorf("load people of %s: %w", companyID, err)
	}
	return found, nil
}
