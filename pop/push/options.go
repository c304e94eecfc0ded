package push

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"callcard/pkg/cti"
)

// Authenticator tells who asks. ErrUnauthenticated becomes 401, ErrForbidden 403, any
// other error 503.
type Authenticator interface {
	Authenticate(*http.Request) (cti.User, error)
}

// Snapshots gives what a browser needs to begin. It may read a store: no lock is held.
type Snapshots interface {
	Snapshot(ctx context.Context, user cti.User) (Snapshot, error)
}

// Acks takes what browsers say they have painted. It must not block.
type Acks interface {
	Shown(cti.Shown)
}

// Options of a Hub. Zero durations and sizes take the defaults.
type Options struct {
	Epoch     string // names this run of the daemon
	PublicURL string // browsers of this origin are let in, besides those of the same host
	Auth      Authenticator
	Sessions  Sessions // nil: a connection outlives its login
	Snapshots Snapshots
	Acks      Acks
	// Presence is told when a user's first browser came, the last one went, or the last
	// one stopped answering (a computer asleep, a lost network), with the time of the last
	// answer; it is called from Run, one call at a time, and gets the newest truth.
	Presence func(user cti.UserID, online bool, heard time.Time)
	Log      *slog.Logger
	Metrics  prometheus.Registerer // nil: not registered

	Queue     int           // frames waiting per connection, 64
	Keep      int           // frames kept per user for resume, 64
	KeepBytes int           // and their bytes, 32 KiB
	KeepFor   time.Duration // and their age, 2 min
	Ping      time.Duration // between questions whether somebody is there, 10 s
	Silent    time.Duration // a browser that has not answered for so long counts as gone, 30 s
	WriteWait time.Duration // for one frame, 10 s
	CloseWait time.Duration // for the goodbye of a browser, 1 s
	Recheck   time.Duration // of the logins that connections belong to, 1 min
}

func (o Options) validate() error {
	var errs []error
	if o.Epoch == "" {
		errs = append(errs, errors.New("push: Epoch is empty"))
	}
	if o.Auth == nil || o.Snapshots == nil {
		errs = append(errs, errors.New("push: Auth and Snapshots are needed"))
	}
	if _, err := url.Parse(o.PublicURL); err != nil {
		errs = append(errs, fmt.Errorf("push: PublicURL: %w", err))
	}
	return errors.Join(errs...)
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Log = o.Log.With("component", "push")
	o.Queue = orInt(o.Queue, 64)
	o.Keep = orInt(o.Keep, 64)
	o.KeepBytes = orInt(o.KeepBytes, 32<<10)
	o.KeepFor = orDuration(o.KeepFor, 2*time.Minute)
	o.Ping = orDuration(o.Ping, 10*time.Second)
	o.Silent = orDuration(o.Silent, 30*time.Second)
	o.WriteWait = orDuration(o.WriteWait, 10*time.Second)
	o.CloseWait = orDuration(o.CloseWait, time.Second)
	o.Recheck = orDuration(o.Recheck, time.Minute)
	return o
}

func orInt(v, otherwise int) int {
	if v > 0 {
		return v
	}
	return otherwise
}

func orDuration(v, otherwise time.Duration) time.Duration {
	if v > 0 {
		return v
	}
	return otherwise
}
