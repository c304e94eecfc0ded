package ami

import (
	"strings"
	"time"
)

// Header is one "Name: value" line of a message.
type Header struct{ Name, Value string }

// Message is one AMI message: an event, a response or an action. The zero value
// is an empty message. A Message is immutable and safe to share.
//
// Headers keep their order and may repeat: Asterisk sends ChanVariable and
// Output once per value.
type Message struct {
	// Seq is the place of the message in its stream, counted from 1.
	Seq uint64
	// At is when the bytes that ended the message were read.
	At time.Time

	raw   string
	spans []span
	bad   *MessageError // a refused message, kept in the queue for its place
}

// fault is the error that stands in the place of a refused message.
func (m Message) fault() error {
	if m.bad == nil {
		return nil
	}
	return m.bad
}

// span is one header as offsets into Message.raw. It holds no pointers, so the
// garbage collector never looks into it; see DESIGN.md for the measurement.
type span struct{ name, nameEnd, value, valueEnd uint32 }

// outputName is the name given to the nameless lines of an old-style
// "Response: Follows" answer: the same that newer Asterisks send themselves.
const outputName = "Output"

func (m Message) nameAt(i int) string {
	s := m.spans[i]
	if s.name == s.nameEnd {
		return outputName
	}
	return m.raw[s.name:s.nameEnd]
}

func (m Message) valueAt(i int) string {
	s := m.spans[i]
	return m.raw[s.value:s.valueEnd]
}

// Header returns the i-th header, 0 ≤ i < Len.
func (m Message) Header(i int) Header { return Header{Name: m.nameAt(i), Value: m.valueAt(i)} }

// Len is the number of headers.
func (m Message) Len() int { return len(m.spans) }

// Lookup returns the value of the first header with that name, whatever its case.
func (m Message) Lookup(name string) (string, bool) {
	for i := range m.spans {
		s := &m.spans[i]
		if int(s.nameEnd-s.name) != len(name) {
			continue
		}
		if got := m.raw[s.name:s.nameEnd]; got == name || strings.EqualFold(got, name) {
			return m.raw[s.value:s.valueEnd], true
		}
	}
	return "", false
}

// Get is Lookup without the distinction between empty and missing.
func (m Message) Get(name string) string {
	v, _ := m.Lookup(name)
	return v
}

// Values returns the values of all headers with that name in their order.
func (m Message) Values(name string) []string {
	var out []string
	for i := range m.spans {
		if strings.EqualFold(m.nameAt(i), name) {
			out = append(out, m.valueAt(i))
		}
	}
	return out
}

// Headers returns a copy of all headers in their order.
func (m Message) Headers() []Header {
	out := make([]Header, len(m.spans))
	for i := range m.spans {
		out[i] = m.Header(i)
	}
	return out
}

// Event is the name of the event, empty when the message is none.
func (m Message) Event() string { return m.first("Event") }

// Response is the kind of answer ("Success", "Error", …), empty when the message is none.
func (m Message) Response() string { return m.first("Response") }

// ActionID is the id of the action that the message belongs to.
func (m Message) ActionID() string { return m.Get("ActionID") }

// first looks at the first header only. Asterisk always begins a message with
// its kind (main/manager.c), and an event may carry a header named "Response"
// of its own, as OriginateResponse does.
func (m Message) first(name string) string {
	if len(m.spans) > 0 && strings.EqualFold(m.nameAt(0), name) {
		return m.valueAt(0)
	}
	return ""
}

// String is for logs: one line, secrets as stars.
func (m Message) String() string {
	var b strings.Builder
	for i := range m.spans {
		if i > 0 {
			b.WriteString("; ")
		}
		name, value := m.nameAt(i), m.valueAt(i)
		b.WriteString(name)
		b.WriteString(": ")
		b.WriteString(maskValue(name, value))
	}
	return b.String()
}

// Secret is a string that never prints itself.
type Secret string

const stars = "***"

// String hides the secret.
func (Secret) String() string { return stars }

// GoString hides the secret from %#v.
func (Secret) GoString() string { return stars }

// MarshalText hides the secret from JSON and slog.
func (Secret) MarshalText() ([]byte, error) { return []byte(stars), nil }

// maskValue hides the values of headers that carry credentials: Secret and Key
// of Login, and what configuration listings name likewise.
func maskValue(name, value string) string {
	switch strings.ToLower(name) {
	case "secret", "key", "password", "md5secret", "md5_cred":
		return stars
	}
	return value
}
