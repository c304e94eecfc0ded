package pbxsim

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// kind is what a variable of a script stands for.
type kind int

const (
	kindChannel     kind = iota // name of leg index
	kindUniqueid                // id of leg index
	kindUUID                    // a bridge, or a SIP Call-ID
	kindAgentName               // of agent index
	kindAgentNumber             // of agent index
	kindAgentDevice             // of agent index
	kindTrunk                   // the trunk's device
	kindClient
	kindClientName
	kindDID
	kindQueue
	kindSystem
	kindMonitor // recordings directory of the PBX
	kindDate    // "20261122"
	kindDateDir // "2026/11/22"
	kindCallID  // "[C-00000002]", Asterisk's own log id
	// Known only when the step is rendered.
	kindNow       // CEL's EventTime
	kindTimestamp // timestampevents
	kindHold
	kindRing
	kindRingMS
	kindTalk
	kindPosition
	kindCount
	kindActionID
)

type variable struct {
	kind  kind
	index int
}

// token is a recorded text with the variable that replaces it.
type token struct {
	text string
	id   int // in Script.vars
}

// names are the tokens of one recording, the longest first.
type names []token

func (s *Script) newNames(src source, messages []message) names {
	var out names
	add := func(text string, v variable) {
		if text == "" {
			return
		}
		out = append(out, token{text, s.variable(v)})
	}
	for i, leg := range s.legs {
		add(leg.channel, variable{kindChannel, i})
		add(leg.uniqueid, variable{kindUniqueid, i})
	}
	for i, number := range s.agents {
		add(s.agentNames[i], variable{kindAgentName, i})
		add("PJSIP/"+number, variable{kindAgentDevice, i})
		add(number, variable{kindAgentNumber, i})
	}
	add("PJSIP/trunk", variable{kind: kindTrunk})
	add(src.client, variable{kind: kindClient})
	add(src.did, variable{kind: kindDID})
	add(src.queue, variable{kind: kindQueue})
	add(src.clientName, variable{kind: kindClientName})
	add(src.system, variable{kind: kindSystem})
	add(src.monitor, variable{kind: kindMonitor})
	add("20261122", variable{kind: kindDate})
	add("2026/11/22", variable{kind: kindDateDir})
	for i, text := range found(messages, uuidPattern) {
		add(text, variable{kindUUID, i})
	}
	for i, text := range found(messages, callIDPattern) {
		add(text, variable{kindCallID, i})
	}
	slices.SortStableFunc(out, func(a, b token) int { return cmp.Compare(len(b.text), len(a.text)) })
	return out
}

const (
	uuidPattern   = `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`
	callIDPattern = `\[C-[0-9a-f]{8}\]`
)

// found lists the different matches of a pattern in order.
func found(messages []message, pattern string) []string {
	match := regexp.MustCompile(pattern)
	var out []string
	for _, m := range messages {
		for _, h := range m.headers {
			for _, text := range match.FindAllString(h.value, -1) {
				if !slices.Contains(out, text) {
					out = append(out, text)
				}
			}
		}
	}
	return out
}

// variable returns the place of v in the script's table, adding it when new.
func (s *Script) variable(v variable) int {
	if i := slices.Index(s.vars, v); i >= 0 {
		return i
	}
	s.vars = append(s.vars, v)
	return len(s.vars) - 1
}

// part is literal text, or a variable when id >= 0.
type part struct {
	text string
	id   int
}

// split takes a value apart at the tokens in it.
func (n names) split(value string) []part {
	var out []part
	start := 0
	for i := 0; i < len(value); {
		t, ok := n.at(value, i)
		if !ok {
			i++
			continue
		}
		if i > start {
			out = append(out, part{value[start:i], -1})
		}
		out = append(out, part(t))
		i += len(t.text)
		start = i
	}
	if start < len(value) {
		out = append(out, part{value[start:], -1})
	}
	return out
}

// at finds a token that begins at i and is no piece of a longer word or number.
func (n names) at(value string, i int) (token, bool) {
	for _, t := range n {
		if !strings.HasPrefix(value[i:], t.text) {
			continue
		}
		end := i + len(t.text)
		if i > 0 && joined(value[i-1], t.text[0]) || end < len(value) && joined(t.text[len(t.text)-1], value[end]) {
			continue
		}
		return t, true
	}
	return token{}, false
}

// joined reports whether two neighbouring characters belong to one word.
func joined(a, b byte) bool {
	return isDigit(a) && isDigit(b) || isLetter(a) && isLetter(b)
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// hex8 is how Asterisk numbers channels: eight hexadecimal digits.
func hex8(n uint32) string {
	text := strconv.FormatUint(uint64(n), 16)
	return "00000000"[len(text):] + text
}
