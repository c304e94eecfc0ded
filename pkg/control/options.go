package control

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"callcard/pkg/cti"
)

// PBX acts on channels. It fails with *cti.UnavailableError when there is no connection,
// with an error that wraps cti.ErrNotFound when the channel is gone, and with any other
// error when the PBX refused; that one's text is the PBX's own.
type PBX interface {
	Dial(ctx context.Context, order cti.DialOrder) error
	Hangup(ctx context.Context, channel string, cause int) error
	BlindTransfer(ctx context.Context, channel, dialplan, exten string) error
	AttendedTransfer(ctx context.Context, channel, dialplan, exten string) error
	CancelTransfer(ctx context.Context, channel string) error
	// PhoneEvent asks the phone behind a channel by a SIP NOTIFY: "talk", "hold".
	PhoneEvent(ctx context.Context, channel, event string) error
	// MuteRecording makes what MixMonitor records of a channel silent, or lets it go on.
	MuteRecording(ctx context.Context, channel string, on bool) error
}

// Line is what is known of acting on one PBX.
type Line struct {
	PBX         PBX
	Context     string // where numbers are dialled and transferred to
	Format      Format // of outside numbers
	PhoneEvents bool   // phones answer and hold when told so
}

// Calls is the live calls, also by ids that they had before a merge.
type Calls interface {
	Call(id cti.CallID) (cti.Call, bool)
}

// Numbers reads numbers as people write them.
type Numbers interface {
	Parse(raw string) cti.Phone
	National(number string) string // E.164 as a phone of the office dials it: "89161234567"
}

// Tracer keeps the decisions of a call. It never blocks.
type Tracer interface {
	Note(call cti.CallID, decision cti.Decision)
}

// Options of a Service. Zero durations take the defaults.
type Options struct {
	Lines      map[string]Line // by PBX; without one nothing can be done there
	DefaultPBX string          // of users who name none
	Calls      Calls
	Live       func() []cti.Call // all live calls; nil: none are known after a restart
	// Tell hands on what was done to a recorder: a PBX whose eventfilter was written before
	// callcard asked for MixMonitorMute tells nobody. nil: only the PBX tells.
	Tell    func(context.Context, cti.PBXEvent) error
	Numbers Numbers
	Tracer  Tracer
	Log     *slog.Logger

	Ring  time.Duration // how long the own phone rings before a number is dialled, 30 s
	Again time.Duration // the same number is not dialled twice within this time, 3 s
	Begin time.Duration // in which the PBX must begin a consultation that it said yes to, 5 s
}

func (o Options) validate() error {
	missing := map[string]bool{"Calls": o.Calls == nil, "Numbers": o.Numbers == nil, "Tracer": o.Tracer == nil}
	var errs []error
	for name, is := range missing {
		if is {
			errs = append(errs, errors.New("control: "+name+" is needed"))
		}
	}
	for id, line := range o.Lines {
		if line.PBX == nil || line.Context == "" {
			errs = append(errs, errors.New("control: line of "+id+": PBX and Context are needed"))
		}
	}
	return errors.Join(errs...)
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Log = o.Log.With("component", "control")
	if o.Ring <= 0 {
		o.Ring = 30 * time.Second
	}
	if o.Again <= 0 {
		o.Again = 3 * time.Second
	}
	if o.Begin <= 0 {
		o.Begin = 5 * time.Second
	}
	return o
}
