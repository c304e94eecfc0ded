package storetest

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"callcard/pkg/cti"
)

// testAnyNumbers compares the look-up by index with the rule in plain words.
func testAnyNumbers(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	var stored []string
	for i := range 300 { // few digits, so that endings meet often
		number := rapid.StringMatching(`\+?[12]{3,12}`).Example(i)
		stored = append(stored, number)
		add(t, s, cti.Contact{ID: fmt.Sprint(i), Name: "x", Phones: []string{number}})
	}
	rapid.Check(t, func(rt *rapid.T) {
		p := cti.Phone{Kind: rapid.SampledFrom([]cti.NumberKind{cti.NumberE164, cti.NumberInvalid}).Draw(rt, "kind")}
		p.Raw = rapid.StringMatching(`[+8]?[12]{3,14}`).Draw(rt, "raw")
		if p.Kind == cti.NumberE164 {
			p.Number = p.Raw
		}
		certain, maybes := naive(stored, p)
		want := certain
		if len(certain) == 0 {
			want = maybes
		}
		var have []string
		for _, c := range got[[]cti.Candidate](t)(s.LookupPhone(ctx, p)) {
			have = append(have, c.ID)
			if c.Certain != (len(certain) > 0) {
				rt.Errorf("%+v: %s certain: %v", p, c.ID, c.Certain)
			}
		}
		const most = 20
		if len(certain) == 0 && len(want) > most {
			if len(have) != most {
				rt.Errorf("%+v: %d maybes, want %d", p, len(have), most)
			}
			return
		}
		slices.Sort(want)
		slices.Sort(have)
		if !slices.Equal(want, have) {
			rt.Errorf("%+v: got %v, want %v", p, have, want)
		}
	})
}

// naive reads every number. certain: the same text. maybe: the last ten digits
// agree, or all of the shorter of the two when that has at least seven.
func naive(stored []string, p cti.Phone) (certain, maybes []string) {
	called := strings.TrimPrefix(p.Raw, "+")
	for i, number := range stored {
		if p.Number == number {
			certain = append(certain, fmt.Sprint(i))
		}
		digits := strings.TrimPrefix(number, "+")
		n := min(10, len(digits), len(called))
		if n >= 7 && strings.HasSuffix(digits, called[len(called)-n:]) {
			maybes = append(maybes, fmt.Sprint(i))
		}
	}
	return certain, maybes
}
