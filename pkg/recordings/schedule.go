package recordings

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"callcard/pkg/cti"
)

// parallel bounds the files that are copied at a time.
const parallel = 4

// relook is how often the whole index is read: another node may have noted files
// and died. What this node notes itself comes without a look.
const relook = time.Minute

// storePause is the wait after the index could not be read or written.
const storePause = 5 * time.Second

// checks are the times after the end of the call at which the file is looked at.
func checks() []time.Duration {
	return []time.Duration{0, time.Second, 2 * time.Second, 5 * time.Second, 15 * time.Second, time.Minute}
}

// Run collects files until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	var group errgroup.Group
	group.Go(func() error { return s.patrol(ctx) })
	group.Go(func() error { return s.collect(ctx) })
	group.Go(func() error { return s.transcode(ctx) })
	return group.Wait()
}

func (s *Service) collect(ctx context.Context) error {
	jobs := newJobs()
	whole := time.Now().Add(relook)
	for ctx.Err() == nil {
		if now := time.Now(); !now.Before(whole) {
			s.lookAgain()
			whole = now.Add(relook)
		}
		known := s.pending(ctx, jobs)
		s.work(ctx, jobs)
		timer := time.NewTimer(time.Until(jobs.next(known, whole)))
		select {
		case <-s.wake:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
	return nil
}

// lookAgain makes the next look one at the whole index.
func (s *Service) lookAgain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended, s.all = nil, true
}

// news are the calls to ask the index for; none with due true means all.
func (s *Service) news() (of []cti.CallID, due bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	of, due = s.ended, s.all || len(s.ended) > 0
	s.ended, s.all = nil, false
	return of, due
}

// pending adds what the index says is to be done. It returns false when that is not known.
func (s *Service) pending(ctx context.Context, jobs *jobs) bool {
	of, due := s.news()
	if !due {
		return true
	}
	found, err := s.opts.Store.PendingRecordings(ctx, of...)
	if err != nil {
		if ctx.Err() == nil {
			s.log.ErrorContext(ctx, "cannot read which recordings are pending, trying again", "err", err)
		}
		s.lookAgain()
		return false
	}
	s.verifyEarly(ctx, of)
	now := time.Now()
	for _, rec := range append(found, s.takeLate()...) {
		jobs.add(&job{rec: rec, began: now, due: now.Add(checks()[0]), late: rec.State == cti.RecordingMissing})
	}
	return true
}

// takeLate are the files that the patrol wants looked for once more.
func (s *Service) takeLate() []cti.Recording {
	s.mu.Lock()
	defer s.mu.Unlock()
	late := s.late
	s.late = nil
	return late
}

// work checks all jobs that are due and forgets those that are done.
func (s *Service) work(ctx context.Context, jobs *jobs) {
	due := jobs.take(time.Now())
	var group errgroup.Group
	group.SetLimit(parallel)
	for _, j := range due {
		group.Go(func() error {
			s.check(ctx, j)
			return nil
		})
	}
	_ = group.Wait() // faults are the jobs' own
	for _, j := range due {
		jobs.back(j)
	}
	s.waiting.Store(int64(len(jobs.complete)))
}

// check looks at one file and either decides or sets the next time.
func (s *Service) check(ctx context.Context, j *job) {
	if j.result == nil {
		j.result = s.judge(ctx, j)
	}
	now := time.Now()
	if j.late && j.result != nil && j.result.State == cti.RecordingMissing || j.late && j.result == nil && j.step >= len(checks())-1 {
		j.done = true // still not there, which is known
		return
	}
	if j.result == nil {
		j.step++
		j.due = now.Add(time.Minute)
		if steps := checks(); j.step < len(steps) {
			j.due = j.began.Add(steps[j.step])
		}
		return
	}
	if err := s.save(ctx, *j.result); err != nil {
		if ctx.Err() == nil {
			s.log.ErrorContext(ctx, "cannot save a recording's state, trying again", "call", j.rec.CallID, "err", err)
		}
		j.due = now.Add(storePause)
		return
	}
	j.rec, j.done = *j.result, true
}

// save keeps what became of a file, tells why in the call's trace, and goes on to
// what can be said of a stored one.
func (s *Service) save(ctx context.Context, r cti.Recording) error {
	err := s.opts.Store.SaveRecording(ctx, r)
	if errors.Is(err, cti.ErrConflict) {
		return nil // another way, or another node, brought it
	}
	if err != nil {
		return err
	}
	s.letGo(r)
	s.log.InfoContext(ctx, "recording settled", "call", r.CallID, "state", r.State, "bytes", r.Bytes, "note", r.Note)
	if err := s.note(ctx, r); err != nil || r.State != cti.RecordingStored {
		return err
	}
	if r.Due != "" {
		select {
		case s.due <- struct{}{}:
		default:
		}
	}
	s.mu.Lock() // before the look at the call, whose end may be written meanwhile
	s.early[r.CallID] = append(s.early[r.CallID], r)
	s.mu.Unlock()
	return s.verify(ctx, r)
}

func (s *Service) note(ctx context.Context, r cti.Recording) error {
	return s.opts.Store.AddDecisions(ctx, r.CallID, []cti.Decision{{
		At: time.Now(), Stage: "recording", Rule: "recording." + string(r.State), Text: sentence(r), Leg: r.Leg.String(),
	}})
}

func sentence(r cti.Recording) string {
	switch r.State {
	case cti.RecordingStored:
		return "the recording is complete and stored"
	case cti.RecordingVerified:
		return "the recording is as long as the talk was"
	case cti.RecordingEmpty:
		return "the recording is empty: nothing was said on it"
	}
	return "the recording was not found"
}
