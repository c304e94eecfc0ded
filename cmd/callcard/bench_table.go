package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"
)

func cpus() int { return runtime.NumCPU() }

// runResult is one run with calls: the daemon's, or the relay's.
type runResult struct {
	Agents  int `json:"agents"`
	Rate    int `json:"calls_per_second"`
	Calls   int `json:"calls"`
	Rings   int `json:"rings"` // measured, after the warm-up
	Missing int `json:"missing"`
	Extra   int `json:"extra"` // cards for an agent whose phone did not ring

	P50 float64 `json:"p50_ms"`
	P90 float64 `json:"p90_ms"`
	P99 float64 `json:"p99_ms"`
	Max float64 `json:"max_ms"`

	EventsPerSecond float64 `json:"events_per_second"`
	BytesPerSecond  float64 `json:"bytes_per_second"`
	CPUPer1000      float64 `json:"cpu_seconds_per_1000_calls"`
	CPUShare        float64 `json:"cpu_share"` // of one core, while calls came in
	RSS             int64   `json:"rss_bytes"`
	Took            float64 `json:"seconds"` // in which calls came in
	Frames          int     `json:"frames"`  // websocket frames of every kind
	Disconnects     int     `json:"disconnects"`
}

// latencies turns measured times into the figures of a run.
func (r *runResult) latencies(took []time.Duration) {
	slices.Sort(took)
	r.Rings = len(took)
	if len(took) == 0 {
		return
	}
	r.P50, r.P90, r.P99 = quantile(took, 0.5), quantile(took, 0.9), quantile(took, 0.99)
	r.Max = inMS(took[len(took)-1])
}

func quantile(sorted []time.Duration, q float64) float64 {
	return inMS(sorted[min(len(sorted)-1, int(q*float64(len(sorted))))])
}

func inMS(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// print writes the table that people read.
func (r *benchResult) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(name, value, target string) { _, _ = fmt.Fprintf(w, "%s\t%s\t%s\n", name, value, target) }
	row("measure", "value", "target")
	if d := r.Decode; d != nil {
		row("decode + track, one core", fmt.Sprintf("%.0f events/s", d.EventsPerSecond), ">= 300000")
		row("  decode alone", fmt.Sprintf("%.0f events/s", d.DecodePerSecond), "")
	}
	if d := r.Daemon; d != nil {
		row("ring to card, p50", fmt.Sprintf("%.2f ms", d.P50), "<= 3 x floor")
		row("ring to card, p90", fmt.Sprintf("%.2f ms", d.P90), "")
		row("ring to card, p99", fmt.Sprintf("%.2f ms", d.P99), "<= 10 ms")
		row("ring to card, max", fmt.Sprintf("%.2f ms", d.Max), "")
	}
	if f := r.Floor; f != nil {
		row("floor p50, p99", fmt.Sprintf("%.2f ms, %.2f ms", f.P50, f.P99), "")
	}
	if r.Ratio != nil {
		row("daemon / floor, p50, p99", fmt.Sprintf("%.2f, %.2f", r.Ratio.P50, r.Ratio.P99), "p50 <= 3")
	}
	if d := r.Daemon; d != nil {
		row("agents, calls/s", fmt.Sprintf("%d, %d", d.Agents, d.Rate), "1000, 200")
		row("calls, measured rings", fmt.Sprintf("%d, %d", d.Calls, d.Rings), "")
		row("cards missing, extra", fmt.Sprintf("%d, %d", d.Missing, d.Extra), "0, 0")
		row("AMI events/s, MB/s", fmt.Sprintf("%.0f, %.1f", d.EventsPerSecond, d.BytesPerSecond/1e6), "")
		row("websocket frames", fmt.Sprintf("%d", d.Frames), "")
		row("websockets lost", fmt.Sprintf("%d", d.Disconnects), "0")
		row("CPU per 1000 calls", fmt.Sprintf("%.2f s", d.CPUPer1000), "")
		row("CPU share", fmt.Sprintf("%.0f %% of a core", 100*d.CPUShare), "")
		row("RSS under load", fmt.Sprintf("%.1f MB", float64(d.RSS)/1e6), "")
	}
	if r.Journal != nil {
		r.Journal.rows(row)
	}
	if b := r.Burst; b != nil {
		row(fmt.Sprintf("burst of %d calls", b.Calls), fmt.Sprintf("%.0f events/s", b.EventsPerSecond), ">= 28000")
		row("  wrong calls, disconnects", fmt.Sprintf("%d, %d", b.Wrong, b.Disconnects), "0, 0")
		row("  cards missing, extra", fmt.Sprintf("%d, %d", b.Missing, b.Extra), "0, 0")
		row("  ring to card, p50, p99", fmt.Sprintf("%.0f ms, %.0f ms", b.P50, b.P99), "")
	}
	if i := r.Idle; i != nil {
		row(fmt.Sprintf("per idle agent (%d)", i.Agents), fmt.Sprintf("%.1f KB", i.BytesPerAgent/1000), "<= 20 KB")
		row("  RSS empty, idle, crowded", fmt.Sprintf("%.1f MB, %.1f MB, %.1f MB",
			float64(i.RSSEmpty)/1e6, float64(i.RSSIdle)/1e6, float64(i.RSSCrowded)/1e6), "")
		row("  all connected in", fmt.Sprintf("%.1f s", i.ConnectTook), "")
	}
	return w.Flush()
}
