package config

import (
	"regexp"
	"strings"
	"time"
)

// Callbacks is the rules of calling clients back. Deadlines and the assignee's time
// count by the calendar; lists of pauses are for the first, second, … failed try.
type Callbacks struct {
	MinTalk       time.Duration `yaml:"min_talk" validate:"min=0,max=10m" want:"a duration up to 10m"`
	ShortAbandon  time.Duration `yaml:"short_abandon" validate:"min=0,max=10m" want:"a duration up to 10m; 0 for every caller who leaves"`
	IVR           bool          `yaml:"ivr"`
	AfterHours    bool          `yaml:"after_hours"`
	Deadlines     []string      `yaml:"deadlines" validate:"min=1,max=5,dive,duration" want:"up to five durations such as 15m, one for each priority"`
	Spread        int           `yaml:"spread" validate:"min=0,max=1000" want:"a number of callbacks, 0 for any"`
	Lease         time.Duration `yaml:"lease" validate:"min=10s,max=24h" want:"a duration from 10s to 24h"`
	OwnFor        time.Duration `yaml:"own_for" validate:"min=0,max=240h" want:"a duration up to 240h"`
	LastAgent     time.Duration `yaml:"last_agent" validate:"min=0" want:"a duration such as 168h, 0 for never"`
	Busy          []string      `yaml:"busy" validate:"dive,duration" want:"durations such as 5m, 10m"`
	NoAnswer      []string      `yaml:"no_answer" validate:"dive,duration" want:"durations such as 15m, 1h"`
	Attempts      int           `yaml:"attempts" validate:"min=0,max=100" want:"a number of tries, 0 for any"`
	PerDay        int           `yaml:"per_day" validate:"min=0,max=100" want:"a number of tries, 0 for any"`
	MinGap        time.Duration `yaml:"min_gap" validate:"min=0,max=24h" want:"a duration up to 24h"`
	Window        string        `yaml:"window" validate:"omitempty,hours" want:"a time of the day such as 09:00-20:00, or nothing"`
	Remind        int           `yaml:"remind" validate:"min=0,max=99" want:"percent of the time, 0 for never"`
	EscalateAgain time.Duration `yaml:"escalate_again" validate:"min=0,max=240h" want:"a duration up to 240h, 0 for never"`
	MaxAge        time.Duration `yaml:"max_age" validate:"min=0" want:"a duration such as 168h, 0 for never"`
	Blocked       []string      `yaml:"blocked" validate:"dive,numbers" want:"numbers such as +74951234567, or the beginning of many: +7800*"`
}

func defaultCallbacks() Callbacks {
	const day = 24 * time.Hour
	return Callbacks{
		MinTalk: 5 * time.Second, AfterHours: true,
		Deadlines: []string{"15m", "30m", "1h", "4h", "8h"}, Spread: 5,
		Lease: 5 * time.Minute, OwnFor: 15 * time.Minute, LastAgent: 7 * day,
		Busy: []string{"5m", "10m", "20m"}, NoAnswer: []string{"15m", "1h", "3h"},
		Attempts: 5, PerDay: 3, MinGap: 10 * time.Minute, Window: "09:00-20:00", Remind: 80, EscalateAgain: time.Hour, MaxAge: 7 * day,
		Blocked: []string{},
	}
}

func isDuration(text string) bool {
	d, err := time.ParseDuration(text)
	return err == nil && d > 0
}

var clock = regexp.MustCompile(`^(([01]\d|2[0-3]):[0-5]\d|24:00)-(([01]\d|2[0-3]):[0-5]\d|24:00)$`)

// isHours is a span of one day; text of the same form compares as time does.
func isHours(text string) bool {
	from, to, _ := strings.Cut(text, "-")
	return clock.MatchString(text) && from < to
}

var numbers = regexp.MustCompile(`^\+[0-9]{1,15}\*?$`)

func isNumbers(text string) bool { return numbers.MatchString(text) }
