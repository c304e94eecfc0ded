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
	// Refused is the wait after a refused login or right, 30 s: asking often with a
	// wrong secret fills the PBX's security log and gets the address banned.
	Refused time.Duration

	// Rand returns a number in [0, n); tests replace it.
	Rand func(n int64) int64
}

func (b Backoff) withDefaults() Backoff {
	setDuration(&b.Base, 500*time.Millisecond)
	setDuration(&b.Max, 30*time.Second)
	setDuration(&b.Floor, 100*time.Millisecond)
	setDuration(&b.Refused, 30*time.Second)
	if b.Rand == nil {
		b.Rand = rand.Int64N
	}
	return b
}

// wait is the pause after the given number of failures in a row, from 1.
func (b Backoff) wait(failures int) time.Duration {
	limit := b.Base
	for i := 1; i < failures && limit < b.Max; i++ {
		limit *= 2
	}
	limit = min(limit, b.Max)
	return max(b.Floor, time.Duration(b.Rand(int64(limit)+1)))
}
