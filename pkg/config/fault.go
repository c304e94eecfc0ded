package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing that is wrong with the configuration.
type Fault struct {
	Where string // "callcard.yaml:12", "environment CALLCARD_HTTP_LISTEN", or "" for what is nowhere
	Field string // "pbx[0].ami.address"
	Got   string
	Want  string
	line  int
}

func (f Fault) String() string {
	text := fmt.Sprintf("%s: got %s, want %s", f.Field, f.Got, f.Want)
	if f.Where == "" {
		return text
	}
	return f.Where + ": " + text
}

// Check finds what this package cannot know. Its faults name their fields by path, as
// "rules[0].when"; where each was written is added here.
type Check func(Config) []Fault

// Faults is every fault of a configuration; it is the error of Load.
type Faults []Fault

func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// orNil sorts the faults as a reader of the file meets them.
func (fs Faults) orNil() error {
	if len(fs) == 0 {
		return nil
	}
	slices.SortStableFunc(fs, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.Field, b.Field))
	})
	return fs
}
