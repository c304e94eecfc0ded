// Package lines knows what an office calls its queues and its own numbers, and which
// of the numbers belong together.
//
// A Book does not change; any goroutine may use it.
package lines

import (
	"regexp"

	"callcard/pkg/cti"
)

// Queue gives a queue of one PBX its title.
type Queue struct{ PBX, Name, Title string }

// DID describes one number of ours, or all that a pattern fits. Without a group each
// number is a group of its own.
type DID struct{ PBX, Number, Pattern, Title, Group, Calendar string }

// Options of a Book. Normalize tells that two ways of writing are one number; without
// it only the same digits are.
type Options struct {
	Queues    []Queue
	DIDs      []DID
	Normalize func(raw string) cti.Phone
}

// Book answers by the names that the PBX uses.
type Book struct {
	queues    map[name]string
	numbers   map[name]DID // as written and as E.164
	patterns  []pattern
	normalize func(string) cti.Phone
}

type name struct{ pbx, name string }

type pattern struct {
	DID
	whole *regexp.Regexp
}

// New makes a book; a pattern that is no regular expression is refused.
func New(o Options) (*Book, error) {
	b := &Book{queues: map[name]string{}, numbers: map[name]DID{}, normalize: o.Normalize}
	if b.normalize == nil {
		b.normalize = func(raw string) cti.Phone { return cti.Phone{Number: raw} }
	}
	for _, q := range o.Queues {
		b.queues[name{q.PBX, q.Name}] = q.Title
	}
	for _, d := range o.DIDs {
		if err := b.add(d); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (b *Book) add(d DID) error {
	if d.Pattern != "" {
		whole, err := regexp.Compile(`^(?:` + d.Pattern + `)$`)
		if err != nil {
			return &cti.InvalidError{Field: "dids.pattern", Got: d.Pattern, Want: "a regular expression"}
		}
		b.patterns = append(b.patterns, pattern{d, whole})
		return nil
	}
	for _, form := range b.forms(d.Number) {
		if _, taken := b.numbers[name{d.PBX, form}]; !taken {
			b.numbers[name{d.PBX, form}] = d
		}
	}
	return nil
}

// forms of a number: as it is written, and as the whole world writes it.
func (b *Book) forms(number string) []string {
	if full := b.normalize(number).Number; full != "" && full != number {
		return []string{number, full}
	}
	return []string{number}
}

// QueueTitle is what people call the queue, "" when nobody said.
func (b *Book) QueueTitle(pbx, queue string) string { return b.queues[name{pbx, queue}] }

// DIDTitle is what people call the number, "" when nobody said.
func (b *Book) DIDTitle(pbx, did string) string { return b.find(pbx, did).Title }

// Group is the line group of a number: callbacks are counted by it. A number in no
// group is one of its own.
func (b *Book) Group(pbx, did string) string {
	if group := b.find(pbx, did).Group; group != "" {
		return group
	}
	return did
}

// Calendar is the name of the calendar of a number, "" for the office's own.
func (b *Book) Calendar(pbx, did string) string { return b.find(pbx, did).Calendar }

// find prefers a number to a pattern, and an earlier pattern to a later one.
func (b *Book) find(pbx, did string) DID {
	if did == "" {
		return DID{}
	}
	for _, form := range b.forms(did) {
		if d, ok := b.numbers[name{pbx, form}]; ok {
			return d
		}
	}
	for _, p := range b.patterns {
		if p.PBX == pbx && p.whole.MatchString(did) {
			return p.DID
		}
	}
	return DID{}
}
