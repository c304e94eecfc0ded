package callbacks

import (
	"time"

	"callcard/pkg/cti"
)

// Reasons for which an act is refused, stable for browsers.
const (
	whyClosed   = "closed"
	whyOnLine   = "client_on_line"
	whyListed   = "do_not_call"
	whyNight    = "outside_window"
	whyTooOften = "too_many_attempts"
	whyTooSoon  = "too_soon"
	whyBusy     = "agent_busy"
)

func refused(reason, why string) error { return &cti.NotNowError{Reason: reason, Why: why} }

func closedAlready() error {
	return refused(whyClosed, "this callback is closed already")
}

func claimed(b cti.Callback) error {
	return &cti.ClaimedError{By: b.ClaimedBy, Name: b.ClaimedByName, Until: b.ClaimedUntil}
}

// free refuses what a colleague is busy with. A supervisor may reach over him.
func free(b cti.Callback, by cti.User, now time.Time) error {
	switch {
	case b.State != cti.CallbackOpen:
		return closedAlready()
	case held(b, now) && b.ClaimedBy != by.ID && !by.SeesAll():
		return claimed(b)
	}
	return nil
}

// held tells that a claim lasts.
func held(b cti.Callback, now time.Time) bool { return b.ClaimedBy != "" && now.Before(b.ClaimedUntil) }
