package phone

import (
	"net/url"
	"strings"
)

// extension is what follows a number: ";ext=12" (RFC 3966), "x12", "ext. 12",
// "доб. 12". A "#" or "," is what a phone dials after the answer.
const extension = `(?i)[\s,]*(?:;\s*ext(?:ension)?\s*=|ext(?:ension)?\.?|доб\.?|x|#|,)\s*([0-9]{1,7})$`

// unwrap takes a number out of the ways in which SIP writes it:
// `"Ivan" <sip:+79161234567@host;user=phone>`, `tel:+7-916-123-45-67;ext=12`.
func unwrap(raw string) string {
	text := strings.TrimSpace(raw)
	if open := strings.LastIndexByte(text, '<'); open >= 0 && strings.HasSuffix(text, ">") {
		if inner := text[open+1 : len(text)-1]; strings.Contains(inner, ":") || open > 0 {
			text = inner
		}
	}
	scheme, rest, ok := strings.Cut(text, ":")
	if !ok {
		return text
	}
	switch strings.ToLower(scheme) {
	case "sip", "sips":
		return userPart(rest)
	case "tel":
		return unescape(withoutParameters(rest))
	}
	return text
}

func userPart(uri string) string {
	user, _, ok := strings.Cut(uri, "@")
	if !ok {
		return ""
	}
	return unescape(withoutParameters(user))
}

// withoutParameters keeps the extension of all URI parameters.
func withoutParameters(number string) string {
	number, parameters, _ := strings.Cut(number, ";")
	for parameter := range strings.SplitSeq(parameters, ";") {
		if ext, ok := strings.CutPrefix(strings.ToLower(parameter), "ext="); ok {
			return number + ";ext=" + ext
		}
	}
	return number
}

func unescape(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}

// withheld knows the words that stand where a number should be: of SIP (RFC 3323),
// of Asterisk's presentation, and of its dialplan.
func withheld(text string) bool {
	switch strings.ToLower(strings.Trim(text, "<>\" ")) {
	case "", "anonymous", "unknown", "unavailable", "restricted", "private", "withheld", "blocked",
		"asterisk", "s", "null", "none", "no number", "number unavailable", "out of area":
		return true
	}
	return false
}

func (p *Plan) cutExtension(text string) (number, ext string) {
	found := p.extension.FindStringSubmatchIndex(text)
	if found == nil || found[0] == 0 {
		return text, ""
	}
	return text[:found[0]], text[found[2]:found[3]]
}

// digits drops what people write between them. Anything else is no number.
func digits(text string) (number string, plus, ok bool) {
	text, plus = strings.CutPrefix(strings.TrimSpace(text), "+")
	kept := make([]byte, 0, len(text))
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			kept = append(kept, byte(r))
		case strings.ContainsRune(" -().\u00a0\u2009\u2010\u2011\u2013/", r):
		default:
			return "", false, false
		}
	}
	return string(kept), plus, len(kept) > 0
}
