package gaps

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Dialect is how a database is asked.
type Dialect int

// The databases that have records of PBXes.
const (
	PostgreSQL Dialect = iota
	MySQL              // and MariaDB
)

// columnKinds are the columns of a table by name, with the database's names of their types.
type columnKinds map[string]string

// zoned tells that a column of this type knows its instant: it is told in the session's
// zone, which is UTC. Any other has the PBX's time on the wall.
func (d Dialect) zoned(kind string) bool {
	if d == MySQL {
		return kind == "TIMESTAMP"
	}
	return kind == "TIMESTAMPTZ"
}

// quoted is an identifier, or several with dots between them.
func (d Dialect) quoted(name string) string {
	mark := `"`
	if d == MySQL {
		mark = "`"
	}
	parts := strings.Split(name, ".")
	for i, part := range parts {
		parts[i] = mark + strings.ReplaceAll(part, mark, mark+mark) + mark
	}
	return strings.Join(parts, ".")
}

// text is a column as text, an instant with its zone.
func (d Dialect) text(name, kind string) string {
	column := d.quoted(name)
	switch {
	case d != MySQL:
		return `CAST(` + column + ` AS TEXT)`
	case d.zoned(kind):
		return `CONCAT(CAST(` + column + ` AS CHAR), '+00')`
	}
	return `CAST(` + column + ` AS CHAR)`
}

func (d Dialect) arg(n int) string {
	if d == MySQL {
		return "?"
	}
	return fmt.Sprint("$", n)
}

// moment is a time as a column of the type has it.
func (d Dialect) moment(at time.Time, kind string, zone *time.Location) string {
	switch {
	case !d.zoned(kind):
		return at.In(zone).Format(time.DateTime)
	case d == MySQL:
		return at.UTC().Format(time.DateTime)
	}
	return at.UTC().Format("2006-01-02 15:04:05.999999Z07:00")
}

// ended is when a call was over that began at the column begun; "" when the columns do not
// tell it in a way to calculate with.
func (d Dialect) ended(begun string, columns columnKinds) string {
	times := []string{"TIMESTAMP", "TIMESTAMPTZ", "DATETIME"}
	numbers := []string{"INT2", "INT4", "INT8", "FLOAT4", "FLOAT8", "NUMERIC", "INT", "BIGINT", "MEDIUMINT", "SMALLINT", "FLOAT", "DOUBLE", "DECIMAL"}
	length := strings.TrimPrefix(columns["duration"], "UNSIGNED ")
	if !slices.Contains(times, columns[begun]) || !slices.Contains(numbers, length) {
		return ""
	}
	if d == MySQL {
		return d.quoted(begun) + ` + INTERVAL ` + d.quoted("duration") + ` SECOND`
	}
	return d.quoted(begun) + ` + ` + d.quoted("duration") + ` * INTERVAL '1 second'`
}
