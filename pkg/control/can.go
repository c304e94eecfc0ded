package control

import (
	"slices"
	"strings"

	"callcard/pkg/cti"
)

// part is what a device does in a call now.
type part struct {
	leg        cti.Leg // its own, when it has exactly one
	legs       int
	ringing    bool
	talking    bool // with the client, or has him on hold
	held       bool
	consulting bool // it left the client's bridge to speak with somebody else
}

// partOf reads a call's document. A phone with two legs in one call consults by its own
// keys: the PBX's own transfers do not apply to it.
func partOf(call cti.Call, device cti.Device) part {
	var p part
	device = spelled(call, device)
	for _, leg := range call.Legs {
		if device != "" && leg.Device == device {
			p.leg, p.legs = leg, p.legs+1
		}
	}
	if p.legs == 0 {
		p.leg, p.legs = secondPhone(call, device)
	}
	if p.legs == 0 || call.State == cti.CallEnded {
		return part{}
	}
	offer, offered := call.OfferTo(device) // the leg itself rings a moment later, and no step of the call tells
	p.ringing = p.leg.State != cti.LegUp && offered && offer.Open()
	if talk, ok := call.TalkOf(device); ok && talk.Open() {
		p.talking, p.held = true, !talk.HeldSince.IsZero()
	}
	p.consulting = p.held && p.legs == 1 && !reaches(call, p.leg, call.ClientLeg)
	return p
}

// spelled is a device as the call writes it: people write technologies in small letters.
func spelled(call cti.Call, device cti.Device) cti.Device {
	same := func(other cti.Device) bool { return strings.EqualFold(string(other), string(device)) }
	for _, leg := range call.Legs {
		if same(leg.Device) {
			return leg.Device
		}
	}
	for _, o := range call.Offers {
		if same(o.Device) {
			return o.Device
		}
	}
	for _, t := range call.Talks {
		if same(t.Device) {
			return t.Device
		}
	}
	return device
}

// secondPhone is the leg by which the device is in the call although it is another phone's:
// the agent's softphone or mobile behind a queue's member.
func secondPhone(call cti.Call, device cti.Device) (leg cti.Leg, legs int) {
	offer, _ := call.OfferTo(device)
	talk, _ := call.TalkOf(device)
	for _, l := range call.Legs {
		if talk.Open() && l.ID == talk.Leg || offer.Open() && l.ID == offer.Leg {
			return l, 1
		}
	}
	return cti.Leg{}, 0
}

// reaches reports whether one leg hears the other, through Local channels too. A leg
// in no bridge hears nobody; a hold by the phone leaves it in its bridge.
func reaches(call cti.Call, from cti.Leg, to cti.LegID) bool {
	walk := []cti.Leg{from}
	for i := 0; i < len(walk); i++ {
		if walk[i].ID == to {
			return true
		}
		for _, other := range call.Legs {
			near := other.Bridge != "" && other.Bridge == walk[i].Bridge || other.LocalPeer != "" && other.LocalPeer == walk[i].Name
			if near && !slices.ContainsFunc(walk, func(l cti.Leg) bool { return l.ID == other.ID }) {
				walk = append(walk, other)
			}
		}
	}
	return false
}

// Can lists what the owner of a device may do with a call now.
func (s *Service) Can(call cti.Call, device cti.Device) []cti.Act {
	line, ok := s.opts.Lines[call.PBX]
	if !ok {
		return nil
	}
	p := partOf(call, device)
	return append(p.can(line.PhoneEvents), p.canRecord(call.Recording)...)
}

// canRecord: who talks knows what is being said, also while he consults a colleague.
func (p part) canRecord(now cti.RecordingNow) []cti.Act {
	switch {
	case !p.talking:
		return nil
	case now == cti.RecordingOn:
		return []cti.Act{cti.ActPauseRecording}
	case now == cti.RecordingPaused:
		return []cti.Act{cti.ActResumeRecording}
	}
	return nil
}

func (p part) can(phoneEvents bool) []cti.Act {
	var acts []cti.Act
	switch {
	case p.legs == 0:
		return nil
	case p.consulting:
		return []cti.Act{cti.ActCompleteTransfer, cti.ActCancelTransfer}
	case p.ringing && phoneEvents:
		acts = []cti.Act{cti.ActAnswer}
	case p.talking && phoneEvents && p.held:
		acts = []cti.Act{cti.ActResume}
	case p.talking && phoneEvents:
		acts = []cti.Act{cti.ActHold}
	}
	if p.talking && p.legs == 1 {
		acts = append(acts, cti.ActTransfer)
	}
	return append(acts, cti.ActHangup)
}
