package calls

import "callcard/pkg/cti"

func (k *core) dialBegan(e cti.DialBegan) {
	to := k.meet(&e.To)
	if to == nil {
		return
	}
	from := k.meet(&e.From)
	if from == nil {
		to.dialString = dialledNumber(e.DialString)
		k.originate(to)
		return
	}
	if to.dialOpen && to.dialer == from {
		return
	}
	k.join(from, to, "merge.dial", "a leg dials a leg of another call")
	to.dialer, to.dialOpen, to.incoming = from, true, false
	to.dialString = dialledNumber(e.DialString)
	if from.dials == 0 {
		from.round++
	}
	from.dials++
	if to.call != nil {
		k.dialled(to)
	}
}

// originate marks a leg that the PBX called for a person who clicked.
func (k *core) originate(to *leg) {
	to.originated, to.incoming = true, false
	if k.recalled(to) {
		return
	}
	if to.call != nil && to.Role == cti.RoleTrunk {
		to.call.origin.sentTo(to)
		k.identify(to.call)
	}
}

// recalled recognises the ring by which Asterisk gives a client back to the agent
// who handed him over, when nobody took him (atxferdropcall=no in features.conf). It
// looks like a click-to-call: a leg of its own, dialled by nobody, that shows the
// client's number.
func (k *core) recalled(to *leg) bool {
	if to.Role != cti.RolePhone || to.Connected.Number == "" || to.call == nil {
		return false
	}
	c := k.givenAway(to)
	if c == nil {
		return false
	}
	to.originated, to.dialer = false, c.client
	c = k.merge(c, to.call, "merge.recall", "the client is given back to the agent who handed him over", to)
	c.handed = handover{by: to.Device, via: "transfer"}
	k.ringFor(to)
	return true
}

// givenAway finds the newest call whose client the leg shows and who is with nobody.
func (k *core) givenAway(to *leg) (found *call) {
	client := k.opts.Normalize(to.Connected.Number).Number
	for _, c := range k.ids {
		if client == "" || c.doc.Client.Number != client || c.doc.PBX != to.ID.PBX || c == to.call || c.client == nil {
			continue
		}
		if c.gaveAway(to.Device) && (found == nil || c.doc.Answered.After(found.doc.Answered)) {
			found = c
		}
	}
	return found
}

// dialled looks at what a dial reaches: an agent's phone or the outside.
func (k *core) dialled(to *leg) {
	c := to.call
	root, m := chain(to)
	if to.Role == cti.RoleTrunk && !c.origin.inbound && m == nil {
		c.origin.sentTo(to)
		c.origin.settled = true
		k.follow(c, to)
		k.identify(c)
	}
	k.apartNow(c, to.dialer)
	if to.Role == cti.RolePhone && k.ownRing(to, root) {
		to.originated = true
		k.placedBy(c, to)
		k.identify(c)
		return
	}
	k.ringFor(to)
}

func (k *core) dialEnded(e cti.DialEnded) {
	to := k.meet(&e.To)
	if to == nil {
		return
	}
	if from := k.meet(&e.From); from != nil && to.dialer == nil && to.ring == nil && to.call != nil && to.call.doc.Certainty != cti.Observed {
		k.dialBegan(cti.DialBegan{Stamp: e.Stamp, From: e.From, To: e.To}) // before we listened
	}
	k.endDial(to)
	if to.status != "" {
		return
	}
	to.status = e.Status
	if e.Status == cti.DialAnswer {
		k.accept(to)
		return
	}
	k.dialFailed(to)
}

func (k *core) endDial(l *leg) {
	if l.dialOpen {
		l.dialOpen = false
		l.dialer.dials--
	}
}

func (k *core) originateAnswered(e cti.OriginateAnswered) {
	l := k.legs[e.Leg]
	if l == nil || l.call == nil {
		return
	}
	if !l.originated && l.dialer == nil {
		k.originate(l)
	}
	if !e.Success {
		k.decide(l.call, "originate.failed", "the phone that was to place the call did not answer", l)
	}
}
