// Package telemetry sets up the daemon's log and its registry of metrics.
//
// Parts that measure on their way (the websocket hub, the cards) register their
// own histograms with Metrics.Registry. Parts that only count are asked by Watch
// when somebody scrapes: counting costs them nothing but the count.
//
// Everything here is safe for use from any goroutine once it is set up.
package telemetry

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// NewLogger makes the daemon's logger: format "text" or "json", level as slog writes it.
func NewLogger(w io.Writer, format, level string) (*slog.Logger, error) {
	var threshold slog.Level
	if err := threshold.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("log level: got %q, want debug, info, warn or error", level)
	}
	opts := &slog.HandlerOptions{Level: threshold}
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(w, opts)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, opts)), nil
	}
	return nil, fmt.Errorf("log format: got %q, want text or json", format)
}

// Metrics is the daemon's own registry: nothing that a library registers globally
// gets in.
type Metrics struct {
	Registry *prometheus.Registry
}

// NewMetrics begins with the process, the Go runtime and the version.
func NewMetrics(version string) *Metrics {
	m := &Metrics{Registry: prometheus.NewRegistry()}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "callcard_build_info", Help: "Always 1; the label tells the version.",
		ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	m.Registry.MustRegister(build, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler serves the registry.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.Registry, promhttp.HandlerOpts{Registry: m.Registry})
}

// Series is one figure that is asked for when somebody scrapes. Its name begins
// with callcard_; that of a Counter ends in _total.
type Series struct {
	Name, Help string
	Labels     map[string]string
	Counter    bool // it only grows
	Value      func() float64
}

// Watch registers series. Two of one name need different labels.
func (m *Metrics) Watch(series ...Series) error {
	for _, s := range series {
		opts := prometheus.Opts{Name: "callcard_" + s.Name, Help: s.Help, ConstLabels: s.Labels}
		var c prometheus.Collector = prometheus.NewGaugeFunc(prometheus.GaugeOpts(opts), s.Value)
		if s.Counter {
			c = prometheus.NewCounterFunc(prometheus.CounterOpts(opts), s.Value)
		}
		if err := m.Registry.Register(c); err != nil {
			return fmt.Errorf("register metric %s: %w", s.Name, err)
		}
	}
	return nil
}
