package recordings

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"callcard/pkg/cti"
)

// A stored WAVE file becomes a small one in steps, of which each may be the last before
// a crash; what is due is in the index, and is done again from its beginning:
//
//	Due "convert": encode, decode as a check, keep the new file → Due "remove OLD", File NEW
//	Due "remove OLD": remove the old file                       → Due ""
const (
	dueConvert = "convert"
	dueRemove  = "remove "
)

const (
	// transcodeEvery is how often the index is asked for what nobody here knows of.
	transcodeEvery = time.Minute
	// transcodePage bounds what is asked for at once.
	transcodePage = 100
	// maxTries of ffmpeg on one file; after them it stays as it is.
	maxTries = 3
	// transcodeShare of a sound's own length is the time that it may take, beyond a minute.
	transcodeShare = 0.5
)

// transcoding is what Run's worker remembers.
type transcoding struct {
	mu    sync.Mutex
	tries map[string]int // of ffmpeg, by recording; of those that are due only
}

// toBeTranscoded says what is due of a file that is about to be stored.
func (s *Service) toBeTranscoded(name string) string {
	if s.opts.Transcoder != nil && demuxer(path.Ext(name)) != nil {
		return dueConvert
	}
	return ""
}

// unplayable says of a format of Asterisk's own, which no browser knows, that it stays so.
func (s *Service) unplayable(name string) string {
	if ext := path.Ext(name); s.opts.Transcoder == nil && rawRate(ext) > 0 {
		return "browsers do not play " + ext + ": recordings.format opus or mp3 makes it playable, with ffmpeg"
	}
	return ""
}

// transcode works off what is due until ctx ends.
func (s *Service) transcode(ctx context.Context) error {
	tick := time.NewTicker(transcodeEvery)
	defer tick.Stop()
	work := &transcoding{tries: map[string]int{}}
	for {
		for ctx.Err() == nil && s.transcodeSome(ctx, work) {
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-s.due:
		}
	}
}

// transcodeSome reports whether something was done, so that there may be more to do.
func (s *Service) transcodeSome(ctx context.Context, work *transcoding) (progress bool) {
	found, err := s.opts.Store.DueRecordings(ctx, transcodePage)
	if err != nil {
		return false // a fault is told by whoever reads the index next
	}
	var group errgroup.Group
	group.SetLimit(s.workers())
	var mu sync.Mutex
	for _, rec := range found {
		group.Go(func() error {
			if ctx.Err() != nil {
				return nil
			}
			err := s.finish(ctx, rec, work)
			mu.Lock()
			progress = progress || err == nil
			mu.Unlock()
			return nil
		})
	}
	_ = group.Wait() // faults are the files' own
	return progress
}

func (s *Service) workers() int {
	if s.opts.Transcoder == nil {
		return 1
	}
	return max(1, s.opts.Transcoder.Workers)
}

// finish does what is due of one file.
func (s *Service) finish(ctx context.Context, rec cti.Recording, work *transcoding) (err error) {
	if rec.Due == dueConvert {
		if s.opts.Transcoder == nil {
			return s.leave(ctx, rec, "there is no ffmpeg")
		}
		if rec, err = s.convert(ctx, rec); err != nil {
			return s.failed(ctx, rec, err, work)
		}
		s.converted.Add(1)
		work.forget(rec.ID)
	}
	old, ok := strings.CutPrefix(rec.Due, dueRemove)
	if !ok {
		return nil
	}
	if err := s.remove(ctx, old); err != nil {
		return s.failed(ctx, rec, err, work)
	}
	rec.Due = ""
	return s.opts.Store.ReplaceFile(ctx, rec, rec.File)
}

// remove removes a file from the vault and from where it was before there was one.
func (s *Service) remove(ctx context.Context, name string) error {
	err := s.vault.Remove(ctx, name)
	if err == nil && s.opts.Vault != nil {
		err = folder{s.opts.Dir}.Remove(ctx, name)
	}
	if err != nil {
		return &cti.UnavailableError{What: "the store of recordings", Err: err}
	}
	return nil
}

// failed counts a try; a store that does not answer is not the file's fault.
func (s *Service) failed(ctx context.Context, rec cti.Recording, err error, work *transcoding) error {
	var unavailable *cti.UnavailableError
	if ctx.Err() != nil || errors.Is(err, cti.ErrConflict) || errors.As(err, &unavailable) {
		return err
	}
	s.unconverted.Add(1)
	if work.again(rec.ID) {
		s.log.WarnContext(ctx, "a recording could not be transcoded, trying again", "call", rec.CallID, "err", err)
		return err
	}
	s.log.ErrorContext(ctx, "a recording stays as it is: it could not be transcoded", "call", rec.CallID, "err", err)
	return s.leave(ctx, rec, err.Error())
}

// leave gives a file up as it is.
func (s *Service) leave(ctx context.Context, rec cti.Recording, why string) error {
	rec.Due, rec.Note = "", "not transcoded: "+why
	return s.opts.Store.ReplaceFile(ctx, rec, rec.File)
}

func (t *transcoding) again(id string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.tries[id]++
	if t.tries[id] < maxTries {
		return true
	}
	delete(t.tries, id)
	return false
}

func (t *transcoding) forget(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.tries, id)
}

// convert puts a small file beside the stored one and makes the index point to it.
func (s *Service) convert(ctx context.Context, rec cti.Recording) (cti.Recording, error) {
	dir, err := os.OpenRoot(s.opts.Dir)
	if err != nil {
		return rec, err
	}
	defer func() { _ = dir.Close() }() // only opened
	in, out := path.Join(temporary, rec.ID+".in"+path.Ext(rec.File)), path.Join(temporary, rec.ID+".out"+s.opts.Transcoder.extension())
	defer func() { _, _ = dir.Remove(in), dir.Remove(out) }() // the next start removes what stays
	head, err := s.bring(ctx, dir, rec, in)
	if err != nil {
		return rec, err
	}
	if err := s.encoded(ctx, in, out, head); err != nil {
		return rec, err
	}
	return s.exchange(ctx, dir, rec, out)
}

// bring copies a stored file here: it may be removed meanwhile, and the vault may be elsewhere.
func (s *Service) bring(ctx context.Context, dir *os.Root, rec cti.Recording, to string) (head wav, err error) {
	from, err := s.Open(ctx, rec)
	if err != nil {
		return head, err
	}
	defer func() { _ = from.Close() }() // only read
	f, err := dir.OpenFile(to, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o640)
	if err != nil {
		return head, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	n, err := io.Copy(f, from)
	if err != nil {
		return head, fmt.Errorf("read the stored file: %w", err)
	}
	if rate := rawRate(path.Ext(rec.File)); rate > 0 {
		return wav{length: n, byteRate: int64(rate), samples: samples{channels: 1}}, nil
	}
	head, ok := readWAV(f, n)
	if !ok || head.byteRate == 0 {
		return head, errors.New("it is no WAVE file")
	}
	if head.length == 0 || head.length > n-head.data {
		head.length = n - head.data
	}
	return head, nil
}

// encoded makes the small file and listens to it once: it must be as long.
func (s *Service) encoded(ctx context.Context, in, out string, head wav) error {
	want := head.seconds(head.length)
	ctx, cancel := context.WithTimeout(ctx, time.Minute+time.Duration(want*transcodeShare*float64(time.Second)))
	defer cancel()
	if err := s.opts.Transcoder.encode(ctx, filepath.Join(s.home, in), filepath.Join(s.home, out), head.channels); err != nil {
		return err
	}
	got, err := s.opts.Transcoder.length(ctx, filepath.Join(s.home, out))
	if err != nil {
		return err
	}
	const slack, share = 0.5, 0.01 // encoders pad
	if math.Abs(got-want) > slack+share*want {
		return fmt.Errorf("it came out as %.2f s of sound instead of %.2f s", got, want)
	}
	return nil
}

// exchange keeps the small file and points the index to it.
func (s *Service) exchange(ctx context.Context, dir *os.Root, rec cti.Recording, part string) (cti.Recording, error) {
	info, err := dir.Lstat(part)
	if err != nil {
		return rec, err
	}
	sum, err := checksum(dir, part)
	if err != nil {
		return rec, err
	}
	old := rec.File
	name := strings.TrimSuffix(old, path.Ext(old)) + s.opts.Transcoder.extension()
	if err := s.keep(ctx, name, filepath.Join(s.opts.Dir, part), sum); err != nil {
		return rec, err
	}
	small := rec
	small.File, small.Bytes, small.SHA256, small.Due = name, info.Size(), sum, dueRemove+old
	if err := s.opts.Store.ReplaceFile(ctx, small, old); err != nil {
		if errors.Is(err, cti.ErrConflict) { // its time has come meanwhile
			return rec, errors.Join(err, s.remove(ctx, name))
		}
		return rec, err
	}
	return small, nil
}

// filesOf are all files that a recording may have in the store: the old one of a
// transcoding that is not finished, too.
func filesOf(rec cti.Recording) (names []string) {
	if rec.File != "" {
		names = append(names, rec.File)
	}
	if old, ok := strings.CutPrefix(rec.Due, dueRemove); ok {
		names = append(names, old)
	}
	return names
}
