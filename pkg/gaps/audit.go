package gaps

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"callcard/pkg/cti"
)

// overlap is how far around a day the records are read: a call that began on it may end
// on the next.
const overlap = 12 * time.Hour

// Audit compares the calls that began on a day with what the PBXes wrote down, and keeps
// what it finds. It reads what is new in the records first.
func (s *Service) Audit(ctx context.Context, day time.Time) (cti.Audit, error) {
	year, month, date := day.In(s.opts.Zone).Date()
	from := time.Date(year, month, date, 0, 0, 0, 0, s.opts.Zone)
	to := time.Date(year, month, date+1, 0, 0, 0, 0, s.opts.Zone)
	a := cti.Audit{Day: from.Format(time.DateOnly), At: s.opts.Now().UTC(), Differences: []cti.AuditDifference{}}
	for _, p := range s.opts.PBXes {
		if !p.readable() {
			continue
		}
		if err := s.auditPBX(ctx, s.links[p.ID], from, to, &a); err != nil {
			return a, fmt.Errorf("audit %s of %s: %w", a.Day, p.ID, err)
		}
	}
	slices.SortStableFunc(a.Differences, func(x, y cti.AuditDifference) int { return x.At.Compare(y.At) })
	return a, s.opts.Store.SaveAudit(ctx, a)
}

func (s *Service) auditPBX(ctx context.Context, l *link, from, to time.Time, a *cti.Audit) error {
	calls, err := s.opts.Store.CallsStarted(ctx, l.ID, from, to)
	if err != nil {
		return err
	}
	lines, err := s.opts.Store.LogBetween(ctx, l.ID, from, to.Add(overlap))
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
	ours := map[cti.CallID]bool{}
	for _, c := range calls {
		ours[c.ID] = true
		found, err := s.of(ctx, l, c)
		if err != nil {
			return err
		}
		s.compare(a, l, &c, found)
	}
	for _, linkedid := range linkedids {
		if _, is := known[linkedid]; is {
			continue // compared above, or of another day, or still going on
		}
		id := cti.NewCallID(l.ID, linkedid)
		found, err := s.load(ctx, l, []string{linkedid}, nil)
		if err != nil {
			return err
		}
		theirs := s.rebuild(l, linkedid, found)
		if ours[id] || found.empty() || theirs.Started.Before(from) || !theirs.Started.Before(to) || s.liveNow(id) {
			continue
		}
		s.compare(a, l, nil, found)
	}
	return nil
}

func (s *Service) liveNow(id cti.CallID) bool {
	return slices.ContainsFunc(s.opts.Live(), func(c cti.Call) bool {
		return c.ID == id || slices.Contains(aliases(c), string(id)[len(c.PBX)+1:]) || slices.Contains(c.Linkedids, string(id)[len(c.PBX)+1:])
	})
}

// compare counts a call on both sides, and lists it when they differ.
func (s *Service) compare(a *cti.Audit, l *link, c *cti.Call, found records) {
	var ours, theirs *cti.AuditCall
	var d cti.AuditDifference
	if c != nil {
		ours, d = view(*c), cti.AuditDifference{CallID: c.ID, PBX: l.ID, At: c.Started}
		count(&a.Ours, *ours)
	}
	if !found.empty() {
		linkedid := ""
		if c != nil {
			linkedid = linkedidOf(*c)
		} else if len(found.rows) > 0 {
			linkedid = found.rows[0].linkedid
		} else {
			linkedid = found.entries[0].uniqueid
		}
		call := s.rebuild(l, linkedid, found)
		if theirs = view(call); c == nil {
			d = cti.AuditDifference{CallID: call.ID, PBX: l.ID, At: call.Started}
		}
		count(&a.Theirs, *theirs)
	}
	d.Ours, d.Theirs = ours, theirs
	if d.What = differ(ours, theirs); len(d.What) > 0 {
		a.Differences = append(a.Differences, d)
	}
}

// view of a call as both sides can count it: the PBX does not know of holds.
func view(c cti.Call) *cti.AuditCall {
	v := cti.AuditCall{Direction: c.Direction, Answered: c.Outcome == cti.OutcomeAnswered, Missed: c.Missed, Talks: len(c.Talks)}
	for _, t := range c.Talks {
		to := t.To
		if to.IsZero() {
			to = c.Ended
		}
		v.TalkSeconds += max(0, to.Sub(t.From).Seconds())
	}
	return &v
}

func count(f *cti.AuditFigures, c cti.AuditCall) {
	f.Calls++
	if c.Answered {
		f.Answered++
	}
	if c.Missed {
		f.Missed++
	}
	f.TalkSeconds += c.TalkSeconds
}

func differ(ours, theirs *cti.AuditCall) (what []string) {
	if ours == nil || theirs == nil {
		return []string{"calls"}
	}
	if ours.Answered != theirs.Answered {
		what = append(what, "answered")
	}
	if ours.Missed != theirs.Missed {
		what = append(what, "missed")
	}
	// Each talk of the records begins and ends at a whole second.
	if math.Abs(ours.TalkSeconds-theirs.TalkSeconds) > 1+float64(max(1, ours.Talks, theirs.Talks)) {
		what = append(what, "talk_seconds")
	}
	return what
}

// Read takes what is new in the records; Run does so by itself.
func (s *Service) Read(ctx context.Context) error {
	for _, p := range s.opts.PBXes {
		if err := s.read(ctx, s.links[p.ID]); err != nil {
			return err
		}
	}
	return nil
}
