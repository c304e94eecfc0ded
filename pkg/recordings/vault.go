package recordings

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"callcard/pkg/cti"
)

// Vault keeps finished files by names with slashes. Whatever it is asked may be asked again.
type Vault interface {
	// Keep stores the file at path under name: all of it, found to have this checksum
	// where it lies now, or an error. It may move the file.
	Keep(ctx context.Context, name, path, sha256 string) error
	// Open gives a file; it answers cti.ErrNotFound when there is none.
	Open(ctx context.Context, name string) (io.ReadSeekCloser, error)
	// Remove leaves no file of this name, also where there was none.
	Remove(ctx context.Context, name string) error
}

// folder is the vault that a directory is. What it keeps comes from the same directory.
type folder struct{ dir string }

func (f folder) Keep(_ context.Context, name, from, _ string) error {
	dir, err := os.OpenRoot(f.dir)
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }() // only opened
	below, err := filepath.Rel(f.dir, from)
	if err != nil {
		return err
	}
	if err := dir.MkdirAll(path.Dir(name), 0o750); err != nil {
		return err
	}
	if err := dir.Rename(below, name); err != nil {
		return err
	}
	return synced(dir, path.Dir(name))
}

// synced makes what a directory lists outlive a loss of power.
func synced(dir *os.Root, name string) error {
	f, err := dir.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func (f folder) Open(_ context.Context, name string) (io.ReadSeekCloser, error) {
	dir, err := os.OpenRoot(f.dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = dir.Close() }() // only opened
	file, _, err := open(dir, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("its file is gone: %w", cti.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	return file, nil
}

func (f folder) Remove(_ context.Context, name string) error {
	dir, err := os.OpenRoot(f.dir)
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }() // only opened
	if err := dir.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// openKept looks in the vault, and for what was stored before there was one, in the folder.
func (s *Service) openKept(ctx context.Context, name string) (io.ReadSeekCloser, error) {
	file, err := s.vault.Open(ctx, name)
	if errors.Is(err, cti.ErrNotFound) && s.opts.Vault != nil {
		if file, older := (folder{s.opts.Dir}).Open(ctx, name); older == nil {
			return file, nil
		}
	}
	if err != nil && !errors.Is(err, cti.ErrNotFound) {
		return nil, &cti.UnavailableError{What: "the store of recordings", Err: err}
	}
	return file, err
}
