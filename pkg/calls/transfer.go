package calls

import (
	"strings"

	"callcard/pkg/cti"
)

const (
	transferDone   = "completed"
	transferFailed = "failed"
)

func (k *core) blindTransferred(e cti.BlindTransferred) {
	by := k.meet(&e.Transferer)
	other := k.meet(&e.Transferee)
	c := k.join(by, other, "merge.transfer", "a blind transfer names both legs")
	if c == nil || by == nil {
		return
	}
	done := strings.EqualFold(e.Result, "Success")
	k.recordTransfer(c, cti.Transfer{Kind: "blind", By: by.Device, To: e.Exten}, done)
	if !done {
		return
	}
	c.handed = handover{by: by.Device, via: "transfer"}
	if t := c.talkOf(by); t != nil {
		k.endTalk(c, t, "transfer")
	}
}

func (k *core) recordTransfer(c *call, t cti.Transfer, done bool) {
	t.At, t.Result = k.now, transferFailed
	if done {
		t.Result = transferDone
	}
	c.transfers.add(t)
	k.decide(c, "transfer."+t.Kind, string(t.By)+" hands over to "+t.To+": "+t.Result, nil)
	k.emit(c, cti.TransferDone, step{device: t.By})
}

func (k *core) attendedTransferred(e cti.AttendedTransferred) {
	first, second, target := k.meet(&e.First), k.meet(&e.Second), k.meet(&e.Target)
	if !strings.EqualFold(e.Result, "Success") {
		if first != nil && first.call != nil {
			k.recordTransfer(first.call, cti.Transfer{Kind: "attended", By: first.Device}, false)
		}
		return
	}
	to := k.consulted(first, second)
	c := k.join(first, second, "merge.transfer", "an attended transfer joins two calls")
	if target != nil && c != nil {
		c = k.join(first, target, "merge.transfer", "the target of an attended transfer")
	}
	if c == nil {
		return
	}
	k.completed(c, first, second, to)
}

// completed closes the talk of the agent who handed over.
func (k *core) completed(c *call, first, second *leg, to cti.Device) {
	by := first
	if by == nil {
		by = second
	}
	c.handed = handover{by: by.Device, via: "transfer"}
	k.markConsult(c, to, by.Device)
	k.recordTransfer(c, cti.Transfer{Kind: "attended", By: by.Device, To: string(to)}, true)
	for _, l := range []*leg{first, second} {
		if l == nil {
			continue
		}
		switch t := c.talkOf(l); {
		case t == nil:
		case t.apart.IsZero():
			t.first = "transfer" // he stays with the two, for a while
		default:
			k.endTalk(c, t, "transfer")
		}
	}
}

// consulted is whom the agent spoke with, or still rings, on his second leg.
func (k *core) consulted(first, second *leg) cti.Device {
	if second == nil {
		return ""
	}
	for _, l := range k.reach(second) {
		if l != second && l != first && l.real() {
			return l.Device
		}
	}
	if second.call == nil {
		return ""
	}
	for i := len(second.call.offers.items) - 1; i >= 0; i-- {
		if o := second.call.offers.items[i]; o.Open() {
			return o.Device
		}
	}
	return ""
}

// markConsult tells on the target's offer who brought the call.
func (k *core) markConsult(c *call, to, by cti.Device) {
	for i := len(c.rings) - 1; i >= 0 && to != ""; i-- {
		r := c.rings[i]
		if o := r.offer(); o.Device != to {
			continue
		} else if o.Via == "dial" || o.Via == "consult" {
			at := c.offers.at(r.index)
			at.Via, at.By = "consult", by
		}
		return
	}
}

// failedTransfer records a consultation after which the agent came back.
func (k *core) failedTransfer(c *call, t *chat) {
	since := t.apart
	by := c.talks.items[t.index].Device
	for i := len(c.offers.items) - 1; i >= 0; i-- {
		o := c.offers.items[i]
		if o.Via == "consult" && o.By == by && !o.At.Before(since) {
			k.recordTransfer(c, cti.Transfer{Kind: "attended", By: by, To: string(o.Device)}, false)
			return
		}
	}
}

func (k *core) pickedUp(e cti.PickedUp) {
	by, target := k.meet(&e.Leg), k.meet(&e.Target)
	if by == nil || target == nil || by.ring != nil {
		return
	}
	device := by.Device
	target.pickedBy = device
	c := k.join(target, by, "merge.pickup", "a ringing call was picked up")
	if c == nil {
		return
	}
	o := cti.Offer{Device: device, Leg: by.ID, At: k.now, Ended: k.now, Attempts: 1, Via: "pickup", Result: cti.OfferAccepted}
	o.User = k.opts.UserOf(c.doc.PBX, device)
	r := &ring{call: c, root: by.ID, legs: []*leg{by}}
	if target.ring != nil {
		o.Queue, r.stay = target.ring.offer().Queue, target.ring.stay
		r.root, r.round = target.ring.root, target.ring.round
	}
	r.index = c.offers.add(o)
	c.rings = append(c.rings, r)
	by.ring, by.answered = r, true
	c.origin.inside = true
	k.decide(c, "offer.pickup", string(device)+" took the ringing call", by)
	k.emit(c, cti.OfferEnded, step{device: device, queue: o.Queue})
}

func (k *core) parked(e cti.Parked) {
	l := k.meet(&e.Leg)
	if l == nil || l.call == nil || l.call.parked == l {
		return
	}
	c := l.call
	c.parked = l
	by := c.handed.by
	if t := c.openTalk(); t != nil {
		by = c.talks.items[t.index].Device
	}
	c.handed = handover{by: by, via: "park"}
	k.decide(c, "park", "parked in "+e.Lot+" at "+e.Space, l)
	k.emit(c, cti.HoldStarted, step{})
}

func (k *core) parkingEnded(e cti.ParkingEnded) {
	l := k.meet(&e.Leg)
	if l == nil || l.call == nil || l.call.parked != l {
		return
	}
	l.call.parked = nil
	k.decide(l.call, "park.ended", e.Reason, l)
	k.emit(l.call, cti.HoldEnded, step{})
}
