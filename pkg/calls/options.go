package calls

import (
	"log/slog"
	"strings"
	"time"

	"callcard/pkg/cti"
)

// Options of a Tracker. The zero value works.
type Options struct {
	// Epoch names this run in every event.
	Epoch string
	// Settle is how long a call without legs waits before it ends; 1.5 s when zero.
	Settle time.Duration
	// Normalize makes a number of what the PBX shows.
	Normalize func(raw string) cti.Phone
	// UserOf tells whose device it is at this moment.
	UserOf func(pbx string, d cti.Device) cti.UserID
	Log    *slog.Logger
	// Forget is how long a call is kept whose PBX is not heard; 4 h when zero.
	Forget time.Duration
	// Queue bounds the events waiting for the owner; 65,536 when zero.
	Queue int
	// Buffer bounds the events waiting for one subscriber; 8,192 when zero.
	Buffer int
	// Now is the clock of Run; time.Now when nil.
	Now func() time.Time
}

func (o Options) withDefaults() Options {
	if o.Settle <= 0 {
		o.Settle = 1500 * time.Millisecond
	}
	if o.Normalize == nil {
		o.Normalize = plainNumber
	}
	if o.UserOf == nil {
		o.UserOf = func(string, cti.Device) cti.UserID { return "" }
	}
	if o.Forget <= 0 {
		o.Forget = 4 * time.Hour
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Queue <= 0 {
		o.Queue = 65_536
	}
	if o.Buffer <= 0 {
		o.Buffer = 8_192
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// plainNumber stands in where no numbering plan is given: it knows extensions and
// withheld numbers only.
func plainNumber(raw string) cti.Phone {
	digits := strings.TrimPrefix(raw, "+")
	switch {
	case digits == "" || strings.Trim(digits, "0123456789") != "":
		return cti.Phone{Raw: raw, Kind: cti.NumberAnonymous}
	case len(digits) <= 5:
		return cti.Phone{Number: digits, Raw: raw, Kind: cti.NumberInternal}
	}
	return cti.Phone{Number: "+" + digits, Raw: raw, Kind: cti.NumberE164}
}
