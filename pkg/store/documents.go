package store

import (
	"bytes"
	"encoding/json"
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
	text bytes.Buffer
	ends [][2]int // of each call and of its event
	docs []encoded
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
	if d.text.Cap() > mostReused {
		return
	}
	clear(d.docs) // they hold whole calls
	d.text.Reset()
	d.docs, d.ends = d.docs[:0], d.ends[:0]
	s.spare.Put(d)
}

// encode is done before the transaction begins: others wait for that.
func (d *documents) encode(events []cti.CallEvent, rest func()) error {
	const key, few = `{"call":`, 16 // events between two rests
	encoder := json.NewEncoder(&d.text)
	encode := func(value any) (end int, err error) {
		err = encoder.Encode(value)
		d.text.Truncate(max(0, d.text.Len()-1)) // the line's end; after an error nothing is used
		return d.text.Len(), err
	}
	for i := range events {
		if i%few == 0 {
			rest()
		}
		e := &events[i]
		d.text.WriteString(key)
		call, err := encode(&e.Call)
		if err != nil {
			return fmt.Errorf("encode call of event %d: %w", e.Seq, err)
		}
		end, err := encode(withoutCall{CallEvent: e})
		if err != nil {
			return fmt.Errorf("encode event %d: %w", e.Seq, err)
		}
		d.text.Bytes()[call] = ',' // instead of the brace that begins the rest
		d.ends = append(d.ends, [2]int{call, end})
	}
	all, begin := unsafe.String(unsafe.SliceData(d.text.Bytes()), d.text.Len()), 0
	for i, at := range d.ends {
		d.docs = append(d.docs, encoded{CallEvent: &events[i], doc: all[begin:at[1]], call: all[begin+len(key) : at[0]]})
		begin = at[1]
	}
	return nil
}

// withoutCall is an event whose call is encoded apart: the outer field hides the inner.
type withoutCall struct {
	*cti.CallEvent
	Call *struct{} `json:"call,omitempty"`
}
