package push

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	connections prometheus.Gauge
	frames      *prometheus.CounterVec // by type
	joins       *prometheus.CounterVec // resumed, snapshot, refused
	messages    *prometheus.CounterVec // ack, alive, unknown, invalid, limited, broken
	closes      *prometheus.CounterVec // by code
	slow        prometheus.Counter
}

func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		connections: prometheus.NewGauge(prometheus.GaugeOpts{Name: "callcard_push_connections", Help: "Browsers connected."}),
		frames:      prometheus.NewCounterVec(prometheus.CounterOpts{Name: "callcard_push_frames_total", Help: "Frames published."}, []string{"type"}),
		joins:       prometheus.NewCounterVec(prometheus.CounterOpts{Name: "callcard_push_joins_total", Help: "Connections by how they began."}, []string{"how"}),
		messages:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "callcard_push_messages_total", Help: "Messages from browsers."}, []string{"kind"}),
		closes:      prometheus.NewCounterVec(prometheus.CounterOpts{Name: "callcard_push_closes_total", Help: "Connections closed, by close code; 1005 = by the browser."}, []string{"code"}),
		slow:        prometheus.NewCounter(prometheus.CounterOpts{Name: "callcard_push_slow_total", Help: "Connections closed because they did not read."}),
	}
	if reg == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.connections, m.frames, m.joins, m.messages, m.closes, m.slow} {
		if err := reg.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (m *metrics) closed(code int)      { m.closes.WithLabelValues(strconv.Itoa(code)).Inc() }
func (m *metrics) received(kind string) { m.messages.WithLabelValues(kind).Inc() }
