package ami

import (
	"math/rand/v2"
	"time"
)

// Backoff is how long to wait before the next connect: full jitter under a
// doubling cap, so that many clients of one restarted PBX do not come together
// (AWS Architecture Blog, "Exponential Backoff And Jitter").
type Backoff struct {
	Base time.Duration // cap of the first wait, 500 ms
	Max  time.Duration // cap of all waits, 30 s
	// Floor is the shortest wait, 100 ms.
	Floor time.Duration
	// Refused is the wait after a refused login or right, 60 s. It doubles with each
	// refusal in a row up to RefusedMax, 5 min: who comes often with a wrong secret fills
	// the PBX's security log and has his address banned.
	Refused, RefusedMax time.Duration

	// Rand returns a number in [0, n); tests replace it.
	Rand func(n int64) int64
}

func (b Backoff) withDefaults() Backoff {
	setDuration(&b.Base, 500*time.Millisecond)
	setDuration(&b.Max, 30*time.Second)
	setDuration(&b.Floor, 100*time.Millisecond)
	setDuration(&b.Refused, time.Minute)
	setDuration(&b.RefusedMax, 5*time.Minute)
	if b.Rand == nil {
		b.Rand = rand.Int64N
	}
	return b
}

// refused is the pause after the given number of refusals in a row, from 1.
func (b Backoff) refused(refusals int) time.Duration {
	return doubled(b.Refused, b.RefusedMax, refusals)
}

func doubled(first, most time.Duration, times int) time.Duration {
	for i := 1; i < times && first < most; i++ {
		first *= 2
	}
	return min(first, most)
}

// wait is the pause after the given number of failures in a row, from 1.
func (b Backoff) wait(failures int) time.Duration {
	limit := doubled(b.Base, b.Max, failures)
	return max(b.Floor, time.Duration(b.Rand(int64(limit)+1)))
}
