package recordings

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"callcard/pkg/cti"
)

// TestJobsInTheirOrder: jobs come when they are due and not before, each once, until they are done.
func TestJobsInTheirOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(1000, 0)
		all, due := newJobs(), map[string]time.Time{}
		for range rapid.IntRange(0, 200).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "new") {
				id := rapid.StringMatching(`[a-d][0-9]`).Draw(t, "id")
				at := now.Add(time.Duration(rapid.IntRange(0, 9).Draw(t, "seconds")) * time.Second)
				all.add(&job{rec: cti.Recording{ID: id}, due: at})
				if _, known := due[id]; !known {
					due[id] = at
				}
			}
			now = now.Add(time.Second)
			var want []string
			for id, at := range due {
				if !at.After(now) {
					want = append(want, id)
				}
			}
			var got []string
			for _, j := range all.take(now) {
				got = append(got, j.rec.ID)
				j.done = rapid.Bool().Draw(t, "done")
				j.due = now.Add(3 * time.Second)
				if due[j.rec.ID] = j.due; j.done {
					delete(due, j.rec.ID)
				}
				all.back(j)
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Fatalf("due: got %v, want %v", got, want)
			}
		}
	})
}

// TestJobsNext: the next thing to do is a file, the whole index, or the index that could not be read.
func TestJobsNext(t *testing.T) {
	t.Parallel()
	whole := time.Now().Add(time.Hour)
	all := newJobs()
	if got := all.next(true, whole); !got.Equal(whole) {
		t.Errorf("without jobs: got %v, want %v", got, whole)
	}
	if got := all.next(false, whole); time.Until(got) > storePause {
		t.Errorf("the index is not known: next in %v, want %v at most", time.Until(got), storePause)
	}
	soon := time.Now().Add(time.Second)
	all.add(&job{rec: cti.Recording{ID: "late"}, due: soon.Add(time.Minute)})
	all.add(&job{rec: cti.Recording{ID: "soon"}, due: soon})
	if got := all.next(true, whole); !got.Equal(soon) {
		t.Errorf("with jobs: got %v, want %v", got, soon)
	}
}

// TestJobsThatAreComplete are counted until they are stored.
func TestJobsThatAreComplete(t *testing.T) {
	t.Parallel()
	all, now := newJobs(), time.Now()
	all.add(&job{rec: cti.Recording{ID: "a"}, due: now})
	for _, step := range []struct {
		state cti.RecordingState
		done  bool
		want  int
	}{{cti.RecordingWriting, false, 0}, {cti.RecordingComplete, false, 1}, {cti.RecordingComplete, false, 1}, {cti.RecordingStored, true, 0}} {
		for _, j := range all.take(now) {
			j.rec.State, j.done = step.state, step.done
			all.back(j)
		}
		if got := len(all.complete); got != step.want {
			t.Errorf("%s: %d wait to be stored, want %d", step.state, got, step.want)
		}
	}
}
