package asterisk

import (
	"strconv"
	"strings"
	"time"

	"callcard/connector/ami"
)

// eventClock dates events by Asterisk's own time, told in ours, so that a wait or a talk
// is as long as it was however late its events came.
//
// Asterisk writes Timestamp into every event (timestampevents of manager.conf). Its
// clock may differ from ours and the way here takes time: arrival minus Timestamp is
// both together. The least of them within the last two windows is taken for the
// difference of the clocks; what an event took longer is delay, and is taken off.
type eventClock struct {
	least, older time.Duration // of this window and the one before
	turned       time.Time     // when this window began
}

const (
	clockWindow = time.Minute
	// clockDelay is the longest delay that is believed; more is a clock that was set.
	clockDelay = 10 * time.Second
)

// date is when an event happened: its arrival when it says no time.
func (c *eventClock) date(m ami.Message) time.Time {
	told, ok := timestamp(m.Get("Timestamp"))
	if !ok {
		return m.At
	}
	took := m.At.Sub(told)
	if c.turned.IsZero() || took-min(c.least, c.older) > clockDelay {
		c.least, c.older, c.turned = took, took, m.At
	}
	if m.At.Sub(c.turned) > clockWindow {
		c.least, c.older, c.turned = took, c.least, m.At
	}
	c.least = min(c.least, took)
	return told.Add(min(c.least, c.older))
}

// clockAgrees is by how much two clocks may differ and still tell the same second: what
// is told in whole seconds stays as it is told.
const clockAgrees = 5 * time.Second

// ours is a moment of Asterisk's clock told in ours, in whole seconds; zero stays zero.
func (c *eventClock) ours(told time.Time) time.Time {
	differ := min(c.least, c.older).Round(time.Second)
	if told.IsZero() || differ.Abs() < clockAgrees {
		return told
	}
	return told.Add(differ)
}

// timestamp reads "1795336178.005968" (main/manager.c: %ld.%06lu).
func timestamp(text string) (time.Time, bool) {
	whole, part, ok := strings.Cut(text, ".")
	if !ok || len(part) != 6 {
		return time.Time{}, false
	}
	seconds, err := strconv.ParseInt(whole, 10, 64)
	micros, err2 := strconv.ParseUint(part, 10, 32)
	if err != nil || err2 != nil {
		return time.Time{}, false
	}
	return time.Unix(seconds, int64(micros)*1000), true
}
