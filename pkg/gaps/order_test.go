package gaps

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"callcard/connector/asterisk/asterisktest"
)

// TestOrderWithinASecond: a database gives lines of one second in any order; what is made
// of them is what was made of the file.
func TestOrderWithinASecond(t *testing.T) {
	t.Parallel()
	for _, version := range asterisktest.Versions() {
		for name := range stories {
			_, calls := written(t, version, name)
			for linkedid, found := range calls {
				b := builder{pbx: "m", naming: labNames{}, normalize: number, userOf: nobody}
				want := b.rebuild(linkedid, found)
				rapid.Check(t, func(r *rapid.T) {
					mixed := records{rows: slices.Clone(found.rows), entries: slices.Clone(found.entries)}
					rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "order"), 0))
					rng.Shuffle(len(mixed.entries), func(i, j int) { mixed.entries[i], mixed.entries[j] = mixed.entries[j], mixed.entries[i] })
					got := b.rebuild(linkedid, mixed)
					if !mixed.over() || wrong(want, got) != "" || !got.Ended.Equal(want.Ended) {
						t.Fatalf("%s %s: over %v\ngot  %+v\nwant %+v", version, name, mixed.over(), got, want)
					}
				})
			}
		}
	}
}

// TestEnteredAndLeftInOneSecond, in the order of a database that has none: the caller was
// gone, and later he came again.
func TestEnteredAndLeftInOneSecond(t *testing.T) {
	t.Parallel()
	at := time.Unix(1795360882, 0)
	of := func(queue, verb string) entry { return entry{at: at, uniqueid: "1.1", queue: queue, verb: verb} }
	before := entry{at: at.Add(-time.Second), uniqueid: "1.1", queue: "a", verb: "ENTERQUEUE"}
	for _, one := range []struct {
		lines []entry
		over  bool
		want  string
	}{
		{[]entry{of("a", "ABANDON"), of("a", "ENTERQUEUE")}, true, "a abandoned"},
		{[]entry{of("b", "ENTERQUEUE"), of("a", "EXITWITHTIMEOUT"), before}, false, "a timeout, b abandoned"},
		{[]entry{of("b", "ENTERQUEUE"), of("a", "ENTERQUEUE"), of("a", "EXITEMPTY")}, false, "a empty, b abandoned"},
	} {
		found := records{entries: one.lines}
		if found.over() != one.over {
			t.Errorf("%v: over %v", one.lines, found.over())
		}
		c := builder{pbx: "m", naming: labNames{}, normalize: number, userOf: nobody}.rebuild("1.1", found)
		var visits []string
		for _, v := range c.Visits {
			visits = append(visits, v.Queue+" "+string(v.Outcome))
		}
		if got := strings.Join(visits, ", "); got != one.want {
			t.Errorf("%v: %s, want %s", one.lines, got, one.want)
		}
	}
}
