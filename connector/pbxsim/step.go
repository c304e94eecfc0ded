package pbxsim

import (
	"slices"
	"strconv"
	"strings"
)

// step is one event of a script.
type step struct {
	event    string
	variable string // of a VarSet
	classes  class
	lines    []line
	legs     []int // legs that the event names, in any header
	slots    []int // agents that it names
	leg      int   // the leg of its channel block, or -1
	// member is set for an event about a queue member: it is made from the
	// member's own state instead of the recorded one.
	member bool
	status int // of the member
	// unsaid is set for a device's change that the recording shows in no queue,
	// because the recorded phone was in none.
	unsaid bool
}

// line is one header of a step.
type line struct {
	name  string
	parts []part
	empty bool // left out when its variable has no value
}

func (s *Script) newStep(m message, n names) step {
	st := step{event: m.get("Event"), classes: privilegeOf(m.get("Privilege")), leg: -1}
	if st.event == "VarSet" {
		st.variable = m.get("Variable")
	}
	st.member = strings.HasPrefix(st.event, "QueueMember")
	st.status, _ = strconv.Atoi(m.get("Status"))
	for _, h := range m.headers {
		st.lines = append(st.lines, s.newLine(st.event, h, n))
	}
	s.findNames(&st)
	if m.get("ChannelState") != "" || st.event == "CEL" {
		st.leg = s.legOf(m.get("Channel"))
	}
	return st
}

func (s *Script) legOf(channel string) int {
	return slices.IndexFunc(s.legs, func(leg scriptLeg) bool { return leg.channel == channel })
}

// findUnsaid marks device changes without a QueueMemberStatus in their block.
func (b *block) findUnsaid() {
	for i := range b.steps {
		st := &b.steps[i]
		if st.event != "DeviceStateChange" || len(st.slots) == 0 {
			continue
		}
		st.status = deviceState(st.lines[len(st.lines)-1].parts[0].text)
		st.unsaid = !slices.ContainsFunc(b.steps, func(other step) bool {
			return other.member && slices.Equal(other.slots, st.slots) && other.status == st.status
		})
	}
}

// findNames notes which legs and agents a step is about.
func (s *Script) findNames(st *step) {
	for _, l := range st.lines {
		for _, p := range l.parts {
			if p.id < 0 {
				continue
			}
			switch v := s.vars[p.id]; v.kind {
			case kindChannel, kindUniqueid:
				if !slices.Contains(st.legs, v.index) {
					st.legs = append(st.legs, v.index)
				}
			case kindAgentDevice:
				if !slices.Contains(st.slots, v.index) {
					st.slots = append(st.slots, v.index)
				}
			default:
			}
		}
	}
	for _, leg := range st.legs {
		if slot := s.legs[leg].slot; slot >= 0 && !slices.Contains(st.slots, slot) {
			st.slots = append(st.slots, slot)
		}
	}
}

// newLine splits a header; values that depend on the moment become variables.
func (s *Script) newLine(event string, h header, n names) line {
	if k, ok := momentary(event, h.name); ok {
		return line{name: h.name, parts: []part{{h.value, s.variable(variable{kind: k})}}, empty: emptyWithout(k)}
	}
	return line{name: h.name, parts: n.split(h.value)}
}

func emptyWithout(k kind) bool { return k == kindActionID || k == kindSystem || k == kindTimestamp }

// momentary says which headers tell times, waits and places.
func momentary(event, name string) (kind, bool) {
	switch name {
	case "SystemName":
		return kindSystem, true
	case "EventTime":
		return kindNow, true
	case "Timestamp":
		return kindTimestamp, true
	case "HoldTime":
		return kindHold, true
	case "TalkTime":
		return kindTalk, event == "AgentComplete"
	case "RingTime", "Ringtime":
		// AgentRingNoAnswer tells milliseconds, AgentConnect seconds (apps/app_queue.c).
		if event == "AgentRingNoAnswer" {
			return kindRingMS, true
		}
		return kindRing, event == "AgentConnect"
	case "Position":
		return kindPosition, strings.HasPrefix(event, "QueueCaller")
	case "Count":
		return kindCount, event == "QueueCallerJoin" || event == "QueueCallerLeave"
	case "ActionID":
		return kindActionID, true
	}
	return 0, false
}
