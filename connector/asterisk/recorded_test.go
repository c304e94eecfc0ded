package asterisk

import (
	"os"
	"path/filepath"
	"testing"

	"callcard/connector/ami"
	"callcard/pkg/cti"
)

// recordings are all conversations recorded from real PBXes.
func recordings(tb testing.TB) []string {
	tb.Helper()
	files, err := filepath.Glob("testdata/*/*.ami")
	if err != nil || len(files) == 0 {
		tb.Fatalf("no recordings: %v", err)
	}
	return files
}

// Everything that a real Asterisk 16 or 22 says is known and complete.
func TestRecordingsAreUnderstood(t *testing.T) {
	t.Parallel()
	for _, file := range recordings(t) {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			data, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = data.Close() }()
			rec, tr := ami.NewRecording(data, ami.Limits{}), translator(t)
			for m, err := rec.Next(); err == nil; m, err = rec.Next() {
				if m.Event() == "" {
					continue
				}
				if _, err := tr.Translate(m); err != nil {
					t.Errorf("%v: %v", m, err)
				}
			}
		})
	}
}

// What a leg says of itself is the same in every recording: each leg that ends
// was created, and legs of phones and trunks have a device.
func TestReplayedLegsBeginAndEnd(t *testing.T) {
	t.Parallel()
	for _, file := range recordings(t) {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			data, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = data.Close() }()
			live := map[cti.LegID]bool{}
			for event, err := range Replay(data, translator(t)) {
				if err != nil {
					t.Fatal(err)
				}
				switch e := event.(type) {
				case cti.LegCreated:
					live[e.Leg.ID] = true
					if (e.Leg.Role == cti.RolePhone || e.Leg.Role == cti.RoleTrunk) != (e.Leg.Device != "") {
						t.Errorf("%s: role %s, device %q", e.Leg.Name, e.Leg.Role, e.Leg.Device)
					}
				case cti.LegEnded:
					if !live[e.Leg] {
						t.Errorf("%s ended and was never created", e.Leg)
					}
					delete(live, e.Leg)
				}
			}
			for leg := range live {
				if filepath.Base(file) == "killed.ami" { // the PBX died: nobody told the end
					continue
				}
				t.Errorf("%s was created and never ended", leg)
			}
		})
	}
}

func BenchmarkTranslate(b *testing.B) {
	var messages []ami.Message
	for _, file := range recordings(b) {
		data, err := os.Open(file)
		if err != nil {
			b.Fatal(err)
		}
		rec := ami.NewRecording(data, ami.Limits{})
		for m, err := rec.Next(); err == nil; m, err = rec.Next() {
			messages = append(messages, m)
		}
		_ = data.Close()
	}
	tr := translator(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		_, _ = tr.Translate(messages[i%len(messages)])
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
