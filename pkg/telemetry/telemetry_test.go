package telemetry_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"callcard/pkg/telemetry"
)

func TestLogger(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	log, err := telemetry.NewLogger(&out, "json", "warn")
	if err != nil {
		t.Fatal(err)
	}
	log.Info("hidden")
	log.Warn("shown", "call", "main:1.1")
	var line map[string]any
	if err := json.Unmarshal([]byte(out.String()), &line); err != nil || line["msg"] != "shown" || line["call"] != "main:1.1" {
		t.Errorf("got %q, %v", out.String(), err)
	}
	for _, wrong := range [][2]string{{"xml", "info"}, {"text", "loud"}} {
		if _, err := telemetry.NewLogger(&out, wrong[0], wrong[1]); err == nil {
			t.Errorf("%v was taken", wrong)
		}
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	m := telemetry.NewMetrics("1.2.3")
	events := func(pbx string, n float64) telemetry.Series {
		return telemetry.Series{
			Name: "pbx_events_total", Help: "Events.", Counter: true,
			Labels: map[string]string{"pbx": pbx}, Value: func() float64 { return n },
		}
	}
	if err := m.Watch(events("a", 3), events("b", 5)); err != nil {
		t.Fatal(err)
	}
	if err := m.Watch(events("a", 1)); err == nil {
		t.Error("the same series was registered twice")
	}
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{
		`callcard_build_info{version="1.2.3"} 1`, `callcard_pbx_events_total{pbx="a"} 3`,
		`callcard_pbx_events_total{pbx="b"} 5`, "# TYPE callcard_pbx_events_total counter", "go_goroutines", "process_cpu_seconds_total",
	} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("/metrics does not show %s", want)
		}
	}
}
