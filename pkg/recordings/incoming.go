package recordings

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"

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

// held opens the upload of a recording that waits here.
func (s *Service) held(rec cti.Recording) (*os.File, fs.FileInfo, error) {
	dir, err := os.OpenRoot(s.opts.Dir)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = dir.Close() }() // only opened
	names, err := fs.Glob(dir.FS(), path.Join(incoming, rec.ID+".*"))
	if err == nil && len(names) == 0 {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, nil, err
	}
	return open(dir, names[0])
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
