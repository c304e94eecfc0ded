package pop

import (
	"context"
	"slices"
	"time"

	"callcard/pkg/cti"
)

// Remarks gives what people noted about a call and what came of it, nil for nothing.
type Remarks interface {
	Kept(ctx context.Context, call cti.CallID) ([]cti.Note, *cti.CallResult, error)
}

// frameNote is a change of one note; it makes no new version of the cards, because a
// note is saved with each pause in typing.
const frameNote = "note.changed"

// NoteChange is the data of a note.changed frame.
type NoteChange struct {
	CallID cti.CallID `json:"call_id"`
	Note   cti.Note   `json:"note"`
}

// NoteSaved shows a saved note on every card of its call, and in all browsers of who
// wrote it. An older version than the known one is no news.
func (s *Service) NoteSaved(call cti.CallID, note cti.Note) {
	s.mu.Lock()
	defer s.mu.Unlock()
	told := map[cti.UserID]bool{note.Agent: true}
	if l := s.board.find(call); l != nil {
		notes, news := withNote(l.notes, note)
		if !news {
			return
		}
		call = l.call.ID
		l.setNotes(notes)
		for user, h := range l.cards {
			told[user] = told[user] || h.card.State != cti.CardWithdrawn
		}
	}
	for user, is := range told {
		if is {
			s.opts.Publisher.Publish(user, frameNote, NoteChange{call, note})
		}
	}
}

// ResultSaved shows what came of a call on its cards.
func (s *Service) ResultSaved(call cti.CallID, result cti.CallResult) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l := s.board.find(call); l != nil {
		l.result = newer(l.result, &result)
		s.refresh(l, time.Time{})
	}
}

// remember asks for what was noted about a call that this run has not seen begin.
func (s *Service) remember(ctx context.Context, l *live) {
	call, _ := s.linkState(l)
	notes, result, err := s.opts.Remarks.Kept(ctx, call)
	if err != nil {
		s.opts.Log.Warn("notes of a call not read", "call", call, "err", err)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	all := l.notes
	for _, note := range notes {
		all, _ = withNote(all, note)
	}
	l.notes, l.result = all, newer(l.result, result)
	s.refresh(l, time.Time{})
}

// withNote is the notes with one of them newer, as a new list.
func withNote(notes []cti.Note, note cti.Note) (all []cti.Note, news bool) {
	all = slices.Clone(notes)
	i := slices.IndexFunc(all, func(n cti.Note) bool { return n.Agent == note.Agent })
	switch {
	case i < 0:
		all = append(all, note)
	case all[i].Version >= note.Version:
		return notes, false
	default:
		all[i] = note
	}
	cti.SortNotes(all)
	return all, true
}

// setNotes changes cards without a new version.
func (l *live) setNotes(notes []cti.Note) {
	l.notes = notes
	for _, h := range l.cards {
		h.card.Notes = written(notes)
	}
}

// written leaves out the notes that were emptied.
func written(notes []cti.Note) []cti.Note {
	return slices.DeleteFunc(append([]cti.Note{}, notes...), func(n cti.Note) bool { return n.Text == "" })
}

// newer is the result that was said last, of what there is.
func newer(a, b *cti.CallResult) *cti.CallResult {
	if a == nil || b != nil && b.At.After(a.At) {
		return b
	}
	return a
}
