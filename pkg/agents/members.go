package agents

import (
	"context"
	"time"

	"callcard/pkg/cti"
)

// Put takes what a PBX said. Only links, snapshots and members matter here. It never
// waits; the error is for the signature that a source's sink has.
func (s *Service) Put(_ context.Context, ev cti.PBXEvent) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch ev := ev.(type) {
	case cti.LinkUp:
		s.link(ev.PBX, true)
	case cti.LinkDown:
		s.link(ev.PBX, false)
	case cti.Snapshot:
		s.takeSnapshot(ev)
	case cti.MemberChanged:
		s.memberChanged(ev.Member, ev.At)
	case cti.MemberRemoved:
		s.memberRemoved(ev.Member, ev.At)
	}
	return nil
}

func (s *Service) link(pbx string, up bool) {
	s.linked[pbx], s.truths[pbx] = up, false
	for _, a := range s.agents {
		if a.pbx == pbx {
			s.publish(a)
		}
	}
}

// takeSnapshot is the truth about all members of one PBX. A wish that was not fulfilled
// before is pursued; after a restart of the PBX every wish is, because its dynamic
// members are gone and its static ones are unpaused. Otherwise what differs was changed
// while nobody heard it, and is adopted.
func (s *Service) takeSnapshot(ev cti.Snapshot) {
	s.linked[ev.PBX], s.truths[ev.PBX] = true, true
	s.resetQueues(ev)
	members := map[*agent][]cti.Member{}
	for _, m := range ev.Members {
		if a := s.owner(m); a != nil {
			members[a] = append(members[a], m)
		}
	}
	for _, a := range s.agents {
		if a.pbx == ev.PBX {
			s.reseen(a, ev, members[a])
		}
	}
}

func (s *Service) reseen(a *agent, ev cti.Snapshot, members []cti.Member) {
	before, since := a.seen, a.since
	defer a.forgetPauses()
	a.seen, a.since = map[string]cti.Member{}, map[string]time.Time{}
	for _, m := range members {
		a.seen[m.Queue] = m
		a.since[m.Queue] = startOf(m, ev.At)
		if old, ok := before[m.Queue]; ok && agrees(m, old.Paused, old.PausedReason) && m.LastPause.IsZero() {
			a.since[m.Queue] = since[m.Queue]
		}
	}
	switch {
	case a.wishing, ev.Restarted && a.known:
		s.pursue(a, a.whole || ev.Restarted)
	default:
		s.adopt(a, ev.At)
	}
	s.look(a)
	s.overdue(a)
	s.publish(a)
}

// startOf is since when the member is as he is, as far as the PBX tells.
func startOf(m cti.Member, now time.Time) time.Time {
	switch {
	case m.Paused && !m.LastPause.IsZero():
		return m.LastPause
	case !m.Paused && m.LoginTime.After(m.LastPause):
		return m.LoginTime
	}
	return now
}

func (s *Service) memberChanged(m cti.Member, at time.Time) {
	s.putMember(m)
	a := s.owner(m)
	if a == nil {
		return
	}
	old, was := a.seen[m.Queue]
	a.seen[m.Queue] = m
	s.look(a)
	if was && old.Paused == m.Paused && old.PausedReason == m.PausedReason {
		s.publish(a) // the device's state only
		return
	}
	a.since[m.Queue] = at
	s.settle(a, verbPause, m, at)
}

func (s *Service) memberRemoved(m cti.Member, at time.Time) {
	s.dropMember(m)
	a := s.owner(m)
	if a == nil {
		return
	}
	if _, was := a.seen[m.Queue]; !was {
		return
	}
	delete(a.seen, m.Queue)
	a.since[m.Queue] = at
	s.look(a)
	s.settle(a, verbRemove, m, at)
}

// settle looks at a change: the wish may be fulfilled by it, it may be an echo of our
// own actions, or somebody else's doing. What somebody else does in the very moment of
// a wish is overruled by the next try; what was taken for an echo by mistake is found
// by recheck.
func (s *Service) settle(a *agent, v verb, m cti.Member, at time.Time) {
	own := a.heardEcho(v, m, time.Now())
	switch {
	case a.wishing && len(s.planOf(a)) == 0:
		s.fulfilled(a)
	case own || a.running || a.wishing && a.inFlight(time.Now()):
	default:
		s.adopt(a, at)
	}
	s.publish(a)
}

// recheck adopts a difference that is left when all echoes have died away.
func (s *Service) recheck(a *agent) {
	if !a.wishing && !a.running && a.known && !a.inFlight(time.Now()) {
		s.adopt(a, time.Now())
	}
}

// adopt makes what the PBX shows the wish. It sends nothing: what was changed elsewhere
// is never fought.
func (s *Service) adopt(a *agent, at time.Time) {
	if len(a.seen) == 0 && len(a.user.Queues) == 0 {
		return // not a queue agent: the PBX says nothing of his mode
	}
	s.released(a)
	defer s.leftovers(a)
	mode, reason := seenMode(s.chosen(a))
	unnamed := mode == cti.ModeNotReady && a.want.mode == cti.ModeNotReady && reason == ""
	a.wishing, a.whole, a.problem = false, false, ""
	a.answer(nil)
	if unnamed || a.want.same(mode, reason) {
		a.known = true
		return
	}
	if mode == cti.ModeNotReady && reason == "" {
		reason = reasonExternal
		if a.want.same(mode, reason) {
			return
		}
	}
	s.metrics.adopted.Inc()
	s.opts.Log.Info("mode changed on the PBX", "agent", a.user.ID, "mode", mode, "reason", reason)
	s.wish(a, wish{mode: mode, reason: reason, since: at.UTC(), by: byPBX})
	if mode == cti.ModeOffline {
		a.next, a.acw = nil, nil
		a.unblock()
	}
}
