package main

import (
	"cmp"
	"context"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// memoryKeeper weighs memory against time.
//
// While many calls come in it lets the heap grow for a while before it is collected: a
// collection takes both of two cores for tens of milliseconds, and a ring that falls into it
// waits: nearly all cards of more than 5 ms fall into one. How far the heap may grow goes by
// what is allocated, so that who works behind the cards, as the journal does, makes the heap
// larger and not the collections more frequent. GOGC in the environment wins.
//
// In quiet moments it collects and gives memory back to the system. After the hour in which
// everybody logs in, most of the memory is what the handshakes left, and without new work
// nothing would collect it for minutes.
type memoryKeeper struct {
	log       *slog.Logger
	events    func() uint64 // of the PBXes, so far
	seen      uint64        // of events
	percent   int           // the heap may grow by, as set last; 0 for not set
	most      uint64        // bytes of garbage
	made      uint64        // bytes ever, when tuned last
	allocated uint64        // bytes ever, when looked at last
	kept      uint64        // memory held after the last collection of this kind
}

const (
	memoryLook  = 2 * time.Second
	memoryBusy  = 200      // events between two looks: five calls a second
	memoryCalm  = 4 << 20  // bytes allocated between two looks: nothing much happens
	memoryWorth = 32 << 20 // less, or less than a quarter, is not worth a collection
)

// Run looks until ctx ends.
func (k *memoryKeeper) Run(ctx context.Context) error {
	k.most = garbageFor(readMemoryThere())
	tick := time.NewTicker(memoryLook)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			k.tune()
			k.look()
		}
	}
}

// tune makes collections rare while many calls come in.
func (k *memoryKeeper) tune() {
	events, m := k.events(), readMemory()
	busy, made := events-k.seen > memoryBusy, m.allocated-k.made
	k.seen, k.made = events, m.allocated
	percent := usualPercent
	if busy {
		percent = rarePercent(m.live, made, k.most)
	}
	was := cmp.Or(k.percent, usualPercent)
	// To set it stops the world for a moment: small changes are not worth it.
	if os.Getenv("GOGC") != "" || percent == was || percent != usualPercent && 4*max(percent, was) < 5*min(percent, was) {
		return
	}
	if percent < was && tooMuchFor(percent, m) {
		return
	}
	k.percent = percent
	debug.SetGCPercent(percent)
}

const (
	usualPercent = 100
	collectEvery = 15 * time.Second // while calls come in, where memory allows
	mostGarbage  = 1 << 30          // bytes, where there are eight times as many
	leastGarbage = 64 << 20
)

// garbageFor is how much may wait for a collection where there is this much memory: an
// eighth, for the PBX and the database may live there, too.
func garbageFor(there uint64) uint64 { return min(max(there/8, leastGarbage), mostGarbage) }

// rarePercent is by how much the heap may grow, made bytes having been allocated since the
// last look, with so much garbage at most.
func rarePercent(live, made, most uint64) int {
	garbage := min(made*uint64(collectEvery/memoryLook), most)
	return int(max(usualPercent, 100*garbage/max(live, 1<<20))) //nolint:gosec // at most 102,400
}

// tooMuchFor tells that the heap is nearly as large as percent lets it grow, or larger. A
// collection would begin at once, and whoever allocates would have to help it to the end:
// cards would wait for tens of milliseconds. After the next collection there is time.
func tooMuchFor(percent int, m memory) bool {
	return m.objects > m.live+m.live/100*uint64(percent)/2 //nolint:gosec // percent is positive
}

func (k *memoryKeeper) look() (freed bool) {
	m := readMemory()
	allocated, held := m.allocated, m.held
	calm := allocated-k.allocated < memoryCalm
	k.allocated = allocated
	if !calm || held < k.kept+max(memoryWorth, k.kept/4) {
		return false
	}
	runtime.GC() // pools keep what they hold through one collection, and a stack shrinks by half in each
	debug.FreeOSMemory()
	m = readMemory()
	after := m.held
	k.allocated, k.kept = m.allocated, after
	k.log.Debug("memory given back", "before", held, "after", after)
	return true
}

// memory of this process.
type memory struct {
	allocated uint64 // bytes ever
	live      uint64 // what the last collection found in use
	objects   uint64 // that, and what was allocated since
	held      uint64 // what the heap holds of the system's memory
}

func readMemory() (m memory) {
	samples := []metrics.Sample{
		{Name: "/gc/heap/allocs:bytes"},
		{Name: "/gc/heap/live:bytes"},
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/heap/unused:bytes"},
		{Name: "/memory/classes/heap/free:bytes"},
	}
	metrics.Read(samples)
	for _, s := range samples[2:] {
		m.held += s.Value.Uint64()
	}
	m.allocated, m.live, m.objects = samples[0].Value.Uint64(), samples[1].Value.Uint64(), samples[2].Value.Uint64()
	return m
}
