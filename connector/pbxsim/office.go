package pbxsim

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// OfficeOptions describe a small call centre and who calls it.
type OfficeOptions struct {
	Seed    uint64
	Callers []Caller
	Support Line // a queue whose agents take turns
	Sales   Line // a queue that rings everybody
	Direct  Line // rings one phone without a queue
	Closed  Line // plays the after-hours message
	// Between calls; zero means 8 to 15 seconds.
	GapMin, GapMax time.Duration
	// Quick is how soon an agent who came on duty is called; zero means 1 to 2 seconds.
	Quick time.Duration
	// Pace replaces the office's own rings and talks, in tests.
	Pace Pace
	Log  *slog.Logger
}

// Line is a number of ours and the queue behind it, if any.
type Line struct{ DID, Queue string }

// Caller is somebody outside; Weight says how often he calls.
type Caller struct {
	Number string
	Weight int
}

// Office lets people call: a random but repeatable stream of answered, missed,
// abandoned and transferred calls, at most two at a time.
//
// Its state belongs to the goroutine of Run.
type Office struct {
	pbx    *PBX
	opts   OfficeOptions
	log    *slog.Logger
	random *rand.Rand

	busy    map[string]bool // phones that a playing call needs
	missed  []string        // callers who may try again
	favour  string          // the phone that came on duty last: it is called more often
	owed    bool            // it has not been called since
	playing int
	done    chan ended
	// welcome takes phones whose owners opened their screen. Full means that
	// calls are on their way already: the notice is dropped.
	welcome chan string
}

type ended struct {
	phones []Phone
	missed string
}

const maxCalls = 2

// NewOffice prepares the traffic for an exchange.
func NewOffice(p *PBX, opts OfficeOptions) *Office {
	if opts.GapMax == 0 {
		opts.GapMin, opts.GapMax = 8*time.Second, 15*time.Second
	}
	if opts.Quick == 0 {
		opts.Quick = 1500 * time.Millisecond
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	return &Office{
		pbx: p, opts: opts, log: opts.Log, random: rand.New(rand.NewPCG(opts.Seed, 1)), // a play, not a secret
		busy: make(map[string]bool), done: make(chan ended, maxCalls+1), welcome: make(chan string, 8),
	}
}

// Welcome asks for a call to a phone soon, whose owner has just opened his
// screen. It never blocks.
func (o *Office) Welcome(device string) {
	select {
	case o.welcome <- device:
	default:
	}
}

// Run lets people call until the context ends and waits for the playing calls.
func (o *Office) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var calls sync.WaitGroup
	defer calls.Wait()
	defer cancel()
	next := time.NewTimer(o.opts.Quick)
	defer next.Stop()
	for {
		due := o.due()
		select {
		case <-ctx.Done():
			return nil
		case device := <-o.pbx.ready:
			o.favour, o.owed = device, true
		case device := <-o.welcome:
			o.favour, o.owed = device, !o.busy[device]
		case e := <-o.done:
			o.finished(e)
		case <-next.C:
			if o.playing < o.limit() {
				o.begin(ctx, &calls)
				next.Reset(o.gap())
			} else {
				next.Reset(o.opts.Quick)
			}
		}
		if o.due() && !due {
			next.Reset(o.opts.Quick)
		}
	}
}

// due reports whether a call is owed to a phone that is free to take it.
func (o *Office) due() bool { return o.owed && !o.busy[o.favour] }

// limit lets one more call in for somebody who has just come and waits for it.
func (o *Office) limit() int {
	if o.due() {
		return maxCalls + 1
	}
	return maxCalls
}

func (o *Office) gap() time.Duration {
	return o.opts.GapMin + time.Duration(o.random.Int64N(int64(o.opts.GapMax-o.opts.GapMin)+1))
}

func (o *Office) finished(e ended) {
	o.playing--
	for _, ph := range e.phones {
		delete(o.busy, ph.Device)
	}
	if e.missed != "" && !slices.Contains(o.missed, e.missed) {
		o.missed = append(o.missed, e.missed)
	}
}

// begin starts one call of a kind that is possible now.
func (o *Office) begin(ctx context.Context, calls *sync.WaitGroup) {
	scene, ok := o.choose()
	if !ok {
		return
	}
	for _, ph := range scene.cast.Phones {
		o.busy[ph.Device] = ph.Device != ""
		o.owed = o.owed && ph.Device != o.favour
	}
	o.playing++
	call := o.pbx.NewCall(o.pbx.Script(scene.script), scene.cast)
	o.log.Debug("a call begins", "script", scene.script, "queue", scene.cast.Queue)
	pace := o.opts.Pace
	if pace == nil {
		pace = o.pace(o.random.Uint64())
	}
	calls.Go(func() {
		_ = call.Play(ctx, pace)
		e := ended{phones: scene.cast.Phones}
		if scene.missed {
			e.missed = scene.cast.Client
		}
		o.done <- e
	})
}

// pace gives rings and talks a length that fits a person; other pauses stay as
// recorded. Each call has a source of its own, for it plays in its own goroutine.
func (o *Office) pace(seed uint64) Pace {
	random := rand.New(rand.NewPCG(o.opts.Seed, seed)) // a play, not a secret
	between := func(low, high int) time.Duration {
		return time.Duration(low*1000+random.IntN((high-low)*1000)) * time.Millisecond
	}
	return func(before Phase, recorded time.Duration) time.Duration {
		switch before {
		case PhaseRinging:
			return between(4, 9)
		case PhaseTalking:
			return between(6, 18)
		case PhaseWaiting:
			return max(recorded, between(1, 4))
		default:
			return recorded
		}
	}
}
