package calls

import (
	"time"

	"callcard/pkg/cti"
)

// Player runs recorded events through the tracker's core with the time of the
// recording. It belongs to one goroutine.
type Player struct{ core *core }

// NewPlayer begins with no calls.
func NewPlayer(opts Options) *Player { return &Player{core: newCore(opts)} }

// Play takes one event. The result is valid until the next Play or Settle.
func (p *Player) Play(event cti.PBXEvent) []cti.CallEvent { return p.core.apply(event) }

// Settle lets the recording's time pass until every call that can end has ended.
func (p *Player) Settle() []cti.CallEvent {
	return p.core.advance(p.core.now.Add(2*p.core.opts.Settle + visitGrace))
}

// Now is the time of the newest event.
func (p *Player) Now() time.Time { return p.core.now }
