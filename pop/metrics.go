package pop

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	cardDelay    prometheus.Histogram
	ringToShown  prometheus.Histogram
	lookupTime   prometheus.Histogram
	lookups      *prometheus.CounterVec // found, nobody, failed, timeout, refused
	resubscribed prometheus.Counter
	ruleFaults   *prometheus.CounterVec // by rule
	unseen       *prometheus.CounterVec // by reason
}

func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	quick := []float64{.0001, .0003, .001, .003, .01, .03, .1, .3, 1, 3}
	m := &metrics{
		cardDelay:    prometheus.NewHistogram(prometheus.HistogramOpts{Name: "callcard_pop_card_seconds", Help: "From the PBX's bytes to the first version of a card.", Buckets: quick}),
		ringToShown:  prometheus.NewHistogram(prometheus.HistogramOpts{Name: "callcard_pop_ring_to_shown_seconds", Help: "From the ring to the browser's word that the card is painted.", Buckets: quick}),
		lookupTime:   prometheus.NewHistogram(prometheus.HistogramOpts{Name: "callcard_pop_lookup_seconds", Help: "How long the directory took, the wait for a worker included.", Buckets: quick}),
		lookups:      prometheus.NewCounterVec(prometheus.CounterOpts{Name: "callcard_pop_lookups_total", Help: "Look-ups by result."}, []string{"result"}),
		resubscribed: prometheus.NewCounter(prometheus.CounterOpts{Name: "callcard_pop_resubscribed_total", Help: "Times that pop lagged behind the tracker."}),
	}
	m.ruleFaults = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "callcard_pop_rule_faults_total", Help: "Times that a rule could not be evaluated for a card."}, []string{"rule"})
	m.unseen = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "callcard_pop_unseen_total", Help: "Agents who were rung and whose browsers painted no card, by reason."}, []string{"reason"})
	if reg == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.cardDelay, m.ringToShown, m.lookupTime, m.lookups, m.resubscribed, m.ruleFaults, m.unseen} {
		if err := reg.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}
