package cti

import "strings"

// LegID names one channel of one PBX. Asterisk's Uniqueid stays with a channel
// for its whole life, while its Linkedid may change (main/channel_internal_api.c).
type LegID struct {
	PBX      string `json:"pbx"`
	Uniqueid string `json:"uniqueid"`
}

func (id LegID) String() string { return id.PBX + ":" + id.Uniqueid }

// IsZero reports whether no leg is named.
func (id LegID) IsZero() bool { return id.Uniqueid == "" }

// CallID is the public id of a call: the PBX id and the smallest Linkedid known
// when the call was first published, as in "main:1795323620.9".
type CallID string

// NewCallID builds the public id of a call.
func NewCallID(pbx, linkedid string) CallID { return CallID(pbx + ":" + linkedid) }

// PBX is the part before the first colon.
func (id CallID) PBX() string {
	pbx, _, _ := strings.Cut(string(id), ":")
	return pbx
}

// Device is an endpoint as Asterisk's queues and dialplan name it: "PJSIP/1001".
// A queue member behind a Local channel has the device of its phone.
type Device string

// UserID is the login name of a person or service that uses callcard.
type UserID string
