package asterisktest

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var (
	record = flag.Bool("record", false, "record the conversations under connector/asterisk/testdata anew")
	only   = flag.String("scenarios", "", "names of the scenarios to record, separated by commas; all when empty")
)

// TestRecord plays every scenario on both versions and keeps what AMI said:
//
//	go test ./connector/asterisk/asterisktest -run TestRecord -record
//
// Without -record it records the shortest one, to see that recording works.
func TestRecord(t *testing.T) {
	for _, version := range Versions() {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			pbx := Start(t, Options{Version: version})
			dir, names := t.TempDir(), "direct_declined"
			if *record {
				dir, names = filepath.Join("..", "testdata", version), *only
			}
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			for _, sc := range Scenarios() {
				if names != "" && !slices.Contains(strings.Split(names, ","), sc.Name) {
					continue
				}
				if err := Record(pbx, sc, dir); err != nil {
					t.Errorf("%s: %v", sc.Name, err)
				}
				checkRecording(t, filepath.Join(dir, sc.Name), sc)
			}
		})
	}
}
