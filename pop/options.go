package pop

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"callcard/pkg/cti"
)

// Directory finds contacts by number, in a stable order. It honours ctx.
type Directory interface {
	LookupPhone(ctx context.Context, phone cti.Phone) ([]cti.Candidate, error)
}

// Contacts gives one contact, or an error that wraps cti.ErrNotFound, and the people of
// a company.
type Contacts interface {
	Contact(ctx context.Context, id string) (cti.Contact, error)
	People(ctx context.Context, companyID string) ([]cti.Contact, error)
}

// History gives the client's earlier calls, newest first, the calls that he has made
// since a time, and whom agents have chosen for his number before, nil for nobody.
type History interface {
	PastCalls(ctx context.Context, number string, limit int) ([]cti.PastCall, error)
	CallsSince(ctx context.Context, number string, since time.Time) ([]cti.CallID, error)
	Usually(ctx context.Context, number string) (*cti.Usually, error)
}

// Callbacks tells whether the client waits for a call, best one to the number of ours
// that he has called now; cti.ErrNotFound when not.
type Callbacks interface {
	OpenCallback(ctx context.Context, number, pbx, did string) (cti.CardCallback, error)
}

// Agents knows whose phone a device is.
type Agents interface {
	UserByDevice(pbx string, device cti.Device) (cti.User, bool)
}

// Acts tells what the owner of a device may do with a call. It is asked for every step
// of every card and must not block.
type Acts interface {
	Can(call cti.Call, device cti.Device) []cti.Act
}

// Scenarios choose what a card shows. It is asked for every card, under a lock: it takes
// microseconds.
type Scenarios interface {
	Choose(facts cti.CallFacts) cti.ScenarioChoice
}

// Titles are what people call queues and numbers of ours, "" when nobody said, and the
// line group of a number.
type Titles interface {
	QueueTitle(pbx, queue string) string
	DIDTitle(pbx, did string) string
	Group(pbx, did string) string
}

// Publisher brings frames to a user's browsers. It never blocks.
type Publisher interface {
	Publish(user cti.UserID, kind string, data any)
	Tabs(user cti.UserID) int
}

// Tracer keeps the decisions of a call. It never blocks.
type Tracer interface {
	Note(call cti.CallID, decision cti.Decision)
}

// Subscription is a stream of call events that continues a snapshot. Whoever puts an event
// into it, or ends it, calls Catch. Err tells, after Events was closed, why: nil when the
// tracker has ended.
type Subscription interface {
	Events() <-chan *cti.CallEvent
	Err() error
	Close()
}

// Options of a Service. Zero numbers and durations take the defaults.
type Options struct {
	Subscribe func() ([]cti.Call, Subscription)
	Directory Directory
	Contacts  Contacts
	History   History
	Callbacks Callbacks
	Links     Links
	Remarks   Remarks
	Agents    Agents
	Acts      Acts      // nil: nobody may do anything
	Scenarios Scenarios // nil: every card shows everything
	Titles    Titles    // nil: nothing has a title
	Publisher Publisher
	Tracer    Tracer
	Log       *slog.Logger
	Metrics   prometheus.Registerer // nil: not registered

	LookupTimeout time.Duration // 2 s, the wait for a free worker included
	RingLimit     time.Duration // 60 s: an offer expires in the browser when nothing more was heard
	Workers       int           // look-ups at a time, 16
	HistoryLimit  int           // earlier calls on a card, 5
	KeepEnded     int           // ended cards kept per agent, 5
	KeepFor       time.Duration // and for how long, 30 min
}

func (o Options) validate() error {
	missing := map[string]bool{
		"Subscribe": o.Subscribe == nil, "Directory": o.Directory == nil, "Contacts": o.Contacts == nil,
		"History": o.History == nil, "Callbacks": o.Callbacks == nil, "Links": o.Links == nil, "Remarks": o.Remarks == nil,
		"Agents": o.Agents == nil, "Publisher": o.Publisher == nil, "Tracer": o.Tracer == nil,
	}
	var errs []error
	for name, is := range missing {
		if is {
			errs = append(errs, errors.New("pop: "+name+" is needed"))
		}
	}
	return errors.Join(errs...)
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Log = o.Log.With("component", "pop")
	o.LookupTimeout = orDefault(o.LookupTimeout, 2*time.Second)
	o.RingLimit = orDefault(o.RingLimit, time.Minute)
	o.Workers = orDefault(o.Workers, 16)
	o.HistoryLimit = orDefault(o.HistoryLimit, 5)
	o.KeepEnded = orDefault(o.KeepEnded, 5)
	o.KeepFor = orDefault(o.KeepFor, 30*time.Minute)
	return o
}

func orDefault[T int | time.Duration](v, otherwise T) T {
	if v > 0 {
		return v
	}
	return otherwise
}
