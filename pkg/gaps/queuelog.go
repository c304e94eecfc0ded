package gaps

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

var errLine = errors.New("no line of this record")

// entry is a line of queue_log: time|callid|queue|agent|VERB|data…
type entry struct {
	at       time.Time
	uniqueid string
	queue    string
	agent    string // the member's name
	verb     string
	data     []string
}

// parseEntry reads a line of queue_log. Its time is in seconds since 1970.
func parseEntry(line string) (entry, error) {
	const fields = 5
	parts := strings.Split(strings.TrimRight(line, "\r\n"), "|")
	if len(parts) < fields || parts[4] == "" {
		return entry{}, errLine
	}
	at, err := parseStamp(parts[0])
	if err != nil {
		return entry{}, errLine
	}
	return entry{at, parts[1], parts[2], parts[3], parts[4], parts[fields:]}, nil
}

func parseStamp(text string) (time.Time, error) {
	seconds, err := strconv.ParseInt(text, 10, 64)
	const latest = 1 << 33 // the year 2242: more is no time, and no overflow later
	if err != nil || seconds <= 0 || seconds > latest {
		return time.Time{}, errLine
	}
	return time.Unix(seconds, 0).UTC(), nil
}

// ofCall tells lines about a caller from those about members and the queues themselves,
// whose callid is a word: NONE, MANAGER, CLI, REALTIME.
func (e entry) ofCall() bool {
	switch e.verb {
	case "ADDMEMBER", "REMOVEMEMBER", "PAUSE", "UNPAUSE", "PAUSEALL", "UNPAUSEALL", "PENALTY", "RINGINUSE",
		"CONFIGRELOAD", "QUEUESTART", "UPDATERINGINUSE":
		return false
	}
	return strings.ContainsRune(e.uniqueid, '.')
}

func (e entry) datum(i int) string {
	if i >= len(e.data) {
		return ""
	}
	return e.data[i]
}

// whole reads a number of seconds or milliseconds, 0 for what is none.
func whole(text string) int {
	const longest = 1 << 31
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 0 || n > longest {
		return 0
	}
	return n
}
