package pbxsim

import (
	"strings"
	"time"
)

func (p *PBX) liveChannel(name string) *channel {
	for _, ch := range p.live {
		if ch.name == name || ch.id == name {
			return ch
		}
	}
	return nil
}

func (s *session) hangup(r request) {
	name := r.get("Channel")
	if name == "" {
		s.failure(r, "No channel specified")
		return
	}
	ch := s.pbx.liveChannel(name)
	if ch == nil {
		s.failure(r, "No such channel")
		return
	}
	ch.call.order(order{hangup: true})
	s.success(r, "Channel Hungup")
}

func (s *session) blindTransfer(r request) {
	p := s.pbx
	name, exten := r.get("Channel"), r.get("Exten")
	switch {
	case name == "":
		s.failure(r, "No channel specified")
		return
	case exten == "":
		s.failure(r, "No extension specified")
		return
	}
	ch := p.liveChannel(name)
	if ch == nil {
		s.failure(r, "Channel specified does not exist")
		return
	}
	target, known := p.phoneByNumber(exten)
	if !known || ch.call.phase != PhaseTalking || !ch.call.order(order{to: target}) {
		s.failure(r, "Transfer failed")
		return
	}
	s.success(r, "Transfer succeeded")
}

func (p *PBX) phoneByNumber(number string) (Phone, bool) {
	for _, ph := range p.opts.Phones {
		if ph.Number == number {
			return ph, true
		}
	}
	return Phone{}, false
}

// order leaves an order for the playing call; false when one waits already.
func (c *Call) order(o order) bool {
	select {
	case c.cut <- o:
		return true
	default:
		return false
	}
}

// originate rings the agent, then calls the number for him.
func (s *session) originate(r request) {
	p := s.pbx
	device, exten := r.get("Channel"), r.get("Exten")
	if device == "" {
		s.failure(r, "Channel not specified")
		return
	}
	ph, ok := p.phones[device]
	if !ok {
		// Asterisk reports a phone that does not exist only after it tried: OriginateResponse Failure, reason 0.
		s.success(r, "Originate successfully queued")
		p.publish([]event{p.originateFailed(r, time.Now())}, nil)
		return
	}
	call := p.NewCall(p.scripts["outbound"], Cast{
		Client: exten, DID: callerNumber(r.get("CallerID")), Phones: []Phone{ph.Phone}, ActionID: r.get("ActionID"), LegID: r.get("ChannelId"),
	})
	if !p.start(call) {
		s.failure(r, "Originate failed")
		return
	}
	s.success(r, "Originate successfully queued")
}

func (p *PBX) originateFailed(r request, now time.Time) event {
	text := "Event: OriginateResponse\r\nPrivilege: call,all\r\n" + p.stamp(now) + actionID(r) +
		"Response: Failure\r\nChannel: " + r.get("Channel") + "\r\nContext: " + r.get("Context") + "\r\nExten: " + r.get("Exten") +
		"\r\nReason: 0\r\nUniqueid: <null>\r\nCallerIDNum: <unknown>\r\nCallerIDName: <unknown>\r\n\r\n"
	return event{name: "OriginateResponse", classes: classCall, text: []byte(text)}
}

// callerNumber takes the number out of `"Name" <number>`.
func callerNumber(callerID string) string {
	_, rest, found := strings.Cut(callerID, "<")
	if !found {
		return strings.TrimSpace(callerID)
	}
	number, _, _ := strings.Cut(rest, ">")
	return number
}

// start hands a call that an action made to Run, which plays it; false when too
// many are being started.
func (p *PBX) start(c *Call) bool {
	select {
	case p.begin <- c:
		return true
	default:
		return false
	}
}
