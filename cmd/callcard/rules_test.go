package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// exampleConfig is the sample with its example of a PBX and of rules in force.
func exampleConfig(t *testing.T) string {
	t.Helper()
	sample, err := os.ReadFile("../../configs/callcard.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(sample)
	for _, key := range []string{"calendars", "pbx", "rules"} {
		before, after, found := strings.Cut(text, key+": []\n")
		example, rest, _ := strings.Cut(after, "\n\n")
		if !found {
			t.Fatalf("the sample has no %s: []", key)
		}
		text = before + regexp.MustCompile(`(?m)^#`).ReplaceAllString(example, "") + "\n\n" + rest
	}
	path := filepath.Join(t.TempDir(), "callcard.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheExampleOfRulesPassesItsTests(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	code := run([]string{"rules", "test", "../../configs/rules-test.yaml", "--config", exampleConfig(t)}, strings.NewReader(""), &out, &errs)
	if code != exitOK || !strings.HasSuffix(out.String(), "\n5 of 5 as expected\n") {
		t.Errorf("exit %d\n%s%s", code, &out, &errs)
	}
}

func TestRulesCommand(t *testing.T) {
	t.Parallel()
	try := func(stdin string, args ...string) (code int, out, errs string) {
		var o, e bytes.Buffer
		code = run(append([]string{"rules"}, args...), strings.NewReader(stdin), &o, &e)
		return code, o.String(), e.String()
	}
	code, out, errs := try("tests: [{name: x, call: {match: single}, expect: {rule: unknown}}]", "test", "-")
	if code != exitFailed || !strings.Contains(out, "FAIL x: rule single\n       rule: got single, want unknown\n       no  anonymous: match == \"anonymous\" is false (match is \"single\")\n") ||
		errs != "callcard: 1 of 1 calls are not as expected\n" {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	if code, out, _ := try("tests: [{name: x, call: {transferred: true}, expect: {rule: transferred}}]", "explain", "-"); code != exitOK || !strings.Contains(out, "yes transferred: transferred (transferred is true)\n") {
		t.Errorf("explain: exit %d\n%s", code, out)
	}
	if code, _, errs := try("tests: [{nam: x}]", "test", "-"); code != exitUsage || !strings.Contains(errs, "test at line 1: field nam not found") {
		t.Errorf("a bad file: exit %d\n%s", code, errs)
	}
	if code, _, errs := try("", "test", "no-such-file"); code != exitFailed || !strings.Contains(errs, "no such file") {
		t.Errorf("no file: exit %d\n%s", code, errs)
	}
	if code, _, _ := try("", "test"); code != exitUsage {
		t.Errorf("no argument: exit %d", code)
	}
}

func TestBadRulesAreFaultsOfTheConfiguration(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "c.yaml")
	text := "log: {level: loud}\nrules:\n  - name: a\n    when: var.CONTRACT != \"\"\n  - name: b\n    open: {url: \"javascript:x\"}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	code := run([]string{"migrate", "--config", path}, strings.NewReader(""), &out, &errs)
	want := `callcard: the configuration has 3 fault(s):
c.yaml:1: log.level: got "loud", want debug, info, warn or error
c.yaml:4: rules[0].when: got "var.CONTRACT != \"\"", want a variable that pbx[].variables lists: CALLCARD_AFTER_HOURS, CALLCARD_CALLBACK, DIALSTATUS, FROM_DID; var.CONTRACT is none
c.yaml:6: rules[1].open.url: got "javascript:x", want https://…, http://… or a path that begins with one /
`
	if code != exitUsage || errs.String() != want {
		t.Errorf("exit %d, got\n%swant\n%s", code, &errs, want)
	}
}
