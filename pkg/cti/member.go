package cti

import "time"

// DeviceStatus is the state of a queue member's device
// (include/asterisk/devicestate.h, the Status header of member events).
type DeviceStatus int

const (
	DeviceUnknown DeviceStatus = iota
	DeviceNotInUse
	DeviceInUse
	DeviceBusy
	DeviceInvalid
	DeviceUnavailable
	DeviceRinging
	DeviceRingInUse
	DeviceOnHold
)

// Reachable reports whether a queue could ring the device now or after its call.
func (s DeviceStatus) Reachable() bool { return s != DeviceInvalid && s != DeviceUnavailable }

// Member is one (queue, interface) pair as the PBX has it.
type Member struct {
	PBX            string       `json:"pbx"`
	Queue          string       `json:"queue"`
	Interface      string       `json:"interface"` // "PJSIP/1001", "Local/1001@from-queue/n"
	StateInterface string       `json:"state_interface,omitempty"`
	Device         Device       `json:"device"` // the phone behind the interface
	Name           string       `json:"name,omitempty"`
	Dynamic        bool         `json:"dynamic"`
	Penalty        int          `json:"penalty"`
	Status         DeviceStatus `json:"status"`
	Paused         bool         `json:"paused"`
	PausedReason   string       `json:"paused_reason,omitempty"`
	LastPause      time.Time    `json:"last_pause,omitzero"`
	LoginTime      time.Time    `json:"login_time,omitzero"`
}

// Events of members. One comes per queue, also when an action named all queues.
type (
	MemberChanged struct { // QueueMemberAdded, …Status, …Pause, …Penalty
		Stamp
		Member Member
	}
	MemberRemoved struct { // QueueMemberRemoved
		Stamp
		Member Member
	}
)
