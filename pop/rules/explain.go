package rules

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"

	"callcard/pkg/cti"
)

// Step is what one rule says of a call.
type Step struct {
	Rule  string
	Holds bool
	Why   string // for a person: the part that is false, with the values in it
}

// Explain goes through the rules up to the one that is chosen. It is for people and
// takes its time.
func (s *Set) Explain(f cti.CallFacts) []Step {
	env := factsOf(f)
	var steps []Step
	chosen := s.Choose(f)
	for i := range s.rules {
		r := &s.rules[i]
		step := Step{Rule: r.Name}
		switch {
		case i < s.builtin && chosen.Fault != nil && r.Name == chosen.FaultyRule:
			step.Why = "failed: " + chosen.Fault.Error()
		case r.Name == chosen.Scenario.Rule:
			step.Holds, step.Why = true, holding(r.When, env)
		default:
			step.Why = failing(r.When, env)
		}
		steps = append(steps, step)
		if step.Holds {
			break
		}
	}
	return steps
}

func holding(when string, env facts) string {
	if when == "" {
		return "it holds for every call"
	}
	return when + valuesIn(when, env)
}

// failing names the first part of a conjunction that is false.
func failing(when string, env facts) string {
	tree, err := parser.Parse(when)
	if err != nil {
		return when // not reached: it was compiled
	}
	for _, part := range conjuncts(tree.Node) {
		text := part.String()
		if result, err := expr.Eval(text, env); err != nil || result == false {
			return text + " is false" + valuesIn(text, env)
		}
	}
	return when + " is false" + valuesIn(when, env)
}

func conjuncts(n ast.Node) []ast.Node {
	if both, is := n.(*ast.BinaryNode); is && (both.Operator == "and" || both.Operator == "&&") {
		return append(conjuncts(both.Left), conjuncts(both.Right)...)
	}
	return []ast.Node{n}
}

// valuesIn lists the names of an expression with their values.
func valuesIn(text string, env facts) string {
	tree, err := parser.Parse(text)
	if err != nil {
		return ""
	}
	found := &names{env: env}
	ast.Walk(&tree.Node, found)
	if len(found.values) == 0 {
		return ""
	}
	return " (" + strings.Join(found.values, ", ") + ")"
}

type names struct {
	env    facts
	values []string
}

func (n *names) Visit(node *ast.Node) {
	text := ""
	switch at := (*node).(type) {
	case *ast.IdentifierNode:
		for field, value := range reflect.ValueOf(n.env).Fields() {
			if name := field.Tag.Get("expr"); name == at.Value && name != "var" {
				text = fmt.Sprintf("%s is %#v", name, value.Interface())
			}
		}
	case *ast.MemberNode:
		if name, is := at.Property.(*ast.StringNode); is {
			text = fmt.Sprintf("var.%s is %q", name.Value, n.env.Var[name.Value])
		}
	}
	if text != "" && !slices.Contains(n.values, text) {
		n.values = append(n.values, text)
	}
}
