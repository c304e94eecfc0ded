package asterisk

import (
	"callcard/connector/ami"
	"callcard/pkg/cti"
)

func (t *Translator) localBridge(m ami.Message) (cti.PBXEvent, error) {
	one, err := t.leg(m, "LocalOne")
	if err != nil {
		return nil, err
	}
	two, err := t.leg(m, "LocalTwo")
	if err != nil {
		return nil, err
	}
	return cti.LocalJoined{Stamp: t.stamp(m), One: one, Two: two}, nil
}

// bridgeOf reads the bridge and the channel of an event about both.
func (t *Translator) bridgeOf(m ami.Message) (bridge string, leg cti.Leg, err error) {
	bridge = m.Get("BridgeUniqueid")
	if bridge == "" {
		return "", leg, &FieldError{Event: m.Event(), Field: "BridgeUniqueid"}
	}
	leg, err = t.leg(m, "")
	return bridge, leg, err
}

func (t *Translator) bridgeEnter(m ami.Message) (cti.PBXEvent, error) {
	bridge, leg, err := t.bridgeOf(m)
	if err != nil {
		return nil, err
	}
	leg.Bridge = bridge
	return cti.BridgeEntered{
		Stamp: t.stamp(m), Bridge: bridge, Type: bridgeType(m), Leg: leg,
		Swap: t.legID(known(m.Get("SwapUniqueid"))),
	}, nil
}

// bridgeType: the technology tells a holding bridge (parking, music) also when
// the type was not set by whoever made it.
func bridgeType(m ami.Message) string {
	if m.Get("BridgeTechnology") == "holding_bridge" {
		return "holding"
	}
	return m.Get("BridgeType")
}

func (t *Translator) bridgeLeave(m ami.Message) (cti.PBXEvent, error) {
	bridge, leg, err := t.bridgeOf(m)
	if err != nil {
		return nil, err
	}
	return cti.BridgeLeft{Stamp: t.stamp(m), Bridge: bridge, Leg: leg}, nil
}

func (t *Translator) bridgeMerge(m ami.Message) (cti.PBXEvent, error) {
	into, from := m.Get("ToBridgeUniqueid"), m.Get("FromBridgeUniqueid")
	if into == "" {
		return nil, &FieldError{Event: m.Event(), Field: "ToBridgeUniqueid"}
	}
	if from == "" {
		return nil, &FieldError{Event: m.Event(), Field: "FromBridgeUniqueid"}
	}
	return cti.BridgeMerged{Stamp: t.stamp(m), Into: into, From: from}, nil
}
