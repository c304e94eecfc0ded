package gaps

import (
	"context"
	"slices"
	"time"

	"callcard/pkg/cti"
)

// of finds what was written down about a call.
func (s *Service) of(ctx context.Context, l *link, c cti.Call) (records, error) {
	uniqueids := []string{c.ClientLeg.Uniqueid}
	for _, v := range c.Visits {
		uniqueids = append(uniqueids, v.Leg.Uniqueid)
	}
	return s.load(ctx, l, append(slices.Clone(c.Linkedids), aliases(c)...), uniqueids)
}

// aliases are the Linkedids in the ids of a call and of those merged into it.
func aliases(c cti.Call) (linkedids []string) {
	for _, id := range append([]cti.CallID{c.ID}, c.Aliases...) {
		if n := len(c.PBX) + 1; len(id) > n {
			linkedids = append(linkedids, string(id[n:]))
		}
	}
	return linkedids
}

// load reads the lines of channels: the CDR by Linkedid, the queues' by the Uniqueids of
// these and of the channels in the CDR.
func (s *Service) load(ctx context.Context, l *link, linkedids, uniqueids []string) (records, error) {
	linkedids = unique(linkedids)
	lines, err := s.opts.Store.LogLines(ctx, l.ID, linkedids, nil)
	if err != nil {
		return records{}, err
	}
	found := s.parse(l, lines)
	uniqueids = append(slices.Clone(linkedids), uniqueids...)
	for _, row := range found.rows {
		uniqueids = append(uniqueids, row.uniqueid)
	}
	if lines, err = s.opts.Store.LogLines(ctx, l.ID, nil, unique(uniqueids)); err != nil {
		return records{}, err
	}
	for _, line := range lines {
		if line.Kind == cti.QueueLog {
			if e, err := parseEntry(line.Text); err == nil {
				found.entries = append(found.entries, e)
			}
		}
	}
	return found, nil
}

func unique(ids []string) []string {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == "" })
	slices.Sort(ids)
	return slices.Compact(ids)
}

// parse reads lines that were understood when they were stored.
func (s *Service) parse(l *link, lines []cti.LogLine) (found records) {
	for _, line := range lines {
		switch line.Kind {
		case cti.CDRRecord:
			if r, err := l.form.parse(line.Text); err == nil {
				found.rows = append(found.rows, r)
			}
		case cti.QueueLog:
			if e, err := parseEntry(line.Text); err == nil {
				found.entries = append(found.entries, e)
			}
		}
	}
	return found
}

func (s *Service) rebuild(l *link, linkedid string, found records) cti.Call {
	b := builder{pbx: l.ID, naming: l.Naming, normalize: s.opts.Normalize, userOf: s.opts.UserOf}
	return b.rebuild(linkedid, found)
}

// repair adds the calls of each gap that nobody heard of; left when lines may still come.
func (s *Service) repair(ctx context.Context, l *link, gaps []cti.Gap) (left bool, err error) {
	now := s.opts.Now()
	for _, gap := range gaps {
		waits, err := s.fill(ctx, l, gap, now)
		if err != nil {
			return true, err
		}
		if gap.Closed = !waits && now.Sub(gap.To) > expect; gap.Closed {
			if err := s.opts.Store.SaveGap(ctx, gap); err != nil {
				return true, err
			}
		}
		left = left || waits || now.Sub(gap.To) < 2*margin
	}
	return left, nil
}

func (s *Service) fill(ctx context.Context, l *link, gap cti.Gap, now time.Time) (waits bool, err error) {
	lines, err := s.opts.Store.LogBetween(ctx, l.ID, gap.From.Add(-margin), gap.To.Add(margin))
	if err != nil {
		return false, err
	}
	linkedids, err := s.linkedids(ctx, l, lines)
	if err != nil {
		return false, err
	}
	strangers, err := s.strangers(ctx, l, linkedids)
	if err != nil {
		return false, err
	}
	var calls []*cti.Call
	for _, linkedid := range strangers {
		found, err := s.load(ctx, l, []string{linkedid}, nil)
		if err != nil {
			return false, err
		}
		ended := found.ended()
		if found.empty() || ended.Before(gap.From.Add(-margin)) {
			continue
		}
		// Who is in a queue still is known to the tracker. Of one who is not, the end was not written down.
		if now.Sub(ended) < grace || !found.over() && now.Sub(ended) < margin || !s.opts.Settled() {
			waits = waits || now.Sub(ended) < expect
			continue
		}
		call := s.rebuild(l, linkedid, found)
		if call.Started.After(gap.To.Add(grace)) {
			continue // it began when everything was heard
		}
		calls = append(calls, &call)
	}
	s.addFiles(ctx, l, calls)
	for _, call := range calls {
		if err := s.add(ctx, *call, now); err != nil {
			return false, err
		}
	}
	return waits, nil
}

// add writes a call that nobody heard of. Its name in the journal is always the same.
func (s *Service) add(ctx context.Context, call cti.Call, now time.Time) error {
	events := steps(cti.Call{Version: call.Version}, call, now)
	call.Version += len(events)
	events = append(events, cti.CallEvent{
		Epoch: recordsEpoch(call.ID), Seq: 1, At: call.Ended, Kind: cti.CallFinished, Call: call, Reconstructed: true,
		Decisions: []cti.Decision{{
			At: now, Stage: "track", Rule: "reconstructed",
			Text: "nobody heard this call; it was made of what the PBX itself wrote down",
		}},
	})
	if err := s.opts.Store.AppendEvents(ctx, events); err != nil {
		return err
	}
	s.reconstructed.Add(1)
	s.log.InfoContext(ctx, "a call that nobody heard was added", "call", call.ID, "outcome", call.Outcome)
	s.opts.Appended()
	return nil
}

// linkedids of lines: the CDR tells them. A queue's caller without a row has, most likely,
// his own: an unanswered call of which nobody was rung has no row (unanswered=no in cdr.conf).
func (s *Service) linkedids(ctx context.Context, l *link, lines []cti.LogLine) ([]string, error) {
	var linkedids, alone []string
	inCDR := map[string]bool{}
	for _, line := range lines {
		if line.Kind == cti.CDRRecord {
			linkedids = append(linkedids, line.Linkedid)
			inCDR[line.Uniqueid] = true
		}
	}
	for _, line := range lines {
		if line.Kind == cti.QueueLog && !inCDR[line.Uniqueid] {
			alone = append(alone, line.Uniqueid)
		}
	}
	elsewhere, err := s.opts.Store.LogLines(ctx, l.ID, nil, unique(alone)) // rows of another time
	if err != nil {
		return nil, err
	}
	for _, line := range elsewhere {
		if line.Kind == cti.CDRRecord {
			linkedids = append(linkedids, line.Linkedid)
			inCDR[line.Uniqueid] = true
		}
	}
	for _, uniqueid := range alone {
		if !inCDR[uniqueid] {
			linkedids = append(linkedids, uniqueid)
		}
	}
	return unique(linkedids), nil
}

// strangers are those that belong to no call: none that goes on, waits or is in the store.
func (s *Service) strangers(ctx context.Context, l *link, linkedids []string) ([]string, error) {
	live := map[string]bool{}
	note := func(c cti.Call) {
		if c.PBX != l.ID {
			return
		}
		for _, linkedid := range append(slices.Clone(c.Linkedids), aliases(c)...) {
			live[linkedid] = true
		}
		for _, leg := range c.Legs {
			live[leg.ID.Uniqueid] = true
		}
		live[c.ClientLeg.Uniqueid] = true
	}
	for _, c := range s.opts.Live() {
		note(c)
	}
	s.mu.Lock()
	for _, h := range s.held {
		note(h.event.Call)
	}
	s.mu.Unlock()
	linkedids = slices.DeleteFunc(linkedids, func(id string) bool { return live[id] })
	known, err := s.opts.Store.KnownLinkedids(ctx, l.ID, linkedids)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(linkedids, func(id string) bool { _, is := known[id]; return is }), nil
}
