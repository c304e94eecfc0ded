package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
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

	office madeUp
	batch  []cti.CallEvent // its memory is used again
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
		events = append(l.batch[:0], events...)
		for range more {
			events = append(events, l.office.next()) // a fault leaves them out
		}
		l.batch = events
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

// madeUp is an office in which forty calls of twelve steps go on at once. It leaves little
// garbage: what makes events is not what is measured.
type madeUp struct {
	n     int
	calls [40]cti.CallEvent
}

// next step of the next call, with the whole call in it.
func (m *madeUp) next() cti.CallEvent {
	const steps = 12
	e := &m.calls[m.n%len(m.calls)]
	if m.n/len(m.calls)%steps == 0 {
		*e = newCall(m.n/(steps*len(m.calls))*len(m.calls) + m.n%len(m.calls))
	}
	m.n++
	e.Seq = uint64(m.n) //nolint:gosec // a count
	e.Call.Version++
	if e.Call.Version > 1 && len(e.Call.Offers) < 3 {
		e.Call.Offers = append(e.Call.Offers, cti.Offer{
			Device: "PJSIP/made-up", Leg: e.Call.ClientLeg, Queue: e.Queue, At: e.At, Attempts: 1, Via: "queue",
		})
	}
	return *e
}

func newCall(number int) cti.CallEvent {
	at := time.Now()
	leg := cti.LegID{PBX: benchPBX, Uniqueid: fmt.Sprintf("made-up.%d", number)}
	return cti.CallEvent{
		Epoch: "bench", At: at, Kind: cti.CallChanged, Queue: "made-up",
		Call: cti.Call{
			ID: cti.CallID(leg.String()), PBX: benchPBX, Linkedids: []string{leg.Uniqueid}, Direction: cti.Inbound,
			State: cti.CallQueued, Client: cti.Phone{Number: "+" + benchClient(number), Kind: cti.NumberE164}, ClientLeg: leg, DID: benchDID,
			Started: at, Certainty: cti.Observed, Visits: []cti.Visit{{Queue: "made-up", Leg: leg, Joined: at}},
			Offers: make([]cti.Offer, 0, 3),
		},
		Decisions: []cti.Decision{{At: at, Stage: "track", Rule: "offer.queue", Text: "offered by the queue", Leg: leg.String()}},
	}
}
