package cti

import (
	"errors"
	"fmt"
)

// Errors that every layer understands; adapters translate their own into these.
var (
	ErrNotFound  = errors.New("not found")
	ErrConflict  = errors.New("conflict")
	ErrForbidden = errors.New("forbidden")
)

// InvalidError is bad input: which field, what was got, what is wanted.
type InvalidError struct {
	Field string
	Got   string
	Want  string
}

func (e *InvalidError) Error() string {
	return fmt.Sprintf("%s: got %q, want %s", e.Field, e.Got, e.Want)
}

// UnavailableError says that something outside does not answer now: the PBX, the
// store. It is safe to try again.
type UnavailableError struct {
	What string
	Err  error
}

func (e *UnavailableError) Error() string { return e.What + " is not available: " + e.Err.Error() }
func (e *UnavailableError) Unwrap() error { return e.Err }
