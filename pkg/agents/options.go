package agents

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"callcard/pkg/cti"
)

// Control changes queue members of one PBX; cti.MemberAction says how it fails.
type Control interface {
	QueueAdd(ctx context.Context, action cti.MemberAction) error
	QueueRemove(ctx context.Context, action cti.MemberAction) error
	QueuePause(ctx context.Context, action cti.MemberAction) error
}

// ModeStore keeps the log of modes.
type ModeStore interface {
	SaveMode(ctx context.Context, change cti.ModeChange) error
	LastModes(ctx context.Context) ([]cti.ModeChange, error) // the newest of each user
	SaveMemo(ctx context.Context, memo cti.AgentMemo) error
	SaveWork(ctx context.Context, work cti.AgentWork) error // again is no fault
	Memos(ctx context.Context) ([]cti.AgentMemo, error)
}

// Users gives everybody who may log in.
type Users interface {
	Users(ctx context.Context) ([]cti.User, error)
}

// Publisher brings frames to a user's browsers. It never blocks.
type Publisher interface {
	Publish(user cti.UserID, kind string, data any)
}

// Mirror keeps a copy of the live state for other nodes. It never blocks.
type Mirror interface {
	PutAgent(cti.AgentState)
	PutQueue(cti.QueueState)
}

// Subscription is a stream of call events that continues a snapshot. Err tells, after
// Events was closed, why: nil when the tracker has ended.
type Subscription interface {
	Events() <-chan *cti.CallEvent
	Err() error
	Close()
}

// Options of a Service. Zero durations take the defaults.
type Options struct {
	Subscribe  func() ([]cti.Call, Subscription)
	Controls   map[string]Control // by PBX; a PBX without one is only watched
	DefaultPBX string             // of users who name none
	Modes      ModeStore
	Users      Users
	Publisher  Publisher
	Mirror     Mirror
	Log        *slog.Logger
	Metrics    prometheus.Registerer // nil: not registered

	AfterCallWork time.Duration // after a talk with a client, 0: none
	ExtendBy      time.Duration // of that work, 1 min
	MaxExtends    int           // how often it may be extended
	RONAAfter     int           // missed rings in a row before a block, 0: never
	SilentFor     time.Duration // nobody's browser answers so long: unreachable, 30 s
	DownFor       time.Duration // the phone is away so long: blocked, 30 s

	ActionTimeout time.Duration // for one action, 5 s
	ConfirmWait   time.Duration // SetMode waits so long for the PBX's own events, 2 s
	EchoWindow    time.Duration // an event this long after our action may be its echo, 2 s
	RetryEvery    time.Duration // for wishes that the PBX did not take for a reason that passes, 15 s
	// Gather is how long call events wait for more of them, 0: not at all. What an agent
	// does in a call may be shown a moment after the card, so that the card comes first.
	Gather time.Duration
}

func (o Options) validate() error {
	missing := map[string]bool{
		"Subscribe": o.Subscribe == nil, "Modes": o.Modes == nil, "Users": o.Users == nil,
		"Publisher": o.Publisher == nil, "Mirror": o.Mirror == nil,
	}
	var errs []error
	for name, is := range missing {
		if is {
			errs = append(errs, errors.New("agents: "+name+" is needed"))
		}
	}
	return errors.Join(errs...)
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Log = o.Log.With("component", "agents")
	o.ActionTimeout = orDefault(o.ActionTimeout, 5*time.Second)
	o.ConfirmWait = orDefault(o.ConfirmWait, 2*time.Second)
	o.EchoWindow = orDefault(o.EchoWindow, 2*time.Second)
	o.ExtendBy = orDefault(o.ExtendBy, time.Minute)
	o.SilentFor = orDefault(o.SilentFor, 30*time.Second)
	o.DownFor = orDefault(o.DownFor, 30*time.Second)
	o.RetryEvery = orDefault(o.RetryEvery, 15*time.Second)
	return o
}

func orDefault(v, otherwise time.Duration) time.Duration {
	if v > 0 {
		return v
	}
	return otherwise
}
