package api

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"callcard/pkg/cti"
)

type contactChange struct {
	Name        *string     `json:"name,omitempty" minLength:"1" maxLength:"200" doc:"Name of the person or company"`
	Company     *string     `json:"company,omitempty" maxLength:"200" doc:"Name of the company the person belongs to"`
	CompanyID   *string     `json:"company_id,omitempty" maxLength:"200" doc:"Id of that company's own contact; empty for none"`
	IsCompany   *bool       `json:"is_company,omitempty" doc:"The contact is a company"`
	Phones      *[]string   `json:"phones,omitempty" maxItems:"20" doc:"All numbers, in any form; they are kept as E.164"`
	Email       *string     `json:"email,omitempty" maxLength:"200" doc:"Address for mail"`
	Notes       *string     `json:"notes,omitempty" maxLength:"10000" doc:"Anything worth knowing; shown on the card"`
	Responsible *cti.UserID `json:"responsible,omitempty" maxLength:"128" doc:"Login name of who looks after the contact; empty for nobody"`
	VIP         *bool       `json:"vip,omitempty" doc:"Shown on the card"`
}

type changeInput struct {
	ID   string `path:"id" maxLength:"200" doc:"Id of the contact"`
	Body contactChange
}

// changeContact changes what the body names; open cards of the contact show it at once.
func (s *server) changeContact(ctx context.Context, in *changeInput) (*contactOutput, error) {
	change, err := s.changeOf(in.Body)
	if err != nil {
		return nil, err
	}
	contact, err := s.Directory.ChangeContact(ctx, in.ID, change)
	if err != nil {
		return nil, inBody(err)
	}
	s.Cards.ContactChanged(contact)
	contact.Phones = list(contact.Phones)
	return &contactOutput{Body: contact}, nil
}

func (s *server) changeOf(body contactChange) (cti.ContactChange, error) {
	change := cti.ContactChange{
		Name: body.Name, Company: body.Company, CompanyID: body.CompanyID, IsCompany: body.IsCompany,
		Phones: body.Phones, Email: body.Email, Notes: body.Notes, Responsible: body.Responsible, VIP: body.VIP,
	}
	if body.Name != nil && strings.TrimSpace(*body.Name) == "" {
		return change, &cti.InvalidError{Field: "body.name", Got: *body.Name, Want: "a name"}
	}
	if body.Email != nil && !addressLike(strings.TrimSpace(*body.Email)) {
		return change, &cti.InvalidError{Field: "body.email", Got: *body.Email, Want: "an address such as name@example.com, or nothing"}
	}
	if body.Phones != nil {
		numbers, err := s.wholeNumbers(*body.Phones)
		if err != nil {
			return change, err
		}
		change.Phones = &numbers
	}
	return change, nil
}

// addressLike lets through what mail could reach; RFC 5321 allows stranger ones, but nobody has them.
func addressLike(email string) bool {
	user, host, found := strings.Cut(email, "@")
	return email == "" || found && user != "" && host != "" && !strings.ContainsAny(email, " \t\n,;<>") && !strings.Contains(host, "@")
}

// inBody puts the fault of a field where the request has it.
func inBody(err error) error {
	if invalid, ok := errors.AsType[*cti.InvalidError](err); ok && !strings.HasPrefix(invalid.Field, "body.") {
		return &cti.InvalidError{Field: "body." + invalid.Field, Got: invalid.Got, Want: invalid.Want}
	}
	return err
}

// deleteContact is for those who answer for the directory.
func (s *server) deleteContact(ctx context.Context, in *contactInput) (*struct{}, error) {
	if role := userOf(ctx).Role; role != cti.RoleSupervisor && role != cti.RoleAdmin {
		return nil, fmt.Errorf("delete a contact as %s: %w", role, cti.ErrForbidden)
	}
	if err := s.Directory.DeleteContact(ctx, in.ID); err != nil {
		return nil, err
	}
	s.Cards.ContactRemoved(in.ID)
	return &struct{}{}, nil
}

type contactCallsInput struct {
	ID     string `path:"id" maxLength:"200" doc:"Id of the contact"`
	Cursor string `query:"cursor" maxLength:"256" doc:"next_cursor of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Calls on a page"`
}

func (s *server) contactCalls(ctx context.Context, in *contactCallsInput) (*callsOutput, error) {
	if _, err := s.Directory.Contact(ctx, in.ID); err != nil {
		return nil, err
	}
	return s.page(ctx, cti.CallFilter{ContactID: in.ID, Cursor: in.Cursor, Limit: in.Limit})
}
