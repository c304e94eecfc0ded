package pbxsim

import (
	"slices"
	"time"
)

// channel is a live leg, known by the last event that described it.
type channel struct {
	call     *Call
	leg      int
	last     *step // holds the newest channel block
	app      *step // the newest Newexten
	bridge   string
	held     bool
	created  time.Time
	name, id string
}

// track keeps the exchange's state in step with an event that is being sent.
// The caller holds mu.
func (p *PBX) track(c *Call, st *step, now time.Time) {
	if st.event == "DeviceStateChange" || st.member {
		p.deviceChanged(c, st)
		return
	}
	if st.leg < 0 || st.event == "CEL" {
		return
	}
	ch := c.channel(st.leg)
	if st.event == "Newchannel" {
		ch = &channel{call: c, leg: st.leg, created: now, name: c.channelName(st.leg), id: c.uniqueid(st.leg)}
		p.live = append(p.live, ch)
		c.legs[st.leg] = ch
	}
	if ch == nil {
		return
	}
	ch.last = st
	switch st.event {
	case "Newexten":
		ch.app = st
	case "BridgeEnter":
		ch.bridge = c.lineValue(st, "BridgeUniqueid", now)
		c.enteredBridge(now)
	case "BridgeLeave":
		ch.bridge = ""
	case "Hangup":
		p.live = slices.DeleteFunc(p.live, func(other *channel) bool { return other == ch })
		c.legs[st.leg] = nil
	default:
		p.trackQueue(c, ch, st, now)
	}
}

func (p *PBX) trackQueue(c *Call, ch *channel, st *step, now time.Time) {
	q := p.queue(c.cast.Queue)
	if q == nil {
		return
	}
	switch st.event {
	case "QueueCallerJoin":
		c.joined = now
		q.waiting = append(q.waiting, waiting{ch, now})
	case "QueueCallerAbandon":
		q.abandoned++
	case "QueueCallerLeave":
		q.waiting = slices.DeleteFunc(q.waiting, func(w waiting) bool { return w.channel == ch })
	case "AgentCalled":
		c.rang = now
	case "AgentConnect":
		c.connected = now
		p.eachMember(c, st, func(m *member) { m.inCall = true })
	case "AgentComplete":
		q.completed++
		p.eachMember(c, st, func(m *member) { m.calls, m.lastCall, m.inCall = m.calls+1, now, false })
	}
}

// eachMember visits every membership of the agent a step names: lastcall is
// shared between queues (shared_lastcall=yes).
func (p *PBX) eachMember(c *Call, st *step, do func(*member)) {
	for _, slot := range st.slots {
		for _, q := range p.queues {
			for _, m := range q.members {
				if m.device() == c.cast.phone(slot).Device {
					do(m)
				}
			}
		}
	}
}

// deviceChanged moves a phone to its new state.
func (p *PBX) deviceChanged(c *Call, st *step) {
	if len(st.slots) == 0 {
		return
	}
	ph, ok := p.phones[c.cast.phone(st.slots[0]).Device]
	if !ok || ph.status == st.status {
		return
	}
	ph.status = st.status
}
