package asterisktest

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var recordLogs = flag.String("record-logs", "", "record queue_log and CDR of the scenarios into this directory")

// TestRecordLogs plays scenarios on both versions and keeps what Asterisk wrote down of them:
//
//	go test ./connector/asterisk/asterisktest -run TestRecordLogs -record-logs ../../../pkg/gaps/testdata
func TestRecordLogs(t *testing.T) {
	if *recordLogs == "" {
		t.Skip("only with -record-logs")
	}
	for _, version := range Versions() {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			pbx := Start(t, Options{Version: version})
			dir := filepath.Join(*recordLogs, version)
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			for _, sc := range Scenarios() {
				if *only != "" && !slices.Contains(strings.Split(*only, ","), sc.Name) || sc.Name == "killed" || sc.Name == "restart" {
					continue
				}
				queue, cdr := size(pbx.QueueLog), size(pbx.CDR)
				stage := Set(pbx, sc)
				sc.Run(stage)
				if err := stage.Err(); err != nil {
					t.Errorf("%s: %v", sc.Name, err)
				}
				if err := stage.Clear(); err != nil {
					t.Errorf("%s: %v", sc.Name, err)
				}
				keep(t, pbx.QueueLog, queue, filepath.Join(dir, sc.Name+".queue_log"))
				keep(t, pbx.CDR, cdr, filepath.Join(dir, sc.Name+".csv"))
			}
		})
	}
}

func size(file string) int64 {
	info, err := os.Stat(file)
	if err != nil {
		return 0
	}
	return info.Size()
}

// keep copies what a file has gained.
func keep(t *testing.T, file string, from int64, target string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if err := os.WriteFile(target, text[min(from, int64(len(text))):], 0o644); err != nil {
		t.Fatal(err)
	}
}
