package recordings

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"callcard/pkg/cti"
)

// material is what there is of a recording: the PBX's mixed file, both voices apart, or all three.
type material struct {
	f      *os.File // nil where the PBX keeps the voices only
	info   fs.FileInfo
	voices pair
	paired bool
}

// find opens what there is of a recording.
func (s *Service) find(ctx context.Context, rec cti.Recording) (m material, err error) {
	voices := voicesOf(rec)
	here := s.here(append([]cti.Recording{rec}, voices...))
	whole, err := s.orFetched(ctx, rec, here[0])
	var unavailable *cti.UnavailableError
	if errors.Is(err, errRefused) || errors.As(err, &unavailable) {
		closeAll(here)
		return m, err
	}
	m.f, m.info = whole.f, whole.info
	if m.voices, m.paired = s.bothFetched(ctx, voices, here[1:]); m.paired {
		err = nil
	}
	return m, err
}

func (m material) Close() {
	if m.f != nil {
		_ = m.f.Close() // only read
	}
	m.voices.Close()
}

func (m material) size() int64 {
	n := m.voices.size()
	if m.info != nil {
		n += m.info.Size()
	}
	return n
}

// inspect prefers the voices: where they cannot be merged, the mixed file is taken.
func (m *material) inspect(j *job, growing, final bool) (v finding) {
	if m.f != nil {
		v = inspect(m.f, m.info, j, growing, final)
	}
	if !m.paired {
		return v
	}
	wait := m.voices.inspect(j, growing, final)
	client, agent := m.voices[0].found, m.voices[1].found
	why := m.voices.fault()
	switch {
	case wait:
		v.wait = true
	case why == "":
		return finding{wait: v.wait, stereo: true, seconds: max(client.seconds, agent.seconds), repair: client.repair || agent.repair, odd: client.odd || agent.odd}
	case m.f == nil:
		v.empty, v.lost = client.empty && agent.empty, why
	default:
		v.note = "not in stereo: " + why
	}
	return v
}

// write brings the sound into a file and returns its length.
func (m material) write(dst *os.File, found finding) (int64, error) {
	if found.stereo {
		return m.voices.merge(dst)
	}
	size := m.info.Size()
	n, err := io.Copy(dst, io.NewSectionReader(m.f, 0, size))
	if err == nil && n != size {
		err = &shrunkError{size, n}
	}
	if err == nil && found.repair {
		err = found.head.repair(dst, size)
	}
	return size, err
}

func (m material) extension(rec cti.Recording, found finding) string {
	if found.stereo {
		return ".wav"
	}
	return extension(m.f.Name(), rec.Source)
}

// sum is the checksum of the mixed file as the PBX has it: who sends it again, sends this.
func (m material) sum(kept string, found finding) (string, error) {
	if m.f == nil || !found.stereo && !found.repair {
		return kept, nil
	}
	return sumOf(io.NewSectionReader(m.f, 0, m.info.Size()))
}
