package agents

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"callcard/pkg/cti"
)

const (
	frameChanged = "agent.changed"
	// maxBatches is how many agents' commands may be under way at a time.
	maxBatches = 8
	// maxAround is how many colleagues a snapshot holds.
	maxAround  = 30
	retryAfter = 100 * time.Millisecond // before subscribing again
)

// Service is the state of all agents and queues.
type Service struct {
	opts    Options
	metrics *metrics
	saver   *saver
	wake    chan struct{} // holds one: "look at due"; more say nothing new
	alarm   chan struct{} // holds one: "there is an earlier deadline"; more say nothing new
	phones  atomic.Pointer[map[deviceKey]cti.User]

	mu      sync.Mutex
	users   []cti.User // as read last
	agents  map[cti.UserID]*agent
	order   []*agent                 // by name
	devices map[deviceKey]cti.UserID // by phone
	members map[deviceKey]cti.UserID // by queue interface
	bosses  []cti.UserID             // supervisors and administrators: they see every change
	linked  map[string]bool          // PBXes that are heard
	truths  map[string]bool          // PBXes whose snapshot came since
	queues  map[queueKey]*queue
	touched map[queueKey]struct{} // queues that the mirror does not know yet
	calls   map[cti.CallID]*seenCall
	counted bool     // calls holds all there are
	due     []*agent // whose commands wait to be started
}

type deviceKey struct {
	pbx    string
	device string // or interface, in lower case
}

// New reads the users and their last modes. Nothing is sent before Run.
func New(ctx context.Context, opts Options) (*Service, error) {
	if err := opts.validate(); err != nil {
		return nil, err
	}
	m, err := newMetrics(opts.Metrics)
	if err != nil {
		return nil, fmt.Errorf("register metrics of agents: %w", err)
	}
	opts = opts.withDefaults()
	s := &Service{
		opts: opts, metrics: m, saver: newSaver(opts.Modes, opts.Log), wake: make(chan struct{}, 1), alarm: make(chan struct{}, 1),
		agents: map[cti.UserID]*agent{}, linked: map[string]bool{}, truths: map[string]bool{},
		queues: map[queueKey]*queue{}, touched: map[queueKey]struct{}{}, calls: map[cti.CallID]*seenCall{},
	}
	if err := s.Reload(ctx); err != nil {
		return nil, err
	}
	if err := s.loadModes(ctx); err != nil {
		return nil, err
	}
	return s, s.loadMemos(ctx)
}

func (s *Service) loadModes(ctx context.Context) error {
	modes, err := s.opts.Modes.LastModes(ctx)
	if err != nil {
		return fmt.Errorf("read last modes: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range modes {
		if a := s.agents[m.User]; a != nil {
			a.want, a.known = wish{mode: m.Mode, reason: m.Reason, since: m.At, by: m.By}, true
			s.publish(a)
		}
	}
	return nil
}

// Run consumes call events, sends commands and saves modes until ctx ends. What is not
// saved then is saved before it returns, as long as the store answers.
func (s *Service) Run(ctx context.Context) error {
	inner, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	defer group.Wait()
	defer cancel()
	group.Go(func() { s.saver.run(inner) })
	group.Go(func() { s.command(inner) })
	group.Go(func() { s.mirrorQueues(inner) })
	group.Go(func() { s.watch(inner) })
	for {
		calls, sub := s.opts.Subscribe()
		s.adoptCalls(calls)
		err := s.consume(ctx, sub)
		sub.Close()
		if err == nil || ctx.Err() != nil {
			return nil
		}
		s.opts.Log.Warn("subscription lost, starting again from a snapshot", "err", err)
		if !pause(ctx, retryAfter) {
			return nil
		}
	}
}

func (s *Service) consume(ctx context.Context, sub Subscription) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case ev, ok := <-sub.Events():
			if !ok {
				return sub.Err()
			}
			s.takeCall(*ev)
			if s.opts.Gather > 0 && len(sub.Events()) == 0 {
				pause(ctx, s.opts.Gather)
			}
		}
	}
}

func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// publish tells the agent, the supervisors and the mirror when something is different;
// called under the lock after every change, so that shown is always the present state.
func (s *Service) publish(a *agent) {
	s.remember(a)
	state := a.state(s.linked[a.pbx], time.Now(), s.limits())
	if reflect.DeepEqual(a.shown, state) {
		return
	}
	a.shown = state
	s.opts.Mirror.PutAgent(state)
	frame, err := json.Marshal(state) // once for all who see it
	if err != nil {
		s.opts.Log.Error("state not encoded", "agent", a.user.ID, "err", err)
		return
	}
	s.opts.Publisher.Publish(a.user.ID, frameChanged, json.RawMessage(frame))
	for _, boss := range s.bosses {
		if boss != a.user.ID {
			s.opts.Publisher.Publish(boss, frameChanged, json.RawMessage(frame))
		}
	}
}

// State is one agent's state.
func (s *Service) State(user cti.UserID) (cti.AgentState, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.agents[user]
	if a == nil {
		return cti.AgentState{}, false
	}
	return a.shown, true
}

// States lists all agents by name.
func (s *Service) States() []cti.AgentState {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]cti.AgentState, len(s.order))
	for i, a := range s.order {
		out[i] = a.shown
	}
	return out
}

// StatesFor is States as the viewer may see it: an agent sees that a colleague is busy,
// not with which call.
func (s *Service) StatesFor(viewer cti.User) []cti.AgentState {
	states := s.States()
	for i := range states {
		states[i] = visible(states[i], viewer)
	}
	return states
}

// Around is what a browser needs of others to begin: everybody for those who see all,
// for an agent the first colleagues of his queues by name. The whole list for each
// browser of a large office would be the square of the office.
func (s *Service) Around(viewer cti.User) []cti.AgentState {
	if viewer.SeesAll() {
		return s.States()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []cti.AgentState{}
	for _, a := range s.order {
		if len(out) == maxAround {
			break
		}
		if a.user.ID == viewer.ID || shareQueue(a.user, viewer) {
			out = append(out, visible(a.shown, viewer))
		}
	}
	return out
}

func shareQueue(x, y cti.User) bool {
	return slices.ContainsFunc(x.Queues, func(queue string) bool { return slices.Contains(y.Queues, queue) })
}

func visible(state cti.AgentState, viewer cti.User) cti.AgentState {
	if !viewer.SeesAll() && state.User != viewer.ID {
		state.CallID = ""
	}
	return state
}

// SetOnline says whether a browser of the user is connected and answers, and when one
// answered last.
func (s *Service) SetOnline(user cti.UserID, online bool, heard time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.agents[user]; a != nil && a.online != online {
		a.online, a.heard = online, heard.UTC()
		s.earlier()
		s.publish(a)
	}
}
