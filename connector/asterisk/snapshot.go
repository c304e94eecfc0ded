package asterisk

import (
	"strings"
	"time"

	"callcard/connector/ami"
	"callcard/pkg/cti"
)

// addChannel adds a CoreShowChannel item to the snapshot.
func (t *Translator) addChannel(s *cti.Snapshot, m ami.Message) error {
	leg, err := t.leg(m, "")
	if err != nil {
		return err
	}
	leg.Bridge = m.Get("BridgeId")
	leg.App, leg.AppData = m.Get("Application"), m.Get("ApplicationData")
	leg.Since = m.At.Add(-clock(m.Get("Duration"))).Truncate(time.Second)
	s.Legs = append(s.Legs, leg)
	return nil
}

// channelVariables are the watched variables that a list item carries as
// "ChanVariable: NAME=value" (channelvars in manager.conf): how a daemon that
// comes late learns of a recording that has begun. QUEUESTATUS is left out: it
// may be that of an earlier queue.
func (t *Translator) channelVariables(m ami.Message) []cti.PBXEvent {
	var events []cti.PBXEvent
	id := t.legID(m.Get("Uniqueid"))
	for _, pair := range m.Values("ChanVariable") {
		name, value, _ := strings.Cut(pair, "=")
		if value != "" && t.variables[name] && name != queueStatus && !id.IsZero() {
			events = append(events, cti.VariableSet{Stamp: t.stamp(m), Leg: id, Name: name, Value: clipped(value, longestValue)})
		}
	}
	return events
}

// clock reads "hh:mm:ss"; hours go beyond 24 (main/manager.c, action_coreshowchannels).
func clock(text string) time.Duration {
	var total, part int
	for _, c := range []byte(text) {
		switch {
		case c == ':':
			total, part = (total+part)*60, 0
		case c >= '0' && c <= '9' && part < 1e6:
			part = part*10 + int(c-'0')
		default:
			return 0
		}
	}
	return time.Duration(total+part) * time.Second
}

// addQueueItem adds an item of QueueStatus to the snapshot.
func (t *Translator) addQueueItem(s *cti.Snapshot, m ami.Message) error {
	queue, err := queueName(m)
	if err != nil {
		return err
	}
	switch m.Event() {
	case "QueueParams":
		s.Queues = append(s.Queues, cti.Queue{PBX: t.pbx, Name: queue, Strategy: m.Get("Strategy")})
	case "QueueMember":
		member, err := t.member(m)
		if err != nil {
			return err
		}
		s.Members = append(s.Members, member)
	case "QueueEntry":
		id, err := t.uniqueid(m, "")
		if err != nil {
			return err
		}
		s.Waiting = append(s.Waiting, cti.QueueEntry{
			Queue: queue, Leg: id, Position: number(m, "Position"), Since: m.At.Add(-seconds(m, "Wait")),
		})
	}
	return nil
}

// recordedLists gathers the lists inside a recording. Only a recording that holds
// both lists, channels and queues, with nothing of the domain in between gives a
// snapshot: one of them alone would say that there is nothing of the other, and
// an old one would end calls that have begun since.
type recordedLists struct {
	t        *Translator
	snapshot cti.Snapshot
	channels bool
	queues   bool
}

func (l *recordedLists) take(m ami.Message) (cti.PBXEvent, error) {
	var err error
	switch m.Event() {
	case "CoreShowChannel":
		err = l.t.addChannel(&l.snapshot, m)
	case "QueueParams", "QueueMember", "QueueEntry":
		err = l.t.addQueueItem(&l.snapshot, m)
	case "CoreShowChannelsComplete":
		l.channels = true
	case "QueueStatusComplete":
		l.queues = true
	}
	if err != nil || !l.channels || !l.queues {
		return nil, err
	}
	s := l.snapshot
	s.Stamp = l.t.stamp(m)
	*l = recordedLists{t: l.t}
	return s, nil
}
