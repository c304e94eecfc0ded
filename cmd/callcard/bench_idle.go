package main

import (
	"context"
	"fmt"
	"path/filepath"
	"syscall"
	"time"
)

// idleResult is the memory that agents without calls cost, all told: users,
// states, sessions, connections.
type idleResult struct {
	Agents        int     `json:"agents"`
	RSSEmpty      int64   `json:"rss_empty_bytes"`
	RSSIdle       int64   `json:"rss_idle_bytes"`    // ten seconds later
	RSSCrowded    int64   `json:"rss_crowded_bytes"` // as it is when all have just come
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
		p, err := in.start(ctx, o.Profile)
		if err != nil {
			return err
		}
		defer p.stop()
		defer d.agents.close()
		start := time.Now()
		if err := d.agents.connectWithin(ctx, idlePatience, in.websocket); err != nil {
			return err
		}
		r.ConnectTook = time.Since(start).Seconds()
		if err := d.agents.calm(ctx); err != nil {
			return err
		}
		if r.RSSCrowded, err = p.rss(); err != nil {
			return err
		}
		if o.Profile != "" { // a heap profile, and the collection that goes with it
			if err := p.cmd.Process.Signal(syscall.SIGUSR1); err != nil {
				return fmt.Errorf("ask for a profile: %w", err)
			}
		}
		if err := benchWait(ctx, idleAfter); err != nil {
			return err
		}
		rss, err = p.rss()
		r.Lost = int(d.agents.lost.Load())
		return err
	})
	return rss, err
}

// idleAfter is how long after the last login memory is measured. Nothing is forced: what
// is given back until then, the daemon gives back by itself.
const idleAfter = 10 * time.Second

// idlePatience bounds the time in which all agents must have come.
const idlePatience = 60 * time.Second

func (a *benchAgents) connectWithin(ctx context.Context, patience time.Duration, url func(int) string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return a.connect(ctx, url, bearer)
}
