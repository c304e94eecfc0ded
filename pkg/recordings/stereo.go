package recordings

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"callcard/pkg/cti"
)

// Beside "x.wav" the dialplan may let MixMonitor write each side into a file of its own
// (its options r and t): "x-client.wav" and "x-agent.wav". The names say whose voice it
// is, for on the channel of an agent who calls out r and t are the other way round.
// Asterisk keeps the two in step by silence (app_mixmonitor.c, option n turns that off).
const (
	clientSide = "-client"
	agentSide  = "-agent"
)

func sides() []string { return []string{clientSide, agentSide} }

// sideOf is the name of one side's file.
func sideOf(name, side string) string {
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + side + ext
}

// wholeOf is the name of the file that one side's file belongs to.
func wholeOf(name string) (whole, side string, ok bool) {
	ext := path.Ext(name)
	for _, side := range sides() {
		if base, ok := strings.CutSuffix(strings.TrimSuffix(name, ext), side); ok && path.Base(base) != "/" && path.Base(base) != "." {
			return base + ext, side, true
		}
	}
	return name, "", false
}

// voice is one side's open file.
type voice struct {
	f     *os.File
	info  fs.FileInfo
	found finding
}

// pair is a client's and an agent's voice, left and right.
type pair [2]voice

func (p pair) Close() {
	for _, v := range p {
		if v.f != nil {
			_ = v.f.Close() // only read
		}
	}
}

func (p pair) size() (n int64) {
	for _, v := range p {
		if v.info != nil {
			n += v.info.Size()
		}
	}
	return n
}

// voicesOf are both sides of a recording; none when it is a side itself.
func voicesOf(rec cti.Recording) (parts []cti.Recording) {
	if _, _, one := wholeOf(rec.Source); one {
		return nil
	}
	for _, side := range sides() {
		of := rec
		of.ID, of.Source = rec.ID+side, sideOf(rec.Source, side)
		parts = append(parts, of)
	}
	return parts
}

// bothVoices opens both sides of a recording; ok is false when it has not both.
func (s *Service) bothVoices(ctx context.Context, rec cti.Recording) (p pair, ok bool) {
	voices := voicesOf(rec)
	return s.bothFetched(ctx, voices, s.here(voices))
}

// bothFetched fetches what of both sides is not here.
func (s *Service) bothFetched(ctx context.Context, voices []cti.Recording, here []opened) (p pair, ok bool) {
	for i, rec := range voices {
		side, err := s.orFetched(ctx, rec, here[i])
		if err != nil {
			p.Close()
			closeAll(here[i:])
			return pair{}, false
		}
		p[i] = voice{f: side.f, info: side.info}
	}
	return p, len(voices) == len(p)
}

// inspect looks at both files as inspect does at one.
func (p *pair) inspect(j *job, growing, final bool) (wait bool) {
	for i := range p {
		v := &p[i]
		v.found = inspect(v.f, v.info, j, growing, final)
		wait = wait || v.found.wait
	}
	return wait
}

// fault says why the voices cannot be merged, "" when they can. A side that says
// nothing is silence.
func (p pair) fault() string {
	client, agent := p[0].found, p[1].found
	switch {
	case client.empty && agent.empty:
		return "both sides are empty"
	case !client.empty && !agent.empty && (client.head.samples != agent.head.samples || client.head.byteRate != agent.head.byteRate):
		return "the two sides are of different formats"
	case p.head().samples != samples{format: 1, channels: 1, bits: 16}:
		return "the two sides are not WAV of 16 bits"
	}
	return ""
}

// head is that of a side with sound.
func (p pair) head() wav {
	if p[0].found.empty {
		return p[1].found.head
	}
	return p[0].found.head
}

const (
	stereoHead = 44
	sample     = 2 // bytes
)

// merge writes one WAVE file of both voices; the shorter one ends in silence.
func (p pair) merge(dst io.Writer) (bytes int64, err error) {
	frames := max(p[0].frames(), p[1].frames())
	if frames*2*sample > 1<<32-stereoHead-1 {
		return 0, errors.New("merge: longer than a WAVE file may be")
	}
	out := bufio.NewWriterSize(dst, 64<<10)
	_, _ = out.Write(stereoHeader(frames, p.head().byteRate)) // a bufio.Writer keeps its first error
	left, right := p[0].sound(), p[1].sound()
	var frame [2 * sample]byte
	for range frames {
		for i, from := range []io.Reader{left, right} {
			side := frame[i*sample : (i+1)*sample]
			if _, err := io.ReadFull(from, side); err != nil {
				clear(side)
				if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
					return 0, fmt.Errorf("merge: %w", err)
				}
			}
		}
		_, _ = out.Write(frame[:])
	}
	if err := out.Flush(); err != nil {
		return 0, fmt.Errorf("merge: %w", err)
	}
	return stereoHead + frames*2*sample, nil
}

func (v voice) length() int64 {
	if v.found.empty {
		return 0
	}
	rest := v.info.Size() - v.found.head.data
	if v.found.head.length > 0 {
		rest = min(rest, v.found.head.length)
	}
	return max(rest, 0)
}

func (v voice) frames() int64 { return v.length() / sample }

func (v voice) sound() io.Reader {
	return bufio.NewReaderSize(io.NewSectionReader(v.f, v.found.head.data, v.frames()*sample), 64<<10)
}

// stereoHeader is the canonical WAVE header of two channels of 16 bits, of which one has mono bytes a second.
func stereoHeader(frames, mono int64) []byte {
	data := uint32(frames * 2 * sample) //nolint:gosec // merge has checked it
	rate := uint32(mono / sample)       //nolint:gosec // it came from 32 bits
	head := append(make([]byte, 0, stereoHead), "RIFF"...)
	head = binary.LittleEndian.AppendUint32(head, data+stereoHead-8)
	head = append(head, "WAVEfmt "...)
	head = binary.LittleEndian.AppendUint32(head, 16)
	for _, n := range []uint16{1, 2} { // PCM, channels
		head = binary.LittleEndian.AppendUint16(head, n)
	}
	head = binary.LittleEndian.AppendUint32(head, rate)
	head = binary.LittleEndian.AppendUint32(head, rate*2*sample)
	for _, n := range []uint16{2 * sample, 8 * sample} { // bytes of a frame, bits
		head = binary.LittleEndian.AppendUint16(head, n)
	}
	return binary.LittleEndian.AppendUint32(append(head, "data"...), data)
}
