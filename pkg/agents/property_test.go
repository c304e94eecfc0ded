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
			kind:   rapid.SampledFrom([]string{"set", "set", "set", "pause", "unpause", "leave", "link lost", "link back", "restart", "away", "here"}).Draw(t, "kind"),
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
		in(t, nil, func(o *office) { fault = play(o, script, static) })
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
	if down {
		o.put(cti.LinkUp{Stamp: o.stamp()})
		o.with(func() { o.mute = false })
		o.snapshot(false)
	}
	time.Sleep(2 * time.Minute)
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
	case "here":
		o.with(func() { o.fail = nil })
	}
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
