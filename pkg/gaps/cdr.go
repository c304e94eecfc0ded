package gaps

import (
	"encoding/csv"
	"strconv"
	"strings"
	"time"
)

// record is a row of the CDR: what one channel did with one other.
type record struct {
	source, dst, context string
	callerID             string
	channel, peer        string // names; peer is "" when the channel met nobody
	app, appData         string
	start, answer, end   time.Time
	talked               time.Duration // billsec: since the channel was answered, by whomever
	answered             bool
	disposition          string
	uniqueid, linkedid   string
	did                  string // not of cdr_csv; FreePBX sets it
	sequence             int
}

// csvColumns is what cdr_csv writes with loguniqueid and newcdrcolumns (build_csv_record
// in cdr/cdr_csv.c); loguserfield puts one more before the new ones.
func csvColumns() []string {
	return []string{
		"accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start", "answer", "end",
		"duration", "billsec", "disposition", "amaflags", "uniqueid", "peeraccount", "linkedid", "sequence",
	}
}

// cdrForm is how a CDR is written.
type cdrForm struct {
	columns []string
	zone    *time.Location
}

// columnsOf a row: with loguserfield, and without the new columns, its length tells.
func (f cdrForm) columnsOf(fields int) []string {
	if len(f.columns) > 0 {
		return f.columns
	}
	columns := csvColumns()
	const userField = 17
	if fields == len(columns)+1 || fields == userField+1 {
		return append(append(append([]string{}, columns[:userField]...), "userfield"), columns[userField:]...)
	}
	return columns
}

// parse reads a row. cdr_csv doubles the quotes within a field (append_string), and a
// field never holds the end of a line.
func (f cdrForm) parse(line string) (record, error) {
	reader := csv.NewReader(strings.NewReader(line))
	reader.FieldsPerRecord, reader.LazyQuotes = -1, true
	fields, err := reader.Read()
	if err != nil {
		return record{}, errLine
	}
	var r record
	for i, name := range f.columnsOf(len(fields)) {
		if i < len(fields) {
			f.set(&r, name, fields[i])
		}
	}
	if r.uniqueid == "" || r.channel == "" || r.start.IsZero() || r.end.Before(r.start) {
		return record{}, errLine
	}
	if r.linkedid == "" {
		r.linkedid = r.uniqueid
	}
	r.answered = strings.EqualFold(r.disposition, "ANSWERED")
	return r, nil
}

func (f cdrForm) set(r *record, column, text string) {
	switch column {
	case "src":
		r.source = text
	case "dst":
		r.dst = text
	case "dcontext":
		r.context = text
	case "clid":
		r.callerID = text
	case "channel":
		r.channel = text
	case "dstchannel":
		r.peer = text
	case "lastapp":
		r.app = text
	case "lastdata":
		r.appData = text
	case "start":
		r.start = f.time(text)
	case "answer":
		r.answer = f.time(text)
	case "end":
		r.end = f.time(text)
	case "billsec":
		r.talked = time.Duration(whole(text)) * time.Second
	case "disposition":
		r.disposition = text
	case "did":
		r.did = text
	case "uniqueid":
		r.uniqueid = text
	case "linkedid":
		r.linkedid = text
	case "sequence":
		r.sequence, _ = strconv.Atoi(text)
	}
}

// time of a column; other programs than cdr_csv add fractions or write seconds since 1970.
func (f cdrForm) time(text string) time.Time {
	if t, err := time.ParseInLocation(time.DateTime, text, f.zone); err == nil {
		return t.UTC()
	}
	t, _ := parseStamp(text)
	return t
}

// name of the caller in `"Client" <79161234567>`.
func (r record) name() string {
	name, _, found := strings.Cut(r.callerID, "<")
	if !found {
		return ""
	}
	name = strings.Trim(strings.TrimSpace(name), `"`)
	if name == r.source {
		return ""
	}
	return name
}
