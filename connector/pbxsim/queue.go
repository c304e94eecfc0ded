package pbxsim

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Device states as queues show them (include/asterisk/devicestate.h).
const (
	deviceUnknown   = 0
	deviceNotInUse  = 1
	deviceInUse     = 2
	deviceBusy      = 3
	deviceInvalid   = 4
	deviceGone      = 5
	deviceRinging   = 6
	deviceRingInUse = 7
	deviceOnHold    = 8
)

func deviceState(name string) int {
	switch name {
	case "NOT_INUSE":
		return deviceNotInUse
	case "INUSE":
		return deviceInUse
	case "BUSY":
		return deviceBusy
	case "INVALID":
		return deviceInvalid
	case "UNAVAILABLE":
		return deviceGone
	case "RINGING":
		return deviceRinging
	case "RINGINUSE":
		return deviceRingInUse
	case "ONHOLD":
		return deviceOnHold
	}
	return deviceUnknown
}

type queue struct {
	Queue
	members   []*member
	waiting   []waiting
	completed int
	abandoned int
}

type waiting struct {
	channel *channel
	since   time.Time
}

type member struct {
	iface, stateIface, name string
	penalty                 string
	dynamic                 bool
	paused                  bool
	reason                  string
	calls                   int
	lastCall, lastPause     time.Time
	login                   time.Time
	inCall                  bool
}

func (p *PBX) addQueues(list []Queue) {
	for _, q := range list {
		made := &queue{Queue: q}
		for _, device := range append(slices.Clone(q.Members), q.LoggedIn...) {
			made.members = append(made.members, &member{
				iface: device, stateIface: device, name: p.nameOf(device), penalty: "0", login: p.started,
				dynamic: slices.Contains(q.LoggedIn, device),
			})
		}
		p.queues = append(p.queues, made)
	}
}

func (p *PBX) nameOf(device string) string {
	if ph, ok := p.phones[device]; ok {
		return ph.Name
	}
	return device
}

func (p *PBX) queue(name string) *queue {
	i := slices.IndexFunc(p.queues, func(q *queue) bool { return q.Name == name })
	if i < 0 {
		return nil
	}
	return p.queues[i]
}

func (q *queue) member(iface string) *member {
	i := slices.IndexFunc(q.members, func(m *member) bool { return strings.EqualFold(m.iface, iface) })
	if i < 0 {
		return nil
	}
	return q.members[i]
}

// device is the phone behind a member: "Local/1001@from-queue/n" rings PJSIP/1001.
func (m *member) device() string {
	if rest, ok := strings.CutPrefix(m.iface, "Local/"); ok {
		number, _, _ := strings.Cut(rest, "@")
		return "PJSIP/" + number
	}
	return m.iface
}

func (p *PBX) statusOf(m *member) int {
	if ph, ok := p.phones[m.device()]; ok {
		return ph.status
	}
	return deviceInvalid
}

func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (m *member) membership() string {
	if m.dynamic {
		return "dynamic"
	}
	return "static"
}

// memberEvent renders a member as QueueMemberAdded and its like have it
// (apps/app_queue.c, queue_member_blob_create).
func (p *PBX) memberEvent(name string, q *queue, m *member, now time.Time) event {
	var b bytes.Buffer
	fmt.Fprintf(&b, "Event: %s\r\nPrivilege: agent,all\r\n%s", name, p.stamp(now))
	fmt.Fprintf(&b, "Queue: %s\r\nMemberName: %s\r\nInterface: %s\r\nStateInterface: %s\r\nMembership: %s\r\nPenalty: %s\r\n",
		q.Name, m.name, m.iface, m.stateIface, m.membership(), m.penalty)
	fmt.Fprintf(&b, "CallsTaken: %d\r\nLastCall: %d\r\nLastPause: %d\r\nLoginTime: %d\r\nInCall: %d\r\nStatus: %d\r\n",
		m.calls, unix(m.lastCall), unix(m.lastPause), unix(m.login), bit(m.inCall), p.statusOf(m))
	fmt.Fprintf(&b, "Paused: %d\r\nPausedReason: %s\r\nRinginuse: 0\r\nWrapuptime: 0\r\n\r\n", bit(m.paused), m.reason)
	return event{name: name, classes: classAgent, text: b.Bytes()}
}

// stamp is what Asterisk adds to each event by configuration.
func (p *PBX) stamp(now time.Time) string {
	text := ""
	if p.opts.Timestamps {
		text = fmt.Sprintf("Timestamp: %d.%06d\r\n", now.Unix(), now.Nanosecond()/1000)
	}
	if p.opts.System != "" {
		text += "SystemName: " + p.opts.System + "\r\n"
	}
	return text
}

// Ready lists the phones of a queue that it would ring now, in turn.
func (p *PBX) Ready(queueName string) []Phone {
	p.mu.Lock()
	defer p.mu.Unlock()
	q := p.queue(queueName)
	if q == nil {
		return nil
	}
	var out []Phone
	for _, m := range q.members {
		if ph, ok := p.phones[m.device()]; ok && !m.paused && ph.status == deviceNotInUse {
			out = append(out, ph.Phone)
		}
	}
	return out
}

// Free reports whether a phone is on the hook.
func (p *PBX) Free(device string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	ph, ok := p.phones[device]
	return ok && ph.status == deviceNotInUse
}

// tellReady notes that an action put a phone on duty. The caller holds mu.
func (p *PBX) tellReady(device string) {
	select {
	case p.ready <- device:
	default:
	}
}
