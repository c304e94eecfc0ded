package main

import (
	"context"
	"runtime"
	"syscall"
)

// behindBy is the niceness of threads that work behind the cards: a third of the share of
// others where there is not enough for all, and later to be chosen. Much more would let the
// journal starve beside a busy PBX on the same machine.
const behindBy = 5

// behind runs what no card waits for on a thread that the kernel prefers less. A write to
// SQLite takes a core for up to some tens of milliseconds; a ring takes it over at once.
// Linux keeps a niceness per thread (setpriority(2), BUGS); elsewhere nothing is changed.
// The thread is not given back: it ends with its goroutine.
func behind(run func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		if runtime.GOOS == "linux" {
			runtime.LockOSThread()
			_ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, behindBy) // without it all works as well, a little later
		}
		return run(ctx)
	}
}
