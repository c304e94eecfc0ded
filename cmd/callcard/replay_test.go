package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"callcard/connector/asterisk"
	"callcard/pkg/config"
	"callcard/pkg/cti"
)

// recordedCalls are the conversations of real Asterisks with what must come of each,
// written by hand from the story beside the recording.
const (
	recordedCalls = "../../connector/asterisk/testdata"
	replayTruth   = "testdata/replay.txt"
)

// TestReplayOfRecordings compares every recorded conversation of both Asterisks with
// testdata/replay.txt. Seconds may differ by one: recordings are made anew.
func TestReplayOfRecordings(t *testing.T) {
	t.Parallel()
	want := readExpectations(t)
	files, err := filepath.Glob(recordedCalls + "/*/*.ami")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings in %s: %v", recordedCalls, err)
	}
	for _, own := range []string{"testdata/traces/*.ami", "testdata/more/*/*.ami"} {
		more, err := filepath.Glob(own)
		if err != nil || len(more) == 0 {
			t.Fatalf("no recordings in %s: %v", own, err)
		}
		files = append(files, more...)
	}
	for _, file := range files {
		version, name := filepath.Base(filepath.Dir(file)), strings.TrimSuffix(filepath.Base(file), ".ami")
		t.Run(version+"/"+name, func(t *testing.T) {
			t.Parallel()
			expected, ok := want[name+"@"+version]
			if !ok {
				expected, ok = want[name]
			}
			if !ok {
				t.Fatalf("%s has no line for %s; write one from the story beside the recording", replayTruth, name)
			}
			if diff := cmp.Diff(sortCalls(expected), compactCalls(replayFile(t, file)), cmp.Comparer(nearly), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// expectedCall is a line of the file in parts, offers in the order of their devices.
type expectedCall struct {
	Head   string
	Offers []string
	Talks  []timed
	Visits []timed
}

type timed struct {
	What    string
	Seconds float64
}

func nearly(a, b float64) bool { return math.Abs(a-b) <= 1.001 }

// readExpectations reads "name:" or "name@version:" and below it one line per call:
// direction client did outcome | device:result … | device:seconds … | queue:outcome:seconds …
func readExpectations(t *testing.T) map[string][]expectedCall {
	t.Helper()
	text, err := os.ReadFile(replayTruth)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]expectedCall{}
	var names []string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case !strings.HasPrefix(line, " "):
			names = strings.Fields(strings.TrimSuffix(line, ":"))
			for _, name := range names {
				want[name] = nil
			}
		default:
			for _, name := range names {
				want[name] = append(want[name], parseExpected(t, line))
			}
		}
	}
	return want
}

func parseExpected(t *testing.T, line string) expectedCall {
	t.Helper()
	parts := strings.Split(line, "|")
	if len(parts) != 4 {
		t.Fatalf("%s: %q: want four parts", replayTruth, line)
	}
	call := expectedCall{Head: strings.Join(strings.Fields(parts[0]), " "), Offers: strings.Fields(parts[1])}
	slices.Sort(call.Offers)
	for part := range strings.FieldsSeq(parts[2]) {
		call.Talks = append(call.Talks, parseTimed(t, part))
	}
	for part := range strings.FieldsSeq(parts[3]) {
		call.Visits = append(call.Visits, parseTimed(t, part))
	}
	return call
}

func parseTimed(t *testing.T, text string) timed {
	t.Helper()
	i := strings.LastIndexByte(text, ':')
	var seconds float64
	if _, err := fmt.Sscan(text[i+1:], &seconds); err != nil {
		t.Fatalf("%s: %q: no seconds", replayTruth, text)
	}
	return timed{text[:i], seconds}
}

func compactCalls(calls []callSummary) []expectedCall {
	var all []expectedCall
	for _, c := range calls {
		e := expectedCall{Head: fmt.Sprintf("%s %s %s %s", c.Direction, orDash(c.Client), orDash(c.DID), orDash(string(c.Outcome)))}
		for _, o := range c.Offers {
			e.Offers = append(e.Offers, fmt.Sprintf("%s:%s", o.Agent, o.Result))
		}
		slices.Sort(e.Offers)
		for _, talk := range c.Talk {
			e.Talks = append(e.Talks, timed{string(talk.Agent), talk.Seconds})
		}
		for _, v := range c.Visits {
			e.Visits = append(e.Visits, timed{orDash(v.Queue) + ":" + string(v.Outcome), v.WaitSeconds})
		}
		all = append(all, e)
	}
	return sortCalls(all)
}

// sortCalls orders by what does not depend on the clock.
func sortCalls(calls []expectedCall) []expectedCall {
	slices.SortFunc(calls, func(a, b expectedCall) int {
		return strings.Compare(a.Head+fmt.Sprint(a.Offers), b.Head+fmt.Sprint(b.Offers))
	})
	return calls
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// replayFile runs the command's own function and reads what it prints.
func replayFile(t *testing.T, file string) []callSummary {
	t.Helper()
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out bytes.Buffer
	opts, err := replayOptionsFrom("")
	if err != nil {
		t.Fatal(err)
	}
	if err := replay(context.Background(), in, &out, opts); err != nil {
		t.Fatal(err)
	}
	return printedCalls(t, out.Bytes())
}

func printedCalls(t *testing.T, printed []byte) []callSummary {
	t.Helper()
	var calls []callSummary
	for line := range bytes.Lines(printed) {
		var kind struct{ Kind string }
		if err := json.Unmarshal(line, &kind); err != nil {
			t.Fatalf("not JSON: %s", line)
		}
		switch kind.Kind {
		case "event":
		case "call":
			var c callSummary
			if err := json.Unmarshal(line, &c); err != nil {
				t.Fatal(err)
			}
			calls = append(calls, c)
		default:
			t.Errorf("unexpected line: %s", line)
		}
	}
	return calls
}

func TestReplayPrintsListsNeverNull(t *testing.T) {
	t.Parallel()
	in, err := os.Open("testdata/traces/after_hours.ami")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out bytes.Buffer
	if err := replay(context.Background(), in, &out, replayOptions{Translator: asterisk.TranslatorOptions{PBX: "office"}}); err != nil {
		t.Fatal(err)
	}
	last := out.String()[strings.LastIndex(strings.TrimSpace(out.String()), "\n")+1:]
	want := `{"kind":"call","call_id":"office:lab1-1795323658.18","direction":"inbound","client":"+79161234574",` +
		`"did":"74950000005","outcome":"ivr","offers":[],"talk":[],"visits":[]}` + "\n"
	if diff := cmp.Diff(want, last); diff != "" {
		t.Error(diff)
	}
}

func TestReplayOfARecordingThatStopsInTheMiddle(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile("testdata/traces/answered.ami")
	if err != nil {
		t.Fatal(err)
	}
	cut := whole[:bytes.Index(whole, []byte("Event: AgentComplete"))]
	var out bytes.Buffer
	if err := replay(context.Background(), bytes.NewReader(cut), &out, replayOptions{Translator: asterisk.TranslatorOptions{PBX: "main"}}); err != nil {
		t.Fatal(err)
	}
	calls := printedCalls(t, out.Bytes())
	if len(calls) != 1 || calls[0].Outcome != cti.OutcomeAnswered || len(calls[0].Talk) != 1 || calls[0].Talk[0].Seconds < 3 {
		t.Errorf("got %+v, want one answered call with a talk of 4 s so far", calls)
	}
}

func TestReplayConfiguration(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "callcard.yaml")
	text := "phone: {region: DE, internal: 3-4}\npbx:\n- id: berlin\n  ami: {address: '127.0.0.1:5038', username: u, secret: s}\n  trunks: [PJSIP/1001]\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	opts, err := replayOptionsFrom(file)
	if err != nil {
		t.Fatal(err)
	}
	want := replayOptions{Region: "DE", Internal: "3-4", Translator: asterisk.TranslatorOptions{
		PBX: "berlin", Variables: trackedVariables(config.PBX{}), Naming: asterisk.NamingOptions{Trunks: []string{"PJSIP/1001"}, Internal: "[0-9]{3,4}"},
	}}
	if diff := cmp.Diff(want, opts); diff != "" {
		t.Error(diff)
	}
	if _, err := replayOptionsFrom(file + ".missing"); err == nil {
		t.Error("a missing file is no error")
	}
}
