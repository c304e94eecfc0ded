package rules

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"

	"callcard/pkg/cti"
)

// functions that expressions may call. Others of the library build lists of any length
// or read the clock; a rule must be quick, and the same for the same call.
func functions() []string {
	return []string{"any", "all", "none", "len", "lower", "upper", "trim", "int", "hasPrefix", "hasSuffix"}
}

// maxNodes bounds an expression; a long list of numbers belongs into the PBX or the CRM.
const maxNodes = 1000

// compileExpression wants a question that is answered by true or false.
func compileExpression(text string, variables map[string]bool) (*vm.Program, *cti.InvalidError) {
	look := &checker{variables: variables}
	options := []expr.Option{
		expr.Env(facts{}), expr.AsBool(), expr.MaxNodes(maxNodes), expr.Patch(look), expr.DisableAllBuiltins(),
	}
	for _, name := range functions() {
		options = append(options, expr.EnableBuiltin(name))
	}
	program, err := expr.Compile(text, options...)
	if err != nil {
		return nil, &cti.InvalidError{Got: text, Want: wantOf(err)}
	}
	if look.want != "" {
		return nil, &cti.InvalidError{Got: text, Want: look.want}
	}
	return program, nil
}

// wantOf says in one line what the library found and where.
func wantOf(err error) string {
	if message := firstLine(err.Error()); strings.HasPrefix(message, "expected bool") {
		return "a question that is true or false (" + message + ")"
	}
	var fault *file.Error
	if !errors.As(err, &fault) {
		return "an expression: " + firstLine(err.Error())
	}
	message := firstLine(fault.Message)
	if name, unknown := strings.CutPrefix(message, "unknown name "); unknown {
		return fmt.Sprintf("no name %s; there are %s", name, strings.Join(factNames(), ", "))
	}
	return fmt.Sprintf("an expression: %s at character %d", message, fault.Column+1)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

func factNames() []string {
	var names []string
	for field := range reflect.TypeFor[facts]().Fields() {
		names = append(names, field.Tag.Get("expr"))
	}
	slices.Sort(names)
	return names
}

// checker finds what types do not tell: words that a fact can never have, and channel
// variables that no PBX reports. It changes nothing.
type checker struct {
	variables map[string]bool
	want      string // of the first fault
}

func (c *checker) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.BinaryNode:
		c.compared(n.Left, n.Right)
		c.compared(n.Right, n.Left)
	case *ast.MemberNode:
		c.member(n)
	}
}

func (c *checker) compared(fact, with ast.Node) {
	name, is := fact.(*ast.IdentifierNode)
	if !is || words()[name.Value] == nil {
		return
	}
	values := []ast.Node{with}
	if list, is := with.(*ast.ArrayNode); is {
		values = list.Nodes
	}
	for _, value := range values {
		if word, is := value.(*ast.StringNode); is && !slices.Contains(words()[name.Value], word.Value) {
			c.fault(fmt.Sprintf("%s to be one of %s, not %q", name.Value, strings.Join(words()[name.Value], ", "), word.Value))
		}
	}
}

func (c *checker) member(n *ast.MemberNode) {
	if of, is := n.Node.(*ast.IdentifierNode); !is || of.Value != "var" {
		return
	}
	name, is := n.Property.(*ast.StringNode)
	switch {
	case !is:
		c.fault("the name of a variable written out, as var.CONTRACT")
	case !c.variables[name.Value]:
		c.fault(fmt.Sprintf("%s; var.%s is none", wantVariable(c.variables), name.Value))
	}
}

func (c *checker) fault(want string) {
	if c.want == "" {
		c.want = want
	}
}
