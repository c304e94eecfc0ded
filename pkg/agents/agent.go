package agents

import (
	"slices"
	"strings"
	"time"

	"callcard/pkg/cti"
)

// agent is one user's state; all under Service.mu.
//
//	settled ── SetMode, PBX restarted ──► wishing ── seen = wanted ──► settled
//	   ▲                                     │
//	   └──── changed elsewhere: adopted ─────┘
type agent struct {
	user  cti.User
	pbx   string
	want  wish
	seen  map[string]cti.Member // by queue
	since map[string]time.Time  // of the seen state, by queue
	known bool                  // a mode was stored or adopted once

	wishing bool            // the PBX has not yet done what he wants
	whole   bool            // the mode itself is wanted, in every queue; else only what the system adds to it
	problem string          // why, in words
	refused bool            // trying again is no use
	running bool            // a batch of commands is under way
	again   bool            // the wish changed meanwhile
	echoes  []echo          // what our own actions will make the PBX say
	waiting []waiter        // SetMode calls that wait for the outcome
	paused  map[string]bool // queues that paused him because the system asked for it

	calls   map[cti.CallID]cti.Activity
	next    *cti.NextMode // after the calls
	acw     *cti.CallWork // after a call
	block   cti.Block     // rona, or nothing: the state of the device is looked at, not kept
	blocked time.Time
	missed  int
	down    time.Time // since when the phone cannot be reached, zero while it can
	online  bool
	heard   time.Time // when a browser answered last, while none does

	shown cti.AgentState // as published last
	memo  cti.AgentMemo  // as saved last
}

type waiter chan error // holds one

// echo is a change that an own action causes.
type echo struct {
	queue  string
	verb   verb
	paused bool
	reason string
	until  time.Time
}

func newAgent(user cti.User, pbx string, now time.Time) *agent {
	return &agent{
		user: user, pbx: pbx, want: wish{mode: cti.ModeOffline, since: now, by: bySystem},
		seen: map[string]cti.Member{}, since: map[string]time.Time{}, calls: map[cti.CallID]cti.Activity{},
		paused: map[string]bool{}, heard: now,
	}
}

// members in the order of queue names.
func (a *agent) members() []cti.Member {
	out := make([]cti.Member, 0, len(a.seen))
	for _, m := range a.seen {
		out = append(out, m)
	}
	slices.SortFunc(out, func(x, y cti.Member) int { return strings.Compare(x.Queue, y.Queue) })
	return out
}

// inFlight reports whether the PBX may still tell of our own actions.
func (a *agent) inFlight(now time.Time) bool {
	a.echoes = slices.DeleteFunc(a.echoes, func(e echo) bool { return now.After(e.until) })
	return len(a.echoes) > 0
}

// heardEcho reports whether a change of a member is the echo of an own action, which
// then is heard: each action makes one event at most.
func (a *agent) heardEcho(v verb, m cti.Member, now time.Time) bool {
	if !a.inFlight(now) {
		return false
	}
	i := slices.IndexFunc(a.echoes, func(e echo) bool {
		if e.queue != m.Queue {
			return false
		}
		if v == verbRemove || e.verb == verbRemove {
			return v == e.verb
		}
		return agrees(m, e.paused, e.reason)
	})
	if i < 0 {
		return false
	}
	a.echoes = slices.Delete(a.echoes, i, i+1)
	return true
}

// activity is the most binding of his calls.
func (a *agent) activity() (cti.Activity, cti.CallID) {
	best, call := cti.ActivityIdle, cti.CallID("")
	for id, now := range a.calls {
		if weight(now) > weight(best) || weight(now) == weight(best) && id < call {
			best, call = now, id
		}
	}
	if a.acw != nil && weight(best) < weight(cti.ActivityACW) {
		return cti.ActivityACW, a.acw.CallID
	}
	return best, call
}

func weight(a cti.Activity) int {
	switch a {
	case cti.ActivityTalking:
		return 4
	case cti.ActivityHold:
		return 3
	case cti.ActivityOffered:
		return 2
	case cti.ActivityACW:
		return 1
	}
	return 0
}

// state is what others see. linked tells whether his PBX is heard.
func (a *agent) state(linked bool, now time.Time, limits limits) cti.AgentState {
	activity, call := a.activity()
	s := cti.AgentState{
		User: a.user.ID, Name: a.user.Name, Device: a.user.Device, Extension: a.user.Extension,
		Mode: a.want.mode, Reason: a.want.reason, Since: a.want.since, SetBy: a.want.by,
		Activity: activity, CallID: call, DeviceStatus: cti.DeviceUnknown, Online: a.online,
		Queues: a.queues(), Pending: a.pending(linked), MissedOffers: a.missed,
	}
	if a.next != nil {
		next := *a.next
		s.Next = &next
	}
	if a.acw != nil {
		work := *a.acw
		s.ACW = &work
	}
	s.Block, s.BlockSince = a.blockNow(now, limits)
	if at, silent := a.silentAt(limits); silent && !now.Before(at) {
		s.Unreachable, s.UnreachableSince = true, a.heard
	}
	s.DeviceStatus = a.device()
	return s
}

// device is what the members say of his phone.
func (a *agent) device() cti.DeviceStatus {
	status := cti.DeviceUnknown
	for _, m := range a.members() {
		if m.Status != cti.DeviceUnknown {
			status = m.Status
		}
	}
	return status
}

func (a *agent) queues() []cti.AgentQueue {
	out := make([]cti.AgentQueue, 0, len(a.seen)+len(a.user.Queues))
	for _, m := range a.members() {
		out = append(out, cti.AgentQueue{Queue: m.Queue, Member: true, Paused: m.Paused, Reason: m.PausedReason, Since: a.since[m.Queue]})
	}
	for _, queue := range a.user.Queues {
		if _, member := a.seen[queue]; !member {
			out = append(out, cti.AgentQueue{Queue: queue, Since: a.since[queue]})
		}
	}
	return out
}

func (a *agent) pending(linked bool) string {
	inQueues := len(a.user.Queues) > 0 || len(a.seen) > 0
	switch {
	case inQueues && !linked:
		return "the PBX is not connected"
	case !a.wishing:
		return ""
	case a.problem != "":
		return a.problem
	}
	return "the PBX has not confirmed yet"
}
