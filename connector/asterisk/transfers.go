package asterisk

import (
	"callcard/connector/ami"
	"callcard/pkg/cti"
)

func (t *Translator) blindTransfer(m ami.Message) (cti.PBXEvent, error) {
	by, err := t.leg(m, "Transferer")
	if err != nil {
		return nil, err
	}
	return cti.BlindTransferred{
		Stamp: t.stamp(m), Result: m.Get("Result"), Transferer: by,
		Transferee: t.maybeLeg(m, "Transferee"), Exten: m.Get("Extension"), Context: m.Get("Context"),
	}, nil
}

// attendedTransfer: the blocks of the transferer's two channels are always there,
// that of the target only where Asterisk knows it (main/stasis_bridges.c,
// attended_transfer_to_ami).
func (t *Translator) attendedTransfer(m ami.Message) (cti.PBXEvent, error) {
	first, err := t.leg(m, "OrigTransferer")
	if err != nil {
		return nil, err
	}
	second, err := t.leg(m, "SecondTransferer")
	if err != nil {
		return nil, err
	}
	return cti.AttendedTransferred{
		Stamp: t.stamp(m), Result: m.Get("Result"), First: first, Second: second,
		DestType: m.Get("DestType"), Target: t.maybeLeg(m, "TransferTarget"),
	}, nil
}

func (t *Translator) pickup(m ami.Message) (cti.PBXEvent, error) {
	leg, err := t.leg(m, "")
	if err != nil {
		return nil, err
	}
	target, err := t.leg(m, "Target")
	if err != nil {
		return nil, err
	}
	return cti.PickedUp{Stamp: t.stamp(m), Leg: leg, Target: target}, nil
}

func (t *Translator) parked(m ami.Message) (cti.PBXEvent, error) {
	leg, err := t.leg(m, "Parkee")
	if err != nil {
		return nil, err
	}
	return cti.Parked{
		Stamp: t.stamp(m), Leg: leg, Lot: m.Get("Parkinglot"), Space: m.Get("ParkingSpace"),
	}, nil
}

func (t *Translator) parkingEnded(name string, m ami.Message) (cti.PBXEvent, error) {
	leg, err := t.leg(m, "Parkee")
	if err != nil {
		return nil, err
	}
	reason := "retrieved"
	switch name {
	case "ParkedCallTimeOut":
		reason = "timeout"
	case "ParkedCallGiveUp":
		reason = "gave_up"
	}
	return cti.ParkingEnded{Stamp: t.stamp(m), Leg: leg, Reason: reason}, nil
}
