package callbacks

import (
	"testing"
	"time"

	"callcard/pkg/calendar"
	"callcard/pkg/cti"
)

// In Berlin the clock jumps from 2 to 3 on 29 March 2026 and back from 3 to 2 on 25 October.
func TestPlansOnDaysOnWhichTheClockChanges(t *testing.T) {
	t.Parallel()
	hotline, err := calendar.New(calendar.Spec{Zone: "Europe/Berlin", Weekly: []string{"mon-sun 00:00-24:00"}})
	if err != nil {
		t.Fatal(err)
	}
	office, err := calendar.New(calendar.Spec{Zone: "Europe/Berlin", Weekly: []string{"mon-sat 09:00-18:00"}})
	if err != nil {
		t.Fatal(err)
	}
	at := func(text string) time.Time {
		t.Helper()
		when, err := time.ParseInLocation("2006-01-02 15:04", text, hotline.Location())
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	of := func(c Calendar) plan {
		return plan{Rules: DefaultRules(), calendar: c, calendars: map[string]Calendar{"": c}}
	}
	for _, test := range []struct {
		name       string
		have, want time.Time
	}{
		{"an hour of work over the jump", of(hotline).deadline(3, at("2026-03-29 01:30")), at("2026-03-29 03:30")},
		{"an hour of work over the hour that comes twice", of(hotline).deadline(3, at("2026-10-25 01:30")), at("2026-10-25 01:30").Add(time.Hour)},
		{"from Saturday evening to Monday", of(office).deadline(2, at("2026-03-28 17:50")), at("2026-03-30 09:20")},
		{"and in autumn", of(office).deadline(2, at("2026-10-24 17:50")), at("2026-10-26 09:20")},
		{"the client's morning on the short day", of(hotline).daytime("+491", at("2026-03-29 00:30")), at("2026-03-29 09:00")},
		{"the client's morning on the long day", of(hotline).daytime("+491", at("2026-10-25 00:30")), at("2026-10-25 09:00")},
		{"the evening before the short day", of(hotline).daytime("+491", at("2026-03-28 20:00")), at("2026-03-29 09:00")},
		{"the evening before the long day", of(hotline).daytime("+491", at("2026-10-24 20:00")), at("2026-10-25 09:00")},
		{"another hour of the next day, short", of(hotline).nextDay(cti.Callback{}, at("2026-03-28 12:00")), at("2026-03-29 11:00")},
		{"another hour of the next day, long", of(hotline).nextDay(cti.Callback{}, at("2026-10-24 12:00")), at("2026-10-25 11:00")},
	} {
		if !test.have.Equal(test.want) {
			t.Errorf("%s: got %s, want %s", test.name, test.have, test.want)
		}
	}
}
