package calls

import (
	"container/heap"
	"time"
)

// timer asks for a second look at a call. Timers are never cancelled: a look that
// finds nothing due does nothing.
type timer struct {
	at   time.Time
	call *call
}

type timers []timer

func (t timers) Len() int           { return len(t) }
func (t timers) Less(i, j int) bool { return t[i].at.Before(t[j].at) }
func (t timers) Swap(i, j int)      { t[i], t[j] = t[j], t[i] }
func (t *timers) Push(x any)        { *t = append(*t, x.(timer)) }
func (t *timers) Pop() any {
	old := *t
	last := old[len(old)-1]
	old[len(old)-1] = timer{}
	*t = old[:len(old)-1]
	return last
}

// wake looks at the call again after d.
func (k *core) wake(c *call, d time.Duration) {
	heap.Push(&k.timers, timer{at: k.now.Add(d), call: c})
}

// due is when the next timer wants to be looked at; zero for never.
func (k *core) due() time.Time {
	first := k.silenceEnds()
	if len(k.timers) > 0 && (first.IsZero() || k.timers[0].at.Before(first)) {
		return k.timers[0].at
	}
	return first
}

// advanceTo runs every timer up to now, each at its own time.
func (k *core) advanceTo(now time.Time) {
	for len(k.timers) > 0 && !k.timers[0].at.After(now) {
		next := heap.Pop(&k.timers).(timer)
		if next.at.After(k.now) {
			k.now = next.at
		}
		if !next.call.over() {
			k.ripen(next.call)
		}
	}
	if now.After(k.now) {
		k.now = now
		k.bury()
		if len(k.down) > 0 {
			k.giveUp()
		}
	}
}

// ripen decides whatever has waited long enough for better evidence.
func (k *core) ripen(c *call) {
	k.ripenUndialled(c)
	k.ripenRings(c)
	k.ripenStays(c)
	k.ripenTalks(c)
	k.ripenSettle(c)
}
