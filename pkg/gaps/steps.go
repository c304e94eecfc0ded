package gaps

import (
	"cmp"
	"slices"
	"time"

	"callcard/pkg/cti"
)

// steps are the events of a call that others wait for and that nobody heard: who talked,
// and who handed over. They come before the call's end, each with the call as it was then.
// Their names in the journal are always the same; that of the end of a call that nobody
// heard is number one.
func steps(before, after cti.Call, when time.Time) (told []cti.CallEvent) {
	for i, t := range after.Talks {
		if !slices.ContainsFunc(before.Talks, func(have cti.Talk) bool { return sameTalk(have, t) }) {
			told = append(told, cti.CallEvent{At: t.From, Kind: cti.TalkStarted, Call: asOf(after, t.From, i), Device: t.Device, Queue: t.Queue})
		}
	}
	for _, t := range after.Transfers[min(len(before.Transfers), len(after.Transfers)):] {
		told = append(told, cti.CallEvent{At: t.At, Kind: cti.TransferDone, Call: asOf(after, t.At, -1), Device: t.By})
	}
	slices.SortStableFunc(told, func(x, y cti.CallEvent) int {
		return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Kind, y.Kind)*-1) // who was handed over talks then
	})
	for i := range told {
		e := &told[i]
		e.Epoch, e.Seq, e.Reconstructed = recordsEpoch(after.ID), uint64(i+2), true //nolint:gosec // a few
		e.Call.Version = before.Version + i
		e.Decisions = []cti.Decision{{At: when, Stage: "track", Rule: "reconstructed", Text: stepText(*e)}}
	}
	return told
}

func recordsEpoch(id cti.CallID) string { return "records:" + string(id) }

func stepText(e cti.CallEvent) string {
	if e.Kind == cti.TransferDone {
		return "the PBX itself wrote down that " + string(e.Device) + " handed the call over"
	}
	return "the PBX itself wrote down that " + string(e.Device) + " talked with the client"
}

// sameTalk tells that a talk was told already: the records may have moved its begin.
func sameTalk(have, t cti.Talk) bool {
	return have.Device == t.Device && (have.Leg == t.Leg && have.From.Equal(t.From) || meets(have, t))
}

// asOf is a call at a moment of its life; the talk with the number begins then.
func asOf(c cti.Call, at time.Time, talk int) cti.Call {
	was := c
	was.Ended, was.Outcome, was.Missed, was.State = time.Time{}, "", false, cti.CallIVR
	was.Visits, was.Offers, was.Talks, was.Transfers = []cti.Visit{}, []cti.Offer{}, []cti.Talk{}, nil
	for _, v := range c.Visits {
		if v.Joined.After(at) {
			continue
		}
		if v.Left.After(at) {
			v.Left, v.Outcome, v.By, was.State = time.Time{}, "", "", cti.CallQueued
		}
		was.Visits = append(was.Visits, v)
	}
	for _, o := range c.Offers {
		if o.At.After(at) {
			continue
		}
		if o.Ended.After(at) {
			o.Ended, o.Result, o.Reason, o.By, was.State = time.Time{}, "", "", "", cti.CallRinging
		}
		was.Offers = append(was.Offers, o)
	}
	for i, t := range c.Talks {
		if t.From.After(at) || t.From.Equal(at) && i > talk && talk >= 0 {
			continue
		}
		if t.To.After(at) || i == talk {
			t.To, t.EndedBy, t.Held, was.State = time.Time{}, "", 0, cti.CallTalking
		}
		was.Talks = append(was.Talks, t)
	}
	for _, t := range c.Transfers {
		if !t.At.After(at) {
			was.Transfers = append(was.Transfers, t)
		}
	}
	if was.Answered.After(at) {
		was.Answered = time.Time{}
	}
	return was
}
