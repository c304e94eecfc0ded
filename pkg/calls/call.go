package calls

import (
	"maps"
	"slices"
	"time"

	"callcard/pkg/cti"
)

// call is one conversation while it lives. doc holds the plain fields; the lists
// are published copy-on-write.
type call struct {
	doc       cti.Call
	offers    list[cti.Offer]
	visits    list[cti.Visit]
	talks     list[cti.Talk]
	transfers list[cti.Transfer]
	files     list[cti.RecordingFile]
	linkedids list[string]
	aliases   list[cti.CallID]

	legs        []*leg
	legsChanged bool
	rings       []*ring // beside offers
	stays       []*stay // beside visits
	chats       []*chat // beside talks

	origin  origin
	client  *leg // the client's leg while it lives
	parked  *leg
	handed  handover // the transfer that waits for its target
	dialled bool     // a Dial() was started or has failed, whether or not anything rang
	sent    outgoing // how the last try towards the outside ended

	lastEnd   time.Time
	endSeen   bool // the Hangup of the newest leg to go was seen
	settleAt  time.Time
	ended     bool
	decisions []cti.Decision
}

// handover is a transfer under way: who gave the call away.
type handover struct {
	by  cti.Device
	via string
}

func (c *call) over() bool { return c.ended }

// alive reports whether any leg is left that can reach a person.
func (c *call) alive() bool {
	for _, l := range c.legs {
		if l.Role != cti.RoleOther {
			return true
		}
	}
	return false
}

func (c *call) add(l *leg) {
	l.call = c
	c.legs = append(c.legs, l)
	c.legsChanged = true
	c.settleAt = time.Time{}
}

func (c *call) remove(l *leg) {
	if i := slices.Index(c.legs, l); i >= 0 {
		c.legs = slices.Delete(c.legs, i, i+1)
	}
	if c.client == l {
		c.client = nil
	}
	if c.parked == l {
		c.parked = nil
	}
	c.legsChanged = true
}

func (c *call) setVariable(name, value string) bool {
	if old, ok := c.doc.Variables[name]; ok && old == value {
		return false
	}
	fresh := maps.Clone(c.doc.Variables)
	if fresh == nil {
		fresh = make(map[string]string, 1)
	}
	fresh[name] = value
	c.doc.Variables = fresh
	return true
}

// state is derived, never stored: what the call is doing now.
func (c *call) state() cti.CallState {
	talking, held := c.talkState()
	switch {
	case c.ended:
		return cti.CallEnded
	case talking:
		return cti.CallTalking
	case held || c.parked != nil:
		return cti.CallHeld
	case c.ringing():
		return cti.CallRinging
	case c.waiting():
		return cti.CallQueued
	}
	return cti.CallIVR
}
