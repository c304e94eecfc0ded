package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
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

// journalResult compares the card's way with and without the journal.
type journalResult struct {
	Off  journalRun `json:"off"`
	AsIs journalRun `json:"as_is"`
	Full journalRun `json:"full"`
}

// journalRun is a run with calls and how much the journal wrote meanwhile, into SQLite.
type journalRun struct {
	Written float64    `json:"journal_events_per_second"`
	Run     *runResult `json:"run"`
}

const (
	journalFull  = 5500 // somewhat more than is wanted: what came in the last batch counts only when it is written
	journalCount = "callcard_bench_journal_events_total"
)

// benchJournal measures three daemons, one after the other.
func benchJournal(ctx context.Context, o benchOptions) (*journalResult, error) {
	r := &journalResult{}
	for _, one := range []struct {
		load int
		run  *journalRun
	}{{journalOff, &r.Off}, {journalAsIs, &r.AsIs}, {journalFull, &r.Full}} {
		err := benchLoaded(ctx, o, fmt.Sprintf("journal%d", one.load), one.load, func(p *process, in installation, run *runResult) error {
			count, err := in.counted(ctx, p)
			one.run.Written, one.run.Run = count/run.Took, run
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return r, nil
}

// counted reads how many events the daemon's journal has written.
func (in installation) counted(ctx context.Context, p *process) (float64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+in.listen+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, fmt.Errorf("read the daemon's metrics: %w: %s", err, p.lastWords())
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, fmt.Errorf("read the daemon's metrics: %w", err)
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		if value, ok := strings.CutPrefix(lines.Text(), journalCount+" "); ok {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, errors.New("the daemon does not count what its journal writes")
}

// loadedJournal is a journal's store in a bench.
type loadedJournal struct {
	store journal.Store
	load  int
	began time.Time
	sent  int // events made up so far; the journal's writer is the only caller
	count prometheus.Counter
}

func loadJournal(load int) func(journal.Store, prometheus.Registerer) journal.Store {
	return func(s journal.Store, reg prometheus.Registerer) journal.Store {
		l := &loadedJournal{store: s, load: load, count: prometheus.NewCounter(prometheus.CounterOpts{
			Name: journalCount, Help: "Events that the journal has written.",
		})}
		reg.MustRegister(l.count)
		return l
	}
}

// AppendEvents writes the events and, in the same transaction, as many more as the load
// wants since the last time.
func (l *loadedJournal) AppendEvents(ctx context.Context, events []cti.CallEvent) error {
	if l.load == journalOff {
		return nil
	}
	made := 0
	if l.load > 0 {
		if l.began.IsZero() {
			l.began = time.Now()
		}
		made = max(0, int(time.Since(l.began).Seconds()*float64(l.load))-l.sent-len(events))
		events = slices.Grow(slices.Clip(events), made)
		for i := range made {
			events = append(events, benchEvent(l.sent+i))
		}
	}
	if err := l.store.AppendEvents(ctx, events); err != nil {
		return err
	}
	l.sent += len(events)
	l.count.Add(float64(len(events)))
	return nil
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
