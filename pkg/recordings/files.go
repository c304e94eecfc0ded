package recordings

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"callcard/pkg/cti"
)

// temporary is the folder of unfinished copies, inside the store so that a rename is enough.
const temporary = ".tmp"

// prepare makes the store's folder and removes copies that a crash has left.
func (s *Service) prepare() error {
	const private = 0o750
	if err := os.MkdirAll(s.opts.Dir, private); err != nil {
		return err
	}
	dir, err := os.OpenRoot(s.opts.Dir)
	if err != nil {
		return err
	}
	defer dir.Close()
	if err := dir.RemoveAll(temporary); err != nil {
		return err
	}
	return errors.Join(dir.Mkdir(temporary, private), dir.MkdirAll(incoming, private))
}

// take brings a complete file into the store: first under a temporary name, then, all
// of it on the disk, under its own, which depends on the recording alone. So a crash
// at any point leaves no half file and a repetition no second one.
func (s *Service) take(ctx context.Context, m material, rec cti.Recording, found finding) (cti.Recording, error) {
	dir, err := os.OpenRoot(s.opts.Dir)
	if err != nil {
		return rec, err
	}
	defer dir.Close()
	part := path.Join(temporary, rec.ID+".part")
	defer func() { _ = dir.Remove(part) }() // what was moved away is gone
	size, err := copyFile(dir, part, m, found)
	if err != nil {
		return rec, fmt.Errorf("copy %s: %w", rec.Source, err)
	}
	sum, err := checksum(dir, part)
	if err != nil {
		return rec, fmt.Errorf("copy %s: %w", rec.Source, err)
	}
	name := path.Join(rec.Started.UTC().Format("2006/01/02"), rec.ID+m.extension(rec, found))
	if rec.Origin, err = m.sum(sum, found); err != nil {
		return rec, fmt.Errorf("copy %s: %w", rec.Source, err)
	}
	shape := s.shapeOf(dir, part, path.Ext(name))
	if err := s.keep(ctx, name, filepath.Join(s.opts.Dir, part), sum); err != nil {
		return rec, err
	}
	s.keepShape(ctx, rec, shape)
	rec.State, rec.File, rec.Bytes, rec.SHA256 = cti.RecordingStored, name, size, sum
	rec.Seconds, rec.Stored, rec.Note, rec.Tried = found.seconds, time.Now(), found.note, nil
	rec.Due = s.toBeTranscoded(name)
	if why := s.unplayable(name); why != "" && rec.Note == "" {
		rec.Note = why
	}
	switch {
	case found.repair:
		rec.Note = "repaired: the PBX did not close the file"
	case found.odd:
		rec.Note = "the sizes in its header do not agree with the file"
	}
	return rec, nil
}

// keepTimeout bounds one try to store a file.
const keepTimeout = 10 * time.Minute

// keep gives a file to the vault. While the vault does not answer the file stays where it is.
func (s *Service) keep(ctx context.Context, name, from, sum string) error {
	ctx, cancel := context.WithTimeout(ctx, keepTimeout)
	defer cancel()
	err := s.vault.Keep(ctx, name, from, sum)
	if err == nil {
		return nil
	}
	s.failures.Add(1)
	return &cti.UnavailableError{What: "the store of recordings", Err: err}
}

// shrunkError is a file that lost its end while it was read.
type shrunkError struct{ from, to int64 }

func (e *shrunkError) Error() string {
	return fmt.Sprintf("the file shrank from %d to %d bytes", e.from, e.to)
}

func copyFile(dir *os.Root, part string, m material, found finding) (size int64, err error) {
	dst, err := dir.OpenFile(part, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o640)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, dst.Close()) }()
	if size, err = m.write(dst, found); err != nil {
		return 0, err
	}
	return size, dst.Sync()
}

func checksum(dir *os.Root, name string) (string, error) {
	f, err := dir.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return sumOf(f)
}

func sumOf(f io.Reader) (string, error) {
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// extension of the stored file: the first one that we know, for names come from outside.
func extension(names ...string) string {
	for _, name := range names {
		if ext := strings.ToLower(path.Ext(name)); contentType(ext) != unknownType {
			return ext
		}
	}
	return ".bin"
}

const unknownType = "application/octet-stream"

func contentType(ext string) string {
	switch strings.ToLower(ext) {
	case ".wav", ".wav49":
		return "audio/wav"
	case ".mp3":
		return "audio/mpeg"
	case ".ogg", ".opus":
		return "audio/ogg"
	case ".gsm", ".ulaw", ".alaw", ".sln", ".g722":
		return "audio/" + strings.TrimPrefix(ext, ".")
	}
	return unknownType
}

// Audio is an open recording.
type Audio struct {
	io.ReadSeekCloser
	Name        string // "<id>.wav", for a download
	ContentType string
}

// Open opens a stored recording; cti.ErrNotFound when there is no file of it.
func (s *Service) Open(ctx context.Context, rec cti.Recording) (Audio, error) {
	if !rec.State.Playable() || rec.File == "" {
		return Audio{}, fmt.Errorf("open recording %s: it is %s: %w", rec.ID, rec.State, cti.ErrNotFound)
	}
	f, err := s.openKept(ctx, rec.File)
	if err != nil {
		return Audio{}, fmt.Errorf("open recording %s: %w", rec.ID, err)
	}
	return Audio{f, path.Base(rec.File), contentType(path.Ext(rec.File))}, nil
}
