package live_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"callcard/pkg/cti"
	"callcard/pkg/live"
	"callcard/pkg/live/livetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, url string) *live.Store {
	t.Helper()
	s, err := live.Open(context.Background(), live.Options{URL: url, Node: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestEmbedded(t *testing.T) {
	livetest.Exercise(t, func(t *testing.T) *live.Store { return open(t, live.Embedded) })
}

func TestRedis(t *testing.T) {
	livetest.Exercise(t, func(t *testing.T) *live.Store { return open(t, livetest.NewServer(t).URL()) })
}

func TestRedisDiesAndComesBackEmpty(t *testing.T) {
	server := livetest.NewServer(t)
	s := open(t, server.URL())
	office := &livetest.Office{}
	office.Set([]cti.Call{livetest.Call("1.1", 1)}, []cti.AgentState{livetest.Agent("anna", cti.ModeReady)})
	livetest.Run(t, s, office)
	livetest.Eventually(t, "first state", livetest.Calls(s, livetest.Call("1.1", 1)))
	for range 2 {
		server.Kill()
		s.PutCall(livetest.Call("2.2", 1)) // lost with the server, but not to the truth
		livetest.Eventually(t, "the loss is visible", lost(s))
		office.Set([]cti.Call{livetest.Call("1.1", 2), livetest.Call("2.2", 1)}, []cti.AgentState{livetest.Agent("anna", cti.ModeReady)})
		server.Start()
		livetest.Eventually(t, "rebuilt calls", livetest.Calls(s, livetest.Call("1.1", 2), livetest.Call("2.2", 1)))
		livetest.Eventually(t, "rebuilt agents", livetest.Agents(s, livetest.Agent("anna", cti.ModeReady)))
		livetest.Eventually(t, "ping", s.Ping)
	}
}

func TestRedisRestartsWhileNobodyWrites(t *testing.T) {
	server := livetest.NewServer(t)
	s := open(t, server.URL())
	office := &livetest.Office{}
	office.Set([]cti.Call{livetest.Call("1.1", 1)}, nil)
	livetest.Run(t, s, office)
	livetest.Eventually(t, "first state", livetest.Calls(s, livetest.Call("1.1", 1)))
	server.Kill()
	server.Start() // found out by the heartbeat
	livetest.Eventually(t, "rebuilt", livetest.Calls(s, livetest.Call("1.1", 1)))
}

func TestRedisSleeps(t *testing.T) {
	server := livetest.NewServer(t)
	s := open(t, server.URL())
	office := &livetest.Office{}
	livetest.RunSynced(t, s, office)
	s.PutCall(livetest.Call("1.1", 1))
	livetest.Eventually(t, "first state", livetest.Calls(s, livetest.Call("1.1", 1)))
	server.Sleep()
	for version := 2; version <= 1000; version++ {
		s.PutCall(livetest.Call("1.1", version)) // never waits
	}
	office.Set([]cti.Call{livetest.Call("1.1", 1000)}, nil)
	livetest.Eventually(t, "the loss is visible", lost(s))
	server.Wake()
	livetest.Eventually(t, "rebuilt", livetest.Calls(s, livetest.Call("1.1", 1000)))
	livetest.Eventually(t, "ping", s.Ping)
}

func lost(s *live.Store) func(context.Context) error {
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
		defer cancel()
		var unavailable *cti.UnavailableError
		if err := s.Ping(ctx); !errors.As(err, &unavailable) {
			return errors.New("ping is content")
		}
		return nil
	}
}

func TestRedisThatIsNotThereYetIsNoReasonToFail(t *testing.T) {
	server := livetest.NewServer(t)
	server.Kill()
	s := open(t, server.URL())
	office := &livetest.Office{}
	office.Set([]cti.Call{livetest.Call("1.1", 1)}, nil)
	livetest.Run(t, s, office)
	livetest.Eventually(t, "the loss is visible", lost(s))
	server.Start()
	livetest.Eventually(t, "written", livetest.Calls(s, livetest.Call("1.1", 1)))
}

func TestBadURLs(t *testing.T) {
	for _, url := range []string{"", "redis", "http://host", "redis+magic://host", "redis+sentinel://host:26379", "redis://:hush@host:port/x"} {
		_, err := live.Open(context.Background(), live.Options{URL: url})
		var invalid *cti.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != "redis.url" {
			t.Errorf("%q: %v", url, err)
			continue
		}
		if strings.Contains(err.Error(), "hush") {
			t.Errorf("the error shows the password: %v", err)
		}
	}
	for _, url := range []string{"redis://:hush@host", "rediss://host:6380/1", "redis+sentinel://host:26379?master_name=main", "redis+cluster://host:7000?addr=host:7001"} {
		s, err := live.Open(context.Background(), live.Options{URL: url})
		if err != nil {
			t.Errorf("%q: %v", url, err)
			continue
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

type stream struct {
	events chan *cti.CallEvent
	err    error
}

func (s stream) Events() <-chan *cti.CallEvent { return s.events }
func (s stream) Err() error                    { return s.err }
func (s stream) Close()                        {}

func TestFollowMirrorsCallsAndSurvivesLagging(t *testing.T) {
	s := open(t, live.Embedded)
	office := &livetest.Office{}
	livetest.RunSynced(t, s, office)
	ended := livetest.Call("1.1", 2)
	ended.State = cti.CallEnded
	first := stream{make(chan *cti.CallEvent, 10), errors.New("lagged")}
	second := stream{make(chan *cti.CallEvent, 10), nil}
	subscriptions := []stream{first, second}
	done := make(chan error, 1)
	go func() {
		done <- s.Follow(context.Background(), func() ([]cti.Call, live.Subscription) {
			sub := subscriptions[0]
			subscriptions = subscriptions[1:]
			calls, _, _ := office.Truth()
			return calls, sub
		})
	}()
	first.events <- &cti.CallEvent{Call: livetest.Call("1.1", 1)}
	first.events <- &cti.CallEvent{Call: livetest.Call("2.2", 1)}
	livetest.Eventually(t, "two calls", livetest.Calls(s, livetest.Call("1.1", 1), livetest.Call("2.2", 1)))
	first.events <- &cti.CallEvent{Call: ended}
	livetest.Eventually(t, "one call", livetest.Calls(s, livetest.Call("2.2", 1)))
	office.Set([]cti.Call{livetest.Call("3.3", 1)}, nil)
	close(first.events)
	livetest.Eventually(t, "after the lag", livetest.Calls(s, livetest.Call("3.3", 1)))
	second.events <- &cti.CallEvent{Call: livetest.Call("3.3", 2), Merged: "main:4.4"}
	livetest.Eventually(t, "goes on", livetest.Calls(s, livetest.Call("3.3", 2)))
	close(second.events)
	if err := <-done; err != nil {
		t.Error(err)
	}
}
