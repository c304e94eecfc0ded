package main

import (
	"context"
	"sync"
	"time"

	"callcard/pkg/api"
	"callcard/pkg/telemetry"
)

// healthWait is how long a part may take to say that it lives.
const healthWait = 2 * time.Second

// answers are what the parts said that have to be asked.
type answers struct {
	store, redis, bucket error
	aris                 []error // by PBX
}

// ask asks all side by side: one that does not answer must not make the others look ill.
func (a *App) ask() (said answers) {
	ctx, cancel := context.WithTimeout(context.Background(), healthWait)
	defer cancel()
	said.aris = make([]error, len(a.pbxes))
	var group sync.WaitGroup
	group.Go(func() { said.store = a.store.Ping(ctx) })
	group.Go(func() { said.redis = a.live.Ping(ctx) })
	if a.bucket != nil {
		group.Go(func() { said.bucket = a.bucket.Ping(ctx) })
	}
	for i, p := range a.pbxes {
		if p.ari != nil {
			group.Go(func() { _, said.aris[i] = p.ari.Version(ctx) })
		}
	}
	group.Wait()
	return said
}

// health names each part that callcard needs, for /readyz.
func (a *App) health() []api.Part {
	said := a.ask()
	parts := []api.Part{}
	for i, p := range a.pbxes {
		status := p.source.Status()
		part := api.Part{Name: "pbx:" + p.id, OK: status.Up, Required: true, State: upDown(status.Up), Detail: status.Reason, Since: status.Since}
		if status.Up {
			part.Detail = "Asterisk " + status.Version
		}
		parts = append(parts, part)
		if p.ari != nil {
			parts = append(parts, a.probes.part("ari:"+p.id, false, said.aris[i]))
		}
		if p.control != nil {
			parts = append(parts, a.probes.part("control:"+p.id, false, p.control.Err()))
		}
	}
	if len(a.pbxes) == 0 {
		parts = append(parts, api.Part{Name: "pbx", State: "none", Detail: "no PBX is configured", Required: false})
	}
	if a.cfg.Recordings.Format != "wav" {
		parts = append(parts, a.probes.part(ffmpeg, false, a.noFFmpeg))
	}
	if a.bucket != nil {
		parts = append(parts, a.probes.part("recordings", false, said.bucket))
	}
	journal := a.journal.Health()
	return append(parts,
		a.probes.part("store", true, said.store),
		api.Part{Name: "journal", OK: journal.Fault == "", Required: true, State: upDown(journal.Fault == ""), Detail: journal.Fault, Since: journal.Since},
		a.probes.part("redis", false, said.redis),
	)
}

func upDown(up bool) string {
	if up {
		return "up"
	}
	return "down"
}

// probes remembers since when each part is in its state. It is safe for any goroutine.
type probes struct {
	mu    sync.Mutex
	known map[string]api.Part
}

func (p *probes) part(name string, required bool, err error) api.Part {
	part := api.Part{Name: name, OK: err == nil, Required: required, State: upDown(err == nil), Since: time.Now()}
	if err != nil {
		part.Detail = err.Error()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if last, ok := p.known[name]; ok && last.OK == part.OK {
		part.Since = last.Since
	}
	if p.known == nil {
		p.known = map[string]api.Part{}
	}
	p.known[name] = part
	return part
}

// watch registers the figures that parts only count.
func (a *App) watch() error {
	series := []telemetry.Series{
		{Name: "tracker_events_total", Help: "Events of PBXes that the tracker has applied.", Counter: true, Value: func() float64 { return float64(a.tracker.Applied()) }},
		{Name: "tracker_backlog", Help: "Events that wait for the tracker.", Value: func() float64 { return float64(a.tracker.Backlog()) }},
		{Name: "tracker_lagged_total", Help: "Subscribers that were closed for being slow.", Counter: true, Value: func() float64 { return float64(a.tracker.Lagged()) }},
		{Name: "calls_live", Help: "Calls that go on now.", Value: func() float64 { return float64(len(a.tracker.Calls())) }},
		{Name: "journal_buffered", Help: "Call events that wait for the store.", Value: func() float64 { return float64(a.journal.Health().Buffered) }},
		{Name: "journal_lost_total", Help: "Call events that never reached the store.", Counter: true, Value: func() float64 { return float64(a.journal.Health().Lost) }},
		{Name: "journal_rejected_total", Help: "Call events that the store refused.", Counter: true, Value: func() float64 { return float64(a.journal.Health().Rejected) }},
		{Name: "trace_lost_total", Help: "Decisions that are missing in traces.", Counter: true, Value: func() float64 { return float64(a.tracer.lost.Load()) }},
	}
	series = append(series, a.audited.series()...)
	series = append(series, gapSeries(a.gaps)...)
	series = append(series, recordingSeries(a.recordings)...)
	for _, p := range a.pbxes {
		series = append(series, p.series()...)
	}
	return a.metrics.Watch(series...)
}

func (p *pbx) series() []telemetry.Series {
	counter := func(name, help string, value func() uint64) telemetry.Series {
		return telemetry.Series{
			Name: name, Help: help, Counter: true, Labels: map[string]string{"pbx": p.id},
			Value: func() float64 { return float64(value()) },
		}
	}
	gauge := func(name, help string, value func() float64) telemetry.Series {
		return telemetry.Series{Name: name, Help: help, Labels: map[string]string{"pbx": p.id}, Value: value}
	}
	return []telemetry.Series{
		counter("pbx_events_total", "AMI events received.", func() uint64 { return p.source.Stats().Events }),
		counter("pbx_unknown_total", "AMI events that were never heard of.", func() uint64 { return p.source.Stats().Unknown }),
		counter("pbx_faulty_total", "AMI events that lack what they need.", func() uint64 { return p.source.Stats().Faulty }),
		counter("pbx_refused_total", "AMI messages beyond the limits.", func() uint64 { return p.source.Stats().Refused }),
		counter("pbx_garbage_total", "AMI lines that were no header.", func() uint64 { return p.source.Stats().Garbage }),
		counter("pbx_resyncs_total", "Snapshots taken.", func() uint64 { return p.source.Stats().Resyncs }),
		counter("pbx_connects_total", "Logins that succeeded.", func() uint64 { return p.source.Stats().Connects }),
		counter("pbx_failures_total", "Connections lost or refused.", func() uint64 { return p.source.Stats().Failures }),
		gauge("pbx_backlog", "AMI events that wait.", func() float64 { return float64(p.source.Stats().Backlog) }),
		gauge("pbx_up", "1 while the PBX is heard.", func() float64 {
			if p.source.Status().Up {
				return 1
			}
			return 0
		}),
	}
}
