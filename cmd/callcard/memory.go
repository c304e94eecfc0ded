package main

import (
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
// While many calls come in it lets the heap grow to six times what is in use before it is
// collected: a collection takes both of two cores for some 20 ms, and a ring that falls into
// it waits: nearly all cards of more than 5 ms fall into one. GOGC in the environment wins.
//
// In quiet moments it collects and gives memory back to the system. After the hour in which
// everybody logs in, most of the memory is what the handshakes left, and without new work
// nothing would collect it for minutes.
type memoryKeeper struct {
	log       *slog.Logger
	events    func() uint64 // of the PBXes, so far
	seen      uint64        // of events
	rare      bool          // collections are rare now
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
	events := k.events()
	busy := events-k.seen > memoryBusy
	k.seen = events
	if busy == k.rare || os.Getenv("GOGC") != "" {
		return
	}
	k.rare = busy
	if busy {
		debug.SetGCPercent(500)
	} else {
		debug.SetGCPercent(100)
	}
}

func (k *memoryKeeper) look() (freed bool) {
	allocated, held := memoryNow()
	calm := allocated-k.allocated < memoryCalm
	k.allocated = allocated
	if !calm || held < k.kept+max(memoryWorth, k.kept/4) {
		return false
	}
	runtime.GC() // pools keep what they hold through one collection, and a stack shrinks by half in each
	debug.FreeOSMemory()
	var after uint64
	k.allocated, after = memoryNow()
	k.kept = after
	k.log.Debug("memory given back", "before", held, "after", after)
	return true
}

// memoryNow is what was ever allocated, and what the heap holds of the system's memory.
func memoryNow() (allocated, held uint64) {
	samples := []metrics.Sample{
		{Name: "/gc/heap/allocs:bytes"},
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/heap/unused:bytes"},
		{Name: "/memory/classes/heap/free:bytes"},
	}
	metrics.Read(samples)
	for _, s := range samples[1:] {
		held += s.Value.Uint64()
	}
	return samples[0].Value.Uint64(), held
}
