package callbacks

import (
	"slices"
	"time"

	"callcard/pkg/cti"
)

// Calendar is the office's working time.
type Calendar interface {
	Open(t time.Time) bool
	// Next is the first moment at or after t when the office is open; zero for never.
	Next(t time.Time) time.Time
	// Add goes on by so much working time.
	Add(t time.Time, d time.Duration) time.Time
	// Between is the working time from a to b.
	Between(a, b time.Time) time.Duration
	Location() *time.Location
}

// always is the calendar of an office that has told none.
type always struct{}

func (always) Open(time.Time) bool                        { return true }
func (always) Next(t time.Time) time.Time                 { return t }
func (always) Add(t time.Time, d time.Duration) time.Time { return t.Add(d) }
func (always) Between(a, b time.Time) time.Duration       { return max(b.Sub(a), 0) }
func (always) Location() *time.Location                   { return time.Local }

// plan says when a client is to be called. It is pure.
type plan struct {
	Rules
	calendar  Calendar                           // by which it counts now, see by
	calendars map[string]Calendar                // "" is the office's own
	zone      func(number string) *time.Location // of the client, nil for unknown
}

// by counts by the named calendar; one that is no more leaves the office's own.
func (p plan) by(calendar string) plan {
	if c, ok := p.calendars[calendar]; ok {
		p.calendar = c
	} else {
		p.calendar = p.calendars[""]
	}
	return p
}

// dueAt sets until when a client is to be called, as it was decided at from.
func (p plan) dueAt(b cti.Callback, due, from time.Time) cti.Callback {
	b.Due, b.RemindAt, b.Reminded = due.UTC(), time.Time{}, false
	if work := p.calendar.Between(from, due); work > 0 && p.Remind > 0 {
		b.RemindAt = p.calendar.Add(from, work*time.Duration(p.Remind)/percent).UTC()
	}
	return b
}

const percent = 100

// deadline of a call that was missed at t.
func (p plan) deadline(priority int, t time.Time) time.Time {
	if len(p.Deadlines) == 0 {
		return t
	}
	step := min(max(priority, urgent), len(p.Deadlines)) - 1
	return p.calendar.Add(t, p.Deadlines[step])
}

// location is where the client lives, as far as his number tells; the office's otherwise.
func (p plan) location(number string) *time.Location {
	if p.zone != nil {
		if zone := p.zone(number); zone != nil {
			return zone
		}
	}
	return p.calendar.Location()
}

// daytime is the first moment at or after t within the client's day.
func (p plan) daytime(number string, t time.Time) time.Time {
	if p.WindowTo <= p.WindowFrom {
		return t
	}
	local := t.In(p.location(number))
	year, month, day := local.Date()
	clock := func(day int, d time.Duration) time.Time {
		return time.Date(year, month, day, 0, 0, int(d/time.Second), 0, local.Location())
	}
	switch {
	case local.Before(clock(day, p.WindowFrom)):
		return clock(day, p.WindowFrom)
	case local.Before(clock(day, p.WindowTo)):
		return t
	}
	return clock(day+1, p.WindowFrom)
}

// callable is the first moment at or after t when the office works and it is day at
// the client's. Hours that never meet leave t.
func (p plan) callable(number string, t time.Time) time.Time {
	const tries = 30 // opening hours and his day agree within a few days or never
	for at, n := t, 0; n < tries; n++ {
		opening := p.calendar.Next(at)
		if opening.IsZero() {
			return t
		}
		if at = p.daytime(number, opening); at.Equal(opening) {
			return at
		}
	}
	return t
}

// countedTries are those that are limited: what the network refused is no fault of the client.
var countedTries = []cti.AttemptOutcome{cti.AttemptNoAnswer, cti.AttemptBusy, cti.AttemptRejected, cti.AttemptWrongNumber}

func counted(a cti.Attempt) bool { return slices.Contains(countedTries, a.Outcome) }

// rejections is how often a client may decline the call: he was asked, and asked again.
const rejections = 2

// triesOf counts the tries with these outcomes.
func triesOf(b cti.Callback, outcomes ...cti.AttemptOutcome) (n int) {
	for _, a := range b.Attempts {
		if slices.Contains(outcomes, a.Outcome) {
			n++
		}
	}
	return n
}

// usedUp tells that nobody has to try again.
func (p plan) usedUp(b cti.Callback) bool {
	return p.Attempts > 0 && triesOf(b, countedTries...) >= p.Attempts || triesOf(b, cti.AttemptRejected) >= rejections ||
		triesOf(b, cti.AttemptFailed) > len(p.Failed)
}

// pauses after an outcome and how many such tries there were: each has pauses of its
// own, but who declines is as one who does not answer. A wrong number has none: it
// waits for somebody to find another one.
func (p plan) pauses(b cti.Callback, outcome cti.AttemptOutcome) (pauses []time.Duration, n int) {
	switch outcome {
	case cti.AttemptBusy:
		return p.Busy, triesOf(b, outcome)
	case cti.AttemptFailed:
		return p.Failed, triesOf(b, outcome)
	case cti.AttemptNoAnswer, cti.AttemptRejected:
		return p.NoAnswer, triesOf(b, cti.AttemptNoAnswer, cti.AttemptRejected)
	}
	return nil, 0
}

// triesOn counts the tries on the day of t, by the client's clock.
func (p plan) triesOn(b cti.Callback, t time.Time) (n int) {
	zone := p.location(b.Client.Number)
	year, day := t.In(zone).Year(), t.In(zone).YearDay()
	for _, a := range b.Attempts {
		if at := a.At.In(zone); counted(a) && at.Year() == year && at.YearDay() == day {
			n++
		}
	}
	return n
}

// nextTry is when to try again after the newest attempt failed at now; none is
// left when the attempts are used up.
func (p plan) nextTry(b cti.Callback, outcome cti.AttemptOutcome, now time.Time) (next time.Time, left bool) {
	if p.usedUp(b) {
		return time.Time{}, false
	}
	pauses, n := p.pauses(b, outcome)
	next = p.nextDay(b, now)
	if n <= len(pauses) && n > 0 {
		next = p.pauseEnds(b, outcome, now, pauses[n-1])
	}
	if p.PerDay > 0 && p.triesOn(b, next) >= p.PerDay {
		next = p.nextDay(b, now)
	}
	return p.callable(b.Client.Number, next), true
}

// pauseEnds: what rang at the client's is followed by the least pause; what the network
// refused disturbed nobody, and only the try before it counts.
func (p plan) pauseEnds(b cti.Callback, outcome cti.AttemptOutcome, now time.Time, pause time.Duration) time.Time {
	if slices.Contains(countedTries, outcome) {
		return now.Add(max(pause, p.MinGap))
	}
	end := now.Add(pause)
	if gate := p.notBefore(b); gate.After(end) {
		return gate
	}
	return end
}

// nextDay is another hour of the next working day: who was not there at ten may be at noon.
func (p plan) nextDay(b cti.Callback, now time.Time) time.Time {
	const another = 2 * time.Hour
	local := now.In(p.location(b.Client.Number))
	midnight := time.Date(local.Year(), local.Month(), local.Day()+1, 0, 0, 0, 0, local.Location())
	return p.calendar.Add(p.callable(b.Client.Number, midnight), another)
}

// notBefore is the end of the least pause after the newest try that rang at the
// client's; zero when he has called since, for he is at his phone.
func (p plan) notBefore(b cti.Callback) time.Time {
	for i := len(b.Attempts) - 1; i >= 0; i-- {
		if a := b.Attempts[i]; counted(a) {
			if b.LastMissed.After(a.At) {
				return time.Time{}
			}
			return a.At.Add(p.MinGap)
		}
	}
	return time.Time{}
}
