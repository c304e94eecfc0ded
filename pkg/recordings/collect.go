package recordings

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"callcard/pkg/cti"
)

const (
	// settle is how long a file without a length in its header must keep its size.
	settle = 3 * time.Second
	// emptyFrom is the check from which a bare header counts as final: Asterisk
	// buffers what it writes, so a short recording has a bare header until it is closed.
	emptyFrom = 3
	// fetchTimeout bounds one download.
	fetchTimeout = 2 * time.Minute
	// patience with a directory or PBX that does not answer: the night until somebody mounts it again.
	patience = 24 * time.Hour
)

// judge returns the recording as it ends up, or nil to look again later.
func (s *Service) judge(ctx context.Context, j *job) *cti.Recording {
	final := j.step >= len(checks())-1
	m, err := s.find(ctx, j.rec)
	if err != nil {
		return s.without(ctx, j, err, final)
	}
	defer m.Close()
	growing := j.grown(m.size(), time.Now())
	switch v := m.inspect(j, growing, final); {
	case v.wait:
		s.mark(ctx, j, cti.RecordingWriting)
		return nil
	case v.empty:
		rec := j.rec
		rec.State, rec.Note = cti.RecordingEmpty, "a header only"
		return &rec
	case v.lost != "":
		return missing(j.rec, errors.New(v.lost))
	default:
		rec, err := s.take(ctx, m, j.rec, v)
		s.told(ctx, j.rec, err)
		if err == nil {
			return &rec
		}
		j.rec.Tried = []string{err.Error()}
		s.mark(ctx, j, cti.RecordingComplete)
		return nil // a full disk or a store that does not answer is no reason to give the file up
	}
}

// told logs the first failure to store a file, and that it is over. The recordings
// themselves tell the rest.
func (s *Service) told(ctx context.Context, rec cti.Recording, err error) {
	if ctx.Err() != nil || s.failing.Swap(err != nil) == (err != nil) {
		return
	}
	if err != nil {
		s.log.ErrorContext(ctx, "recordings cannot be stored, trying again every minute", "call", rec.CallID, "err", err)
		return
	}
	s.log.InfoContext(ctx, "recordings are stored again")
}

// without decides about a file that could not be opened.
func (s *Service) without(ctx context.Context, j *job, err error, final bool) *cti.Recording {
	var unavailable *cti.UnavailableError
	switch {
	case ctx.Err() != nil:
		return nil
	case errors.Is(err, errRefused):
		return missing(j.rec, err)
	case errors.As(err, &unavailable) && time.Since(j.began) < patience:
		if j.step == len(checks())-1 {
			s.log.ErrorContext(ctx, "cannot reach the PBX's recordings, trying again", "pbx", j.rec.Leg.PBX, "err", err)
		}
		return nil
	case !final:
		return nil
	}
	return missing(j.rec, err)
}

// mark keeps a step on the way. It is for people to look at: when it cannot be
// written, the next look writes it.
func (s *Service) mark(ctx context.Context, j *job, state cti.RecordingState) {
	why := strings.Join(j.rec.Tried, "\n")
	if j.rec.State == state && j.why == why || !j.rec.State.MayBecome(state) {
		return
	}
	rec := j.rec
	rec.State = state
	if err := s.opts.Store.SaveRecording(ctx, rec); err == nil {
		j.rec.State, j.why = state, why
	}
}

func missing(rec cti.Recording, err error) *cti.Recording {
	rec.State, rec.Note, rec.Tried = cti.RecordingMissing, err.Error(), nil
	if lost, ok := errors.AsType[*errNotFound](err); ok {
		rec.Tried = lost.tried
	}
	return &rec
}

// grown notes the size and reports whether it changed within settle.
func (j *job) grown(size int64, now time.Time) bool {
	if size != j.size || j.sized.IsZero() {
		j.size, j.sized = size, now
	}
	return now.Sub(j.sized) < settle
}

// finding is what the look at a file gave.
type finding struct {
	wait    bool // look again later
	empty   bool
	repair  bool // the sizes in the header are to be filled in
	odd     bool // the sizes in the header are wrong
	head    wav
	seconds float64
	stereo  bool   // both voices are to be merged
	note    string // what is worth knowing of it
	lost    string // why nothing can be made of it
}

// named is an open file.
type named interface {
	io.ReaderAt
	Name() string
}

func inspect(f named, info fs.FileInfo, j *job, growing, final bool) finding {
	size := info.Size()
	head, ok := readWAV(f, size)
	switch {
	case ok && head.complete(size):
		return finding{head: head, seconds: head.seconds(size - head.data)}
	case size == 0 || ok && head.empty(size):
		return finding{wait: growing || j.step < emptyFrom, empty: true}
	case ok && head.length == 0: // open still, or left by a PBX that died
		return finding{wait: growing || !final, repair: true, head: head, seconds: head.seconds(size - head.data)}
	}
	if ok {
		return finding{wait: growing || !final, odd: true, head: head, seconds: head.seconds(min(head.length, size-head.data))}
	}
	found := finding{wait: growing}
	if rate := rawRate(path.Ext(f.Name())); rate > 0 {
		found.seconds = float64(size) / rate
	}
	return found
}

// opened is a file that was looked for.
type opened struct {
	f    *os.File
	info fs.FileInfo
	err  error
}

func closeAll(files []opened) {
	for _, file := range files {
		if file.f != nil {
			_ = file.f.Close() // only read
		}
	}
}

// orFetched is what was found on this machine, or else what the Fetcher brings.
func (s *Service) orFetched(ctx context.Context, rec cti.Recording, here opened) (opened, error) {
	if here.err == nil || s.opts.Fetcher == nil || errors.Is(here.err, errRefused) {
		return here, here.err
	}
	f, info, err := s.fetch(ctx, rec)
	if errors.Is(err, cti.ErrNotFound) {
		if lost, ok := errors.AsType[*errNotFound](here.err); ok {
			return opened{}, &errNotFound{append(lost.tried, err.Error())}
		}
		return opened{}, here.err
	}
	return opened{f: f, info: info}, err
}

// here opens those that are on this machine, all in one go: to get behind others takes
// longer than to look for a file.
func (s *Service) here(parts []cti.Recording) []opened {
	all := make([]opened, len(parts))
	s.opts.Behind(func() {
		uploads := s.uploads()
		for i, part := range parts {
			of := &all[i]
			if of.f, of.info, of.err = s.held(uploads, part); of.err != nil {
				of.f, of.info, of.err = s.local(part)
			}
		}
	})
	return all
}

func (s *Service) local(rec cti.Recording) (*os.File, fs.FileInfo, error) {
	for _, root := range s.opts.Roots {
		if root.PBX == rec.Leg.PBX {
			return root.find(rec.Source)
		}
	}
	return nil, nil, &errNotFound{}
}

func (s *Service) fetch(ctx context.Context, rec cti.Recording) (*os.File, fs.FileInfo, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	body, err := s.opts.Fetcher.Fetch(ctx, rec)
	if err != nil {
		return nil, nil, err
	}
	defer body.Close()
	dir, err := os.OpenRoot(s.opts.Dir)
	if err != nil {
		return nil, nil, err
	}
	defer dir.Close()
	name := path.Join(temporary, rec.ID+".fetch"+extension(rec.Source))
	f, err := dir.Create(name)
	if err != nil {
		return nil, nil, err
	}
	_ = dir.Remove(name) // it lives until it is closed
	if _, err = io.Copy(f, body); err == nil {
		var info fs.FileInfo
		if info, err = f.Stat(); err == nil {
			return f, info, nil
		}
	}
	_ = f.Close()
	return nil, nil, fmt.Errorf("fetch recording: %w", err)
}
