package asterisk

import (
	"errors"
	"fmt"
)

// ErrUnknownEvent: an event that the translator has never heard of.
var ErrUnknownEvent = errors.New("unknown AMI event")

// FieldError is an event that lacks a field it cannot do without, or holds
// something else in it.
type FieldError struct {
	Event, Field, Got string
}

func (e *FieldError) Error() string {
	if e.Got == "" {
		return fmt.Sprintf("AMI event %s: field %s is missing", e.Event, e.Field)
	}
	return fmt.Sprintf("AMI event %s: field %s: got %q", e.Event, e.Field, e.Got)
}
