package cti

import (
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"
)

// encoder writes JSON as encoding/json does. Fields come with their keys, which need no escapes.
type encoder struct {
	text  []byte
	fault error
}

func (e *encoder) begin() { e.text = append(e.text, '{') }
func (e *encoder) end()   { e.text = append(e.text, '}') }

// comma parts what follows from what is before it in an object or a list.
func (e *encoder) comma() {
	if last := e.text[len(e.text)-1]; last != '{' && last != '[' {
		e.text = append(e.text, ',')
	}
}

func (e *encoder) key(name string) {
	e.comma()
	e.text = append(append(append(e.text, '"'), name...), '"', ':')
}

func (e *encoder) str(key, value string) {
	e.key(key)
	e.string(value)
}

// some leaves out what is empty.
func (e *encoder) some(key, value string) {
	if value != "" {
		e.str(key, value)
	}
}

// string leaves what needs an escape to encoding/json.
func (e *encoder) string(s string) {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c >= utf8.RuneSelf {
			escaped, err := json.Marshal(s)
			e.text = append(e.text, escaped...)
			e.failed(err)
			return
		}
	}
	e.text = append(append(append(e.text, '"'), s...), '"')
}

func (e *encoder) number(key string, n int64) {
	e.key(key)
	e.text = strconv.AppendInt(e.text, n, 10)
}

func (e *encoder) numberIf(key string, n int) {
	if n != 0 {
		e.number(key, int64(n))
	}
}

func (e *encoder) ifTrue(key string, is bool) {
	if is {
		e.key(key)
		e.text = append(e.text, "true"...)
	}
}

func (e *encoder) time(key string, t time.Time) {
	e.key(key)
	e.text = append(e.text, '"')
	text, err := t.AppendText(e.text)
	e.failed(err)
	if err == nil {
		e.text = append(text, '"')
	}
}

func (e *encoder) timeIf(key string, t time.Time) {
	if !t.IsZero() {
		e.time(key, t)
	}
}

func (e *encoder) failed(err error) {
	if e.fault == nil {
		e.fault = err
	}
}

func encodeText[T ~string](e *encoder, s *T) { e.string(string(*s)) }

func list[T any](e *encoder, key string, items []T, one func(*encoder, *T)) {
	e.key(key)
	if items == nil {
		e.text = append(e.text, "null"...)
		return
	}
	e.text = append(e.text, '[')
	for i := range items {
		e.comma()
		one(e, &items[i])
	}
	e.text = append(e.text, ']')
}

// listOfSome leaves out an empty list.
func listOfSome[T any](e *encoder, key string, items []T, one func(*encoder, *T)) {
	if len(items) > 0 {
		list(e, key, items, one)
	}
}
