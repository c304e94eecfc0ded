package main

import (
	"time"

	"golang.org/x/sys/unix"
)

const (
	// behindBy is the niceness of threads behind the cards: a third of the share of others
	// where there is not enough for all. Much more would let the journal starve beside a busy
	// PBX on the same machine.
	behindBy = 5
	// longSlice is the longest that the kernel gives. Who wakes takes the processor over at once
	// from one who asked for a longer slice, when he had not more than his share; else when that
	// slice or the tick is over, 4 ms at 250 Hz (kernel/sched/fair.c, check_preempt_wakeup_fair).
	longSlice = 100 * time.Millisecond
)

// stepBack has the kernel prefer all other threads to the calling one. Where that is not
// permitted, all works as well, with cards that are late more often. Linux keeps niceness per
// thread (setpriority(2), BUGS), and wishes for slices since 6.12 (sched_setattr(2), sched_runtime).
func stepBack() {
	_ = unix.SchedSetAttr(0, &unix.SchedAttr{Nice: behindBy, Runtime: uint64(longSlice)}, 0)
}

// doze sleeps with the thread: Go's own sleep would wake two of them.
func doze(d time.Duration) {
	wish := unix.NsecToTimespec(int64(d))
	_ = unix.Nanosleep(&wish, nil) // woken early is as well
}
