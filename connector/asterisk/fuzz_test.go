package asterisk

import (
	"bytes"
	"os"
	"testing"

	"callcard/pkg/cti"
)

// Whatever the bytes, translating neither panics nor yields a leg without an id.
func FuzzReplay(f *testing.F) {
	for _, file := range recordings(f)[:4] {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data[:min(len(data), 6000)])
	}
	f.Add([]byte("Event: CoreShowChannel\nChannel: Local/;1\nUniqueid: 1\nLinkedid: 1\nDuration: 99:99:99:99\n\nEvent: CoreShowChannelsComplete\n\nEvent: QueueStatusComplete\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for event, err := range Replay(bytes.NewReader(data), translator(t)) {
			switch e := event.(type) {
			case nil:
				if err == nil {
					t.Fatal("neither event nor error")
				}
			case cti.LegCreated:
				mustName(t, e.Leg)
			case cti.BridgeEntered:
				mustName(t, e.Leg)
			case cti.Snapshot:
				for _, leg := range e.Legs {
					mustName(t, leg)
				}
			}
		}
	})
}

func mustName(t *testing.T, leg cti.Leg) {
	t.Helper()
	if leg.ID.IsZero() || leg.Linkedid == "" || leg.Name == "" {
		t.Fatalf("leg without a name: %+v", leg)
	}
}
