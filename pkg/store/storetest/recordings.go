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

func testRecordingStates(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	r := cti.Recording{ID: "r1", CallID: "m:1", Leg: cti.LegID{PBX: "m", Uniqueid: "1"}, Source: "/x.wav", Started: start()}
	must(t, s.ExpectRecording(ctx, r))
	one := script("e", call("m:1", start()))
	must(t, s.AppendEvents(ctx, append(one.talked("anna", 60), one.ended(cti.OutcomeAnswered)...)))
	to := func(state cti.RecordingState) error { r.State = state; return s.SaveRecording(ctx, r) }
	must(t, to(cti.RecordingWriting))
	equal(t, "pending", 1, len(got[[]cti.Recording](t)(s.PendingRecordings(ctx))))
	r.Tried = []string{"/a.wav", "/b.wav (permission denied)"}
	must(t, to(cti.RecordingMissing))
	equal(t, "nothing pending", 0, len(got[[]cti.Recording](t)(s.PendingRecordings(ctx))))
	equal(t, "late", []cti.Recording{r}, got[[]cti.Recording](t)(s.LateRecordings(ctx, start())))
	equal(t, "too late", 0, len(got[[]cti.Recording](t)(s.LateRecordings(ctx, start().Add(time.Second)))))
	r.Tried = nil
	must(t, to(cti.RecordingStored))
	must(t, to(cti.RecordingVerified))
	for _, state := range []cti.RecordingState{cti.RecordingStored, cti.RecordingMissing, cti.RecordingWriting, cti.RecordingVerified} {
		wantErr(t, "verified becomes "+string(state), to(state), cti.ErrConflict)
	}
	r.State = cti.RecordingVerified
	equal(t, "verified", r, got[cti.Recording](t)(s.Recording(ctx, "r1")))
	equal(t, "of the leg", []cti.Recording{r}, got[[]cti.Recording](t)(s.RecordingsOf(ctx, r.Leg)))
	equal(t, "of another leg", 0, len(got[[]cti.Recording](t)(s.RecordingsOf(ctx, cti.LegID{PBX: "m", Uniqueid: "2"}))))
}

func testRecordingFiles(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	_, err := s.Peaks(ctx, "r1")
	wantErr(t, "no shape", err, cti.ErrNotFound)
	shape := cti.Peaks{Seconds: 1.5, Peaks: []int{1, 100}, Channels: [][]int{{1, 2}, {0, 100}}}
	must(t, s.SavePeaks(ctx, "r1", cti.Peaks{}))
	must(t, s.SavePeaks(ctx, "r1", shape))
	equal(t, "shape", shape, got[cti.Peaks](t)(s.Peaks(ctx, "r1")))

	play := cti.RecordingAccess{RecordingID: "r1", User: "anna", What: cti.AccessPlay, At: start()}
	saved := play
	saved.What, saved.At = cti.AccessDownload, start().Add(2*time.Second)
	again := play
	again.At = start().Add(2 * time.Minute)
	for _, a := range []cti.RecordingAccess{play, {RecordingID: "r1", User: "anna", What: cti.AccessPlay, At: start().Add(59 * time.Second)}, saved, again} {
		must(t, s.LogAccess(ctx, a))
	}
	must(t, s.LogAccess(ctx, cti.RecordingAccess{RecordingID: "r2", User: "boris", What: cti.AccessPlay, At: start()}))
	equal(t, "accesses", []cti.RecordingAccess{again, saved, play}, got[[]cti.RecordingAccess](t)(s.Accesses(ctx, "r1")))

	one := script("e", call("m:1", start()))
	one.call.Talks = []cti.Talk{{Leg: cti.LegID{PBX: "m", Uniqueid: "7.7"}, From: start(), To: start()}}
	must(t, s.AppendEvents(ctx, one.started()))
	for _, uniqueid := range []string{"1", "7.7"} {
		equal(t, "call of leg "+uniqueid, cti.CallID("m:1"), got[cti.CallID](t)(s.CallOfLeg(ctx, cti.LegID{PBX: "m", Uniqueid: uniqueid}, start().Add(time.Minute))))
	}
	_, err = s.CallOfLeg(ctx, cti.LegID{PBX: "m", Uniqueid: "7.8"}, start())
	wantErr(t, "a leg of no call", err, cti.ErrNotFound)
}

func testRecordingPages(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	people(t, s, "ivan")
	for i, user := range []cti.UserID{"anna", "boris", "anna"} {
		id := cti.CallID("m:" + string(rune('1'+i)))
		one := script("e"+string(id), call(id, start().Add(time.Duration(i)*time.Hour)))
		one.call.Visits = []cti.Visit{{Queue: "q-" + string(user), Joined: start()}}
		must(t, s.AppendEvents(ctx, append(one.talked(user, 60), one.ended(cti.OutcomeAnswered)...)))
		for _, file := range []string{"a", "b"} {
			r := cti.Recording{ID: string(id) + file, CallID: id, Leg: cti.LegID{PBX: "m", Uniqueid: string(id)}, Source: file, Started: start()}
			must(t, s.ExpectRecording(ctx, r))
			if file == "a" {
				r.State = cti.RecordingStored
				must(t, s.SaveRecording(ctx, r))
			}
		}
	}
	must(t, s.LinkContact(ctx, "m:2", "ivan", "boris"))
	ids := func(f cti.RecordingFilter) (ids []string) {
		t.Helper()
		for range 9 {
			found, next, err := s.FindRecordings(ctx, f)
			must(t, err)
			for _, r := range found {
				ids = append(ids, r.ID)
			}
			if f.Calls.Cursor = next; next == "" {
				return ids
			}
		}
		t.Fatal("pages without an end")
		return nil
	}
	all := []string{"m:3b", "m:3a", "m:2b", "m:2a", "m:1b", "m:1a"}
	equal(t, "all", all, ids(cti.RecordingFilter{}))
	equal(t, "all, one by one", all, ids(cti.RecordingFilter{Calls: cti.CallFilter{Limit: 1}}))
	equal(t, "of a user, one by one", []string{"m:3b", "m:3a", "m:1b", "m:1a"}, ids(cti.RecordingFilter{Calls: cti.CallFilter{User: "anna", Limit: 1}}))
	equal(t, "stored", []string{"m:3a", "m:2a", "m:1a"}, ids(cti.RecordingFilter{State: cti.RecordingStored}))
	equal(t, "expected", []string{"m:3b", "m:2b", "m:1b"}, ids(cti.RecordingFilter{State: cti.RecordingExpected}))
	equal(t, "missing", []string(nil), ids(cti.RecordingFilter{State: cti.RecordingMissing}))
	equal(t, "of a queue", []string{"m:2b", "m:2a"}, ids(cti.RecordingFilter{Calls: cti.CallFilter{Queue: "q-boris"}}))
	equal(t, "from", []string{"m:3b", "m:3a"}, ids(cti.RecordingFilter{Calls: cti.CallFilter{From: start().Add(2 * time.Hour)}}))
	equal(t, "searched", 6, len(ids(cti.RecordingFilter{Calls: cti.CallFilter{Query: "1234567"}})))
	found, _, err := s.FindRecordings(ctx, cti.RecordingFilter{Calls: cti.CallFilter{Agent: "boris", Limit: 1}})
	must(t, err)
	equal(t, "whose", cti.FoundRecording{
		Recording: got[cti.Recording](t)(s.Recording(ctx, "m:2b")), Client: call("m:2", start()).Client, ContactName: "Name of ivan",
		Direction: cti.Inbound, Queue: "q-boris", Agents: []cti.UserID{"boris"},
	}, found[0])
	_, _, err = s.FindRecordings(ctx, cti.RecordingFilter{State: "x' OR 1=1 --"})
	if err == nil {
		t.Error("took any text for a state")
	}
	_, _, err = s.FindRecordings(ctx, cti.RecordingFilter{Calls: cti.CallFilter{Cursor: "bad"}})
	if err == nil {
		t.Error("took any text for a cursor")
	}
}

func testRecordingWork(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	r := cti.Recording{ID: "r1", CallID: "m:1", Leg: cti.LegID{PBX: "m", Uniqueid: "1"}, Source: "/x.wav", Started: start()}
	must(t, s.ExpectRecording(ctx, r))
	r.State, r.File, r.Bytes, r.Origin, r.Due, r.Stored = cti.RecordingStored, "d/r1.wav", 9, "aa", "convert", start()
	must(t, s.SaveRecording(ctx, r))
	equal(t, "due", []cti.Recording{r}, got[[]cti.Recording](t)(s.DueRecordings(ctx, 9)))
	seen := r // by who compares it with its talk, just before it is exchanged
	r.File, r.Bytes, r.SHA256, r.Due = "d/r1.opus", 3, "bb", "remove d/r1.wav"
	must(t, s.ReplaceFile(ctx, r, "d/r1.wav"))
	wantErr(t, "another file", s.ReplaceFile(ctx, r, "d/r1.wav"), cti.ErrConflict)
	seen.State = cti.RecordingVerified
	must(t, s.SaveRecording(ctx, seen))
	r.State = cti.RecordingVerified
	equal(t, "verified, and still the new file", r, got[cti.Recording](t)(s.Recording(ctx, "r1")))
	equal(t, "due still", []cti.Recording{r}, got[[]cti.Recording](t)(s.DueRecordings(ctx, 9)))
	r.Due = ""
	must(t, s.ReplaceFile(ctx, r, r.File))
	equal(t, "done", 0, len(got[[]cti.Recording](t)(s.DueRecordings(ctx, 9))))
}

func testRetention(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	var all []cti.Recording
	for i := range 3 {
		id := cti.CallID("m:" + string(rune('1'+i)))
		one := script("e"+string(id), call(id, start().Add(time.Duration(i)*time.Hour)))
		one.call.Visits = []cti.Visit{{Queue: "sales", Joined: start()}}
		must(t, s.AppendEvents(ctx, append(one.talked("anna", 60), one.ended(cti.OutcomeAnswered)...)))
		r := cti.Recording{ID: string(id) + "r", CallID: id, Leg: cti.LegID{PBX: "m", Uniqueid: string(id)}, Source: "x", Started: start().Add(time.Duration(i) * time.Hour)}
		must(t, s.ExpectRecording(ctx, r))
		r.State, r.File, r.Bytes, r.Seconds = cti.RecordingStored, "f"+r.ID, 7, 60
		must(t, s.SaveRecording(ctx, r))
		must(t, s.SavePeaks(ctx, r.ID, cti.Peaks{Seconds: 1}))
		all = append(all, r)
	}
	hold := cti.RecordingHold{CallID: "m:2", By: "olga", Reason: "суд", At: start().Add(time.Hour)}
	must(t, s.HoldRecordings(ctx, hold))
	found := got[[]cti.AgedRecording](t)(s.AgedRecordings(ctx, start().Add(2*time.Hour), cti.AgedRecording{}, 9))
	equal(t, "aged", []cti.AgedRecording{
		{ID: "m:1r", CallID: "m:1", Started: start(), Bytes: 7, Seconds: 60, Direction: cti.Inbound, Outcome: cti.OutcomeAnswered, Queue: "sales"},
		{ID: "m:2r", CallID: "m:2", Started: start().Add(time.Hour), Bytes: 7, Seconds: 60, Direction: cti.Inbound, Outcome: cti.OutcomeAnswered, Queue: "sales", Held: true},
	}, found)
	equal(t, "the next page", "m:2r", got[[]cti.AgedRecording](t)(s.AgedRecordings(ctx, start().Add(2*time.Hour), found[0], 9))[0].ID)

	held := all[1]
	held.Hold = &hold
	equal(t, "held", held, got[cti.Recording](t)(s.Recording(ctx, "m:2r")))
	equal(t, "held, of the call", []cti.Recording{held}, got[cti.CallRecord](t)(s.Call(ctx, "m:2")).Recordings)
	page, _, err := s.FindRecordings(ctx, cti.RecordingFilter{})
	must(t, err)
	equal(t, "held, in the list", []*cti.RecordingHold{nil, &hold, nil}, []*cti.RecordingHold{page[0].Hold, page[1].Hold, page[2].Hold})

	wantErr(t, "what is held", s.ClaimExpiry(ctx, "m:2r", "old"), cti.ErrConflict)
	must(t, s.ClaimExpiry(ctx, "m:1r", "old"))
	wantErr(t, "twice", s.ClaimExpiry(ctx, "m:1r", "old"), cti.ErrConflict)
	wantErr(t, "hold what is being removed", s.HoldRecordings(ctx, cti.RecordingHold{CallID: "m:1", By: "olga", Reason: "x", At: start()}), cti.ErrConflict)
	wantErr(t, "exchange what is being removed", s.ReplaceFile(ctx, all[0], all[0].File), cti.ErrConflict)
	claimed := all[0]
	claimed.ExpiredBy = "old"
	equal(t, "claimed", []cti.Recording{claimed}, got[[]cti.Recording](t)(s.ClaimedExpiries(ctx)))
	must(t, s.SaveExpiry(ctx, "m:1r", "old", start().Add(9*time.Hour)))
	wantErr(t, "saved twice", s.SaveExpiry(ctx, "m:1r", "old", start()), cti.ErrConflict)
	claimed.State, claimed.File, claimed.Expired = cti.RecordingExpired, "", start().Add(9*time.Hour)
	equal(t, "what is left", claimed, got[cti.Recording](t)(s.Recording(ctx, "m:1r")))
	_, err = s.Peaks(ctx, "m:1r")
	wantErr(t, "its shape", err, cti.ErrNotFound)
	equal(t, "nothing claimed", 0, len(got[[]cti.Recording](t)(s.ClaimedExpiries(ctx))))
	equal(t, "written down", []cti.RecordingAccess{{RecordingID: "m:1r", What: cti.AccessExpire, At: start().Add(9 * time.Hour), Note: "old"}},
		got[[]cti.RecordingAccess](t)(s.Accesses(ctx, "m:1r")))

	must(t, s.ReleaseRecordings(ctx, "m:2", "vera", start().Add(3*time.Hour)))
	must(t, s.ReleaseRecordings(ctx, "m:2", "vera", start().Add(4*time.Hour)))
	equal(t, "released", all[1], got[cti.Recording](t)(s.Recording(ctx, "m:2r")))
	equal(t, "written down, too", []cti.RecordingAccess{
		{RecordingID: "m:2r", User: "vera", What: cti.AccessRelease, At: start().Add(3 * time.Hour)},
		{RecordingID: "m:2r", User: "olga", What: cti.AccessHold, At: start().Add(time.Hour), Note: "суд"},
	}, got[[]cti.RecordingAccess](t)(s.Accesses(ctx, "m:2r")))
	must(t, s.ClaimExpiry(ctx, "m:2r", "old"))
}
