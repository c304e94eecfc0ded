package recordings

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"callcard/pkg/cti"
)

// tolerance between the clock of the events and the length of the file: announcements
// and the bridge take their time.
const (
	tolerance      = 2 * time.Second
	toleranceShare = 0.05
)

// verify compares the length of a stored file with the talk that it should hold. A file
// that fits becomes verified; of one that does not, the note says by how much.
func (s *Service) verify(ctx context.Context, r cti.Recording) error {
	record, err := s.opts.Store.Call(ctx, r.CallID)
	if errors.Is(err, cti.ErrNotFound) {
		return nil // of no call that is known
	}
	if err != nil {
		return err
	}
	fault, known := lengthFault(r, record)
	if !record.Ended.IsZero() {
		s.settled(r.CallID)
	}
	if !known || fault != "" {
		if fault != "" {
			s.log.WarnContext(ctx, "a recording does not fit its talk", "call", r.CallID, "fault", fault)
			return s.opts.Store.AddDecisions(ctx, r.CallID, []cti.Decision{{
				At: time.Now(), Stage: "recording", Rule: "recording.length", Text: fault, Leg: r.Leg.String(),
			}})
		}
		return nil
	}
	r.State = cti.RecordingVerified
	if err := s.opts.Store.SaveRecording(ctx, r); err != nil && !errors.Is(err, cti.ErrConflict) {
		return err
	}
	return s.note(ctx, r)
}

// verifyEarly looks again at what was stored before its call had ended.
func (s *Service) verifyEarly(ctx context.Context, of []cti.CallID) {
	s.mu.Lock()
	var due []cti.Recording
	for id, recordings := range s.early {
		if len(of) == 0 || slices.Contains(of, id) {
			due = append(due, recordings...)
		}
	}
	s.mu.Unlock()
	for _, r := range due {
		if err := s.verify(ctx, r); err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "cannot compare a recording with its talk", "call", r.CallID, "err", err)
		}
	}
}

// settled forgets a call whose end is known, and those that wait for longer than a day.
func (s *Service) settled(id cti.CallID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.early, id)
	for other, recordings := range s.early {
		if time.Since(recordings[0].Stored) > 24*time.Hour {
			delete(s.early, other)
		}
	}
}

// lengthFault says what is wrong with the length of a file, "" for nothing; known is
// false where the length of the file or the end of the call is not.
func lengthFault(r cti.Recording, of cti.CallRecord) (fault string, known bool) {
	if r.Seconds == 0 || of.Ended.IsZero() {
		return "", false
	}
	end := of.Ended
	for _, other := range of.Recordings { // the next file of the same leg begins where this one was stopped
		if other.Leg == r.Leg && other.Started.After(r.Started.Add(time.Second)) && other.Started.Before(end) {
			end = other.Started
		}
	}
	began := r.Started
	if of.Certainty != cti.Observed && of.Started.Before(began) {
		began = of.Started // it may have been written long before it was found
	}
	talk := talked(r, of.Call, end)
	slack := tolerance.Seconds() + talk*toleranceShare
	switch longest := end.Sub(began).Seconds(); {
	case r.Seconds < talk-slack:
		return fmt.Sprintf("%.0f s of sound for %.0f s of talk", r.Seconds, talk), true
	case r.Seconds > longest+slack:
		return fmt.Sprintf("%.0f s of sound, but the call went on for %.0f s only", r.Seconds, longest), true
	}
	return "", true
}

// talked is how long there was somebody to be heard: on an agent's own leg in his
// talks, on any other leg in all of them.
func talked(r cti.Recording, c cti.Call, end time.Time) (seconds float64) {
	own := false
	for _, t := range c.Talks {
		own = own || t.Leg == r.Leg
	}
	var until time.Time
	for _, t := range c.Talks {
		if own && t.Leg != r.Leg {
			continue
		}
		from, to := later(later(t.From, r.Started), until), t.To
		if to.IsZero() || to.After(end) {
			to = end
		}
		if to.After(from) { // two agents at once are one sound
			seconds += max(0, to.Sub(from).Seconds()-t.Held.Seconds())
			until = to
		}
	}
	return seconds
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
