package config

import (
	"regexp"
	"strings"
	"time"
)

// Calendar is the working time of the office. Nothing in weekly is always open.
type Calendar struct {
	Zone   string   `yaml:"zone" validate:"omitempty,timezone" want:"a time zone such as Europe/Moscow, or nothing for that of the machine"`
	Weekly []string `yaml:"weekly" validate:"dive,weekly" want:"days and hours such as \"mon-fri 09:00-13:00 14:00-18:00\""`
	Closed []string `yaml:"closed" validate:"dive,closeddays" want:"days such as 2026-01-01, or 2026-01-01..2026-01-08"`
	Days   []string `yaml:"days" validate:"dive,dayhours" want:"a day and its hours such as \"2026-02-28 09:00-16:00\""`
}

// LineCalendar is the working time of some lines, by a name that their numbers refer to.
type LineCalendar struct {
	Name   string   `yaml:"name" validate:"required,pbxid" want:"a short name of letters, digits, - and _"`
	Zone   string   `yaml:"zone" validate:"omitempty,timezone" want:"a time zone such as Europe/Moscow, or nothing for that of the machine"`
	Weekly []string `yaml:"weekly" validate:"dive,weekly" want:"days and hours such as \"mon-fri 09:00-13:00 14:00-18:00\""`
	Closed []string `yaml:"closed" validate:"dive,closeddays" want:"days such as 2026-01-01, or 2026-01-01..2026-01-08"`
	Days   []string `yaml:"days" validate:"dive,dayhours" want:"a day and its hours such as \"2026-02-28 09:00-16:00\""`
}

// Calendar is the same without the name.
func (c LineCalendar) Calendar() Calendar {
	return Calendar{Zone: c.Zone, Weekly: c.Weekly, Closed: c.Closed, Days: c.Days}
}

var weekdays = regexp.MustCompile(`^(?i)(sun|mon|tue|wed|thu|fri|sat)(-(sun|mon|tue|wed|thu|fri|sat))?$`)

func isWeekly(text string) bool {
	days, hours, _ := strings.Cut(strings.TrimSpace(text), " ")
	for part := range strings.SplitSeq(days, ",") {
		if !weekdays.MatchString(part) {
			return false
		}
	}
	return areHours(hours)
}

// areHours: spans in order that do not overlap.
func areHours(text string) bool {
	last := ""
	for part := range strings.FieldsSeq(text) {
		from, to, _ := strings.Cut(part, "-")
		if !isHours(part) || from < last {
			return false
		}
		last = to
	}
	return last != ""
}

func isClosedDays(text string) bool {
	from, to, isRange := strings.Cut(strings.TrimSpace(text), "..")
	if !isRange {
		to = from
	}
	const year = 366 * 24 * time.Hour
	first, err := time.Parse(time.DateOnly, from)
	last, err2 := time.Parse(time.DateOnly, to)
	return err == nil && err2 == nil && !last.Before(first) && last.Sub(first) <= year
}

func isDayHours(text string) bool {
	day, hours, _ := strings.Cut(strings.TrimSpace(text), " ")
	_, err := time.Parse(time.DateOnly, day)
	return err == nil && areHours(hours)
}
