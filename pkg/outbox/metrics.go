package outbox

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"callcard/pkg/cti"
)

type metrics struct {
	tries *prometheus.CounterVec
	took  *prometheus.HistogramVec
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		tries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "callcard_outbox_tries_total", Help: "Tries to deliver a message, by target and what became of the message.",
		}, []string{"target", "state"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "callcard_outbox_try_seconds", Help: "Duration of one try.", Buckets: prometheus.ExponentialBuckets(0.005, 4, 8),
		}, []string{"target"}),
	}
	if reg != nil {
		reg.MustRegister(m.tries, m.took)
	}
	return m
}

func (m *metrics) tried(target string, d cti.Delivery, took time.Duration) {
	m.tries.WithLabelValues(target, string(d.State)).Inc()
	m.took.WithLabelValues(target).Observe(took.Seconds())
}
