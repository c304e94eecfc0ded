package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/config"
)

// block is the n-th block of that language in the README, without the list's indent.
func block(t *testing.T, language string, n int) string {
	t.Helper()
	blocks := regexp.MustCompile("(?s)\n   ```"+language+"\n(.*?)\n   ```").FindAllStringSubmatch(read(t, "../../README.md"), -1)
	if n >= len(blocks) {
		t.Fatalf("the README has %d blocks of %s, want more than %d", len(blocks), language, n)
	}
	return strings.ReplaceAll("\n"+blocks[n][1], "\n   ", "\n")
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// settings are the lines of a section of an Asterisk file, without comments.
func settings(text, section string) []string {
	var lines []string
	inside := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "["):
			inside = line == "["+section+"]"
		case inside && line != "" && !strings.HasPrefix(line, ";"):
			lines = append(lines, line)
		}
	}
	return lines
}

// People copy from the README what the tests run from dialplan-samples: a permit line
// without its deny line, for one, lets everybody in (main/acl.c: no match allows).
func TestREADMECopiesTheSamples(t *testing.T) {
	t.Parallel()
	sample, copied := read(t, "../../dialplan-samples/manager.conf"), block(t, "ini", 0)
	for _, user := range []string{"callcard", "callcard-control"} {
		if diff := cmp.Diff(settings(sample, user), settings(copied, user)); diff != "" {
			t.Errorf("[%s] (-sample +README):\n%s", user, diff)
		}
	}
	dialplan := read(t, "../../dialplan-samples/extensions.conf")
	for line := range strings.Lines(strings.TrimSpace(block(t, "ini", 1))) {
		_, application, _ := strings.Cut(strings.TrimSpace(line), "n,")
		if !strings.Contains(dialplan, application) {
			t.Errorf("extensions.conf has no %s", application)
		}
	}
	if _, err := config.Parse("README.md", []byte(block(t, "yaml", 0)), nil); err != nil {
		t.Error(err)
	}
}
