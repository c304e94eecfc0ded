package store_test

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"

	"callcard/pkg/cti"
)

// TestRestsBetweenPages: a commit is not done in one go.
func TestRestsBetweenPages(t *testing.T) {
	s := opened(t, "sqlite:"+filepath.Join(t.TempDir(), "pages.db"))
	var rests, before atomic.Int64
	s.WriteBehind(func(work func()) { work() }, func() { rests.Add(1) })
	t.Cleanup(func() { s.WriteBehind(func(work func()) { work() }, func() {}) }) // other stores of this process write, too
	events := make([]cti.CallEvent, 1000)
	for i := range events {
		events[i] = busyEvent(i)
	}
	err := s.Together(t.Context(), func(ctx context.Context) error {
		err := s.AppendEvents(ctx, events)
		before.Store(rests.Load())
		return err // and the commit follows
	})
	if err != nil {
		t.Fatal(err)
	}
	// A thousand events of some 1.5 KB are 400 pages of 4 KB or so.
	if got := rests.Load() - before.Load(); got < 300 {
		t.Errorf("%d rests in the commit of a thousand events, want one for each page, some 400", got)
	}
}
