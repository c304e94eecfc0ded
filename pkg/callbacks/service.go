package callbacks

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"callcard/pkg/cti"
)

// Kinds of journal entries that the service wants.
func Kinds() []cti.CallEventKind { return []cti.CallEventKind{cti.CallFinished} }

// Service keeps the callbacks.
type Service struct {
	opts    Options
	plan    plan
	log     *slog.Logger
	moved   chan struct{}
	changed []cti.Callback // by the transaction that is not committed yet
}

// New returns a service to be driven by a journal consumer, by Run and by agents.
func New(opts Options) *Service {
	opts = opts.withDefaults()
	return &Service{
		opts: opts, plan: plan{Rules: opts.Rules, calendar: opts.Calendar, zone: opts.Zone},
		log:   opts.Logger.With("component", "callbacks"),
		moved: make(chan struct{}, 1), // full: Run is going to look anyway
	}
}

// Apply judges calls that have ended.
func (s *Service) Apply(ctx context.Context, entries []cti.JournalEntry) error {
	s.changed = s.changed[:0] // a transaction that failed has changed nothing
	for _, entry := range entries {
		if entry.Event.Kind != cti.CallFinished {
			continue
		}
		if err := s.judge(ctx, entry.Event); err != nil {
			return err
		}
	}
	return nil
}

// Committed publishes what Apply has changed, as it is now: with the name of the contact.
func (s *Service) Committed(ctx context.Context) {
	for _, b := range s.changed {
		if now, err := s.opts.Store.Callback(ctx, b.ID); err == nil {
			b = now
		}
		s.tell(ctx, b)
	}
	s.changed = s.changed[:0]
}

// tell publishes a change and wakes Run, whose next moment may be another now.
func (s *Service) tell(ctx context.Context, b cti.Callback) {
	s.log.InfoContext(ctx, "callback changed", "callback", b.ID, "state", b.State, "client", b.Client.Masked(), "missed", b.Missed)
	s.opts.Publisher.CallbackChanged(ctx, b)
	select {
	case s.moved <- struct{}{}:
	default:
	}
}

func (s *Service) judge(ctx context.Context, e cti.CallEvent) error {
	verdict := Judge(e.Call, s.opts.Rules)
	var text string
	var err error
	switch verdict.Action {
	case Owe:
		text, err = s.owe(ctx, e.Call, &verdict)
	case Settle:
		text, err = s.settle(ctx, e.Call, verdict)
	case Tried:
		text, err = s.tried(ctx, e.Call, verdict)
	default:
		text = reasons(verdict.Rule)
	}
	if err != nil || text == "" {
		return err
	}
	return s.opts.Store.AddDecisions(ctx, e.Call.ID, []cti.Decision{{At: e.At, Stage: stage, Rule: verdict.Rule, Text: text}})
}

const stage = "callback"

func (s *Service) owe(ctx context.Context, c cti.Call, v *Verdict) (text string, err error) {
	// A call that was given up with a lost PBX and found alive again ends twice, the second time maybe after its callback.
	if _, err := s.opts.Store.CallbackOf(ctx, c.ID); !errors.Is(err, cti.ErrNotFound) {
		return "", err
	}
	contact, err := s.opts.Store.LinkOf(ctx, c.ID)
	if err != nil {
		return "", err
	}
	open, err := s.openFor(ctx, v.Number, contact, s.opts.Group(c.PBX, c.DID))
	if err != nil {
		return "", err
	}
	text = "missed again: added to the open callback"
	if open.ID == "" {
		text = "missed: a callback was opened"
	}
	if rule, why, err := s.exempt(ctx, open, c, *v); err != nil || rule != "" {
		v.Rule = rule
		return why, err
	}
	if err := s.dueAtOpening(ctx, c, v); err != nil {
		return "", err
	}
	b := s.plan.owe(open, c, *v)
	if b.Group == "" {
		b.Group = s.opts.Group(c.PBX, c.DID)
	}
	if contact != "" {
		b.ContactID = contact
	}
	if open.ID == "" {
		if b.Previous, err = s.previous(ctx, b); err != nil {
			return "", err
		}
		if b, err = s.assign(ctx, b, c.Ended); err != nil {
			return "", err
		}
	}
	return text, s.save(ctx, b)
}

// openFor finds the open duty of a client: in the group of lines, or a promise that is about none.
func (s *Service) openFor(ctx context.Context, number, contact, group string) (cti.Callback, error) {
	for _, of := range []string{group, ""} {
		b, err := s.opts.Store.OpenCallback(ctx, number, contact, of)
		if err == nil || !errors.Is(err, cti.ErrNotFound) {
			return b, err
		}
	}
	return cti.Callback{}, nil
}

// previous names the duty of the same client that was closed not long ago.
func (s *Service) previous(ctx context.Context, b cti.Callback) (string, error) {
	last, err := s.opts.Store.LastCallback(ctx, b.Client.Number, b.Group, b.Created.Add(-s.opts.Rules.Reopen))
	if err != nil && !errors.Is(err, cti.ErrNotFound) {
		return "", err
	}
	return last.ID, nil
}

func (s *Service) settle(ctx context.Context, c cti.Call, v Verdict) (text string, err error) {
	open, err := s.opts.Store.OpenCallbacks(ctx, v.Number)
	if err != nil {
		return "", err
	}
	contact, err := s.opts.Store.LinkOf(ctx, c.ID)
	if err != nil {
		return "", err
	}
	if contact != "" { // he may have been missed from another of his numbers
		more, err := s.opts.Store.CallbacksOfContact(ctx, contact)
		if err != nil {
			return "", err
		}
		open = append(open, more...)
	}
	return s.each(ctx, open, "talked with the client: the open callback is done",
		func(b cti.Callback) (cti.Callback, bool) { return settled(b, c, v) })
}

func (s *Service) tried(ctx context.Context, c cti.Call, v Verdict) (text string, err error) {
	try := Try{Call: c.ID, Agent: s.caller(c), Outcome: v.Outcome, Began: c.Started.UTC(), Ended: c.Ended.UTC()}
	open, err := s.opts.Store.OpenCallbacks(ctx, v.Number)
	if err != nil {
		return "", err
	}
	return s.each(ctx, open, "the client was called and not reached: "+string(v.Outcome),
		func(b cti.Callback) (cti.Callback, bool) { return s.plan.tried(b, try) })
}

// caller is the agent who placed an outbound call.
func (s *Service) caller(c cti.Call) cti.UserID {
	for _, talk := range c.Talks {
		if talk.User != "" {
			return talk.User
		}
	}
	if c.Initiator == "" {
		return ""
	}
	return s.opts.UserOf(c.PBX, c.Initiator)
}

// each changes the open duties of a client, on whatever line; text is empty when none changed.
func (s *Service) each(ctx context.Context, open []cti.Callback, done string, change func(cti.Callback) (cti.Callback, bool)) (text string, err error) {
	seen := map[string]bool{}
	for _, b := range open {
		if seen[b.ID] {
			continue
		}
		seen[b.ID] = true
		b, changed := change(b)
		if !changed {
			continue
		}
		if err := s.save(ctx, b); err != nil {
			return "", err
		}
		text = done
	}
	return text, nil
}

func (s *Service) save(ctx context.Context, b cti.Callback) error {
	s.changed = slices.DeleteFunc(s.changed, func(c cti.Callback) bool { return c.ID == b.ID }) // one frame is enough
	s.changed = append(s.changed, b)
	return s.opts.Store.SaveCallback(ctx, b, s.plan.wake(b))
}

// reasons for doing nothing that somebody may ask about later.
func reasons(rule string) string {
	switch rule {
	case "callback.no_number":
		return "no callback: the client has no number that one could call"
	case "callback.left_in_ivr":
		return "no callback: the client left before he was offered to anybody"
	case "callback.after_hours":
		return "no callback: the office was closed, and the client asked for none"
	case "callback.short_talk":
		return "no callback: somebody took the call, and it did not last"
	case "callback.hung_up_dialling":
		return "no attempt: the agent hung up before the client could answer"
	}
	return ""
}

// note is one decision for the trace of the duty's newest call.
func (s *Service) note(ctx context.Context, b cti.Callback, by cti.UserID, steps ...step) error {
	if len(b.Calls) == 0 || len(steps) == 0 {
		return nil
	}
	decisions := make([]cti.Decision, len(steps))
	for i, one := range steps {
		decisions[i] = cti.Decision{At: time.Now(), Stage: stage, Rule: one.rule, Text: one.text, Agent: string(by)}
	}
	return s.opts.Store.AddDecisions(ctx, b.Calls[len(b.Calls)-1], decisions)
}
