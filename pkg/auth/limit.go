package auth

import (
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// Attempts are counted per user and address: a guesser cannot lock the user out
// at another address. A second, wide limit per address stops one machine from
// trying every user; it is wide because a proxy shows all agents as one address.
const (
	userEvery    = 10 * time.Second
	userBurst    = 5
	addressEvery = time.Second
	addressBurst = 300
	// maxLimits bounds the memory; the one used longest ago goes first.
	maxLimits = 8192
)

type limitKey struct{ user, address string }

type limits struct {
	byKey *lru.Cache[limitKey, *rate.Limiter]
}

func newLimits() *limits {
	byKey, _ := lru.New[limitKey, *rate.Limiter](maxLimits) // fails for a size below 1 only
	return &limits{byKey: byKey}
}

// take counts an attempt. A wait above zero refuses it.
func (l *limits) take(try Attempt, now time.Time) time.Duration {
	address := l.limiter(limitKey{address: try.Address}, addressEvery, addressBurst)
	user := l.limiter(limitKey{user: try.Username, address: try.Address}, userEvery, userBurst)
	return max(wait(user, now), wait(address, now))
}

// forget lets a user who knew his password begin anew.
func (l *limits) forget(try Attempt) {
	l.byKey.Remove(limitKey{user: try.Username, address: try.Address})
}

func (l *limits) limiter(key limitKey, every time.Duration, burst int) *rate.Limiter {
	fresh := rate.NewLimiter(rate.Every(every), burst)
	if old, ok, _ := l.byKey.PeekOrAdd(key, fresh); ok {
		l.byKey.Get(key) // in use: not the next to go
		return old
	}
	return fresh
}

func wait(l *rate.Limiter, now time.Time) time.Duration {
	r := l.ReserveN(now, 1)
	delay := r.DelayFrom(now)
	if delay > 0 {
		r.CancelAt(now) // a refused attempt does not lengthen the wait
	}
	return delay
}
