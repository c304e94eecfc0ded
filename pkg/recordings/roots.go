package recordings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"

	"callcard/pkg/cti"
)

// Root is where the recordings of one PBX are on this machine.
type Root struct {
	PBX string
	Dir string
	// Prefix is Dir as the PBX sees it, when that is not spool: a PBX in a
	// container or on another machine whose disk is mounted here.
	Prefix string
}

// spool is where Asterisk puts files whose name is relative (asterisk.conf, astspooldir).
const spool = "/var/spool/asterisk/monitor"

// errNotFound says which names were tried, for the recording's note.
type errNotFound struct{ tried []string }

func (e *errNotFound) Error() string {
	if len(e.tried) == 0 {
		return "no directory is configured for this PBX"
	}
	return "not found; tried " + strings.Join(e.tried, ", ")
}

// errRefused is a path that no PBX in its right mind would name.
var errRefused = errors.New("path refused")

// find opens the file that the PBX calls name. The first that exists of these is
// it, each below Dir: the rest of name after Prefix or spool, the rest after Dir
// itself, then name without its first 0, 1, 2 … folders.
func (r Root) find(name string) (*os.File, fs.FileInfo, error) {
	names, err := r.candidates(name)
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.OpenRoot(r.Dir)
	if err != nil {
		return nil, nil, &cti.UnavailableError{What: "recordings of " + r.PBX, Err: err}
	}
	defer dir.Close()
	missing := &errNotFound{}
	for _, candidate := range names {
		f, info, err := open(dir, candidate)
		if err == nil {
			return f, info, nil
		}
		note := path.Join(r.Dir, candidate)
		if !errors.Is(err, fs.ErrNotExist) {
			note += " (" + err.Error() + ")"
		}
		missing.tried = append(missing.tried, note)
	}
	return nil, nil, missing
}

// open opens a regular file, and nothing that would block or lead elsewhere.
func open(dir *os.Root, name string) (*os.File, fs.FileInfo, error) {
	info, err := dir.Lstat(name)
	if err != nil {
		return nil, nil, bare(err)
	}
	if !info.Mode().IsRegular() {
		return nil, nil, errors.New("no regular file")
	}
	f, err := dir.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, bare(err)
	}
	now, err := f.Stat()
	if err == nil && !os.SameFile(info, now) {
		err = errors.New("exchanged while it was opened")
	}
	if err != nil {
		_ = f.Close() // opened for reading only
		return nil, nil, err
	}
	return f, now, nil
}

// bare drops the operation and the path, which the note has already.
func bare(err error) error {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return pathError.Err
	}
	return err
}

// deepest is how many folders of a name are tried at most.
const deepest = 16

func (r Root) candidates(name string) ([]string, error) {
	if strings.ContainsRune(name, 0) {
		return nil, fmt.Errorf("%w: it contains a NUL", errRefused)
	}
	elements := strings.FieldsFunc(name, func(c rune) bool { return c == '/' })
	if slices.Contains(elements, "..") {
		return nil, fmt.Errorf("%w: it contains \"..\"", errRefused)
	}
	if len(elements) == 0 || len(elements) > deepest {
		return nil, fmt.Errorf("%w: it has %d folders", errRefused, len(elements))
	}
	var names []string
	for _, prefix := range []string{r.Prefix, spool, r.Dir} {
		if rest, ok := strings.CutPrefix(path.Clean(name), path.Clean(prefix)+"/"); ok && prefix != "" {
			names = append(names, rest)
		}
	}
	for i := range elements {
		names = append(names, path.Join(elements[i:]...))
	}
	return renamed(names), nil
}

// renamed drops repetitions and adds the names under which the same sound may be
// found: what Asterisk makes of ".wav49" (app_mixmonitor.c renames it to ".WAV"), and,
// behind all others, what the PBX's own work after the call may have made of it.
func renamed(names []string) []string {
	var all []string
	add := func(name string) {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	for _, name := range names {
		add(name)
		if base, ok := strings.CutSuffix(name, ".wav49"); ok {
			add(base + ".WAV")
		}
	}
	for _, name := range names[:min(len(names), 2)] {
		stem := strings.TrimSuffix(name, path.Ext(name))
		for _, ext := range []string{".mp3", ".ogg", ".opus", ".wav", ".WAV"} {
			add(stem + ext)
		}
	}
	return all
}
