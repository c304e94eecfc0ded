package config

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// schema is the shape of Config, read from its types: each leaf by its path, in
// which "[]" stands for any index.
type schema struct {
	leaves   map[string]leaf
	branches map[string]bool // paths of structs and of lists of structs
}

type leaf struct {
	typ  reflect.Type
	want string
}

func schemaOf(t reflect.Type) schema {
	s := schema{leaves: map[string]leaf{}, branches: map[string]bool{}}
	s.add(t, "")
	return s
}

func (s schema) add(t reflect.Type, prefix string) {
	for field := range t.Fields() {
		path := join(prefix, field.Tag.Get("yaml"))
		switch {
		case field.Type.Kind() == reflect.Struct:
			s.branches[path] = true
			s.add(field.Type, path)
		case isList(field.Type):
			s.branches[path], s.branches[path+"[]"] = true, true
			s.add(field.Type.Elem(), path+"[]")
		default:
			s.leaves[path] = leaf{typ: field.Type, want: field.Tag.Get("want")}
		}
	}
}

// known lists the keys below a branch, for the message about an unknown one.
func (s schema) known(branch string) []string {
	var names []string
	for _, path := range s.paths() {
		if parent, name := split(path); parent == branch && !strings.HasSuffix(name, "[]") {
			names = append(names, name)
		}
	}
	return names
}

func (s schema) paths() []string {
	var all []string
	for path := range s.leaves {
		all = append(all, path)
	}
	for path := range s.branches {
		all = append(all, path)
	}
	return all
}

func isList(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct
}

var index = regexp.MustCompile(`\[\d+\]`)

// pattern turns "pbx[3].id" into "pbx[].id".
func pattern(path string) string { return index.ReplaceAllString(path, "[]") }

func join(prefix, name string) string {
	if prefix == "" {
		return name
	}
	return prefix + "." + name
}

func split(path string) (parent, name string) {
	i := strings.LastIndexByte(path, '.')
	if i < 0 {
		return "", path
	}
	return path[:i], path[i+1:]
}

// accepts tells what a leaf wants when the text cannot become its type.
func (l leaf) accepts(text string) (want string, ok bool) {
	var err error
	switch {
	case l.typ == reflect.TypeFor[time.Duration]():
		want = "a duration such as 500ms or 2s"
		_, err = time.ParseDuration(text)
	case l.typ.Kind() == reflect.Bool:
		want = "true or false"
		_, err = strconv.ParseBool(text)
	case l.typ.Kind() == reflect.Int:
		want = "a whole number"
		_, err = strconv.Atoi(text)
	}
	return want, err == nil
}

// show is a value as a message may quote it.
func (l leaf) show(text string) string {
	switch l.typ {
	case reflect.TypeFor[Secret]():
		return quote(Secret(text).String())
	case reflect.TypeFor[URL]():
		return quote(URL(text).String())
	}
	return quote(text)
}

func quote(text string) string {
	if text == "" {
		return "nothing"
	}
	return strconv.Quote(text)
}
