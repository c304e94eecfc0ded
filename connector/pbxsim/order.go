package pbxsim

import (
	"slices"
	"strings"
	"time"
)

// obey changes the rest of the call as an AMI action asked.
func (c *Call) obey(o order) {
	p := c.pbx
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(c.script.blocks) - 1
	switch {
	case o.answer: // the recorded answer comes now
	case o.to.Device != "":
		c.transfer(o.to)
	case c.phase == PhaseTalking && c.next == last:
	case c.phase == PhaseTalking && c.inQueue() && !c.throughLocal():
		c.end()
	case c.phase != PhaseTalking && c.inQueue():
		c.abandon()
	default:
		c.drop()
	}
}

func (c *Call) inQueue() bool { return !c.joined.IsZero() && c.legs[0] != nil }

// throughLocal reports whether a Local channel is part of the call.
func (c *Call) throughLocal() bool {
	return slices.ContainsFunc(c.legs, func(ch *channel) bool { return ch != nil && strings.HasPrefix(ch.name, "Local/") })
}

// transfer goes on as the recorded blind transfer does.
func (c *Call) transfer(to Phone) {
	script := c.pbx.scripts["blind"]
	agent := c.agentLeg()
	if agent < 0 || !c.inQueue() || c.throughLocal() {
		return
	}
	from := slices.IndexFunc(script.blocks, func(b block) bool { return b.has("BlindTransfer") })
	c.become(script, from, []int{0, agent, -1}, []Phone{c.phoneOf(agent), to})
}

// end goes on as the recorded caller who hangs up while he talks.
func (c *Call) end() {
	script, agent := c.pbx.scripts["answered"], c.agentLeg()
	if agent < 0 {
		c.drop()
		return
	}
	c.become(script, len(script.blocks)-1, []int{0, agent}, []Phone{c.phoneOf(agent)})
}

// abandon goes on as the recorded caller who hangs up while he waits.
func (c *Call) abandon() {
	script := c.pbx.scripts["abandoned"]
	agent := c.agentLeg()
	phones := []Phone{{}}
	if agent >= 0 {
		phones[0] = c.phoneOf(agent)
	}
	for i, ch := range c.legs {
		if ch != nil && i != 0 && i != agent {
			c.hangUp(ch)
		}
	}
	c.become(script, len(script.blocks)-1, []int{0, agent}, phones)
}

// drop ends every leg without ceremony.
func (c *Call) drop() {
	for _, ch := range c.legs {
		if ch != nil {
			c.hangUp(ch)
		}
	}
	c.next = len(c.script.blocks)
	c.phase = PhaseOver
}

// hangUp sends the Hangup of one leg and puts its phone back on the hook.
func (c *Call) hangUp(ch *channel) {
	p, now := c.pbx, time.Now()
	text := "Event: Hangup\r\nPrivilege: call,all\r\n" + p.stamp(now) + string(ch.block(now)) + "Cause: 16\r\nCause-txt: Normal Clearing\r\n\r\n"
	events := []event{{name: "Hangup", classes: classCall, text: []byte(text)}}
	p.live = slices.DeleteFunc(p.live, func(other *channel) bool { return other == ch })
	c.legs[ch.leg] = nil
	if slot := c.script.legs[ch.leg].slot; slot >= 0 {
		st := &step{event: "DeviceStateChange", slots: []int{slot}, status: deviceNotInUse}
		p.deviceChanged(c, st)
		events = p.memberStatus(events, c, st, now)
	}
	p.publish(events, nil)
}

// become goes on with a block of another script; legs says which leg of this
// call plays each leg of that script, -1 for a new one.
func (c *Call) become(script *Script, block int, legs []int, phones []Phone) {
	old := *c
	c.script, c.next, c.cast.Phones = script, block, phones
	c.values = make([]string, len(script.vars))
	c.legs = make([]*channel, len(script.legs))
	for to, from := range legs {
		if from < 0 || old.legs[from] == nil {
			continue
		}
		ch := old.legs[from]
		c.values[script.mustVariable(variable{kindChannel, to})] = ch.name
		c.values[script.mustVariable(variable{kindUniqueid, to})] = ch.id
		ch.freeze(&old)
		ch.leg, c.legs[to] = to, ch
		if id, ok := script.blocks[block].bridge(); ok && ch.bridge != "" {
			c.values[id] = ch.bridge
		}
	}
}

// bridge is the variable of the first bridge that a block names.
func (b *block) bridge() (id int, ok bool) {
	for i := range b.steps {
		if parts := b.steps[i].line("BridgeUniqueid").parts; len(parts) > 0 {
			return parts[0].id, parts[0].id >= 0
		}
	}
	return 0, false
}

// freeze writes the channel's last events out: they belong to another script.
func (ch *channel) freeze(c *Call) {
	now := time.Now()
	ch.last = frozen(c, ch.last, now)
	if ch.app != nil {
		ch.app = frozen(c, ch.app, now)
	}
}

func frozen(c *Call, st *step, now time.Time) *step {
	out := *st
	out.lines = make([]line, len(st.lines))
	for i := range st.lines {
		text := string(c.renderLine(nil, &st.lines[i], now))
		_, value, _ := strings.Cut(strings.TrimSuffix(text, "\r\n"), ": ")
		out.lines[i] = line{name: st.lines[i].name, parts: []part{{value, -1}}}
	}
	return &out
}

// agentLeg is the live leg of a phone, or -1.
func (c *Call) agentLeg() int {
	return slices.IndexFunc(c.legs, func(ch *channel) bool { return ch != nil && c.script.legs[ch.leg].slot >= 0 })
}

func (c *Call) phoneOf(leg int) Phone { return c.cast.phone(c.script.legs[leg].slot) }

func (s *Script) mustVariable(v variable) int { return slices.Index(s.vars, v) }

func (b *block) has(event string) bool {
	return slices.ContainsFunc(b.steps, func(st step) bool { return st.event == event })
}

func (st *step) line(name string) *line {
	for i := range st.lines {
		if st.lines[i].name == name {
			return &st.lines[i]
		}
	}
	return &line{}
}
