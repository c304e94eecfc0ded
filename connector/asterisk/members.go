package asterisk

import (
	"strings"

	"callcard/connector/ami"
	"callcard/pkg/cti"
)

// member reads the member block of an event, or of a QueueMember list item, where
// the interface is called Location and the name Name (apps/app_queue.c).
func (t *Translator) member(m ami.Message) (cti.Member, error) {
	queue, err := queueName(m)
	if err != nil {
		return cti.Member{}, err
	}
	iface, name := m.Get("Interface"), m.Get("MemberName")
	if m.Event() == "QueueMember" {
		iface, name = m.Get("Location"), m.Get("Name")
	}
	if iface == "" {
		return cti.Member{}, &FieldError{Event: m.Event(), Field: "Interface"}
	}
	stateInterface := m.Get("StateInterface")
	return cti.Member{
		PBX: t.pbx, Queue: queue, Interface: iface, StateInterface: stateInterface,
		Device: t.naming.Member(iface, stateInterface), Name: name,
		Dynamic: strings.EqualFold(m.Get("Membership"), "dynamic"),
		Penalty: number(m, "Penalty"), Status: cti.DeviceStatus(number(m, "Status")),
		Paused: yes(m.Get("Paused")), PausedReason: m.Get("PausedReason"),
		LastPause: t.clock.ours(unixTime(m, "LastPause")), LoginTime: t.clock.ours(unixTime(m, "LoginTime")),
	}, nil
}

func (t *Translator) memberChanged(m ami.Message) (cti.PBXEvent, error) {
	stamp := t.stamp(m) // before the member: its moments are told by the same clock
	member, err := t.member(m)
	if err != nil {
		return nil, err
	}
	return cti.MemberChanged{Stamp: stamp, Member: member}, nil
}

func (t *Translator) memberRemoved(m ami.Message) (cti.PBXEvent, error) {
	member, err := t.member(m)
	if err != nil {
		return nil, err
	}
	return cti.MemberRemoved{Stamp: t.stamp(m), Member: member}, nil
}
