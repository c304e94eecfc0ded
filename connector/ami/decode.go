package ami

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// decode turns one frame into a message. headers is the expected number of
// lines. Lines that are no header are skipped and counted in garbage.
func decode(frame []byte, headers int, follows bool) (m Message, garbage int) {
	m = Message{raw: text(frame), spans: make([]span, 0, headers)}
	for at := 0; at < len(m.raw); {
		end := strings.IndexByte(m.raw[at:], '\n')
		if end < 0 {
			end = len(m.raw) - at
		}
		s, ok := headerAt(m.raw, at, at+end)
		at += end + 1
		switch {
		case follows && len(m.spans) > 0 && (!ok || !followsHeader(m.raw[s.name:s.nameEnd])):
			m.spans = append(m.spans, outputSpan(m.raw, s))
		case ok:
			m.spans = append(m.spans, s)
		case s.value < s.valueEnd:
			garbage++
		}
	}
	if follows {
		m.trimEnd()
	}
	return m, garbage
}

// text makes a string that JSON, a websocket and a database take: phones send
// names in any encoding, and Asterisk passes them on as they are.
func text(frame []byte) string {
	s := string(frame)
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD")
}

// headerAt splits the line raw[start:end]. When it is no header the span holds
// the bare line as its value.
func headerAt(raw string, start, end int) (span, bool) {
	if end > start && raw[end-1] == '\r' {
		end--
	}
	colon := strings.IndexByte(raw[start:end], ':')
	if colon <= 0 || !isToken(raw[start:start+colon]) {
		return span{value: uint32(start), valueEnd: uint32(end)}, false
	}
	value := start + colon + 1
	if value < end && raw[value] == ' ' {
		value++
	}
	return span{uint32(start), uint32(start + colon), uint32(value), uint32(end)}, true
}

// isToken refuses only what no header name can be: text with blanks or control
// characters. User events may bring names of any other shape.
func isToken(name string) bool {
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c == 0x7f {
			return false
		}
	}
	return true
}

// Old answers to Command, up to Asterisk 13 (main/manager.c, action_command):
//
//	Response: Follows / Privilege: Command / ActionID: … / raw output / --END COMMAND--
const endCommand = "--END COMMAND--"

func isFollows(line []byte) bool {
	name, value, ok := bytes.Cut(line, []byte{':'})
	return ok && bytes.EqualFold(name, []byte("Response")) &&
		bytes.EqualFold(bytes.TrimSpace(value), []byte("Follows"))
}

func followsHeader(name string) bool {
	return strings.EqualFold(name, "Privilege") || strings.EqualFold(name, "ActionID")
}

// outputSpan widens a span to the whole line, without a name.
func outputSpan(raw string, s span) span {
	start := s.value
	if s.nameEnd > s.name {
		start = s.name
	}
	end := s.valueEnd
	if strings.HasSuffix(raw[start:end], endCommand) {
		end -= uint32(len(endCommand))
	}
	return span{value: start, valueEnd: end}
}

// trimEnd drops the empty line that is left of the end marker.
func (m *Message) trimEnd() {
	for n := len(m.spans); n > 1; n = len(m.spans) {
		if s := m.spans[n-1]; s.nameEnd > s.name || s.value < s.valueEnd {
			return
		}
		m.spans = m.spans[:n-1]
	}
}
