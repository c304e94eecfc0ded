package callbacks

import (
	"cmp"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"callcard/pkg/cti"
)

type metrics struct {
	open, overdue    prometheus.Gauge
	opened           *prometheus.CounterVec // by cause
	closed, attempts *prometheus.CounterVec // by how, by outcome
	escalated        prometheus.Counter
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
		escalated: prometheus.NewCounter(prometheus.CounterOpts{Name: "callcard_callbacks_escalated_total", Help: "Callbacks that supervisors were told of."}),
	}
}

// Collectors are the figures of the callbacks.
func (s *Service) Collectors() []prometheus.Collector {
	m := s.metrics
	return []prometheus.Collector{m.open, m.overdue, m.opened, m.closed, m.attempts, m.escalated}
}

// known ways to end; what people write is one label, or each text would be a series.
var known = []string{GotThrough, Reached, NotReached, Expired, Merged, string(cti.AttemptWrongNumber), string(cti.AttemptRefused)}

// count compares a duty with what it was.
func (m *metrics) count(one change) {
	if one.before.ID == "" {
		m.opened.WithLabelValues(string(cmp.Or(append(slices.Clone(one.after.Causes), "")[0], cti.CausePromised))).Inc()
	}
	if one.after.State != cti.CallbackOpen && (one.before.ID == "" || one.before.State == cti.CallbackOpen) {
		how := "by_hand"
		if slices.Contains(known, one.after.ClosedBy) {
			how = one.after.ClosedBy
		}
		m.closed.WithLabelValues(how).Inc()
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
}

var outcomes = []cti.AttemptOutcome{
	cti.AttemptReached, cti.AttemptNoAnswer, cti.AttemptBusy, cti.AttemptCallLater, cti.AttemptWrongNumber,
	cti.AttemptRefused, cti.AttemptRejected, cti.AttemptFailed,
}
