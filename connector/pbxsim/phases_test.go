package pbxsim

import (
	"strings"
	"testing"
)

// TestBlocks shows where each recording is cut: only between its blocks does
// time pass in a performance, so each ring and each talk must be such a place.
func TestBlocks(t *testing.T) {
	scripts, err := Scripts()
	if err != nil {
		t.Fatal(err)
	}
	names := map[Phase]string{PhaseSetup: "setup", PhaseWaiting: "waiting", PhaseRinging: "ringing", PhaseTalking: "talking", PhaseOver: "over"}
	want := map[string]string{
		"answered":        "setup ringing talking over",
		"abandoned":       "setup ringing over",
		"rona":            "setup ringing waiting ringing talking over",
		"ringall":         "ringing talking over",
		"direct_noanswer": "ringing over",
		"direct_answered": "ringing talking over",
		"after_hours":     "setup setup over",
		"blind":           "setup ringing talking ringing talking over",
		"attended_late":   "setup ringing talking ringing talking talking over",
		"outbound":        "ringing ringing talking over",
		"internal":        "ringing talking over",
	}
	for name, s := range scripts {
		var got []string
		for _, b := range s.blocks {
			got = append(got, names[b.phase])
		}
		if line := strings.Join(got, " "); line != want[name] {
			t.Errorf("%s is cut into %s, want %s", name, line, want[name])
			for i, b := range s.blocks {
				t.Logf("block %d: after %v, %d events from %s on", i, b.pause, len(b.steps), b.steps[0].event)
			}
		}
	}
}
