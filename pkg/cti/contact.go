package cti

import "time"

// Contact is a person or company in callcard's own directory or in a CRM.
type Contact struct {
	ID          string    `json:"id"`
	Source      string    `json:"source"` // "callcard", or the CRM's id
	Name        string    `json:"name"`
	Company     string    `json:"company,omitempty"` // the company's name, when the contact is a person
	CompanyID   string    `json:"company_id,omitempty"`
	IsCompany   bool      `json:"is_company,omitempty"`
	Phones      []string  `json:"phones"` // E.164
	Email       string    `json:"email,omitempty"`
	Responsible UserID    `json:"responsible,omitempty"`
	VIP         bool      `json:"vip"`
	Notes       string    `json:"notes,omitempty"`
	URL         string    `json:"url,omitempty"`
	Created     time.Time `json:"created"`
	Updated     time.Time `json:"updated"`
}

// Order is a piece of business shown on the card.
type Order struct {
	ID     string    `json:"id"`
	Title  string    `json:"title"`
	Status string    `json:"status,omitempty"`
	Amount string    `json:"amount,omitempty"` // with its currency, as the CRM prints it
	At     time.Time `json:"at"`
}

// MatchKind is the answer to "who is this".
type MatchKind string

const (
	MatchUnknown   MatchKind = "unknown"
	MatchSingle    MatchKind = "single"
	MatchMultiple  MatchKind = "multiple"
	MatchInternal  MatchKind = "internal"
	MatchAnonymous MatchKind = "anonymous"
)

// Candidate is one contact that may be the client.
type Candidate struct {
	Contact
	// Certain: a phone field holds this very number. Otherwise only the last digits agree.
	Certain bool `json:"certain"`
	// Facts tell candidates apart: company, last call, open orders.
	LastCall time.Time `json:"last_call,omitzero"`
	Orders   []Order   `json:"orders,omitempty"`
}

// PastCall is an earlier call of the client, as a card shows it.
type PastCall struct {
	CallID    CallID      `json:"call_id"`
	At        time.Time   `json:"at"`
	Direction Direction   `json:"direction"`
	Outcome   CallOutcome `json:"outcome"`
	Queue     string      `json:"queue,omitempty"`
	Agent     string      `json:"agent,omitempty"` // display name or device
	Seconds   float64     `json:"seconds"`
	Result    string      `json:"result,omitempty"` // id of the result that an agent gave it
	Note      string      `json:"note,omitempty"`   // the notes, shortened
}

// ContactChange is what shall be different about a contact; nil stays as it is.
type ContactChange struct {
	Name, Company, CompanyID, Email, Notes *string
	Phones                                 *[]string
	VIP, IsCompany                         *bool
	Responsible                            *UserID
}

// Apply returns the changed contact.
func (c ContactChange) Apply(to Contact) Contact {
	set(&to.Name, c.Name)
	set(&to.Company, c.Company)
	set(&to.CompanyID, c.CompanyID)
	set(&to.Email, c.Email)
	set(&to.Notes, c.Notes)
	set(&to.Phones, c.Phones)
	set(&to.VIP, c.VIP)
	set(&to.IsCompany, c.IsCompany)
	set(&to.Responsible, c.Responsible)
	return to
}

func set[T any](to, value *T) {
	if value != nil {
		*to = *value
	}
}

// ContactPage is all that callcard knows of a contact but his calls.
type ContactPage struct {
	Contact
	Orders    []Order    `json:"orders"`
	People    []Contact  `json:"people"`    // of a company
	Callbacks []Callback `json:"callbacks"` // open and done ones that the user may see
}
