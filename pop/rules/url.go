package rules

import (
	"net/url"
	"strings"

	"callcard/pkg/cti"
)

// maxURL is what every browser and server takes (RFC 9110, 4.1 recommends 8000).
const maxURL = 8000

// place is where in an address a value stands: it decides how it is escaped.
type place int

const (
	inPath place = iota
	inQuery
	inFragment
)

// piece is a text followed by a value. The last one of an address has no value.
type piece struct {
	text  string
	name  string // of the placeholder
	value func(cti.CallFacts) string
	place place
}

// address is an URL with placeholders.
type address []piece

const wantURL = "https://…, http://… or a path that begins with one /"

// parseURL takes addresses of pages only: no javascript:, no data:, nothing whose host
// a caller could choose.
func parseURL(text string, variables map[string]bool) (address, *cti.InvalidError) {
	bad := func(want string) *cti.InvalidError { return &cti.InvalidError{Got: text, Want: want} }
	if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }) {
		return nil, bad("an address without spaces and backslashes")
	}
	var pages address
	rest, at := text, inPath
	for rest != "" {
		before, after, found := strings.Cut(rest, "{")
		at = moved(at, before)
		if !found {
			pages = append(pages, piece{text: before})
			break
		}
		name, behind, closed := strings.Cut(after, "}")
		value, want := valueOf(name, variables)
		if !closed || value == nil {
			return nil, bad(want)
		}
		pages = append(pages, piece{text: before, name: name, value: value, place: at})
		rest = behind
	}
	if want := wrongStart(pages); want != "" {
		return nil, bad(want)
	}
	sample := pages.join(func(piece) string { return "1" })
	if _, err := url.Parse(sample); err != nil {
		return nil, bad(wantURL)
	}
	return pages, nil
}

// moved follows an address through "?" and "#" (RFC 3986, 3).
func moved(at place, text string) place {
	for _, r := range text {
		switch {
		case r == '#':
			return inFragment
		case r == '?' && at == inPath:
			at = inQuery
		}
	}
	return at
}

func valueOf(name string, variables map[string]bool) (value func(cti.CallFacts) string, want string) {
	if variable, is := strings.CutPrefix(name, "var:"); is {
		if !variables[variable] {
			return nil, wantVariable(variables)
		}
		return func(f cti.CallFacts) string { return f.Variables[variable] }, ""
	}
	if value = placeholders()[name]; value == nil {
		return nil, "one of {" + strings.ReplaceAll(listed(placeholders()), ", ", "} {") + "} {var:NAME}"
	}
	return value, ""
}

func wantVariable(variables map[string]bool) string {
	if len(variables) == 0 {
		return "a variable that pbx[].variables lists; it lists none"
	}
	return "a variable that pbx[].variables lists: " + listed(variables)
}

// wrongStart wants scheme and host to be written out: the first "/" after them comes
// before any value.
func wrongStart(pages address) (want string) {
	if len(pages) == 0 {
		return wantURL
	}
	start := pages[0].text
	for _, scheme := range []string{"https://", "http://"} {
		if len(start) >= len(scheme) && strings.EqualFold(start[:len(scheme)], scheme) {
			host, _, ends := cutAny(start[len(scheme):], "/?#")
			switch {
			case !ends && pages[0].value != nil:
				return "the host written out, values only after it"
			case host == "" || strings.Contains(host, "@"):
				return wantURL
			}
			return ""
		}
	}
	if !strings.HasPrefix(start, "/") || strings.HasPrefix(start, "//") {
		return wantURL
	}
	return ""
}

func cutAny(s, chars string) (before, after string, found bool) {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return s[:i], s[i:], true
	}
	return s, "", false
}

func (a address) join(escaped func(piece) string) string {
	var b strings.Builder
	for _, p := range a {
		b.WriteString(p.text)
		if p.value != nil {
			b.WriteString(escaped(p))
		}
	}
	return b.String()
}

// fill makes the address for a call. why says that it leads nowhere: a value of the path
// is missing, or would lead out of it.
func (a address) fill(f cti.CallFacts) (page, why string) {
	page = a.join(func(p piece) string {
		value := p.value(f)
		if value == "" && p.place != inQuery && why == "" {
			why = "{" + p.name + "} has no value"
		}
		return escape(value, p.place)
	})
	switch {
	case why != "":
		return "", why
	case len(page) > maxURL:
		return "", "the address would be too long"
	case climbs(page):
		return "", "a value would lead out of the path"
	}
	return page, ""
}

// escape leaves no character that means something in this place. "%20", because "+" is
// a space in queries of forms only.
func escape(value string, at place) string {
	if at == inPath {
		return url.PathEscape(value)
	}
	return strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
}

// climbs reports a segment "." or "..", which browsers take away together with the one
// before it (WHATWG URL, path state). The path of an address without it is clean.
func climbs(page string) bool {
	whole, _, _ := cutAny(page, "?#")
	if _, after, found := strings.Cut(whole, "://"); found {
		_, whole, _ = cutAny(after, "/")
	}
	for segment := range strings.SplitSeq(whole, "/") {
		if plain, err := url.PathUnescape(segment); err == nil && (plain == "." || plain == "..") {
			return true
		}
	}
	return false
}
