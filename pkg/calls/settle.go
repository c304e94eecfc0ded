package calls

import (
	"time"

	"callcard/pkg/cti"
)

// settle starts the wait of a call whose last leg is gone.
func (k *core) settle(c *call) {
	if c.alive() || c.ended || !c.settleAt.IsZero() {
		return
	}
	c.settleAt = k.now.Add(k.opts.Settle)
	k.wake(c, k.opts.Settle)
}

func (k *core) ripenSettle(c *call) {
	if !c.settleAt.IsZero() && !k.now.Before(c.settleAt) && !c.alive() {
		k.finish(c)
	}
}

// finish ends a call for good: the one terminal event of its life.
func (k *core) finish(c *call) {
	k.closeLeftovers(c)
	c.ended = true
	c.doc.Ended = c.lastEnd
	if !c.endSeen {
		c.doc.Certainty = cti.Unknown
	}
	c.doc.Outcome = c.outcome()
	if c.doc.Direction == cti.Outbound && c.doc.Outcome != cti.OutcomeAnswered {
		c.doc.Cause = c.sent.cause
	}
	c.doc.Missed = c.doc.Direction == cti.Inbound && c.doc.Outcome != cti.OutcomeAnswered
	k.decide(c, "outcome."+string(c.doc.Outcome), "decided once, after the last leg", nil)
	k.emit(c, cti.CallFinished, step{})
	k.unlist(c)
}

// closeLeftovers ends what a call without legs may still hold: announcers that never
// hung up, visits and offers whose events were lost.
func (k *core) closeLeftovers(c *call) {
	for _, l := range c.legs {
		k.forget(l)
		k.leaveBridge(l)
	}
	c.legs, c.legsChanged = nil, true
	for _, s := range c.stays {
		if !s.over {
			k.endStay(s, cti.VisitAbandoned, "the call ended")
		}
	}
	for _, r := range c.rings {
		if r.offer().Open() {
			k.closeRing(r, verdict{result: cti.OfferWithdrawn, reason: "caller_left"})
		}
	}
	for _, t := range c.chats {
		if !t.over {
			k.endTalk(c, t, "unknown")
		}
	}
}

// unlist forgets the call; its ids stay known for a while so that nothing late can
// begin it anew.
func (k *core) unlist(c *call) {
	for _, linkedid := range c.linkedids.items {
		if key := (pbxKey{c.doc.PBX, linkedid}); k.linked[key] == c {
			delete(k.linked, key)
		}
	}
	for _, id := range append(c.aliases.items[:c.aliases.len():c.aliases.len()], c.doc.ID) {
		delete(k.ids, id)
		k.gone.add(id, k.now)
	}
	c.settleAt = time.Time{}
}
