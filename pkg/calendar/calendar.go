package calendar

import (
	"cmp"
	"slices"
	"time"

	"callcard/pkg/cti"
)

// Spec is a calendar as people write it.
type Spec struct {
	// Zone is an IANA name; "" is that of the machine.
	Zone string
	// Weekly hours: "mon-fri 09:00-13:00 14:00-18:00". None at all is always open.
	Weekly []string
	// Closed days: "2026-01-01", or "2026-01-01..2026-01-08".
	Closed []string
	// Days that override the week and the closed days: "2026-02-28 09:00-16:00".
	Days []string
}

// Calendar of one office.
type Calendar struct {
	zone   *time.Location
	always bool
	week   [7][]span
	days   map[date][]span // overriding; none is closed
}

// date is a day of the wall clock.
type date struct {
	year  int
	month time.Month
	day   int
}

// span of a day in minutes since its midnight; to is after the last one.
type span struct{ from, to int }

// New checks a spec. Faults name the field of the list: "weekly[1]".
func New(spec Spec) (*Calendar, error) {
	zone := time.Local
	if spec.Zone != "" {
		var err error
		if zone, err = time.LoadLocation(spec.Zone); err != nil {
			return nil, &cti.InvalidError{Field: "zone", Got: spec.Zone, Want: "a time zone such as Europe/Moscow"}
		}
	}
	c := &Calendar{zone: zone, always: len(spec.Weekly) == 0, days: map[date][]span{}}
	if c.always {
		for day := range c.week {
			c.week[day] = []span{{0, wholeDay}}
		}
	}
	return c, c.read(spec)
}

// Location is the zone of the hours.
func (c *Calendar) Location() *time.Location { return c.zone }

// Open tells whether the office works at t.
func (c *Calendar) Open(t time.Time) bool {
	for _, s := range c.spans(t) {
		if !t.Before(s.from) && t.Before(s.to) {
			return true
		}
	}
	return false
}

// horizon is how many days are looked through: longer holidays are an office that has closed.
const horizon = 400

// Next is the first moment at or after t when the office is open; zero for never.
func (c *Calendar) Next(t time.Time) time.Time {
	for day := range horizon {
		for _, s := range c.spans(c.later(t, day)) {
			if t.Before(s.to) {
				return latest(t, s.from)
			}
		}
	}
	return time.Time{}
}

// Add goes on by d of working time from t; where none is left it adds plainly. Add of
// nothing is the next opening. The end of a day's work is that moment, not the next opening.
func (c *Calendar) Add(t time.Time, d time.Duration) time.Time {
	if d <= 0 {
		return cmp.Or(c.Next(t), t)
	}
	left := d
	for day := range horizon {
		for _, s := range c.spans(c.later(t, day)) {
			from := latest(t, s.from)
			work := s.to.Sub(from)
			if work <= 0 {
				continue
			}
			if left <= work {
				return from.Add(left)
			}
			left -= work
		}
	}
	return t.Add(d)
}

// Between is the working time from a to b; none when b is not later.
func (c *Calendar) Between(a, b time.Time) (d time.Duration) {
	for day := 0; a.Before(b); day++ {
		noon := c.later(a, day)
		for _, s := range c.spans(noon) {
			if from, to := latest(a, s.from), s.to; from.Before(b) {
				if b.Before(to) {
					to = b
				}
				d += max(to.Sub(from), 0)
			}
		}
		if noon.After(b) && dateOf(noon.In(c.zone)) != dateOf(b.In(c.zone)) {
			return d
		}
	}
	return d
}

// later is noon of the day so many days after t's: every day of every zone has a noon
// of its own, while its midnight may be left out. Day 0 is t itself.
func (c *Calendar) later(t time.Time, days int) time.Time {
	if days == 0 {
		return t
	}
	at := dateOf(t.In(c.zone))
	return time.Date(at.year, at.month, at.day+days, 12, 0, 0, 0, c.zone)
}

// opened is a span of one real day.
type opened struct{ from, to time.Time }

// spans are the working hours of the day of t, in order.
func (c *Calendar) spans(t time.Time) []opened {
	local := t.In(c.zone)
	day := dateOf(local)
	of, override := c.days[day]
	if !override {
		of = c.week[local.Weekday()]
	}
	real := make([]opened, 0, len(of))
	for _, s := range of {
		real = append(real, opened{c.at(day, s.from), c.at(day, s.to)})
	}
	return real
}

// at is a minute of a day. time.Date takes an hour that is left out by the offset
// before or after the jump, it does not say which; a fixed look at both sides decides.
func (c *Calendar) at(d date, minute int) time.Time {
	t := time.Date(d.year, d.month, d.day, 0, minute, 0, 0, c.zone)
	want := time.Date(d.year, d.month, d.day, 0, minute, 0, 0, time.UTC)
	seen := func(t time.Time) time.Time { // what the wall clock shows
		l := t.In(c.zone)
		return time.Date(l.Year(), l.Month(), l.Day(), l.Hour(), l.Minute(), 0, 0, time.UTC)
	}
	gap := seen(t).Sub(want)
	if gap == 0 {
		return first(t, want, seen)
	}
	// The clock jumps over this minute: the moment of the jump is where the offset changes.
	low, high := t.Add(-max(gap, -gap)), t.Add(max(gap, -gap))
	for high.Sub(low) > time.Minute {
		if middle := low.Add(high.Sub(low) / 2).Truncate(time.Minute); seen(middle).Before(want) {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}

// first of the two moments that show the same time when the clock falls back.
func first(t, want time.Time, seen func(time.Time) time.Time) time.Time {
	const steps = 4 // of half an hour: Lord Howe falls back by one
	for n := steps; n > 0; n-- {
		if before := t.Add(-time.Duration(n) * 30 * time.Minute); seen(before).Equal(want) {
			return before
		}
	}
	return t
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func dateOf(t time.Time) date { return date{t.Year(), t.Month(), t.Day()} }

func sorted(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	return spans
}
