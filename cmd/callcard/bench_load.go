package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"callcard/pkg/cti"
	"callcard/pkg/journal"
)

// Loads of the journal in bench runs.
const (
	journalAsIs = -1 // writes what calls make
	journalOff  = 0  // writes nothing: nothing durable happens
	// any other number: as many events per second are written at least
)

// loadedJournal is a journal's store in a bench.
type loadedJournal struct {
	store journal.Store
	load  *atomic.Int64
	count prometheus.Counter

	// The journal's writer is the only one to touch what follows.
	was   int64 // load
	began time.Time
	sent  int // events since then
	made  int // events made up so far
}

// loadJournal reads loads, one in a line: each holds until the next.
func loadJournal(loads io.Reader) func(journal.Store, prometheus.Registerer) journal.Store {
	var load atomic.Int64
	load.Store(journalAsIs)
	go func() {
		for lines := bufio.NewScanner(loads); lines.Scan(); {
			if n, err := strconv.ParseInt(lines.Text(), 10, 64); err == nil {
				load.Store(n)
			}
		}
	}()
	return func(s journal.Store, reg prometheus.Registerer) journal.Store {
		l := &loadedJournal{store: s, load: &load, was: journalAsIs, count: prometheus.NewCounter(prometheus.CounterOpts{
			Name: journalCount, Help: "Events that the journal has written.",
		})}
		reg.MustRegister(l.count)
		return l
	}
}

// AppendEvents writes the events and, in the same transaction, as many more as the load
// wants since the last time.
func (l *loadedJournal) AppendEvents(ctx context.Context, events []cti.CallEvent) error {
	load := l.load.Load()
	if load != l.was {
		l.was, l.began, l.sent = load, time.Now(), 0
	}
	if load == journalOff {
		return nil
	}
	if more := l.missing(load, len(events)); more > 0 {
		events = slices.Grow(slices.Clip(events), more)
		for i := range more {
			events = append(events, benchEvent(l.made+i))
		}
		l.made += more // a fault leaves them out
	}
	if err := l.store.AppendEvents(ctx, events); err != nil {
		return err
	}
	l.sent += len(events)
	l.count.Add(float64(len(events)))
	return nil
}

// missing is how many events have to be made up beside those that came.
func (l *loadedJournal) missing(load int64, came int) int {
	if load < 0 {
		return 0
	}
	return max(0, int(time.Since(l.began).Seconds()*float64(load))-l.sent-came)
}

// benchEvent is event n of a stream in which forty calls of twelve steps go on at once,
// each step with the whole call in it, as an office makes them.
func benchEvent(n int) cti.CallEvent {
	const steps, parallel = 12, 40
	number, step := n/(steps*parallel)*parallel+n%parallel, n/parallel%steps
	at := time.Now()
	leg := cti.LegID{PBX: benchPBX, Uniqueid: fmt.Sprintf("made-up.%d", number)}
	c := cti.Call{
		ID: cti.CallID(leg.String()), PBX: benchPBX, Version: step + 1, Linkedids: []string{leg.Uniqueid}, Direction: cti.Inbound,
		State: cti.CallQueued, Client: cti.Phone{Number: "+" + benchClient(number), Kind: cti.NumberE164}, ClientLeg: leg, DID: benchDID,
		Started: at, Certainty: cti.Observed, Visits: []cti.Visit{{Queue: "made-up", Leg: leg, Joined: at}},
	}
	for range min(3, step) {
		c.Offers = append(c.Offers, cti.Offer{Device: "PJSIP/made-up", Leg: leg, Queue: "made-up", At: at, Attempts: 1, Via: "queue"})
	}
	return cti.CallEvent{
		Epoch: "bench", Seq: uint64(n + 1), At: at, Kind: cti.CallChanged, Call: c, Queue: "made-up",
		Decisions: []cti.Decision{{At: at, Stage: "track", Rule: "offer.queue", Text: "offered by the queue", Leg: leg.String()}},
	}
}
