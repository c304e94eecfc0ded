package calls

import (
	"slices"
	"strings"
	"time"

	"callcard/pkg/cti"
)

// ringGrace is how long a dial that failed waits for the Hangup with its cause.
const ringGrace = time.Second

// callerGrace is how long the Hangup of a caller may come after the end of the ringing
// that it caused. Both come from one moment of the PBX, by different threads.
const callerGrace = 250 * time.Millisecond

// ring is one offer while it may still change.
type ring struct {
	call  *call
	index int
	legs  []*leg // legs that ring for it now: one device may have several contacts
	stay  *stay  // the visit it belongs to, nil outside of queues
	root  cti.LegID
	round int
	ended time.Time // when a leg's dial failed, while better evidence is awaited
	last  *leg      // the leg that is gone, while it is awaited who ended the ringing
	no    bool      // the agent declined an earlier ring
}

func (r *ring) offer() cti.Offer { return r.call.offers.items[r.index] }

func (c *call) ringing() bool {
	for _, o := range c.offers.items {
		if o.Open() {
			return true
		}
	}
	return false
}

// ringFor opens an offer for a leg that is being called, or continues one.
func (k *core) ringFor(l *leg) {
	device, ok := k.offered(l)
	if !ok || l.ring != nil || l.call == nil || l.answered {
		return
	}
	k.movedOn(l.call)
	root, m := chain(l)
	r := &ring{call: l.call, root: root.ID, round: root.round}
	if m != nil {
		r.stay = m.stay
	}
	if again := l.call.sameOffer(device, r); again != nil {
		k.ringAgain(again, l)
		return
	}
	k.ringNew(r, l, device, root, m)
}

// offered tells which agent's device a leg rings. A trunk leg is nobody's device
// unless a queue member hides it: then the member's interface stands for the agent. It
// does for a phone that belongs to nobody as well: the agent's second one.
func (k *core) offered(l *leg) (cti.Device, bool) {
	if l.originated || !l.real() || l.call == nil {
		return "", false
	}
	_, m := chain(l)
	behind := m != nil && l.dialer != nil
	switch {
	case l.Role == cti.RolePhone && !(behind && k.secondPhone(l, m)):
		return l.Device, true
	case behind:
		return m.device, true
	}
	return "", false
}

func (k *core) secondPhone(l *leg, m *member) bool {
	return m.device != l.Device && k.opts.UserOf(l.ID.PBX, l.Device) == "" && k.opts.UserOf(l.ID.PBX, m.device) != ""
}

// ownRing recognises the first half of a click-to-call made through a Local
// channel: Originate calls Local/1001@…, which dials the phone 1001 itself.
func (k *core) ownRing(l, root *leg) bool {
	if root.Role != cti.RoleLocal || l.call.origin.settled {
		return false
	}
	half := root
	if half.peer != nil && !half.originated {
		half = half.peer
	}
	return half.originated && localExten(root.Name) == deviceName(l.Device)
}

// chain walks from a called leg to the leg whose dialplan calls it, through Local
// channels, and finds the queue that is on the way.
func chain(l *leg) (root *leg, m *member) {
	root = l
	for range 16 {
		if root.member != nil && m == nil {
			m = root.member
		}
		switch {
		case root.dialer != nil:
			root = root.dialer
		case root.peer != nil && root.peer.dialer != nil:
			root = root.peer
		default:
			return root, m
		}
	}
	return root, m
}

// sameOffer finds the offer that a new ring of the device continues: not accepted,
// and in the same visit or the same round of dialling.
func (c *call) sameOffer(device cti.Device, r *ring) *ring {
	for i := len(c.rings) - 1; i >= 0; i-- {
		old := c.rings[i]
		if c.offers.items[old.index].Device != device {
			continue
		}
		same := old.stay == r.stay && (r.stay != nil || old.root == r.root && old.round == r.round)
		if same && old.offer().Result != cti.OfferAccepted {
			return old
		}
		return nil
	}
	return nil
}

func (k *core) ringNew(r *ring, l *leg, device cti.Device, root *leg, m *member) {
	c := l.call
	o := cti.Offer{Device: device, Leg: l.ID, At: k.now, Attempts: 1, Via: "dial"}
	o.User = k.opts.UserOf(c.doc.PBX, device)
	k.wayOf(&o, c, root, m)
	r.index = c.offers.add(o)
	r.legs = append(r.legs, l)
	l.ring = r
	c.rings = append(c.rings, r)
	c.origin.inside = true
	k.orient(c)
	k.decide(c, "offer."+o.Via, "rings "+string(device), l)
	k.emit(c, cti.OfferStarted, step{device: device, queue: o.Queue})
}

// wayOf tells how the offer came about.
func (k *core) wayOf(o *cti.Offer, c *call, root *leg, m *member) {
	switch {
	case m != nil:
		o.Via, o.Queue, o.By = "queue", m.queue, c.handed.by
	case c.handed.by != "" && (root == c.client || root.Role == cti.RoleLocal):
		o.Via, o.By = c.handed.via, c.handed.by
	case root != c.client && c.openTalk() != nil:
		o.Via, o.By = "consult", c.talks.items[c.openTalk().index].Device
	}
}

func (k *core) ringAgain(r *ring, l *leg) {
	l.ring = r
	o := r.call.offers.at(r.index)
	o.Leg = l.ID
	beside := len(r.legs) > 0
	r.legs = append(r.legs, l)
	if beside {
		return
	}
	r.ended, r.last = time.Time{}, nil
	o.Attempts++
	o.Result, o.Reason, o.By, o.Ended = "", "", "", time.Time{}
	k.emit(r.call, cti.OfferStarted, step{device: o.Device, queue: o.Queue})
}

// accept closes the offer of a leg whose agent picked up.
func (k *core) accept(l *leg) {
	l.answered = true
	r := l.ring
	if r == nil || r.offer().Result == cti.OfferAccepted {
		return
	}
	o := r.call.offers.at(r.index)
	o.Leg = l.ID
	k.closeRing(r, verdict{result: cti.OfferAccepted})
}

// closeRing ends an offer. An agent who declined has given his answer: that the
// queue rings him once more and the call ends meanwhile does not take it back.
func (k *core) closeRing(r *ring, v verdict) {
	o := r.call.offers.at(r.index)
	if r.no && v.result == cti.OfferWithdrawn && v.reason == "caller_left" {
		v = verdict{result: cti.OfferRejected}
	}
	r.no = r.no || v.result == cti.OfferRejected && v.reason == ""
	o.Result, o.Reason, o.Ended = v.result, v.reason, k.now
	if v.by != "" {
		o.By = v.by
	}
	r.ended, r.last = time.Time{}, nil
	k.decide(r.call, "offer."+string(v.result), v.text(o.Device), nil)
	k.emit(r.call, cti.OfferEnded, step{device: o.Device, queue: o.Queue})
}

// dialFailed notes that a leg's dial came to nothing. A cancelled one is decided at
// once; for the others the cause of the Hangup tells more.
func (k *core) dialFailed(l *leg) {
	r := l.ring
	if r == nil || !r.offer().Open() {
		return
	}
	if l.status == cti.DialCancel && len(r.legs) == 1 && !r.unclear(l) {
		k.closeRing(r, k.judge(r, l, 0))
		return
	}
	r.ended = k.now
	k.wake(r.call, ringGrace)
}

// endRing takes a leg that is gone out of its offer.
func (k *core) endRing(l *leg, how ending) {
	r := l.ring
	if r == nil {
		return
	}
	r.legs = slices.DeleteFunc(r.legs, func(other *leg) bool { return other == l })
	switch {
	case !r.offer().Open() || len(r.legs) > 0:
		k.unconnected(r, l)
	case r.unclear(l) && how.seen && l.call.client != nil:
		r.ended, r.last = k.now, l
		k.wake(r.call, callerGrace)
	default:
		k.closeRing(r, k.judge(r, l, how.cause))
	}
}

// unclear: a phone behind a Local channel was cancelled and nothing above it says
// why. Follow-me and consultations end so both when nobody answers in time and when
// the caller leaves; the caller's own Hangup, or its absence, tells.
func (r *ring) unclear(l *leg) bool {
	if above(l, nil) == nil || l.pickedBy != "" || r.winner() != "" {
		return false
	}
	status, missed := told(l)
	return (status == cti.DialCancel && l.status == cti.DialCancel || status == "") && !missed && !toldAbove(l)
}

// movedOn closes the offers that waited for the caller's Hangup: the PBX rings the
// next phone, so he is still there.
func (k *core) movedOn(c *call) {
	for _, r := range c.rings {
		if r.last != nil && r.offer().Open() {
			k.closeRing(r, verdict{result: cti.OfferNoAnswer})
		}
	}
}

// callerGone closes the offers that waited for the caller's own Hangup.
func (k *core) callerGone(c *call) {
	for _, r := range c.rings {
		if r.last != nil && r.offer().Open() {
			k.closeRing(r, verdict{result: cti.OfferWithdrawn, reason: "caller_left"})
		}
	}
}

// unconnected corrects an offer whose agent picked up but never got the client,
// while the client was still there: a follow-me that was not confirmed.
func (k *core) unconnected(r *ring, l *leg) {
	o := r.offer()
	if o.Result != cti.OfferAccepted || o.Leg != l.ID || o.Via != "dial" && o.Via != "queue" {
		return
	}
	c := r.call
	if c.client == nil || c.client == l || c.doc.Direction != cti.Inbound || c.talked(l.ID) || c.openTalk() != nil {
		return
	}
	if r.stay != nil && r.stay.abandoned {
		k.closeRing(r, verdict{result: cti.OfferWithdrawn, reason: "caller_left"})
		return
	}
	k.closeRing(r, verdict{result: cti.OfferNoAnswer, reason: "not_connected"})
}

// rings notes that a leg rings. When no dial is reported for it, as in the recall of
// a transfer that nobody took, the ringing itself is the offer after a while.
func (k *core) rings(l *leg) {
	if l.State != cti.LegRinging {
		return
	}
	l.rang, l.rangAt = true, k.now
	if l.call != nil && l.ring == nil && l.Role == cti.RolePhone {
		k.wake(l.call, ringGrace)
	}
}

func (k *core) ripenUndialled(c *call) {
	for _, l := range c.legs {
		if l.Role == cti.RolePhone && l.State == cti.LegRinging && l.ring == nil && l.dialer == nil && !l.originated &&
			l != c.client && c.client != nil && k.now.Sub(l.rangAt) >= ringGrace {
			k.hang(l)
			k.ringFor(l)
		}
	}
}

// ripenRings closes offers whose leg failed and never sent a Hangup.
func (k *core) ripenRings(c *call) {
	for _, r := range c.rings {
		switch {
		case r.ended.IsZero() || !r.offer().Open():
		case r.last != nil && k.now.Sub(r.ended) >= callerGrace:
			k.closeRing(r, verdict{result: cti.OfferNoAnswer})
		case len(r.legs) > 0 && k.now.Sub(r.ended) >= ringGrace:
			k.closeRing(r, k.judge(r, r.legs[len(r.legs)-1], 0))
		}
	}
}

// localExten is "1001" of "Local/1001@from-internal-00000001;1".
func localExten(name string) string {
	rest, ok := strings.CutPrefix(name, "Local/")
	if !ok {
		return ""
	}
	exten, _, _ := strings.Cut(rest, "@")
	return exten
}

// deviceName is "1001" of "PJSIP/1001".
func deviceName(d cti.Device) string {
	_, name, _ := strings.Cut(string(d), "/")
	return name
}
