package main

import (
	"log/slog"
	"runtime"
	"testing"
)

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
