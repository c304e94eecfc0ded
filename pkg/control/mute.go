package control

import (
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
		return &cti.ConflictError{Why: "the call is over"}
	}
	if s.pbxOf(user) != call.PBX || !partOf(call, user.Device).talking {
		return &cti.ConflictError{Why: "you do not talk in this call"}
	}
	err := s.mute(ctx, call, user.ID, on, "by hand")
	s.mu.Lock()
	defer s.mu.Unlock()
	if on && err == nil {
		s.muted[call.ID] = muted{until: time.Now().Add(mutedFor), user: user.ID, held: isHeld(call), transfers: len(call.Transfers)}
		select {
		case s.wake <- struct{}{}:
		default:
		}
	} else if err == nil {
		delete(s.muted, call.ID)
	}
	return err
}

// mute asks the PBX for each leg that is recorded.
func (s *Service) mute(ctx context.Context, call cti.Call, by cti.UserID, on bool, why string) error {
	rule, what := "recording.resume", "the recording goes on, "+why
	if on {
		rule, what = "recording.pause", "the recording is silent from now on, "+why
	}
	began := time.Now()
	line, err := s.line(call.PBX)
	legs := recorded(call)
	if err == nil && len(legs) == 0 {
		err = &cti.ConflictError{Why: "nothing records this call"}
	}
	for _, leg := range legs {
		if err == nil {
			err = answerOf(call.PBX, line.PBX.MuteRecording(ctx, leg.Name, on))
		}
	}
	s.audit(call.ID, by, rule, what, began, err)
	return err
}

// recorded are the living legs that have a file.
func recorded(call cti.Call) []cti.Leg {
	var legs []cti.Leg
	for _, leg := range call.Legs {
		if slices.ContainsFunc(call.Files, func(f cti.RecordingFile) bool { return f.Leg == leg.ID }) {
			legs = append(legs, leg)
		}
	}
	return legs
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
	for id, m := range due {
		call, live := s.opts.Calls.Call(id)
		why := reason(call, m)
		if live && call.State != cti.CallEnded && why == "" {
			s.keep(id, m, isHeld(call))
			continue
		}
		if live && call.State != cti.CallEnded {
			err := s.mute(ctx, call, m.user, false, why)
			if unavailable := (*cti.UnavailableError)(nil); errors.As(err, &unavailable) {
				continue // tried again: a recording must not stay silent
			}
		}
		s.mu.Lock()
		delete(s.muted, id)
		s.mu.Unlock()
	}
}

// keep notes whether the client is on hold by now.
func (s *Service) keep(id cti.CallID, m muted, held bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now, ok := s.muted[id]; ok && now == m {
		m.held = held
		s.muted[id] = m
	}
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
		_ = s.mute(ctx, call, "", false, "whoever paused it before the restart") // written down there
	}
}
