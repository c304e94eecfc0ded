package ami

import (
	"strings"

	"github.com/staskobzar/goami2"
)

// Action is a request to Asterisk.
type Action struct {
	Name    string
	Headers []Header
	// ID is sent as ActionID instead of the connection's own: for an event that names only
	// it, as OriginateResponse without a channel does. It must be unique.
	ID string
}

const (
	actionLogin  = "Login"
	fieldAction  = "Action"
	fieldID      = "ActionID"
	maxFieldName = 80
)

// NewAction makes an action from pairs of name and value. Pairs with an empty
// value are left out: for AMI, empty and missing are the same.
func NewAction(name string, pairs ...string) Action {
	a := Action{Name: name}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			a.Headers = append(a.Headers, Header{Name: pairs[i], Value: pairs[i+1]})
		}
	}
	return a
}

// Encode renders the action with the given id. It refuses names and values that
// would end the header or the message: a phone number from a browser must never
// become an action of its own.
func (a Action) Encode(id string) ([]byte, error) {
	if err := a.validate(id); err != nil {
		return nil, err
	}
	m := goami2.NewAction(a.Name)
	m.AddField(fieldID, id)
	for _, h := range a.Headers {
		m.AddField(h.Name, h.Value)
	}
	return m.Byte(), nil
}

func (a Action) validate(id string) error {
	refuse := func(field, why string) error {
		return &FieldError{Action: a.Name, Field: field, Why: why}
	}
	if why := nameFault(a.Name); why != "" {
		return refuse(fieldAction, why)
	}
	if id == "" || unsafe(id) {
		return refuse(fieldID, "is empty or holds a line break or NUL")
	}
	for _, h := range a.Headers {
		if why := nameFault(h.Name); why != "" {
			return refuse(h.Name, why)
		}
		if strings.EqualFold(h.Name, fieldAction) || strings.EqualFold(h.Name, fieldID) {
			return refuse(h.Name, "is set by the connection")
		}
		if unsafe(h.Value) {
			return refuse(h.Name, "holds a line break or NUL")
		}
	}
	return nil
}

func unsafe(value string) bool { return strings.ContainsAny(value, "\r\n\x00") }

func nameFault(name string) string {
	switch {
	case name == "":
		return "has no name"
	case len(name) > maxFieldName:
		return "has a name that is too long"
	}
	for _, c := range []byte(name) {
		if c <= ' ' || c >= 0x7f || c == ':' {
			return "has a name with a blank, colon or control character"
		}
	}
	return ""
}
