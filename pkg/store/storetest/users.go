package storetest

import (
	"time"

	"callcard/pkg/cti"
)

func testUsers(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	anna := cti.User{
		ID: "anna", Name: "Анна", Role: cti.RoleAgent, PBX: "main", Interface: "Local/1001@from-queue/n",
		Device: "PJSIP/1001", Extension: "1001", Queues: []string{"support", "sales"},
	}
	crm := cti.User{ID: "crm", Role: cti.RoleService, Queues: []string{}}
	must(t, s.CreateUser(ctx, crm, "hash-2"))
	before := got[uint64](t)(s.UsersMark(ctx))
	equal(t, "mark of the same users", before, got[uint64](t)(s.UsersMark(ctx)))
	must(t, s.CreateUser(ctx, anna, "hash-1"))
	if before == got[uint64](t)(s.UsersMark(ctx)) {
		t.Error("a new user leaves the mark as it was")
	}

	wantErr(t, "a name that is taken", s.CreateUser(ctx, anna, ""), cti.ErrConflict)
	wantInvalid(t, "username", s.CreateUser(ctx, cti.User{}, ""))
	user, hash, err := s.User(ctx, "anna")
	must(t, err)
	equal(t, "user", anna, user)
	equal(t, "hash", "hash-1", hash)
	_, _, err = s.User(ctx, "nobody")
	wantErr(t, "an unknown user", err, cti.ErrNotFound)
	equal(t, "users", []cti.User{anna, crm}, got[[]cti.User](t)(s.Users(ctx)))
}

func testSessions(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	must(t, s.CreateUser(ctx, cti.User{ID: "anna"}, "h"))
	until := time.Now().Add(time.Hour).Truncate(time.Microsecond).UTC()
	must(t, s.SaveSession(ctx, "t1", "anna", until))
	must(t, s.SaveSession(ctx, "t1", "anna", until.Add(time.Hour)))
	user, expires, err := s.Session(ctx, "t1")
	must(t, err)
	equal(t, "session", []any{cti.UserID("anna"), until.Add(time.Hour)}, []any{user, expires})

	must(t, s.SaveSession(ctx, "old", "anna", time.Now().Add(-time.Minute)))
	must(t, s.SaveSession(ctx, "t2", "anna", until))
	_, _, err = s.Session(ctx, "old")
	wantErr(t, "a session that has expired", err, cti.ErrNotFound)
	must(t, s.DeleteSession(ctx, "t1"))
	must(t, s.DeleteSession(ctx, "t1"))
	_, _, err = s.Session(ctx, "t1")
	wantErr(t, "a session that was ended", err, cti.ErrNotFound)
	wantErr(t, "a session of nobody", s.SaveSession(ctx, "t3", "nobody", until), cti.ErrNotFound)
}

func testModes(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	equal(t, "no modes", []cti.ModeChange{}, got[[]cti.ModeChange](t)(s.LastModes(ctx)))
	lunch := cti.ModeChange{User: "anna", Mode: cti.ModeNotReady, Reason: "обед", By: "anna", At: start()}
	ready := cti.ModeChange{User: "anna", Mode: cti.ModeReady, By: "pbx", At: start().Add(-time.Minute)} // a clock that was set back
	boris := cti.ModeChange{User: "boris", Mode: cti.ModeOffline, By: "boris", At: start()}
	for _, m := range []cti.ModeChange{lunch, boris, ready} {
		must(t, s.SaveMode(ctx, m))
	}
	equal(t, "last modes", []cti.ModeChange{ready, boris}, got[[]cti.ModeChange](t)(s.LastModes(ctx)))
}

func testMemos(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	equal(t, "no memos", []cti.AgentMemo{}, got[[]cti.AgentMemo](t)(s.Memos(ctx)))
	at := start()
	boris := cti.AgentMemo{User: "boris", Block: cti.BlockRONA, BlockSince: at, MissedOffers: 3}
	anna := cti.AgentMemo{
		User: "anna", Next: cti.NextMode{Mode: cti.ModeNotReady, Reason: "обед", By: "anna"},
		ACW: cti.CallWork{CallID: "main:1.1", Since: at, Until: at.Add(time.Minute), ExtendsLeft: 2},
	}
	for _, m := range []cti.AgentMemo{boris, {User: "anna", MissedOffers: 1}, anna} {
		must(t, s.SaveMemo(ctx, m))
	}
	equal(t, "memos", []cti.AgentMemo{anna, boris}, got[[]cti.AgentMemo](t)(s.Memos(ctx)))
}
