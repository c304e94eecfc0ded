package asterisk

import (
	"fmt"
	"testing"
	"time"

	"callcard/pkg/cti"
)

// TestClockDatesByTheFastestWay tells events of a PBX whose clock is 100 s behind ours.
func TestClockDatesByTheFastestWay(t *testing.T) {
	t.Parallel()
	type step struct {
		happened, arrived int // ms on the PBX's clock and on ours, after 1,000 s
		want              int // ms on ours
	}
	for name, steps := range map[string][]step{
		"no delay":         {{0, 100_000, 100_000}, {1000, 101_000, 101_000}},
		"a delayed one":    {{0, 100_001, 100_001}, {1000, 101_500, 101_001}, {2000, 102_001, 102_001}},
		"a quicker way":    {{0, 100_300, 100_300}, {1000, 101_000, 101_000}, {2000, 102_300, 102_000}},
		"clock set back":   {{0, 100_000, 100_000}, {-60_000, 101_000, 101_000}, {-59_000, 102_000, 102_000}},
		"clock set ahead":  {{0, 100_000, 100_000}, {60_000, 101_000, 101_000}, {61_000, 102_400, 102_000}},
		"it drifts slower": {{0, 100_000, 100_000}, {61_000, 161_040, 161_000}, {122_050, 222_090, 222_090}},
	} {
		var c eventClock
		for i, s := range steps {
			m := message(t, fmt.Sprintf("Event: Hangup\nTimestamp: %.6f\n", 1000+float64(s.happened)/1000))
			m.At = time.Unix(1000, 0).Add(time.Duration(s.arrived) * time.Millisecond)
			if got := c.date(m).Sub(time.Unix(1000, 0)).Milliseconds(); got != int64(s.want) {
				t.Errorf("%s: event %d is dated %d ms, want %d", name, i, got, s.want)
			}
		}
	}
}

func TestClockWithoutTimestamp(t *testing.T) {
	t.Parallel()
	arrived := time.Unix(1000, 0)
	for _, text := range []string{"", "yesterday", "1000", "1000.5", "1000.-00001", "x.000001"} {
		m := message(t, "Event: Hangup\nTimestamp: "+text+"\n")
		m.At = arrived
		var c eventClock
		if got := c.date(m); !got.Equal(arrived) {
			t.Errorf("Timestamp %q: dated %v, want the arrival", text, got)
		}
	}
}

// Member events tell since when he pauses by the PBX's clock, which is an hour ahead here.
func TestClockTellsMomentsOfAMember(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ stamp, pause, want string }{
		"an hour ahead":    {"4600.300000", "4590", "990"},
		"100 s behind":     {"900.300000", "890", "990"},
		"nearly the same":  {"1003.000000", "1001", "1001"},
		"no timestamps":    {"", "4590", "4590"},
		"has never paused": {"4600.300000", "0", ""},
	} {
		tr, err := NewTranslator(TranslatorOptions{PBX: "main"})
		if err != nil {
			t.Fatal(err)
		}
		m := message(t, "Event: QueueMemberPause\nTimestamp: "+tt.stamp+"\nQueue: support\nInterface: PJSIP/1001\nPaused: 1\nLastPause: "+tt.pause+"\n")
		m.At = time.Unix(1000, 350e6)
		event, err := tr.Translate(m)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if at := event.(cti.MemberChanged).Member.LastPause; !at.IsZero() {
			got = fmt.Sprint(at.Unix())
		}
		if got != tt.want {
			t.Errorf("%s: paused since %s, want %s", name, got, tt.want)
		}
	}
}
