package pbxsim

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"time"
)

// monitorDir is where recordings go; Asterisk's own default when none is set.
func (p *PBX) monitorDir() string {
	if p.opts.Recordings == "" {
		return "/var/spool/asterisk/monitor"
	}
	return p.opts.Recordings
}

// recordingFile is a file that MixMonitor writes: its header says zero bytes
// until the call is over.
type recordingFile struct {
	pbx  *PBX
	path string
}

const (
	wavRate   = 8000
	wavHeader = 44
	wavLimit  = 20 * time.Second // a sample, not a real talk
)

// startRecording creates the file with the header of an empty one.
func (p *PBX) startRecording(path string) *recordingFile {
	if p.opts.Recordings == "" {
		return nil
	}
	f := &recordingFile{pbx: p, path: path}
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = os.WriteFile(path, wav(nil), 0o644)
	}
	if err != nil {
		p.log.Warn("cannot write the recording", "path", path, "err", err)
		return nil
	}
	return f
}

// finish writes what was said; a call without a talk keeps the bare header.
func (f *recordingFile) finish(now, connected time.Time) {
	if f == nil || connected.IsZero() {
		return
	}
	length := min(now.Sub(connected), wavLimit)
	if err := os.WriteFile(f.path, wav(speech(length)), 0o644); err != nil {
		f.pbx.log.Warn("cannot write the recording", "path", f.path, "err", err)
	}
}

// wav puts a RIFF header before 16-bit mono samples.
func wav(samples []int16) []byte {
	size := uint32(2 * len(samples)) // twenty seconds at most
	b := make([]byte, 0, wavHeader+int(size))
	le := binary.LittleEndian
	b = append(b, "RIFF"...)
	b = le.AppendUint32(b, size+wavHeader-8)
	b = append(b, "WAVEfmt "...)
	b = le.AppendUint32(b, 16)
	b = le.AppendUint16(b, 1)
	b = le.AppendUint16(b, 1)
	b = le.AppendUint32(b, wavRate)
	b = le.AppendUint32(b, wavRate*2)
	b = le.AppendUint16(b, 2)
	b = le.AppendUint16(b, 16)
	b = append(b, "data"...)
	b = le.AppendUint32(b, size)
	for _, s := range samples {
		b = le.AppendUint16(b, uint16(s)) // two's complement is what WAV stores
	}
	return b
}

// speech is a voice-like hum: two voices take turns, syllable by syllable.
func speech(length time.Duration) []int16 {
	out := make([]int16, int(length.Seconds()*wavRate))
	for i := range out {
		t := float64(i) / wavRate
		pitch := 110.0
		if int(t/2.5)%2 == 1 {
			pitch = 190
		}
		pitch *= 1 + 0.08*math.Sin(2*math.Pi*0.7*t)
		voice := math.Sin(2*math.Pi*pitch*t) + 0.5*math.Sin(4*math.Pi*pitch*t) + 0.3*math.Sin(8*math.Pi*pitch*t)
		syllable := math.Max(0, math.Sin(2*math.Pi*3.1*t)) * (0.6 + 0.4*math.Sin(2*math.Pi*0.4*t))
		out[i] = int16(4500 * voice * syllable)
	}
	return out
}
