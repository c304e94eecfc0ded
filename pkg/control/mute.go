package control

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"callcard/pkg/cti"
)

const (
	// mutedFor is how long a recording is silent at most: who forgets to go on loses little.
	mutedFor = 90 * time.Second
	// mutedLook is how often calls with a silent recording are looked at; there are few.
	mutedLook = time.Second
)

// muted is a call whose recording is silent, and what it was like when that began.
type muted struct {
	until     time.Time
	user      cti.UserID
	held      bool
	transfers int
	waiting   bool // the PBX could not be asked; that has been written down
}

// PauseRecording makes the recording of a call silent while card data is said. The file
// goes on, so its time stays true. It ends by ResumeRecording, after 90 s, with the end
// of a hold, and with a transfer.
func (s *Service) PauseRecording(ctx context.Context, user cti.User, id cti.CallID) error {
	return s.byTalker(ctx, user, id, true)
}

// ResumeRecording lets a silent recording go on.
func (s *Service) ResumeRecording(ctx context.Context, user cti.User, id cti.CallID) error {
	return s.byTalker(ctx, user, id, false)
}

// byTalker: only who talks in the call knows what is being said.
func (s *Service) byTalker(ctx context.Context, user cti.User, id cti.CallID, on bool) error {
	call, ok := s.opts.Calls.Call(id)
	if !ok || call.State == cti.CallEnded {
		return notNow(whyCallOver, "the call is over")
	}
	if s.pbxOf(user) != call.PBX || !partOf(call, user.Device).talking {
		return notNow(whyNotTalking, "you do not talk in this call")
	}
	some, err := s.mute(ctx, call, user.ID, on, "by hand")
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case on && some: // also when another leg failed: none may stay silent for ever
		s.muted[call.ID] = muted{until: time.Now().Add(mutedFor), user: user.ID, held: isHeld(call), transfers: len(call.Transfers)}
		select {
		case s.wake <- struct{}{}:
		default:
		}
	case !on && err == nil:
		delete(s.muted, call.ID)
	}
	return err
}

// mute does it and writes it down.
func (s *Service) mute(ctx context.Context, call cti.Call, by cti.UserID, on bool, why string) (some bool, err error) {
	began := time.Now()
	some, err = s.silence(ctx, call, on)
	s.auditMute(call.ID, by, on, why, began, err)
	return some, err
}

func (s *Service) auditMute(call cti.CallID, by cti.UserID, on bool, why string, began time.Time, err error) {
	rule, what := "recording.resume", "the recording goes on, "+why
	if on {
		rule, what = "recording.pause", "the recording is silent from now on, "+why
	}
	s.audit(call, by, rule, what, began, err)
}

// silence asks the PBX for each leg that is recorded. It tries all of them; some says that
// one at least did as it was told.
func (s *Service) silence(ctx context.Context, call cti.Call, on bool) (some bool, err error) {
	line, err := s.line(call.PBX)
	legs := recorded(call)
	if err == nil && len(legs) == 0 {
		err = notNow(whyNotRecorded, "nothing records this call")
	}
	if err == nil {
		for _, leg := range legs {
			fault := s.switchRecorder(ctx, line, leg, on)
			some = some || fault == nil
			err = cmp.Or(err, fault)
		}
	}
	return some, err
}

// switchRecorder tells it at once. The PBX's own event says it again, which changes nothing.
func (s *Service) switchRecorder(ctx context.Context, line Line, leg cti.Leg, on bool) error {
	err := answerOf(leg.ID.PBX, line.PBX.MuteRecording(ctx, leg.Name, on))
	if err != nil || s.opts.Tell == nil {
		return err
	}
	e := cti.RecorderSwitched{Stamp: cti.Stamp{PBX: leg.ID.PBX, At: time.Now().UTC()}, Leg: leg.ID, Switch: cti.RecorderSounds, Read: true, Write: true}
	if on {
		e.Switch = cti.RecorderSilent
	}
	return s.opts.Tell(ctx, e)
}

// recorded are the living legs that something records, silent or not.
func recorded(call cti.Call) []cti.Leg {
	return slices.DeleteFunc(slices.Clone(call.Legs), func(l cti.Leg) bool { return l.Recording == cti.NotRecorded })
}

func isHeld(call cti.Call) bool {
	return slices.ContainsFunc(call.Talks, func(t cti.Talk) bool { return t.Open() && !t.HeldSince.IsZero() })
}

// Run ends the silences that nobody ends. Those of an earlier run of the daemon are not
// known: once, 90 s after the start, all recordings of calls that were there before it go on.
func (s *Service) Run(ctx context.Context) error {
	began := time.Now()
	inherited := time.NewTimer(mutedFor)
	defer inherited.Stop()
	for {
		var look <-chan time.Time
		s.mu.Lock()
		if len(s.muted) > 0 {
			look = time.After(mutedLook)
		}
		s.mu.Unlock()
		select {
		case <-ctx.Done():
			return nil
		case <-s.wake:
		case <-look:
			s.unmute(ctx)
		case <-inherited.C:
			s.unmuteOlder(ctx, began)
		}
	}
}

// unmute looks at each silent call.
func (s *Service) unmute(ctx context.Context) {
	s.mu.Lock()
	due := maps.Clone(s.muted)
	s.mu.Unlock()
	for id, before := range due {
		now, still := s.goOn(ctx, id, before)
		s.mu.Lock()
		switch {
		case s.muted[id] != before: // somebody has pressed a button meanwhile
		case still:
			s.muted[id] = now
		default:
			delete(s.muted, id)
		}
		s.mu.Unlock()
	}
}

// goOn lets a recording go on when it is time. It is tried again while the PBX cannot be
// asked: a recording must not stay silent.
func (s *Service) goOn(ctx context.Context, id cti.CallID, m muted) (now muted, still bool) {
	call, live := s.opts.Calls.Call(id)
	if !live || call.State == cti.CallEnded {
		return m, false
	}
	why := reason(call, m)
	if why == "" {
		m.held = isHeld(call)
		return m, true
	}
	began := time.Now()
	_, err := s.silence(ctx, call, false)
	_, again := errors.AsType[*cti.UnavailableError](err)
	if !again || !m.waiting {
		s.auditMute(call.ID, m.user, false, why, began, err)
	}
	m.waiting = again
	return m, again
}

func reason(call cti.Call, m muted) string {
	switch {
	case !time.Now().Before(m.until):
		return fmt.Sprintf("after %s", mutedFor)
	case m.held && !isHeld(call):
		return "because the hold is over"
	case len(call.Transfers) > m.transfers:
		return "because of a transfer"
	}
	return ""
}

func (s *Service) unmuteOlder(ctx context.Context, began time.Time) {
	if s.opts.Live == nil {
		return
	}
	for _, call := range s.opts.Live() {
		s.mu.Lock()
		_, known := s.muted[call.ID]
		s.mu.Unlock()
		if known || !call.Started.Before(began) || len(recorded(call)) == 0 {
			continue
		}
		_, _ = s.mute(ctx, call, "", false, "whoever paused it before the restart") // written down there
	}
}
