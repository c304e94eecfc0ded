package agents

import (
	"context"
	"fmt"
	"time"

	"callcard/pkg/cti"
)

// limits are the times after which something is said of an agent without an event.
type limits struct{ silent, down time.Duration }

func (s *Service) limits() limits { return limits{s.opts.SilentFor, s.opts.DownFor} }

// silentAt is when an agent counts as unreachable, unless a browser answers before.
func (a *agent) silentAt(l limits) (time.Time, bool) {
	return a.heard.Add(l.silent), !a.online && a.want.mode != cti.ModeOffline
}

// blockNow: a phone that is away needs no pause, queues pass it over by themselves.
func (a *agent) blockNow(now time.Time, l limits) (cti.Block, time.Time) {
	if a.block != cti.BlockNone {
		return a.block, a.blocked
	}
	if at, away := a.downAt(l); away && !now.Before(at) {
		return cti.BlockDeviceDown, a.down
	}
	return cti.BlockNone, time.Time{}
}

func (a *agent) downAt(l limits) (time.Time, bool) {
	return a.down.Add(l.down), !a.down.IsZero() && a.want.mode != cti.ModeOffline
}

// look keeps since when the phone is away.
func (s *Service) look(a *agent) {
	a.forgetPauses()
	switch away := !a.device().Reachable(); {
	case !away:
		a.down = time.Time{}
	case a.down.IsZero():
		a.down = time.Now().UTC()
		s.earlier()
	}
}

// deadline is when something happens to the agent by itself, zero for never.
func (a *agent) deadline(now time.Time, l limits) time.Time {
	var first time.Time
	sooner := func(at time.Time) {
		if first.IsZero() || at.Before(first) {
			first = at
		}
	}
	if a.acw != nil {
		sooner(a.acw.Until)
	}
	if at, is := a.silentAt(l); is && at.After(now) {
		sooner(at)
	}
	if at, is := a.downAt(l); is && at.After(now) {
		sooner(at)
	}
	return first
}

// earlier wakes watch: a deadline was set.
func (s *Service) earlier() {
	select {
	case s.alarm <- struct{}{}:
	default:
	}
}

const (
	longest = time.Hour // watch looks that often without a deadline
	// between two looks at all agents is a while: calls and cards wait for their lock.
	between = 50 * time.Millisecond
)

// watch does what is due by the clock.
func (s *Service) watch(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	var last time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.alarm:
		case <-timer.C:
		}
		if soon := time.Until(last.Add(between)); soon > 0 && !pause(ctx, soon) {
			return
		}
		last = time.Now()
		timer.Reset(s.tick(last))
	}
}

// tick does what is due and says how long nothing will be.
func (s *Service) tick(now time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	wait := longest
	for _, a := range s.agents {
		worked := a.acw != nil && !now.Before(a.acw.Until)
		if worked {
			a.acw = nil
			s.impose(a)
		}
		if worked || a.aged(now, s.limits()) {
			s.publish(a)
		}
		if at := a.deadline(now, s.limits()); !at.IsZero() {
			wait = min(wait, at.Sub(now))
		}
	}
	return wait
}

// aged tells that time alone makes the state another than was published. Only then is it
// made anew: the agents are many, and calls and cards wait for their lock.
func (a *agent) aged(now time.Time, l limits) bool {
	block, since := a.blockNow(now, l)
	at, silent := a.silentAt(l)
	unreachable := silent && !now.Before(at)
	return a.shown.User == "" || a.shown.Block != block || !a.shown.BlockSince.Equal(since) ||
		a.shown.Unreachable != unreachable || unreachable && !a.shown.UnreachableSince.Equal(a.heard)
}

// remember saves what must survive a restart, when it is different.
func (s *Service) remember(a *agent) {
	memo := cti.AgentMemo{User: a.user.ID, Block: a.block, BlockSince: a.blocked, MissedOffers: a.missed}
	if a.next != nil {
		memo.Next = *a.next
	}
	if a.acw != nil {
		memo.ACW = *a.acw
	}
	if a.memo != memo {
		if was := a.memo.ACW; was.CallID != "" && was.CallID != memo.ACW.CallID {
			s.saver.putWork(workDone(a, was, time.Now().UTC()))
		}
		a.memo = memo
		s.saver.putMemo(memo)
	}
}

// loadMemos takes up what the run before left; what is over by the clock ends with the
// first tick.
func (s *Service) loadMemos(ctx context.Context) error {
	memos, err := s.opts.Modes.Memos(ctx)
	if err != nil {
		return fmt.Errorf("read what agents had before: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range memos {
		a := s.agents[m.User]
		if a == nil {
			continue
		}
		if m.Next.Mode != "" {
			next := m.Next
			a.next = &next
		}
		if m.ACW.CallID != "" && s.opts.AfterCallWork > 0 {
			work := m.ACW
			a.acw = &work
		}
		if s.opts.RONAAfter > 0 {
			a.block, a.blocked, a.missed = m.Block, m.BlockSince, m.MissedOffers
		}
		a.memo = m
		s.publish(a)
	}
	return nil
}
