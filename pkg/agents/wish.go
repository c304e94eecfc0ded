package agents

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"callcard/pkg/cti"
)

const (
	// maxReason is what Asterisk keeps (apps/app_queue.c: char reason_paused[80]).
	maxReason = 79
	// reasonOffline pauses members of queues.conf, which cannot be removed.
	reasonOffline = "offline"
	// reasonExternal is shown for a pause without a reason that was made elsewhere.
	reasonExternal = "external"
	// Reasons of the pauses that the system adds to a ready agent.
	reasonACW  = "acw"
	reasonRONA = "rona"
	bySystem   = "system"
	byPBX      = "pbx"
)

// wish is what an agent wants, since when, and who said so.
type wish struct {
	mode   cti.Mode
	reason string
	since  time.Time
	by     string
}

func (w wish) same(mode cti.Mode, reason string) bool { return w.mode == mode && w.reason == reason }

// checkMode validates a wish from outside and returns the reason to use.
func checkMode(mode cti.Mode, reason string) (string, error) {
	switch mode {
	case cti.ModeOffline, cti.ModeReady:
		return "", nil
	case cti.ModeNotReady:
		return reason, checkReason(reason)
	}
	return "", &cti.InvalidError{Field: "mode", Got: string(mode), Want: "ready, not_ready or offline"}
}

// checkReason lets through what survives AMI, queue_log (whose separator is "|") and
// Asterisk's 79 bytes.
func checkReason(reason string) error {
	bad := func(r rune) bool { return !unicode.IsPrint(r) || r == '|' || r == utf8.RuneError }
	if reason == "" || len(reason) > maxReason || strings.ContainsFunc(reason, bad) {
		return &cti.InvalidError{Field: "reason", Got: reason, Want: "1 to 79 bytes of text on one line without \"|\", as in \"lunch\""}
	}
	return nil
}

// verb names an action on a member.
type verb string

const (
	verbAdd    verb = "add"
	verbRemove verb = "remove"
	verbPause  verb = "pause"
)

// command is one action that brings one queue nearer to the wish.
type command struct {
	verb   verb
	action cti.MemberAction
}

// target is what the members are to be: the wish, with the pause that the system adds
// to it. Unless the whole wish is pursued, memberships and pauses that others made in
// single queues are left as they are: only the system's own pauses move.
type target struct {
	wish
	imposed string
	whole   bool
	system  func(cti.Member) bool // it was paused by the system
}

// plan lists what must be done so that the members seen agree with the target. It is
// empty when they do. Members are paused and removed under the interface they have.
//
//	target         not a member      dynamic member        member of queues.conf
//	ready          add               unpause if paused     unpause if paused
//	ready, imposed add paused        pause if different    pause if different
//	not_ready      add paused        pause if different    pause if different
//	offline        -                 remove                pause "offline"
func plan(user cti.User, t target, seen []cti.Member) []command {
	var out []command
	for _, m := range seen {
		if c, needed := t.correct(m); needed {
			out = append(out, c)
		}
	}
	if t.mode == cti.ModeOffline || user.Interface == "" || !t.whole {
		return out
	}
	for _, queue := range user.Queues {
		if !slices.ContainsFunc(seen, func(m cti.Member) bool { return m.Queue == queue }) {
			out = append(out, t.addition(user, queue))
		}
	}
	return out
}

// pause is how the target wants an unparked member.
func (t target) pause() (paused bool, reason string) {
	switch t.mode {
	case cti.ModeOffline:
		return true, reasonOffline
	case cti.ModeNotReady:
		return true, t.reason
	}
	return t.imposed != "", t.imposed
}

func (t target) correct(m cti.Member) (command, bool) {
	action := cti.MemberAction{Queue: m.Queue, Interface: m.Interface}
	if t.mode == cti.ModeOffline && m.Dynamic {
		return command{verbRemove, action}, true
	}
	action.Paused, action.Reason = t.pause()
	needed := !agrees(m, action.Paused, action.Reason)
	if m.Paused && !t.whole && t.mode != cti.ModeOffline && !t.system(m) {
		needed = false // somebody's own pause
	}
	return command{verbPause, action}, needed
}

// agrees takes a pause without a reason for ours: Asterisk loses reasons in places (realtime
// members, older versions), and the reason is kept here anyway.
func agrees(m cti.Member, paused bool, reason string) bool {
	return m.Paused == paused && (!paused || m.PausedReason == "" || m.PausedReason == reason)
}

func (t target) addition(user cti.User, queue string) command {
	action := cti.MemberAction{Queue: queue, Interface: user.Interface, Name: user.Name}
	if paused, reason := t.pause(); paused && t.mode != cti.ModeOffline {
		action.Paused, action.Reason = true, reason
	}
	// A Local member has no state of its own: without the phone's, the queue rings an
	// agent who is on a call.
	if strings.HasPrefix(user.Interface, "Local/") && user.Device != "" {
		action.StateInterface = string(user.Device)
	}
	return command{verbAdd, action}
}

// seenMode is the mode that the members amount to: ready when unpaused in one queue at
// least, offline when in none (or parked as "offline"), else not ready.
func seenMode(seen []cti.Member) (cti.Mode, string) {
	if len(seen) == 0 {
		return cti.ModeOffline, ""
	}
	var last cti.Member
	parked := true
	for _, m := range seen {
		if !m.Paused {
			return cti.ModeReady, ""
		}
		parked = parked && m.PausedReason == reasonOffline
		if last.Queue == "" || m.LastPause.After(last.LastPause) {
			last = m
		}
	}
	if parked {
		return cti.ModeOffline, ""
	}
	return cti.ModeNotReady, last.PausedReason
}
