package recordings

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	goaudio "github.com/go-audio/wav"
)

// header is what Asterisk writes for 8 kHz, 16 bit, mono (formats/format_wav.c).
func header(data uint32) []byte {
	var b bytes.Buffer
	riff := uint32(0)
	if data > 0 {
		riff = data + 36
	}
	for _, part := range []any{
		[]byte("RIFF"), riff, []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1), uint32(8000), uint32(16000), uint16(2), uint16(16),
		[]byte("data"), data,
	} {
		_ = binary.Write(&b, binary.LittleEndian, part) // a buffer takes all
	}
	return b.Bytes()
}

func sound(seconds int) []byte { return bytes.Repeat([]byte{1, 2}, 8000*seconds) }

// gsm is the header of ".WAV" (formats/format_wav_gsm.c): 60 bytes, 1625 bytes a second.
func gsm(data uint32) []byte {
	var b bytes.Buffer
	for _, part := range []any{
		[]byte("RIFF"), data + 52, []byte("WAVEfmt "), uint32(20), uint16(49), uint16(1), uint32(8000), uint32(1625), uint16(65), uint16(0),
		uint16(2), uint16(320), []byte("fact"), uint32(4), uint32(0), []byte("data"), data,
	} {
		_ = binary.Write(&b, binary.LittleEndian, part)
	}
	return b.Bytes()
}

func TestReadWAV(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		file     []byte
		ok       bool
		complete bool
		empty    bool
		seconds  float64
	}{
		{"complete", append(header(32000), sound(2)...), true, true, false, 2},
		{"padded to an even length", append(header(31999), sound(2)...), true, true, false, 2},
		{"GSM", append(gsm(1625*3), make([]byte, 1625*3)...), true, true, false, 3},
		{"being written", append(header(0), sound(2)...), true, false, false, 2},
		{"just begun, or closed without a sound", header(0), true, false, true, 0},
		{"longer than it says", append(header(16000), sound(2)...), true, false, false, 2},
		{"shorter than it says", append(header(64000), sound(2)...), true, false, false, 2},
		{"half a header", header(0)[:30], false, false, false, 0},
		{"nothing", nil, false, false, false, 0},
		{"something else", []byte("RIFF....AVI LIST................................"), false, false, false, 0},
		{"no rate", append([]byte("RIFF\x00\x00\x00\x00WAVEdata\x02\x00\x00\x00"), 1, 2), false, false, false, 0},
	} {
		size := int64(len(test.file))
		w, ok := readWAV(bytes.NewReader(test.file), size)
		if ok != test.ok {
			t.Errorf("%s: ok %v, want %v", test.name, ok, test.ok)
		}
		if !ok {
			continue
		}
		if w.complete(size) != test.complete || w.empty(size) != test.empty || w.seconds(size-w.data) != test.seconds {
			t.Errorf("%s: complete %v, empty %v, %v s", test.name, w.complete(size), w.empty(size), w.seconds(size-w.data))
		}
	}
}

// TestRepairedFilePlays asks another implementation.
func TestRepairedFilePlays(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.wav")
	write(t, path, string(append(header(0), sound(3)...)))
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	size := int64(44 + 48000)
	w, ok := readWAV(f, size)
	if !ok {
		t.Fatal("no WAVE file")
	}
	if err := w.repair(f, size); err != nil {
		t.Fatal(err)
	}
	decoder := goaudio.NewDecoder(f)
	length, err := decoder.Duration()
	if err != nil || length.Seconds() < 2.99 || length.Seconds() > 3.01 {
		t.Errorf("duration %v, err %v; want 3 s", length, err)
	}
	if again, _ := readWAV(f, size); !again.complete(size) {
		t.Error("still not complete")
	}
}

func FuzzReadWAV(f *testing.F) {
	f.Add(append(header(4), 1, 2, 3, 4))
	f.Add(gsm(0))
	f.Add([]byte("RIFF\xff\xff\xff\xffWAVEfmt \xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, file []byte) {
		size := int64(len(file))
		w, ok := readWAV(bytes.NewReader(file), size)
		if ok && (w.data > size || w.byteRate <= 0 || w.seconds(size-w.data) < 0) {
			t.Errorf("%+v of %d bytes", w, size)
		}
	})
}
