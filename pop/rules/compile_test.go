package rules_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"callcard/pop/rules"
)

func TestAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := rules.Compile(rules.Options{
		Variables: []string{"CONTRACT", "LANG"},
		Rules: []rules.Rule{
			{When: `queue == "sales"`},
			{Name: "a", When: `kueue == "sales"`},
			{Name: "a", When: `queue == 5`},
			{Name: "b", When: `calls_today`},
			{Name: "c", When: `match == "singel"`},
			{Name: "d", When: `"wed" != weekday or weekday in ["sat", "saturday"]`},
			{Name: "e", When: `var.CONTRAKT != ""`},
			{Name: "f", When: `var[queue] != ""`},
			{Name: "g", When: `vip and`},
			{Name: "h", When: `now() != nil`},
			{Name: "i", Blocks: []string{"identity", "hystory", "identity"}},
			{Name: "j", Blocks: []string{"identity"}, Variables: []rules.Variable{{Name: "CONTRACT"}}},
			{Name: "k", Variables: []rules.Variable{{Name: "contract"}}},
			{Name: "l", Open: rules.Open{When: "always", URL: "/x", Target: "window"}},
			{Name: "m", Open: rules.Open{When: "answer"}},
			{Name: "n", Open: rules.Open{URL: "https://h/{fone}"}},
			{Name: "o", Open: rules.Open{URL: "https://h/{var:X}"}},
			{Name: "p", Open: rules.Open{When: "never", URL: "javascript:alert(1)"}},
		},
	})
	const names = "agent, callback, calls_today, company, did, direction, group, hour, line, match, mine, missed, pbx, phone, queue, transferred, var, vip, weekday"
	want := strings.Split(strings.TrimSpace(`
rules[0].name: got "", want a name, which traces show
rules[1].when: got "kueue == \"sales\"", want no name kueue; there are `+names+`
rules[2].name: got "a", want another name than that of rules[1]
rules[2].when: got "queue == 5", want an expression: invalid operation: == (mismatched types string and int) at character 7
rules[3].when: got "calls_today", want a question that is true or false (expected bool, but got int)
rules[4].when: got "match == \"singel\"", want match to be one of pending, unknown, single, multiple, internal, anonymous, not "singel"
rules[5].when: got "\"wed\" != weekday or weekday in [\"sat\", \"saturday\"]", want weekday to be one of sun, mon, tue, wed, thu, fri, sat, not "saturday"
rules[6].when: got "var.CONTRAKT != \"\"", want a variable that pbx[].variables lists: CONTRACT, LANG; var.CONTRAKT is none
rules[7].when: got "var[queue] != \"\"", want the name of a variable written out, as var.CONTRACT
rules[8].when: got "vip and", want an expression: unexpected token EOF at character 7
rules[9].when: got "now() != nil", want no name now; there are `+names+`
rules[10].blocks[1]: got "hystory", want one of identity, callback, people, orders, history, notes, result, variables
rules[10].blocks[2]: got "identity", want each block once
rules[11].blocks: got "identity", want variables among them, because the rule has some to show
rules[12].variables[0].name: got "contract", want a variable that pbx[].variables lists: CONTRACT, LANG
rules[13].open.when: got "always", want click, ringing, answer or never
rules[13].open.target: got "window", want tab or frame
rules[14].open.url: got "", want the address of a page, or open left out
rules[15].open.url: got "https://h/{fone}", want one of {agent} {call_id} {contact_id} {did} {group} {phone} {queue} {var:NAME}
rules[16].open.url: got "https://h/{var:X}", want a variable that pbx[].variables lists: CONTRACT, LANG
rules[17].open.url: got "javascript:alert(1)", want https://…, http://… or a path that begins with one /
`), "\n")
	if err == nil {
		t.Fatal("rules full of faults were taken")
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Error(diff)
	}
}

func TestAddressesThatAreTaken(t *testing.T) {
	t.Parallel()
	for url, ok := range map[string]bool{
		"https://crm.example.com/x":           true,
		"HTTP://crm.example.com?p={phone}":    true,
		"http://[::1]:8080/#/c/{phone}":       true,
		"/crm/{phone}":                        true,
		"/?p={phone}":                         true,
		"https://crm.example.com#{phone}":     true,
		"https://{phone}.example.com/":        false,
		"https://crm.example.com{phone}/x":    false,
		"https://crm.example.com:80{phone}/x": false,
		"https://user@crm.example.com/":       false,
		"https:///x":                          false,
		"https://":                            false,
		"//evil.example.com/":                 false,
		"/\\evil.example.com/":                false,
		"{phone}":                             false,
		"crm/x":                               false,
		"ftp://h/x":                           false,
		"data:text/html,x":                    false,
		" https://h/":                         false,
		"https://h/a b":                       false,
		"https://h/\n":                        false,
		"https://h/{phone":                    false,
		"https://h/{}":                        false,
		"https://h/%zz":                       false,
		"https://h:port/":                     false,
	} {
		_, err := rules.Compile(rules.Options{Rules: []rules.Rule{{Name: "x", Open: rules.Open{URL: url}}}})
		if ok != (err == nil) {
			t.Errorf("%q: got %v, want it taken: %v", url, err, ok)
		}
	}
}
