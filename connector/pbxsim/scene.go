package pbxsim

// scene is a script with the people who perform it.
type scene struct {
	script string
	cast   Cast
	missed bool // nobody talks with the caller
}

// kindOfCall is one choice of the office; cast returns false when nobody is
// there who could perform it.
type kindOfCall struct {
	weight int
	cast   func() (scene, bool)
}

// choose picks at random among the kinds that are possible now.
func (o *Office) choose() (scene, bool) {
	kinds := []kindOfCall{
		{30, o.answered},
		{15, o.ringAll},
		{7, o.transferred},
		{7, o.consulted},
		{9, o.rang},
		{11, o.abandoned},
		{8, o.direct},
		{5, o.internal},
		{2, o.closed},
	}
	if o.due() {
		if s, ok := o.owes(); ok {
			return s, true
		}
	}
	if o.wantsDirect() {
		return o.direct()
	}
	for len(kinds) > 0 {
		i := o.draw(kinds)
		if s, ok := kinds[i].cast(); ok {
			return s, true
		}
		kinds = append(kinds[:i:i], kinds[i+1:]...)
	}
	return scene{}, false
}

func (o *Office) draw(kinds []kindOfCall) int {
	sum := 0
	for _, k := range kinds {
		sum += k.weight
	}
	at := o.random.IntN(sum)
	for i, k := range kinds {
		if at -= k.weight; at < 0 {
			return i
		}
	}
	return 0
}

// owes is a call for the phone that came on duty: by a queue that rings it, else
// by the direct number.
func (o *Office) owes() (scene, bool) {
	for _, ph := range o.free(o.opts.Support.Queue) {
		if ph.Device == o.favour {
			return scene{script: "answered", cast: o.cast(o.opts.Support, ph)}, true
		}
	}
	for _, ph := range o.free(o.opts.Sales.Queue) {
		if ph.Device == o.favour {
			return scene{script: "ringall", cast: o.cast(o.opts.Sales, Phone{}, ph, Phone{})}, true
		}
	}
	return o.direct()
}

// wantsDirect is true for a favoured phone that no queue would ring: its owner
// looks at the screen, but is not ready.
func (o *Office) wantsDirect() bool {
	if o.favour == "" || o.busy[o.favour] {
		return false
	}
	for _, line := range []Line{o.opts.Support, o.opts.Sales} {
		for _, ph := range o.free(line.Queue) {
			if ph.Device == o.favour {
				return false
			}
		}
	}
	return o.random.IntN(2) == 0
}

// free lists a queue's ready phones in a random order, the favoured one mostly first.
func (o *Office) free(queue string) []Phone {
	var out []Phone
	for _, ph := range o.pbx.Ready(queue) {
		if !o.busy[ph.Device] {
			out = append(out, ph)
		}
	}
	o.random.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	for i, ph := range out {
		if ph.Device == o.favour && o.random.IntN(4) > 0 {
			out[0], out[i] = out[i], out[0]
		}
	}
	return out
}

func (o *Office) cast(line Line, phones ...Phone) Cast {
	return Cast{Client: o.caller(), DID: line.DID, Queue: line.Queue, Phones: phones}
}

// caller is somebody who was missed before, or anyone by weight.
func (o *Office) caller() string {
	if n := len(o.missed); n > 0 && o.random.IntN(3) == 0 {
		number := o.missed[0]
		o.missed = o.missed[1:]
		return number
	}
	sum := 0
	for _, c := range o.opts.Callers {
		sum += c.Weight
	}
	at := o.random.IntN(max(sum, 1))
	for _, c := range o.opts.Callers {
		if at -= c.Weight; at < 0 {
			return c.Number
		}
	}
	return "anonymous"
}

func (o *Office) answered() (scene, bool) {
	phones := o.free(o.opts.Support.Queue)
	if len(phones) == 0 {
		return scene{}, false
	}
	return scene{script: "answered", cast: o.cast(o.opts.Support, phones[0])}, true
}

// ringAll rings every ready phone; the recorded order of ringing is third,
// second, first, and the second answers.
func (o *Office) ringAll() (scene, bool) {
	phones := o.free(o.opts.Sales.Queue)
	if len(phones) == 0 {
		return scene{}, false
	}
	// The favoured phone is first in the list: let it answer in half of the calls.
	answers := 0
	if len(phones) > 1 {
		answers = o.random.IntN(2)
	}
	cast := o.cast(o.opts.Sales, Phone{}, phones[answers], Phone{})
	for i, ph := range phones[:min(len(phones), 3)] {
		if i == answers {
			continue
		}
		if cast.Phones[0].Device == "" {
			cast.Phones[0] = ph
		} else {
			cast.Phones[2] = ph
		}
	}
	return scene{script: "ringall", cast: cast}, true
}

func (o *Office) transferred() (scene, bool) { return o.withTwo("blind") }
func (o *Office) consulted() (scene, bool)   { return o.withTwo("attended_late") }
func (o *Office) rang() (scene, bool)        { return o.withTwo("rona") }

// internal is a colleague calling a colleague.
func (o *Office) internal() (scene, bool) {
	s, ok := o.withTwo("internal")
	if n := len(s.cast.Phones); n == 2 {
		// The favoured phone is first in the list: let it be the one that is called.
		s.cast = Cast{Phones: []Phone{s.cast.Phones[1], s.cast.Phones[0]}}
	}
	return s, ok
}

func (o *Office) withTwo(script string) (scene, bool) {
	phones := o.free(o.opts.Support.Queue)
	if len(phones) < 2 {
		return scene{}, false
	}
	return scene{script: script, cast: o.cast(o.opts.Support, phones[0], phones[1])}, true
}

// abandoned needs nobody: without a ready agent the caller waits and leaves.
func (o *Office) abandoned() (scene, bool) {
	agent := Phone{}
	if phones := o.free(o.opts.Support.Queue); len(phones) > 0 {
		agent = phones[0]
	}
	return scene{script: "abandoned", cast: o.cast(o.opts.Support, agent), missed: true}, true
}

func (o *Office) direct() (scene, bool) {
	for _, ph := range o.pbx.opts.Phones {
		if (o.favour == "" || ph.Device == o.favour) && !o.busy[ph.Device] && o.pbx.Free(ph.Device) {
			if o.random.IntN(3) == 0 {
				return scene{script: "direct_noanswer", cast: o.cast(o.opts.Direct, ph), missed: true}, true
			}
			return scene{script: "direct_answered", cast: o.cast(o.opts.Direct, ph)}, true
		}
	}
	return scene{}, false
}

func (o *Office) closed() (scene, bool) {
	return scene{script: "after_hours", cast: o.cast(o.opts.Closed), missed: true}, true
}
