package asterisk

import (
	"time"

	"callcard/connector/ami"
	"callcard/pkg/cti"
)

// queueName is the field without which no queue event means anything.
func queueName(m ami.Message) (string, error) {
	if q := m.Get("Queue"); q != "" {
		return q, nil
	}
	return "", &FieldError{Event: m.Event(), Field: "Queue"}
}

func (t *Translator) queueCaller(name string, m ami.Message) (cti.PBXEvent, error) {
	queue, err := queueName(m)
	if err != nil {
		return nil, err
	}
	leg, err := t.leg(m, "")
	if err != nil {
		return nil, err
	}
	stamp, position := t.stamp(m), number(m, "Position")
	switch name {
	case "QueueCallerJoin":
		return cti.QueueJoined{Stamp: stamp, Leg: leg, Queue: queue, Position: position}, nil
	case "QueueCallerLeave":
		return cti.QueueLeft{Stamp: stamp, Leg: leg, Queue: queue, Position: position}, nil
	}
	return cti.QueueAbandoned{
		Stamp: stamp, Leg: leg, Queue: queue, Position: position, Waited: seconds(m, "HoldTime"),
	}, nil
}

// agent translates the events about a member and a caller. The unprefixed channel
// is the caller, Dest the member (apps/app_queue.c, queue_publish_multi_channel_blob).
func (t *Translator) agent(name string, m ami.Message) (cti.PBXEvent, error) {
	queue, err := queueName(m)
	if err != nil {
		return nil, err
	}
	if m.Get("Interface") == "" {
		return nil, &FieldError{Event: name, Field: "Interface"}
	}
	// The agent has one name, whether his desk rings or the mobile behind the same member.
	iface := string(t.naming.Member(m.Get("Interface"), ""))
	caller, member, err := t.callerAndMember(name, m)
	if err != nil {
		return nil, err
	}
	stamp := t.stamp(m)
	switch name {
	case "AgentCalled":
		return cti.AgentOffered{
			Stamp: stamp, Caller: caller, Agent: member, Queue: queue,
			Interface: iface, Member: m.Get("MemberName"),
		}, nil
	case "AgentConnect":
		return cti.AgentAnswered{
			Stamp: stamp, Caller: caller, Agent: member, Queue: queue, Interface: iface,
			Waited: seconds(m, "HoldTime"), Rang: seconds(m, "RingTime"),
		}, nil
	case "AgentRingNoAnswer":
		// RingTime is in milliseconds here and in seconds in AgentConnect
		// (apps/app_queue.c, rna and try_calling).
		return cti.AgentMissed{
			Stamp: stamp, Caller: caller, Agent: member, Queue: queue, Interface: iface,
			Rang: time.Duration(number(m, "RingTime")) * time.Millisecond,
		}, nil
	case "AgentDump":
		return cti.AgentDumped{Stamp: stamp, Caller: caller, Agent: member, Queue: queue, Interface: iface}, nil
	}
	return cti.AgentDone{
		Stamp: stamp, Caller: caller, Agent: member, Queue: queue, Interface: iface, Reason: m.Get("Reason"),
		Waited: seconds(m, "HoldTime"), Talked: seconds(m, "TalkTime"),
	}, nil
}

// callerAndMember: only the beginning of an offer must name both channels. Later
// events of Asterisk 16 come without the block of a channel that is already gone.
func (t *Translator) callerAndMember(name string, m ami.Message) (caller, member cti.Leg, err error) {
	if name != "AgentCalled" {
		return t.maybeLeg(m, ""), t.maybeLeg(m, "Dest"), nil
	}
	if caller, err = t.leg(m, ""); err != nil {
		return caller, member, err
	}
	member, err = t.leg(m, "Dest")
	return caller, member, err
}
