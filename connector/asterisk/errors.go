package asterisk

import (
	"errors"
	"fmt"
)

// ErrUnknownEvent: an event that the translator has never heard of.
var ErrUnknownEvent = errors.New("unknown AMI event")

// FieldError is an event that lacks a field it cannot do without.
type FieldError struct {
	Event, Field string
}

func (e *FieldError) Error() string {
	return fmt.Sprintf("AMI event %s: field %s is missing", e.Event, e.Field)
}
