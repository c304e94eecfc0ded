package cti

import "time"

// Role is what a leg is for the office. Only the connector decides it, from the
// configuration of its PBX.
type Role string

const (
	RoleTrunk Role = "trunk" // a line to the outside
	RolePhone Role = "phone" // an agent's or a colleague's device
	RoleLocal Role = "local" // one half of a Local channel
	RoleOther Role = "other" // announcers, recorders, conference bridges
)

// LegState follows Asterisk's channel states (include/asterisk/channelstate.h).
type LegState string

const (
	LegDown    LegState = "down"
	LegDialing LegState = "dialing" // "Ring", "Dialing", "Dialing Offhook", "Pre-ring": it is calling us or being set up
	LegRinging LegState = "ringing" // it is being rung
	LegUp      LegState = "up"
	LegBusy    LegState = "busy"
)

// Party is a number with a name as the PBX shows it. An unknown value is "".
type Party struct {
	Number string `json:"number,omitempty"`
	Name   string `json:"name,omitempty"`
}

// Leg is one channel as the PBX described it last.
type Leg struct {
	ID        LegID    `json:"id"`
	Linkedid  string   `json:"linkedid"`
	Name      string   `json:"name"`             // "PJSIP/1001-00000003"
	Device    Device   `json:"device,omitempty"` // "PJSIP/1001"; "" for Local channels
	Role      Role     `json:"role"`
	State     LegState `json:"state"`
	Caller    Party    `json:"caller"`
	Connected Party    `json:"connected"`
	Context   string   `json:"context,omitempty"`
	Exten     string   `json:"exten,omitempty"` // on a trunk's new leg: the DID
	// LocalPeer is the name of the other half, when the leg is half of a Local channel.
	LocalPeer string `json:"local_peer,omitempty"`
	// Recording is known to the tracker, never to a single event.
	Recording RecordingNow `json:"recording,omitempty"`
	Bridge    string       `json:"bridge,omitempty"` // the bridge it is in, "" for none
	App       string       `json:"app,omitempty"`    // the application it runs, known from snapshots and Newexten
	AppData   string       `json:"app_data,omitempty"`
	Since     time.Time    `json:"since"`
}
