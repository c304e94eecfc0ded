package gaps

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"callcard/pkg/cti"
)

// Naming says what the names of one PBX mean.
type Naming interface {
	// Channel of "PJSIP/1001-00000003" is PJSIP/1001 and a phone.
	Channel(name string) (cti.Device, cti.Role)
	// Member of a queue by its name or interface; "" when nobody has that name.
	Member(name string) cti.Device
}

// records are all that a PBX wrote down about one call.
type records struct {
	rows    []record
	entries []entry
}

func (r records) empty() bool { return len(r.rows) == 0 && len(r.entries) == 0 }

// ended is when the last that was written down happened.
func (r records) ended() (last time.Time) {
	for _, row := range r.rows {
		last = later(last, row.end)
	}
	for _, e := range r.entries {
		last = later(last, e.at)
	}
	return last
}

// over tells that nobody waits in a queue or talks in one by the records alone; for
// PBXes without a CDR, whose rows come when channels are gone.
func (r records) over() bool {
	open := map[string]bool{}
	for _, e := range inOrder(r.entries) {
		switch e.verb {
		case "ENTERQUEUE", "CONNECT":
			open[e.uniqueid] = true
		default:
			if leaves(e.verb) {
				open[e.uniqueid] = false
			}
		}
	}
	for _, waits := range open {
		if waits {
			return false
		}
	}
	return true
}

func leaves(verb string) bool {
	switch verb {
	case "ABANDON", "EXITWITHTIMEOUT", "EXITEMPTY", "EXITWITHKEY", "WITHDRAW", "SYSCOMPAT", "COMPLETECALLER", "COMPLETEAGENT",
		"BLINDTRANSFER", "ATTENDEDTRANSFER", "TRANSFER":
		return true
	}
	return false
}

// builder makes a call of its records.
type builder struct {
	pbx       string
	naming    Naming
	normalize func(string) cti.Phone
	userOf    func(pbx string, d cti.Device) cti.UserID
	rows      []record
	call      cti.Call
}

// rebuild makes a call of what was written down about it. Times are whole seconds.
func (b builder) rebuild(linkedid string, found records) cti.Call {
	b.rows = found.rows
	slices.SortStableFunc(b.rows, func(x, y record) int {
		return cmp.Or(x.start.Compare(y.start), cmp.Compare(x.sequence, y.sequence))
	})
	entries := inOrder(found.entries)
	b.call = cti.Call{
		ID: cti.NewCallID(b.pbx, linkedid), PBX: b.pbx, Version: 1, Linkedids: []string{linkedid}, State: cti.CallEnded,
		Certainty: cti.Reconstructed, Offers: []cti.Offer{}, Visits: []cti.Visit{}, Talks: []cti.Talk{},
	}
	b.begin(linkedid, entries)
	for _, e := range entries {
		b.queue(e)
	}
	b.closeQueues(found.ended())
	for _, row := range b.rows {
		b.direct(row)
	}
	b.finish(found.ended())
	return b.call
}

// begin finds out who called whom: by the row of the channel that began the call.
func (b *builder) begin(linkedid string, entries []entry) {
	c := &b.call
	c.Direction = cti.Inbound // nobody but a caller from outside is known by queue_log alone
	for _, e := range entries {
		c.Started = sooner(c.Started, e.at)
	}
	for _, row := range b.rows {
		c.Started = sooner(c.Started, row.start)
	}
	root, found := b.root(linkedid)
	if !found {
		b.beginQueue(entries)
		return
	}
	c.ClientLeg = cti.LegID{PBX: b.pbx, Uniqueid: root.uniqueid}
	device, role := b.naming.Channel(root.channel)
	switch trunk, out := b.outside(); {
	case role == cti.RoleTrunk && (root.peer != "" || root.app != "AppDial"):
		c.Line, c.Client, c.ClientName = string(device), b.normalize(root.source), root.name()
		const shortestDID = 5 // a shorter one is an extension, or what the caller pressed
		if c.DID = root.did; c.DID == "" && len(root.dst) >= shortestDID && strings.Trim(root.dst, "+0123456789") == "" {
			c.DID = root.dst
		}
	case out:
		c.Direction, c.Initiator = cti.Outbound, b.phone()
		c.Client = b.normalize(trunk.dst)
		line, _ := b.naming.Channel(trunk.peer)
		c.Line = string(line)
		if line == "" || trunk.peer == "" {
			line, _ = b.naming.Channel(trunk.channel)
			c.Line = string(line)
		}
	default:
		c.Direction, c.Initiator = cti.Internal, device
		c.Client, c.ClientName = b.normalize(root.source), root.name()
	}
}

func (b *builder) beginQueue(entries []entry) {
	for _, e := range entries {
		if e.verb != "ENTERQUEUE" {
			continue
		}
		b.call.ClientLeg = cti.LegID{PBX: b.pbx, Uniqueid: e.uniqueid}
		b.call.Client, b.call.ClientName = b.normalize(e.datum(1)), e.datum(3)
		if b.call.Client.Kind == cti.NumberInternal {
			b.call.Direction = cti.Internal
		}
		return
	}
}

// root is the row of the first channel of the call.
func (b *builder) root(linkedid string) (record, bool) {
	for _, row := range b.rows {
		if row.uniqueid == linkedid {
			return row, true
		}
	}
	if len(b.rows) > 0 {
		return b.rows[0], true
	}
	return record{}, false
}

// outside finds the row that leads to the outside: a phone, or its Local channel, met a trunk.
func (b *builder) outside() (record, bool) {
	for _, row := range b.rows {
		_, to := b.naming.Channel(row.peer)
		_, from := b.naming.Channel(row.channel)
		if to == cti.RoleTrunk && from != cti.RoleTrunk && row.peer != "" {
			return row, true
		}
	}
	return record{}, false
}

// phone is the first phone of a call.
func (b *builder) phone() cti.Device {
	for _, row := range b.rows {
		for _, name := range []string{row.channel, row.peer} {
			if device, role := b.naming.Channel(name); role == cti.RolePhone && name != "" {
				return device
			}
		}
	}
	return ""
}

// behind is the phone that a channel leads to: itself, or the one that the other half of
// a Local channel has called.
func (b *builder) behind(name string) (cti.Device, cti.Role) {
	for range 4 { // follow-me in follow-me; more is a circle
		device, role := b.naming.Channel(name)
		half, isLocal := strings.CutSuffix(name, ";1")
		if role != cti.RoleLocal || !isLocal {
			return device, role
		}
		at := slices.IndexFunc(b.rows, func(r record) bool { return r.channel == half+";2" && r.peer != "" && r.answered })
		if at < 0 {
			at = slices.IndexFunc(b.rows, func(r record) bool { return r.channel == half+";2" && r.peer != "" })
		}
		if at < 0 {
			return device, role
		}
		name = b.rows[at].peer
	}
	return "", cti.RoleOther
}

func (b *builder) finish(ended time.Time) {
	c := &b.call
	c.Ended = ended
	slices.SortStableFunc(c.Talks, func(x, y cti.Talk) int { return x.From.Compare(y.From) })
	decide(c, b.refused())
}

// refused tells that the network did not put an outgoing call through.
func (b *builder) refused() bool {
	row, ok := b.outside()
	return ok && (strings.EqualFold(row.disposition, "FAILED") || strings.EqualFold(row.disposition, "CONGESTION"))
}

// decide what became of a call, by the same rules as the tracker does.
func decide(c *cti.Call, refused bool) {
	c.Answered = time.Time{}
	for _, t := range c.Talks {
		c.Answered = sooner(c.Answered, t.From)
	}
	switch {
	case len(c.Talks) > 0:
		c.Outcome = cti.OutcomeAnswered
	case c.Direction == cti.Outbound && refused:
		c.Outcome = cti.OutcomeFailed
	case c.Direction == cti.Outbound:
		c.Outcome = cti.OutcomeNoAnswer
	case len(c.Visits) > 0 && !rungSince(c, c.Visits[len(c.Visits)-1].Left):
		c.Outcome = c.Visits[len(c.Visits)-1].Outcome.OfCall()
	case len(c.Offers) > 0:
		c.Outcome = cti.OutcomeNoAnswer
	default:
		c.Outcome = cti.OutcomeIVR
	}
	c.Missed = c.Direction == cti.Inbound && c.Outcome != cti.OutcomeAnswered
}

func rungSince(c *cti.Call, left time.Time) bool {
	return slices.ContainsFunc(c.Offers, func(o cti.Offer) bool { return o.Queue == "" && !o.At.Before(left) })
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
