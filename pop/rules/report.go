package rules

import (
	"fmt"
	"io"
	"strings"
)

// Report prints outcomes for a person: those that are not as expected with all that the
// rules said, and with explain every one.
func Report(w io.Writer, outcomes []Outcome, explain bool) (failed int, err error) {
	var b strings.Builder
	for _, o := range outcomes {
		word := "ok   "
		switch {
		case len(o.Failures) > 0:
			failed++
			word = "FAIL "
		case o.Case.Expect == nil:
			word = "     "
		}
		fmt.Fprintf(&b, "%s%s: %s\n", word, o.Case.Name, o.summary())
		for _, failure := range o.Failures {
			fmt.Fprintf(&b, "       %s\n", failure)
		}
		if len(o.Failures) > 0 || explain || o.Case.Expect == nil {
			o.explain(&b)
		}
	}
	fmt.Fprintf(&b, "%d of %d as expected\n", len(outcomes)-failed, len(outcomes))
	_, err = io.WriteString(w, b.String())
	return failed, err
}

func (o Outcome) summary() string {
	text := "rule " + o.Choice.Scenario.Rule
	if page := o.Choice.Scenario.Open; page != nil {
		text += fmt.Sprintf(", opens %s (%s, %s)", page.URL, page.When, page.Target)
	}
	if o.Choice.Note != "" {
		text += ", " + o.Choice.Note
	}
	return text
}

func (o Outcome) explain(b *strings.Builder) {
	for _, step := range o.Steps {
		word := "no "
		if step.Holds {
			word = "yes"
		}
		fmt.Fprintf(b, "       %s %s: %s\n", word, step.Rule, step.Why)
	}
	var blocks []string
	for _, block := range o.Choice.Scenario.Blocks {
		blocks = append(blocks, string(block))
	}
	fmt.Fprintf(b, "       shows %s\n", strings.Join(blocks, ", "))
	for _, v := range o.Choice.Variables {
		fmt.Fprintf(b, "       shows %s %q\n", v.Label, v.Value)
	}
}
