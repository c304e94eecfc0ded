package pbxsim

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// list sends the start, the items and the end of a list answer as Asterisk's
// astman_send_listack and astman_send_list_complete write them.
type list struct {
	session *session
	request request
	b       bytes.Buffer
	items   int
}

func (s *session) list(r request, message string) *list {
	l := &list{session: s, request: r}
	fmt.Fprintf(&l.b, "Response: Success\r\n%sEventList: start\r\nMessage: %s\r\n\r\n", actionID(r), message)
	return l
}

// item adds one event; the manager's own lists name the ActionID first, the
// queues' lists last.
func (l *list) item(format string, args ...any) {
	fmt.Fprintf(&l.b, format, args...)
	l.b.WriteString("\r\n")
	l.items++
}

func (l *list) complete(event string) {
	fmt.Fprintf(&l.b, "Event: %s\r\n%sEventList: Complete\r\nListItems: %d\r\n\r\n", event, actionID(l.request), l.items)
	l.session.send(l.b.Bytes(), nil)
}

func (s *session) queueStatus(r request) {
	p, now, id := s.pbx, time.Now(), actionID(r)
	l := s.list(r, "Queue status will follow")
	for _, q := range p.queues {
		if want := r.get("Queue"); want != "" && want != q.Name {
			continue
		}
		l.item("Event: QueueParams\r\nQueue: %s\r\nMax: 0\r\nStrategy: %s\r\nCalls: %d\r\nHoldtime: 0\r\nTalkTime: 0\r\n"+
			"Completed: %d\r\nAbandoned: %d\r\nServiceLevel: 20\r\nServicelevelPerf: 0.0\r\nServicelevelPerf2: 0.0\r\nWeight: 0\r\n%s",
			q.Name, q.Strategy, len(q.waiting), q.completed, q.abandoned, id)
		s.queueMembers(l, q, r.get("Member"), id)
		for i, w := range q.waiting {
			l.item("Event: QueueEntry\r\nQueue: %s\r\nPosition: %d\r\nChannel: %s\r\nUniqueid: %s\r\nCallerIDNum: %s\r\n"+
				"CallerIDName: unknown\r\nConnectedLineNum: unknown\r\nConnectedLineName: unknown\r\nWait: %d\r\nPriority: 0\r\n%s",
				q.Name, i+1, w.channel.name, w.channel.id, w.channel.call.cast.Client, int(now.Sub(w.since).Seconds()), id)
		}
	}
	l.complete("QueueStatusComplete")
}

func (s *session) queueMembers(l *list, q *queue, only, id string) {
	for _, m := range q.members {
		if only != "" && only != m.iface {
			continue
		}
		l.item("Event: QueueMember\r\nQueue: %s\r\nName: %s\r\nLocation: %s\r\nStateInterface: %s\r\nMembership: %s\r\nPenalty: %s\r\n"+
			"CallsTaken: %d\r\nLastCall: %d\r\nLastPause: %d\r\nLoginTime: %d\r\nInCall: %d\r\nStatus: %d\r\nPaused: %d\r\nPausedReason: %s\r\n"+
			"Wrapuptime: 0\r\n%s",
			q.Name, m.name, m.iface, m.stateIface, m.membership(), m.penalty, m.calls, unix(m.lastCall), unix(m.lastPause),
			unix(m.login), bit(m.inCall), s.pbx.statusOf(m), bit(m.paused), m.reason, id)
	}
}

func (s *session) queueSummary(r request) {
	l := s.list(r, "Queue summary will follow")
	for _, q := range s.pbx.queues {
		if want := r.get("Queue"); want != "" && want != q.Name {
			continue
		}
		available := 0
		for _, m := range q.members {
			if !m.paused && s.pbx.statusOf(m) == deviceNotInUse {
				available++
			}
		}
		l.item("Event: QueueSummary\r\nQueue: %s\r\nLoggedIn: %d\r\nAvailable: %d\r\nCallers: %d\r\nHoldTime: 0\r\nTalkTime: 0\r\n"+
			"LongestHoldTime: 0\r\n%s", q.Name, len(q.members), available, len(q.waiting), actionID(r))
	}
	l.complete("QueueSummaryComplete")
}

func (s *session) showChannels(r request) {
	now := time.Now()
	l := s.list(r, "Channels will follow")
	for _, ch := range s.pbx.live {
		up := now.Sub(ch.created).Truncate(time.Second)
		l.item("Event: CoreShowChannel\r\n%s%sApplication: %s\r\nApplicationData: %s\r\nDuration: %02d:%02d:%02d\r\nBridgeId: %s\r\n",
			actionID(r), ch.block(now), ch.appValue("Application", now), ch.appValue("AppData", now),
			int(up.Hours()), int(up.Minutes())%60, int(up.Seconds())%60, ch.bridge)
	}
	l.complete("CoreShowChannelsComplete")
}

// channelStatus is the older list of channels, kept short.
func (s *session) channelStatus(r request) {
	now := time.Now()
	l := s.list(r, "Channel status will follow")
	for _, ch := range s.pbx.live {
		if want := r.get("Channel"); want == "" || want == ch.name {
			l.item("Event: Status\r\nPrivilege: Call\r\n%s%sBridgeID: %s\r\n", ch.block(now), actionID(r), ch.bridge)
		}
	}
	l.complete("StatusComplete")
}

func (s *session) bridges(r request) {
	l := s.list(r, "Bridge listing will follow")
	seen := map[string]int{}
	for _, ch := range s.pbx.live {
		if ch.bridge != "" {
			seen[ch.bridge]++
		}
	}
	for id, n := range seen {
		l.item("Event: BridgeListItem\r\n%sBridgeUniqueid: %s\r\nBridgeType: basic\r\nBridgeTechnology: simple_bridge\r\n"+
			"BridgeCreator: <unknown>\r\nBridgeName: <unknown>\r\nBridgeNumChannels: %d\r\nBridgeVideoSourceMode: none\r\n", actionID(r), id, n)
	}
	l.complete("BridgeListComplete")
}

func (s *session) deviceStates(r request) {
	l := s.list(r, "Device State Changes will follow")
	for _, ph := range s.pbx.opts.Phones {
		l.item("Event: DeviceStateChange\r\n%sDevice: %s\r\nState: %s\r\n", actionID(r), ph.Device,
			stateName(s.pbx.phones[ph.Device].status))
	}
	l.complete("DeviceStateListComplete")
}

func (s *session) endpoints(r request) {
	l := s.list(r, "A listing of Endpoints follows, presented as EndpointList events")
	for _, ph := range s.pbx.opts.Phones {
		l.item("Event: EndpointList\r\n%sObjectType: endpoint\r\nObjectName: %s\r\nDeviceState: Not in use\r\n", actionID(r),
			strings.TrimPrefix(ph.Device, "PJSIP/"))
	}
	l.complete("EndpointListComplete")
}

func stateName(status int) string {
	names := []string{"UNKNOWN", "NOT_INUSE", "INUSE", "BUSY", "INVALID", "UNAVAILABLE", "RINGING", "RINGINUSE", "ONHOLD"}
	return names[status]
}

// block renders a channel as its newest event showed it, Channel to Linkedid.
func (ch *channel) block(now time.Time) []byte {
	var out []byte
	inside := false
	for i := range ch.last.lines {
		l := &ch.last.lines[i]
		inside = inside || l.name == "Channel"
		if inside {
			out = ch.call.renderLine(out, l, now)
		}
		if l.name == "Linkedid" {
			break
		}
	}
	return out
}

func (ch *channel) appValue(name string, now time.Time) string {
	if ch.app == nil {
		return ""
	}
	return ch.call.lineValue(ch.app, name, now)
}
