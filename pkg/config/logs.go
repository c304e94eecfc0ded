package config

import (
	"regexp"
	"time"
)

// Journal is the way from the PBX to everything durable.
type Journal struct {
	Keep time.Duration `yaml:"keep" validate:"min=1h" want:"a duration from 1h, such as 168h"`
}

// Audit compares a day's calls with what the PBXes wrote down.
type Audit struct {
	At string `yaml:"at" validate:"omitempty,clock" want:"a time of the day such as 03:30, or nothing"`
}

// QueueLog is Asterisk's own record of its queues, which tells what happened while
// callcard did not hear.
type QueueLog struct {
	File string `yaml:"file"`
}

// CDR is Asterisk's own record of its calls, as cdr_csv writes it.
type CDR struct {
	File    string   `yaml:"file"`
	Zone    string   `yaml:"zone" validate:"omitempty,timezone" want:"UTC with usegmtime=yes, a time zone such as Europe/Moscow, or nothing for that of the machine"`
	Columns []string `yaml:"columns" validate:"dive,required" want:"names of CDR fields in the order of the file, or nothing for those of cdr_csv"`
}

var clockTime = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)

func isClock(text string) bool { return clockTime.MatchString(text) }
