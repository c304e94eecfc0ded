package recordings

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"callcard/pkg/cti"
)

// incoming is the folder of uploads that the vault has not taken yet: who sent them
// may not have them any more. Their names begin with the id of their recording.
const incoming = ".incoming"

// hold keeps an upload until the vault takes it.
func (s *Service) hold(f *os.File, name string) error {
	dir, err := os.OpenRoot(s.opts.Dir)
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }() // only opened
	part := path.Join(temporary, name+".held")
	dst, err := dir.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o640)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		_, err = io.Copy(dst, io.NewSectionReader(f, 0, info.Size()))
	}
	if err := errors.Join(err, dst.Sync(), dst.Close()); err != nil {
		return err
	}
	if err := dir.Rename(part, path.Join(incoming, name)); err != nil {
		return err
	}
	return synced(dir, incoming)
}

// uploads are the names of what waits here.
func (s *Service) uploads() []string {
	dir, err := os.Open(filepath.Join(s.opts.Dir, incoming))
	if err != nil {
		return nil
	}
	defer func() { _ = dir.Close() }() // only read
	names, _ := dir.Readdirnames(-1)   // as far as it can be read
	return names
}

// held opens the upload of a recording, when it is one of these.
func (s *Service) held(uploads []string, rec cti.Recording) (*os.File, fs.FileInfo, error) {
	i := slices.IndexFunc(uploads, func(name string) bool { return strings.HasPrefix(name, rec.ID+".") })
	if i < 0 {
		return nil, nil, fs.ErrNotExist
	}
	dir, err := os.OpenRoot(s.opts.Dir)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = dir.Close() }() // only opened
	return open(dir, path.Join(incoming, uploads[i]))
}

// letGo removes what waited of a recording that is settled now.
func (s *Service) letGo(rec cti.Recording) {
	dir, err := os.OpenRoot(s.opts.Dir)
	if err != nil {
		return
	}
	defer func() { _ = dir.Close() }() // only opened
	names, _ := fs.Glob(dir.FS(), path.Join(incoming, rec.ID+"*"))
	for _, name := range names {
		_ = dir.Remove(name) // what stays is looked at by the next patrol
	}
}

// lengthOfID is that of a UUID, with which the names begin.
const lengthOfID = 36

// waitingUploads are the recordings whose uploads wait here, also those of calls that
// the index does not hold as ended. What is stored in the meantime is removed.
func (s *Service) waitingUploads(ctx context.Context) (waiting []cti.Recording) {
	dir, err := os.OpenRoot(s.opts.Dir)
	if err != nil {
		return nil
	}
	defer func() { _ = dir.Close() }()           // only opened
	entries, _ := fs.ReadDir(dir.FS(), incoming) // as far as it can be read
	for _, entry := range entries {
		rec, err := s.opts.Store.Recording(ctx, entry.Name()[:min(lengthOfID, len(entry.Name()))])
		switch {
		case err != nil: // the index is away, or was exchanged: nobody loses a sound by waiting
		case rec.State.Playable() || rec.State == cti.RecordingExpired:
			_ = dir.Remove(path.Join(incoming, entry.Name()))
		default:
			waiting = append(waiting, rec)
		}
	}
	return waiting
}
