package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"callcard/pkg/cti"
)

// ownSource marks contacts of callcard's own directory.
const ownSource = "callcard"

// contactColumns are read from contacts c and, for the company's name, from contacts k.
const contactColumns = `c.id, c.source, c.name, COALESCE(k.name, c.company), c.company_id, c.is_company, c.email,
	c.responsible, c.vip, c.notes, c.url, c.created, c.updated`

const contactTables = `contacts c LEFT JOIN contacts k ON k.id = c.company_id AND c.company_id <> ''`

// CreateContact adds a contact. It makes an id where there is none. A number may belong to several contacts.
func (s *Store) CreateContact(ctx context.Context, c cti.Contact) (cti.Contact, error) {
	c, err := complete(c)
	if err != nil {
		return cti.Contact{}, err
	}
	err = s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		_, err := q.ExecContext(ctx, `INSERT INTO contacts (id, source, name, company, company_id, is_company, email,
			responsible, vip, notes, url, created, updated) VALUES (`+placeholders(1, 13)+`)`,
			c.ID, c.Source, c.Name, c.Company, c.CompanyID, c.IsCompany, c.Email,
			c.Responsible, c.VIP, c.Notes, c.URL, micros(c.Created), micros(c.Updated))
		if err != nil {
			return fault(err)
		}
		if err := insertPhones(ctx, q, c); err != nil {
			return err
		}
		if err := insertWords(ctx, q, c); err != nil {
			return err
		}
		return s.claimCalls(ctx, q, c.Phones)
	})
	if err != nil {
		return cti.Contact{}, fmt.Errorf("create contact: %w", err)
	}
	return s.Contact(ctx, c.ID)
}

// complete cleans a new contact and fills what its creator left open.
func complete(c cti.Contact) (cti.Contact, error) {
	for _, text := range []*string{&c.ID, &c.Source, &c.Name, &c.Company, &c.CompanyID, &c.Email, &c.Notes, &c.URL} {
		*text = strings.TrimSpace(clean(*text))
	}
	c.Responsible = clean(c.Responsible)
	if c.Name == "" {
		return c, &cti.InvalidError{Field: "name", Got: "", Want: "a name"}
	}
	if c.ID == "" {
		id, err := uuid.NewV7() // ordered by time: new rows land together in the index
		if err != nil {
			return c, fmt.Errorf("make contact id: %w", err)
		}
		c.ID = id.String()
	}
	if c.Source == "" {
		c.Source = ownSource
	}
	if c.Created.IsZero() {
		c.Created = time.Now()
	}
	if c.Updated.IsZero() {
		c.Updated = c.Created
	}
	return c, nil
}

// Contact returns one contact.
func (s *Store) Contact(ctx context.Context, id string) (cti.Contact, error) {
	found, err := s.contacts(ctx, `c.id = $1`, clean(id))
	if err == nil && len(found) == 0 {
		err = cti.ErrNotFound
	}
	if err == nil {
		err = s.fillPhones(ctx, found)
	}
	if err != nil {
		return cti.Contact{}, fmt.Errorf("load contact %s: %w", id, err)
	}
	return found[0], nil
}

// contacts loads the contacts that a condition names, in the order of preference, without their numbers.
func (s *Store) contacts(ctx context.Context, where string, args ...any) ([]cti.Contact, error) {
	found := []cti.Contact{}
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		c, err := scanContact(rows)
		found = append(found, c)
		return err
	}, `SELECT `+contactColumns+` FROM `+contactTables+` WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	sortContacts(found)
	return found, nil
}

func scanContact(rows *sql.Rows) (c cti.Contact, err error) {
	var created, updated int64
	err = rows.Scan(&c.ID, &c.Source, &c.Name, &c.Company, &c.CompanyID, &c.IsCompany, &c.Email,
		&c.Responsible, &c.VIP, &c.Notes, &c.URL, &created, &updated)
	c.Created, c.Updated, c.Phones = instant(created), instant(updated), []string{}
	return c, err
}

// SaveOrder adds or replaces an order of a contact.
func (s *Store) SaveOrder(ctx context.Context, contactID string, o cti.Order) error {
	err := s.write(ctx, func(ctx context.Context, q querier) error {
		_, err := q.ExecContext(ctx, `INSERT INTO orders (contact_id, id, title, status, amount, at)
			VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (contact_id, id) DO UPDATE
			SET title = excluded.title, status = excluded.status, amount = excluded.amount, at = excluded.at`,
			clean(contactID), clean(o.ID), clean(o.Title), clean(o.Status), clean(o.Amount), micros(o.At))
		return fault(err)
	})
	if err != nil {
		return fmt.Errorf("save order of contact %s: %w", contactID, err)
	}
	return nil
}
