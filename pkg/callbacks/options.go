package callbacks

import (
	"context"
	"log/slog"
	"time"

	"callcard/pkg/cti"
)

// Store of callbacks. All calls join the transaction that ctx carries.
type Store interface {
	// Together makes one transaction of what fn does, which excludes all others of its kind.
	Together(ctx context.Context, fn func(context.Context) error) error
	OpenCallback(ctx context.Context, number, contactID, group string) (cti.Callback, error) // cti.ErrNotFound
	OpenCallbacks(ctx context.Context, number string) ([]cti.Callback, error)
	Callback(ctx context.Context, id string) (cti.Callback, error)
	CallbackOf(ctx context.Context, id cti.CallID) (cti.Callback, error) // that a missed call is part of; cti.ErrNotFound
	LastCallback(ctx context.Context, number, group string, after time.Time) (cti.Callback, error)
	// DoneCallbacks of a number or a contact ("" for unknown) that a talk has closed since then.
	DoneCallbacks(ctx context.Context, number, contactID string, since time.Time) ([]cti.Callback, error)
	WakingCallbacks(ctx context.Context, now time.Time, limit int) (found []cti.Callback, next time.Time, err error)
	DueBefore(ctx context.Context, group string, from, to time.Time) (int, error)
	SaveCallback(ctx context.Context, b cti.Callback, wake time.Time) error
	ClaimCallback(ctx context.Context, id string, user cti.UserID, now, until time.Time) (won bool, err error)
	LinkOf(ctx context.Context, id cti.CallID) (contactID string, err error)
	ListsOf(ctx context.Context, number string) ([]cti.NumberList, error)
	ListNumber(ctx context.Context, list cti.NumberList, n cti.ListedNumber) error
	AddDecisions(ctx context.Context, id cti.CallID, decisions []cti.Decision) error
	// EndedCalls of a number that began since then, the newest first.
	EndedCalls(ctx context.Context, number string, since time.Time) ([]cti.Call, error)
	CountCallbacks(ctx context.Context, now time.Time) (open, overdue int, err error)
	// CallbackOfAttempt is the open one that a call was dialled for; cti.ErrNotFound.
	CallbackOfAttempt(ctx context.Context, id cti.CallID) (cti.Callback, error)
	// DoubledCallbacks are open ones of contacts who have another one that is about the same lines.
	DoubledCallbacks(ctx context.Context) ([]cti.Callback, error)
	CallbacksOfContact(ctx context.Context, contactID string) ([]cti.Callback, error) // open ones
	// ResponsibleFor is the user who looks after a contact, LastTalker who talked with a
	// number last since then; "" for nobody who is still a user.
	ResponsibleFor(ctx context.Context, contactID string) (cti.UserID, error)
	LastTalker(ctx context.Context, number string, since time.Time) (cti.UserID, error)
	// ShortBefore tells of another missed call of the number since then that lasted no longer.
	ShortBefore(ctx context.Context, number string, but cti.CallID, since time.Time, atMost time.Duration) (bool, error)
}

// Publisher tells browsers and others of a change, after it was saved.
type Publisher interface {
	CallbackChanged(ctx context.Context, b cti.Callback)
}

// Dialer makes the agent's phone ring and then calls the client.
type Dialer interface {
	Dial(ctx context.Context, request cti.DialRequest) (actionID string, err error)
}

// Options of a Service. Store, Publisher and Logger are needed.
type Options struct {
	Store     Store
	Publisher Publisher
	Dialer    Dialer
	Rules     Rules
	Logger    *slog.Logger
	// Calendar of the office; nil is always open. Lines may have others: CalendarOf tells
	// the name of a line's in Calendars, "" for the office's own.
	Calendar   Calendar
	Calendars  map[string]Calendar
	CalendarOf func(pbx, did string) string
	// Zone is where a client lives by his number, nil for unknown.
	Zone func(number string) *time.Location
	// Group of a line; nil: each line is its own.
	Group func(pbx, did string) string
	// OnLine tells that a client is in a call with us now.
	OnLine func(number string) bool
	// AtWork tells that a user is there today; nil: everybody is.
	AtWork func(user cti.UserID) bool
	// Busy tells why an agent cannot make a call now, "" when he can.
	Busy func(user cti.UserID) (why string)
	// UserOf tells whose phone it is.
	UserOf func(pbx string, device cti.Device) cti.UserID
	// Blocked tells that the configuration wants no callback for a number: spam, or one of ours.
	Blocked func(number string) bool
}

func (o Options) withDefaults() Options {
	if o.Calendar == nil {
		o.Calendar = always{}
	}
	if o.CalendarOf == nil {
		o.CalendarOf = func(string, string) string { return "" }
	}
	if o.AtWork == nil {
		o.AtWork = func(cti.UserID) bool { return true }
	}
	if o.Group == nil {
		o.Group = func(_, did string) string { return did }
	}
	if o.OnLine == nil {
		o.OnLine = func(string) bool { return false }
	}
	if o.UserOf == nil {
		o.UserOf = func(string, cti.Device) cti.UserID { return "" }
	}
	if o.Busy == nil {
		o.Busy = func(cti.UserID) string { return "" }
	}
	if o.Blocked == nil {
		o.Blocked = func(string) bool { return false }
	}
	return o
}
