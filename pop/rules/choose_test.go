package rules_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"callcard/pkg/cti"
	"callcard/pop/rules"
)

func compiled(t testing.TB, list ...rules.Rule) *rules.Set {
	t.Helper()
	set, err := rules.Compile(rules.Options{Rules: list, Variables: []string{"CONTRACT", "LANG"}})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func call(change func(*cti.CallFacts)) cti.CallFacts {
	f := cti.CallFacts{
		CallID: "main:1.2", PBX: "main", Direction: cti.Inbound, Match: cti.MatchSingle, Phone: "+79161234567", ContactID: "c-1",
		Queue: "sales", DID: "74951112233", Group: "office", Line: "PJSIP/provider", Agent: "anna",
		At: time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC), // a Sunday
	}
	change(&f)
	return f
}

func TestTheBuiltInRulesCoverEveryCall(t *testing.T) {
	t.Parallel()
	set := compiled(t)
	for _, c := range []struct {
		rule   string
		change func(*cti.CallFacts)
	}{
		{"anonymous", func(f *cti.CallFacts) { f.Match = cti.MatchAnonymous }},
		{"anonymous", func(f *cti.CallFacts) { f.Match, f.Transferred = cti.MatchAnonymous, true }},
		{"internal", func(f *cti.CallFacts) { f.Match, f.Direction = cti.MatchInternal, cti.Internal }},
		{"transferred", func(f *cti.CallFacts) { f.Transferred = true }},
		{"transferred", func(f *cti.CallFacts) { f.Match, f.Transferred = cti.MatchUnknown, true }},
		{"outbound", func(f *cti.CallFacts) { f.Direction = cti.Outbound }},
		{"outbound", func(f *cti.CallFacts) { f.Match, f.Direction = cti.MatchPending, cti.Outbound }},
		{"unknown", func(f *cti.CallFacts) { f.Match = cti.MatchUnknown }},
		{"multiple", func(f *cti.CallFacts) { f.Match = cti.MatchMultiple }},
		{"company", func(f *cti.CallFacts) { f.Company = true }},
		{"single", func(*cti.CallFacts) {}},
		{"any", func(f *cti.CallFacts) { f.Match = cti.MatchPending }},
	} {
		choice := set.Choose(call(c.change))
		if choice.Scenario.Rule != c.rule || choice.Fault != nil || len(choice.Scenario.Blocks) == 0 || choice.Scenario.Blocks[0] != cti.BlockIdentity {
			t.Errorf("want %s, got %+v", c.rule, choice)
		}
	}
}

func TestTheFirstRuleThatHolds(t *testing.T) {
	t.Parallel()
	set := compiled(t,
		rules.Rule{Name: "contract", When: `var.CONTRACT != ""`, Open: rules.Open{When: "ringing", URL: "https://crm/c/{var:CONTRACT}", Label: "Договор"}, Variables: []rules.Variable{{"CONTRACT", "Договор"}, {"LANG", ""}}},
		rules.Rule{Name: "vip", When: `vip and not mine and missed >= 2 and callback`},
		rules.Rule{Name: "night", When: `hour < 9 or hour in 20..23 or weekday == "sat"`},
		rules.Rule{Name: "office", When: `group == "office" and did startsWith "7495" and line == "PJSIP/provider" and pbx == "main" and calls_today > 3`},
		rules.Rule{Name: "single", When: `match == "single" and agent in ["anna", "boris"] and queue matches "^sa" and phone contains "916"`, Blocks: []string{"notes"}},
		rules.Rule{Name: "unreached", When: `match == "single"`},
	)
	for _, c := range []struct {
		rule   string
		change func(*cti.CallFacts)
	}{
		{"contract", func(f *cti.CallFacts) { f.Variables, f.VIP = map[string]string{"CONTRACT": "1"}, true }},
		{"single", func(f *cti.CallFacts) { f.Variables = map[string]string{"contract": "1"} }}, // another variable
		{"vip", func(f *cti.CallFacts) { f.VIP, f.Missed, f.Callback = true, 2, true }},
		{"single", func(f *cti.CallFacts) { f.VIP, f.Missed, f.Callback, f.Mine = true, 2, true, true }},
		{"night", func(f *cti.CallFacts) { f.At = f.At.Add(13 * time.Hour) }},
		{"night", func(f *cti.CallFacts) { f.At = f.At.AddDate(0, 0, -1) }},
		{"office", func(f *cti.CallFacts) { f.CallsToday = 4 }},
		{"single", func(*cti.CallFacts) {}},
		{"unreached", func(f *cti.CallFacts) { f.Agent = "vera" }},
		{"multiple", func(f *cti.CallFacts) { f.Match = cti.MatchMultiple }},
	} {
		if got := set.Choose(call(c.change)).Scenario.Rule; got != c.rule {
			t.Errorf("got %s, want %s", got, c.rule)
		}
	}
	got := set.Choose(call(func(f *cti.CallFacts) { f.Variables = map[string]string{"CONTRACT": "17/25", "OTHER": "x"} }))
	want := cti.ScenarioChoice{
		Scenario:  cti.Scenario{Rule: "contract", Blocks: cti.CardBlocks(), Open: &cti.Opening{When: "ringing", URL: "https://crm/c/17%2F25", Label: "Договор", Target: "tab"}},
		Variables: []cti.ShownVariable{{Name: "CONTRACT", Label: "Договор", Value: "17/25"}}, // LANG has no value
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A rule that cannot be evaluated leaves the choice to the built-in ones, also when a
// configured rule after it would hold.
func TestAFailedRuleNeverCostsTheCard(t *testing.T) {
	t.Parallel()
	set := compiled(t,
		rules.Rule{Name: "before", When: `queue == "support"`},
		rules.Rule{Name: "small contract", When: `int(var.CONTRACT) < 100`},
		rules.Rule{Name: "after"},
	)
	got := set.Choose(call(func(f *cti.CallFacts) { f.Variables = map[string]string{"CONTRACT": "none"} }))
	if got.Scenario.Rule != "single" || got.FaultyRule != "small contract" || got.Fault == nil || strings.Contains(got.Fault.Error(), "\n") {
		t.Errorf("got %+v", got)
	}
	got = set.Choose(call(func(f *cti.CallFacts) { f.Queue = "support" }))
	if got.Scenario.Rule != "before" || got.Fault != nil {
		t.Errorf("got %+v", got)
	}
}

func TestTheAddressOfThePage(t *testing.T) {
	t.Parallel()
	const nothing = ""
	for _, c := range []struct{ template, variable, want string }{
		{"https://crm/p/{phone}?p={phone}&q={queue}#{phone}", "", "https://crm/p/+79161234567?p=%2B79161234567&q=sales#%2B79161234567"},
		{"https://crm/{contact_id}/{call_id}/{did}/{group}/{agent}", "", "https://crm/c-1/main:1.2/74951112233/office/anna"},
		{"https://crm/c/{var:CONTRACT}", "17/25", "https://crm/c/17%2F25"},
		{"https://crm/c/{var:CONTRACT}", "a?b#c&d=e f%", "https://crm/c/a%3Fb%23c&d=e%20f%25"},
		{"https://crm/?c={var:CONTRACT}&x=1", "a?b#c&d=e f%+", "https://crm/?c=a%3Fb%23c%26d%3De%20f%25%2B&x=1"},
		{"https://crm/#/c/{var:CONTRACT}", "../a b?", "https://crm/#/c/..%2Fa%20b%3F"},
		{"/crm/{var:CONTRACT}", "//evil.example.com", "/crm/%2F%2Fevil.example.com"},
		{"/{var:CONTRACT}", "/evil.example.com", "/%2Fevil.example.com"},
		{"/{var:CONTRACT}", `\evil`, "/%5Cevil"},
		{"https://crm/c/{var:CONTRACT}", "Договор", "https://crm/c/%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D0%BE%D1%80"},
		{"https://crm/c/{var:CONTRACT}", "", nothing},
		{"https://crm/#{var:CONTRACT}", "", nothing},
		{"https://crm/?c={var:CONTRACT}", "", "https://crm/?c="},
		{"https://crm/c/{var:CONTRACT}/edit", "..", nothing},
		{"https://crm/c/{var:CONTRACT}", ".", nothing},
		{"https://crm/c/.{var:CONTRACT}", ".", nothing},
		{"https://crm/c/%2E{var:CONTRACT}", ".", nothing},
		{"/{var:CONTRACT}", "..", nothing},
		{"https://crm/c/{var:CONTRACT}", "...", "https://crm/c/..."},
		{"https://crm/c/{var:CONTRACT}", strings.Repeat("9", 9000), nothing},
	} {
		set := compiled(t, rules.Rule{Name: "x", Open: rules.Open{URL: c.template}})
		choice := set.Choose(call(func(f *cti.CallFacts) { f.Variables = map[string]string{"CONTRACT": c.variable} }))
		got := ""
		if choice.Scenario.Open != nil {
			got = choice.Scenario.Open.URL
		}
		if got != c.want || (got == "") != (choice.Note != "") {
			t.Errorf("%s with %.20q: got %q (%s), want %q", c.template, c.variable, got, choice.Note, c.want)
		}
	}
}

func TestWhenAPageOpens(t *testing.T) {
	t.Parallel()
	page := func(o rules.Open, match cti.MatchKind) *cti.Opening {
		return compiled(t, rules.Rule{Name: "x", Open: o}).Choose(call(func(f *cti.CallFacts) { f.Match = match })).Scenario.Open
	}
	if got := page(rules.Open{URL: "/x"}, cti.MatchSingle); got == nil || *got != (cti.Opening{When: "click", URL: "/x", Target: "tab"}) {
		t.Errorf("defaults: %+v", got)
	}
	if got := page(rules.Open{URL: "/x", When: "never"}, cti.MatchSingle); got != nil {
		t.Errorf("never: %+v", got)
	}
	if got := page(rules.Open{When: "never"}, cti.MatchSingle); got != nil {
		t.Errorf("never, without an address: %+v", got)
	}
	if got := page(rules.Open{URL: "/x", When: "ringing"}, cti.MatchPending); got != nil {
		t.Errorf("before it is known who calls: %+v", got)
	}
}

// Whatever a caller types into an IVR, the page stays on the site and the path of its
// template, and the value arrives as it is.
func TestNoValueLeavesItsPlace(t *testing.T) {
	t.Parallel()
	set := compiled(t, rules.Rule{Name: "x", Open: rules.Open{URL: "https://crm.example.com/c/{var:CONTRACT}/edit?q={var:CONTRACT}&z=1#f={var:CONTRACT}"}})
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.RuneFrom([]rune(`./\?#&=%:@ +<>"'`)), 1, 6, -1)).Draw(t, "value")
		choice := set.Choose(call(func(f *cti.CallFacts) { f.Variables = map[string]string{"CONTRACT": value} }))
		if choice.Scenario.Open == nil {
			if value != "" && value != "." && value != ".." && len(value) < 100 {
				t.Fatalf("no page: %s", choice.Note)
			}
			return
		}
		u, err := url.Parse(choice.Scenario.Open.URL)
		if err != nil {
			t.Fatal(err)
		}
		if u.Scheme != "https" || u.Host != "crm.example.com" || u.Path != "/c/"+value+"/edit" || strings.Count(u.EscapedPath(), "/") != 3 {
			t.Fatalf("path of %s", u)
		}
		if q := u.Query(); len(q) != 2 || q.Get("q") != value || q.Get("z") != "1" || u.Fragment != "f="+value {
			t.Fatalf("query or fragment of %s", u)
		}
	})
}

func TestAnyFactsChooseOneRule(t *testing.T) {
	t.Parallel()
	set := compiled(t, rules.Rule{Name: "number", When: `int(var.CONTRACT) > 5 and phone matches "^[+]7"`})
	rapid.Check(t, func(t *rapid.T) {
		f := cti.CallFacts{
			Direction: cti.Direction(rapid.String().Draw(t, "direction")), Match: cti.MatchKind(rapid.String().Draw(t, "match")),
			Phone: rapid.String().Draw(t, "phone"), Transferred: rapid.Bool().Draw(t, "transferred"),
			Variables: rapid.MapOf(rapid.SampledFrom([]string{"CONTRACT", "X"}), rapid.String()).Draw(t, "variables"),
		}
		if choice := set.Choose(f); choice.Scenario.Rule == "" || len(choice.Scenario.Blocks) == 0 {
			t.Fatalf("got %+v", choice)
		}
	})
}

// BenchmarkChoose is on the way to the card.
func BenchmarkChoose(b *testing.B) {
	set := compiled(b,
		rules.Rule{Name: "contract", When: `var.CONTRACT != ""`, Open: rules.Open{When: "ringing", URL: "https://crm/c/{var:CONTRACT}?p={phone}"}, Variables: []rules.Variable{{"CONTRACT", "Договор"}}},
		rules.Rule{Name: "vip", When: `vip and missed >= 2`},
		rules.Rule{Name: "night", When: `(hour < 9 or hour >= 20) and queue in ["sales", "support"]`},
		rules.Rule{Name: "office", When: `group == "office" and did startsWith "7495" and calls_today > 3`},
	)
	for name, f := range map[string]cti.CallFacts{
		"first rule, with a page": call(func(f *cti.CallFacts) { f.Variables = map[string]string{"CONTRACT": "17/25"} }),
		"last rule of thirteen":   call(func(f *cti.CallFacts) { f.Match = cti.MatchPending }),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				set.Choose(f)
			}
		})
	}
}
