package asterisktest

import (
	"os"
	"strings"
	"testing"
)

// Start runs a PBX for the length of a test. In CI (CI=true) a machine that cannot have one fails the test; elsewhere it skips.
func Start(tb testing.TB, opt Options) *PBX {
	tb.Helper()
	if _, err := Install(opt.Version); err != nil {
		if os.Getenv("CI") == "true" {
			tb.Fatal(err)
		}
		tb.Skip("no Asterisk to test against: ", err)
	}
	pbx, err := Launch(opt)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if tb.Failed() {
			tb.Logf("asterisk %s said:\n%s", pbx.Version, pbx.LogTail(200))
		}
		if err := pbx.Close(); err != nil {
			tb.Error("stop the PBX: ", err)
		}
	})
	return pbx
}

// tail keeps the last lines of a text.
func tail(text string, lines int) string {
	all := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if len(all) > lines {
		all = all[len(all)-lines:]
	}
	return strings.Join(all, "\n")
}
