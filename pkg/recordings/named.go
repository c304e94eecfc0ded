package recordings

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"callcard/pkg/cti"
)

const (
	// clocks is by how much the clock of the files may differ from that of the PBX.
	clocks = time.Minute
	// still is how long a folder must have been left alone for its time to tell whether it was changed since.
	still = 3 * time.Second
)

// Named finds the files of a PBX that have one of these Uniqueids in their names, for
// calls of which callcard heard nothing. Folders in which nothing was made since then are
// not read, so that the archives of former years cost nothing. A PBX whose disk is
// elsewhere is asked for a list of its files. It is called by one goroutine at a time.
func (s *Service) Named(ctx context.Context, pbx string, uniqueids []string, since time.Time) ([]cti.RecordingFile, error) {
	var found []cti.RecordingFile
	for i, root := range s.opts.Roots {
		if root.PBX != pbx {
			continue
		}
		if s.shelves[i] == nil {
			s.shelves[i] = &shelf{pbx: pbx, root: root.Dir, folders: map[string]section{}}
		}
		if err := s.shelves[i].search(ctx, byNumber(uniqueids), since.Add(-clocks), &found); err != nil {
			return found, fmt.Errorf("look for recordings of %s: %w", pbx, err)
		}
	}
	if err := s.listed(ctx, pbx, byNumber(uniqueids), &found); err != nil {
		return found, fmt.Errorf("ask for the recordings of %s: %w", pbx, err)
	}
	return found, nil
}

const (
	// listFor is how long a list of a PBX's files is used again: calls are repaired one by
	// one, and each list makes the PBX read all its folders.
	listFor = 2 * time.Second
	// listShare bounds the PBX's work for lists: one in so many seconds.
	listShare = 10
	// listIn is how long a list may take.
	listIn = time.Minute
)

// listing is what a PBX has, as it said last.
type listing struct {
	paths []string
	until time.Time
}

// listed adds the files that a PBX lists, except those that were found on this machine.
func (s *Service) listed(ctx context.Context, pbx string, wanted map[string][]string, found *[]cti.RecordingFile) error {
	if s.opts.Lister == nil || len(wanted) == 0 {
		return nil
	}
	now := time.Now()
	list := s.lists[pbx]
	if list == nil || !now.Before(list.until) {
		ctx, cancel := context.WithTimeout(ctx, listIn)
		defer cancel()
		paths, err := s.opts.Lister.List(ctx, pbx)
		if err != nil {
			return err
		}
		list = &listing{paths, now.Add(max(listFor, listShare*time.Since(now)))}
		s.lists[pbx] = list
	}
	here := map[string]bool{}
	for _, file := range *found {
		here[stem(file.Path)] = true
	}
	for _, name := range list.paths {
		if here[stem(name)] || contentType(path.Ext(name)) == unknownType {
			continue
		}
		if leg, began, ok := legOf(pbx, name, wanted); ok {
			*found = append(*found, cti.RecordingFile{Leg: leg, Path: name, At: began})
		}
	}
	return nil
}

// byNumber sorts Uniqueids by what of them has no system name.
func byNumber(uniqueids []string) map[string][]string {
	of := map[string][]string{}
	for _, id := range uniqueids {
		if at := uniqueid.FindStringIndex(id); at != nil && at[1] == len(id) {
			of[id[at[0]:]] = append(of[id[at[0]:]], id)
		}
	}
	return of
}

// shelf remembers the folders below a root.
type shelf struct {
	pbx, root string
	folders   map[string]section
}

// section is a folder that was read when it had this time. A new entry changes the time.
type section struct {
	changed time.Time
	below   []string
}

func (s *shelf) search(ctx context.Context, wanted map[string][]string, since time.Time, found *[]cti.RecordingFile) error {
	dir, err := os.OpenRoot(s.root)
	if err != nil {
		return bare(err)
	}
	defer func() { _ = dir.Close() }() // only read
	const most = 100_000               // folders; begin anew rather than keep what is gone
	if len(s.folders) > most {
		clear(s.folders)
	}
	todo := []string{"."}
	for len(todo) > 0 && ctx.Err() == nil {
		name := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		below, err := s.look(dir.FS(), name, wanted, since, found)
		if err != nil && name == "." {
			return bare(err)
		}
		if err == nil && strings.Count(name, "/") < deepest { // a folder that cannot be read hides the others not
			todo = append(todo, below...)
		}
	}
	return ctx.Err()
}

// look at one folder and tell the folders in it.
func (s *shelf) look(files fs.FS, name string, wanted map[string][]string, since time.Time, found *[]cti.RecordingFile) ([]string, error) {
	info, err := fs.Stat(files, name)
	if err != nil {
		delete(s.folders, name)
		return nil, err
	}
	changed := info.ModTime()
	if known, read := s.folders[name]; read && known.changed.Equal(changed) && changed.Before(since) {
		return known.below, nil
	}
	entries, err := fs.ReadDir(files, name)
	if err != nil {
		return nil, err
	}
	var below []string
	for _, entry := range entries {
		full := path.Join(name, entry.Name())
		switch {
		case entry.IsDir():
			below = append(below, full)
		case entry.Type().IsRegular() && contentType(path.Ext(full)) != unknownType:
			if leg, began, ok := legOf(s.pbx, full, wanted); ok {
				*found = append(*found, cti.RecordingFile{Leg: leg, Path: path.Join(s.root, full), At: began})
			}
		}
	}
	if time.Since(changed) > still {
		s.folders[name] = section{changed, below}
	}
	return below, nil
}

// legOf finds the channel that a file is named by.
func legOf(pbx, name string, wanted map[string][]string) (leg cti.LegID, began time.Time, ok bool) {
	text := stem(name)
	for _, at := range uniqueid.FindAllStringIndex(text, -1) {
		number := text[at[0]:at[1]]
		for _, id := range wanted[number] {
			if strings.HasSuffix(text[:at[1]], id) {
				return cti.LegID{PBX: pbx, Uniqueid: id}, bornAt(number, time.Time{}), true
			}
		}
	}
	return leg, began, false
}
