package gaps

import (
	"context"
	"fmt"
	"slices"
	"time"

	"callcard/pkg/cti"
)

// Lines may come after their call was repaired, or given up: cdr.conf may batch them, and
// each channel has its row when it is gone. A call that was not heard whole is looked at
// once more with each new line about it. One that was heard whole stays as it is.

// fresh are the channels of lines that were stored and not looked at yet.
type fresh map[string]bool

func (f fresh) note(lines []cti.LogLine) {
	for _, line := range lines {
		f[line.Uniqueid] = true
	}
}

// catchUp notes the lines from before a gap: the run that stored them may not have come to
// look at them.
func (s *Service) catchUp(ctx context.Context, l *link, gaps []cti.Gap) error {
	if l.caughtUp {
		return nil
	}
	for _, gap := range gaps {
		lines, err := s.opts.Store.LogBetween(ctx, l.ID, gap.From.Add(-expect), gap.From.Add(margin))
		if err != nil {
			return err
		}
		l.fresh.note(lines)
	}
	l.caughtUp = true
	return nil
}

// correct looks at the calls of new lines.
func (s *Service) correct(ctx context.Context, l *link) error {
	if len(l.fresh) == 0 || !s.opts.Settled() {
		return nil
	}
	uniqueids := make([]string, 0, len(l.fresh))
	for id := range l.fresh {
		uniqueids = append(uniqueids, id)
	}
	lines, err := s.opts.Store.LogLines(ctx, l.ID, nil, unique(uniqueids))
	if err != nil {
		return err
	}
	linkedids, err := s.linkedids(ctx, l, lines)
	if err != nil {
		return err
	}
	known, err := s.opts.Store.KnownLinkedids(ctx, l.ID, linkedids)
	if err != nil {
		return err
	}
	var ids []cti.CallID
	for _, id := range known {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	calls, err := s.opts.Store.EndedInDoubt(ctx, ids)
	if err != nil {
		return err
	}
	for _, c := range calls {
		if err := s.correctCall(ctx, l, c); err != nil {
			return err
		}
	}
	clear(l.fresh)
	return nil
}

func (s *Service) correctCall(ctx context.Context, l *link, c cti.Call) error {
	if s.liveNow(c.ID) {
		return nil // it was given up and goes on: its end comes again
	}
	found, err := s.of(ctx, l, c)
	if err != nil || found.empty() || !found.over() {
		return err
	}
	right := corrected(c, s.rebuild(l, linkedidOf(c), found), len(found.entries) > 0)
	what := wrong(c, right)
	if what == "" {
		return nil
	}
	s.addFiles(ctx, l, []*cti.Call{&right})
	now := s.opts.Now()
	events := steps(c, right, now)
	right.Version += len(events) + 1
	events = append(events, cti.CallEvent{At: now, Kind: cti.CallCorrected, Call: right, Decisions: []cti.Decision{{
		At: now, Stage: "track", Rule: "corrected", Text: "lines that the PBX wrote down late tell it otherwise: " + what,
	}}})
	for i := range events { // the same lines make the same names
		events[i].Epoch, events[i].Seq, events[i].Reconstructed = fmt.Sprintf("%s:%d", recordsEpoch(c.ID), len(found.rows)+len(found.entries)), uint64(i+1), true //nolint:gosec // a few
	}
	if err := s.opts.Store.AppendEvents(ctx, events); err != nil {
		return err
	}
	s.corrected.Add(1)
	s.log.InfoContext(ctx, "a call was corrected by late lines of the PBX", "call", c.ID, "what", what)
	s.opts.Appended()
	return nil
}

// corrected is a call with all that the records tell by now.
func corrected(c, seen cti.Call, queueLog bool) cti.Call {
	if madeOfRecords(c) {
		seen.ID, seen.Linkedids, seen.Aliases, seen.Version, seen.Files = c.ID, c.Linkedids, c.Aliases, c.Version, c.Files
		seen.Certainty = cti.Reconciled
		return seen
	}
	if seen.Ended.Sub(c.Ended) > blur {
		c.Ended = seen.Ended
	}
	return complete(c, seen, queueLog)
}

// madeOfRecords tells calls that nobody heard from those that were given up: the
// records know whole seconds only, the events' clock is finer.
func madeOfRecords(c cti.Call) bool {
	return c.Started.Nanosecond() == 0 && c.Ended.Nanosecond() == 0
}

// wrong says what of a call was told otherwise, "" when nothing was that matters.
func wrong(c, right cti.Call) string {
	switch off := talkedFor(right) - talkedFor(c); {
	case c.Direction != right.Direction || c.Client.Number != right.Client.Number:
		return "who called whom"
	case c.Outcome != right.Outcome || c.Missed != right.Missed:
		return "what became of it"
	case len(c.Talks) != len(right.Talks) || off > time.Second || off < -time.Second:
		return "who talked, and how long"
	case !slices.EqualFunc(c.Visits, right.Visits, func(a, b cti.Visit) bool { return a.Queue == b.Queue && a.Outcome == b.Outcome }):
		return "the queues"
	case len(c.Transfers) != len(right.Transfers):
		return "who handed over"
	}
	return ""
}

func talkedFor(c cti.Call) (sum time.Duration) {
	for _, t := range c.Talks {
		if to := sooner(c.Ended, t.To); to.After(t.From) {
			sum += to.Sub(t.From)
		}
	}
	return sum
}
