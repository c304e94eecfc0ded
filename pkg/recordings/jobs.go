package recordings

import (
	"container/heap"
	"time"

	"callcard/pkg/cti"
)

// job is one file that is waited for.
type job struct {
	rec   cti.Recording
	began time.Time
	step  int
	due   time.Time
	// size of the file when it was seen last, and since when it has it.
	size   int64
	sized  time.Time
	result *cti.Recording // decided, not yet saved
	late   bool           // given up before: it is news only when it is found
	why    string         // what was saved of a file that cannot be stored
	done   bool
}

// jobs are the files that are waited for, that which is due first in front: where no file
// ever comes there are thousands of them.
type jobs struct {
	known    map[string]bool // by the id of the recording
	complete map[string]bool // whole, and not stored yet
	waiting  byDue
}

func newJobs() *jobs { return &jobs{known: map[string]bool{}, complete: map[string]bool{}} }

// add a job, unless there is one for the same file.
func (l *jobs) add(j *job) {
	if l.known[j.rec.ID] {
		return
	}
	l.known[j.rec.ID] = true
	heap.Push(&l.waiting, j)
}

// take those that are due.
func (l *jobs) take(now time.Time) (due []*job) {
	for len(l.waiting) > 0 && !l.waiting[0].due.After(now) {
		due = append(due, heap.Pop(&l.waiting).(*job))
	}
	return due
}

// back puts a job that was taken to where it is due next, or forgets one that is done.
func (l *jobs) back(j *job) {
	delete(l.complete, j.rec.ID)
	if j.done {
		delete(l.known, j.rec.ID)
		return
	}
	if j.rec.State == cti.RecordingComplete {
		l.complete[j.rec.ID] = true
	}
	heap.Push(&l.waiting, j)
}

// next is when there is something to do: a file to check, or the index to read.
func (l *jobs) next(known bool, whole time.Time) time.Time {
	next := whole
	if retry := time.Now().Add(storePause); !known && retry.Before(next) {
		next = retry
	}
	if len(l.waiting) > 0 && l.waiting[0].due.Before(next) {
		next = l.waiting[0].due
	}
	return next
}

type byDue []*job

func (d byDue) Len() int           { return len(d) }
func (d byDue) Less(i, j int) bool { return d[i].due.Before(d[j].due) }
func (d byDue) Swap(i, j int)      { d[i], d[j] = d[j], d[i] }
func (d *byDue) Push(j any)        { *d = append(*d, j.(*job)) }

func (d *byDue) Pop() any {
	last := len(*d) - 1
	j := (*d)[last]
	(*d)[last] = nil
	*d = (*d)[:last]
	return j
}
