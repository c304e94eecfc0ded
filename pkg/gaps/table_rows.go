package gaps

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// instantOf reads a time as a database writes it: with a zone, or in that of the PBX. Zero when it is none.
func instantOf(text string, zone *time.Location) time.Time {
	for _, form := range []string{"2006-01-02 15:04:05.999999999-07", "2006-01-02 15:04:05.999999999-07:00", "2006-01-02 15:04:05.999999999Z07:00"} {
		if at, err := time.Parse(form, text); err == nil {
			return at.UTC()
		}
	}
	if at, err := time.ParseInLocation("2006-01-02 15:04:05.999999999", text, zone); err == nil {
		return at.UTC()
	}
	at, _ := parseStamp(text)
	return at
}

// queueRow is the line of queue_log of a row: realtime writes the data as one column, or
// with queue_adaptive_realtime as five (ast_queue_log in main/logger.c).
func queueRow(row map[string]string, zone *time.Location) (string, error) {
	at := instantOf(row["time"], zone)
	if at.IsZero() || row["event"] == "" {
		return "", errLine
	}
	data, whole := row["data"]
	if !whole {
		data = strings.TrimRight(strings.Join([]string{row["data1"], row["data2"], row["data3"], row["data4"], row["data5"]}, "|"), "|")
	}
	line := fmt.Sprintf("%d|%s|%s|%s|%s|%s", at.Unix(), row["callid"], row["queuename"], row["agent"], row["event"], data)
	return strings.NewReplacer("\r", " ", "\n", " ").Replace(line), nil
}

// tableColumns are those of the lines that are made of rows.
func tableColumns() []string { return append(csvColumns(), "did") }

// cdrRow is the line of a row of the CDR. The names are those of the CDR's fields; cdr_pgsql
// and cdr_adaptive_odbc write "calldate" for start and "callerid" for clid, too, and many a
// table has no end.
func cdrRow(row map[string]string, zone *time.Location) (string, error) {
	start := instantOf(cmp.Or(row["start"], row["calldate"]), zone)
	if start.IsZero() || row["uniqueid"] == "" {
		return "", errLine
	}
	end := instantOf(row["end"], zone)
	if end.IsZero() {
		end = start.Add(time.Duration(seconds(row["duration"])) * time.Second)
	}
	fields := make([]string, 0, len(tableColumns()))
	for _, name := range tableColumns() {
		text := row[name]
		switch name {
		case "start":
			text = stamp(start)
		case "end":
			text = stamp(end)
		case "answer":
			text = stamp(instantOf(text, zone))
		case "clid":
			text = cmp.Or(text, row["callerid"])
		case "duration", "billsec":
			text = strconv.Itoa(seconds(text))
		case "disposition":
			text = disposition(text)
		}
		fields = append(fields, strings.NewReplacer("\r", " ", "\n", " ").Replace(text))
	}
	var line bytes.Buffer
	w := csv.NewWriter(&line)
	if err := w.Write(fields); err != nil {
		return "", errLine
	}
	w.Flush()
	return strings.TrimRight(line.String(), "\n"), nil
}

func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.DateTime)
}

// seconds of a column that may be of a type with fractions.
func seconds(text string) int {
	whole, _, _ := strings.Cut(text, ".")
	n, _ := strconv.Atoi(whole)
	return n
}

// disposition of a column of numbers (include/asterisk/cdr.h).
func disposition(text string) string {
	switch text {
	case "0", "1":
		return "NO ANSWER"
	case "2":
		return "FAILED"
	case "4":
		return "BUSY"
	case "8":
		return "ANSWERED"
	case "16":
		return "CONGESTION"
	}
	return text
}
