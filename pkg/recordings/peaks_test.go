package recordings

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"testing"

	"callcard/pkg/cti"
)

// waveFile is a WAVE file of a format; samples follow as they are.
func waveFile(format, channels, bits uint16, samples []byte) []byte {
	var b bytes.Buffer
	frame := channels * bits / 8
	for _, part := range []any{
		[]byte("RIFF"), uint32(len(samples) + 36), []byte("WAVEfmt "), uint32(16), format, channels, uint32(8000), uint32(8000) * uint32(frame),
		frame, bits, []byte("data"), uint32(len(samples)), samples,
	} {
		_ = binary.Write(&b, binary.LittleEndian, part)
	}
	return b.Bytes()
}

// The loudest of each of two halves, by hand.
func TestPeaks(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		file     []byte
		ext      string
		peaks    []int
		channels [][]int
	}{
		"16 bits":       {waveFile(1, 1, 16, []byte{0, 0x40, 0, 0x80}), ".wav", []int{50, 100}, nil},  // 16384, −32768
		"8 bits":        {waveFile(1, 1, 8, []byte{128, 64, 255}), ".wav", []int{0, 50, 99}, nil},     // 0, −64, 127 of 128
		"µ-law":         {waveFile(7, 1, 8, []byte{0xFF, 0x00, 0x80}), ".wav", []int{0, 98, 98}, nil}, // 0, −32124, 32124
		"A-law":         {waveFile(6, 1, 8, []byte{0xD5, 0xAA, 0x2A}), ".wav", []int{0, 98, 98}, nil}, // 8, 32256, −32256
		"µ-law, bare":   {[]byte{0xFF, 0x80}, ".ulaw", []int{0, 98}, nil},                             //
		"two channels":  {waveFile(1, 2, 16, []byte{0, 0x40, 0, 0, 0, 0, 0, 0x20}), ".wav", []int{50, 25}, [][]int{{50, 0}, {0, 25}}},
		"an odd ending": {waveFile(1, 1, 16, []byte{0, 0x40, 7}), ".wav", []int{50}, nil},
		"no sound":      {waveFile(1, 1, 16, nil), ".wav", []int{}, nil},
	} {
		p, err := peaks(bytes.NewReader(test.file), int64(len(test.file)), test.ext)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		equal(t, name, test.peaks, p.Peaks)
		equal(t, name+", by channel", test.channels, p.Channels)
	}
	_, err := peaks(bytes.NewReader([]byte("ID3 an mp3")), 10, ".mp3")
	if !errors.Is(err, cti.ErrNotFound) {
		t.Errorf("an mp3: got %v, want not found", err)
	}
}

func TestPeaksOfALongSound(t *testing.T) {
	t.Parallel()
	samples := make([]byte, 2*8000*60)
	for i := range 8000 * 60 { // a minute that grows from silence to half of what there is
		binary.LittleEndian.PutUint16(samples[2*i:], uint16(i*16384/(8000*60)))
	}
	file := waveFile(1, 1, 16, samples)
	p, err := peaks(bytes.NewReader(file), int64(len(file)), ".wav")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "points, seconds, first, last", []any{800, 60.0, 0, 50}, []any{len(p.Peaks), math.Round(p.Seconds), p.Peaks[0], p.Peaks[799]})
	equal(t, "the middle", 25, p.Peaks[399])
}

func FuzzPeaks(f *testing.F) {
	f.Add(waveFile(1, 2, 16, []byte{1, 2, 3, 4}), ".wav")
	f.Add(waveFile(7, 1, 8, []byte{1, 2, 3, 4}), ".ulaw")
	f.Fuzz(func(t *testing.T, file []byte, ext string) {
		p, err := peaks(bytes.NewReader(file), int64(len(file)), ext)
		for _, v := range p.Peaks {
			if v < 0 || v > 100 || err != nil {
				t.Fatalf("peak %d, %v", v, err)
			}
		}
	})
}
