package agents

import (
	"context"
	"fmt"
	"time"

	"callcard/pkg/cti"
)

// imposed is the reason of the pause that the system adds to a ready agent, "" for
// none. A pause of his own stands: then there is nothing to add.
func (a *agent) imposed() string {
	switch {
	case a.want.mode != cti.ModeReady:
		return ""
	case a.block == cti.BlockRONA:
		return reasonRONA
	case a.acw != nil:
		return reasonACW
	case a.next != nil && a.next.Mode == cti.ModeNotReady:
		return a.next.Reason // now already: a queue may ring him in the moment the call ends
	case a.next != nil && a.next.Mode == cti.ModeOffline:
		return reasonOffline
	}
	return ""
}

func (s *Service) target(a *agent) target {
	return target{
		wish: a.want, imposed: a.imposed(), whole: a.whole,
		system: func(m cti.Member) bool { return s.system(a, m) },
	}
}

func (s *Service) planOf(a *agent) []command { return plan(a.user, s.target(a), a.members()) }

// system reports whether a member is paused because the system asked for it: now, or in
// the run before, of which only the reason is left.
func (s *Service) system(a *agent, m cti.Member) bool {
	if !m.Paused {
		return false
	}
	left := m.PausedReason == reasonACW && s.opts.AfterCallWork > 0 || m.PausedReason == reasonRONA && s.opts.RONAAfter > 0
	return left || a.paused[m.Queue] || m.PausedReason != "" && m.PausedReason == a.imposed()
}

// chosen is the members as people chose them: the system's pauses are taken off.
func (s *Service) chosen(a *agent) []cti.Member {
	members := a.members()
	for i, m := range members {
		if s.system(a, m) {
			members[i].Paused, members[i].PausedReason = false, ""
		}
	}
	return members
}

// forgetPauses drops what is paused no more, or by somebody else meanwhile.
func (a *agent) forgetPauses() {
	imposed := a.imposed()
	for queue := range a.paused {
		m, member := a.seen[queue]
		others := m.PausedReason != "" && m.PausedReason != imposed && m.PausedReason != reasonACW && m.PausedReason != reasonRONA
		if !member || !m.Paused && !a.wishing || m.Paused && others {
			delete(a.paused, queue)
		}
	}
}

// released takes an unpause that somebody else made for the end of what was imposed: it
// is not fought.
func (s *Service) released(a *agent) {
	if a.imposed() == "" || len(a.seen) == 0 {
		return
	}
	if mode, _ := seenMode(a.members()); mode != cti.ModeReady {
		return
	}
	s.opts.Log.Info("pause of the system ended on the PBX", "agent", a.user.ID, "reason", a.imposed())
	a.next, a.acw = nil, nil
	a.unblock()
}

// leftovers are pauses of the system that nothing stands behind any more: those of a
// block are taken for it, all others are taken off.
func (s *Service) leftovers(a *agent) {
	if a.wishing || a.want.mode != cti.ModeReady {
		return
	}
	for _, m := range a.members() {
		if m.Paused && m.PausedReason == reasonRONA && s.opts.RONAAfter > 0 && a.imposed() == "" {
			a.block, a.blocked = cti.BlockRONA, startOf(m, time.Now()).UTC()
		}
	}
	if len(s.planOf(a)) > 0 {
		s.pursue(a, false)
	}
}

func (a *agent) unblock() { a.block, a.blocked, a.missed = cti.BlockNone, time.Time{}, 0 }

// ClearBlock ends a block for missed offers: the agent is offered calls again, when his
// mode is ready.
func (s *Service) ClearBlock(ctx context.Context, user cti.UserID) (cti.AgentState, error) {
	return s.change(ctx, user, func(a *agent) error {
		if block, _ := a.blockNow(time.Now(), s.limits()); block == cti.BlockDeviceDown {
			return &cti.ConflictError{Why: "the phone cannot be reached; the block ends by itself when it can"}
		}
		a.unblock()
		return nil
	})
}

// FinishWork ends the work after a call before its time.
func (s *Service) FinishWork(ctx context.Context, user cti.UserID) (cti.AgentState, error) {
	return s.change(ctx, user, func(a *agent) error {
		if a.acw == nil {
			return &cti.ConflictError{Why: "there is no work after a call to finish"}
		}
		a.acw = nil
		return nil
	})
}

// ExtendWork gives the work after a call more time, as often as is allowed.
func (s *Service) ExtendWork(ctx context.Context, user cti.UserID) (cti.AgentState, error) {
	return s.change(ctx, user, func(a *agent) error {
		switch {
		case a.acw == nil:
			return &cti.ConflictError{Why: "there is no work after a call to extend"}
		case a.acw.ExtendsLeft <= 0:
			return &cti.ConflictError{Why: fmt.Sprintf("the work after this call was extended %d times already", s.opts.MaxExtends)}
		}
		work := *a.acw
		work.Until, work.ExtendsLeft = work.Until.Add(s.opts.ExtendBy), work.ExtendsLeft-1
		a.acw = &work
		s.earlier()
		return nil
	})
}

// SetNext says which mode follows when the calls of now, and the work after them, are
// over. With nothing to wait for it is SetMode.
func (s *Service) SetNext(ctx context.Context, user cti.UserID, mode cti.Mode, reason string) (cti.AgentState, error) {
	reason, err := checkMode(mode, reason)
	if err != nil {
		return cti.AgentState{}, err
	}
	return s.change(ctx, user, func(a *agent) error {
		a.next = &cti.NextMode{Mode: mode, Reason: reason, By: user}
		return nil
	})
}

// CancelNext leaves the mode as it is.
func (s *Service) CancelNext(ctx context.Context, user cti.UserID) (cti.AgentState, error) {
	return s.change(ctx, user, func(a *agent) error {
		a.next = nil
		return nil
	})
}

// change alters what is imposed on an agent and waits for the PBX.
func (s *Service) change(ctx context.Context, user cti.UserID, how func(*agent) error) (cti.AgentState, error) {
	s.mu.Lock()
	a := s.agents[user]
	if a == nil {
		s.mu.Unlock()
		return cti.AgentState{}, fmt.Errorf("agent %s: %w", user, cti.ErrNotFound)
	}
	if err := how(a); err != nil {
		s.mu.Unlock()
		return cti.AgentState{}, err
	}
	s.impose(a)
	outcome := s.await(a)
	s.mu.Unlock()
	err := s.outcome(ctx, outcome)
	s.saver.flush(ctx)
	state, _ := s.State(user)
	return state, err
}

// impose brings the members to what is imposed now; the next mode begins when nothing
// is in its way. Under the lock.
func (s *Service) impose(a *agent) {
	if a.next != nil && a.acw == nil && len(a.calls) == 0 {
		next := *a.next
		a.next = nil
		if !a.want.same(next.Mode, next.Reason) {
			s.wish(a, wish{mode: next.Mode, reason: next.Reason, since: time.Now().UTC(), by: string(next.By)})
		}
		if next.Mode != cti.ModeReady {
			a.unblock()
		}
		s.pursue(a, true)
		return
	}
	s.pursue(a, false)
}
