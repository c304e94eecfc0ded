package storetest

import (
	"time"

	"callcard/pkg/cti"
)

func testRecordings(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	one := script("e", call("m:1", start()))
	r := cti.Recording{
		ID: "r1", CallID: "m:1", Leg: cti.LegID{PBX: "m", Uniqueid: "1"}, State: cti.RecordingExpected,
		Source: "/spool/x.wav", Started: start(),
	}
	must(t, s.ExpectRecording(ctx, r)) // faster than the table of calls
	must(t, s.AppendEvents(ctx, one.started()))
	same := r
	same.ID = "made otherwise"
	must(t, s.ExpectRecording(ctx, r))
	must(t, s.ExpectRecording(ctx, same))
	equal(t, "expected once", []cti.Recording{r}, got[cti.CallRecord](t)(s.Call(ctx, "m:1")).Recordings)
	equal(t, "nothing pending during the call", 0, len(got[[]cti.Recording](t)(s.PendingRecordings(ctx))))
	must(t, s.AppendEvents(ctx, one.ended(cti.OutcomeAnswered)))
	equal(t, "pending", []cti.Recording{r}, got[[]cti.Recording](t)(s.PendingRecordings(ctx)))
	equal(t, "pending of these calls", []cti.Recording{r}, got[[]cti.Recording](t)(s.PendingRecordings(ctx, "m:0", "m:1", "m:2")))
	equal(t, "pending of another call", 0, len(got[[]cti.Recording](t)(s.PendingRecordings(ctx, "m:2"))))

	people(t, s, "ivan")
	must(t, s.LinkContact(ctx, "m:1", "ivan", "anna"))
	r.State, r.File, r.Bytes, r.Seconds, r.SHA256 = cti.RecordingStored, "2026/11/22/r1.wav", 1<<40, 61.25, "abc"
	r.Stored, r.Note = start().Add(time.Minute), "repaired"
	must(t, s.SaveRecording(ctx, r)) // r does not know of the link
	r.ContactID = "ivan"
	equal(t, "stored", r, got[cti.Recording](t)(s.Recording(ctx, "r1")))
	equal(t, "nothing pending", 0, len(got[[]cti.Recording](t)(s.PendingRecordings(ctx))))
	must(t, s.ExpectRecording(ctx, cti.Recording{ID: "r1", CallID: "m:1", Leg: r.Leg, Source: r.Source}))
	equal(t, "told again", cti.RecordingStored, got[cti.Recording](t)(s.Recording(ctx, "r1")).State)

	wantErr(t, "an unknown one", s.SaveRecording(ctx, cti.Recording{ID: "none"}), cti.ErrNotFound)
	_, err := s.Recording(ctx, "none")
	wantErr(t, "an unknown one", err, cti.ErrNotFound)
}
