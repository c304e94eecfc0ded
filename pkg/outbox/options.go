package outbox

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"callcard/pkg/cti"
)

// Store keeps the messages.
type Store interface {
	DueDeliveries(ctx context.Context, target string, now time.Time, limit int) ([]cti.Delivery, error)
	NextDelivery(ctx context.Context, target string) (time.Time, error)
	SaveDeliveries(ctx context.Context, tried []cti.Delivery) error
	ExpireDeliveries(ctx context.Context, target string, now time.Time) (int64, error)
	HastenDeliveries(ctx context.Context, target string, now time.Time) error
}

// Verdict is what came of one try.
type Verdict int

const (
	Taken   Verdict = iota
	Failed          // try again later
	Refused         // this message never: it is dead
	Gone            // the target wants no messages any more
)

// Result of one try.
type Result struct {
	Verdict    Verdict
	Status     int // HTTP status, 0 when none came
	Error      string
	Response   string        // what the target said, bounded by the sender
	RetryAfter time.Duration // the target's own wish
}

// Sender brings one message to its target. It honours ctx and bounds its own time.
type Sender interface {
	Send(ctx context.Context, d cti.Delivery) Result
}

// Options of a Service. Zero values take the defaults.
type Options struct {
	Store  Store
	Sender Sender
	// Gone is told of a target that wants no more messages. Optional.
	Gone    func(ctx context.Context, target string)
	Logger  *slog.Logger
	Metrics prometheus.Registerer // nil: not registered

	// Schedule is the pause after each failed try; after the last one the message is dead.
	Schedule []time.Duration
	Workers  int           // lanes of one target at a time, 8
	Failures uint          // in a row that open the breaker, 5
	Pause    time.Duration // of an open breaker between two tries, 15 s
	Now      func() time.Time
	// Jitter spreads a pause; the default takes a random part of its second half.
	Jitter func(time.Duration) time.Duration
}

// Schedule is the one of Standard Webhooks 1.0.0: about three days.
func Schedule() []time.Duration {
	const m, h = time.Minute, time.Hour
	return []time.Duration{5 * time.Second, 5 * m, 30 * m, 2 * h, 5 * h, 10 * h, 14 * h, 20 * h, 24 * h}
}

// Jitter is a random part of the second half of a pause.
func Jitter(d time.Duration) time.Duration { return d/2 + rand.N(d/2+1) }

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.Logger = o.Logger.With("component", "outbox")
	if o.Schedule == nil {
		o.Schedule = Schedule()
	}
	if o.Workers == 0 {
		o.Workers = 8
	}
	if o.Failures == 0 {
		o.Failures = 5
	}
	if o.Pause == 0 {
		o.Pause = 15 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Jitter == nil {
		o.Jitter = Jitter
	}
	if o.Gone == nil {
		o.Gone = func(context.Context, string) {}
	}
	return o
}
