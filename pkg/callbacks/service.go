package callbacks

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"callcard/pkg/cti"
)

// Kinds of journal entries that the service wants.
func Kinds() []cti.CallEventKind { return []cti.CallEventKind{cti.CallFinished, cti.CallCorrected} }

// Service keeps the callbacks.
type Service struct {
	opts    Options
	plan    plan
	log     *slog.Logger
	moved   chan struct{}
	metrics *metrics

	mu   sync.Mutex
	lost map[cti.CallID]time.Time // calls that never began and whose tries go on

	changed []change // by the journal's transaction that is not committed yet
}

// change is a duty before and after; before is empty for a new one.
type change struct{ before, after cti.Callback }

// New returns a service to be driven by a journal consumer, by Run and by agents.
func New(opts Options) *Service {
	opts = opts.withDefaults()
	return &Service{
		opts: opts, plan: newPlan(opts),
		log:     opts.Logger.With("component", "callbacks"),
		moved:   make(chan struct{}, 1), // full: Run is going to look anyway
		metrics: newMetrics(),
		lost:    map[cti.CallID]time.Time{},
	}
}

func newPlan(opts Options) plan {
	p := plan{Rules: opts.Rules, calendar: opts.Calendar, calendars: maps.Clone(opts.Calendars), zone: opts.Zone}
	if p.calendars == nil {
		p.calendars = map[string]Calendar{}
	}
	p.calendars[""] = opts.Calendar
	return p
}

// Apply judges calls that have ended, and once more those that were otherwise.
func (s *Service) Apply(ctx context.Context, entries []cti.JournalEntry) error {
	s.changed = s.changed[:0] // a transaction that failed has changed nothing
	for _, entry := range entries {
		if !slices.Contains(Kinds(), entry.Event.Kind) {
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
	for _, one := range s.changed {
		if now, err := s.opts.Store.Callback(ctx, one.after.ID); err == nil {
			one.after = now
		}
		s.tell(ctx, one)
	}
	s.changed = s.changed[:0]
}

// tell counts and publishes a change and wakes Run, whose next moment may be another now.
func (s *Service) tell(ctx context.Context, one change) {
	b := one.after
	s.metrics.count(one, s.plan.by(b.Calendar).calendar.Between)
	s.log.InfoContext(ctx, "callback changed", "callback", b.ID, "state", b.State, "client", b.Client.Masked(), "missed", b.Missed)
	s.opts.Publisher.CallbackChanged(ctx, b)
	s.Look()
}

func (s *Service) judge(ctx context.Context, e cti.CallEvent) error {
	verdict := s.verdict(e.Call)
	if e.Kind == cti.CallCorrected {
		if err := s.takeBack(ctx, e.Call, verdict); err != nil {
			return err
		}
	}
	var text string
	var err error
	switch verdict.Action {
	case Owe:
		text, err = s.owe(ctx, e.Call, &verdict)
	case Settle:
		text, err = s.settle(ctx, e.Call, verdict)
	case Tried:
		text, err = s.tried(ctx, e.Call, verdict)
	case Unrung:
		text, err = s.unrung(ctx, e.Call)
	default:
		text = reasons(verdict.Rule)
	}
	if err != nil || text == "" {
		return err
	}
	return s.opts.Store.AddDecisions(ctx, e.Call.ID, []cti.Decision{{At: e.At, Stage: Stage, Rule: verdict.Rule, Text: text}})
}

// verdict on a call by the hours of its line.
func (s *Service) verdict(c cti.Call) Verdict {
	hours := s.plan.by(s.opts.CalendarOf(c.PBX, c.DID)).calendar
	return Judge(c, s.opts.Rules, !hours.Open(c.Started))
}

// Stage of all decisions about duties.
const Stage = "callback"

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
	if open, err = s.unlessReached(ctx, c, *v, open); err != nil {
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
	calendar := open.Calendar
	if open.Line == "" {
		calendar = s.opts.CalendarOf(c.PBX, c.DID)
	}
	plan := s.plan.by(calendar)
	if err := s.dueAtOpening(ctx, plan.calendar, c, v); err != nil {
		return "", err
	}
	b := plan.owe(open, c, *v)
	b.Calendar = calendar
	if text, b, err = s.reachedSince(ctx, c, b, text); err != nil {
		return "", err
	}
	if b.Group == "" {
		b.Group = s.opts.Group(c.PBX, c.DID)
	}
	if contact != "" {
		b.ContactID = contact
	}
	if open.ID == "" {
		if b.ID, err = s.freeID(ctx, b.ID); err != nil {
			return "", err
		}
		if b.Previous, err = s.previous(ctx, b); err != nil {
			return "", err
		}
		if b, err = s.assign(ctx, plan.calendar, b, c.Ended); err != nil {
			return "", err
		}
	}
	return text, s.save(ctx, open, b)
}

// longestCall bounds how far before a missed call one may have begun that ended after it.
const longestCall = 4 * time.Hour

// reachedSince closes the duty of a call that is judged late, after the client was talked
// with: what is repaired from the PBX's own log after a downtime comes in any order.
func (s *Service) reachedSince(ctx context.Context, c cti.Call, b cti.Callback, text string) (string, cti.Callback, error) {
	calls, err := s.opts.Store.EndedCalls(ctx, b.Client.Number, c.Started.Add(-longestCall))
	if err != nil {
		return "", b, err
	}
	for _, later := range calls {
		v := Judge(later, s.opts.Rules, false)
		if v.Action != Settle || !v.Last.After(c.Ended) {
			continue
		}
		if now, changed := settled(b, later, v); changed && now.State != cti.CallbackOpen {
			return "missed, and talked with since: the callback was opened and is done", now, nil
		}
	}
	return text, b, nil
}

// unlessReached is the open duty that a call adds to: none when it is judged late, and the
// client was talked with before that duty began.
func (s *Service) unlessReached(ctx context.Context, c cti.Call, v Verdict, open cti.Callback) (cti.Callback, error) {
	if open.ID == "" || !c.Started.Before(open.FirstMissed) {
		return open, nil
	}
	_, alone, err := s.reachedSince(ctx, c, begin(c, v), "")
	if err != nil || alone.State == cti.CallbackOpen {
		return open, err
	}
	return cti.Callback{}, nil
}

// freeID is the id of a new duty, made from that of its first call. It may be taken when the
// call was missed, then not, and then missed after all.
func (s *Service) freeID(ctx context.Context, id string) (string, error) {
	for {
		_, err := s.opts.Store.Callback(ctx, id)
		if errors.Is(err, cti.ErrNotFound) {
			return id, nil
		}
		if err != nil {
			return "", err
		}
		id = uuid.NewSHA1(uuid.NameSpaceURL, []byte("callcard:callback:"+id)).String()
	}
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
	open, err := s.openOf(ctx, c, v)
	if err != nil {
		return "", err
	}
	return s.each(ctx, open, "talked with the client: the open callback is done",
		func(b cti.Callback) (cti.Callback, bool) { return settled(b, c, v) })
}

// openOf are the open duties of the client of a call: he may have been missed from another
// of his numbers.
func (s *Service) openOf(ctx context.Context, c cti.Call, v Verdict) ([]cti.Callback, error) {
	open, err := s.opts.Store.OpenCallbacks(ctx, v.Number)
	if err != nil {
		return nil, err
	}
	contact, err := s.opts.Store.LinkOf(ctx, c.ID)
	if err != nil || contact == "" {
		return open, err
	}
	more, err := s.opts.Store.CallbacksOfContact(ctx, contact)
	for _, b := range more {
		if !slices.ContainsFunc(open, func(o cti.Callback) bool { return o.ID == b.ID }) {
			open = append(open, b)
		}
	}
	return open, err
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

// unrung is of a call that ended before the client was called.
func (s *Service) unrung(ctx context.Context, c cti.Call) (text string, err error) {
	b, err := s.opts.Store.CallbackOfAttempt(ctx, c.ID)
	if errors.Is(err, cti.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return s.each(ctx, []cti.Callback{b}, "the client was not called: the agent's own phone was not answered",
		func(b cti.Callback) (cti.Callback, bool) { return unrung(b, c.ID) })
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
		now, changed := change(b)
		if !changed {
			continue
		}
		if err := s.save(ctx, b, now); err != nil {
			return "", err
		}
		text = done
	}
	return text, nil
}

// save is for the journal's transaction: what it changed is told when it is committed.
func (s *Service) save(ctx context.Context, before, b cti.Callback) error {
	all, err := s.unite(ctx, change{before, b})
	if err != nil {
		return err
	}
	for _, one := range all {
		if i := slices.IndexFunc(s.changed, func(c change) bool { return c.after.ID == one.after.ID }); i >= 0 {
			one.before = s.changed[i].before // one frame is enough
			s.changed = slices.Delete(s.changed, i, i+1)
		}
		s.changed = append(s.changed, one)
	}
	return nil
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

// TraceID is where decisions about a duty stand that no call has led to: a promise.
func TraceID(callback string) cti.CallID { return cti.CallID("callback:" + callback) }

// note is one decision for the trace of the duty's newest call, else for the duty's own.
func (s *Service) note(ctx context.Context, b cti.Callback, by cti.UserID, steps ...step) error {
	if len(steps) == 0 {
		return nil
	}
	id := TraceID(b.ID)
	if n := len(b.Calls); n > 0 {
		id = b.Calls[n-1]
	}
	decisions := make([]cti.Decision, len(steps))
	for i, one := range steps {
		decisions[i] = cti.Decision{At: time.Now(), Stage: Stage, Rule: one.rule, Text: one.text, Agent: string(by)}
	}
	return s.opts.Store.AddDecisions(ctx, id, decisions)
}
