package control

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"callcard/pkg/cti"
)

// Service acts on calls.
type Service struct {
	opts Options

	mu      sync.Mutex
	dialled map[cti.UserID]dialled
	muted   map[cti.CallID]muted
	wake    chan struct{} // capacity 1: there is a first silent recording; a token more would say nothing new
}

type dialled struct {
	exten string
	at    time.Time
}

// New makes a service.
func New(opts Options) (*Service, error) {
	if err := opts.validate(); err != nil {
		return nil, err
	}
	return &Service{opts: opts.withDefaults(), dialled: map[cti.UserID]dialled{}, muted: map[cti.CallID]muted{}, wake: make(chan struct{}, 1)}, nil
}

// Enabled reports whether anything can be done on any PBX.
func (s *Service) Enabled() bool { return len(s.opts.Lines) > 0 }

func (s *Service) line(pbx string) (Line, error) {
	line, ok := s.opts.Lines[pbx]
	if !ok {
		return Line{}, &cti.UnavailableError{What: "control of PBX " + pbx, Err: errors.New("not configured (pbx[].control)")}
	}
	return line, nil
}

func (s *Service) pbxOf(user cti.User) string {
	if user.PBX != "" {
		return user.PBX
	}
	return s.opts.DefaultPBX
}

// answerOf makes domain errors of what the PBX said.
func answerOf(pbx string, err error) error {
	var unavailable *cti.UnavailableError
	var invalid *cti.InvalidError
	refused, known := errors.AsType[*cti.RefusedError](err)
	switch {
	case err == nil, errors.As(err, &unavailable), errors.As(err, &invalid):
		return err
	case known:
		return &cti.RefusedError{What: "PBX " + pbx, Words: refused.Words, Reason: refused.Reason}
	case errors.Is(err, cti.ErrNotFound):
		return notNow(whyCallChanged, "the call has just changed: "+err.Error())
	}
	return &cti.RefusedError{What: "PBX " + pbx, Words: err.Error()}
}

// audit writes an act and its answer into the call's trace and the log.
func (s *Service) audit(call cti.CallID, user cti.UserID, rule, what string, began time.Time, err error) {
	answer := "done"
	if err != nil {
		answer = err.Error()
	}
	took := time.Since(began).Round(time.Millisecond)
	s.opts.Tracer.Note(call, cti.Decision{
		At: began.UTC(), Stage: "control", Rule: "control." + rule, Agent: string(user),
		Text: fmt.Sprintf("%s: %s, after %s", what, answer, took),
	})
	s.opts.Log.Info("call control", "call", call, "agent", user, "act", rule, "took", took, "err", err)
}
