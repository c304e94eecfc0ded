package main

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"callcard/connector/pbxsim"
	"callcard/pkg/callbacks"
)

// Calls of the bench live three seconds: long enough that six hundred are alive
// at a time, short enough that each agent is free again for his next.
const (
	benchWarmUp    = 2 * time.Second
	benchGreeting  = 500 * time.Millisecond // as recorded, between answer and queue
	benchRing      = time.Second
	benchTalk      = 1200 * time.Millisecond
	benchQueueSize = 100 // agents per queue

	benchCallSeconds = 4 // a call's three seconds, and one to be sure
)

// driver plays calls to whoever reads its AMI port and takes the time from the
// bytes that make a phone ring to the frame at its agent's websocket.
type driver struct {
	pbx    *pbxsim.PBX
	phones []pbxsim.Phone
	agents *benchAgents
	calls  int
}

func newDriver(o benchOptions, agents int) (*driver, error) {
	tracking := pbxsim.User{Name: "callcard", Secret: "bench", Read: "system,call,agent,user,dialplan", Write: "reporting"}
	if o.All {
		tracking.Read = "all"
	} else {
		tracking.Events, tracking.Variables = sampleFilter()
	}
	phones := benchPhones(agents)
	exchange, err := pbxsim.New(pbxsim.Options{
		Addr: "127.0.0.1:0", System: benchPBX, Trunk: benchTrunk, Timestamps: true, Phones: phones, Queues: benchQueues(phones),
		WriteTimeout: cmp.Or(o.Patience, asteriskWriteTimeout),
		Users: []pbxsim.User{tracking, {
			Name: "callcard-control", Secret: "bench", Read: "call", Write: "system,call,agent,originate", Events: []string{"OriginateResponse"},
		}},
	})
	if err != nil {
		return nil, err
	}
	return &driver{pbx: exchange, phones: phones, agents: newBenchAgents(agents)}, nil
}

// benchQueues put each hundred agents into a queue of their own.
func benchQueues(phones []pbxsim.Phone) []pbxsim.Queue {
	var out []pbxsim.Queue
	for i, ph := range phones {
		if i%benchQueueSize == 0 {
			out = append(out, pbxsim.Queue{Name: benchQueue(i), Strategy: "rrmemory"})
		}
		q := &out[len(out)-1]
		q.LoggedIn = append(q.LoggedIn, ph.Device)
	}
	return out
}

func benchQueue(agent int) string { return fmt.Sprintf("queue%d", agent/benchQueueSize) }

// play starts rate calls per second for the given time and waits for the last
// one. Each agent is called in turn.
func (d *driver) play(ctx context.Context, rate int, length time.Duration) error {
	g, ctx := errgroup.WithContext(ctx)
	every := time.Second / time.Duration(rate)
	start := time.Now()
	var next int
	tick := time.NewTicker(max(every, time.Millisecond))
	defer tick.Stop()
	for time.Since(start) < length {
		select {
		case <-ctx.Done():
			return g.Wait()
		case <-tick.C:
		}
		for due := int(time.Since(start) / every); next < due; next++ {
			agent := next % len(d.phones)
			call := d.pbx.NewCall(d.pbx.Script("answered"), pbxsim.Cast{
				Client: benchClient(next), DID: benchDID, Queue: benchQueue(agent), Phones: d.phones[agent : agent+1],
			})
			g.Go(func() error { return d.one(ctx, call, agent) })
		}
	}
	d.calls = next
	return g.Wait()
}

// one plays a call; its second block makes the phone ring.
func (d *driver) one(ctx context.Context, call *pbxsim.Call, agent int) error {
	steps := []struct {
		before time.Duration
		wrote  func(time.Time)
	}{
		{0, nil},
		{benchGreeting, func(at time.Time) { d.agents.rings(agent, at) }},
		{benchRing, nil},
		{benchTalk, nil},
	}
	for _, step := range steps {
		if err := benchWait(ctx, step.before); err != nil {
			return err
		}
		call.Next(step.wrote)
	}
	return nil
}

func benchWait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// measured is one run with calls against whoever listens: warm-up, figures, end.
func (d *driver) measured(ctx context.Context, o benchOptions, target *process) (*runResult, error) {
	if err := d.agents.calm(ctx); err != nil {
		return nil, err
	}
	before, err := target.cpu()
	if err != nil {
		return nil, err
	}
	defer noCollections()()
	sent, bytes, start := d.pbx.Sent(), d.pbx.SentBytes(), time.Now()
	d.agents.measureFrom(start.Add(benchWarmUp))
	if err := d.play(ctx, o.Rate, o.Duration); err != nil {
		return nil, fmt.Errorf("play calls: %w", err)
	}
	took := time.Since(start).Seconds()
	after, err := target.cpu()
	if err != nil {
		return nil, err
	}
	rss, err := target.rss()
	if err != nil {
		return nil, err
	}
	r := &runResult{
		Agents: o.Agents, Rate: o.Rate, Calls: d.calls, RSS: rss, EventsPerSecond: float64(d.pbx.Sent()-sent) / took,
		BytesPerSecond: float64(d.pbx.SentBytes()-bytes) / took,
		CPUPer1000:     (after - before).Seconds() * 1000 / float64(d.calls), CPUShare: (after - before).Seconds() / took, Took: took,
	}
	d.agents.settle(ctx)
	d.agents.report(r)
	return r, nil
}

// noCollections keeps the driver's own garbage out of what it measures, the floor's way and
// the daemon's alike: some milliseconds of both cores, about twice a second.
func noCollections() (again func()) {
	const most = 1 << 30 // bytes; a long run collects after all
	runtime.GC()
	percent, limit := debug.SetGCPercent(-1), debug.SetMemoryLimit(most)
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}
}

// run serves the exchange while do works, and stops it afterwards.
func (d *driver) run(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	var served sync.WaitGroup
	served.Go(func() { _ = d.pbx.Run(ctx) })
	defer served.Wait()
	defer cancel()
	return do(ctx)
}

// sampleFilter is what dialplan-samples/manager_filter.conf lets through: events,
// and names of variables.
func sampleFilter() (events, variables []string) {
	const names = `FullyBooted Shutdown Reload Newchannel Newstate NewCallerid NewConnectedLine Hangup
		DialBegin DialState DialEnd OriginateResponse LocalBridge BridgeEnter BridgeLeave BridgeMerge
		BlindTransfer AttendedTransfer Pickup Hold Unhold ParkedCall ParkedCallGiveUp ParkedCallTimeOut ParkedCallSwap UnParkedCall
		MixMonitorStart MixMonitorStop MixMonitorMute
		QueueCallerJoin QueueCallerLeave QueueCallerAbandon AgentCalled AgentConnect AgentComplete AgentRingNoAnswer AgentDump
		QueueMemberAdded QueueMemberRemoved QueueMemberPause QueueMemberStatus QueueMemberPenalty QueueMemberRinginuse VarSet`
	return strings.Fields(names), []string{"QUEUESTATUS", "MIXMONITOR_FILENAME", "FROM_DID", "DIALSTATUS", callbacks.VariableRequested, callbacks.VariableAfterHours}
}
