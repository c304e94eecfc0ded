package pop

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"callcard/pkg/cti"
)

// maxAcks bounds what one card may add to a trace.
const maxAcks = 20

// CardsOf is what a browser of the user must show now, oldest first: the calls he is
// rung by, dials or talks on, and his last ended ones.
func (s *Service) CardsOf(user cti.UserID) []cti.Card {
	s.mu.Lock()
	defer s.mu.Unlock()
	cards := make([]cti.Card, 0, len(s.board.users[user]))
	for l := range s.board.users[user] {
		h := l.cards[user]
		if h.card.State == cti.CardWithdrawn {
			continue
		}
		card := h.card
		card.LateJoin = h.acks == 0 && (card.State == cti.CardAccepted || card.State == cti.CardDialing)
		cards = append(cards, card)
	}
	slices.SortFunc(cards, func(a, b cti.Card) int {
		if c := a.OfferedAt.Compare(b.OfferedAt); c != 0 {
			return c
		}
		return strings.Compare(string(a.CallID), string(b.CallID))
	})
	return cards
}

// Shown takes a browser's word that it has painted a version of a card.
func (s *Service) Shown(ack cti.Shown) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.board.find(ack.CallID)
	if l == nil {
		return
	}
	h := l.cards[ack.User]
	if h == nil || ack.CardVersion > h.card.Version || h.acks >= maxAcks {
		return
	}
	h.acks++
	late := ack.Received.Sub(h.rungAt)
	if h.acks == 1 && late >= 0 && late < s.opts.RingLimit {
		s.metrics.ringToShown.Observe(late.Seconds())
	}
	text := fmt.Sprintf("version %d painted, heard %s after the ring, tab %s", ack.CardVersion, late.Round(time.Millisecond), ack.Tab)
	s.note(l.call.ID, agentDecided("shown", "shown.ack", text, ack.User))
}

func (s *Service) noteCard(kind string, card cti.Card) (tabs int) {
	text := fmt.Sprintf("version %d: %s, match %s, %d candidates, look-up %s", card.Version, card.State, card.Match, len(card.Candidates), card.Lookup)
	if card.Reason != "" {
		text += ", " + card.Reason
	}
	s.note(card.CallID, agentDecided("card", kind, text, card.Agent))
	tabs = s.opts.Publisher.Tabs(card.Agent)
	text = fmt.Sprintf("version %d sent to %d connections", card.Version, tabs)
	s.note(card.CallID, agentDecided("push", "push.sent", text, card.Agent))
	return tabs
}

func (s *Service) note(call cti.CallID, d cti.Decision) { s.opts.Tracer.Note(call, d) }

func agentDecided(stage, rule, text string, agent cti.UserID) cti.Decision {
	d := decided(stage, rule, text)
	d.Agent = string(agent)
	return d
}
