package cti

import (
	"maps"
	"slices"
	"strconv"
)

// Calls and their events are written thousands of times a second, to the journal and to the
// mirror. encoding/json takes four times as long for them as this does, and leaves memory to
// be collected while cards wait. What is written is the same, byte by byte: see the test.

// AppendJSON appends what json.Marshal gives.
func (c *Call) AppendJSON(to []byte) ([]byte, error) {
	e := encoder{text: to}
	e.call(c)
	return e.text, e.fault
}

// AppendJSON appends what json.Marshal gives, and tells where in it the call is.
func (e *CallEvent) AppendJSON(to []byte) (text []byte, call [2]int, err error) {
	w := encoder{text: to}
	w.begin()
	w.str("epoch", e.Epoch)
	w.key("seq")
	w.text = strconv.AppendUint(w.text, e.Seq, 10)
	w.time("at", e.At)
	w.str("kind", string(e.Kind))
	w.key("call")
	call[0] = len(w.text)
	w.call(&e.Call)
	call[1] = len(w.text)
	w.some("device", string(e.Device))
	w.some("queue", e.Queue)
	w.some("merged", string(e.Merged))
	w.ifTrue("reconstructed", e.Reconstructed)
	listOfSome(&w, "decisions", e.Decisions, (*encoder).decision)
	w.end()
	return w.text, call, w.fault
}

func (e *encoder) call(c *Call) {
	e.begin()
	e.str("call_id", string(c.ID))
	e.str("pbx", c.PBX)
	e.number("version", int64(c.Version))
	listOfSome(e, "aliases", c.Aliases, encodeText)
	e.some("merged_into", string(c.MergedInto))
	list(e, "linkedids", c.Linkedids, encodeText)
	e.str("direction", string(c.Direction))
	e.str("state", string(c.State))
	e.phone("client", &c.Client)
	e.some("client_name", c.ClientName)
	e.leg("client_leg", c.ClientLeg)
	e.some("did", c.DID)
	e.some("line", c.Line)
	e.some("initiator", string(c.Initiator))
	e.time("started", c.Started)
	e.timeIf("answered", c.Answered)
	e.timeIf("ended", c.Ended)
	e.some("outcome", string(c.Outcome))
	e.key("missed")
	e.text = strconv.AppendBool(e.text, c.Missed)
	e.str("certainty", string(c.Certainty))
	e.numberIf("cause", c.Cause)
	list(e, "offers", c.Offers, (*encoder).offer)
	list(e, "visits", c.Visits, (*encoder).visit)
	list(e, "talks", c.Talks, (*encoder).talk)
	listOfSome(e, "transfers", c.Transfers, (*encoder).transfer)
	listOfSome(e, "recording_files", c.Files, (*encoder).file)
	e.some("recording", string(c.Recording))
	e.variables(c.Variables)
	listOfSome(e, "legs", c.Legs, (*encoder).liveLeg)
	e.end()
}

func (e *encoder) variables(of map[string]string) {
	if len(of) == 0 {
		return
	}
	e.key("variables")
	e.begin()
	for _, name := range slices.Sorted(maps.Keys(of)) {
		e.comma()
		e.string(name)
		e.text = append(e.text, ':')
		e.string(of[name])
	}
	e.end()
}

func (e *encoder) offer(o *Offer) {
	e.begin()
	e.str("device", string(o.Device))
	e.some("user", string(o.User))
	e.leg("leg", o.Leg)
	e.some("queue", o.Queue)
	e.time("at", o.At)
	e.timeIf("ended", o.Ended)
	e.some("result", string(o.Result))
	e.some("reason", o.Reason)
	e.some("by", string(o.By))
	e.number("attempts", int64(o.Attempts))
	e.some("via", o.Via)
	e.end()
}

func (e *encoder) visit(v *Visit) {
	e.begin()
	e.str("queue", v.Queue)
	e.leg("leg", v.Leg)
	e.time("joined", v.Joined)
	e.timeIf("left", v.Left)
	e.numberIf("position", v.Position)
	e.some("outcome", string(v.Outcome))
	e.some("by", string(v.By))
	e.end()
}

func (e *encoder) talk(t *Talk) {
	e.begin()
	e.str("device", string(t.Device))
	e.some("user", string(t.User))
	e.leg("leg", t.Leg)
	e.time("from", t.From)
	e.timeIf("to", t.To)
	e.number("held_ns", int64(t.Held))
	e.timeIf("held_since", t.HeldSince)
	e.some("ended_by", t.EndedBy)
	e.some("queue", t.Queue)
	e.ifTrue("begin_unseen", t.BeginUnseen)
	e.end()
}

func (e *encoder) transfer(t *Transfer) {
	e.begin()
	e.str("kind", t.Kind)
	e.str("by", string(t.By))
	e.some("to", t.To)
	e.time("at", t.At)
	e.str("result", t.Result)
	e.end()
}

func (e *encoder) file(f *RecordingFile) {
	e.begin()
	e.leg("leg", f.Leg)
	e.str("path", f.Path)
	e.time("at", f.At)
	e.end()
}

func (e *encoder) liveLeg(l *Leg) {
	e.begin()
	e.leg("id", l.ID)
	e.str("linkedid", l.Linkedid)
	e.str("name", l.Name)
	e.some("device", string(l.Device))
	e.str("role", string(l.Role))
	e.str("state", string(l.State))
	e.party("caller", &l.Caller)
	e.party("connected", &l.Connected)
	e.some("context", l.Context)
	e.some("exten", l.Exten)
	e.some("local_peer", l.LocalPeer)
	e.some("recording", string(l.Recording))
	e.some("bridge", l.Bridge)
	e.some("app", l.App)
	e.some("app_data", l.AppData)
	e.time("since", l.Since)
	e.end()
}

func (e *encoder) decision(d *Decision) {
	e.begin()
	e.time("at", d.At)
	e.str("stage", d.Stage)
	e.str("rule", d.Rule)
	e.str("text", d.Text)
	e.some("leg", d.Leg)
	e.some("agent", d.Agent)
	e.end()
}

func (e *encoder) leg(key string, id LegID) {
	e.key(key)
	e.begin()
	e.str("pbx", id.PBX)
	e.str("uniqueid", id.Uniqueid)
	e.end()
}

func (e *encoder) phone(key string, p *Phone) {
	e.key(key)
	e.begin()
	e.str("number", p.Number)
	e.str("raw", p.Raw)
	e.some("ext", p.Ext)
	e.str("kind", string(p.Kind))
	e.end()
}

func (e *encoder) party(key string, p *Party) {
	e.key(key)
	e.begin()
	e.some("number", p.Number)
	e.some("name", p.Name)
	e.end()
}
