package calendar

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"callcard/pkg/cti"
)

const wholeDay = 24 * 60

// Forms of the lists, for people who got one wrong.
const (
	wantWeekly = `days and hours such as "mon-fri 09:00-13:00 14:00-18:00" or "sat 10:00-14:00"`
	wantApart  = `hours that do not overlap others of the same day`
	wantClosed = `a day such as 2026-01-01, or 2026-01-01..2026-01-08`
	wantDay    = `a day and its hours such as "2026-02-28 09:00-16:00"`
)

func (c *Calendar) read(spec Spec) error {
	for i, text := range spec.Weekly {
		if ok, overlaps := c.weekly(text); overlaps {
			return &cti.InvalidError{Field: fmt.Sprintf("weekly[%d]", i), Got: text, Want: wantApart}
		} else if !ok {
			return &cti.InvalidError{Field: fmt.Sprintf("weekly[%d]", i), Got: text, Want: wantWeekly}
		}
	}
	for i, text := range spec.Closed {
		if !c.closed(text) {
			return &cti.InvalidError{Field: fmt.Sprintf("closed[%d]", i), Got: text, Want: wantClosed}
		}
	}
	for i, text := range spec.Days {
		if !c.day(text) {
			return &cti.InvalidError{Field: fmt.Sprintf("days[%d]", i), Got: text, Want: wantDay}
		}
	}
	return nil
}

// weekly adds "mon-fri,sun 09:00-13:00 14:00-18:00".
func (c *Calendar) weekly(text string) (ok, overlaps bool) {
	days, hours, _ := strings.Cut(strings.TrimSpace(text), " ")
	spans, ok := readHours(hours)
	if !ok {
		return false, false
	}
	for part := range strings.SplitSeq(days, ",") {
		from, to, isRange := strings.Cut(part, "-")
		first, last := weekday(from), weekday(from)
		if isRange {
			last = weekday(to)
		}
		if first < 0 || last < 0 {
			return false, false
		}
		for day := first; ; day = (day + 1) % 7 { // fri-mon goes over the end of the week
			if c.week[day] = sorted(append(slices.Clone(c.week[day]), spans...)); overlap(c.week[day]) {
				return false, true
			}
			if day == last {
				break
			}
		}
	}
	return true, false
}

func weekday(name string) int {
	return slices.Index([]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}, strings.ToLower(name))
}

const longestHolidays = 366

func (c *Calendar) closed(text string) bool {
	from, to, isRange := strings.Cut(strings.TrimSpace(text), "..")
	first, err := time.Parse(time.DateOnly, strings.TrimSpace(from))
	last := first
	if err == nil && isRange {
		last, err = time.Parse(time.DateOnly, strings.TrimSpace(to))
	}
	if err != nil || last.Before(first) || last.Sub(first) > longestHolidays*24*time.Hour {
		return false
	}
	for day := first; !day.After(last); day = day.AddDate(0, 0, 1) {
		c.days[dateOf(day)] = nil
	}
	return true
}

func (c *Calendar) day(text string) bool {
	on, hours, _ := strings.Cut(strings.TrimSpace(text), " ")
	day, err := time.Parse(time.DateOnly, on)
	spans, ok := readHours(hours)
	if err != nil || !ok {
		return false
	}
	c.days[dateOf(day)] = spans
	return true
}

// readHours reads "09:00-13:00 14:00-18:00", in whatever order.
func readHours(text string) (spans []span, ok bool) {
	for part := range strings.FieldsSeq(text) {
		from, to, _ := strings.Cut(part, "-")
		s := span{minute(from), minute(to)}
		if s.from < 0 || s.to < 0 || s.from >= s.to {
			return nil, false
		}
		spans = append(spans, s)
	}
	spans = sorted(spans)
	return spans, len(spans) > 0 && !overlap(spans)
}

func overlap(spans []span) bool {
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to {
			return true
		}
	}
	return false
}

// minute reads "09:30"; 24:00 is the end of the day, anything else wrong is -1.
func minute(clock string) int {
	const digits = len("09:30")
	hours, minutes, found := strings.Cut(clock, ":")
	h, err := strconv.Atoi(hours)
	m, err2 := strconv.Atoi(minutes)
	if !found || len(clock) != digits || err != nil || err2 != nil || h < 0 || m < 0 || m > 59 || h*60+m > wholeDay {
		return -1
	}
	return h*60 + m
}
