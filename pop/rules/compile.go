package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/vm"

	"callcard/pkg/cti"
)

// Options of a Set.
type Options struct {
	// Rules go before the built-in ones. A rule with the name of a built-in one takes its
	// place as well: that one is left out.
	Rules []Rule
	// Variables are the channel variables that calls may have.
	Variables []string
}

// Set of compiled rules, the built-in ones at the end.
type Set struct {
	rules   []compiled
	builtin int             // index of the first built-in one
	known   map[string]bool // channel variables
}

type compiled struct {
	Rule
	when      *vm.Program // nil: always
	blocks    []cti.CardBlock
	page      address // nil: none
	variables []Variable
}

// Compile checks all rules. Its error joins a *cti.InvalidError for each fault; their
// fields are paths such as "rules[2].open.url".
func Compile(o Options) (*Set, error) {
	c := compiler{variables: map[string]bool{}, names: map[string]int{}}
	for _, name := range o.Variables {
		c.variables[name] = true
	}
	s := &Set{builtin: len(o.Rules), known: c.variables}
	for i, r := range o.Rules {
		c.path = fmt.Sprintf("rules[%d]", i)
		s.rules = append(s.rules, c.rule(r, i))
	}
	for _, r := range Builtin() {
		if _, replaced := c.names[r.Name]; replaced && r.When != "" {
			continue // the last one stays, because every card needs a rule
		}
		s.rules = append(s.rules, c.rule(r, -1))
	}
	if len(c.faults) > 0 {
		return nil, errors.Join(c.faults...)
	}
	return s, nil
}

// compiler gathers the faults of all rules.
type compiler struct {
	variables map[string]bool
	names     map[string]int
	path      string
	faults    []error
}

func (c *compiler) fault(field, got, want string) {
	c.faults = append(c.faults, &cti.InvalidError{Field: c.path + "." + field, Got: got, Want: want})
}

func (c *compiler) rule(r Rule, index int) compiled {
	if index >= 0 {
		c.name(r.Name, index)
	}
	out := compiled{Rule: r, blocks: c.blocks(r), variables: c.shown(r)}
	if strings.TrimSpace(r.When) != "" {
		program, bad := compileExpression(r.When, c.variables)
		if bad != nil {
			c.fault("when", bad.Got, bad.Want)
		}
		out.when = program
	}
	out.page, out.Open = c.page(r.Open)
	return out
}

func (c *compiler) name(name string, index int) {
	if name == "" {
		c.fault("name", "", "a name, which traces show")
		return
	}
	if first, taken := c.names[name]; taken {
		c.fault("name", name, fmt.Sprintf("another name than that of rules[%d]", first))
		return
	}
	c.names[name] = index
}

func (c *compiler) blocks(r Rule) []cti.CardBlock {
	if len(r.Blocks) == 0 {
		return cti.CardBlocks()
	}
	var blocks []cti.CardBlock
	for i, name := range r.Blocks {
		block, field := cti.CardBlock(name), fmt.Sprintf("blocks[%d]", i)
		switch {
		case !slices.Contains(cti.CardBlocks(), block):
			c.fault(field, name, "one of "+strings.Join(allBlocks(), ", "))
		case slices.Contains(blocks, block):
			c.fault(field, name, "each block once")
		default:
			blocks = append(blocks, block)
		}
	}
	if len(r.Variables) > 0 && !slices.Contains(r.Blocks, string(cti.BlockVariables)) {
		c.fault("blocks", strings.Join(r.Blocks, ", "), "variables among them, because the rule has some to show")
	}
	return blocks
}

func (c *compiler) shown(r Rule) []Variable {
	shown := slices.Clone(r.Variables)
	for i, v := range shown {
		if !c.variables[v.Name] {
			c.fault(fmt.Sprintf("variables[%d].name", i), v.Name, wantVariable(c.variables))
		}
		if v.Label == "" {
			shown[i].Label = v.Name
		}
	}
	return shown
}

// page returns nil for a rule that opens none, and Open with its defaults.
func (c *compiler) page(o Open) (address, Open) {
	if o.URL == "" {
		if o != (Open{}) && o.When != cti.OpenNever {
			c.fault("open.url", "", "the address of a page, or open left out")
		}
		return nil, o
	}
	c.oneOf("open.when", &o.When, cti.OpenClick, cti.OpenRinging, cti.OpenAnswer, cti.OpenNever)
	c.oneOf("open.target", &o.Target, cti.TargetTab, cti.TargetFrame)
	pages, bad := parseURL(o.URL, c.variables)
	if bad != nil {
		c.fault("open.url", bad.Got, bad.Want)
	}
	if o.When == cti.OpenNever {
		return nil, o
	}
	return pages, o
}

// oneOf takes the first of the words for an empty value.
func (c *compiler) oneOf(field string, value *string, words ...string) {
	if *value == "" {
		*value = words[0]
	}
	if !slices.Contains(words, *value) {
		c.fault(field, *value, strings.Join(words[:len(words)-1], ", ")+" or "+words[len(words)-1])
	}
}
