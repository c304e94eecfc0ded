package calls

import (
	"slices"
	"strings"

	"callcard/pkg/cti"
)

// origin holds what decides the direction. It only ever learns more, so the
// direction may be corrected but never flaps.
//
//	a trunk leg came in first ────────────────► inbound
//	a phone was first, a trunk leg was made ──► outbound
//	a phone was first, dialled an outside
//	number, and nothing has rung yet ─────────► outbound (a guess)
//	a program calls our phones or queues
//	for a number from outside ────────────────► inbound
//	otherwise ────────────────────────────────► internal
type origin struct {
	inbound  bool // a trunk leg that came to us began the call
	trunk    bool // we made a trunk leg
	outside  bool // the first phone dialled a number that is not ours, or was originated
	stranger bool // a Local channel with a number from outside began the call: a program calls us
	inside   bool // a phone or a queue of ours was reached
	settled  bool // the first real leg is known
	device   cti.Device
	dialled  string // what the first phone dialled
	toClient string // the dial string of the newest trunk leg
}

func (o origin) with(other origin) origin {
	o.inbound = o.inbound || other.inbound
	o.trunk = o.trunk || other.trunk
	o.inside = o.inside || other.inside
	return o
}

// sentTo notes a trunk leg that we made: its dial string is the number called, while
// its caller id shows what the office wants to be seen.
func (o *origin) sentTo(l *leg) {
	o.trunk = true
	if l.dialString != "" {
		o.toClient = l.dialString
	}
}

func (o origin) direction() cti.Direction {
	switch {
	case o.inbound:
		return cti.Inbound
	case o.trunk, o.outside && !o.inside:
		return cti.Outbound
	case o.stranger && o.inside && !o.settled:
		return cti.Inbound
	}
	return cti.Internal
}

// learn takes what a leg that joins the call tells about its origin.
func (k *core) learn(c *call, l *leg) {
	switch {
	case !l.real():
		k.learnLocal(c, l)
	case l.Role == cti.RoleTrunk && l.incoming:
		k.learnCaller(c, l)
	case l.Role == cti.RoleTrunk:
		k.learnTrunk(c, l)
	case !c.origin.settled:
		k.learnPhone(c, l)
	}
}

// learnCaller fixes the client: the first trunk leg that came in.
func (k *core) learnCaller(c *call, l *leg) {
	if c.origin.settled {
		return
	}
	c.origin.settled, c.origin.inbound = true, true
	c.client = l
	c.doc.ClientLeg, c.doc.Line = l.ID, string(l.Device)
	c.doc.Client = k.opts.Normalize(l.Caller.Number)
	c.doc.ClientName = l.Caller.Name
	c.doc.DID = lineOf(l.Exten)
}

// learnLocal takes the first half of a Local channel for the caller until somebody
// real turns up.
func (k *core) learnLocal(c *call, l *leg) {
	if c.client == nil && !c.origin.settled && l.Role == cti.RoleLocal {
		c.client = l
	}
}

// learnTrunk takes a trunk leg that we made for the client's. One that is just being
// made waits for its dial: it may be the mobile of a queue's member.
func (k *core) learnTrunk(c *call, l *leg) {
	if l.State == cti.LegDown && l.Linkedid != l.ID.Uniqueid {
		return
	}
	c.origin.trunk, c.origin.settled = true, true
	k.follow(c, l)
}

// learnPhone makes a phone the initiator when it came to us or was originated.
func (k *core) learnPhone(c *call, l *leg) {
	own := l.incoming || l.Linkedid == l.ID.Uniqueid
	if !own {
		return
	}
	k.placedBy(c, l)
}

// placedBy makes a phone the initiator of the call. One that was originated is taken
// to call outside until it reaches somebody here.
func (k *core) placedBy(c *call, l *leg) {
	c.origin.settled = true
	c.origin.device = l.Device
	c.origin.outside = true
	c.client = l
	if l.incoming {
		c.origin.dialled = number(l.Exten)
		c.origin.outside = k.outside(c.origin.dialled)
	}
}

func (k *core) outside(dialled string) bool {
	return k.opts.Normalize(dialled).Kind == cti.NumberE164
}

// follow makes the newest trunk leg that we made the client's leg, until one of
// them has talked: a second trunk is tried when the first fails.
func (k *core) follow(c *call, l *leg) {
	if c.origin.inbound || c.talks.len() > 0 && c.doc.Direction == cti.Outbound {
		return
	}
	c.client = l
	c.doc.ClientLeg, c.doc.Line = l.ID, string(l.Device)
}

// identify corrects direction and client of a published call.
func (k *core) identify(c *call) {
	before := c.doc
	k.orient(c)
	d := &c.doc
	if before.Direction != d.Direction || before.Client != d.Client || before.ClientName != d.ClientName ||
		before.DID != d.DID || before.Initiator != d.Initiator || before.ClientLeg != d.ClientLeg {
		k.emit(c, cti.CallChanged, step{})
	}
}

// orient sets direction and client by the origin.
func (k *core) orient(c *call) {
	before := c.doc.Direction
	c.doc.Direction = c.origin.direction()
	if before != "" && before != c.doc.Direction {
		k.decide(c, "direction."+string(c.doc.Direction), "was "+string(before)+", by the legs seen so far", nil)
	}
	switch c.doc.Direction {
	case cti.Inbound:
		c.doc.Initiator = ""
		k.orientStranger(c)
	case cti.Outbound:
		c.doc.Initiator = c.origin.device
		k.orientOutbound(c)
	case cti.Internal:
		c.doc.Initiator = c.origin.device
		k.orientInternal(c)
	}
}

// orientStranger fills in what no trunk's leg tells.
func (k *core) orientStranger(c *call) {
	if c.origin.inbound || c.client == nil {
		return
	}
	k.orientInternal(c)
	if c.doc.DID == "" {
		c.doc.DID = number(c.client.Exten)
	}
}

// orientOutbound finds the dialled number: what was sent to the trunk, what the
// trunk's leg is called, what the phone dialled. The first full number wins, since
// dialplans add prefixes at either end.
func (k *core) orientOutbound(c *call) {
	var best cti.Phone
	for _, raw := range []string{c.origin.toClient, c.trunkNumber(), c.origin.dialled} {
		if raw == "" {
			continue
		}
		phone := k.opts.Normalize(raw)
		if phone.Kind == cti.NumberE164 {
			c.doc.Client = phone
			return
		}
		if best.Raw == "" && phone.Kind != cti.NumberAnonymous {
			best = phone
		}
	}
	if best.Raw == "" {
		best = k.opts.Normalize("")
	}
	if c.doc.Client.Kind != cti.NumberE164 || c.doc.ClientLeg.IsZero() {
		c.doc.Client = best
	}
}

func (c *call) trunkNumber() string {
	if c.client != nil && c.client.Role == cti.RoleTrunk {
		return number(c.client.Caller.Number)
	}
	return ""
}

// orientInternal takes the caller for the client.
func (k *core) orientInternal(c *call) {
	l := c.client
	if l == nil || !c.doc.ClientLeg.IsZero() && c.doc.ClientLeg != l.ID && c.doc.Client.Number != "" {
		return
	}
	c.doc.ClientLeg = l.ID
	c.origin.stranger = l.Role == cti.RoleLocal && k.outside(l.Caller.Number)
	if phone := k.ownNumber(l); phone.Number != "" || c.doc.Client.Kind == "" {
		c.doc.Client = phone
	}
	if l.Caller.Name != "" {
		c.doc.ClientName = l.Caller.Name
	}
}

// ownNumber is the extension of a caller inside. A phone may show the office's number
// instead; then its name tells the extension.
func (k *core) ownNumber(l *leg) cti.Phone {
	phone := k.opts.Normalize(l.Caller.Number)
	if phone.Kind == cti.NumberInternal || l.Role != cti.RolePhone {
		return phone
	}
	if own := k.opts.Normalize(deviceName(l.Device)); own.Kind == cti.NumberInternal {
		return own
	}
	return phone
}

// callerChanged lets a withheld number be filled in later, and a trunk leg that we
// made show whom it reaches. A known number stays: dialplans rewrite the caller id.
func (k *core) callerChanged(l *leg) {
	c := l.call
	if c.client != l {
		k.dialledLater(c, l)
		return
	}
	if c.doc.Direction == cti.Inbound {
		k.callerLater(c, l)
		return
	}
	if c.doc.Client.Kind != cti.NumberE164 && c.talks.len() == 0 {
		k.identify(c)
	}
	k.dialledLater(c, l)
}

func (k *core) callerLater(c *call, l *leg) {
	before := c.doc
	if c.doc.Client.Number == "" {
		if phone := k.opts.Normalize(l.Caller.Number); phone.Number != "" {
			c.doc.Client = phone
		}
	}
	if c.doc.ClientName == "" {
		c.doc.ClientName = l.Caller.Name
	}
	if c.doc.DID == "" && c.visits.len()+c.offers.len() == 0 && len(number(l.Exten)) >= shortestDID {
		c.doc.DID = l.Exten
	}
	if before.Client != c.doc.Client || before.ClientName != c.doc.ClientName || before.DID != c.doc.DID {
		k.emit(c, cti.CallChanged, step{})
	}
}

// shortestDID keeps a choice in a menu from being taken for the number that was called.
const shortestDID = 5

// dialledLater reads the number from a phone that the PBX called first.
func (k *core) dialledLater(c *call, l *leg) {
	if l.incoming || l.Device != c.origin.device || c.origin.dialled != "" || l.Role != cti.RolePhone {
		return
	}
	if dialled := number(l.Exten); dialled != "" && k.outside(dialled) {
		c.origin.dialled = dialled
		k.identify(c)
	}
}

// lineOf is the called number, or name, of a trunk's new leg. The one-letter
// extensions are Asterisk's own: start, invalid, timeout and so on.
func lineOf(exten string) string {
	if len(exten) < 2 {
		return ""
	}
	return exten
}

// number filters what is no number: "s", "h", "t", "<unknown>".
func number(exten string) string {
	if exten == "" || strings.Trim(exten, "+0123456789*#") != "" {
		return ""
	}
	return exten
}

// dialledNumber finds the number in a dial string: "79161234577@trunk",
// "PJSIP/trunk/sip:79161234577@192.0.2.1:5060", "trunk/79161234577".
func dialledNumber(dial string) string {
	parts := strings.FieldsFunc(dial, func(r rune) bool { return strings.ContainsRune("/@:;,&", r) })
	parts = slices.DeleteFunc(parts, func(p string) bool { return number(p) == "" })
	longest := ""
	for _, p := range parts {
		if len(p) > len(longest) {
			longest = p
		}
	}
	return longest
}
