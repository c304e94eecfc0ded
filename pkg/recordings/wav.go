package recordings

import (
	"encoding/binary"
	"io"
	"strings"
)

// wav is what the header of a RIFF WAVE file says. Asterisk writes the sizes as 0
// and fills them in when it closes the file (formats/format_wav.c, update_header),
// so they tell whether the file is complete.
type wav struct {
	data     int64 // offset of the sound
	length   int64 // of the sound as the header has it, 0 while the file is open
	sizeAt   int64 // where length is written
	byteRate int64
	samples
}

// samples is how the samples are written.
type samples struct {
	format   uint16 // 1 PCM, 6 A-law, 7 µ-law (RFC 2361)
	channels int
	bits     int
}

// readWAV looks for the chunks "fmt " and "data". ok is false when it is no WAVE file, or not yet.
func readWAV(r io.ReaderAt, size int64) (w wav, ok bool) {
	var head [12]byte
	if _, err := r.ReadAt(head[:], 0); err != nil || string(head[:4]) != "RIFF" || string(head[8:]) != "WAVE" {
		return w, false
	}
	const chunkHead, most = 8, 32
	at := int64(len(head))
	for range most {
		var chunk [chunkHead]byte
		if _, err := r.ReadAt(chunk[:], at); err != nil {
			return w, false
		}
		length := int64(binary.LittleEndian.Uint32(chunk[4:]))
		if string(chunk[:4]) == "data" {
			w.data, w.length, w.sizeAt = at+chunkHead, length, at+4
			return w, w.byteRate > 0
		}
		if string(chunk[:4]) == "fmt " {
			w.byteRate, w.samples = format(r, at+chunkHead)
		}
		at += chunkHead + length + length&1
		if at >= size {
			return w, false
		}
	}
	return w, false
}

// extensible hides the format in the first bytes of a GUID (WAVEFORMATEXTENSIBLE).
const extensible = 0xFFFE

func format(r io.ReaderAt, at int64) (byteRate int64, s samples) {
	var b [16]byte
	if _, err := r.ReadAt(b[:], at); err != nil { // format, channels, samples/s, bytes/s, bytes of a frame, bits
		return 0, s
	}
	s = samples{
		format: binary.LittleEndian.Uint16(b[:]), channels: int(binary.LittleEndian.Uint16(b[2:])),
		bits: int(binary.LittleEndian.Uint16(b[14:])),
	}
	var guid [2]byte
	if _, err := r.ReadAt(guid[:], at+24); err == nil && s.format == extensible {
		s.format = binary.LittleEndian.Uint16(guid[:])
	}
	return int64(binary.LittleEndian.Uint32(b[8:])), s
}

// complete: the sizes are filled in and agree with the file, give or take the byte that pads to an even length.
func (w wav) complete(size int64) bool {
	rest := size - w.data
	return w.length > 0 && (rest == w.length || rest == w.length+1 || rest+1 == w.length)
}

// empty: a header and nothing after it.
func (w wav) empty(size int64) bool { return w.length == 0 && size <= w.data }

func (w wav) seconds(bytes int64) float64 { return float64(bytes) / float64(w.byteRate) }

// repair writes the sizes that a PBX which died has left at 0.
func (w wav) repair(f io.WriterAt, size int64) error {
	var b [4]byte
	binary.LittleEndian.PutUint32(b[:], uint32(size-w.data)) //nolint:gosec // a WAVE file ends at 4 GB
	if _, err := f.WriteAt(b[:], w.sizeAt); err != nil {
		return err
	}
	binary.LittleEndian.PutUint32(b[:], uint32(size-8)) //nolint:gosec // a WAVE file ends at 4 GB
	_, err := f.WriteAt(b[:], 4)
	return err
}

// rawRate is the bytes per second of Asterisk's formats without a header, 0 for unknown ones.
func rawRate(ext string) float64 {
	switch strings.ToLower(ext) {
	case ".ulaw", ".ul", ".mu", ".pcm", ".alaw", ".al", ".g722":
		return 8000
	case ".sln", ".raw":
		return 16000
	case ".gsm":
		return 1650
	}
	return 0
}
