package agents

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"callcard/pkg/cti"
)

const mirrorEvery = 100 * time.Millisecond

type queueKey struct{ pbx, name string }

// queue is one queue as it is now; under Service.mu.
type queue struct {
	info    cti.Queue
	members map[string]cti.Member // by interface
	waiting map[cti.CallID]time.Time
}

func (s *Service) queue(key queueKey) *queue {
	q := s.queues[key]
	if q == nil {
		q = &queue{info: cti.Queue{PBX: key.pbx, Name: key.name}, members: map[string]cti.Member{}, waiting: map[cti.CallID]time.Time{}}
		s.queues[key] = q
	}
	return q
}

// resetQueues takes a snapshot's queues and members; who waits is known from the calls.
func (s *Service) resetQueues(ev cti.Snapshot) {
	for key, q := range s.queues {
		if key.pbx == ev.PBX {
			q.members = map[string]cti.Member{}
		}
	}
	for _, info := range ev.Queues {
		s.queue(queueKey{ev.PBX, info.Name}).info = info
	}
	for _, m := range ev.Members {
		s.queue(queueKey{ev.PBX, m.Queue}).members[m.Interface] = m
	}
	for key := range s.queues {
		if key.pbx == ev.PBX {
			s.touched[key] = struct{}{}
		}
	}
}

func (s *Service) putMember(m cti.Member) {
	key := queueKey{m.PBX, m.Queue}
	s.queue(key).members[m.Interface] = m
	s.touched[key] = struct{}{}
}

func (s *Service) dropMember(m cti.Member) {
	key := queueKey{m.PBX, m.Queue}
	delete(s.queue(key).members, m.Interface)
	s.touched[key] = struct{}{}
}

// waits enters a caller, or removes him when since is zero.
func (s *Service) waits(key queueKey, call cti.CallID, since time.Time) {
	q := s.queue(key)
	if since.IsZero() {
		delete(q.waiting, call)
	} else {
		q.waiting[call] = since
	}
	s.touched[key] = struct{}{}
}

// mirrorQueues gives the mirror what changed, now and then only: in a burst of callers
// a queue changes thousands of times a second.
func (s *Service) mirrorQueues(ctx context.Context) {
	ticker := time.NewTicker(mirrorEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			for _, state := range s.touchedQueues() {
				s.opts.Mirror.PutQueue(state)
			}
		}
	}
}

// touchedQueues takes the lock for one queue at a time: cards wait for it.
func (s *Service) touchedQueues() []cti.QueueState {
	s.mu.Lock()
	keys := slices.Collect(maps.Keys(s.touched))
	clear(s.touched)
	s.mu.Unlock()
	out := make([]cti.QueueState, len(keys))
	for i, key := range keys {
		s.mu.Lock()
		out[i] = s.queues[key].copied()
		s.mu.Unlock()
		order(out[i])
	}
	return out
}

func (q *queue) state() cti.QueueState {
	out := q.copied()
	order(out)
	return out
}

func (q *queue) copied() cti.QueueState {
	out := cti.QueueState{Queue: q.info, Waiting: make([]cti.Waiting, 0, len(q.waiting)), Members: make([]cti.Member, 0, len(q.members))}
	for call, since := range q.waiting {
		out.Waiting = append(out.Waiting, cti.Waiting{CallID: call, Since: since})
	}
	for _, member := range q.members {
		out.Members = append(out.Members, member)
	}
	return out
}

// order puts callers by how long they wait, and members by their interface.
func order(out cti.QueueState) {
	slices.SortFunc(out.Waiting, func(x, y cti.Waiting) int {
		if c := x.Since.Compare(y.Since); c != 0 {
			return c
		}
		return strings.Compare(string(x.CallID), string(y.CallID))
	})
	slices.SortFunc(out.Members, func(x, y cti.Member) int { return strings.Compare(x.Interface, y.Interface) })
}

// Queues lists all queues by PBX and name.
func (s *Service) Queues() []cti.QueueState {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]cti.QueueState, 0, len(s.queues))
	for _, q := range s.queues {
		out = append(out, q.state())
	}
	slices.SortFunc(out, func(x, y cti.QueueState) int {
		if c := strings.Compare(x.PBX, y.PBX); c != 0 {
			return c
		}
		return strings.Compare(x.Name, y.Name)
	})
	return out
}

// QueuesFor is Queues as the viewer may see it: an agent sees those of his profile and
// those he is a member of, without the call ids.
func (s *Service) QueuesFor(viewer cti.User) []cti.QueueState {
	all := s.Queues()
	if viewer.SeesAll() {
		return all
	}
	mine := s.queueNames(viewer)
	out := make([]cti.QueueState, 0, len(mine))
	for _, q := range all {
		if !mine[queueKey{q.PBX, q.Name}] {
			continue
		}
		for i := range q.Waiting {
			q.Waiting[i].CallID = ""
		}
		out = append(out, q)
	}
	return out
}

func (s *Service) queueNames(viewer cti.User) map[queueKey]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[queueKey]bool{}
	a := s.agents[viewer.ID]
	if a == nil {
		return out
	}
	for _, name := range a.user.Queues {
		out[queueKey{a.pbx, name}] = true
	}
	for name := range a.seen {
		out[queueKey{a.pbx, name}] = true
	}
	return out
}
