package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"callcard/pkg/cti"
)

// Numbers are compared in two ways. Equal text is certain. Otherwise the last
// digits decide, which is a "maybe" only: at least minTail of them, because a
// subscriber number of a city has seven, and at most maxTail, the length of the
// longest common national number (Russia, North America, India); the prefix
// before them is what callers, PBXes and address books write in different ways.
//
// The tail is found by an index on the reversed digits: the last n digits are the
// first n there, which makes any n a range of the index.
const (
	minTail = 7
	maxTail = 10
)

// No agent reads through more candidates than these. A guess is cut by the index,
// the certain ones after they have been put in order.
const (
	maxMaybes  = 20
	maxCertain = 200
)

// LookupPhone finds who may call from this number. Certain candidates exclude
// the maybes. The order is stable: VIPs first, then by name, then by id, so that
// the card does not jump when it is made again.
func (s *Store) LookupPhone(ctx context.Context, p cti.Phone) ([]cti.Candidate, error) {
	found, certain, err := s.whose(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("look up number: %w", err)
	}
	if err := s.fillPhones(ctx, found); err != nil {
		return nil, fmt.Errorf("look up number: %w", err)
	}
	candidates := make([]cti.Candidate, len(found))
	for i, c := range found {
		candidates[i] = cti.Candidate{Contact: c, Certain: certain}
	}
	if err := s.fillFacts(ctx, candidates); err != nil {
		return nil, fmt.Errorf("look up number: %w", err)
	}
	return candidates, nil
}

func (s *Store) whose(ctx context.Context, p cti.Phone) (found []cti.Contact, certain bool, err error) {
	if p.Kind == cti.NumberAnonymous || p.Kind == cti.NumberInternal {
		return nil, false, nil
	}
	if p.Number != "" {
		found, err = s.contacts(ctx, `c.id IN (SELECT contact_id FROM phones WHERE number = $1)`, clean(p.Number))
		if err != nil || len(found) > 0 {
			return found[:min(len(found), maxCertain)], true, err
		}
	}
	from, to, shorter, ok := tail(p)
	if !ok {
		return nil, false, nil
	}
	found, err = s.contacts(ctx, `c.id IN (SELECT contact_id FROM phones WHERE reversed >= $1 AND reversed < $2
		UNION SELECT contact_id FROM phones WHERE reversed IN ($3, $4, $5)
		ORDER BY 1 LIMIT $6)`,
		from, to, shorter[0], shorter[1], shorter[2], maxMaybes)
	return found, false, err
}

// tail gives the range of reversed numbers that end like p, and the reversed
// numbers that are themselves shorter than the range's beginning but end like p.
func tail(p cti.Phone) (from, to string, shorter [maxTail - minTail]string, ok bool) {
	digits := digitsOf(p.Number)
	if digits == "" {
		digits = digitsOf(p.Raw)
	}
	if len(digits) < minTail || p.Kind == cti.NumberShort {
		return "", "", shorter, false
	}
	from = reverse(digits[max(0, len(digits)-maxTail):])
	for i := range shorter {
		shorter[i] = from[:min(minTail+i, len(from))]
	}
	return from, from + ":", shorter, true // ':' comes after '9'
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

func reverse(digits string) string {
	b := []byte(digits)
	slices.Reverse(b)
	return string(b)
}

func sortContacts(cs []cti.Contact) {
	slices.SortFunc(cs, func(a, b cti.Contact) int {
		return cmp.Or(first(a.VIP, b.VIP), strings.Compare(fold(a.Name), fold(b.Name)), strings.Compare(a.ID, b.ID))
	})
}

// first orders what is true before what is not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func insertPhones(ctx context.Context, q querier, c cti.Contact) error {
	rows := make([][]any, 0, len(c.Phones))
	for i, number := range c.Phones {
		number = strings.TrimSpace(clean(number))
		digits := digitsOf(number)
		if digits == "" {
			return &cti.InvalidError{Field: "phones", Got: number, Want: "a number in E.164 form"}
		}
		rows = append(rows, []any{number, c.ID, reverse(digits), i})
	}
	return insert(ctx, q, `INSERT INTO phones (number, contact_id, reversed, position)`, `ON CONFLICT DO NOTHING`, rows)
}

// fillPhones loads the numbers of contacts, in the order in which they were given.
func (s *Store) fillPhones(ctx context.Context, cs []cti.Contact) error {
	ids, at := indexed(cs, func(c cti.Contact) string { return c.ID })
	if len(ids) == 0 {
		return nil
	}
	return each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var id, number string
		err := rows.Scan(&id, &number)
		c := &cs[at[id]]
		c.Phones = append(c.Phones, number)
		return err
	}, `SELECT contact_id, number FROM phones WHERE contact_id IN (`+placeholders(1, len(ids))+`)
		ORDER BY contact_id, position`, ids...)
}

// shownOrders is how many orders a card has room for, the newest first.
const shownOrders = 5

// fillFacts loads what tells candidates apart: their orders and their last call.
func (s *Store) fillFacts(ctx context.Context, cs []cti.Candidate) error {
	ids, at := indexed(cs, func(c cti.Candidate) string { return c.ID })
	if len(ids) == 0 {
		return nil
	}
	in := `IN (` + placeholders(1, len(ids)) + `)`
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var id string
		var o cti.Order
		var when int64
		err := rows.Scan(&id, &o.ID, &o.Title, &o.Status, &o.Amount, &when)
		o.At = instant(when)
		if c := &cs[at[id]]; len(c.Orders) < shownOrders {
			c.Orders = append(c.Orders, o)
		}
		return err
	}, `SELECT contact_id, id, title, status, amount, at FROM orders WHERE contact_id `+in+` ORDER BY contact_id, at DESC, id`, ids...)
	if err != nil {
		return err
	}
	return each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var id string
		var last int64
		err := rows.Scan(&id, &last)
		cs[at[id]].LastCall = instant(last)
		return err
	}, `SELECT contact_id, MAX(started) FROM calls WHERE contact_id <> '' AND contact_id `+in+` GROUP BY contact_id`, ids...)
}
