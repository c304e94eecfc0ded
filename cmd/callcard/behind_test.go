package main

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

func TestLittleWorksBehindAtATime(t *testing.T) {
	t.Parallel()
	b := newBackstage()
	defer b.Close()
	var now, most atomic.Int64
	var group sync.WaitGroup
	for range 8 * cap(b.places) {
		group.Go(func() {
			b.Do(func() {
				most.Store(max(most.Load(), now.Add(1)))
				b.Rest()
				now.Add(-1)
			})
		})
	}
	group.Wait()
	if got := most.Load(); got > int64(cap(b.places)) || len(b.free) > cap(b.places) {
		t.Errorf("%d worked at a time on %d threads, want %d at most", got, len(b.free), cap(b.places))
	}
}

// Who waits for a place gets it when another leaves.
func TestWorkBehindWaitsForItsPlace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBackstage()
		hold, done := make(chan struct{}), make(chan struct{})
		for range cap(b.places) {
			go b.Do(func() { <-hold })
		}
		synctest.Wait()
		go func() { b.Do(func() {}); close(done) }()
		synctest.Wait()
		select {
		case <-done:
			t.Error("worked though all places were taken")
		default:
		}
		close(hold)
		<-done
		synctest.Wait()
		b.Close()
	})
}

// A handler's panic is one request's fault: it must reach who recovers it.
func TestPanicOfWorkBehindComesBack(t *testing.T) {
	t.Parallel()
	b := newBackstage()
	defer b.Close()
	defer func() {
		if text, _ := recover().(string); !strings.HasPrefix(text, "for the test") || !strings.Contains(text, "behind_test.go") {
			t.Errorf("panicked with %q, want the words and the stack of the work", text)
		}
		b.Do(func() {}) // the place is free again
	}()
	b.Do(func() { panic("for the test") })
}
