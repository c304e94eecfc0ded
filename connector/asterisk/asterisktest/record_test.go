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
func TestRecord(t *testing.T) {
	if !*record {
		t.Skip("records only with -record")
	}
	for _, version := range Versions() {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			pbx := Start(t, Options{Version: version})
			dir := filepath.Join("..", "testdata", version)
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			for _, sc := range Scenarios() {
				if sc.Only != "" && sc.Only != version || *only != "" && !slices.Contains(strings.Split(*only, ","), sc.Name) {
					continue
				}
				if err := Record(pbx, sc, dir); err != nil {
					t.Errorf("%s: %v", sc.Name, err)
				}
			}
		})
	}
}
