package calls

import "callcard/pkg/cti"

// reporter is what testing.T and rapid.T have in common.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
}

// invariants hold for every stream of call events, whatever the PBX sends.
type invariants struct {
	t       reporter
	seq     uint64
	version map[cti.CallID]int
	merged  map[cti.CallID]bool
	ended   map[cti.CallID]bool
}

func newInvariants(t reporter) *invariants {
	return &invariants{t: t, version: map[cti.CallID]int{}, merged: map[cti.CallID]bool{}, ended: map[cti.CallID]bool{}}
}

func (i *invariants) events(events []cti.CallEvent) []cti.CallEvent {
	i.t.Helper()
	for _, e := range events {
		i.one(e)
	}
	return events
}

func (i *invariants) one(e cti.CallEvent) {
	i.t.Helper()
	id := e.Call.ID
	if e.Seq != i.seq+1 {
		i.t.Errorf("%s: seq %d follows %d", e.Kind, e.Seq, i.seq)
	}
	i.seq = e.Seq
	if e.Call.Version != i.version[id]+1 {
		i.t.Errorf("%s of %s: version %d follows %d", e.Kind, id, e.Call.Version, i.version[id])
	}
	i.version[id] = e.Call.Version
	if i.ended[id] || i.merged[id] {
		i.t.Errorf("%s of %s after its end", e.Kind, id)
	}
	if e.Kind == cti.CallMerged {
		i.merged[e.Merged] = true
	}
	i.document(e)
}

func (i *invariants) document(e cti.CallEvent) {
	i.t.Helper()
	c := e.Call
	if c.Offers == nil || c.Visits == nil || c.Talks == nil {
		i.t.Errorf("%s of %s: a list is nil", e.Kind, c.ID)
	}
	if e.Kind != cti.CallFinished {
		return
	}
	i.ended[c.ID] = true
	if c.Outcome == "" || c.State != cti.CallEnded || len(c.Legs) > 0 || c.Ended.IsZero() {
		i.t.Errorf("%s ended without outcome, state or time, or with legs: %+v", c.ID, c)
	}
	for _, o := range c.Offers {
		if o.Open() {
			i.t.Errorf("%s ended with an open offer to %s", c.ID, o.Device)
		}
	}
	for _, v := range c.Visits {
		if v.Outcome == "" || v.Left.IsZero() || v.Left.Before(v.Joined) {
			i.t.Errorf("%s ended with an open visit in %s", c.ID, v.Queue)
		}
	}
	for _, talk := range c.Talks {
		if talk.Open() || talk.Seconds(e.At) < 0 {
			i.t.Errorf("%s ended with an open or negative talk of %s: %v", c.ID, talk.Device, talk.Seconds(e.At))
		}
	}
}

// quiet checks that nothing is left of calls whose legs are all gone.
func (i *invariants) quiet(k *core) {
	i.t.Helper()
	if len(k.legs)+len(k.ids)+len(k.linked)+len(k.names)+len(k.bridges) > 0 {
		i.t.Errorf("left over: %d legs, %d ids, %d linkedids, %d names, %d bridges",
			len(k.legs), len(k.ids), len(k.linked), len(k.names), len(k.bridges))
	}
	for id := range i.version {
		if !i.ended[id] && !i.merged[id] {
			i.t.Errorf("%s never ended", id)
		}
	}
}
