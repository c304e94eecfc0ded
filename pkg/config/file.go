package config

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// value is one leaf as it was written, with where.
type value struct {
	text  string
	list  []string
	lines []int // of the texts of list, when it was written as one
	where string
	line  int
}

// reading collects the leaves of one source and what is wrong with it.
type reading struct {
	schema  schema
	values  map[string]value // by path: "pbx[0].ami.secret"
	places  map[string]value // of branches: where a missing key would stand
	refused map[string]bool  // leaves whose text was refused; the default stands in
	faults  Faults
	name    string // of the file
}

var yamlLine = regexp.MustCompile(`line (\d+): (.*)`)

// file reads a YAML document. It never stops at the first fault.
func (r *reading) file(text []byte) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var doc yaml.Node
	err := decoder.Decode(&doc)
	switch {
	case errors.Is(err, io.EOF): // an empty file
		return
	case err != nil:
		r.syntax(err)
		return
	}
	r.mapping(doc.Content[0], "")
	if err := decoder.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		r.fault(doc.Content[0], "file", "more than one document", "one")
	}
}

func (r *reading) syntax(err error) {
	fault := Fault{Where: r.name, Field: "file", Got: err.Error(), Want: "YAML"}
	if strings.Contains(fault.Got, "unknown anchor") { // it quotes what may be a secret
		fault.Got, fault.Want = "a value that begins with *", "it in quotes"
	}
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		fault.line, _ = strconv.Atoi(m[1])
		fault.Where, fault.Got = r.at(fault.line), m[2]
	}
	r.faults = append(r.faults, fault)
}

func (r *reading) at(line int) string { return fmt.Sprintf("%s:%d", r.name, line) }

func (r *reading) fault(n *yaml.Node, field, got, want string) {
	r.faults = append(r.faults, Fault{Where: r.at(n.Line), Field: field, Got: got, Want: want, line: n.Line})
}

// mapping reads the keys of a struct.
func (r *reading) mapping(n *yaml.Node, path string) {
	n = target(n)
	if isNull(n) {
		return
	}
	if n.Kind != yaml.MappingNode {
		r.fault(n, cmp.Or(path, "file"), r.instead(n, path), "keys: "+strings.Join(r.keys(path), ", "))
		return
	}
	r.places[path] = value{where: r.at(n.Line), line: n.Line}
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		key, below := n.Content[i], join(path, n.Content[i].Value)
		if seen[key.Value] {
			r.fault(key, below, "the key a second time", "it once")
			continue
		}
		seen[key.Value] = true
		r.entry(key, n.Content[i+1], below)
	}
}

func (r *reading) entry(key, n *yaml.Node, path string) {
	l, isLeaf := r.schema.leaves[pattern(path)]
	switch {
	case isLeaf:
		r.leaf(n, path, l)
	case r.schema.branches[pattern(path)+"[]"]:
		r.list(n, path)
	case r.schema.branches[pattern(path)]:
		r.mapping(n, path)
	default:
		parent, _ := split(path)
		path, _, _ = strings.Cut(path, " ") // {secret hunter2}, where a colon was forgotten, is a key too
		r.fault(key, path, "an unknown key", "one of "+strings.Join(r.keys(parent), ", "))
	}
}

func (r *reading) list(n *yaml.Node, path string) {
	n = target(n)
	if isNull(n) {
		return
	}
	if n.Kind != yaml.SequenceNode {
		r.fault(n, path, describe(n), "a list")
		return
	}
	r.places[path] = value{where: r.at(n.Line), line: n.Line}
	for i, element := range n.Content {
		r.mapping(element, fmt.Sprintf("%s[%d]", path, i))
	}
}

func (r *reading) leaf(n *yaml.Node, path string, l leaf) {
	n = target(n)
	got := value{where: r.at(n.Line), line: n.Line}
	switch {
	case isNull(n): // "key:" with nothing behind it: the default stays
		return
	case n.Kind == yaml.SequenceNode && l.typ.Kind() == reflect.Slice:
		got.list = []string{}
		for _, element := range n.Content {
			got.list = append(got.list, target(element).Value)
			got.lines = append(got.lines, element.Line)
		}
	case n.Kind != yaml.ScalarNode:
		r.refused[path] = true
		r.fault(n, path, describe(n), cmp.Or(l.want, "one value"))
		return
	default:
		got.text = n.Value // as written: a secret 0123 is no octal number
	}
	r.set(path, got, l)
}

// set keeps a leaf when its text can become its type.
func (r *reading) set(path string, got value, l leaf) {
	if want, ok := l.accepts(got.text); !ok && got.list == nil {
		r.refused[path] = true
		r.faults = append(r.faults, Fault{Where: got.where, Field: path, Got: l.show(got.text), Want: cmp.Or(l.want, want), line: got.line})
		return
	}
	if l.typ.Kind() == reflect.Slice && got.list == nil {
		got.list = commas(got.text)
	}
	r.values[path] = got
}

func (r *reading) keys(path string) []string {
	names := r.schema.known(pattern(path))
	slices.Sort(names)
	return names
}

func commas(text string) []string {
	parts := []string{}
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

func target(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// instead tells what stands where keys should: an address may hold a password, and
// what stands where a secret belongs may be one.
func (r *reading) instead(n *yaml.Node, path string) string {
	if n.Kind != yaml.ScalarNode {
		return describe(n)
	}
	for key, l := range r.schema.leaves {
		if parent, _ := split(key); parent == pattern(path) && l.typ == reflect.TypeFor[Secret]() {
			return "a text"
		}
	}
	return quote(URL(n.Value).String())
}

func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "keys"
	case yaml.SequenceNode:
		return "a list"
	default:
		return quote(n.Value)
	}
}
