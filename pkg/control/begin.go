package control

import (
	"context"
	"errors"
	"fmt"
	"time"

	"callcard/pkg/cti"
)

// beginLook is how often a call is looked at whose consultation is about to begin.
const beginLook = 50 * time.Millisecond

// begins waits until the PBX does what it has taken the order for. Atxfer presses the feature code in the agent's name, key by
// key, in time with the sound that his phone sends (main/manager.c, action_atxfer). Where the dialplan gave him no right to
// transfer, or no key goes out because no sound comes in, nothing happens, and the PBX does not say so.
func (s *Service) begins(ctx context.Context, before cti.Call, device cti.Device) error {
	late := time.NewTimer(s.opts.Begin)
	defer late.Stop()
	look := time.NewTicker(beginLook)
	defer look.Stop()
	for {
		if call, ok := s.opts.Calls.Call(before.ID); !ok || begun(before, call, device) {
			return nil
		}
		select {
		case <-look.C:
		case <-late.C:
			return &cti.RefusedError{Reason: whyNotBegun, Words: fmt.Sprintf("it took the transfer but did not begin it within %s: Queue and Dial need the option t for it, and the phone has to send sound", s.opts.Begin)}
		case <-ctx.Done():
			return errors.New("nobody waited for the transfer to begin")
		}
	}
}

// begun tells a consultation that runs, or that ran and is over, from a call where nothing has happened.
func begun(before, now cti.Call, device cti.Device) bool {
	p := partOf(now, device)
	if p.legs == 0 || p.consulting || len(now.Transfers) > len(before.Transfers) {
		return true
	}
	was, _ := before.TalkOf(device)
	is, _ := now.TalkOf(device)
	return is.Held > was.Held || was.HeldSince.IsZero() && !is.HeldSince.IsZero()
}
