package callbacks

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"callcard/pkg/cti"
)

// Kinds of journal entries that the service wants.
func Kinds() []cti.CallEventKind { return []cti.CallEventKind{cti.CallFinished} }

// Store of callbacks. All calls join the transaction that ctx carries.
type Store interface {
	OpenCallback(ctx context.Context, number, line string) (cti.Callback, error) // cti.ErrNotFound
	OpenCallbacks(ctx context.Context, number string) ([]cti.Callback, error)
	Callback(ctx context.Context, id string) (cti.Callback, error)
	CallbackOf(ctx context.Context, id cti.CallID) (cti.Callback, error) // that a missed call is part of; cti.ErrNotFound
	SaveCallback(ctx context.Context, b cti.Callback) error
	LinkOf(ctx context.Context, id cti.CallID) (contactID string, err error)
	AddDecisions(ctx context.Context, id cti.CallID, decisions []cti.Decision) error
}

// Publisher tells browsers and others of a change, after it was saved.
type Publisher interface {
	CallbackChanged(ctx context.Context, b cti.Callback)
}

// Options of a Service; all but Rules and Group are needed.
type Options struct {
	Store     Store
	Publisher Publisher
	Rules     Rules
	// Group gives the line group of a number of ours, by which duties are counted; nil:
	// each number is one.
	Group  func(pbx, did string) string
	Logger *slog.Logger
}

// Service keeps the callbacks.
type Service struct {
	opts    Options
	log     *slog.Logger
	changed []cti.Callback // by the transaction that is not committed yet
}

// New returns a service to be driven by a journal consumer.
func New(opts Options) *Service {
	return &Service{opts: opts, log: opts.Logger.With("component", "callbacks")}
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
		s.log.InfoContext(ctx, "callback changed", "callback", b.ID, "state", b.State, "client", b.Client.Masked(), "missed", b.Missed)
		s.opts.Publisher.CallbackChanged(ctx, b)
	}
	s.changed = s.changed[:0]
}

func (s *Service) judge(ctx context.Context, e cti.CallEvent) error {
	verdict := Judge(e.Call, s.opts.Rules)
	var text string
	var err error
	switch verdict.Action {
	case Owe:
		text, err = s.owe(ctx, e.Call, verdict)
	case Settle:
		text, err = s.settle(ctx, e.Call, verdict)
	default:
		text = reasons(verdict.Rule)
	}
	if err != nil || text == "" {
		return err
	}
	return s.opts.Store.AddDecisions(ctx, e.Call.ID, []cti.Decision{{At: e.At, Stage: "callback", Rule: verdict.Rule, Text: text}})
}

func (s *Service) owe(ctx context.Context, c cti.Call, v Verdict) (text string, err error) {
	// A call that was given up with a lost PBX and found alive again ends twice, the second time maybe after its callback.
	if _, err := s.opts.Store.CallbackOf(ctx, c.ID); !errors.Is(err, cti.ErrNotFound) {
		return "", err
	}
	open, err := s.opts.Store.OpenCallback(ctx, v.Number, s.line(c))
	if err != nil && !errors.Is(err, cti.ErrNotFound) {
		return "", err
	}
	text = "missed again: added to the open callback"
	if open.ID == "" {
		text = "missed: a callback was opened"
	}
	b := owe(open, c, v.Number, s.line(c))
	contact, err := s.opts.Store.LinkOf(ctx, c.ID)
	if err != nil {
		return "", err
	}
	if contact != "" {
		b.ContactID = contact
	}
	return text, s.save(ctx, b)
}

// line is the group of the number that was called.
func (s *Service) line(c cti.Call) string {
	if s.opts.Group == nil {
		return c.DID
	}
	return s.opts.Group(c.PBX, c.DID)
}

func (s *Service) settle(ctx context.Context, c cti.Call, v Verdict) (text string, err error) {
	open, err := s.opts.Store.OpenCallbacks(ctx, v.Number)
	if err != nil {
		return "", err
	}
	for _, b := range open {
		b, changed := settled(b, c, v)
		if !changed {
			continue
		}
		if err := s.save(ctx, b); err != nil {
			return "", err
		}
		text = "talked with the client: the open callback is done"
	}
	return text, nil
}

func (s *Service) save(ctx context.Context, b cti.Callback) error {
	s.changed = slices.DeleteFunc(s.changed, func(c cti.Callback) bool { return c.ID == b.ID }) // one frame is enough
	s.changed = append(s.changed, b)
	return s.opts.Store.SaveCallback(ctx, b)
}

// reasons for doing nothing that somebody may ask about later.
func reasons(rule string) string {
	switch rule {
	case "callback.no_number":
		return "no callback: the client has no number that one could call"
	case "callback.left_in_ivr":
		return "no callback: the client left before he was offered to anybody"
	}
	return ""
}
