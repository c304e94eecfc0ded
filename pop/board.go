package pop

import (
	"slices"
	"strings"
	"sync"
	"time"

	"callcard/pkg/cti"
)

// live is one call on the board. All but linking is under Service.mu.
type live struct {
	call    cti.Call
	id      Identity
	asked   string          // the look-up's key; "" until the client is known
	extra   []cti.Candidate // created or chosen meanwhile: a later answer does not lose them
	cards   map[cti.UserID]*held
	notes   []cti.Note
	result  *cti.CallResult
	judged  bool // its end has told the trace who saw it
	adopted bool // first seen in a snapshot: it may have been linked before

	// linking orders the writes of links; it is taken before Service.mu, never within.
	linking sync.Mutex
}

// held is one user's card of a call.
type held struct {
	card     cti.Card
	rungAt   time.Time
	attempts int
	acks     int // versions a browser said it has painted
	tabs     int // most connections that a version was sent to
	facts    cti.CallFacts
	choice   cti.ScenarioChoice // by those facts
}

// board is what Service.mu guards.
type board struct {
	calls   map[cti.CallID]*live
	aliases map[cti.CallID]cti.CallID
	users   map[cti.UserID]map[*live]struct{}
	asking  map[string]*inquiry
}

func newBoard() board {
	return board{
		calls:   map[cti.CallID]*live{},
		aliases: map[cti.CallID]cti.CallID{},
		users:   map[cti.UserID]map[*live]struct{}{},
		asking:  map[string]*inquiry{},
	}
}

func (b *board) find(id cti.CallID) *live {
	if to, ok := b.aliases[id]; ok {
		id = to
	}
	return b.calls[id]
}

func (b *board) has(id cti.CallID) bool { return b.find(id) != nil }

// enter returns the call's place, made now when it is new.
func (b *board) enter(call cti.Call, adopted bool) *live {
	if l := b.calls[call.ID]; l != nil {
		return l
	}
	l := &live{cards: map[cti.UserID]*held{}, adopted: adopted}
	b.calls[call.ID] = l
	return l
}

// merge moves what the absorbed call had to the one that goes on. A user who had a
// card of both keeps one; its version grows beyond both, so that no browser takes it
// for old.
func (b *board) merge(from cti.CallID, into *live, id cti.CallID) {
	b.aliases[from] = id
	old := b.calls[from]
	if old == nil || old == into {
		return
	}
	delete(b.calls, from)
	for alias, to := range b.aliases {
		if to == from {
			b.aliases[alias] = id
		}
	}
	for user, h := range old.cards {
		b.unseat(user, old)
		b.seat(user, into, oneOf(into.cards[user], h))
	}
	into.extra = append(into.extra, old.extra...)
	into.notes = cti.MergeNotes(into.notes, old.notes)
	into.result = newer(into.result, old.result)
	if into.id.ChosenID == "" && old.call.Client.Number == into.call.Client.Number {
		into.id.ChosenID = old.id.ChosenID
	}
}

// oneOf keeps the card that is on the screen.
func oneOf(mine, other *held) *held {
	if mine == nil {
		return other
	}
	version, acks, tabs := max(mine.card.Version, other.card.Version), max(mine.acks, other.acks), max(mine.tabs, other.tabs)
	if !onScreen(mine.card.State) && onScreen(other.card.State) {
		mine = other
	}
	mine.card.Version, mine.acks, mine.tabs = version, acks, tabs
	return mine
}

func (b *board) seat(user cti.UserID, l *live, h *held) {
	l.cards[user] = h
	if b.users[user] == nil {
		b.users[user] = map[*live]struct{}{}
	}
	b.users[user][l] = struct{}{}
}

func (b *board) unseat(user cti.UserID, l *live) {
	delete(l.cards, user)
	delete(b.users[user], l)
}

// forget drops a call nobody has a card of.
func (b *board) forget(l *live) {
	if len(l.cards) > 0 {
		return
	}
	delete(b.calls, l.call.ID)
	for _, alias := range l.call.Aliases {
		delete(b.aliases, alias)
	}
}

// retire keeps the cards of those who talked for a while, and no others.
func (b *board) retire(l *live, keep int) {
	for user, h := range l.cards {
		if h.card.State != cti.CardEnded {
			b.unseat(user, l)
			continue
		}
		b.trim(user, keep)
	}
	b.forget(l)
}

func (b *board) trim(user cti.UserID, keep int) {
	ended := b.endedOf(user)
	for len(ended) > keep {
		b.unseat(user, ended[0])
		b.forget(ended[0])
		ended = ended[1:]
	}
}

// endedOf lists a user's calls that are over, oldest first.
func (b *board) endedOf(user cti.UserID) []*live {
	var out []*live
	for l := range b.users[user] {
		if l.call.State == cti.CallEnded {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(x, y *live) int {
		if c := x.call.Ended.Compare(y.call.Ended); c != 0 {
			return c
		}
		return strings.Compare(string(x.call.ID), string(y.call.ID))
	})
	return out
}

// expire drops ended calls that are too old to matter.
func (b *board) expire(before time.Time) {
	for _, l := range b.calls {
		if l.call.State != cti.CallEnded || l.call.Ended.After(before) {
			continue
		}
		for user := range l.cards {
			b.unseat(user, l)
		}
		b.forget(l)
	}
}
