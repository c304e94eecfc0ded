package pop

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"callcard/pkg/cti"
)

// inquiry asks about one number once for all calls that want to know it.
type inquiry struct {
	key     string
	client  cti.Phone
	pbx     string
	did     string
	since   time.Time
	waiting []*live
}

// answer is what an inquiry brought.
type answer struct {
	candidates []cti.Candidate
	history    []cti.PastCall
	callback   *cti.CardCallback
	today      []cti.CallID
	usually    *cti.Usually
	people     []cti.Contact
	err        error // of the directory
	took       time.Duration
}

// identify starts the look-up as soon as the client's number is known, which is before
// any phone rings; called under the lock.
func (s *Service) identify(l *live, kind cti.CallEventKind) {
	client := l.call.Client
	switch {
	case l.call.State == cti.CallEnded && len(l.cards) == 0:
		return
	case isInternal(l.call) || client.Kind == cti.NumberAnonymous:
		l.asked, l.id.Lookup = "", lookupDone
		return
	case client.Number == "" && client.Raw == "":
		if l.id.Lookup == "" {
			l.id.Lookup = lookupPending
		}
		return
	}
	key := client.Number + "|" + client.Raw + "|" + l.call.PBX + "|" + l.call.DID
	again := l.id.Lookup == lookupFailed && (kind == cti.OfferStarted || kind == cti.TalkStarted)
	if l.asked == key && !again {
		return
	}
	l.asked = key
	s.ask(l, key)
}

func (s *Service) ask(l *live, key string) {
	l.id.Lookup = lookupPending
	if q := s.board.asking[key]; q != nil {
		q.waiting = append(q.waiting, l)
		return
	}
	q := &inquiry{key: key, client: l.call.Client, pbx: l.call.PBX, did: l.call.DID, since: time.Now(), waiting: []*live{l}}
	if !s.submit(func(ctx context.Context) { s.answer(q, s.inquire(ctx, q)) }) {
		l.id.Lookup = lookupFailed
		s.metrics.lookups.WithLabelValues("refused").Inc()
		s.note(l.call.ID, decided("identify", "identify.busy", "too many look-ups wait, the directory was not asked"))
		return
	}
	s.board.asking[key] = q
}

// inquire runs on a worker. The questions are asked side by side, and then those that
// follow from their answers, within one deadline that began when the inquiry did. Only
// the directory's failure is one of the look-up.
func (s *Service) inquire(ctx context.Context, q *inquiry) answer {
	ctx, cancel := context.WithDeadline(ctx, q.since.Add(s.opts.LookupTimeout))
	defer cancel()
	var (
		a     answer
		group sync.WaitGroup
	)
	number := firstOf(q.client.Number, q.client.Raw)
	group.Go(func() { a.candidates, a.err = s.opts.Directory.LookupPhone(ctx, q.client) })
	group.Go(func() {
		var err error
		if a.history, err = s.opts.History.PastCalls(ctx, number, s.opts.HistoryLimit+1); err != nil {
			s.opts.Log.Warn("earlier calls not read", "err", err)
		}
		if a.today, err = s.opts.History.CallsSince(ctx, number, midnight(time.Now())); err != nil {
			s.opts.Log.Warn("calls of today not read", "err", err)
		}
	})
	group.Go(func() {
		b, err := s.opts.Callbacks.OpenCallback(ctx, number, q.pbx, q.did)
		if err != nil && !errors.Is(err, cti.ErrNotFound) {
			s.opts.Log.Warn("open callback not read", "err", err)
		}
		if b.ID != "" {
			a.callback = &b
		}
	})
	group.Wait()
	s.inquireMore(ctx, number, &a)
	a.took = time.Since(q.since)
	return a
}

// inquireMore asks for the people of a company, and for earlier choices where there is
// something to choose.
func (s *Service) inquireMore(ctx context.Context, number string, a *answer) {
	id := Identity{}.with(a.candidates...)
	var err error
	switch {
	case a.err != nil:
	case id.switchboard():
		if a.people, err = s.opts.Contacts.People(ctx, id.Candidates[0].ID); err != nil {
			s.opts.Log.Warn("people of a company not read", "err", err)
		}
	case id.certain() != 1:
		if a.usually, err = s.opts.History.Usually(ctx, number); err != nil {
			s.opts.Log.Warn("earlier choices not read", "err", err)
		}
	}
}

// midnight is when the day of the office began; "today" is the daemon's own day.
func midnight(now time.Time) time.Time {
	return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
}

func (s *Service) answer(q *inquiry, a answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.board.asking, q.key)
	s.metrics.lookupTime.Observe(a.took.Seconds())
	s.metrics.lookups.WithLabelValues(resultWord(a)).Inc()
	if a.err != nil {
		s.opts.Log.Warn("client not looked up", "err", a.err)
	}
	for _, l := range q.waiting {
		if l.asked == q.key && s.board.find(l.call.ID) == l {
			s.identified(l, a)
		}
	}
}

func (s *Service) identified(l *live, a answer) {
	id := Identity{
		Lookup: lookupDone, History: a.history, Callback: a.callback, ChosenID: l.id.ChosenID,
		Usually: a.usually, People: a.people, Today: a.today,
	}
	if a.err != nil {
		id.Lookup = lookupFailed
	}
	l.id = id.with(a.candidates...).with(l.extra...)
	if len(l.id.History) > s.opts.HistoryLimit {
		// One more was asked for, because the present call may be among them.
		l.id.History = pastWithout(l.id.History, l.call)
		l.id.History = l.id.History[:min(len(l.id.History), s.opts.HistoryLimit)]
	}
	s.note(l.call.ID, decided("identify", "identify."+resultWord(a), wordsOf(a)))
	s.linkSingle(l)
	s.refresh(l, time.Time{})
}

func resultWord(a answer) string {
	switch {
	case errors.Is(a.err, context.DeadlineExceeded):
		return "timeout"
	case a.err != nil:
		return "failed"
	case len(a.candidates) == 0:
		return "nobody"
	}
	return "found"
}

func wordsOf(a answer) string {
	took := a.took.Round(time.Microsecond * 10)
	if a.err != nil {
		return fmt.Sprintf("the directory did not answer within %s: %v", took, a.err)
	}
	certain := Identity{Candidates: a.candidates}.certain()
	return fmt.Sprintf("the directory answered in %s: %d certain, %d maybe; %d earlier calls", took, certain, len(a.candidates)-certain, len(a.history))
}
