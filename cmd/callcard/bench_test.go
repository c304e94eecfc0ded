package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestBenchDecodeCountsWhatItWasGiven(t *testing.T) {
	data, played, err := recordedTraffic(60_000)
	if err != nil {
		t.Fatal(err)
	}
	alone, err := decodeOnly(data)
	if err != nil || alone != played {
		t.Errorf("decoded %d events of %d: %v", alone, played, err)
	}
	tracked, ended, err := decodeAndTrack(data)
	if err != nil || tracked != played || ended == 0 {
		t.Errorf("tracked %d events of %d, %d calls ended: %v", tracked, played, ended, err)
	}
}

// TestBenchMeasuresTheWholeWay runs the bench in small: every ring gets its card
// and no figure is missing. How large they are is no matter of a test.
func TestBenchMeasuresTheWholeWay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	binary, file := filepath.Join(dir, "callcard"), filepath.Join(dir, "out", "bench.json")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	args := []string{
		"bench", "--agents", "20", "--rate", "5", "--duration", "4s", "--idle", "20", "--burst", "30", "--events", "5000",
		"--journal", "--journal-rounds", "1", "--json", file,
	}
	if out, err := exec.CommandContext(t.Context(), binary, args...).CombinedOutput(); err != nil {
		t.Fatalf("bench: %v\n%s", err, out)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r benchResult
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	for name, run := range map[string]*runResult{"floor": r.Floor, "daemon": r.Daemon} {
		if run.Missing != 0 || run.Extra != 0 || run.Disconnects != 0 || run.Rings == 0 || run.P50 <= 0 || run.RSS == 0 {
			t.Errorf("%s: %+v", name, *run)
		}
	}
	for _, l := range r.Journal.Loads {
		if l.P50 <= 0 || l.P99 < l.P50 || (l.Written > 0) != (l.Load != journalOff) {
			t.Errorf("journal: %+v", *l)
		}
	}
	if r.Journal.Missing != 0 || r.Journal.Extra != 0 {
		t.Errorf("journal: %+v", *r.Journal)
	}
	if r.Decode.Events < 5000 || r.Idle.RSSIdle == 0 || r.Ratio.P50 <= 0 {
		t.Errorf("result: %s", text)
	}
}

func TestBenchRefusesWhatItCannotDo(t *testing.T) {
	good := benchOptions{Agents: 1000, Rate: 200, Duration: benchWarmUp * 5, Idle: 10, Events: 10}
	if err := good.validate(); err != nil {
		t.Errorf("good options: %v", err)
	}
	for name, spoil := range map[string]func(*benchOptions){
		"no agents":      func(o *benchOptions) { o.Agents = 0 },
		"too many idle":  func(o *benchOptions) { o.Idle = 1_000_000 },
		"busy agents":    func(o *benchOptions) { o.Rate = 500 },
		"only a warm-up": func(o *benchOptions) { o.Duration = benchWarmUp },
		"rounds":         func(o *benchOptions) { o.Journal, o.Loads = true, []int{0} },
		"loads":          func(o *benchOptions) { o.Journal, o.Rounds, o.Rate = true, 1, 1 },
		"events":         func(o *benchOptions) { o.Events = -1 },
	} {
		bad := good
		spoil(&bad)
		if bad.validate() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
