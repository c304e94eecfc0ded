package pbxsim

import (
	"strings"
	"time"
)

// attendedTransfer: the feature code is not set on this exchange, which main/manager.c
// reports like this. No recorded call holds both ways out of a consultation.
func (s *session) attendedTransfer(r request) {
	switch name := r.get("Channel"); {
	case name == "":
		s.failure(r, "No channel specified")
	case s.pbx.liveChannel(name) == nil:
		s.failure(r, "Channel specified does not exist")
	default:
		s.failure(r, "No attended transfer feature code found")
	}
}

// notify does what a phone does when it is told by "Event: talk" or "Event: hold".
func (s *session) notify(r request) {
	ch := s.pbx.liveChannel(r.get("Channel"))
	if ch == nil {
		s.failure(r, "Channel not found")
		return
	}
	event, known := strings.CutPrefix(r.get("Variable"), "Event=")
	if !known {
		s.failure(r, "One of 'Option' or 'Variable' must be specified")
		return
	}
	switch {
	case event == "talk" && ch.call.phase == PhaseRinging:
		ch.call.order(order{answer: true})
	case event == "talk" && ch.held:
		s.pbx.hold(ch, "Unhold", "")
	case event == "hold" && ch.call.phase == PhaseTalking && !ch.held:
		s.pbx.hold(ch, "Hold", "MusicClass: default\r\n")
	}
	s.success(r, "NOTIFY sent") // what the phone makes of it is told by events
}

func (p *PBX) hold(ch *channel, name, more string) {
	ch.held = name == "Hold"
	p.tell(ch, name, more)
}

// muteRecording says that the recording is silent; the sound in the file goes on.
func (s *session) muteRecording(r request) {
	switch ch := s.pbx.liveChannel(r.get("Channel")); {
	case r.get("Direction") != "both" || r.get("State") == "":
		s.failure(r, "Invalid direction specified. Must be read, write or both")
	case ch == nil:
		s.failure(r, "No such channel")
	case ch.call.file == nil:
		s.failure(r, "Cannot set mute flag")
	default:
		s.pbx.tell(ch, "MixMonitorMute", "Direction: both\r\nState: "+r.get("State")+"\r\n")
		s.reply(r, "Success", "")
	}
}

// tell makes an event of one channel.
func (p *PBX) tell(ch *channel, name, more string) {
	now := time.Now()
	text := "Event: " + name + "\r\nPrivilege: call,all\r\n" + p.stamp(now) + string(ch.block(now)) + more + "\r\n"
	p.publish([]event{{name: name, classes: classCall, text: []byte(text)}}, nil)
}
