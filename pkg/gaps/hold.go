package gaps

import (
	"context"
	"slices"

	"callcard/pkg/cti"
)

// AppendEvents writes events of the tracker, but the ends of calls that were not seen
// whole: those wait for what the records tell. It stands between the journal and the
// store. A call that waits when the daemon dies is still open in the store, so the next
// run ends it again.
func (s *Service) AppendEvents(ctx context.Context, events []cti.CallEvent) error {
	through, taken := s.sort(events)
	if len(through) > 0 {
		if err := s.opts.Store.AppendEvents(ctx, through); err != nil {
			return err
		}
	}
	s.take(taken)
	return nil
}

// sort tells what goes on now, and what waits. A call that waits and goes on after all, as
// one that was given up and found alive, ends first.
func (s *Service) sort(events []cti.CallEvent) (through []cti.CallEvent, taken map[cti.CallID]held) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.held) == 0 && !slices.ContainsFunc(events, s.incomplete) {
		return events, nil // nearly always
	}
	taken = map[cti.CallID]held{}
	free := mostHeld - len(s.held)
	through = events[:0:0]
	for _, e := range events {
		for _, id := range []cti.CallID{e.Call.ID, e.Merged} {
			if h, waits := s.held[id]; waits && h.event.Seq < e.Seq && h.event.Epoch == e.Epoch {
				through = append(through, h.event) // written twice is written once
			}
			if h, waits := taken[id]; waits {
				through = append(through, h.event)
				delete(taken, id)
			}
		}
		if s.incomplete(e) && len(taken) < free {
			taken[e.Call.ID] = held{e, s.opts.Now().Add(holdFor)}
			continue
		}
		through = append(through, e)
	}
	return through, taken
}

func (s *Service) incomplete(e cti.CallEvent) bool {
	l, known := s.links[e.Call.PBX]
	return known && l.readable() && e.Kind == cti.CallFinished &&
		(e.Call.Certainty == cti.Unknown || e.Call.Certainty == cti.Reconstructed)
}

func (s *Service) take(taken map[cti.CallID]held) {
	if len(taken) == 0 {
		return
	}
	s.mu.Lock()
	for id, h := range taken {
		if _, again := s.held[id]; !again {
			s.held[id] = h
		}
	}
	s.mu.Unlock()
	select {
	case s.woken <- struct{}{}:
	default:
	}
}

func (s *Service) holds(pbx string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, h := range s.held {
		if h.event.Call.PBX == pbx {
			n++
		}
	}
	return n
}

// release completes the calls that wait, when the records tell of their end, or lets
// them go as they are.
func (s *Service) release(ctx context.Context, l *link) error {
	s.mu.Lock()
	var waiting []held
	for _, h := range s.held {
		if h.event.Call.PBX == l.ID {
			waiting = append(waiting, h)
		}
	}
	s.mu.Unlock()
	slices.SortFunc(waiting, func(a, b held) int { return a.event.At.Compare(b.event.At) })
	var free []*completed
	var calls []*cti.Call
	for _, h := range waiting {
		found, err := s.of(ctx, l, h.event.Call)
		if err != nil {
			return err
		}
		late := !s.opts.Now().Before(h.until)
		if !told(h.event.Call, found, l.hasCDR()) && !late {
			continue
		}
		done := s.complete(l, h.event, found)
		free, calls = append(free, done), append(calls, &done.event.Call)
	}
	written, err := s.written(ctx, calls)
	if err != nil {
		return err
	}
	s.addFiles(ctx, l, calls)
	for _, done := range free {
		if written[done.event.Call.ID] {
			s.forget(done.event.Call.ID)
			continue
		}
		if err := s.letGo(ctx, done); err != nil {
			return err
		}
	}
	return nil
}

// written are those whose end the store has already: their steps would open them again.
func (s *Service) written(ctx context.Context, calls []*cti.Call) (map[cti.CallID]bool, error) {
	ids, over := make([]cti.CallID, len(calls)), map[cti.CallID]bool{}
	for i, c := range calls {
		ids[i] = c.ID
	}
	ended, err := s.opts.Store.EndedInDoubt(ctx, ids)
	for _, c := range ended {
		over[c.ID] = true
	}
	return over, err
}

func (s *Service) forget(id cti.CallID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.held, id)
}

// completed is the end of a call with what the records tell, and the steps before it.
type completed struct {
	steps []cti.CallEvent
	event cti.CallEvent
	empty bool // the records tell nothing
}

func (s *Service) complete(l *link, e cti.CallEvent, found records) *completed {
	done := &completed{event: e, empty: found.empty()}
	if done.empty {
		return done
	}
	call := complete(e.Call, s.rebuild(l, linkedidOf(e.Call), found), len(found.entries) > 0)
	done.steps = steps(e.Call, call, e.At)
	call.Version += len(done.steps)
	done.event.Call = call
	done.event.Decisions = append(slices.Clone(e.Decisions), cti.Decision{
		At: e.At, Stage: "track", Rule: "reconciled", Text: "completed from what the PBX itself wrote down",
	})
	return done
}

// told tells that the records have the end of a call: the row of the channel that began it.
func told(c cti.Call, found records, cdr bool) bool {
	if !cdr {
		return len(found.entries) > 0 && found.over()
	}
	return slices.ContainsFunc(found.rows, func(r record) bool {
		return slices.Contains(c.Linkedids, r.uniqueid) || r.uniqueid == c.ClientLeg.Uniqueid
	})
}

func (s *Service) letGo(ctx context.Context, done *completed) error {
	if err := s.opts.Store.AppendEvents(ctx, append(done.steps, done.event)); err != nil {
		return err
	}
	if done.empty {
		s.given.Add(1)
	} else {
		s.reconciled.Add(1)
	}
	s.forget(done.event.Call.ID)
	s.opts.Appended()
	return nil
}

func linkedidOf(c cti.Call) string {
	if len(c.Linkedids) > 0 {
		return c.Linkedids[0]
	}
	return string(c.ID)[len(c.PBX)+1:]
}
