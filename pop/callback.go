package pop

import (
	"time"

	"callcard/pkg/cti"
)

// CallbackChanged brings the cards of a client up to date with his callback: somebody
// has claimed it, or it is done.
func (s *Service) CallbackChanged(b cti.Callback) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.board.calls {
		client := l.call.Client
		if isInternal(l.call) || firstOf(client.Number, client.Raw) != b.Client.Number || b.Client.Number == "" {
			continue
		}
		known := l.id.Callback
		switch {
		case b.State == cti.CallbackOpen && (known == nil || known.ID == b.ID):
			shown := b.ForCard()
			l.id.Callback = &shown
		case b.State != cti.CallbackOpen && known != nil && known.ID == b.ID:
			l.id.Callback = nil
		default:
			continue
		}
		s.refresh(l, time.Time{})
	}
}
