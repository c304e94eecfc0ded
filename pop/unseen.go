package pop

import (
	"fmt"
	"time"

	"callcard/pkg/cti"
)

// noteUnseen tells at the end of a call why nobody, or not everybody, saw a card of it.
// Called under the lock, before the cards are put away.
func (s *Service) noteUnseen(l *live) {
	if l.judged {
		return
	}
	l.judged = true
	var rung, seen int
	for user, h := range l.cards {
		rung++
		if h.acks > 0 {
			seen++
			continue
		}
		reason, text := unseen(h, l.call.Ended)
		s.metrics.unseen.WithLabelValues(reason).Inc()
		s.note(l.call.ID, agentDecided("shown", "unseen."+reason, text, user))
	}
	switch {
	case seen > 0:
	case rung > 0:
		s.note(l.call.ID, decided("shown", "unseen.nobody", fmt.Sprintf("no browser painted a card of this call; agents who should have seen one: %d", rung)))
	default:
		if text := s.noSeat(l.call); text != "" {
			s.note(l.call.ID, decided("shown", "unseen.no_card", text))
		}
	}
}

// brief is a ring that a browser may not have had the time to paint and tell.
const brief = time.Second

func unseen(h *held, ended time.Time) (reason, text string) {
	until := h.card.EndedAt
	if until.IsZero() {
		until = ended
	}
	onScreen := until.Sub(h.rungAt)
	switch {
	case h.tabs == 0:
		return "offline", "not seen: the agent had no page open while he was rung"
	case onScreen >= 0 && onScreen < brief:
		return "brief", fmt.Sprintf("not seen: the card was gone again after %s", onScreen.Round(time.Millisecond))
	}
	return "not_painted", fmt.Sprintf("not seen: sent to %d connections, and none told that it has painted the card: all its tabs were hidden or asleep, or the ring had expired when one woke up", h.tabs)
}

// noSeat is why a call made no card at all.
func (s *Service) noSeat(call cti.Call) string {
	switch {
	case call.Direction == cti.Internal && len(call.Offers) == 0, call.Direction == cti.Outbound:
		return "" // who dials himself needs no card
	case len(call.Offers) == 0 && len(call.Visits) > 0:
		return "no card: the client waited in a queue, and no phone was rung"
	case len(call.Offers) == 0:
		return "no card: the call was never offered to anybody"
	}
	return "no card: the phones that were rung belong to no user; give users their interface with callcard user"
}
