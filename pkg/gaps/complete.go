package gaps

import (
	"slices"
	"time"

	"callcard/pkg/cti"
)

// blur is by how much two clocks of whole seconds and the events may differ and still
// speak of the same moment. The events are finer, so they stay.
const blur = 2 * time.Second

// complete fills in what was not seen of a call. What was seen stays where the records
// agree: it is finer, and holds more. What was not seen gives way to them.
func complete(c cti.Call, seen cti.Call, queueLog bool) cti.Call {
	c.Visits, c.Talks, c.Offers = slices.Clone(c.Visits), slices.Clone(c.Talks), slices.Clone(c.Offers)
	c.Certainty = cti.Reconciled
	if c.Client.Number == "" && seen.Client.Number != "" {
		c.Client = seen.Client
	}
	if c.DID == "" {
		c.DID = seen.DID
	}
	if c.Ended.Sub(seen.Ended) > blur && !seen.Ended.Before(c.Started.Add(-blur)) {
		c.Ended = later(seen.Ended, c.Started)
	}
	if seen.Started.Add(blur).Before(c.Started) {
		c.Started = seen.Started
	}
	if queueLog {
		completeVisits(&c, seen)
	}
	completeTalks(&c, seen)
	completeOffers(&c, seen)
	if len(c.Transfers) == 0 {
		c.Transfers = seen.Transfers
	}
	refused := c.Outcome == cti.OutcomeFailed || seen.Outcome == cti.OutcomeFailed
	decide(&c, refused)
	return c
}

// moment takes what the records say when it is about another moment.
func moment(ours, theirs time.Time) time.Time {
	if d := ours.Sub(theirs); ours.IsZero() || !theirs.IsZero() && (d > blur || d < -blur) {
		return theirs
	}
	return ours
}

func completeVisits(c *cti.Call, seen cti.Call) {
	used := map[int]bool{}
	for _, v := range seen.Visits {
		at := slices.IndexFunc(c.Visits, func(have cti.Visit) bool {
			return have.Queue == v.Queue && (have.Leg.Uniqueid == v.Leg.Uniqueid || have.Leg.IsZero())
		})
		for at >= 0 && at < len(c.Visits) && (used[at] || c.Visits[at].Queue != v.Queue || c.Visits[at].Leg.Uniqueid != v.Leg.Uniqueid) {
			at++
		}
		if at < 0 || at == len(c.Visits) {
			c.Visits = append(c.Visits, v)
			used[len(c.Visits)-1] = true
			continue
		}
		used[at] = true
		have := &c.Visits[at]
		have.Joined, have.Left, have.Outcome = moment(have.Joined, v.Joined), moment(have.Left, v.Left), v.Outcome
		if v.By != "" {
			have.By = v.By
		}
	}
	slices.SortStableFunc(c.Visits, func(x, y cti.Visit) int { return x.Joined.Compare(y.Joined) })
}

func completeTalks(c *cti.Call, seen cti.Call) {
	used := map[int]bool{}
	for _, t := range seen.Talks {
		at := slices.IndexFunc(c.Talks, func(have cti.Talk) bool { return have.Device == t.Device && meets(have, t) })
		for at >= 0 && at < len(c.Talks) && (used[at] || c.Talks[at].Device != t.Device || !meets(c.Talks[at], t)) {
			at++
		}
		switch {
		case at >= 0 && at < len(c.Talks):
			used[at] = true
			have := &c.Talks[at]
			have.From, have.To = moment(have.From, t.From), moment(have.To, t.To)
			if have.BeginUnseen { // it was the moment of the first look after the gap
				have.From, have.BeginUnseen = sooner(have.From, t.From), false
			}
			if have.EndedBy == "" || have.EndedBy == "unknown" { // likewise
				have.To = later(t.To, have.From)
			}
			if (have.EndedBy == "" || have.EndedBy == "unknown") && t.EndedBy != "" {
				have.EndedBy = t.EndedBy
			}
			if have.Queue == "" {
				have.Queue = t.Queue
			}
		case !slices.ContainsFunc(c.Talks, func(have cti.Talk) bool { return inside(have, t) }):
			c.Talks = append(c.Talks, t)
			used[len(c.Talks)-1] = true
		}
	}
	c.Talks = slices.DeleteFunc(c.Talks, func(t cti.Talk) bool { return t.From.After(c.Ended.Add(blur)) })
	for i := range c.Talks {
		t := &c.Talks[i]
		if t.To.IsZero() || t.To.After(c.Ended) && t.To.Sub(c.Ended) > blur {
			t.To = later(c.Ended, t.From)
		}
		t.Held = min(t.Held, t.To.Sub(t.From))
		if t.HeldSince.After(t.To) {
			t.HeldSince = time.Time{}
		}
	}
	slices.SortStableFunc(c.Talks, func(x, y cti.Talk) int { return x.From.Compare(y.From) })
}

// meets tells that two talks of one device are the same one: they overlap, or nearly do.
func meets(a, b cti.Talk) bool {
	return (a.To.IsZero() || !b.From.After(a.To.Add(blur))) && (b.To.IsZero() || !a.From.After(b.To.Add(blur)))
}

// inside tells that a talk of the records is one that was seen, under another device's name.
func inside(have, t cti.Talk) bool {
	from, to := later(have.From, t.From), t.To
	if !have.To.IsZero() {
		to = sooner(have.To, t.To)
	}
	return 2*to.Sub(from) > t.To.Sub(t.From)
}

func completeOffers(c *cti.Call, seen cti.Call) {
	for _, o := range seen.Offers {
		at := slices.IndexFunc(c.Offers, func(have cti.Offer) bool {
			near := have.At.Sub(o.At)
			return have.Device == o.Device && have.Queue == o.Queue && (near < blur && near > -blur || !have.Ended.IsZero() && !have.Ended.Add(blur).Before(o.At) && !have.At.After(o.Ended.Add(blur)))
		})
		switch {
		case at < 0:
			c.Offers = append(c.Offers, o)
		case o.Result == cti.OfferAccepted && c.Offers[at].Result != cti.OfferAccepted:
			have := &c.Offers[at]
			have.Result, have.Reason, have.Ended = o.Result, "", o.Ended
		}
	}
	slices.SortStableFunc(c.Offers, func(x, y cti.Offer) int { return x.At.Compare(y.At) })
}
