// Package livetest proves a live.Store against any Redis-compatible server. It is for
// tests only.
package livetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/cti"
	"callcard/pkg/live"
)

const patience = 30 * time.Second

// Exercise runs the suite; open makes a store on an empty server.
func Exercise(t *testing.T, open func(*testing.T) *live.Store) {
	t.Helper()
	tests := map[string]func(*testing.T, *live.Store){
		"newest value wins":         newestWins,
		"ended calls vanish":        endedCallsVanish,
		"truth replaces everything": truthReplaces,
		"heartbeat":                 heartbeat,
		"changes before the start":  changesBeforeStart,
		"flood":                     flood,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// Office is a truth that tests change.
type Office struct {
	mu     sync.Mutex
	calls  []cti.Call
	agents []cti.AgentState
	queues []cti.QueueState
}

// Truth is what live.Store.Run wants.
func (o *Office) Truth() ([]cti.Call, []cti.AgentState, []cti.QueueState) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.calls, o.agents, o.queues
}

// Set replaces the calls and agents of the truth.
func (o *Office) Set(calls []cti.Call, agents []cti.AgentState) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.calls, o.agents = calls, agents
}

// Run runs the store until the test ends or stop is called.
func Run(t *testing.T, s *live.Store, o *Office) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx, o.Truth) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// RunSynced is Run, and waits until the first truth is written.
func RunSynced(t *testing.T, s *live.Store, o *Office) {
	t.Helper()
	Run(t, s, o)
	Eventually(t, "first truth", s.Ping)
}

// Eventually asks until the answer is right.
func Eventually(t *testing.T, what string, right func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		err := right(ctx)
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s: %v", what, err)
		case <-again.C:
		}
	}
}

// Calls checks the mirrored calls of PBX "main".
func Calls(s *live.Store, want ...cti.Call) func(context.Context) error {
	return func(ctx context.Context) error {
		got, err := s.Calls(ctx, "main")
		return same(want, got, err)
	}
}

// Agents checks the mirrored agents.
func Agents(s *live.Store, want ...cti.AgentState) func(context.Context) error {
	return func(ctx context.Context) error {
		got, err := s.Agents(ctx)
		return same(want, got, err)
	}
}

func same[T any](want, got []T, err error) error {
	if err != nil {
		return err
	}
	if len(want) == 0 && len(got) == 0 {
		return nil
	}
	if diff := cmp.Diff(want, got); diff != "" {
		return fmt.Errorf("(-want +got):\n%s", diff)
	}
	return nil
}

// Call makes a document that is told apart by its version.
func Call(id string, version int) cti.Call {
	return cti.Call{ID: cti.CallID("main:" + id), PBX: "main", Version: version, State: cti.CallTalking, Linkedids: []string{id}}
}

// Agent makes a state that is told apart by its mode.
func Agent(user string, mode cti.Mode) cti.AgentState {
	return cti.AgentState{User: cti.UserID(user), Name: "Анна", Mode: mode, Queues: []cti.AgentQueue{{Queue: "sales", Member: true}}}
}

func newestWins(t *testing.T, s *live.Store) {
	RunSynced(t, s, &Office{})
	for version := range 50 {
		s.PutCall(Call("1.1", version+1))
	}
	s.PutAgent(Agent("anna", cti.ModeReady))
	s.PutAgent(Agent("anna", cti.ModeOffline))
	s.PutQueue(cti.QueueState{Queue: cti.Queue{PBX: "main", Name: "sales"}, Waiting: []cti.Waiting{{CallID: "main:1.1"}}})
	Eventually(t, "call", Calls(s, Call("1.1", 50)))
	Eventually(t, "agent", Agents(s, Agent("anna", cti.ModeOffline)))
	Eventually(t, "queue", func(ctx context.Context) error {
		queues, err := s.Queues(ctx, "main")
		if err == nil && (len(queues) != 1 || len(queues[0].Waiting) != 1) {
			err = fmt.Errorf("got %+v", queues)
		}
		return err
	})
	Eventually(t, "ping", s.Ping)
}

func endedCallsVanish(t *testing.T, s *live.Store) {
	RunSynced(t, s, &Office{})
	s.PutCall(Call("1.1", 1))
	s.PutCall(Call("2.2", 1))
	Eventually(t, "two calls", Calls(s, Call("1.1", 1), Call("2.2", 1)))
	s.DropCall("main:1.1")
	Eventually(t, "one call", Calls(s, Call("2.2", 1)))
	s.PutCall(Call("3.3", 1))
	s.DropCall("main:3.3") // within one pipeline
	s.DropCall("main:2.2")
	Eventually(t, "no call", Calls(s))
}

func truthReplaces(t *testing.T, s *live.Store) {
	office := &Office{}
	office.Set([]cti.Call{Call("1.1", 3)}, []cti.AgentState{Agent("anna", cti.ModeReady)})
	Run(t, s, office)
	Eventually(t, "first truth", Calls(s, Call("1.1", 3)))
	s.PutCall(Call("9.9", 1))
	Eventually(t, "both", Calls(s, Call("1.1", 3), Call("9.9", 1)))
	office.Set([]cti.Call{Call("2.2", 1)}, nil)
	s.Rebuild()
	Eventually(t, "second truth", Calls(s, Call("2.2", 1)))
	Eventually(t, "nobody", Agents(s))
}

func heartbeat(t *testing.T, s *live.Store) {
	stop := Run(t, s, &Office{})
	Eventually(t, "a node", nodes(s, 1))
	stop()
	Eventually(t, "no node", nodes(s, 0))
}

func nodes(s *live.Store, want int) func(context.Context) error {
	return func(ctx context.Context) error {
		got, err := s.Nodes(ctx)
		if err == nil && len(got) != want {
			err = fmt.Errorf("got %q, want %d", got, want)
		}
		return err
	}
}

func changesBeforeStart(t *testing.T, s *live.Store) {
	s.PutCall(Call("1.1", 1)) // older than the truth
	if err := s.Ping(context.Background()); err == nil {
		t.Error("ping is content before anything was written")
	}
	office := &Office{}
	office.Set([]cti.Call{Call("1.1", 2)}, nil)
	Run(t, s, office)
	Eventually(t, "the truth", Calls(s, Call("1.1", 2)))
}

// flood puts more than memory is kept for; the state is right in the end all the same.
func flood(t *testing.T, s *live.Store) {
	office := &Office{}
	for i := range 60000 {
		s.PutCall(Call(fmt.Sprint(i), 1))
	}
	office.Set([]cti.Call{Call("1.1", 2)}, nil)
	Run(t, s, office)
	Eventually(t, "the truth", Calls(s, Call("1.1", 2)))
	Eventually(t, "ping", s.Ping)
}
