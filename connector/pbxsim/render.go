package pbxsim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// render writes a step with this call's values.
func (c *Call) render(st *step, now time.Time) []byte {
	buf := make([]byte, 0, 768)
	for i := range st.lines {
		l := &st.lines[i]
		if l.name == "SystemName" || l.name == "Timestamp" {
			continue
		}
		buf = c.renderLine(buf, l, now)
		if l.name == "Privilege" {
			buf = append(buf, c.pbx.stamp(now)...)
		}
	}
	return append(buf, "\r\n"...)
}

func (c *Call) renderLine(buf []byte, l *line, now time.Time) []byte {
	start := len(buf)
	buf = append(append(buf, l.name...), ": "...)
	before := len(buf)
	for _, p := range l.parts {
		if p.id < 0 {
			buf = append(buf, p.text...)
			continue
		}
		buf = append(buf, c.value(p.id, now)...)
	}
	if l.empty && len(buf) == before {
		return buf[:start]
	}
	return append(buf, "\r\n"...)
}

// lineValue is the value of one header as this call renders it.
func (c *Call) lineValue(st *step, name string, now time.Time) string {
	for i := range st.lines {
		if st.lines[i].name == name {
			text := string(c.renderLine(nil, &st.lines[i], now))
			return strings.TrimSuffix(text[len(name)+2:], "\r\n")
		}
	}
	return ""
}

// value is what a variable stands for now. Values that stay are made once.
func (c *Call) value(id int, now time.Time) string {
	v := c.script.vars[id]
	if v.kind >= kindNow {
		return c.moment(v.kind, now)
	}
	if c.values[id] == "" {
		c.values[id] = c.make(v)
	}
	return c.values[id]
}

func (c *Call) make(v variable) string {
	phone := c.cast.phone(v.index)
	switch v.kind {
	case kindChannel:
		return c.newChannelName(v.index)
	case kindUniqueid:
		if v.index == 0 && c.cast.LegID != "" {
			return c.cast.LegID
		}
		return c.pbx.newUniqueid()
	case kindUUID:
		return newUUID()
	case kindAgentName:
		return phone.Name
	case kindAgentNumber:
		return phone.Number
	case kindAgentDevice:
		return phone.Device
	case kindTrunk:
		return c.pbx.opts.Trunk
	case kindClient:
		return c.cast.Client
	case kindDID:
		return c.cast.DID
	case kindQueue:
		return c.cast.Queue
	case kindSystem:
		return c.pbx.opts.System
	case kindMonitor:
		return c.pbx.monitorDir()
	case kindClientName:
		return first(c.cast.ClientName, "<unknown>")
	case kindDate:
		return c.started.Format("20060102")
	case kindDateDir:
		return c.started.Format("2006/01/02")
	case kindCallID:
		return c.pbx.newCallID()
	default:
		return ""
	}
}

// moment renders what depends on when a step happens.
func (c *Call) moment(k kind, now time.Time) string {
	switch k {
	case kindNow:
		return now.UTC().Format(time.DateTime)
	case kindTimestamp:
		return fmt.Sprintf("%d.%06d", now.Unix(), now.Nanosecond()/1000)
	case kindHold:
		return seconds(c.joined, first(c.connected, now))
	case kindRing:
		return seconds(c.rang, now)
	case kindRingMS:
		return strconv.FormatInt(now.Sub(c.rang).Milliseconds(), 10)
	case kindTalk:
		return seconds(c.connected, now)
	case kindPosition:
		return strconv.Itoa(c.position())
	case kindCount:
		return strconv.Itoa(c.pbx.waitingIn(c.cast.Queue))
	case kindActionID:
		return c.cast.ActionID
	default:
		return ""
	}
}

// first returns b when a is nothing.
func first[T comparable](a, b T) T {
	var nothing T
	if a == nothing {
		return b
	}
	return a
}

func seconds(from, to time.Time) string {
	if from.IsZero() {
		return "0"
	}
	return strconv.FormatInt(int64(to.Sub(from).Round(time.Second)/time.Second), 10)
}

func (c *Call) position() int {
	if q := c.pbx.queue(c.cast.Queue); q != nil {
		for i, w := range q.waiting {
			if w.channel.call == c {
				return i + 1
			}
		}
	}
	return 1
}

func (p *PBX) waitingIn(name string) int {
	if q := p.queue(name); q != nil {
		return len(q.waiting)
	}
	return 0
}

func (c *Call) newChannelName(leg int) string {
	recorded := c.script.legs[leg]
	if rest, ok := strings.CutPrefix(recorded.device, "Local/"); ok {
		return c.localName(rest, recorded.channel)
	}
	device := c.pbx.opts.Trunk
	if recorded.slot >= 0 {
		device = c.cast.phone(recorded.slot).Device
	}
	c.pbx.channels++
	return device + "-" + hex8(uint32(c.pbx.channels)) // Asterisk's own counter has 32 bits.
}

// localName keeps the two halves of a Local channel together: "…-0000000a;1", ";2".
func (c *Call) localName(target, channel string) string {
	base, half, _ := strings.Cut(channel, ";")
	number, context, _ := strings.Cut(target, "@")
	if slot := slices.Index(c.script.agents, number); slot >= 0 {
		number = c.cast.phone(slot).Number
	}
	if c.locals[base] == 0 {
		c.pbx.locals++
		c.locals[base] = c.pbx.locals
	}
	return "Local/" + number + "@" + context + "-" + hex8(uint32(c.locals[base])) + ";" + half
}

// newUniqueid is time and a counter, as in Asterisk's main/channel.c.
func (p *PBX) newUniqueid() string {
	p.calls++
	id := fmt.Sprintf("%d.%d", time.Now().Unix(), p.calls)
	if p.opts.System != "" {
		return p.opts.System + "-" + id
	}
	return id
}

func (p *PBX) newCallID() string {
	return "[C-" + hex8(uint32(p.calls)) + "]" // a log id of eight digits
}
