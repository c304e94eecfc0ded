package gaps

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"callcard/pkg/cti"
)

const (
	portion = 1 << 20 // bytes in one transaction; a longer line is none
	// Of a file that was never read before only so much is looked at, and only lines that are
	// not older than this.
	firstLook = 16 << 20
	firstAge  = 48 * time.Hour
	markSize  = 128
)

// tail follows one record of one PBX.
type tail struct {
	pbx     string
	kind    cti.LogKind
	file    string
	parse   func(text string) (cti.LogLine, bool, error) // false: a line about something else
	store   Store
	unknown uint64
	now     func() time.Time
	stored  func([]cti.LogLine)
	oldest  time.Time // lines before it are passed over
}

func (t *tail) what() cti.LogKind { return t.kind }
func (t *tail) misread() uint64   { return t.unknown }

// follow reads what the file has gained. A line without an end waits.
func (t *tail) follow(ctx context.Context) error {
	info, err := os.Stat(t.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nothing was written yet
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", t.kind, err)
	}
	place, err := t.store.LogPlace(ctx, t.pbx, t.kind)
	if errors.Is(err, cti.ErrNotFound) {
		t.oldest = t.now().Add(-firstAge)
		place.Offset = max(0, info.Size()-firstLook)
		if place.Mark, err = markOf(t.file); err == nil && place.Offset > 0 {
			place.Offset, err = lineAfter(t.file, place.Offset)
		}
	}
	if err != nil {
		return err
	}
	files, err := t.files(place, info)
	if err != nil {
		return err
	}
	for i, file := range files {
		if i > 0 || file != t.file && place.Mark == "" {
			place.Offset = 0
		}
		if place, err = t.read(ctx, file, place); err != nil {
			return err
		}
	}
	return nil
}

// files to be read in this order: the one that was read last, under the name that
// rotation gave it, those that came after it, and the present one.
func (t *tail) files(place cti.LogPlace, info fs.FileInfo) ([]string, error) {
	mark, err := markOf(t.file)
	if err != nil || place.Mark == "" || mark == place.Mark && info.Size() >= place.Offset {
		return []string{t.file}, err
	}
	old, err := filepath.Glob(globOf(t.file) + "?*")
	if err != nil {
		return nil, fmt.Errorf("look for rotated files: %w", err)
	}
	type rotated struct {
		name string
		at   time.Time
		mark string
	}
	var found []rotated
	for _, name := range old {
		info, err := os.Stat(name)
		mark, err2 := markOf(name)
		if rest := strings.TrimPrefix(name, t.file); err == nil && err2 == nil && info.Mode().IsRegular() && (rest[0] == '.' || rest[0] == '-') {
			found = append(found, rotated{name, info.ModTime(), mark})
		}
	}
	slices.SortFunc(found, func(a, b rotated) int { return a.at.Compare(b.at) })
	at := slices.IndexFunc(found, func(r rotated) bool { return r.mark == place.Mark })
	if at < 0 {
		return []string{"", t.file}, nil // it is gone: begin with the new one
	}
	files := []string{}
	for _, r := range found[at:] {
		files = append(files, r.name)
	}
	return append(files, t.file), nil
}

// globOf keeps a path from being read as a pattern.
func globOf(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// read takes the whole lines behind a place.
func (t *tail) read(ctx context.Context, name string, place cti.LogPlace) (cti.LogPlace, error) {
	if name == "" {
		return place, nil
	}
	file, err := open(name)
	if err != nil {
		return place, fmt.Errorf("read %s: %w", t.kind, err)
	}
	defer file.Close()
	if place.Mark, err = markOf(name); err != nil {
		return place, err
	}
	if err := skip(file, place.Offset); err != nil {
		return place, fmt.Errorf("read %s: %w", t.kind, err)
	}
	buffer, kept := make([]byte, portion), 0
	for ctx.Err() == nil {
		n, err := io.ReadFull(file, buffer[kept:])
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return place, fmt.Errorf("read %s: %w", t.kind, err)
		}
		kept += n
		end := bytes.LastIndexByte(buffer[:kept], '\n') + 1
		if end == 0 && kept == len(buffer) {
			t.unknown++
			end = kept
		}
		if end > 0 {
			place.Offset += int64(end)
			lines := t.lines(buffer[:end])
			if err := t.store.SaveLogLines(ctx, place, lines); err != nil {
				return place, err
			}
			t.stored(lines)
			kept = copy(buffer, buffer[end:kept])
		}
		if err != nil {
			return place, nil
		}
	}
	return place, ctx.Err()
}

func (t *tail) lines(text []byte) []cti.LogLine {
	var lines []cti.LogLine
	for part := range bytes.Lines(text) {
		one := strings.TrimRight(string(part), "\r\n")
		if one == "" {
			continue
		}
		line, ours, err := t.parse(one)
		switch {
		case err != nil:
			t.unknown++
		case ours && !line.At.Before(t.oldest):
			lines = append(lines, line)
		}
	}
	return lines
}

type zipped struct {
	*gzip.Reader
	file *os.File
}

func (z zipped) Close() error { return errors.Join(z.Reader.Close(), z.file.Close()) }

func open(name string) (io.ReadCloser, error) {
	file, err := os.Open(name)
	if err != nil || !strings.HasSuffix(name, ".gz") {
		return file, err
	}
	reader, err := gzip.NewReader(file)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return zipped{reader, file}, nil
}

func skip(file io.Reader, n int64) error {
	if seeker, ok := file.(io.Seeker); ok {
		_, err := seeker.Seek(n, io.SeekStart)
		return err
	}
	if _, err := io.CopyN(io.Discard, file, n); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// markOf a file is its first line, or the beginning of it; "" when that is not whole yet.
func markOf(name string) (string, error) {
	file, err := open(name)
	if err != nil {
		return "", fmt.Errorf("read the beginning: %w", err)
	}
	defer file.Close()
	begin := make([]byte, markSize)
	n, err := io.ReadFull(file, begin)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", fmt.Errorf("read the beginning: %w", err)
	}
	line, _, whole := bytes.Cut(begin[:n], []byte("\n"))
	if !whole && n < markSize {
		return "", nil
	}
	return strings.ToValidUTF8(string(line), "?"), nil
}

// lineAfter is where the first whole line behind an offset begins.
func lineAfter(name string, offset int64) (int64, error) {
	file, err := os.Open(name)
	if err != nil {
		return 0, fmt.Errorf("read: %w", err)
	}
	defer file.Close()
	part := make([]byte, portion)
	n, err := file.ReadAt(part, offset)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, fmt.Errorf("read: %w", err)
	}
	return offset + int64(bytes.IndexByte(part[:n], '\n')+1), nil
}
