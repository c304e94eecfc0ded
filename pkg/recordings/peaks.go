package recordings

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"github.com/google/uuid"

	"callcard/pkg/cti"
)

// points is how many loudnesses a shape has at most, by channel.
const points = 800

// Peaks returns the shape of a stored recording: made when it was stored, or now for
// one that is older than shapes are. cti.ErrNotFound where its format has none.
func (s *Service) Peaks(ctx context.Context, r cti.Recording) (cti.Peaks, error) {
	p, err := s.opts.Store.Peaks(ctx, r.ID)
	if !errors.Is(err, cti.ErrNotFound) {
		return p, err
	}
	if p, err = s.measure(ctx, r); err != nil {
		return p, fmt.Errorf("peaks of recording %s: %w", r.ID, err)
	}
	return p, s.opts.Store.SavePeaks(ctx, r.ID, p)
}

// shapeOf measures a file on its way into the store; nil where its format has no shape.
func (s *Service) shapeOf(dir *os.Root, name, ext string) *cti.Peaks {
	f, info, err := open(dir, name)
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }() // only read
	p, err := peaks(f, info.Size(), ext)
	if err != nil {
		return nil
	}
	return &p
}

// keepShape keeps the shape of a file that was stored just now. Without it the recording
// is whole: it is made again when somebody asks.
func (s *Service) keepShape(ctx context.Context, r cti.Recording, p *cti.Peaks) {
	if p == nil {
		return
	}
	if err := s.opts.Store.SavePeaks(ctx, r.ID, *p); err != nil && ctx.Err() == nil {
		s.log.WarnContext(ctx, "cannot keep the shape of a recording", "call", r.CallID, "err", err)
	}
}

// measure reads a stored sound through a file of this machine: a vault elsewhere is asked once.
func (s *Service) measure(ctx context.Context, r cti.Recording) (cti.Peaks, error) {
	audio, err := s.Open(ctx, r)
	if err != nil {
		return cti.Peaks{}, err
	}
	defer func() { _ = audio.Close() }() // only read
	f, ok := audio.ReadSeekCloser.(*os.File)
	if !ok {
		if f, err = s.nameless(audio); err != nil {
			return cti.Peaks{}, err
		}
		defer func() { _ = f.Close() }() // only read
	}
	info, err := f.Stat()
	if err != nil {
		return cti.Peaks{}, err
	}
	return peaks(f, info.Size(), path.Ext(r.File))
}

// nameless copies into a file without a name, which is gone when it is closed.
func (s *Service) nameless(from io.Reader) (*os.File, error) {
	dir, err := os.OpenRoot(s.opts.Dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = dir.Close() }() // only opened
	name := path.Join(temporary, uuid.NewString())
	f, err := dir.Create(name)
	if err != nil {
		return nil, err
	}
	_ = dir.Remove(name)
	if _, err := io.Copy(f, from); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// peaks reads a whole sound once.
func peaks(f io.ReaderAt, size int64, ext string) (cti.Peaks, error) {
	from, length, snd, rate := int64(0), size, raw(ext), rawRate(ext)
	if head, ok := readWAV(f, size); ok {
		from, snd, rate = head.data, head.samples, float64(head.byteRate)
		if length = size - from; head.length > 0 {
			length = min(length, head.length)
		}
	}
	read, width := snd.sample()
	if read == nil || snd.channels < 1 || snd.channels > 2 || rate <= 0 {
		return cti.Peaks{}, fmt.Errorf("no shape is made of this format: %w", cti.ErrNotFound)
	}
	frame := int64(width * snd.channels)
	frames := length / frame
	n := min(points, frames)
	loudest := make([][]int, snd.channels)
	for c := range loudest {
		loudest[c] = make([]int, n)
	}
	in := bufio.NewReaderSize(io.NewSectionReader(f, from, frames*frame), 64<<10)
	var b [4]byte
	for i := range frames {
		if _, err := io.ReadFull(in, b[:frame]); err != nil {
			return cti.Peaks{}, fmt.Errorf("read sound: %w", err)
		}
		for c := range loudest {
			at := &loudest[c][i*n/frames]
			*at = max(*at, abs(read(b[c*width:])))
		}
	}
	return scaled(loudest, float64(length)/rate), nil
}

// scaled makes loudnesses of 0 to 100 of samples of 16 bits.
func scaled(loudest [][]int, seconds float64) cti.Peaks {
	const full = 32768
	p := cti.Peaks{Seconds: seconds, Peaks: make([]int, len(loudest[0]))}
	for _, channel := range loudest {
		for i, v := range channel {
			channel[i] = (v*100 + full/2) / full
			p.Peaks[i] = max(p.Peaks[i], channel[i])
		}
	}
	if len(loudest) > 1 {
		p.Channels = loudest
	}
	return p
}

// raw is how Asterisk's formats without a header are written.
func raw(ext string) samples {
	switch strings.ToLower(ext) {
	case ".ulaw", ".ul", ".mu", ".pcm":
		return samples{format: 7, channels: 1, bits: 8}
	case ".alaw", ".al":
		return samples{format: 6, channels: 1, bits: 8}
	case ".sln", ".raw":
		return samples{format: 1, channels: 1, bits: 16}
	}
	return samples{}
}

// sample reads one sample as 16 bits; nil for a format that is not read.
func (s samples) sample() (read func(b []byte) int, width int) {
	switch {
	case s.format == 1 && s.bits == 16:
		return func(b []byte) int { return int(int16(binary.LittleEndian.Uint16(b))) }, 2 //nolint:gosec // the bits are those of an int16
	case s.format == 1 && s.bits == 8: // without a sign, silence is 128
		return func(b []byte) int { return (int(b[0]) - 128) << 8 }, 1
	case s.format == 6 && s.bits == 8:
		return func(b []byte) int { return alaw(b[0]) }, 1
	case s.format == 7 && s.bits == 8:
		return func(b []byte) int { return ulaw(b[0]) }, 1
	}
	return nil, 0
}

// ulaw goes by ITU-T G.711, table 2, scaled from 14 to 16 bits.
func ulaw(b byte) int {
	const bias = 0x84
	b = ^b
	v := (int(b&0x0F)<<3+bias)<<(b>>4&7) - bias
	if b&0x80 != 0 {
		return -v
	}
	return v
}

// alaw goes by ITU-T G.711, table 1, scaled from 13 to 16 bits.
func alaw(b byte) int {
	b ^= 0x55
	v := int(b&0x0F)<<4 + 8
	if exponent := b >> 4 & 7; exponent > 0 {
		v = (v + 0x100) << (exponent - 1)
	}
	if b&0x80 == 0 {
		return -v
	}
	return v
}

func abs(v int) int {
	if v < 0 {
		return -v
	}
	return v
}
