package calls

import (
	"bufio"
	"maps"
	"os"
	"strings"
	"testing"

	"callcard/pkg/cti"
)

// TestWhoEndedTheTalk: the last word of each call of the scenario, also when it came after
// the talk was told as ended.
func TestWhoEndedTheTalk(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/scenarios/queue_short_talk.txt")
	if err != nil {
		t.Fatal(err)
	}
	table, _, _ := strings.Cut(string(text), "\n---\n")
	s, got := newScript(t), map[string]string{}
	player := NewPlayer(Options{Epoch: "test", UserOf: func(string, cti.Device) cti.UserID { return "" }})
	note := func(events []cti.CallEvent) {
		for _, e := range events {
			if e.Kind == cti.CallFinished {
				got[e.Call.Client.Number] = e.Call.Talks[0].EndedBy
			}
		}
	}
	for lines := bufio.NewScanner(strings.NewReader(table)); lines.Scan(); {
		if line, _, _ := strings.Cut(lines.Text(), "#"); strings.TrimSpace(line) != "" {
			if event := s.event(strings.Fields(line)); event != nil {
				note(player.Play(event))
			}
		}
	}
	note(player.Settle())
	want := map[string]string{
		"+79161234567": "agent", "+79161234568": "agent", "+79161234561": "agent", // as they left the bridge
		"+79161234569": "agent", "+79161234560": "agent", // by the queue's word
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}
