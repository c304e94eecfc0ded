package api

import (
	"context"
	"strconv"
	"strings"

	"callcard/pkg/cti"
)

// Directory is callcard's own contacts.
type Directory interface {
	LookupPhone(ctx context.Context, phone cti.Phone) ([]cti.Candidate, error)
	SearchContacts(ctx context.Context, text string, limit int) ([]cti.Contact, error)
	Contact(ctx context.Context, id string) (cti.Contact, error)
	CreateContact(ctx context.Context, contact cti.Contact) (cti.Contact, error)
	ContactPage(ctx context.Context, id string, viewer cti.User) (cti.ContactPage, error)
	ChangeContact(ctx context.Context, id string, change cti.ContactChange) (cti.Contact, error)
	DeleteContact(ctx context.Context, id string) error
}

const maxFound = 50

type findInput struct {
	Phone string `query:"phone" maxLength:"64" doc:"A number in any form; give either this or q"`
	Query string `query:"q" maxLength:"200" doc:"Part of a name, a company or a number"`
}

func (s *server) contacts(ctx context.Context, in *findInput) (*listOutput[cti.Candidate], error) {
	phone, text := strings.TrimSpace(in.Phone), strings.TrimSpace(in.Query)
	switch {
	case phone != "" && text != "":
		return nil, &cti.InvalidError{Field: "query.q", Got: text, Want: "either phone or q, not both"}
	case phone != "":
		found, err := s.Directory.LookupPhone(ctx, s.Numbers.Parse(phone))
		return candidates(found), err
	case text != "":
		found, err := s.search(ctx, text)
		return candidates(found), err
	default:
		return nil, &cti.InvalidError{Field: "query.q", Got: "", Want: "phone or q"}
	}
}

func (s *server) search(ctx context.Context, text string) ([]cti.Candidate, error) {
	contacts, err := s.Directory.SearchContacts(ctx, text, maxFound)
	found := make([]cti.Candidate, len(contacts))
	for i, contact := range contacts {
		found[i] = cti.Candidate{Contact: contact}
	}
	return found, err
}

func candidates(found []cti.Candidate) *listOutput[cti.Candidate] {
	for i := range found {
		found[i].Phones = list(found[i].Phones)
	}
	return listOf(found)
}

type contactInput struct {
	ID string `path:"id" maxLength:"200" doc:"Id of the contact"`
}

type contactOutput struct{ Body cti.Contact }

type contactPageOutput struct{ Body cti.ContactPage }

func (s *server) contact(ctx context.Context, in *contactInput) (*contactPageOutput, error) {
	page, err := s.Directory.ContactPage(ctx, in.ID, userOf(ctx))
	if err != nil {
		return nil, err
	}
	page.Phones, page.Orders, page.People = list(page.Phones), list(page.Orders), list(page.People)
	page.Callbacks = list(page.Callbacks)
	for i := range page.Callbacks {
		page.Callbacks[i] = listed(page.Callbacks[i])
	}
	for i := range page.People {
		page.People[i].Phones = list(page.People[i].Phones)
	}
	return &contactPageOutput{Body: page}, nil
}

type newContact struct {
	Name    string     `json:"name" minLength:"1" maxLength:"200" doc:"Name of the person or company"`
	Phones  []string   `json:"phones,omitempty" maxItems:"20" nullable:"false" doc:"Numbers in any form; they are kept as E.164"`
	Company string     `json:"company,omitempty" maxLength:"200" doc:"Name of the company the person belongs to"`
	Email   string     `json:"email,omitempty" maxLength:"200" doc:"Address for mail"`
	Notes   string     `json:"notes,omitempty" maxLength:"10000" doc:"Anything worth knowing; shown on the card"`
	VIP     bool       `json:"vip,omitempty" doc:"Shown on the card"`
	CallID  cti.CallID `json:"call_id,omitempty" maxLength:"200" doc:"A call whose client this is; it is linked in the same step"`
}

type createInput struct{ Body newContact }

func (s *server) createContact(ctx context.Context, in *createInput) (*contactOutput, error) {
	user := userOf(ctx)
	contact, err := s.fromBody(in.Body)
	if err != nil {
		return nil, err
	}
	contact.Responsible = responsible(user)
	if in.Body.CallID != "" { // before anything is written
		if _, err := s.visibleCall(ctx, in.Body.CallID); err != nil {
			return nil, err
		}
	}
	contact, err = s.Directory.CreateContact(ctx, contact)
	if err != nil {
		return nil, err
	}
	s.Cards.ContactCreated(contact)
	if in.Body.CallID != "" {
		if err := s.Cards.Choose(ctx, in.Body.CallID, contact.ID, user); err != nil {
			return nil, err
		}
	}
	contact.Phones = list(contact.Phones)
	return &contactOutput{Body: contact}, nil
}

// responsible: an agent who creates a contact looks after it.
func responsible(user cti.User) cti.UserID {
	if user.Role == cti.RoleAgent {
		return user.ID
	}
	return ""
}

func (s *server) fromBody(body newContact) (cti.Contact, error) {
	contact := cti.Contact{
		Name: strings.TrimSpace(body.Name), Company: strings.TrimSpace(body.Company),
		Email: strings.TrimSpace(body.Email), Notes: body.Notes, VIP: body.VIP,
		Source: "callcard", Phones: []string{},
	}
	if contact.Name == "" {
		return cti.Contact{}, &cti.InvalidError{Field: "body.name", Got: body.Name, Want: "a name"}
	}
	var err error
	contact.Phones, err = s.wholeNumbers(body.Phones)
	return contact, err
}

// wholeNumbers are E.164; the fault names the one that is none.
func (s *server) wholeNumbers(raws []string) ([]string, error) {
	numbers := make([]string, 0, len(raws))
	for i, raw := range raws {
		phone := s.Numbers.Parse(raw)
		if phone.Kind != cti.NumberE164 {
			return nil, &cti.InvalidError{
				Field: "body.phones[" + strconv.Itoa(i) + "]", Got: raw, Want: "a whole phone number, such as +74951234567",
			}
		}
		numbers = append(numbers, phone.Number)
	}
	return numbers, nil
}
