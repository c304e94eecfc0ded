package main

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// law says what of ours a package may import: the first pattern that fits it
// holds. "*" stands for one step of a path.
var law = []struct {
	pkg     string
	imports []string
}{
	{"cmd/callcard", []string{"*", "*/*", "*/*/*"}},
	{"cmd/callcard/*", nil}, // tests of the binary, from outside
	{"pkg/cti", nil},
	{"pkg/config", nil},
	{"pkg/telemetry", nil},
	{"pkg/*", []string{"pkg/cti"}},
	{"connector/ami", nil},
	{"connector/ari", nil},
	{"connector/asterisk", []string{"pkg/cti", "connector/ami", "connector/ari"}},
	{"connector/asterisk/asterisktest/labctl", []string{"connector/asterisk/asterisktest"}}, // a developer's tool
	{"connector/pbxsim", nil},
	{"connector/crm/*", []string{"pkg/cti"}},
	{"pop/ui", nil},
	{"pop", []string{"pkg/cti"}},
	{"pop/push", []string{"pkg/cti"}},
	{"pop/rules", []string{"pkg/cti"}},
}

// listed is what `go list -json` tells of a package.
type listed struct {
	ImportPath string
	Imports    []string
}

const module = "callcard/"

func TestImportLaw(t *testing.T) {
	t.Parallel()
	for _, pkg := range packages(t) {
		name := strings.TrimPrefix(pkg.ImportPath, module)
		for _, imported := range pkg.Imports {
			if bad, want := breaksLaw(name, strings.TrimPrefix(imported, module)); bad && strings.HasPrefix(imported, module) {
				t.Errorf("%s imports %s; it may import only %v", name, strings.TrimPrefix(imported, module), want)
			}
		}
		if name == "pkg/cti" {
			onlyStandard(t, pkg)
		}
	}
}

func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Imports", module+"...")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var all []listed
	for decoder := json.NewDecoder(out); ; {
		var pkg listed
		if err := decoder.Decode(&pkg); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, pkg)
	}
	if err := cmd.Wait(); err != nil || len(all) < 10 {
		t.Fatalf("go list gave %d packages: %v", len(all), err)
	}
	return all
}

// breaksLaw tells whether a package must not import another one of ours.
func breaksLaw(pkg, imported string) (bad bool, may []string) {
	if isTestPackage(pkg) { // <x>test serves tests only, and may know what they know
		return false, nil
	}
	if isTestPackage(imported) && !strings.HasSuffix(pkg, "/labctl") {
		return true, []string{"no package for tests"}
	}
	for _, rule := range law {
		if fits(rule.pkg, pkg) {
			return !slices.ContainsFunc(rule.imports, func(p string) bool { return fits(p, imported) }), rule.imports
		}
	}
	return true, []string{"nothing: it is not in the table of the law"}
}

func isTestPackage(pkg string) bool { return strings.HasSuffix(path.Base(pkg), "test") }

func fits(pattern, pkg string) bool {
	ok, err := path.Match(pattern, pkg)
	return ok && err == nil
}

func onlyStandard(t *testing.T, pkg listed) {
	t.Helper()
	for _, imported := range pkg.Imports {
		if first, _, _ := strings.Cut(imported, "/"); strings.Contains(first, ".") {
			t.Errorf("pkg/cti imports %s; it may import only the standard library", imported)
		}
	}
}

func TestLawNoticesABreach(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pkg, imported string
		bad           bool
	}{
		{"pop/push", "pkg/store", true},
		{"pop/push", "pkg/cti", false},
		{"pkg/calls", "pkg/phone", true},
		{"pkg/cti", "pkg/phone", true},
		{"pkg/api", "connector/ami", true},
		{"connector/asterisk", "connector/ami", false},
		{"connector/ami", "pkg/cti", true},
		{"cmd/callcard", "connector/asterisk", false},
		{"cmd/callcard", "connector/ami/amitest", true},
		{"pkg/store/storetest", "pkg/store", false},
		{"surprise", "pkg/cti", true},
	} {
		if bad, may := breaksLaw(c.pkg, c.imported); bad != c.bad {
			t.Errorf("%s imports %s: got bad=%v (may %v), want %v", c.pkg, c.imported, bad, may, c.bad)
		}
	}
}

// TestSleepsAreInBubbles: a test that sleeps is slow, flaky or both, except where
// testing/synctest makes the time.
func TestSleepsAreInBubbles(t *testing.T) {
	t.Parallel()
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == ".git"):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, "_test.go") || name == "cmd/callcard/law_test.go":
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if strings.Contains(string(text), "time.Sleep(") && !strings.Contains(string(text), `"testing/synctest"`) {
			t.Errorf("%s sleeps: wait for the event itself, or use testing/synctest", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
