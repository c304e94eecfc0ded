package gaps

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"time"

	"callcard/pkg/cti"
)

const (
	// lookEvery is the least pause between two looks into a table: it may have no index.
	lookEvery = 2 * time.Second
	// answerIn is how long a look may take.
	answerIn = 20 * time.Second
	// reread is how far behind the place rows are read again: they are not written in the
	// order of their times.
	reread = 15 * time.Minute
	// rereadBegin is the same where of a row only the begin is known, and it comes when the
	// call ends. longestCall bounds calls whose end can be calculated: of those that began in
	// that time, only they are read that ended since the place.
	rereadBegin, longestCall = 4 * time.Hour, 12 * time.Hour
	// fold is by how much a time without a zone may be later than it says: the hour that
	// comes twice when clocks are put back.
	fold = time.Hour
	// rows in one transaction.
	tablePortion = 2000
)

// Table is a record of a PBX in a database. The time zone must be UTC in DB's sessions.
type Table struct {
	DB      *sql.DB
	Dialect Dialect
	Name    string         // with the schema before it, where that is not in the search path
	Zone    *time.Location // of times in it that have none
}

// table follows one such record. Its rows become the lines that the same record has as a file.
type table struct {
	Table
	pbx     string
	kind    cti.LogKind
	line    func(row map[string]string, zone *time.Location) (string, error)
	parse   func(text string) (cti.LogLine, bool, error)
	store   Store
	stored  func([]cti.LogLine)
	unknown uint64
	now     func() time.Time

	looked time.Time
	seed   maphash.Seed
	seen   map[uint64]bool // rows of the last look
}

func (t *table) what() cti.LogKind { return t.kind }
func (t *table) misread() uint64   { return t.unknown }

// follow reads what the table has gained.
func (t *table) follow(ctx context.Context) error {
	if time.Since(t.looked) < lookEvery {
		return nil
	}
	t.looked = time.Now()
	ctx, cancel := context.WithTimeout(ctx, answerIn)
	defer cancel()
	if err := t.look(ctx); err != nil {
		t.seen = nil // all is read again
		return fmt.Errorf("read the table %s: %w", t.Name, err)
	}
	return nil
}

func (t *table) look(ctx context.Context) error {
	columns, err := t.columns(ctx)
	if err != nil {
		return err
	}
	by, err := t.orderedBy(columns)
	if err != nil {
		return err
	}
	place, err := t.store.LogPlace(ctx, t.pbx, t.kind)
	mark := "table " + t.Name + " by " + by
	oldest := t.now().Add(-firstAge)
	switch {
	case errors.Is(err, cti.ErrNotFound), err == nil && place.Mark != mark: // never, or a file, or another table
		place = cti.LogPlace{PBX: t.pbx, Kind: t.kind, Mark: mark, Offset: oldest.UnixMicro()}
	case err != nil:
		return err
	}
	query, args := t.query(columns, by, time.UnixMicro(place.Offset))
	rows, err := t.DB.QueryContext(ctx, query, args...) //nolint:sqlclosecheck // take closes them
	if err != nil {
		return err
	}
	return t.take(ctx, rows, place, by)
}

// columns are asked for each time: a table may be altered, and there is no row in the answer.
func (t *table) columns(ctx context.Context) (columnKinds, error) {
	rows, err := t.DB.QueryContext(ctx, `SELECT * FROM `+t.Dialect.quoted(t.Name)+` LIMIT 0`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	columns := columnKinds{}
	for _, one := range types {
		columns[one.Name()] = one.DatabaseTypeName()
	}
	return columns, rows.Err()
}

// orderedBy is the column of the time that a row was written at, or the nearest to it.
func (t *table) orderedBy(columns columnKinds) (by string, err error) {
	candidates := []string{"time"}
	if t.kind == cti.CDRRecord {
		candidates = []string{"end", "calldate", "start"}
	}
	for _, name := range candidates {
		if columns[name] != "" {
			return name, nil
		}
	}
	return "", fmt.Errorf("it has none of the columns %s", strings.Join(candidates, ", "))
}

// query has texts only, whatever the types are. It is for rows that were written after the
// look at which the place was read, and so after the place itself. A row is written when its
// call ends, or minutes later: those are not wanted that ended long before the place.
func (t *table) query(columns columnKinds, by string, place time.Time) (query string, args []any) {
	var list []string
	for name, kind := range columns {
		list = append(list, `COALESCE(`+t.Dialect.text(name, kind)+`, '') AS `+t.Dialect.quoted(name))
	}
	slices.Sort(list)
	moment := func(back time.Duration) string {
		if !t.Dialect.zoned(columns[by]) {
			back += fold
		}
		return t.Dialect.moment(place.Add(-back), columns[by], t.Zone)
	}
	begun := t.kind == cti.CDRRecord && by != "end"
	ended := t.Dialect.ended(by, columns)
	where := ""
	switch {
	case begun && ended != "":
		where, args = ` AND COALESCE(`+ended+` >= `+t.Dialect.arg(2)+`, TRUE)`, []any{moment(longestCall), moment(reread)}
	case begun:
		args = []any{moment(rereadBegin)}
	default:
		args = []any{moment(reread)}
	}
	by = t.Dialect.quoted(by)
	return `SELECT ` + strings.Join(list, ", ") + ` FROM ` + t.Dialect.quoted(t.Name) + ` WHERE ` + by + ` >= ` + t.Dialect.arg(1) + where + ` ORDER BY ` + by, args
}

// take stores rows in portions, each with the place behind it.
func (t *table) take(ctx context.Context, rows *sql.Rows, place cti.LogPlace, by string) error {
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	before := t.seen
	t.seen = map[uint64]bool{}
	var lines []cti.LogLine
	for rows.Next() {
		row, err := scanned(rows, names)
		if err != nil {
			return err
		}
		if at := instantOf(row[by], t.Zone); at.UnixMicro() > place.Offset && at.Before(t.now().Add(margin)) {
			place.Offset = at.UnixMicro()
		}
		sum := t.sum(row, names)
		if t.seen[sum] = true; !before[sum] {
			lines = append(lines, t.read(row)...)
		}
		if len(lines) == tablePortion {
			if err := t.save(ctx, place, lines); err != nil {
				return err
			}
			lines = nil
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return t.save(ctx, place, lines)
}

func (t *table) save(ctx context.Context, place cti.LogPlace, lines []cti.LogLine) error {
	if len(lines) == 0 {
		return nil // the place stays, too: rows are read again by their time
	}
	if err := t.store.SaveLogLines(ctx, place, lines); err != nil {
		return err
	}
	t.stored(lines)
	return nil
}

// sum knows a row again.
func (t *table) sum(row map[string]string, names []string) uint64 {
	var h maphash.Hash
	h.SetSeed(t.seed)
	for _, name := range names {
		_, _ = h.WriteString(row[name]) // never fails
		_ = h.WriteByte(0)
	}
	return h.Sum64()
}

// read makes the line of a row; none of one that is about something else, or is not understood.
func (t *table) read(row map[string]string) []cti.LogLine {
	text, err := t.line(row, t.Zone)
	var line cti.LogLine
	ours := false
	if err == nil {
		line, ours, err = t.parse(text)
	}
	switch {
	case err != nil:
		t.unknown++
	case ours:
		return []cti.LogLine{line}
	}
	return nil
}

func scanned(rows *sql.Rows, names []string) (map[string]string, error) {
	values := make([]string, len(names))
	targets := make([]any, len(names))
	for i := range values {
		targets[i] = &values[i]
	}
	if err := rows.Scan(targets...); err != nil {
		return nil, err
	}
	row := make(map[string]string, len(names))
	for i, name := range names {
		row[name] = values[i]
	}
	return row, nil
}
