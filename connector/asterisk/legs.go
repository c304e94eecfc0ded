package asterisk

import (
	"strings"

	"callcard/connector/ami"
	"callcard/pkg/cti"
)

// leg reads the channel block whose headers begin with prefix ("", "Dest", …). A
// block without Channel, Uniqueid or Linkedid is an error.
func (t *Translator) leg(m ami.Message, prefix string) (cti.Leg, error) {
	leg := t.maybeLeg(m, prefix)
	switch {
	case leg.Name == "":
		return leg, &FieldError{Event: m.Event(), Field: prefix + "Channel"}
	case leg.ID.IsZero():
		return leg, &FieldError{Event: m.Event(), Field: prefix + "Uniqueid"}
	case leg.Linkedid == "":
		return leg, &FieldError{Event: m.Event(), Field: prefix + "Linkedid"}
	}
	return leg, nil
}

// maybeLeg is leg for a block that may be missing: the zero Leg then. Asterisk
// writes a block in one piece, from Channel to Linkedid
// (main/manager_channels.c, ast_manager_build_channel_state_string_prefix).
func (t *Translator) maybeLeg(m ami.Message, prefix string) cti.Leg {
	var leg cti.Leg
	for i := range m.Len() {
		h := m.Header(i)
		field, ok := strings.CutPrefix(h.Name, prefix)
		if !ok || (leg.Name == "" && field != "Channel") {
			continue
		}
		if leg.Name != "" && field == "Channel" {
			break
		}
		t.setLegField(&leg, field, h.Value)
		if field == "Linkedid" {
			break
		}
	}
	return leg
}

func (t *Translator) setLegField(leg *cti.Leg, field, value string) {
	switch field {
	case "Channel":
		leg.Name = value
		leg.Device, leg.Role = t.naming.Channel(value)
		leg.LocalPeer = localPeer(value)
	case "ChannelState":
		leg.State = legState(value)
	case "CallerIDNum":
		leg.Caller.Number = clipped(known(value), longestParty)
	case "CallerIDName":
		leg.Caller.Name = clipped(known(value), longestParty)
	case "ConnectedLineNum":
		leg.Connected.Number = clipped(known(value), longestParty)
	case "ConnectedLineName":
		leg.Connected.Name = clipped(known(value), longestParty)
	case "Context":
		leg.Context = value
	case "Exten":
		leg.Exten = clipped(value, longestParty)
	case "Uniqueid":
		leg.ID = t.legID(value)
	case "Linkedid":
		leg.Linkedid = value
	}
}

// legState maps enum ast_channel_state (include/asterisk/channelstate.h).
func legState(number string) cti.LegState {
	switch number {
	case "2", "3", "4", "8", "9": // OffHook, Dialing, Ring, Dialing Offhook, Pre-ring
		return cti.LegDialing
	case "5":
		return cti.LegRinging
	case "6":
		return cti.LegUp
	case "7":
		return cti.LegBusy
	}
	return cti.LegDown
}

func (t *Translator) newchannel(m ami.Message) (cti.PBXEvent, error) {
	leg, err := t.leg(m, "")
	if err != nil {
		return nil, err
	}
	leg.Since = m.At
	return cti.LegCreated{Stamp: t.stamp(m), Leg: leg}, nil
}

func (t *Translator) legChanged(m ami.Message) (cti.PBXEvent, error) {
	leg, err := t.leg(m, "")
	if err != nil {
		return nil, err
	}
	return cti.LegChanged{Stamp: t.stamp(m), Leg: leg}, nil
}

// uniqueid is the leg of an event that is about one channel only.
func (t *Translator) uniqueid(m ami.Message, prefix string) (cti.LegID, error) {
	id := t.legID(m.Get(prefix + "Uniqueid"))
	if id.IsZero() {
		return id, &FieldError{Event: m.Event(), Field: prefix + "Uniqueid"}
	}
	return id, nil
}

func (t *Translator) hangup(m ami.Message) (cti.PBXEvent, error) {
	id, err := t.uniqueid(m, "")
	if err != nil {
		return nil, err
	}
	return cti.LegEnded{Stamp: t.stamp(m), Leg: id, Cause: number(m, "Cause")}, nil
}

func (t *Translator) hold(m ami.Message, held bool) (cti.PBXEvent, error) {
	id, err := t.uniqueid(m, "")
	if err != nil {
		return nil, err
	}
	if held {
		return cti.LegHeld{Stamp: t.stamp(m), Leg: id}, nil
	}
	return cti.LegResumed{Stamp: t.stamp(m), Leg: id}, nil
}

// recorder reads what happens to a MixMonitor. The events carry neither its file nor its
// id: MixMonitorMute without an id is for all that record the channel
// (apps/app_mixmonitor.c, manager_mute_mixmonitor).
func (t *Translator) recorder(name string, m ami.Message) (cti.PBXEvent, error) {
	id, err := t.uniqueid(m, "")
	if err != nil {
		return nil, err
	}
	e := cti.RecorderSwitched{Stamp: t.stamp(m), Leg: id, Switch: cti.RecorderStarted}
	switch {
	case name == "MixMonitorStop":
		e.Switch = cti.RecorderStopped
	case name == "MixMonitorMute":
		direction := strings.ToLower(m.Get("Direction"))
		e.Read, e.Write = direction != "write", direction != "read"
		e.Switch = cti.RecorderSounds
		if yes(m.Get("State")) {
			e.Switch = cti.RecorderSilent
		}
	}
	return e, nil
}

// watchedApps are the applications by which a caller waits, hears or chooses
// something. The plumbing of a dialplan (Set, Gosub, NoOp, …) is most of
// Newexten and says nothing.
func watchedApps() map[string]bool {
	apps := make(map[string]bool)
	for _, name := range []string{
		"Queue", "Dial", "FollowMe", "Page", "Park", "ParkedCall", "ParkAndAnnounce", "Pickup", "PickupChan",
		"Playback", "Background", "BackGround", "Read", "WaitExten", "Directory", "ControlPlayback", "MP3Player",
		"VoiceMail", "VoiceMailMain", "ConfBridge", "MeetMe", "Stasis", "AGI", "EAGI", "FastAGI", "DISA", "Echo",
		"MusicOnHold", "Transfer", "BlindTransfer", "AttnTransfer", "Busy", "Congestion", "ChanSpy", "Record",
	} {
		apps[name] = true
	}
	return apps
}

func (t *Translator) newexten(m ami.Message) (cti.PBXEvent, error) {
	app := m.Get("Application")
	if !t.apps[app] {
		return nil, nil
	}
	id, err := t.uniqueid(m, "")
	if err != nil {
		return nil, err
	}
	return cti.AppStarted{
		Stamp: t.stamp(m), Leg: id, App: app,
		Data: m.Get("AppData"), Context: m.Get("Context"), Exten: m.Get("Exten"),
	}, nil
}

// varSet passes on the watched variables of channels; a global variable has no
// Uniqueid and belongs to no leg. One that is to be inherited is reported with the
// underscores it was set with ("__FROM_DID").
func (t *Translator) varSet(m ami.Message) (cti.PBXEvent, error) {
	name := strings.TrimLeft(m.Get("Variable"), "_")
	if !t.variables[name] {
		return nil, nil
	}
	id := t.legID(m.Get("Uniqueid"))
	if id.IsZero() {
		return nil, nil
	}
	return cti.VariableSet{Stamp: t.stamp(m), Leg: id, Name: name, Value: clipped(m.Get("Value"), longestValue)}, nil
}
