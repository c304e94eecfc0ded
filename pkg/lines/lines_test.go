package lines_test

import (
	"errors"
	"strings"
	"testing"

	"callcard/pkg/cti"
	"callcard/pkg/lines"
)

// russian knows just enough of a numbering plan for these tests.
func russian(raw string) cti.Phone {
	digits := strings.TrimPrefix(raw, "+")
	if len(digits) == 11 && (digits[0] == '7' || digits[0] == '8') {
		return cti.Phone{Number: "+7" + digits[1:]}
	}
	return cti.Phone{Raw: raw}
}

func TestBook(t *testing.T) {
	t.Parallel()
	book, err := lines.New(lines.Options{
		Queues: []lines.Queue{{"msk", "sales", "Продажи"}, {"spb", "sales", "Sales SPb"}},
		DIDs: []lines.DID{
			{PBX: "msk", Number: "+74951112233", Title: "Main", Group: "office"},
			{PBX: "msk", Pattern: "7495111.*", Title: "Adverts", Group: "office"},
			{PBX: "msk", Pattern: "7495.*", Title: "Later"},
			{PBX: "msk", Number: "100", Title: "Inner"},
			{PBX: "msk", Number: "84951112233", Title: "Same number again", Group: "other"},
		},
		Normalize: russian,
	})
	if err != nil {
		t.Fatal(err)
	}
	for queue, want := range map[[2]string]string{{"msk", "sales"}: "Продажи", {"spb", "sales"}: "Sales SPb", {"msk", "support"}: "", {"x", "sales"}: ""} {
		if got := book.QueueTitle(queue[0], queue[1]); got != want {
			t.Errorf("queue %v: got %q, want %q", queue, got, want)
		}
	}
	for _, c := range []struct{ pbx, did, title, group string }{
		{"msk", "+74951112233", "Main", "office"},
		{"msk", "84951112233", "Same number again", "other"}, // as written goes first
		{"msk", "74951112233", "Main", "office"},             // E.164 before patterns
		{"msk", "74951119999", "Adverts", "office"},          // the first pattern that fits
		{"msk", "74950000000", "Later", "74950000000"},       // no group: one of its own
		{"msk", "174951119999", "", "174951119999"},          // patterns fit the whole number
		{"msk", "100", "Inner", "100"},
		{"spb", "74951112233", "", "74951112233"},
		{"msk", "", "", ""},
	} {
		if title, group := book.DIDTitle(c.pbx, c.did), book.Group(c.pbx, c.did); title != c.title || group != c.group {
			t.Errorf("%s %s: got %q in %q, want %q in %q", c.pbx, c.did, title, group, c.title, c.group)
		}
	}
}

func TestBadPattern(t *testing.T) {
	t.Parallel()
	_, err := lines.New(lines.Options{DIDs: []lines.DID{{Pattern: "("}}})
	if invalid := (*cti.InvalidError)(nil); !errors.As(err, &invalid) || invalid.Got != "(" {
		t.Errorf("got %v", err)
	}
}
