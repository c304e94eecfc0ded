package e2e

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"callcard/pkg/cti"
)

// conversation is what the PBX's own books, cdr_csv's Master.csv and queue_log, say of the
// channels that share a Linkedid. They are read here by themselves: nothing of callcard's
// reading is used.
type conversation struct {
	id        string // Linkedid: the Uniqueid of the first channel
	direction cti.Direction
	client    string
	began     time.Time
	ended     time.Time
	offered   bool // waited in a queue, or a phone was dialled
	talks     []time.Duration
	rows      []string // of both books, for who has to understand a difference
}

func (c *conversation) answered() bool { return len(c.talks) > 0 }

func (c *conversation) missed() bool { return c.direction == cti.Inbound && !c.answered() }

func (c *conversation) talked() (sum time.Duration) {
	for _, talk := range c.talks {
		sum += talk
	}
	return sum
}

// Columns of Master.csv with loguniqueid and newcdrcolumns (cdr/cdr_csv.c, build_csv_record).
const (
	cdrSrc, cdrDst                 = 1, 2
	cdrChannel, cdrDstChannel      = 5, 6
	cdrApp                         = 7
	cdrStart, cdrEnd               = 9, 11
	cdrBillsec, cdrDisposition     = 13, 14
	cdrUniqueid, cdrLinkedid       = 16, 18
	cdrColumns                     = 20
	cdrTime                        = "2006-01-02 15:04:05"
	queueLogColumns, queueLogEvent = 5, 4
)

// truth reads both books.
func truth(t *testing.T, cdrFile, queueLog string) map[string]*conversation {
	t.Helper()
	all := map[string]*conversation{}
	of := map[string]string{} // Linkedid of a Uniqueid
	for _, row := range readCDR(t, cdrFile) {
		c := all[row[cdrLinkedid]]
		if c == nil {
			c = &conversation{id: row[cdrLinkedid]}
			all[c.id] = c
		}
		of[row[cdrUniqueid]] = c.id
		c.addCDR(t, row)
	}
	for _, line := range readLines(t, queueLog) {
		f := strings.Split(line, "|")
		if len(f) < queueLogColumns || of[f[1]] == "" {
			continue // about members or the log itself
		}
		all[of[f[1]]].addQueue(t, f)
	}
	for _, c := range all {
		slices.Sort(c.rows)
	}
	return all
}

func (c *conversation) addCDR(t *testing.T, row []string) {
	t.Helper()
	c.rows = append(c.rows, "cdr "+strings.Join(row, ","))
	began, ended := cdrMoment(t, row[cdrStart]), cdrMoment(t, row[cdrEnd])
	if c.began.IsZero() || began.Before(c.began) {
		c.began = began
	}
	if ended.After(c.ended) {
		c.ended = ended
	}
	if row[cdrUniqueid] == c.id {
		c.origin(row)
	}
	fromLocal := strings.HasPrefix(row[cdrChannel], "Local/") // how a queue reaches its member
	if row[cdrApp] != "Dial" || fromLocal {
		return
	}
	c.offered = true
	if row[cdrDisposition] == "ANSWERED" && row[cdrDstChannel] != "" {
		c.talks = append(c.talks, seconds(t, row[cdrBillsec]))
	}
}

// origin takes from the first channel who it was and where he went.
func (c *conversation) origin(row []string) {
	switch {
	case strings.HasPrefix(row[cdrChannel], "PJSIP/trunk-"):
		c.direction, c.client = cti.Inbound, "+"+row[cdrSrc]
	case len(row[cdrDst]) == 11:
		c.direction, c.client = cti.Outbound, "+"+row[cdrDst]
	default:
		c.direction, c.client = cti.Internal, row[cdrSrc]
	}
}

// addQueue reads one line of the queue's log: time|callid|queue|agent|event|data…
func (c *conversation) addQueue(t *testing.T, f []string) {
	t.Helper()
	c.rows = append(c.rows, "queue_log "+strings.Join(f, "|"))
	data := f[queueLogColumns:]
	switch f[queueLogEvent] {
	case "ENTERQUEUE":
		c.offered = true
	case "COMPLETECALLER", "COMPLETEAGENT": // holdtime|calltime|origposition
		c.talks = append(c.talks, seconds(t, data[1]))
	case "BLINDTRANSFER", "ATTENDEDTRANSFER": // extension|context|holdtime|calltime|origposition
		c.talks = append(c.talks, seconds(t, data[3]))
	}
}

func readCDR(t *testing.T, path string) [][]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	reader := csv.NewReader(file)
	reader.FieldsPerRecord = cdrColumns
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return rows
}

func readLines(t *testing.T, path string) (lines []string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	scanner := bufio.NewScanner(file)
	for scanner.Scan() {
		lines = append(lines, scanner.Text())
	}
	if err := scanner.Err(); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return lines
}

func cdrMoment(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation(cdrTime, text, time.UTC) // usegmtime
	if err != nil {
		t.Fatalf("cdr: %v", err)
	}
	return at
}

func seconds(t *testing.T, text string) time.Duration {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("the PBX's books: %v", err)
	}
	return time.Duration(n) * time.Second
}

// debt is what a client is owed at the end.
type debt int

const (
	owesNothing debt = iota
	owesCallback
	owesEither // the last talk was about as long as the least one that counts
)

// debts goes through the conversations of each client in the order of their ends.
func debts(all map[string]*conversation, minTalk time.Duration) map[string]debt {
	list := make([]*conversation, 0, len(all))
	for _, c := range all {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *conversation) int { return cmp.Or(a.ended.Compare(b.ended), cmp.Compare(a.id, b.id)) })
	owed := map[string]debt{}
	for _, c := range list {
		if c.direction == cti.Internal {
			continue
		}
		before := owed[c.client]
		switch talked := c.talked(); {
		case c.answered() && talked > minTalk+callTolerance(len(c.talks)):
			owed[c.client] = owesNothing
		case c.answered() && before == owesCallback:
			owed[c.client] = owesEither
		case c.missed() && c.offered:
			owed[c.client] = owesCallback
		default:
			owed[c.client] = before
		}
	}
	return owed
}

// callTolerance: both books count whole seconds, cut off or between two ticks of the
// clock, so each talk may be told up to a second shorter or longer; half a second more is
// for the way of the events.
func callTolerance(talks int) time.Duration {
	return time.Duration(max(1, talks)) * 1500 * time.Millisecond
}

func (c *conversation) String() string {
	return fmt.Sprintf("%s of %s, %d talks of %v, %s to %s\n    %s", c.direction, c.client, len(c.talks), c.talks,
		c.began.Format(time.TimeOnly), c.ended.Format(time.TimeOnly), strings.Join(c.rows, "\n    "))
}
