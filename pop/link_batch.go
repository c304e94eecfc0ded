package pop

import (
	"context"
	"errors"
	"time"

	"callcard/pkg/cti"
)

const (
	// maxLinks in one transaction: others wait for it.
	maxLinks = 256
	// linkEvery is the time between two transactions in a rush: one for each link would
	// cost more than the links do, and look-ups feel each commit, because it empties
	// SQLite's caches. Without a rush a link is made at once: linkCredit is how much
	// unused time counts.
	linkEvery  = 100 * time.Millisecond
	linkCredit = time.Second
)

// wish is a link to be made. It waits for the one goroutine of linkAll, never for a
// worker that look-ups need.
type wish struct {
	of        *live
	contactID string
	pauses    []time.Duration // before the next tries
}

// linkAll makes links until ctx ends, together those that came meanwhile.
func (s *Service) linkAll(ctx context.Context) {
	for turn := time.Now().Add(-linkCredit); ; {
		var batch []wish
		select {
		case <-ctx.Done():
			return
		case w := <-s.links:
			batch = append(batch, w)
		}
		for range min(len(s.links), maxLinks-1) {
			batch = append(batch, <-s.links)
		}
		s.linkBatch(ctx, batch)
		now := time.Now()
		if turn = turn.Add(linkEvery); turn.Before(now.Add(-linkCredit)) {
			turn = now.Add(-linkCredit)
		}
		if turn.After(now) && !pause(ctx, turn.Sub(now)) {
			return
		}
	}
}

// linkBatch holds the calls' locks while it writes, so that an agent's choice, made
// meanwhile or before a restart, is never overwritten. It does not wait for a lock:
// who holds one may himself wait to write.
func (s *Service) linkBatch(ctx context.Context, batch []wish) {
	due := batch[:0]
	held := map[*live]bool{}
	defer func() {
		for l := range held {
			l.linking.Unlock()
		}
	}()
	for _, w := range batch {
		switch {
		case held[w.of]: // the same call twice: in order, in one transaction
		case w.of.linking.TryLock():
			held[w.of] = true
		default:
			s.linkAgain(w, errors.New("its contact is being chosen"))
			continue
		}
		due = append(due, w)
	}
	errs := make([]error, len(due))
	err := s.opts.Links.Together(ctx, func(ctx context.Context) error {
		for i, w := range due {
			errs[i] = s.linkNow(ctx, w)
		}
		return nil
	})
	for i, w := range due {
		if err != nil { // one may have spoilt all
			errs[i] = s.linkNow(ctx, w)
		}
		s.linkDone(ctx, w, errs[i])
	}
}

// errLinked says that there was nothing to do.
var errLinked = errors.New("linked already")

func (s *Service) linkNow(ctx context.Context, w wish) error {
	call, chosen := s.linkState(w.of)
	if chosen != "" {
		return errLinked
	}
	if w.of.adopted {
		if linked, err := s.opts.Links.LinkOf(ctx, call); err == nil && linked != "" {
			return errLinked
		}
	}
	return s.opts.Links.LinkContact(ctx, call, w.contactID, linkedBySystem)
}

func (s *Service) linkDone(ctx context.Context, w wish, err error) {
	switch {
	case errors.Is(err, errLinked):
	case err == nil:
		call, _ := s.linkState(w.of)
		s.note(call, decided("identify", "link.single", "linked to the only certain match"))
	case ctx.Err() == nil:
		s.linkAgain(w, err)
	}
}

// Links keeps which contact a call belongs to; cti.ErrNotFound when there is none.
type Links interface {
	LinkContact(ctx context.Context, call cti.CallID, contactID string, by cti.UserID) error
	LinkOf(ctx context.Context, call cti.CallID) (contactID string, err error)
	// Together makes one transaction of what fn does with the context that it gets.
	Together(ctx context.Context, fn func(context.Context) error) error
}
