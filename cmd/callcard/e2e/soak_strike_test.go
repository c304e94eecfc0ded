package e2e

import (
	"math/rand/v2"
	"syscall"
	"testing"
	"time"
)

// blow is one thing that happens to the installation.
type blow struct {
	at  time.Duration
	act func()
}

// blows are the kills of callcard and of Redis, each at a random time of a part of its own,
// and the moods of the receiver. Kills of one thing never overlap.
func (s *soak) blows(t *testing.T, rng *rand.Rand) (daemon, redis, receiver []blow) {
	for _, at := range spread(rng, s.length, s.kills) {
		pause := time.Duration(0)
		if rng.IntN(2) == 0 {
			pause = between(rng, 0, 10_000)
		}
		pause = min(pause, s.length/time.Duration(2*s.kills))
		daemon = append(daemon, blow{at, func() {
			t.Logf("callcard is killed at %v, and back after %v", at.Round(time.Millisecond), pause)
			s.daemon.kill(t)
			rest(t, pause)
			s.daemon.start(t)
		}})
	}
	for _, at := range spread(rng, s.length, s.redisKills) {
		pause := between(rng, 0, 3000)
		redis = append(redis, blow{at, func() {
			t.Logf("Redis is killed at %v, and back after %v", at.Round(time.Millisecond), pause)
			s.redis.child.end(t, syscall.SIGKILL)
			rest(t, pause)
			s.redis.start(t)
		}})
	}
	each, all := moods(rng, s.length)
	for i, mood := range all {
		receiver = append(receiver, blow{each * time.Duration(i), func() { s.crm.be(mood) }})
	}
	return daemon, redis, receiver
}

// spread puts n moments into n equal parts, each anywhere in the first half of its part.
func spread(rng *rand.Rand, length time.Duration, n int) (all []time.Duration) {
	for i := range n {
		part := length / time.Duration(n)
		all = append(all, part*time.Duration(i)+time.Duration(rng.Int64N(int64(part/2))))
	}
	return all
}

func strikeAll(t *testing.T, began time.Time, blows []blow) {
	for _, b := range blows {
		rest(t, time.Until(began.Add(b.at)))
		if t.Context().Err() != nil {
			return
		}
		b.act()
	}
}

// rest lets time pass; what happens meanwhile is the test.
func rest(t *testing.T, d time.Duration) {
	select {
	case <-time.After(d):
	case <-t.Context().Done():
	}
}
