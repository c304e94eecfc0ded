package rules_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"callcard/pop/rules"
)

func office(t *testing.T) *rules.Set {
	t.Helper()
	return compiled(t,
		rules.Rule{Name: "contract", When: `direction == "inbound" and var.CONTRACT != ""`, Open: rules.Open{When: "ringing", URL: "https://crm/{var:CONTRACT}"}, Variables: []rules.Variable{{"CONTRACT", "Contract"}}},
		rules.Rule{Name: "small", When: `queue == "small" and int(var.LANG) > 1`},
		rules.Rule{Name: "vip", When: `vip and (hour < 9 or hour >= 20)`, Blocks: []string{"identity", "notes"}},
	)
}

func TestCases(t *testing.T) {
	t.Parallel()
	set := office(t)
	cases, err := set.Cases(strings.NewReader(`tests:
  - name: the contract that the IVR has asked for
    call: {match: single, var: {CONTRACT: "17/25"}}
    expect: {rule: contract, url: "https://crm/17%2F25", when: ringing, target: tab, variables: {CONTRACT: "17/25"}}
  - name: a VIP at night
    call: {match: single, vip: true, at: "2026-11-22T22:10"}
    expect: {rule: vip, blocks: [identity, notes], url: ""}
  - name: a VIP at noon, wrongly
    call: {match: single, vip: true}
    expect: {rule: vip, blocks: [identity], url: "/x", when: answer, variables: {LANG: en}}
  - call: {match: unknown, queue: small}
`))
	if err != nil {
		t.Fatal(err)
	}
	var outcomes []rules.Outcome
	for _, c := range cases {
		outcomes = append(outcomes, set.Try(c))
	}
	var report strings.Builder
	failed, err := rules.Report(&report, outcomes, false)
	if err != nil || failed != 1 {
		t.Errorf("%d failed (%v), want 1", failed, err)
	}
	want := `ok   the contract that the IVR has asked for: rule contract, opens https://crm/17%2F25 (ringing, tab)
ok   a VIP at night: rule vip
FAIL a VIP at noon, wrongly: rule single
       rule: got single, want vip
       blocks: got identity, callback, variables, orders, history, notes, result, want identity
       url: got nothing, want /x
       when: got nothing, want answer
       variables: got map[], want map[LANG:en]
       no  contract: var.CONTRACT != "" is false (var.CONTRACT is "")
       no  small: queue == "small" is false (queue is "")
       no  vip: hour < 9 or hour >= 20 is false (hour is 12)
       no  anonymous: match == "anonymous" is false (match is "single")
       no  internal: match == "internal" is false (match is "single")
       no  transferred: transferred is false (transferred is false)
       no  outbound: direction == "outbound" is false (direction is "inbound")
       no  unknown: match == "unknown" is false (match is "single")
       no  multiple: match == "multiple" is false (match is "single")
       no  company: company is false (company is false)
       yes single: match == "single" (match is "single")
       shows identity, callback, variables, orders, history, notes, result
     line 11: rule unknown
       no  contract: var.CONTRACT != "" is false (var.CONTRACT is "")
       no  small: failed: evaluate rule small: invalid operation: int() (1:20)
`
	got := report.String()
	if i := strings.Index(got, "       no  vip: vip is false (vip is false)\n"); i > 0 {
		got = got[:i]
	}
	// What the library says of a failure is its own affair.
	got, want = cutLibrary(got), cutLibrary(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func cutLibrary(text string) string {
	before, after, _ := strings.Cut(text, "evaluate rule small: ")
	_, after, _ = strings.Cut(after, "\n")
	return before + after
}

func TestFaultsOfCases(t *testing.T) {
	t.Parallel()
	set := office(t)
	for text, want := range map[string]string{
		"":                              "tests: got none, want a list of calls",
		"tests: []":                     "tests: got none, want a list of calls",
		"tests: [":                      "yaml: did not find expected node content",
		"test: []":                      "field test not found",
		"tests:\n  - {nam: x}":          "test at line 2: field nam not found",
		"tests:\n  - call: {vip: much}": "test at line 2: cannot unmarshal !!str `much` into bool",
		"tests:\n  - call: {match: singel}\n  - call: {at: noon}\n  - call: {var: {CONTRAKT: x}}\n  - expect: {rule: vipp}": `test at line 2: call.match: got "singel", want one of pending, unknown, single, multiple, internal, anonymous
test at line 3: call.at: got "noon", want a time such as 2026-11-22T10:00
test at line 4: call.var: got "CONTRAKT", want a variable that pbx[].variables lists: CONTRACT, LANG
test at line 5: expect.rule: got "vipp", want one of contract, small, vip, anonymous, internal, transferred, outbound, unknown, multiple, company, single, any`,
	} {
		if _, err := set.Cases(strings.NewReader(text)); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func FuzzCases(f *testing.F) {
	f.Add("tests:\n- call: {match: single}\n  expect: {rule: any}\n")
	set, err := rules.Compile(rules.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(_ *testing.T, text string) {
		cases, err := set.Cases(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, c := range cases {
			set.Try(c)
		}
	})
}
