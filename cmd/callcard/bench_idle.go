package main

import (
	"context"
	"path/filepath"
	"time"
)

// idleResult is the memory that agents without calls cost, all told: users,
// states, sessions, connections.
type idleResult struct {
	Agents        int     `json:"agents"`
	RSSEmpty      int64   `json:"rss_empty_bytes"`
	RSSIdle       int64   `json:"rss_idle_bytes"`
	BytesPerAgent float64 `json:"bytes_per_agent"`
	ConnectTook   float64 `json:"connect_seconds"`
	Lost          int     `json:"disconnects"`
}

// benchIdle compares a daemon without a user with one whose agents are all
// connected to it.
func benchIdle(ctx context.Context, o benchOptions) (*idleResult, error) {
	r := &idleResult{Agents: o.Idle}
	var err error
	if r.RSSEmpty, err = r.memory(ctx, o, "empty", 0); err != nil {
		return nil, err
	}
	if r.RSSIdle, err = r.memory(ctx, o, "idle", o.Idle); err != nil {
		return nil, err
	}
	r.BytesPerAgent = float64(r.RSSIdle-r.RSSEmpty) / float64(o.Idle)
	return r, nil
}

func (r *idleResult) memory(ctx context.Context, o benchOptions, name string, agents int) (rss int64, err error) {
	d, err := newDriver(o, agents)
	if err != nil {
		return 0, err
	}
	err = d.run(ctx, func(ctx context.Context) error {
		in, err := newInstallation(filepath.Join(o.Dir, name), d.pbx.Addr())
		if err != nil {
			return err
		}
		if err := in.seed(ctx, agents, 0); err != nil {
			return err
		}
		p, err := in.start(ctx, "")
		if err != nil {
			return err
		}
		defer p.stop()
		defer d.agents.close()
		start := time.Now()
		if err := d.agents.connect(ctx, in.websocket, bearer); err != nil {
			return err
		}
		r.ConnectTook = time.Since(start).Seconds()
		rss, err = p.quietRSS(ctx)
		r.Lost = int(d.agents.lost.Load())
		return err
	})
	return rss, err
}

// quietRSS waits until memory does not change any more, at most eight seconds.
func (p *process) quietRSS(ctx context.Context) (int64, error) {
	const small = 256 << 10
	last := int64(-1)
	for still, round := 0, 0; still < 2 && round < 8; round++ {
		rss, err := p.rss()
		if err != nil {
			return 0, err
		}
		if d := rss - last; d > -small && d < small {
			still++
		} else {
			still = 0
		}
		last = rss
		if err := benchWait(ctx, time.Second); err != nil {
			return 0, err
		}
	}
	return last, nil
}
