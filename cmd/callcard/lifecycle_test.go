package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

// diary notes in which order parts stop.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) write(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

func (d *diary) part(name string) part {
	return part{name, func(ctx context.Context) error {
		<-ctx.Done()
		d.write(name)
		return ctx.Err()
	}}
}

func TestPartsStopInTheOppositeOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var d diary
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			done <- runParts(ctx, slog.New(slog.DiscardHandler), []part{d.part("store"), d.part("tracker"), d.part("web")})
		}()
		synctest.Wait()
		stop()
		if err := <-done; err != nil {
			t.Errorf("got %v", err)
		}
		if diff := cmp.Diff([]string{"web", "tracker", "store"}, d.lines); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAFailedPartStopsTheOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for name, failure := range map[string]error{"with an error": errors.New("disk is full"), "without a word": nil} {
			var d diary
			broken := part{"journal", func(context.Context) error { return failure }}
			err := runParts(t.Context(), slog.New(slog.DiscardHandler), []part{d.part("store"), broken, d.part("web")})
			if err == nil || !strings.HasPrefix(err.Error(), "journal ended: ") || failure != nil && !errors.Is(err, failure) {
				t.Errorf("%s: got %v", name, err)
			}
			if diff := cmp.Diff([]string{"web", "store"}, d.lines); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	})
}

func TestAPartThatDoesNotStopIsNamed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var d diary
		release := make(chan struct{})
		stuck := part{"recordings", func(context.Context) error { <-release; return nil }}
		ctx, stop := context.WithCancel(t.Context())
		stop()
		err := runParts(ctx, slog.New(slog.DiscardHandler), []part{d.part("store"), stuck, d.part("web")})
		if err == nil || !strings.Contains(err.Error(), "not stopped within 15s: recordings") {
			t.Errorf("got %v", err)
		}
		close(release)
		synctest.Wait()
		if diff := cmp.Diff([]string{"web", "store"}, d.lines); diff != "" {
			t.Errorf("the others were asked too: %s", diff)
		}
	})
}
