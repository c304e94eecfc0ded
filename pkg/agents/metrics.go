package agents

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	commands *prometheus.CounterVec // by verb and result
	adopted  prometheus.Counter
}

func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		commands: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "callcard_agents_commands_total", Help: "Queue actions sent to PBXes."}, []string{"verb", "result"}),
		adopted:  prometheus.NewCounter(prometheus.CounterOpts{Name: "callcard_agents_adopted_total", Help: "Modes taken over from a PBX because they were changed there."}),
	}
	if reg == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.commands, m.adopted} {
		if err := reg.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}
