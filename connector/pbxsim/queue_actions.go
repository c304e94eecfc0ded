package pbxsim

import (
	"slices"
	"time"
)

// Texts and checks of apps/app_queue.c, manager_add_queue_member and its like.

func (s *session) queueAdd(r request) {
	p, iface := s.pbx, r.get("Interface")
	if r.get("Queue") == "" || iface == "" {
		s.needQueueAndInterface(r)
		return
	}
	q := p.queue(r.get("Queue"))
	switch {
	case q == nil:
		s.failure(r, "Unable to add interface to queue: No such queue")
		return
	case q.member(iface) != nil:
		s.failure(r, "Unable to add interface: Already there")
		return
	}
	m := newMember(r, time.Now())
	q.members = append(q.members, m)
	s.success(r, "Added interface to queue")
	p.publish([]event{p.memberEvent("QueueMemberAdded", q, m, time.Now())}, nil)
	if !m.paused {
		p.tellReady(m.device())
	}
}

func newMember(r request, now time.Time) *member {
	m := &member{
		iface: r.get("Interface"), stateIface: r.get("StateInterface"), name: r.get("MemberName"), penalty: r.get("Penalty"),
		dynamic: true, paused: isTrue(r.get("Paused")), reason: r.get("Reason"), login: now,
	}
	if m.stateIface == "" {
		m.stateIface = m.iface
	}
	if m.name == "" {
		m.name = m.iface
	}
	if m.penalty == "" {
		m.penalty = "0"
	}
	if m.paused {
		m.lastPause = now
	}
	return m
}

func (s *session) queueRemove(r request) {
	p, iface := s.pbx, r.get("Interface")
	if r.get("Queue") == "" || iface == "" {
		s.needQueueAndInterface(r)
		return
	}
	q := p.queue(r.get("Queue"))
	if q == nil {
		s.failure(r, "Unable to remove interface from queue: No such queue")
		return
	}
	m := q.member(iface)
	switch {
	case m == nil:
		s.failure(r, "Unable to remove interface: Not there")
		return
	case !m.dynamic:
		s.failure(r, "Member not dynamic")
		return
	}
	q.members = slices.DeleteFunc(q.members, func(other *member) bool { return other == m })
	s.success(r, "Removed interface from queue")
	p.publish([]event{p.memberEvent("QueueMemberRemoved", q, m, time.Now())}, nil)
}

func (s *session) needQueueAndInterface(r request) {
	if r.get("Queue") == "" {
		s.failure(r, "'Queue' not specified.")
		return
	}
	s.failure(r, "'Interface' not specified.")
}

// queuePause acts on one queue, or on all of them when none is named.
func (s *session) queuePause(r request) {
	p, iface := s.pbx, r.get("Interface")
	if iface == "" || r.get("Paused") == "" {
		s.failure(r, "Need 'Interface' and 'Paused' parameters.")
		return
	}
	paused, now := isTrue(r.get("Paused")), time.Now()
	var events []event
	for _, q := range p.queues {
		m := q.member(iface)
		if want := r.get("Queue"); m == nil || want != "" && want != q.Name {
			continue
		}
		m.pause(paused, r.get("Reason"), now)
		events = append(events, p.memberEvent("QueueMemberPause", q, m, now))
	}
	if len(events) == 0 {
		s.failure(r, "Interface not found")
		return
	}
	text := "Interface unpaused successfully"
	if paused {
		text = "Interface paused successfully"
	}
	s.success(r, text)
	p.publish(events, nil)
	if !paused {
		p.tellReady((&member{iface: iface}).device())
	}
}

func (m *member) pause(paused bool, reason string, now time.Time) {
	m.paused, m.reason = paused, reason
	if paused {
		m.lastPause = now
	} else {
		m.reason = ""
	}
}

// isTrue follows ast_true (main/utils.c).
func isTrue(text string) bool {
	switch text {
	case "yes", "true", "y", "t", "1", "on", "True", "TRUE", "Yes":
		return true
	}
	return false
}
