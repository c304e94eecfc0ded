package cti

import (
	"errors"
	"fmt"
	"time"
)

// Errors that every layer understands; adapters translate their own into these.
var (
	ErrNotFound  = errors.New("not found")
	ErrConflict  = errors.New("conflict")
	ErrForbidden = errors.New("forbidden")
	// ErrUnauthenticated: nobody is logged in by this request, or the password is wrong.
	ErrUnauthenticated = errors.New("not logged in")
)

// TooManyError says that something was tried too often.
type TooManyError struct{ RetryAfter time.Duration }

func (e *TooManyError) Error() string {
	return fmt.Sprintf("too many attempts, try again in %s", e.RetryAfter.Round(time.Second))
}

// ConflictError says why something is not possible as things are now. It is an ErrConflict.
type ConflictError struct{ Why string }

func (e *ConflictError) Error() string { return e.Why }
func (e *ConflictError) Unwrap() error { return ErrConflict }

// RefusedError says that something outside was asked and said no, in its own words.
// Reason, where there is one, is a short stable name that a page can translate.
type RefusedError struct {
	What   string // who refused: "PBX main"
	Words  string
	Reason string
}

func (e *RefusedError) Error() string { return e.What + " refused: " + e.Words }

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

// ClaimedError says that a colleague works on the thing already.
type ClaimedError struct {
	By    UserID
	Name  string
	Until time.Time
}

func (e *ClaimedError) Error() string { return "claimed by " + e.Name }
func (e *ClaimedError) Unwrap() error { return ErrConflict }

// NotNowError says why something cannot be done now. Reason is a short stable name
// that a page can translate.
type NotNowError struct{ Reason, Why string }

func (e *NotNowError) Error() string { return e.Why }
func (e *NotNowError) Unwrap() error { return ErrConflict }
