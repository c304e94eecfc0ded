package calendar_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"callcard/pkg/calendar"
	"callcard/pkg/cti"
)

func office(t *testing.T) *calendar.Calendar {
	t.Helper()
	c, err := calendar.New(calendar.Spec{
		Zone:   "Europe/Moscow",
		Weekly: []string{"mon-fri 09:00-13:00 14:00-18:00"},
		Closed: []string{"2026-01-01..2026-01-08", "2026-12-31"},
		Days:   []string{"2026-02-28 10:00-15:00", "2026-03-06 09:00-16:00", "2026-12-31 09:00-12:00"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func clock(t *testing.T, zone, text string) time.Time {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", text, location)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// The expected times are counted by hand on the calendar of 2026: 28 February is a
// working Saturday, 6 March a shortened Friday, 31 December worked though closed.
func TestHours(t *testing.T) {
	t.Parallel()
	c := office(t)
	for _, test := range []struct {
		at   string
		open bool
		next string
	}{
		{"2026-11-20 08:59", false, "2026-11-20 09:00"},
		{"2026-11-20 09:00", true, "2026-11-20 09:00"},
		{"2026-11-20 12:59", true, "2026-11-20 12:59"},
		{"2026-11-20 13:00", false, "2026-11-20 14:00"},
		{"2026-11-20 18:00", false, "2026-11-23 09:00"}, // Friday evening
		{"2026-01-02 10:00", false, "2026-01-09 09:00"},
		{"2026-02-28 09:30", false, "2026-02-28 10:00"},
		{"2026-02-28 15:00", false, "2026-03-02 09:00"},
		{"2026-03-06 15:59", true, "2026-03-06 15:59"},
		{"2026-03-06 16:00", false, "2026-03-09 09:00"},
		{"2026-12-31 11:00", true, "2026-12-31 11:00"},
	} {
		at := clock(t, "Europe/Moscow", test.at)
		if c.Open(at) != test.open {
			t.Errorf("%s: open is not %v", test.at, test.open)
		}
		if next := c.Next(at.UTC()); !next.Equal(clock(t, "Europe/Moscow", test.next)) {
			t.Errorf("%s: the next opening is %s, want %s", test.at, next, test.next)
		}
	}
}

func TestWorkingTime(t *testing.T) {
	t.Parallel()
	c := office(t)
	for _, test := range []struct {
		from string
		add  time.Duration
		want string
	}{
		{"2026-11-20 10:00", 30 * time.Minute, "2026-11-20 10:30"},
		{"2026-11-20 12:45", 30 * time.Minute, "2026-11-20 14:15"}, // over the break
		{"2026-11-20 12:45", 15 * time.Minute, "2026-11-20 13:00"}, // to the break
		{"2026-11-20 17:50", 30 * time.Minute, "2026-11-23 09:20"}, // over the weekend
		{"2026-11-21 12:00", 30 * time.Minute, "2026-11-23 09:30"},
		{"2026-11-20 09:00", 16 * time.Hour, "2026-11-23 18:00"},
		{"2026-02-27 17:00", 2 * time.Hour, "2026-02-28 11:00"}, // the working Saturday
		{"2026-01-01 00:00", 0, "2026-01-09 09:00"},
	} {
		from, want := clock(t, "Europe/Moscow", test.from), clock(t, "Europe/Moscow", test.want)
		if have := c.Add(from, test.add); !have.Equal(want) {
			t.Errorf("%s + %s is %s, want %s", test.from, test.add, have, test.want)
		}
		if have := c.Between(from, want); have != test.add {
			t.Errorf("between %s and %s are %s, want %s", test.from, test.want, have, test.add)
		}
	}
}

// In Berlin the clock jumps from 2 to 3 on 29 March 2026 and back from 3 to 2 on 25 October.
func TestTheClockChanges(t *testing.T) {
	t.Parallel()
	c, err := calendar.New(calendar.Spec{Zone: "Europe/Berlin", Weekly: []string{"sun 01:00-05:00", "mon 02:30-03:30"}, Days: []string{"2026-03-30 10:00-11:00"}})
	if err != nil {
		t.Fatal(err)
	}
	utc := func(text string) time.Time { return clock(t, "UTC", text) }
	if have := c.Between(utc("2026-03-28 12:00"), utc("2026-03-29 12:00")); have != 3*time.Hour {
		t.Errorf("the short night has %s", have)
	}
	if have := c.Between(utc("2026-10-24 12:00"), utc("2026-10-25 12:00")); have != 5*time.Hour {
		t.Errorf("the long night has %s", have)
	}
	gap, err := calendar.New(calendar.Spec{Zone: "Europe/Berlin", Weekly: []string{"sun 02:30-04:00"}})
	if err != nil {
		t.Fatal(err)
	}
	if have := gap.Next(utc("2026-03-29 00:00")); !have.Equal(utc("2026-03-29 01:00")) { // when it jumps to 3:00
		t.Errorf("opens at %s", have.UTC())
	}
	if have := gap.Next(utc("2026-10-24 23:00")); !have.Equal(utc("2026-10-25 00:30")) { // the first 2:30
		t.Errorf("opens at %s", have.UTC())
	}
}

func TestAlwaysOpen(t *testing.T) {
	t.Parallel()
	c, err := calendar.New(calendar.Spec{Zone: "Europe/Moscow", Closed: []string{"2026-01-01"}})
	if err != nil {
		t.Fatal(err)
	}
	at := clock(t, "Europe/Moscow", "2026-11-21 03:00")
	if !c.Open(at) || !c.Next(at).Equal(at) || !c.Add(at, 48*time.Hour).Equal(at.Add(48*time.Hour)) {
		t.Error("not open at night")
	}
	if c.Open(clock(t, "Europe/Moscow", "2026-01-01 12:00")) {
		t.Error("open on a closed day")
	}
}

func TestNeverOpen(t *testing.T) {
	t.Parallel()
	c, err := calendar.New(calendar.Spec{Zone: "UTC", Weekly: []string{"mon 09:00-10:00"}, Closed: []string{"2026-01-01..2026-12-31", "2027-01-01..2027-12-31", "2028-01-01..2028-12-31"}})
	if err != nil {
		t.Fatal(err)
	}
	at := clock(t, "UTC", "2026-01-02 00:00")
	if !c.Next(at).IsZero() || !c.Add(at, time.Hour).Equal(at.Add(time.Hour)) {
		t.Error("a closed office has to end a search")
	}
}

func TestFaultsNameTheirPlace(t *testing.T) {
	t.Parallel()
	for field, spec := range map[string]calendar.Spec{
		"zone":      {Zone: "Mars/Olympus"},
		"weekly[1]": {Weekly: []string{"mon 09:00-18:00", "mon 17:00-19:00"}},
		"weekly[0]": {Weekly: []string{"mon-fri 18:00-09:00"}},
		"closed[0]": {Closed: []string{"2026-02-30"}},
		"days[0]":   {Days: []string{"2026-02-28"}},
	} {
		_, err := calendar.New(spec)
		if invalid, ok := errors.AsType[*cti.InvalidError](err); !ok || invalid.Field != field {
			t.Errorf("got %v, want a fault of %s", err, field)
		}
	}
	for _, text := range []string{"", "mon", "mon 9:00-18:00", "moon 09:00-18:00", "mon 09:00-24:01", "mon- 09:00-10:00", "mon 09:00", "mon 09:00-10:00 09:30-11:00"} {
		if _, err := calendar.New(calendar.Spec{Weekly: []string{text}}); err == nil {
			t.Errorf("%q is no week", text)
		}
	}
}

// TestProperties: in any zone, whatever the clock does there.
func TestProperties(t *testing.T) {
	t.Parallel()
	zones := []string{"UTC", "Europe/Berlin", "Europe/Moscow", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo", "Asia/Kathmandu", "Pacific/Apia"}
	weeks := []string{"mon-sun 00:00-24:00", "mon-fri 09:00-18:00", "sat,sun 00:00-03:00 22:00-24:00", "fri-mon 01:30-02:30", "wed 12:00-13:30"}
	rapid.Check(t, func(rt *rapid.T) {
		c, err := calendar.New(calendar.Spec{
			Zone: rapid.SampledFrom(zones).Draw(rt, "zone"), Weekly: []string{rapid.SampledFrom(weeks).Draw(rt, "week")},
			Closed: []string{"2026-03-08", "2026-10-25..2026-10-26"}, Days: []string{"2026-03-29 00:30-05:00"},
		})
		if err != nil {
			rt.Fatal(err)
		}
		from := time.Unix(rapid.Int64Range(1767225600, 1798761600).Draw(rt, "from"), 0)
		d := time.Duration(rapid.Int64Range(0, int64(30*time.Hour)/int64(time.Second)).Draw(rt, "duration")) * time.Second
		next := c.Next(from)
		if next.Before(from) || !c.Open(next) {
			rt.Fatalf("next of %s is %s", from, next)
		}
		if c.Between(from, next) != 0 {
			rt.Fatalf("there is work before the next opening of %s", from)
		}
		end := c.Add(from, d)
		if have := c.Between(from, end); have != d {
			rt.Fatalf("%s + %s is %s, and between them are %s", from, d, end, have)
		}
		half := d / 2
		if c.Between(from, c.Add(from, half))+c.Between(c.Add(from, half), end) != d {
			rt.Fatal("the parts are not the whole")
		}
		if c.Open(from) && !c.Next(from).Equal(from) {
			rt.Fatal("open and yet the next opening is later")
		}
	})
}
