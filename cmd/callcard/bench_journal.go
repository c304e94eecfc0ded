package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What the journal costs the cards is measured in one daemon under calls that go on all
// the time: windows of each load take turns, so that what the machine does besides comes
// to all loads alike. Two daemons one after the other differ by more than the journal costs.

// journalResult compares the card's way under several loads of the journal.
type journalResult struct {
	Loads   []*loadResult `json:"loads"`
	Missing int           `json:"missing"`
	Extra   int           `json:"extra"`
	Lost    int           `json:"disconnects"`
}

// loadResult is one load in all its windows; figures of all windows are medians.
type loadResult struct {
	Load    int            `json:"load"` // events per second, see journalOff and journalAsIs
	Windows []windowResult `json:"windows"`
	Written float64        `json:"journal_events_per_second"`
	P50     float64        `json:"p50_ms"`
	P99     float64        `json:"p99_ms"`
	AllP99  float64        `json:"all_p99_ms"` // of the cards of all windows together

	took []time.Duration
}

// windowResult is one load for a few seconds.
type windowResult struct {
	Written  float64 `json:"journal_events_per_second"`
	Rings    int     `json:"rings"`
	P50      float64 `json:"p50_ms"`
	P99      float64 `json:"p99_ms"`
	Max      float64 `json:"max_ms"`
	CPUShare float64 `json:"cpu_share"`    // of one core
	Others   float64 `json:"others_share"` // cores that neither the daemon nor the driver had, though they were used

	from, to time.Time
}

const (
	journalFull   = 5500 // somewhat more than is wanted: what came in the last batch counts only when it is written
	journalCount  = "callcard_bench_journal_events_total"
	journalWindow = 4 * time.Second
	journalSettle = 750 * time.Millisecond // between two windows: several batches, and the driver's own garbage
	maxRounds     = 50
)

// benchJournal measures one daemon, the loads by turns.
func benchJournal(ctx context.Context, o benchOptions) (*journalResult, error) {
	d, err := newDriver(o, o.Agents)
	if err != nil {
		return nil, err
	}
	r := &journalResult{}
	for _, load := range o.Loads {
		r.Loads = append(r.Loads, &loadResult{Load: load})
	}
	err = d.run(ctx, func(ctx context.Context) error {
		return d.daemon(ctx, o, "journal", func(p *process, in installation) error {
			defer noCollections()()
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			played := make(chan error, 1) // of the one goroutine below
			length := benchWarmUp + time.Duration(o.Rounds*len(o.Loads))*(journalSettle+journalWindow)
			go func() { played <- d.play(ctx, o.Rate, length+length/50+time.Second) }() // some more, for what is between the windows
			err := r.windows(ctx, o, p, in)
			if err != nil {
				cancel()
				return errors.Join(err, <-played)
			}
			if err := <-played; err != nil {
				return fmt.Errorf("play calls: %w", err)
			}
			d.agents.settle(ctx)
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	r.count(d.agents)
	return r, nil
}

// windows are taken by turns, each round beginning with another load: what one leaves to
// the next comes to all alike.
func (r *journalResult) windows(ctx context.Context, o benchOptions, p *process, in installation) error {
	if err := benchWait(ctx, benchWarmUp); err != nil {
		return err
	}
	for round := range o.Rounds {
		for i := range r.Loads {
			l := r.Loads[(round+i)%len(r.Loads)]
			w, err := in.window(ctx, p, l.Load)
			if err != nil {
				return err
			}
			l.Windows = append(l.Windows, w)
		}
	}
	return nil
}

// window is one load for a while.
func (in installation) window(ctx context.Context, p *process, load int) (w windowResult, err error) {
	if _, err := fmt.Fprintln(p.stdin, load); err != nil {
		return w, fmt.Errorf("tell the daemon its load: %w: %s", err, p.lastWords())
	}
	runtime.GC() // the driver's
	if err := benchWait(ctx, journalSettle); err != nil {
		return w, err
	}
	before, err := in.used(ctx, p)
	if err != nil {
		return w, err
	}
	w.from = time.Now()
	if err := benchWait(ctx, journalWindow); err != nil {
		return w, err
	}
	w.to = time.Now()
	after, err := in.used(ctx, p)
	took := w.to.Sub(w.from)
	w.Written = (after.written - before.written) / took.Seconds()
	w.CPUShare = float64(after.daemon-before.daemon) / float64(took)
	w.Others = float64(after.all-before.all-(after.daemon-before.daemon)-(after.driver-before.driver)) / float64(took)
	return w, err
}

// usage is what was written and used up to now.
type usage struct {
	written             float64
	daemon, driver, all time.Duration
}

func (in installation) used(ctx context.Context, p *process) (u usage, err error) {
	if u.written, err = in.counted(ctx, p); err != nil {
		return u, err
	}
	if u.daemon, err = p.cpu(); err != nil {
		return u, err
	}
	if u.driver, err = cpuOf("/proc/self/stat"); err != nil {
		return u, err
	}
	u.all, err = cpuOfAll()
	return u, err
}

// count makes the figures of what came.
func (r *journalResult) count(a *benchAgents) {
	var run runResult
	a.report(&run)
	r.Missing, r.Extra, r.Lost = run.Missing, run.Extra, run.Disconnects
	for _, l := range r.Loads {
		for i := range l.Windows {
			w := &l.Windows[i]
			took := a.between(w.from, w.to)
			l.took = append(l.took, took...)
			var run runResult
			run.latencies(took)
			w.Rings, w.P50, w.P99, w.Max = run.Rings, run.P50, run.P99, run.Max
		}
		l.Written = l.median(func(w windowResult) float64 { return w.Written })
		l.P50 = l.median(func(w windowResult) float64 { return w.P50 })
		l.P99 = l.median(func(w windowResult) float64 { return w.P99 })
		var all runResult
		all.latencies(l.took)
		l.AllP99 = all.P99
	}
}

func (l *loadResult) median(of func(windowResult) float64) float64 {
	var values []float64
	for _, w := range l.Windows {
		values = append(values, of(w))
	}
	slices.Sort(values)
	n := len(values)
	if n == 0 {
		return 0
	}
	return (values[(n-1)/2] + values[n/2]) / 2
}

func (l *loadResult) name() string {
	switch l.Load {
	case journalOff:
		return "journal off"
	case journalAsIs:
		return "journal as calls make it"
	}
	return fmt.Sprintf("journal, %d wanted", l.Load)
}

// rows of the table: what it comes to, and every window.
func (r *journalResult) rows(row func(name, value, target string)) {
	for _, l := range r.Loads {
		target := ""
		if l.Load > 0 {
			target = ">= 5000 events/s, p99 of journal off"
		}
		row(l.name(), fmt.Sprintf("%.0f events/s; ring to card p50 %.2f ms, p99 %.2f ms (all cards together %.2f ms)", l.Written, l.P50, l.P99, l.AllP99), target)
		row("  p50 by round", l.list(func(w windowResult) float64 { return w.P50 }), "")
		row("  p99 by round", l.list(func(w windowResult) float64 { return w.P99 }), "")
		row("  cores used", l.list(func(w windowResult) float64 { return w.CPUShare }), "")
	}
	for _, l := range r.Loads {
		row("cores used by others, "+l.name(), l.list(func(w windowResult) float64 { return w.Others }), "0")
	}
	row("  cards missing, extra; websockets lost", fmt.Sprintf("%d, %d; %d", r.Missing, r.Extra, r.Lost), "0, 0; 0")
}

func (l *loadResult) list(of func(windowResult) float64) string {
	texts := make([]string, len(l.Windows))
	for i, w := range l.Windows {
		texts[i] = strconv.FormatFloat(of(w), 'f', 2, 64)
	}
	return strings.Join(texts, ", ")
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
