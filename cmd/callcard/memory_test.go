package main

import (
	"log/slog"
	"runtime"
	"runtime/debug"
	"testing"
)

func TestCollectionsAreRareWhileCallsComeIn(t *testing.T) {
	t.Setenv("GOGC", "")
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	var events uint64
	k := &memoryKeeper{most: mostGarbage, events: func() uint64 { return events }}
	k.tune()
	for _, step := range []struct {
		more uint64
		rare bool
	}{{10, false}, {4000, true}, {4000, true}, {10, false}} {
		events += step.more
		runtime.KeepAlive(make([]byte, 256<<20)) // garbage of these two seconds, seven times which is more than may be
		runtime.GC()                             // only then is a limit lowered
		k.tune()
		got := debug.SetGCPercent(100)
		debug.SetGCPercent(got)
		if rare := got > 100; rare != step.rare {
			t.Errorf("after %d events: %d percent, rare is to be %v", step.more, got, step.rare)
		}
	}
}

func TestHeapGrowsByWhatIsAllocated(t *testing.T) {
	for _, c := range []struct{ live, made, want uint64 }{
		{50 << 20, 50 << 20, 700},    // 25 MB/s: 14 s of it are 350 MB
		{50 << 20, 80 << 20, 1120},   // what the journal adds changes the heap, not the time
		{200 << 20, 50 << 20, 175},   // a large heap may grow as much, not as many times
		{200 << 20, 10 << 20, 100},   // never less than usual
		{100 << 20, 500 << 20, 1024}, // and no more than memory allows
	} {
		if got := rarePercent(c.live, c.made, mostGarbage); got != int(c.want) { //nolint:gosec // small
			t.Errorf("live %d MB, made %d MB: %d, want %d", c.live>>20, c.made>>20, got, c.want)
		}
	}
}

// TestLimitIsNotLoweredBelowWhatThereIs: that would make a collection of the kind that cards wait for.
func TestLimitIsNotLoweredBelowWhatThereIs(t *testing.T) {
	for _, c := range []struct {
		objects uint64
		percent int
		want    bool
	}{
		{120 << 20, 100, false}, // of 200 MB
		{160 << 20, 100, true},
		{300 << 20, 100, true},
		{300 << 20, 600, false}, // of 700 MB
	} {
		if got := tooMuchFor(c.percent, memory{live: 100 << 20, objects: c.objects}); got != c.want {
			t.Errorf("%d MB, to %d percent: %v, want %v", c.objects>>20, c.percent, got, c.want)
		}
	}
}

// Garbage of a busy time is given back once, in the first quiet moment.
func TestMemoryIsGivenBackWhenItIsQuiet(t *testing.T) {
	k := &memoryKeeper{log: slog.New(slog.DiscardHandler)}
	k.look()
	k.look()
	var rush [][]byte
	for range 64 {
		rush = append(rush, make([]byte, 1<<20))
	}
	runtime.KeepAlive(rush)
	if k.look() {
		t.Error("collected in the middle of the rush")
	}
	if !k.look() {
		t.Error("64 MB of garbage are kept in a quiet moment")
	}
	if k.look() {
		t.Error("collected again for nothing")
	}
}
