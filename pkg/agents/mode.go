package agents

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"callcard/pkg/cti"
)

// SetMode makes the mode the agent's wish and the PBX follow it. The wish is kept in any
// case; the error says why the PBX did not follow: cti.InvalidError for a bad mode or
// reason (then nothing was changed), cti.ErrNotFound for nobody, cti.UnavailableError
// when the PBX did not answer, any other when it refused. by is a user or "system".
func (s *Service) SetMode(ctx context.Context, user cti.UserID, mode cti.Mode, reason, by string) (cti.AgentState, error) {
	if mode == cti.ModeNotReady && reason == "" && by != string(user) && checkReason("sup:"+by) == nil {
		reason = "sup:" + by
	}
	reason, err := checkMode(mode, reason)
	if err != nil {
		return cti.AgentState{}, err
	}
	outcome, err := s.begin(user, mode, reason, by)
	if err != nil {
		return cti.AgentState{}, err
	}
	err = s.outcome(ctx, outcome)
	state, _ := s.State(user)
	return state, err
}

func (s *Service) begin(user cti.UserID, mode cti.Mode, reason, by string) (waiter, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.agents[user]
	if a == nil {
		return nil, fmt.Errorf("agent %s: %w", user, cti.ErrNotFound)
	}
	s.choose(a, mode, reason, by)
	return s.await(a), nil
}

// choose makes a mode the agent's wish. Whatever the system has imposed meanwhile gives
// way to a choice; under the lock.
func (s *Service) choose(a *agent, mode cti.Mode, reason, by string) {
	a.next, a.acw = nil, nil
	a.unblock()
	if !a.want.same(mode, reason) {
		s.wish(a, wish{mode: mode, reason: reason, since: time.Now().UTC(), by: by})
	}
	s.pursue(a, true)
}

// await publishes what has changed and lets the caller wait for the PBX.
func (s *Service) await(a *agent) waiter {
	outcome := make(waiter, 1)
	a.waiting = append(a.waiting, outcome)
	if !a.wishing {
		a.answer(nil)
	}
	s.publish(a)
	return outcome
}

// outcome waits for the PBX. When it answered but its events have not come in time, the
// state says "pending", and that is no error.
func (s *Service) outcome(ctx context.Context, w waiter) error {
	timer := time.NewTimer(s.opts.ActionTimeout + s.opts.ConfirmWait)
	defer timer.Stop()
	select {
	case err := <-w:
		return err
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return &cti.UnavailableError{What: "the PBX", Err: ctx.Err()}
	}
}

// wish changes what the agent wants and writes it to the log of modes; under the lock.
func (s *Service) wish(a *agent, w wish) {
	a.want, a.known = w, true
	s.saver.put(cti.ModeChange{User: a.user.ID, Mode: w.mode, Reason: w.reason, By: w.by, At: w.since})
}

// pursue starts what the wish needs, or with whole false what the system adds to it;
// under the lock.
func (s *Service) pursue(a *agent, whole bool) {
	a.whole = whole || a.wishing && a.whole
	a.wishing, a.problem, a.refused = true, "", false
	if a.running {
		a.again = true
		return
	}
	if len(s.planOf(a)) == 0 {
		s.fulfilled(a)
		return
	}
	a.running = true
	s.due = append(s.due, a)
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *Service) fulfilled(a *agent) {
	a.wishing, a.whole, a.problem = false, false, ""
	if !a.running {
		a.answer(nil)
	}
}

func (a *agent) answer(err error) {
	for _, w := range a.waiting {
		w <- err
	}
	a.waiting = nil
}

// command starts batches as they fall due and tries unfulfilled wishes again.
func (s *Service) command(ctx context.Context) {
	slots := make(chan struct{}, maxBatches)
	retry := time.NewTicker(s.opts.RetryEvery)
	defer retry.Stop()
	defer func() { // wait for the batches: their actions end with ctx
		for range maxBatches {
			slots <- struct{}{}
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return
		case <-retry.C:
			s.retry()
		case <-s.wake:
			for _, a := range s.takeDue() {
				slots <- struct{}{}
				go func() {
					s.batch(ctx, a)
					<-slots
				}()
			}
		}
	}
}

func (s *Service) takeDue() []*agent {
	s.mu.Lock()
	defer s.mu.Unlock()
	due := s.due
	s.due = nil
	return due
}

// retry pursues wishes that failed for a reason that passes, or were never confirmed.
func (s *Service) retry() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.agents {
		if !s.truths[a.pbx] {
			continue
		}
		s.recheck(a)
		if a.wishing && !a.running && !a.refused {
			s.pursue(a, a.whole)
		}
		s.publish(a)
	}
}

// batch sends one agent's commands until the wish stands or something fails.
func (s *Service) batch(ctx context.Context, a *agent) {
	for {
		control, commands := s.prepare(a)
		err := s.send(ctx, a, control, commands)
		if s.finished(a, err) {
			return
		}
	}
}

func (s *Service) prepare(a *agent) (Control, []command) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a.again = false
	return s.opts.Controls[a.pbx], s.planOf(a)
}

func (s *Service) send(ctx context.Context, a *agent, control Control, commands []command) error {
	if len(commands) > 0 && control == nil {
		return &cti.UnavailableError{What: "control of PBX " + a.pbx, Err: errors.New("not configured")}
	}
	for _, c := range commands {
		s.expect(a, c)
		err := s.do(ctx, control, c)
		if c.verb != verbAdd && errors.Is(err, cti.ErrNotFound) {
			err = s.replaceVanished(ctx, a, control, c)
		}
		if err != nil {
			s.metrics.commands.WithLabelValues(string(c.verb), "failed").Inc()
			return fmt.Errorf("%s member of queue %s: %w", c.verb, c.action.Queue, err)
		}
		s.metrics.commands.WithLabelValues(string(c.verb), "done").Inc()
	}
	return nil
}

// replaceVanished forgets a member that the PBX does not have, since its removal was
// not heard, and adds him anew where the wish needs it.
func (s *Service) replaceVanished(ctx context.Context, a *agent, control Control, c command) error {
	s.mu.Lock()
	if m, ok := a.seen[c.action.Queue]; ok {
		delete(a.seen, c.action.Queue)
		s.dropMember(m)
	}
	needed := c.verb == verbPause && slices.Contains(a.user.Queues, c.action.Queue) && a.want.mode != cti.ModeOffline
	again := s.target(a).addition(a.user, c.action.Queue)
	s.mu.Unlock()
	if !needed {
		return nil
	}
	return s.do(ctx, control, again)
}

func (s *Service) expect(a *agent, c command) {
	s.mu.Lock()
	defer s.mu.Unlock()
	until := time.Now().Add(s.opts.ActionTimeout + s.opts.EchoWindow)
	if c.action.Paused && a.imposed() == c.action.Reason {
		a.paused[c.action.Queue] = true
	}
	a.echoes = append(a.echoes, echo{queue: c.action.Queue, verb: c.verb, paused: c.action.Paused, reason: c.action.Reason, until: until})
}

// do lets an addition that finds the member in place set its pause.
func (s *Service) do(ctx context.Context, control Control, c command) error {
	ctx, cancel := context.WithTimeout(ctx, s.opts.ActionTimeout)
	defer cancel()
	var err error
	switch c.verb {
	case verbAdd:
		err = control.QueueAdd(ctx, c.action)
		if errors.Is(err, cti.ErrConflict) {
			err = control.QueuePause(ctx, c.action)
		}
	case verbRemove:
		err = control.QueueRemove(ctx, c.action)
	case verbPause:
		err = control.QueuePause(ctx, c.action)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &cti.UnavailableError{What: "the PBX", Err: err}
	}
	return err
}

// finished closes a batch, unless the wish changed while it ran.
func (s *Service) finished(a *agent, err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.again {
		return false
	}
	a.running = false
	switch {
	case err != nil:
		_, passes := errors.AsType[*cti.UnavailableError](err)
		a.refused = !passes
		a.problem = problemOf(err)
		s.opts.Log.Warn("the PBX did not follow a mode", "agent", a.user.ID, "pbx", a.pbx, "err", err)
		a.answer(err)
	case len(s.planOf(a)) == 0:
		s.fulfilled(a)
	}
	s.publish(a)
	return true
}

func problemOf(err error) string {
	if _, ok := errors.AsType[*cti.UnavailableError](err); ok {
		return "the PBX does not answer"
	}
	return "the PBX refused: " + err.Error()
}
