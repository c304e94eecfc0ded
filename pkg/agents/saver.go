package agents

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"callcard/pkg/cti"
)

const (
	// maxUnsaved mode changes wait while the store is away; then the oldest are dropped
	// and counted in the log. The live state is not touched by that.
	maxUnsaved = 10000
	saveAgain  = time.Second
	lastSaves  = 2 * time.Second // for what is left when the daemon stops
)

// line is one to be written: a mode, or the work after a call when that has an agent.
type line struct {
	mode cti.ModeChange
	work cti.AgentWork
}

// saver writes mode changes and the work after calls in their order, off the path of events.
type saver struct {
	store ModeStore
	log   *slog.Logger
	wake  chan struct{} // holds one

	mu      sync.Mutex
	waiting []line
	dropped int
	memos   map[cti.UserID]cti.AgentMemo // the newest of each agent
	saving  bool
	flushed []chan struct{} // closed when everything is saved
}

func newSaver(store ModeStore, log *slog.Logger) *saver {
	return &saver{store: store, log: log, wake: make(chan struct{}, 1), memos: map[cti.UserID]cti.AgentMemo{}}
}

func (s *saver) put(change cti.ModeChange) { s.append(line{mode: change}) }

func (s *saver) putWork(work cti.AgentWork) { s.append(line{work: work}) }

func (s *saver) append(l line) {
	s.mu.Lock()
	if len(s.waiting) >= maxUnsaved {
		s.waiting = s.waiting[1:]
		s.dropped++
	}
	s.waiting = append(s.waiting, l)
	s.mu.Unlock()
	s.signal()
}

// putMemo keeps the newest only: what was meanwhile interests nobody.
func (s *saver) putMemo(memo cti.AgentMemo) {
	s.mu.Lock()
	s.memos[memo.User] = memo
	s.mu.Unlock()
	s.signal()
}

func (s *saver) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *saver) run(ctx context.Context) {
	failing := false
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastSaves)
			defer cancel()
			if err := s.drain(last); err != nil {
				s.log.Error("modes not saved", "err", err)
			}
			return
		case <-s.wake:
		}
		err := s.drain(ctx)
		if err != nil && ctx.Err() == nil {
			if !failing {
				s.log.Warn("modes not saved yet", "err", err)
			}
			time.AfterFunc(saveAgain, s.signal)
		}
		failing = err != nil
	}
}

func (s *saver) drain(ctx context.Context) error {
	s.mu.Lock()
	s.saving = true
	s.mu.Unlock()
	defer s.rest()
	for {
		next, dropped, ok := s.first()
		if dropped > 0 {
			s.log.Error("mode changes lost, the store was away too long", "count", dropped)
		}
		if !ok {
			return s.drainMemos(ctx)
		}
		if err := s.save(ctx, next); err != nil {
			return err
		}
		s.done(next)
	}
}

func (s *saver) save(ctx context.Context, l line) error {
	if l.work.Agent != "" {
		return s.store.SaveWork(ctx, l.work)
	}
	return s.store.SaveMode(ctx, l.mode)
}

// rest tells those who wait that everything is saved, when it is.
func (s *saver) rest() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.saving = false
	if len(s.waiting) > 0 || len(s.memos) > 0 {
		return
	}
	for _, done := range s.flushed {
		close(done)
	}
	s.flushed = nil
}

// flush waits until everything is saved: what somebody was told has happened survives a
// crash. A store that is away makes nobody wait for long.
func (s *saver) flush(ctx context.Context) {
	done := make(chan struct{})
	s.mu.Lock()
	if !s.saving && len(s.waiting) == 0 && len(s.memos) == 0 {
		s.mu.Unlock()
		return
	}
	s.flushed = append(s.flushed, done)
	s.mu.Unlock()
	s.signal()
	timer := time.NewTimer(lastSaves)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (s *saver) drainMemos(ctx context.Context) error {
	s.mu.Lock()
	memos := s.memos
	s.memos = map[cti.UserID]cti.AgentMemo{}
	s.mu.Unlock()
	for user, memo := range memos {
		if err := s.store.SaveMemo(ctx, memo); err != nil {
			s.putBack(memos)
			return err
		}
		delete(memos, user)
	}
	return nil
}

// putBack keeps what was not saved, unless there is something newer.
func (s *saver) putBack(memos map[cti.UserID]cti.AgentMemo) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for user, memo := range memos {
		if _, newer := s.memos[user]; !newer {
			s.memos[user] = memo
		}
	}
}

func (s *saver) first() (line, int, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	dropped := s.dropped
	s.dropped = 0
	if len(s.waiting) == 0 {
		return line{}, dropped, false
	}
	return s.waiting[0], dropped, true
}

// done removes a saved line, unless it was dropped meanwhile.
func (s *saver) done(saved line) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.waiting) > 0 && s.waiting[0] == saved {
		s.waiting = s.waiting[1:]
	}
}
