package config

import (
	"net/url"
	"regexp"
	"strings"
	"time"
)

// Journal is the way from the PBX to everything durable.
type Journal struct {
	Keep time.Duration `yaml:"keep" validate:"min=1h" want:"a duration from 1h, such as 168h"`
}

// Facts are the lines that reports count: of calls, agents and tries.
type Facts struct {
	Keep time.Duration `yaml:"keep" validate:"omitempty,min=168h" want:"a duration from 168h, 0s for ever"`
}

// Audit compares a day's calls with what the PBXes wrote down.
type Audit struct {
	At string `yaml:"at" validate:"omitempty,clock" want:"a time of the day such as 03:30, or nothing"`
}

// QueueLog is Asterisk's own record of its queues, which tells what happened while
// callcard did not hear.
type QueueLog struct {
	File string `yaml:"file"`
	// Where realtime writes it into a table of a database; the file is not read then.
	URL   URL    `yaml:"url" validate:"omitempty,records" want:"postgres://USER:PASSWORD@HOST/NAME, mysql://USER:PASSWORD@HOST/NAME, or nothing"`
	Table string `yaml:"table" validate:"omitempty,table" want:"the name of a table, with its schema or without"`
	Zone  string `yaml:"zone" validate:"omitempty,timezone" want:"a time zone such as Europe/Moscow, or nothing for that of the machine"`
}

// CDR is Asterisk's own record of its calls, as cdr_csv writes it, or cdr_pgsql, or cdr_adaptive_odbc.
type CDR struct {
	File    string   `yaml:"file"`
	URL     URL      `yaml:"url" validate:"omitempty,records" want:"postgres://USER:PASSWORD@HOST/NAME, mysql://USER:PASSWORD@HOST/NAME, or nothing"`
	Table   string   `yaml:"table" validate:"omitempty,table" want:"the name of a table, with its schema or without"`
	Zone    string   `yaml:"zone" validate:"omitempty,timezone" want:"UTC with usegmtime=yes, a time zone such as Europe/Moscow, or nothing for that of the machine"`
	Columns []string `yaml:"columns" validate:"dive,required" want:"names of CDR fields in the order of the file, or nothing for those of cdr_csv"`
}

var clockTime = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)

func isClock(text string) bool { return clockTime.MatchString(text) }

// isRecords is the address of a database in which a PBX keeps its records.
func isRecords(text string) bool {
	u, err := url.Parse(text)
	if err == nil && u.Scheme == "mysql" {
		return (u.Host != "" || u.Query().Has("socket")) && len(u.Path) > 1
	}
	return !strings.HasPrefix(text, "sqlite:") && isStore(text)
}

var tableName = regexp.MustCompile(`^[\pL_][\pL\d_$]*(\.[\pL_][\pL\d_$]*)?$`)

func isTable(text string) bool { return tableName.MatchString(text) }
