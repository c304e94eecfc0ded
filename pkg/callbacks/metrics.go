package callbacks

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"callcard/pkg/cti"
)

type metrics struct {
	open, overdue    prometheus.Gauge
	opened           *prometheus.CounterVec // by cause
	closed, attempts *prometheus.CounterVec // by how, by outcome
	inTime           *prometheus.CounterVec // talked with before supervisors had to be told, or not
	escalated        prometheus.Counter
	again            prometheus.Counter       // opened for a client whose last one was closed not long ago
	first, reach     *prometheus.HistogramVec // since the first missed call, by the wall's clock and in business time
	tries            prometheus.Histogram
}

func newMetrics() *metrics {
	counter := func(name, help, label string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "callcard_" + name, Help: help}, []string{label})
	}
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Name: "callcard_" + name, Help: help})
	}
	return &metrics{
		open:      gauge("callbacks_open", "Clients who wait to be called back."),
		overdue:   gauge("callbacks_overdue", "Open callbacks whose time has passed."),
		opened:    counter("callbacks_opened_total", "Callbacks opened.", "cause"),
		closed:    counter("callbacks_closed_total", "Callbacks closed.", "how"),
		attempts:  counter("callback_attempts_total", "Tries to reach a client that have ended.", "outcome"),
		inTime:    counter("callbacks_in_time_total", "Clients who were missed and talked with since, by whether that was in time.", "in_time"),
		escalated: prometheus.NewCounter(prometheus.CounterOpts{Name: "callcard_callbacks_escalated_total", Help: "Callbacks that supervisors were told of."}),
		again:     prometheus.NewCounter(prometheus.CounterOpts{Name: "callcard_callbacks_again_total", Help: "Callbacks opened soon after another one of the client was closed."}),
		first:     waits("callback_first_attempt_seconds", "From the first missed call to the first try."),
		reach:     waits("callback_reach_seconds", "From the first missed call to the talk."),
		tries: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "callcard_callback_attempts", Help: "Tries that it took to reach a client.", Buckets: []float64{1, 2, 3, 4, 5, 7, 10},
		}),
	}
}

// waits are from a minute to a day.
func waits(name, help string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "callcard_" + name, Help: help, Buckets: []float64{60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400},
	}, []string{"clock"})
}

// Collectors are the figures of the callbacks.
func (s *Service) Collectors() []prometheus.Collector {
	m := s.metrics
	return []prometheus.Collector{m.open, m.overdue, m.opened, m.closed, m.attempts, m.inTime, m.escalated, m.again, m.first, m.reach, m.tries}
}

// known ways to end; what people write is one label, or each text would be a series.
var known = []string{GotThrough, Reached, NotReached, Expired, Merged, NotMissed, string(cti.AttemptWrongNumber), string(cti.AttemptRefused)}

// worked is the business time between two moments.
type worked func(from, to time.Time) time.Duration

// count compares a duty with what it was.
func (m *metrics) count(one change, business worked) {
	if one.before.ID == "" {
		if one.after.Previous != "" {
			m.again.Inc()
		}
		m.opened.WithLabelValues(string(cmp.Or(append(slices.Clone(one.after.Causes), "")[0], cti.CausePromised))).Inc()
	}
	if one.after.State != cti.CallbackOpen && (one.before.ID == "" || one.before.State == cti.CallbackOpen) {
		how := "by_hand"
		if slices.Contains(known, one.after.ClosedBy) {
			how = one.after.ClosedBy
		}
		m.closed.WithLabelValues(how).Inc()
		m.talked(one.after, business)
	}
	if one.after.Escalated && !one.before.Escalated {
		m.escalated.Inc()
	}
	if one.after.MergedInto != "" {
		return // its tries go on in the other one
	}
	ended := func(of []cti.Attempt, outcome cti.AttemptOutcome) (n int) {
		for _, a := range of {
			if a.Outcome == outcome {
				n++
			}
		}
		return n
	}
	for _, outcome := range outcomes {
		if n := ended(one.after.Attempts, outcome) - ended(one.before.Attempts, outcome); n > 0 {
			m.attempts.WithLabelValues(string(outcome)).Add(float64(n))
		}
	}
	if at, tried := firstTry(one.after); tried && !one.after.FirstMissed.IsZero() {
		if _, before := firstTry(one.before); !before {
			observe(m.first, one.after.FirstMissed, at, business)
		}
	}
}

// talked counts how soon, and after how many tries, a client was talked with.
func (m *metrics) talked(b cti.Callback, business worked) {
	if b.State != cti.CallbackDone || b.FirstMissed.IsZero() {
		return
	}
	m.inTime.WithLabelValues(strconv.FormatBool(!b.Escalated)).Inc()
	observe(m.reach, b.FirstMissed, b.Closed, business)
	if b.ClosedBy == Reached {
		m.tries.Observe(float64(triesOf(b, cti.AttemptReached) + triesOf(b, countedTries...)))
	}
}

func observe(of *prometheus.HistogramVec, from, to time.Time, business worked) {
	of.WithLabelValues("wall").Observe(max(to.Sub(from), 0).Seconds())
	of.WithLabelValues("business").Observe(business(from, to).Seconds())
}

// firstTry is when the client was called first; dialling that has not ended is none yet.
func firstTry(b cti.Callback) (at time.Time, tried bool) {
	for _, a := range b.Attempts {
		if a.Outcome != "" && a.Outcome != cti.AttemptAgentNoAnswer {
			return a.At, true
		}
	}
	return time.Time{}, false
}

var outcomes = []cti.AttemptOutcome{
	cti.AttemptReached, cti.AttemptNoAnswer, cti.AttemptBusy, cti.AttemptCallLater, cti.AttemptWrongNumber,
	cti.AttemptRefused, cti.AttemptRejected, cti.AttemptFailed, cti.AttemptAgentNoAnswer,
}
