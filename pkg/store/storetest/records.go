package storetest

import (
	"errors"
	"time"

	"callcard/pkg/cti"
)

// testRecords: lines of a PBX's own records are there once, with the place behind them.
func testRecords(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	at := start()
	if _, err := s.LogPlace(ctx, "m", cti.CDRRecord); !errors.Is(err, cti.ErrNotFound) {
		t.Error(err)
	}
	lines := []cti.LogLine{
		{Kind: cti.CDRRecord, Uniqueid: "1.2", Linkedid: "1.1", At: at, Text: "a"},
		{Kind: cti.QueueLog, Uniqueid: "1.2", At: at.Add(time.Second), Text: "b"},
	}
	for offset := range int64(2) {
		must(t, s.SaveLogLines(ctx, cti.LogPlace{PBX: "m", Kind: cti.CDRRecord, Offset: offset, Mark: "x"}, lines))
	}
	equal(t, "place", cti.LogPlace{PBX: "m", Kind: cti.CDRRecord, Offset: 1, Mark: "x"}, got[cti.LogPlace](t)(s.LogPlace(ctx, "m", cti.CDRRecord)))
	equal(t, "by linkedid", lines[:1], got[[]cti.LogLine](t)(s.LogLines(ctx, "m", []string{"1.1"}, nil)))
	equal(t, "by uniqueid", lines, got[[]cti.LogLine](t)(s.LogLines(ctx, "m", nil, []string{"1.2"})))
	equal(t, "by time", lines[1:], got[[]cti.LogLine](t)(s.LogBetween(ctx, "m", at.Add(time.Microsecond), at.Add(time.Hour))))

	gap := cti.Gap{PBX: "m", From: at, To: at.Add(time.Minute)}
	must(t, s.SaveHeard(ctx, "m", gap.To, &gap))
	equal(t, "heard", gap.To, got[time.Time](t)(s.Heard(ctx, "m")))
	equal(t, "gaps", []cti.Gap{gap}, got[[]cti.Gap](t)(s.Gaps(ctx, "m")))
	gap.Closed = true
	must(t, s.SaveGap(ctx, gap))
	equal(t, "closed gaps", 0, len(got[[]cti.Gap](t)(s.Gaps(ctx, "m"))))
}

// testLinkedids: a call is known by each of its Linkedids.
func testLinkedids(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	c := call("m:1", start())
	c.PBX, c.Linkedids = "m", []string{"1", "2"}
	must(t, s.AppendEvents(ctx, script("e", c).ended(cti.OutcomeAbandoned)))
	equal(t, "known", map[string]cti.CallID{"1": "m:1", "2": "m:1"},
		got[map[string]cti.CallID](t)(s.KnownLinkedids(ctx, "m", []string{"1", "2", "3"})))
}

// testAudits: the newest day is the one with the latest name, whenever it was looked at.
func testAudits(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	_, err := s.Audit(ctx, "")
	wantErr(t, "none yet", err, cti.ErrNotFound)
	first := cti.Audit{Day: "2026-11-21", At: start().Add(time.Hour)}
	for _, a := range []cti.Audit{{Day: "2026-11-20", At: start()}, {Day: "2026-11-21", At: start()}, first} {
		must(t, s.SaveAudit(ctx, a))
	}
	equal(t, "the newest, as looked at last", first, got[cti.Audit](t)(s.Audit(ctx, "")))
	equal(t, "a day", "2026-11-20", got[cti.Audit](t)(s.Audit(ctx, "2026-11-20")).Day)
	_, err = s.Audit(ctx, "2026-11-19")
	wantErr(t, "another day", err, cti.ErrNotFound)
}

// testCallsStarted: what an audit compares, one PBX and ended calls only.
func testCallsStarted(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	at := start()
	for i, id := range []cti.CallID{"m:1", "m:2", "n:1"} {
		must(t, s.AppendEvents(ctx, script(string(id), call(id, at.Add(time.Duration(i)*time.Minute))).ended(cti.OutcomeAbandoned)))
	}
	must(t, s.AppendEvents(ctx, script("open", call("m:3", at)).started()))
	var have []cti.CallID
	for _, c := range got[[]cti.Call](t)(s.CallsStarted(ctx, "m", at, at.Add(time.Minute))) {
		have = append(have, c.ID)
	}
	equal(t, "of the PBX, of the time, ended", []cti.CallID{"m:1"}, have)
}

// testEndedInDoubt: of those asked for the ones that have ended and were not heard whole.
func testEndedInDoubt(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	for _, one := range []struct {
		id    cti.CallID
		how   cti.Certainty
		ended bool
	}{
		{"m:1", cti.Observed, true},
		{"m:2", cti.Unknown, true},
		{"m:3", cti.Reconstructed, true},
		{"m:4", cti.Reconciled, true},
		{"m:5", cti.Reconstructed, false},
		{"m:6", cti.Unknown, true},
	} {
		c := call(one.id, start())
		c.Certainty = one.how
		e := script(string(one.id), c).started()
		if one.ended {
			e = script(string(one.id), c).ended(cti.OutcomeAbandoned)
		}
		must(t, s.AppendEvents(ctx, e))
	}
	ids := map[cti.CallID]bool{}
	for _, c := range got[[]cti.Call](t)(s.EndedInDoubt(ctx, []cti.CallID{"m:1", "m:2", "m:3", "m:4", "m:5", "m:7"})) {
		ids[c.ID] = true
	}
	equal(t, "in doubt", map[cti.CallID]bool{"m:2": true, "m:3": true, "m:4": true}, ids)
	equal(t, "of none", 0, len(got[[]cti.Call](t)(s.EndedInDoubt(ctx, nil))))
}
