package calls

import (
	"strings"
	"time"

	"callcard/pkg/cti"
)

// graveTime is how long an ended leg or call is remembered. It covers events that
// arrive twice after a resync.
const graveTime = 2 * time.Minute

// graves remembers ids for a while.
type graves[K comparable] struct {
	since map[K]time.Time
	queue []K
}

func newGraves[K comparable]() graves[K] { return graves[K]{since: make(map[K]time.Time)} }

func (g *graves[K]) has(id K) bool {
	_, ok := g.since[id]
	return ok
}

func (g *graves[K]) add(id K, now time.Time) {
	if !g.has(id) {
		g.queue = append(g.queue, id)
	}
	g.since[id] = now
}

// own is an id that keeps nothing else in memory: it came as a part of a whole message of
// the PBX, a hundred times as long.
func own(id cti.LegID) cti.LegID {
	return cti.LegID{PBX: id.PBX, Uniqueid: strings.Clone(id.Uniqueid)}
}

// forget drops what is older than graveTime and returns nothing kept alive.
func (g *graves[K]) forget(now time.Time, dropped func(K)) {
	for len(g.queue) > 0 && now.Sub(g.since[g.queue[0]]) > graveTime {
		id := g.queue[0]
		g.queue = g.queue[1:]
		delete(g.since, id)
		if dropped != nil {
			dropped(id)
		}
	}
}

// bury forgets old graves.
func (k *core) bury() {
	k.dead.forget(k.now, nil)
	k.gone.forget(k.now, func(id cti.CallID) { k.buried = append(k.buried, id) })
}

// takeBuried gives the ids forgotten since the last time.
func (k *core) takeBuried() []cti.CallID {
	ids := k.buried
	k.buried = nil
	return ids
}
