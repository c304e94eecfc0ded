package store

import (
	"fmt"
	"unsafe"

	"callcard/pkg/cti"
)

// encoded is an event with its documents: the whole, and the call alone, which is a part of it.
type encoded struct {
	*cti.CallEvent
	doc, call string
}

// documents are the texts of one batch of events. All are parts of one buffer that the next
// batch uses again: what is left of thousands of texts a second has to be collected, and cards
// wait while it is. So they are good until reuse only; both drivers copy what they are given.
type documents struct {
	text  []byte
	spans []docSpan
	docs  []encoded
}

// docSpan is where an event is in the text, and its call in that.
type docSpan struct {
	begin, end int
	call       [2]int
}

// mostReused bounds what is kept of a rush.
const mostReused = 4 << 20

func (s *Store) documents() *documents {
	if d, ok := s.spare.Get().(*documents); ok {
		return d
	}
	return &documents{}
}

// reuse takes back what documents gave, when nobody reads it any more.
func (s *Store) reuse(d *documents) {
	if cap(d.text) > mostReused {
		return
	}
	clear(d.docs) // they hold whole calls
	d.text, d.docs, d.spans = d.text[:0], d.docs[:0], d.spans[:0]
	s.spare.Put(d)
}

// encode is done before the transaction begins: others wait for that.
func (d *documents) encode(events []cti.CallEvent, rest func()) error {
	const few = 16 // events between two rests
	for i := range events {
		if i%few == 0 {
			rest()
		}
		begin := len(d.text)
		text, call, err := events[i].AppendJSON(d.text)
		if err != nil {
			return fmt.Errorf("encode event %d: %w", events[i].Seq, err)
		}
		d.text = text
		d.spans = append(d.spans, docSpan{begin, len(text), call})
	}
	all := unsafe.String(unsafe.SliceData(d.text), len(d.text))
	for i, at := range d.spans {
		d.docs = append(d.docs, encoded{CallEvent: &events[i], doc: all[at.begin:at.end], call: all[at.call[0]:at.call[1]]})
	}
	return nil
}
