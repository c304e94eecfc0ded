package ami

import (
	"errors"
	"fmt"
	"net"
	"strings"
)

var (
	// ErrClosed: the connection was closed by us.
	ErrClosed = errors.New("AMI connection closed")
	// ErrNotAMI: the peer did not greet like an Asterisk Manager.
	ErrNotAMI = errors.New("peer is no Asterisk Manager")
	// ErrAuth: user name, secret or address were refused.
	ErrAuth = errors.New("AMI login refused")
	// ErrPermission: the AMI user lacks the class for the action.
	ErrPermission = errors.New("AMI user may not do this")
	// ErrTooLarge: a message is longer than Limits.Message.
	ErrTooLarge = errors.New("AMI message too large")
	// ErrTooManyHeaders: a message has more lines than Limits.Headers.
	ErrTooManyHeaders = errors.New("AMI message has too many headers")
	// ErrMalformed: a message has no header at all.
	ErrMalformed = errors.New("AMI message malformed")
	// ErrOverflow: the consumer let the event queue grow to its limit.
	ErrOverflow = errors.New("AMI event queue overflow")
	// ErrPingTimeout: the peer stopped answering.
	ErrPingTimeout = errors.New("AMI peer does not answer pings")
	// ErrListIncomplete: an event list ended without all of its items.
	ErrListIncomplete = errors.New("AMI event list incomplete")
)

// MessageError is one message that was refused; the stream goes on behind it.
type MessageError struct {
	Err  error  // ErrTooLarge, ErrTooManyHeaders or ErrMalformed
	Size int    // bytes
	Seq  uint64 // place in the stream
	Head string // how it began
}

func (e *MessageError) Error() string {
	return fmt.Sprintf("%v: %d bytes beginning with %q", e.Err, e.Size, e.Head)
}

func (e *MessageError) Unwrap() error { return e.Err }

// FieldError is a header of an action that must not be sent.
type FieldError struct {
	Action, Field, Why string
}

func (e *FieldError) Error() string {
	return fmt.Sprintf("AMI action %s: field %q %s", e.Action, e.Field, e.Why)
}

// ResponseError is "Response: Error" from the peer.
type ResponseError struct {
	Action  string
	Message string
}

func (e *ResponseError) Error() string {
	return fmt.Sprintf("AMI action %s: %s", e.Action, e.Message)
}

// Is lets errors.Is find ErrPermission by the text of main/manager.c.
func (e *ResponseError) Is(target error) bool {
	return target == ErrPermission && strings.EqualFold(e.Message, "Permission denied")
}

// notSentError marks a failure before the first byte of an action was written.
type notSentError struct{ err error }

func (e *notSentError) Error() string { return e.err.Error() }
func (e *notSentError) Unwrap() error { return e.err }

// SafeToRetry reports whether nothing of the action can have reached the peer,
// so that sending it again cannot do it twice.
func SafeToRetry(err error) bool {
	var notSent *notSentError
	return errors.As(err, &notSent)
}

// reason is a fault of the network without the addresses: our own port is another one
// each time, and what is the same fault again must read the same, to be logged once.
func reason(err error) error {
	if fault, is := errors.AsType[*net.OpError](err); is {
		return fault.Err
	}
	return err
}

// Recoverable reports whether a Reader can go on after the error.
func Recoverable(err error) bool {
	var bad *MessageError
	return errors.As(err, &bad)
}
