package agents

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"callcard/pkg/cti"
)

// deed is one thing that happens to an agent; quiet is how long nothing happens then.
type deed struct {
	kind   string
	mode   cti.Mode
	reason string
	queue  string
	quiet  time.Duration
}

func deeds() *rapid.Generator[[]deed] {
	one := rapid.Custom(func(t *rapid.T) deed {
		return deed{
			kind: rapid.SampledFrom([]string{
				"set", "set", "set", "pause", "unpause", "leave", "link lost", "link back", "restart", "away", "here",
				"next", "cancel", "talk", "talk", "over", "over", "ring", "finish", "extend", "clear",
			}).Draw(t, "kind"),
			mode:   rapid.SampledFrom([]cti.Mode{cti.ModeReady, cti.ModeNotReady, cti.ModeOffline}).Draw(t, "mode"),
			reason: rapid.SampledFrom([]string{"lunch", "break"}).Draw(t, "reason"),
			queue:  rapid.SampledFrom([]string{"sales", "support"}).Draw(t, "queue"),
			quiet:  rapid.SampledFrom([]time.Duration{0, time.Millisecond, time.Second, 20 * time.Second}).Draw(t, "quiet"),
		}
	})
	return rapid.SliceOfN(one, 1, 20)
}

// TestWantedAndSeenMeetInTheEnd: whatever agents, phones and PBXes do, once everything
// is up and quiet the mode shown is what the PBX has, and nothing is pending.
func TestWantedAndSeenMeetInTheEnd(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		script := deeds().Draw(rt, "script")
		static := rapid.Bool().Draw(rt, "static")
		var fault string
		inWork(t, nil, nil, func(o *office) { fault = play(o, script, static) })
		if fault != "" {
			rt.Fatal(fault)
		}
	})
}

func play(o *office, script []deed, static bool) string {
	begin := func() {
		if static {
			o.static("support", anna)
		}
	}
	begin()
	o.snapshot(false)
	down := false
	for _, d := range script {
		happen(o, d, &down, begin)
		time.Sleep(d.quiet)
	}
	o.with(func() { o.fail = nil })
	o.hangUp()
	if down {
		o.put(cti.LinkUp{Stamp: o.stamp()})
		o.with(func() { o.mute = false })
		o.snapshot(false)
	}
	time.Sleep(10 * time.Minute)
	synctest.Wait()
	return disagreement(o)
}

func happen(o *office, d deed, down *bool, begin func()) {
	id := d.queue + "/" + anna.Interface
	switch d.kind {
	case "set":
		go func() { _, _ = o.svc.SetMode(context.Background(), "anna", d.mode, d.reason, "anna") }()
	case "pause", "unpause":
		o.change(id, func(m *cti.Member) {
			m.Paused, m.PausedReason = d.kind == "pause", ""
			if m.Paused {
				m.PausedReason = d.reason
			}
		})
	case "leave":
		o.leave(id)
	case "link lost":
		*down = true
		o.with(func() { o.mute = true })
		o.put(cti.LinkDown{Stamp: o.stamp()})
	case "link back", "restart":
		*down = false
		o.with(func() {
			o.mute = false
			if d.kind == "restart" {
				o.members = map[string]cti.Member{}
				begin()
			}
		})
		o.put(cti.LinkUp{Stamp: o.stamp()})
		o.snapshot(d.kind == "restart")
	case "away":
		o.with(func() { o.fail = &cti.UnavailableError{What: "main", Err: errors.New("busy")} })
	case "next":
		go func() { _, _ = o.svc.SetNext(context.Background(), "anna", d.mode, d.reason) }()
	case "cancel":
		go func() { _, _ = o.svc.CancelNext(context.Background(), "anna") }()
	case "finish":
		go func() { _, _ = o.svc.FinishWork(context.Background(), "anna") }()
	case "extend":
		go func() { _, _ = o.svc.ExtendWork(context.Background(), "anna") }()
	case "clear":
		go func() { _, _ = o.svc.ClearBlock(context.Background(), "anna") }()
	case "talk":
		o.talks++
		o.talk(cti.CallID(fmt.Sprintf("main:%d", o.talks)), 1)
	case "over":
		o.hangUp()
	case "ring":
		o.talks++
		id := cti.CallID(fmt.Sprintf("main:%d", o.talks))
		o.rings(id, 1, "support", cti.OfferNoAnswer)
		o.say(cti.Call{ID: id, PBX: "main", Version: 9, Direction: cti.Inbound, State: cti.CallEnded})
	case "here":
		o.with(func() { o.fail = nil })
	}
}

// hangUp ends all of anna's calls.
func (o *office) hangUp() {
	for n := o.ended + 1; n <= o.talks; n++ {
		o.over(cti.CallID(fmt.Sprintf("main:%d", n)), 10)
	}
	o.ended = o.talks
}

// change and leave are somebody else's doing; nobody hears it while the link is down.
func (o *office) change(id string, how func(*cti.Member)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if m, there := o.members[id]; there {
		how(&m)
		o.members[id] = m
		o.event(cti.MemberChanged{Stamp: o.stamp(), Member: m})
	}
}

func (o *office) leave(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if m := o.members[id]; m.Dynamic {
		delete(o.members, id)
		o.event(cti.MemberRemoved{Stamp: o.stamp(), Member: m})
	}
}

// stuck: pauses of the system stand exactly as long as what they stand for. When all is
// quiet no work and no call is left, only a block.
func stuck(s cti.AgentState, members []cti.Member) string {
	if s.ACW != nil || s.Next != nil || s.Activity != cti.ActivityIdle {
		return fmt.Sprintf("an hour later there is still %+v", s)
	}
	blocked := s.Block == cti.BlockRONA && s.Mode == cti.ModeReady
	for _, m := range members {
		system := m.PausedReason == reasonACW || m.PausedReason == reasonRONA
		if m.Paused && system && !(blocked && m.PausedReason == reasonRONA) {
			return fmt.Sprintf("paused as %q in %s, while he is %s, block %q", m.PausedReason, m.Queue, s.Mode, s.Block)
		}
		if blocked && !m.Paused {
			return fmt.Sprintf("blocked, and not paused in %s", m.Queue)
		}
	}
	return ""
}

func disagreement(o *office) string {
	s, _ := o.svc.State("anna")
	o.mu.Lock()
	defer o.mu.Unlock()
	var members []cti.Member
	for id, m := range o.members {
		if strings.HasSuffix(id, anna.Interface) {
			members = append(members, m)
		}
	}
	if fault := stuck(s, members); fault != "" {
		return fault
	}
	if s.Block == cti.BlockRONA && s.Mode == cti.ModeReady && s.Pending == "" {
		return "" // the pause is the block's, as stuck has seen
	}
	mode, _ := seenMode(members)
	reasons := []string{reasonExternal, ""}
	for _, m := range members {
		reasons = append(reasons, m.PausedReason)
	}
	if s.Mode != mode || s.Pending != "" || s.Mode == cti.ModeNotReady && !slices.Contains(reasons, s.Reason) {
		return fmt.Sprintf("shown %s %q by %s, pending %q; the PBX has %+v", s.Mode, s.Reason, s.SetBy, s.Pending, members)
	}
	if len(s.Queues) != 2 {
		return fmt.Sprintf("queues %+v", s.Queues)
	}
	return ""
}
