package recordings

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"callcard/pkg/cti"
)

// put makes a file in the PBX's folder and says when the folder was changed last.
func (b *bench) put(t *testing.T, name string, changed time.Time) {
	t.Helper()
	file := b.file(name)
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, sound(1), 0o600); err != nil {
		t.Fatal(err)
	}
	b.changed(t, filepath.Dir(file), changed)
}

func (b *bench) changed(t *testing.T, dir string, at time.Time) {
	t.Helper()
	if err := os.Chtimes(dir, at, at); err != nil {
		t.Fatal(err)
	}
}

func findNamed(t *testing.T, s *Service, since time.Time, uniqueids ...string) (paths []string) {
	t.Helper()
	found, err := s.Named(t.Context(), "main", uniqueids, since)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range found {
		if !slices.Contains(uniqueids, file.Leg.Uniqueid) || file.Leg.PBX != "main" || !file.At.Equal(time.Unix(1795350559, 0)) {
			t.Errorf("%+v", file)
		}
		paths = append(paths, file.Path)
	}
	slices.Sort(paths)
	return paths
}

// Files are found by the Uniqueids in their names: whole ones, with a system's name or
// without, in any folder, several per channel.
func TestFilesAreFoundByTheirChannel(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	now := time.Now()
	for _, name := range []string{
		"pbx-1795350559.7-79161234567.wav", "2026/11/22/exten-100-79161234567-20261122-122919-pbx-1795350559.7.mp3",
		"1795350559.8.WAV", "pbx-1795350559.70-79161234567.wav", "other-1795350559.7.wav", "pbx-1795350559.7.txt", "notes.wav",
	} {
		b.put(t, name, now)
	}
	if err := os.Symlink("/etc", b.file("2026/pbx-1795350559.7.wav")); err != nil {
		t.Fatal(err)
	}
	s, err := New(b.opts)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		b.file("1795350559.8.WAV"), b.file("2026/11/22/exten-100-79161234567-20261122-122919-pbx-1795350559.7.mp3"), b.file("pbx-1795350559.7-79161234567.wav"),
	}
	equal(t, "files", want, findNamed(t, s, now, "pbx-1795350559.7", "1795350559.8"))
	if found, err := s.Named(t.Context(), "other", []string{"1795350559.8"}, now); err != nil || len(found) > 0 {
		t.Errorf("another PBX has %v, %v", found, err)
	}
	equal(t, "files of nobody", []string(nil), findNamed(t, s, now, "", "NONE"))
}

// Folders that were left alone since are not read again, and yet every new file is found.
func TestOldFoldersAreNotRead(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	now := time.Now()
	old := now.Add(-time.Hour)
	b.put(t, "2026/11/21/pbx-1795350559.1.wav", old)
	for _, dir := range []string{"2026/11", "2026", "."} {
		b.changed(t, b.file(dir), old)
	}
	s, err := New(b.opts)
	if err != nil {
		t.Fatal(err)
	}
	first := []string{b.file("2026/11/21/pbx-1795350559.1.wav")}
	equal(t, "the first look reads all", first, findNamed(t, s, now, "pbx-1795350559.1"))
	equal(t, "a call of now has no file in it", []string(nil), findNamed(t, s, now, "pbx-1795350559.1"))
	equal(t, "an old call has", first, findNamed(t, s, old, "pbx-1795350559.1"))
	b.put(t, "2026/11/22/pbx-1795350559.2.wav", now)
	equal(t, "a new folder is found below old ones", []string{b.file("2026/11/22/pbx-1795350559.2.wav")}, findNamed(t, s, now, "pbx-1795350559.2"))
}

// A file is taken up once, whatever channel of the call named it.
func TestNightlyLookKnowsFilesOfOtherChannels(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	caller, agent := cti.LegID{PBX: "main", Uniqueid: "1795350559.1"}, cti.LegID{PBX: "main", Uniqueid: "1795350559.2"}
	b.store.calls["main:1795350559.1"] = cti.CallRecord{Call: cti.Call{ID: "main:1795350559.1"}}
	b.store.legs[caller] = "main:1795350559.1"
	s, err := New(b.opts)
	if err != nil {
		t.Fatal(err)
	}
	c := cti.Call{ID: "main:1795350559.1", Files: []cti.RecordingFile{{Leg: agent, Path: spool + "/1795350559.1.wav", At: time.Unix(1795350560, 0)}}}
	if err := s.Apply(t.Context(), []cti.JournalEntry{{Event: cti.CallEvent{Kind: cti.RecordingStarted, Call: c}}}); err != nil {
		t.Fatal(err)
	}
	known, err := s.adopt(t.Context(), b.opts.Roots[0], "1795350559.1.wav", time.Unix(1795350560, 0))
	if !known || err != nil {
		t.Errorf("known %v, %v", known, err)
	}
	b.only(t)
}
