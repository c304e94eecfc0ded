package recordings

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"callcard/pkg/cti"
)

// remote lists what a PBX has.
type remote struct {
	paths []string
	fault error
	asked int
}

func (r *remote) List(_ context.Context, pbx string) ([]string, error) {
	r.asked++
	if pbx != "main" {
		return nil, nil
	}
	return r.paths, r.fault
}

// Files of a PBX whose disk is elsewhere are found by their channels, too, and one that is
// on this machine as well is found once.
func TestFilesThatAPBXListsAreFound(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.put(t, "pbx-1795350559.7-79161234567.wav", time.Now())
	const there = "/var/spool/asterisk/recording/"
	from := &remote{paths: []string{
		there + "pbx-1795350559.7-79161234567.wav", there + "2026/11/22/pbx-1795350559.8-79161234567.wav", there + "pbx-1795350559.80.wav",
		there + "pbx-1795350559.8.txt", there + "greeting.wav",
	}}
	b.opts.Lister = from
	s, err := New(b.opts)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{there + "2026/11/22/pbx-1795350559.8-79161234567.wav", b.file("pbx-1795350559.7-79161234567.wav")}
	slices.Sort(want)
	for range 3 {
		equal(t, "files", want, findNamed(t, s, time.Now(), "pbx-1795350559.7", "pbx-1795350559.8"))
	}
	equal(t, "one list for calls that are repaired at once", 1, from.asked)
	from.fault = &cti.UnavailableError{What: "ARI", Err: errors.New("down")}
	delete(s.lists, "main")
	var unavailable *cti.UnavailableError
	found, err := s.Named(t.Context(), "main", []string{"pbx-1795350559.7"}, time.Now())
	if !errors.As(err, &unavailable) || len(found) != 1 {
		t.Errorf("with ARI down: %v, %v", found, err)
	}
}
