package pop

import (
	"context"
	"errors"
	"fmt"
	"time"

	"callcard/pkg/cti"
)

// linkedBySystem is the user under whom a single certain match is linked.
const linkedBySystem cti.UserID = "system"

// The call is written to the store by another part of the daemon, a little later than
// it is known here: a link that finds no call yet is tried again after these pauses.
func linkPauses() []time.Duration {
	return []time.Duration{100 * time.Millisecond, 400 * time.Millisecond, 2 * time.Second, 10 * time.Second, time.Minute}
}

// linkSingle links a call whose client is beyond doubt; called under the lock.
func (s *Service) linkSingle(l *live) {
	contactID, ok := l.id.single(l.call)
	if !ok || l.id.ChosenID != "" {
		return
	}
	s.linkLater(l, contactID, linkPauses())
}

func (s *Service) linkLater(l *live, contactID string, pauses []time.Duration) {
	w := wish{l, contactID, pauses}
	select {
	case s.links <- w:
	default:
		s.linkAgain(w, errors.New("too many links wait"))
	}
}

func (s *Service) linkAgain(w wish, err error) {
	if len(w.pauses) == 0 {
		call, _ := s.linkState(w.of)
		s.opts.Log.Error("call not linked to its contact", "call", call, "err", err)
		s.note(call, decided("identify", "link.failed", "the call was not linked to the only match: "+err.Error()))
		return
	}
	time.AfterFunc(w.pauses[0], func() { s.linkLater(w.of, w.contactID, w.pauses[1:]) })
}

func (s *Service) linkState(l *live) (call cti.CallID, chosen string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return l.call.ID, l.id.ChosenID
}

// recall finds out whether a call that was going on before this run has been linked.
func (s *Service) recall(ctx context.Context, l *live) {
	l.linking.Lock()
	defer l.linking.Unlock()
	call, chosen := s.linkState(l)
	if chosen != "" {
		return
	}
	contactID, err := s.opts.Links.LinkOf(ctx, call)
	if err != nil || contactID == "" {
		return
	}
	contact, err := s.opts.Contacts.Contact(ctx, contactID)
	if err != nil {
		s.opts.Log.Warn("linked contact not read", "call", call, "err", err)
		return
	}
	s.chosen(l, contact)
}

// Choose says which contact the client of a call is. It is shown on every card of the
// call, also on those that open later, and may be changed by another choice. It fails
// with ErrNotFound when the call is not on the board (ended long ago: the archive
// answers then) or the contact does not exist, with ErrForbidden when the user is an
// agent without a card of the call.
func (s *Service) Choose(ctx context.Context, id cti.CallID, contactID string, by cti.User) error {
	l, err := s.mayChoose(id, by)
	if err != nil {
		return err
	}
	contact, err := s.opts.Contacts.Contact(ctx, contactID)
	if err != nil {
		return fmt.Errorf("choose contact: %w", err)
	}
	l.linking.Lock()
	defer l.linking.Unlock()
	call, _ := s.linkState(l)
	if err := s.linkPatiently(ctx, call, contactID, by.ID); err != nil {
		return fmt.Errorf("link call to contact: %w", err)
	}
	s.chosen(l, contact)
	s.note(call, agentDecided("identify", "link.chosen", "the contact was chosen by hand", by.ID))
	return nil
}

// linkPatiently gives a call of this second the time to be stored.
func (s *Service) linkPatiently(ctx context.Context, call cti.CallID, contactID string, by cti.UserID) error {
	var err error
	for _, wait := range linkPauses()[:3] {
		err = s.opts.Links.LinkContact(ctx, call, contactID, by)
		if !errors.Is(err, cti.ErrNotFound) || !pause(ctx, wait) {
			return err
		}
	}
	return err
}

func (s *Service) mayChoose(id cti.CallID, by cti.User) (*live, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.board.find(id)
	if l == nil {
		return nil, fmt.Errorf("call %s: %w", id, cti.ErrNotFound)
	}
	h := l.cards[by.ID]
	if !by.SeesAll() && (h == nil || h.card.State == cti.CardWithdrawn) {
		return nil, fmt.Errorf("call %s has no card of %s: %w", id, by.ID, cti.ErrForbidden)
	}
	return l, nil
}

func (s *Service) chosen(l *live, contact cti.Contact) {
	s.mu.Lock()
	defer s.mu.Unlock()
	picked := candidate(contact, l.call.Client)
	l.extra = append(l.extra, picked)
	l.id = l.id.with(picked)
	l.id.ChosenID = contact.ID
	s.refresh(l, time.Time{})
}

// ContactCreated puts a new contact on every card of a client with one of its numbers.
func (s *Service) ContactCreated(contact cti.Contact) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.board.calls {
		c := candidate(contact, l.call.Client)
		if !c.Certain || isInternal(l.call) {
			continue
		}
		l.extra = append(l.extra, c)
		l.id = l.id.with(c)
		s.note(l.call.ID, decided("identify", "identify.created", "a contact with this number was created during the call"))
		s.linkSingle(l)
		s.refresh(l, time.Time{})
	}
}
