package recordings

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"callcard/pkg/cti"
)

// tone is a WAVE file of one channel at 8 kHz whose samples are all v.
func tone(frames int, v int16) []byte {
	b := header(uint32(2 * frames))
	for range frames {
		b = binary.LittleEndian.AppendUint16(b, uint16(v))
	}
	return b
}

// The expected file is written down by hand, byte by byte, after the WAVE format.
func TestBothVoicesBecomeLeftAndRight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		write(t, b.file("2026/x.wav"), string(tone(3, 5)))
		write(t, b.file("2026/x-client.wav"), string(tone(3, 0x0102)))
		write(t, b.file("2026/x-agent.wav"), string(tone(2, 0x0304))) // shorter: silence follows
		b.run(t)
		defer b.stop()
		b.tell(t, cti.CallFinished, call("2026/x.wav"))
		r := b.only(t)
		want := "RIFF\x30\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00" + // 48 = 36 + 12 bytes of sound; PCM, 2 channels
			"\x40\x1f\x00\x00\x00\x7d\x00\x00\x04\x00\x10\x00data\x0c\x00\x00\x00" + // 8000 frames/s, 32000 bytes/s, 4 bytes, 16 bits
			"\x02\x01\x04\x03\x02\x01\x04\x03\x02\x01\x00\x00"
		equal(t, "file", want, string(b.play(t, r)))
		equal(t, "recording", []any{cti.RecordingStored, int64(56), 3.0 / 8000, ""}, []any{r.State, r.Bytes, r.Seconds, r.Note})
		// 0x0102 = 258 of 32768 is 0.8 %, 0x0304 = 772 is 2.4 %
		equal(t, "shape", [][]int{{1, 1, 1}, {2, 2, 0}}, b.store.peaks[r.ID].Channels)
	})
}

func TestVoicesThatDoNotFit(t *testing.T) {
	good := string(tone(8000, 100))
	other := strings.Replace(good, "\x40\x1f\x00\x00\x80\x3e\x00\x00", "\x80\x3e\x00\x00\x00\x7d\x00\x00", 1) // 16 kHz
	for name, test := range map[string]struct {
		files  map[string]string
		state  cti.RecordingState
		stereo bool
		note   string
	}{
		"the voices alone":         {map[string]string{"x-client.wav": good, "x-agent.wav": good}, cti.RecordingStored, true, ""},
		"one voice":                {map[string]string{"x.wav": good, "x-client.wav": good}, cti.RecordingStored, false, ""},
		"one voice alone":          {map[string]string{"x-client.wav": good}, cti.RecordingMissing, false, ""},
		"an empty voice":           {map[string]string{"x.wav": good, "x-client.wav": good, "x-agent.wav": string(header(0))}, cti.RecordingStored, true, ""},
		"a voice without a header": {map[string]string{"x-client.wav": "", "x-agent.wav": good}, cti.RecordingStored, true, ""},
		"nothing was said":         {map[string]string{"x-client.wav": string(header(0)), "x-agent.wav": string(header(0))}, cti.RecordingEmpty, false, ""},
		"formats that differ":      {map[string]string{"x.wav": good, "x-client.wav": good, "x-agent.wav": other}, cti.RecordingStored, false, "different formats"},
		"differ, no mixed file":    {map[string]string{"x-client.wav": good, "x-agent.wav": other}, cti.RecordingMissing, false, "different formats"},
		"no sound that is known":   {map[string]string{"x.wav": good, "x-client.wav": "abc", "x-agent.wav": "abd"}, cti.RecordingStored, false, "not WAV"},
		"left open by a crash":     {map[string]string{"x.wav": good, "x-client.wav": good, "x-agent.wav": string(header(0)) + good[44:]}, cti.RecordingStored, true, "repaired"},
		"a mixed file of nothing":  {map[string]string{"x.wav": string(header(0)), "x-client.wav": good, "x-agent.wav": good}, cti.RecordingStored, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				for name, content := range test.files {
					write(t, b.file(name), content)
				}
				b.run(t)
				defer b.stop()
				b.tell(t, cti.CallFinished, call("x.wav"))
				pass(2 * time.Minute)
				r := b.only(t)
				equal(t, "state", test.state, r.State)
				if !strings.Contains(r.Note, test.note) {
					t.Errorf("note %q, want %q", r.Note, test.note)
				}
				if r.State == cti.RecordingStored {
					equal(t, "stereo", test.stereo, len(b.store.peaks[r.ID].Channels) == 2)
				}
			})
		})
	}
}

func TestVoicesAreUploadedBeforeTheWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.run(t)
		defer b.stop()
		b.tell(t, cti.RecordingStarted, call("x.wav"))
		up := func(name string, body []byte) cti.Recording {
			t.Helper()
			r, err := b.svc.Receive(t.Context(), Upload{Leg: cti.LegID{PBX: "main", Uniqueid: "1.1"}, Name: name, Body: bytes.NewReader(body)})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		equal(t, "one", cti.RecordingExpected, up("/spool/x-client.wav", tone(8, 1)).State)
		equal(t, "two", cti.RecordingExpected, up("/spool/x-agent.wav", tone(8, 2)).State)
		r := up("/spool/x.wav", tone(8, 3))
		equal(t, "stored", []any{cti.RecordingStored, int64(44 + 32)}, []any{r.State, r.Bytes})
		for _, name := range []string{"x-client.wav", "x-agent.wav", "x.wav"} { // the sender repeats himself
			up(name, tone(8, 3))
		}
		equal(t, "still one", r, b.only(t))
		left, err := os.ReadDir(filepath.Join(b.opts.Dir, incoming))
		if len(left) > 0 || err != nil {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
}

func TestTheNightTakesVoicesForWhatTheyAre(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		leg := cti.LegID{PBX: "main", Uniqueid: "1700000000.7"}
		b.store.legs[leg] = "main:1700000000.7"
		for _, name := range []string{"1700000000.7-client.wav", "1700000000.7-agent.wav", "1700000000.7.wav"} {
			write(t, b.file(name), string(tone(8, 1)))
			at := time.Now().Add(-time.Hour)
			if err := os.Chtimes(b.file(name), at, at); err != nil {
				t.Fatal(err)
			}
		}
		b.store.end()
		b.run(t)
		defer b.stop()
		pass(3 * time.Minute)
		r := b.only(t)
		equal(t, "one recording", []any{cti.RecordingStored, int64(44 + 32)}, []any{r.State, r.Bytes})
	})
}
