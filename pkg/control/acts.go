package control

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"callcard/pkg/cti"
)

// Causes of Q.850 (table 1) for what a person does.
const (
	causeNormal   = 16
	causeRejected = 21
)

// Events that phones understand in a NOTIFY within the dialog (BroadWorks SIP Access
// Side Extensions, "Remote Control Talk" and "Hold"): talk answers or resumes.
const (
	eventTalk = "talk"
	eventHold = "hold"
)

// act is one thing to do with the own leg of a call.
type act struct {
	name string // of the rule in the trace
	is   cti.Act
	what func(p part) string
	do   func(ctx context.Context, line Line, p part) error
}

// Hangup ends the user's own leg; a ringing phone declines.
func (s *Service) Hangup(ctx context.Context, user cti.User, id cti.CallID) error {
	return s.perform(ctx, user, id, act{
		name: "hangup", is: cti.ActHangup,
		what: func(p part) string { return "hangs up " + p.leg.Name },
		do: func(ctx context.Context, line Line, p part) error {
			cause := causeNormal
			if p.ringing {
				cause = causeRejected
			}
			return line.PBX.Hangup(ctx, p.leg.Name, cause)
		},
	})
}

// Answer lets the user's phone pick up.
func (s *Service) Answer(ctx context.Context, user cti.User, id cti.CallID) error {
	return s.perform(ctx, user, id, act{
		name: "answer", is: cti.ActAnswer,
		what: func(p part) string { return "tells the phone of " + p.leg.Name + ": " + eventTalk },
		do:   answerWhenRung,
	})
}

const (
	rungWithin = time.Second // a phone takes so long at most to say that it rings
	rungLook   = 50 * time.Millisecond
)

// answerWhenRung asks again for a moment: the card is there before the phone has said that
// it rings, and until then PJSIPNotify does not find the channel (there is no dialog yet).
func answerWhenRung(ctx context.Context, line Line, p part) error {
	enough := time.NewTimer(rungWithin)
	defer enough.Stop()
	again := time.NewTicker(rungLook)
	defer again.Stop()
	for {
		err := line.PBX.PhoneEvent(ctx, p.leg.Name, eventTalk)
		if !errors.Is(err, cti.ErrNotFound) {
			return err
		}
		select {
		case <-again.C:
		case <-enough.C:
			return err
		case <-ctx.Done():
			return err
		}
	}
}

// Hold lets the user's phone put the client on hold.
func (s *Service) Hold(ctx context.Context, user cti.User, id cti.CallID) error {
	return s.tell(ctx, user, id, "hold", cti.ActHold, eventHold)
}

// Resume takes the client back from hold.
func (s *Service) Resume(ctx context.Context, user cti.User, id cti.CallID) error {
	return s.tell(ctx, user, id, "resume", cti.ActResume, eventTalk)
}

func (s *Service) tell(ctx context.Context, user cti.User, id cti.CallID, name string, is cti.Act, event string) error {
	return s.perform(ctx, user, id, act{
		name: name, is: is,
		what: func(p part) string { return "tells the phone of " + p.leg.Name + ": " + event },
		do:   func(ctx context.Context, line Line, p part) error { return line.PBX.PhoneEvent(ctx, p.leg.Name, event) },
	})
}

// Kinds of transfer.
const (
	Blind    = "blind"
	Attended = "attended"
)

// Transfer hands the client over to a number, at once or after a word with whoever
// answers there. An attended one is done when the consultation has begun.
func (s *Service) Transfer(ctx context.Context, user cti.User, id cti.CallID, to, kind string) error {
	if kind != Blind && kind != Attended {
		return &cti.InvalidError{Field: "kind", Got: kind, Want: "blind or attended"}
	}
	var exten string
	return s.perform(ctx, user, id, act{
		name: "transfer." + kind, is: cti.ActTransfer,
		what: func(p part) string { return p.leg.Name + " transfers to " + cti.MaskNumber(exten) },
		do: func(ctx context.Context, line Line, p part) (err error) {
			if exten, err = dialable(s.opts.Numbers, line.Format, "to", to); err != nil {
				return err
			}
			if exten == user.Extension {
				return &cti.InvalidError{Field: "to", Got: to, Want: "somebody else's number than your own"}
			}
			if kind == Blind {
				return line.PBX.BlindTransfer(ctx, p.leg.Name, line.Context, exten)
			}
			before, _ := s.opts.Calls.Call(id)
			if err := line.PBX.AttendedTransfer(ctx, p.leg.Name, line.Context, exten); err != nil {
				return err
			}
			return s.begins(ctx, before, p.leg.Device)
		},
	})
}

// CompleteTransfer lets the user leave: the client stays with who was asked. That is
// what hanging up means during a consultation (bridge_basic.c, the attended transfer's
// state machine), also while the other one still rings.
func (s *Service) CompleteTransfer(ctx context.Context, user cti.User, id cti.CallID) error {
	return s.perform(ctx, user, id, act{
		name: "transfer.complete", is: cti.ActCompleteTransfer,
		what: func(p part) string { return p.leg.Name + " leaves the client to who was asked" },
		do: func(ctx context.Context, line Line, p part) error {
			return line.PBX.Hangup(ctx, p.leg.Name, causeNormal)
		},
	})
}

// CancelTransfer brings the user back to the client.
func (s *Service) CancelTransfer(ctx context.Context, user cti.User, id cti.CallID) error {
	return s.perform(ctx, user, id, act{
		name: "transfer.cancel", is: cti.ActCancelTransfer,
		what: func(p part) string { return p.leg.Name + " goes back to the client" },
		do:   func(ctx context.Context, line Line, p part) error { return line.PBX.CancelTransfer(ctx, p.leg.Name) },
	})
}

// perform checks the act against the call as it is now, does it and writes it down. An
// act that was not possible is written down too: it was tried.
func (s *Service) perform(ctx context.Context, user cti.User, id cti.CallID, a act) error {
	call, ok := s.opts.Calls.Call(id)
	if !ok || call.State == cti.CallEnded {
		return notNow(whyCallOver, "the call is over")
	}
	line, err := s.line(call.PBX)
	if err != nil {
		return err
	}
	began := time.Now()
	p := part{}
	if s.pbxOf(user) == call.PBX {
		p = partOf(call, user.Device)
	}
	if err = possible(p, line, a.is); err == nil {
		err = answerOf(call.PBX, a.do(ctx, line, p))
	}
	s.audit(call.ID, user.ID, a.name, a.what(p), began, err)
	return err
}

func possible(p part, line Line, is cti.Act) error {
	may := p.can(line.PhoneEvents)
	switch {
	case slices.Contains(may, is):
		return nil
	case p.legs == 0:
		return notNow(whyNotInCall, "your phone is not in this call")
	case !line.PhoneEvents && slices.Contains([]cti.Act{cti.ActAnswer, cti.ActHold, cti.ActResume}, is):
		return notNow(whyKeysOnly, "the phones of this office do that by their own keys only (pbx[].control.phone_events)")
	}
	return notNow(whyNotPossible, fmt.Sprintf("%s is not possible now, only %v", is, may))
}
