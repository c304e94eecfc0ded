package pbxsim

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"
)

// Cast says who performs a script.
type Cast struct {
	Client     string // the outside number, "anonymous", …
	ClientName string // as the network gives it; usually nothing
	DID        string
	Queue      string
	// Phones play the recorded agents in the order in which those rang. One
	// without a Device stays away: what the recording tells of it is left out.
	Phones   []Phone
	ActionID string // of an Originate
	LegID    string // its ChannelId: the Uniqueid of the first leg, when it names one
}

func (c Cast) phone(slot int) Phone {
	if slot < 0 || slot >= len(c.Phones) {
		return Phone{}
	}
	return c.Phones[slot]
}

// Call is one performance of a script. Its fields are guarded by PBX.mu.
type Call struct {
	pbx    *PBX
	script *Script
	cast   Cast
	next   int // block
	phase  Phase
	values []string
	legs   []*channel
	locals map[string]int // numbers of Local channels, by recorded name

	started, joined, rang, connected time.Time
	file                             *recordingFile

	// cut takes the orders of AMI actions; one waits at most, a second is refused.
	cut chan order
}

// order is what an AMI action wants of a call that plays.
type order struct {
	hangup bool
	to     Phone // blind transfer
	answer bool  // the phone that rings picks up
}

// NewCall prepares a performance; nothing is sent yet.
func (p *PBX) NewCall(script *Script, cast Cast) *Call {
	return &Call{
		pbx: p, script: script, cast: cast, values: make([]string, len(script.vars)),
		legs: make([]*channel, len(script.legs)), locals: make(map[string]int), cut: make(chan order, 1), started: time.Now(),
	}
}

// More reports whether a block is left.
func (c *Call) More() bool { return c.next < len(c.script.blocks) }

// Pace says how long to wait before a block; recorded is the original pause.
type Pace func(before Phase, recorded time.Duration) time.Duration

// Play performs the rest of the call. It returns early when the context ends.
func (c *Call) Play(ctx context.Context, pace Pace) error {
	p := c.pbx
	p.mu.Lock()
	p.playing[c] = struct{}{}
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.playing, c)
		p.mu.Unlock()
	}()
	for c.More() {
		if err := c.wait(ctx, pace); err != nil {
			return err
		}
		c.Next(nil)
	}
	return nil
}

// wait lets the pause pass, or obeys an order that cuts it short.
func (c *Call) wait(ctx context.Context, pace Pace) error {
	pause := c.script.Pause(c.next)
	if pause > 0 && pace != nil {
		pause = pace(c.phase, pause)
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case o := <-c.cut:
		c.obey(o)
	case <-timer.C:
	}
	return nil
}

// Next sends the next block at once. wrote learns for each client when the
// block's bytes are given to the socket.
func (c *Call) Next(wrote func(time.Time)) {
	p := c.pbx
	p.mu.Lock()
	defer p.mu.Unlock()
	p.publish(c.block(time.Now(), p.wanted), wrote)
}

// Render performs the next block without telling any client: its bytes are
// returned with the number of events in them.
func (c *Call) Render(buf []byte) (out []byte, events int) {
	c.pbx.mu.Lock()
	defer c.pbx.mu.Unlock()
	list := c.block(time.Now(), func(*step) bool { return true })
	for _, e := range list {
		buf = append(buf, e.text...)
	}
	return buf, len(list)
}

// block performs the next block; of the events only the wanted ones are rendered.
func (c *Call) block(now time.Time, wanted func(*step) bool) []event {
	b := &c.script.blocks[c.next]
	c.next++
	events := make([]event, 0, len(b.steps))
	for i := range b.steps {
		events = c.pbx.perform(events, c, &b.steps[i], now, wanted)
	}
	c.phase = b.phase
	if c.phase == PhaseOver {
		c.file.finish(now, c.connected)
	}
	return events
}

// perform renders one step and keeps the state in step with it.
func (p *PBX) perform(events []event, c *Call, st *step, now time.Time, wanted func(*step) bool) []event {
	if c.absent(st) {
		return events
	}
	p.track(c, st, now)
	if st.member {
		return p.memberStatus(events, c, st, now)
	}
	if wanted(st) {
		events = append(events, event{name: st.event, variable: st.variable, classes: st.classes, text: c.render(st, now)})
	}
	if st.event == "VarSet" && st.variable == "MIXMONITOR_FILENAME" {
		c.file = p.startRecording(c.lineValue(st, "Value", now))
	}
	if st.unsaid {
		events = p.memberStatus(events, c, st, now)
	}
	return events
}

// memberStatus tells a phone's state once for each queue it is in.
func (p *PBX) memberStatus(events []event, c *Call, st *step, now time.Time) []event {
	for _, q := range p.queues {
		for _, m := range q.members {
			if m.device() == c.cast.phone(st.slots[0]).Device {
				events = append(events, p.memberEvent("QueueMemberStatus", q, m, now))
			}
		}
	}
	return events
}

// absent reports whether a step is about an agent who does not take part.
func (c *Call) absent(st *step) bool {
	for _, slot := range st.slots {
		if c.cast.phone(slot).Device == "" {
			return true
		}
	}
	return false
}

func (c *Call) channel(leg int) *channel { return c.legs[leg] }

func (c *Call) enteredBridge(now time.Time) {
	if c.connected.IsZero() {
		c.connected = now
	}
}

func (c *Call) channelName(leg int) string {
	return c.fixed(variable{kindChannel, leg})
}

func (c *Call) uniqueid(leg int) string {
	return c.fixed(variable{kindUniqueid, leg})
}

// fixed returns a value that stays for the whole performance.
func (c *Call) fixed(v variable) string { return c.value(c.script.mustVariable(v), time.Time{}) }

// newUUID is a random id in the form of a bridge's (RFC 9562 version 4).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	text := hex.EncodeToString(b[:])
	return fmt.Sprintf("%s-%s-%s-%s-%s", text[:8], text[8:12], text[12:16], text[16:20], text[20:])
}
