package calls

import (
	"callcard/pkg/cti"
)

// step is what an event of a call is about, beside the call itself.
type step struct {
	device cti.Device
	queue  string
	merged cti.CallID
}

// emit makes the next version of the call's document and its event.
func (k *core) emit(c *call, kind cti.CallEventKind, about step) {
	c.doc.Version++
	k.seq++
	event := cti.CallEvent{
		Epoch: k.opts.Epoch, Seq: k.seq, At: k.now, Kind: kind, Call: c.document(),
		Device: about.device, Queue: about.queue, Merged: about.merged,
		Decisions: c.decisions, Received: k.now,
	}
	c.decisions = nil
	k.out = append(k.out, event)
}

// decide records a rule that was applied, for the next event of the call.
func (k *core) decide(c *call, rule, text string, l *leg) {
	d := cti.Decision{At: k.now, Stage: "track", Rule: rule, Text: text}
	if l != nil {
		d.Leg = l.ID.Uniqueid
	}
	c.decisions = append(c.decisions, d)
}

// document is the call as it is published.
func (c *call) document() cti.Call {
	c.doc.State = c.state()
	c.doc.Recording = c.recordingNow()
	c.doc.Offers = c.offers.publish()
	c.doc.Visits = c.visits.publish()
	c.doc.Talks = c.talks.publish()
	c.doc.Linkedids = c.linkedids.publish()
	if c.aliases.len() > 0 {
		c.doc.Aliases = c.aliases.publish()
	}
	if c.transfers.len() > 0 {
		c.doc.Transfers = c.transfers.publish()
	}
	if c.files.len() > 0 {
		c.doc.Files = c.files.publish()
	}
	if c.legsChanged {
		c.doc.Legs = c.liveLegs()
		c.legsChanged = false
	}
	return c.doc
}

func (c *call) liveLegs() []cti.Leg {
	if len(c.legs) == 0 {
		return nil
	}
	legs := make([]cti.Leg, len(c.legs))
	for i, l := range c.legs {
		legs[i] = l.Leg
		if l.bridge != nil {
			legs[i].Bridge = l.bridge.id.name
		}
	}
	return legs
}
