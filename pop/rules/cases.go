package rules

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"callcard/pkg/cti"
)

// Case is a call, as a file of tests describes it, and what the rules should make of it.
type Case struct {
	Name   string  `yaml:"name"`
	Call   Given   `yaml:"call"`
	Expect *Wanted `yaml:"expect"`
	line   int
}

// Given are the facts of a call under the names that rules use.
type Given struct {
	Direction   string            `yaml:"direction"`
	Match       string            `yaml:"match"`
	Queue       string            `yaml:"queue"`
	DID         string            `yaml:"did"`
	Group       string            `yaml:"group"`
	Line        string            `yaml:"line"`
	PBX         string            `yaml:"pbx"`
	Phone       string            `yaml:"phone"`
	Agent       string            `yaml:"agent"`
	CallID      string            `yaml:"call_id"`
	ContactID   string            `yaml:"contact_id"`
	VIP         bool              `yaml:"vip"`
	Company     bool              `yaml:"company"`
	Mine        bool              `yaml:"mine"`
	Transferred bool              `yaml:"transferred"`
	Callback    bool              `yaml:"callback"`
	Missed      int               `yaml:"missed"`
	CallsToday  int               `yaml:"calls_today"`
	At          string            `yaml:"at"` // 2026-11-22T10:00, by default a Monday at noon
	Var         map[string]string `yaml:"var"`
}

// Wanted is compared where it is given. A page "" means that none opens.
type Wanted struct {
	Rule      string            `yaml:"rule"`
	Blocks    []string          `yaml:"blocks"`
	URL       *string           `yaml:"url"`
	When      string            `yaml:"when"`
	Target    string            `yaml:"target"`
	Variables map[string]string `yaml:"variables"`
}

type tests struct {
	Tests []yaml.Node `yaml:"tests"`
}

// Cases reads a file of tests and reports all its faults.
func (s *Set) Cases(r io.Reader) ([]Case, error) {
	var file tests
	decoder := yaml.NewDecoder(r)
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return nil, errors.New(inWords(err))
	}
	if len(file.Tests) == 0 {
		return nil, errors.New("tests: got none, want a list of calls")
	}
	var cases []Case
	var faults []error
	for i := range file.Tests {
		c, err := s.read(&file.Tests[i])
		if err != nil {
			faults = append(faults, err)
		}
		cases = append(cases, c)
	}
	return cases, errors.Join(faults...)
}

func (s *Set) read(n *yaml.Node) (Case, error) {
	c := Case{line: n.Line}
	text, err := yaml.Marshal(n) // Node.Decode knows no KnownFields
	if err == nil {
		strict := yaml.NewDecoder(strings.NewReader(string(text)))
		strict.KnownFields(true)
		err = strict.Decode(&c)
	}
	if err != nil {
		return c, fmt.Errorf("test at line %d: %s", n.Line, inWords(err))
	}
	if c.Name == "" {
		c.Name = fmt.Sprintf("line %d", n.Line)
	}
	_, err = c.Call.facts()
	if err == nil {
		err = s.possible(c)
	}
	if err != nil {
		return c, fmt.Errorf("test at line %d: %w", n.Line, err)
	}
	return c, nil
}

// possible refuses facts that no call can have and expectations that no rule can meet.
func (s *Set) possible(c Case) error {
	for name, value := range map[string]string{"direction": c.Call.Direction, "match": c.Call.Match} {
		if value != "" && !slices.Contains(words()[name], value) {
			return &cti.InvalidError{Field: "call." + name, Got: value, Want: "one of " + strings.Join(words()[name], ", ")}
		}
	}
	for name := range c.Call.Var {
		if !s.known[name] {
			return &cti.InvalidError{Field: "call.var", Got: name, Want: wantVariable(s.known)}
		}
	}
	if c.Expect == nil || c.Expect.Rule == "" {
		return nil
	}
	var known []string
	for _, r := range s.rules {
		known = append(known, r.Name)
	}
	if !slices.Contains(known, c.Expect.Rule) {
		return &cti.InvalidError{Field: "expect.rule", Got: c.Expect.Rule, Want: "one of " + strings.Join(known, ", ")}
	}
	return nil
}

var (
	typeName = regexp.MustCompile(` in type [\w.]+`)
	lineOf   = regexp.MustCompile(`line \d+: `)
)

// inWords takes from an error of the YAML library what only its authors understand.
func inWords(err error) string {
	text := strings.TrimPrefix(err.Error(), "yaml: unmarshal errors:\n")
	text = lineOf.ReplaceAllString(typeName.ReplaceAllString(text, ""), "")
	return strings.Join(strings.Fields(text), " ")
}

// noon is when calls of tests come that do not say: on a Monday.
func noon() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

func (g Given) facts() (cti.CallFacts, error) {
	f := cti.CallFacts{
		CallID: cti.CallID(g.CallID), PBX: g.PBX, Direction: cti.Direction(g.Direction), Match: cti.MatchKind(g.Match),
		Phone: g.Phone, ContactID: g.ContactID, VIP: g.VIP, Company: g.Company, Mine: g.Mine, Queue: g.Queue,
		DID: g.DID, Group: g.Group, Line: g.Line, Agent: cti.UserID(g.Agent), Transferred: g.Transferred,
		Callback: g.Callback, Missed: g.Missed, CallsToday: g.CallsToday, At: noon(), Variables: g.Var,
	}
	if f.Direction == "" {
		f.Direction = cti.Inbound
	}
	if f.Match == "" {
		f.Match = cti.MatchUnknown
	}
	if g.At == "" {
		return f, nil
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339} {
		if at, err := time.Parse(layout, g.At); err == nil {
			f.At = at
			return f, nil
		}
	}
	return f, &cti.InvalidError{Field: "call.at", Got: g.At, Want: "a time such as 2026-11-22T10:00"}
}

// Outcome of one case.
type Outcome struct {
	Case     Case
	Choice   cti.ScenarioChoice
	Steps    []Step
	Failures []string // what is not as expected
}

// Try lets the rules choose for a case.
func (s *Set) Try(c Case) Outcome {
	facts, _ := c.Call.facts() // read has refused a bad one
	o := Outcome{Case: c, Choice: s.Choose(facts), Steps: s.Explain(facts)}
	if c.Expect == nil {
		return o
	}
	o.compare("rule", o.Choice.Scenario.Rule, c.Expect.Rule, c.Expect.Rule != "")
	var blocks []string
	for _, b := range o.Choice.Scenario.Blocks {
		blocks = append(blocks, string(b))
	}
	o.compare("blocks", strings.Join(blocks, ", "), strings.Join(c.Expect.Blocks, ", "), c.Expect.Blocks != nil)
	page := cti.Opening{}
	if o.Choice.Scenario.Open != nil {
		page = *o.Choice.Scenario.Open
	}
	if c.Expect.URL != nil {
		o.compare("url", page.URL, *c.Expect.URL, true)
	}
	o.compare("when", page.When, c.Expect.When, c.Expect.When != "")
	o.compare("target", page.Target, c.Expect.Target, c.Expect.Target != "")
	shown := map[string]string{}
	for _, v := range o.Choice.Variables {
		shown[v.Name] = v.Value
	}
	if c.Expect.Variables != nil && !maps.Equal(shown, c.Expect.Variables) {
		o.Failures = append(o.Failures, fmt.Sprintf("variables: got %v, want %v", shown, c.Expect.Variables))
	}
	return o
}

func (o *Outcome) compare(what, got, want string, asked bool) {
	if asked && got != want {
		o.Failures = append(o.Failures, fmt.Sprintf("%s: got %s, want %s", what, orNothing(got), orNothing(want)))
	}
}

func orNothing(text string) string {
	if text == "" {
		return "nothing"
	}
	return text
}
