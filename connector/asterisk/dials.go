package asterisk

import (
	"strings"

	"callcard/connector/ami"
	"callcard/pkg/cti"
)

// dialBegin: the dialling channel is missing when nobody dials, as with Originate.
func (t *Translator) dialBegin(m ami.Message) (cti.PBXEvent, error) {
	to, err := t.leg(m, "Dest")
	if err != nil {
		return nil, err
	}
	return cti.DialBegan{
		Stamp: t.stamp(m), From: t.maybeLeg(m, ""), To: to, DialString: m.Get("DialString"),
	}, nil
}

func (t *Translator) dialEnd(m ami.Message) (cti.PBXEvent, error) {
	to, err := t.leg(m, "Dest")
	if err != nil {
		return nil, err
	}
	status := m.Get("DialStatus")
	if status == "" {
		return nil, &FieldError{Event: m.Event(), Field: "DialStatus"}
	}
	return cti.DialEnded{
		Stamp: t.stamp(m), From: t.maybeLeg(m, ""), To: to,
		Status: cti.DialStatus(status), Forward: m.Get("Forward"),
	}, nil
}

// originateResponse of a call that got no channel names none: an endpoint that does not
// exist or is not registered (reason 0, main/manager.c, fast_originate). Control.Dial has
// made its ActionID that of the channel to be.
func (t *Translator) originateResponse(m ami.Message) (cti.PBXEvent, error) {
	id := t.legID(known(m.Get("Uniqueid")))
	if id.IsZero() {
		id = t.legID(m.ActionID())
	}
	if id.IsZero() {
		return nil, nil
	}
	return cti.OriginateAnswered{
		Stamp: t.stamp(m), Leg: id,
		Success: strings.EqualFold(m.Get("Response"), "Success"), Reason: number(m, "Reason"),
	}, nil
}
