package live

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	up       prometheus.Gauge
	writes   prometheus.Counter
	failures prometheus.Counter
}

func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		up:       prometheus.NewGauge(prometheus.GaugeOpts{Name: "callcard_live_up", Help: "1 when Redis holds the present state."}),
		writes:   prometheus.NewCounter(prometheus.CounterOpts{Name: "callcard_live_writes_total", Help: "Commands that Redis took."}),
		failures: prometheus.NewCounter(prometheus.CounterOpts{Name: "callcard_live_failures_total", Help: "Times that writing failed."}),
	}
	if reg == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.up, m.writes, m.failures} {
		if err := reg.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}
