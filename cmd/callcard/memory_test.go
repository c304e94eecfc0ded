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
	k := &memoryKeeper{events: func() uint64 { return events }}
	for _, step := range []struct {
		more uint64
		want int
	}{{10, 100}, {4000, 500}, {4000, 500}, {10, 100}} {
		events += step.more
		k.tune()
		if got := debug.SetGCPercent(100); got != step.want {
			t.Errorf("after %d events: %d, want %d", step.more, got, step.want)
		} else {
			debug.SetGCPercent(got)
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
