package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"callcard/connector/asterisk"
)

// TestSecondsAgreeWithAsterisk holds waits and talks against what Asterisk says of
// the same call: HoldTime and TalkTime of AgentComplete, in whole seconds
// (apps/app_queue.c). The text is read here without our own reader. Taken are the
// recordings in which both sides mean the same: one call, one agent, one talk to its
// end, no hold.
func TestSecondsAgreeWithAsterisk(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../connector/asterisk/testdata/*/*.ami")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		talked, waited, ok := witness(string(data))
		calls := replayedCalls(t, data)
		if !ok || len(calls) != 1 || len(calls[0].Talk) != 1 || len(calls[0].Visits) != 1 {
			continue
		}
		checked++
		if got := calls[0].Talk[0].Seconds; math.Abs(got-talked) > 1.1 {
			t.Errorf("%s: talk of %.1f s, Asterisk says %.0f", file, got, talked)
		}
		if got := calls[0].Visits[0].Wait; math.Abs(got-waited) > 1.1 {
			t.Errorf("%s: wait of %.1f s, Asterisk says %.0f", file, got, waited)
		}
	}
	t.Logf("%d of %d recordings could be compared", checked, len(files))
	if checked < 20 {
		t.Errorf("only %d recordings could be compared", checked)
	}
}

// witness finds the only AgentComplete of a recording; ok is false when there is
// none or another, a hold, or a transfer.
func witness(text string) (talked, waited float64, ok bool) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	for _, other := range []string{"\nEvent: Hold\n", "\nEvent: BlindTransfer\n", "\nEvent: AttendedTransfer\n", "\nEvent: ParkedCall\n", "\nEvent: Pickup\n"} {
		if strings.Contains(text, other) {
			return 0, 0, false
		}
	}
	_, rest, found := strings.Cut(text, "\nEvent: AgentComplete\n")
	if !found || strings.Contains(rest, "\nEvent: AgentComplete\n") {
		return 0, 0, false
	}
	message, _, _ := strings.Cut(rest, "\n\n")
	for line := range strings.Lines(message) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch name {
		case "TalkTime":
			talked, _ = strconv.ParseFloat(value, 64)
		case "HoldTime":
			waited, _ = strconv.ParseFloat(value, 64)
		}
	}
	return talked, waited, true
}

type replayedCall struct {
	Kind, Direction string

	Talk []struct {
		Agent   string
		Seconds float64
	}
	Visits []struct {
		Queue string
		Wait  float64 `json:"wait_seconds"`
	}
}

func replayedCalls(t *testing.T, data []byte) []replayedCall {
	t.Helper()
	var out bytes.Buffer
	opts := replayOptions{Translator: asterisk.TranslatorOptions{PBX: "main"}}
	// A recording may end in the middle; what came before still counts.
	_ = replay(context.Background(), bytes.NewReader(data), &out, opts)
	var calls []replayedCall
	lines := bufio.NewScanner(&out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c replayedCall
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		if c.Kind == "call" {
			calls = append(calls, c)
		}
	}
	return calls
}
