package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"callcard/pkg/cti"
)

// ChangeContact changes a contact of callcard's own directory. Calls of its numbers
// that were unresolved are its own from then on, where nobody else has the number.
func (s *Store) ChangeContact(ctx context.Context, id string, change cti.ContactChange) (cti.Contact, error) {
	err := s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		old, err := s.ownContact(ctx, id)
		if err != nil {
			return err
		}
		changed := change.Apply(old)
		changed.Updated = time.Now()
		if changed, err = complete(changed); err != nil {
			return err
		}
		if err := s.checkContact(ctx, q, old, changed); err != nil {
			return err
		}
		if err := updateContact(ctx, q, changed); err != nil {
			return err
		}
		return s.claimCalls(ctx, q, changed.Phones)
	})
	if err != nil {
		return cti.Contact{}, fmt.Errorf("change contact %s: %w", id, err)
	}
	return s.Contact(ctx, id)
}

// ownContact refuses contacts of a CRM: only there they can be changed.
func (s *Store) ownContact(ctx context.Context, id string) (cti.Contact, error) {
	c, err := s.Contact(ctx, id)
	if err == nil && c.Source != ownSource {
		err = &cti.ConflictError{Why: "the contact lives in " + c.Source + " and can be changed only there"}
	}
	return c, err
}

// checkContact holds what fields say of others: who looks after the contact, and
// which company a person is of.
func (s *Store) checkContact(ctx context.Context, q querier, old, c cti.Contact) error {
	if c.Responsible != old.Responsible && c.Responsible != "" {
		if err := exists(ctx, q, `SELECT 1 FROM users WHERE id = $1`, string(c.Responsible)); err != nil {
			return naming(err, "responsible", string(c.Responsible), "the login name of a user")
		}
	}
	if c.CompanyID != "" && (c.CompanyID != old.CompanyID || c.IsCompany != old.IsCompany) {
		if c.IsCompany || c.CompanyID == c.ID {
			return &cti.InvalidError{Field: "company_id", Got: c.CompanyID, Want: "nothing, because a company belongs to none"}
		}
		if err := exists(ctx, q, `SELECT 1 FROM contacts WHERE id = $1 AND is_company`, c.CompanyID); err != nil {
			return naming(err, "company_id", c.CompanyID, "the id of a contact that is a company")
		}
	}
	if old.IsCompany && !c.IsCompany {
		err := exists(ctx, q, `SELECT 1 FROM contacts WHERE company_id <> '' AND company_id = $1 LIMIT 1`, c.ID)
		if err == nil {
			return &cti.ConflictError{Why: "people belong to the company: a person it cannot become"}
		}
		if !errors.Is(err, cti.ErrNotFound) {
			return err
		}
	}
	return nil
}

func exists(ctx context.Context, q querier, query, id string) error {
	var one int
	return fault(q.QueryRowContext(ctx, query, clean(id)).Scan(&one))
}

// naming turns "not found" into a fault of the field.
func naming(err error, field, got, want string) error {
	if errors.Is(err, cti.ErrNotFound) {
		return &cti.InvalidError{Field: field, Got: got, Want: want}
	}
	return err
}

func updateContact(ctx context.Context, q querier, c cti.Contact) error {
	_, err := q.ExecContext(ctx, `UPDATE contacts SET name = $2, company = $3, company_id = $4, is_company = $5, email = $6,
		responsible = $7, vip = $8, notes = $9, updated = $10 WHERE id = $1`,
		c.ID, c.Name, c.Company, c.CompanyID, c.IsCompany, c.Email, c.Responsible, c.VIP, c.Notes, micros(c.Updated))
	if err != nil {
		return fault(err)
	}
	for _, statement := range []string{`DELETE FROM phones WHERE contact_id = $1`, `DELETE FROM words WHERE contact_id = $1`} {
		if _, err := q.ExecContext(ctx, statement, c.ID); err != nil {
			return fault(err)
		}
	}
	if err := insertPhones(ctx, q, c); err != nil {
		return err
	}
	return insertWords(ctx, q, c)
}

// claimed bounds how many calls of one number get their contact at once.
const claimed = 1000

// claimCalls links the unresolved calls of numbers that exactly one contact has, as
// would have been done had it been known when they came.
func (s *Store) claimCalls(ctx context.Context, q querier, numbers []string) error {
	for _, number := range numbers {
		owners, err := s.ids(ctx, `SELECT contact_id FROM phones WHERE number = $1`, clean(number))
		if err != nil {
			return err
		}
		if len(owners) != 1 {
			continue
		}
		var calls []cti.CallID
		err = each(ctx, q, func(rows *sql.Rows) error {
			var id cti.CallID
			err := rows.Scan(&id)
			calls = append(calls, id)
			return err
		}, fmt.Sprintf(`SELECT id FROM calls WHERE number = $1 AND unresolved ORDER BY started DESC LIMIT %d`, claimed), clean(number))
		if err != nil {
			return err
		}
		for _, id := range calls {
			if err := setLink(ctx, q, id, link{contact: owners[0].(string), by: "system"}); err != nil {
				return err
			}
		}
	}
	return nil
}

// DeleteContact forgets a contact. Its calls stay, with nobody's name; people of a
// company keep the company's name.
func (s *Store) DeleteContact(ctx context.Context, id string) error {
	err := s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		c, err := s.ownContact(ctx, id)
		if err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, `UPDATE contacts SET company = $2, company_id = '' WHERE company_id <> '' AND company_id = $1`,
			c.ID, c.Name); err != nil {
			return fault(err)
		}
		for _, statement := range []string{
			`DELETE FROM call_links WHERE contact_id = $1`,
			`UPDATE calls SET contact_id = '' WHERE contact_id <> '' AND contact_id = $1`,
			`UPDATE recordings SET contact_id = '' WHERE contact_id <> '' AND contact_id = $1`,
			`UPDATE callbacks SET contact_id = '' WHERE contact_id <> '' AND contact_id = $1`,
			`DELETE FROM contacts WHERE id = $1`,
		} {
			if _, err := q.ExecContext(ctx, statement, c.ID); err != nil {
				return fault(err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("delete contact %s: %w", id, err)
	}
	return nil
}

const (
	pageOrders = 100
	pagePeople = 200
)

// ContactPage returns a contact with its orders, people, and the callbacks that a user may see.
func (s *Store) ContactPage(ctx context.Context, id string, viewer cti.User) (page cti.ContactPage, err error) {
	if page.Contact, err = s.Contact(ctx, id); err != nil {
		return cti.ContactPage{}, err
	}
	page.Orders = []cti.Order{}
	err = each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var o cti.Order
		var at int64
		err := rows.Scan(&o.ID, &o.Title, &o.Status, &o.Amount, &at)
		o.At = instant(at)
		page.Orders = append(page.Orders, o)
		return err
	}, fmt.Sprintf(`SELECT id, title, status, amount, at FROM orders WHERE contact_id = $1 ORDER BY at DESC, id LIMIT %d`, pageOrders), page.ID)
	if err == nil {
		page.People, err = s.contacts(ctx, fmt.Sprintf(`c.id IN (SELECT id FROM contacts WHERE company_id <> '' AND company_id = $1
			ORDER BY id LIMIT %d)`, pagePeople), page.ID)
	}
	if err == nil {
		err = s.fillPhones(ctx, page.People)
	}
	if err == nil {
		page.Callbacks, err = s.callbacks(ctx, ` WHERE b.contact_id <> '' AND b.contact_id = $1 ORDER BY b.last_call DESC, b.id`, page.ID)
		page.Callbacks = slices.DeleteFunc(page.Callbacks, func(b cti.Callback) bool { return !b.SeenBy(viewer) })
	}
	if err != nil {
		return cti.ContactPage{}, fmt.Errorf("load page of contact %s: %w", id, err)
	}
	return page, nil
}
