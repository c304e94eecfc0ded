package pop

import (
	"slices"
	"time"

	"callcard/pkg/cti"
)

// ContactChanged puts what is new about a contact on every card where it is a
// candidate or whose client has one of its numbers now. A contact that has lost the
// number is taken off, unless an agent chose it.
func (s *Service) ContactChanged(contact cti.Contact) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.board.calls {
		if !l.takes(contact) {
			continue
		}
		s.note(l.call.ID, decided("identify", "identify.changed", "a contact of this number was changed during the call"))
		s.linkSingle(l)
		s.refresh(l, time.Time{})
	}
}

// takes brings the call's candidates to what the contact is now; false when it has
// nothing to do with the call.
func (l *live) takes(contact cti.Contact) bool {
	same := func(c cti.Candidate) bool { return c.ID == contact.ID && c.Source == contact.Source }
	now := candidate(contact, l.call.Client)
	i := slices.IndexFunc(l.id.Candidates, same)
	if i < 0 {
		if !now.Certain || isInternal(l.call) {
			return false
		}
		l.extra = append(l.extra, now)
		l.id = l.id.with(now)
		return true
	}
	was := l.id.Candidates[i]
	lost := was.Certain && !now.Certain && l.id.ChosenID != contact.ID
	now.LastCall, now.Orders = was.LastCall, was.Orders
	all := slices.Clone(l.id.Candidates)
	all[i] = now
	l.extra = slices.DeleteFunc(slices.Clone(l.extra), same)
	if lost {
		all = slices.Delete(all, i, i+1)
	} else {
		l.extra = append(l.extra, now)
	}
	l.id.Candidates = all
	l.id = l.id.with()
	return true
}

// ContactRemoved takes a contact that was deleted off every card.
func (s *Service) ContactRemoved(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	gone := func(c cti.Candidate) bool { return c.ID == id }
	for _, l := range s.board.calls {
		if !slices.ContainsFunc(l.id.Candidates, gone) {
			continue
		}
		l.extra = slices.DeleteFunc(slices.Clone(l.extra), gone)
		l.id.Candidates = slices.DeleteFunc(slices.Clone(l.id.Candidates), gone)
		if l.id.ChosenID == id {
			l.id.ChosenID = ""
		}
		s.note(l.call.ID, decided("identify", "identify.removed", "a contact of this number was deleted during the call"))
		s.linkSingle(l)
		s.refresh(l, time.Time{})
	}
}
