package storetest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"callcard/pkg/cti"
	"callcard/pkg/store"
)

// write saves a note that must be taken.
func write(tb testing.TB, s *store.Store, id cti.CallID, user cti.UserID, text string, base int) cti.Note {
	tb.Helper()
	return got[cti.Note](tb)(s.SaveNote(tb.Context(), id, cti.NoteDraft{User: user, Text: text, Base: base}))
}

// texts are notes without their times, which differ from run to run.
func texts(notes []cti.Note) []string {
	var out []string
	for _, n := range notes {
		out = append(out, string(n.Agent)+" "+n.AgentName+": "+n.Text)
	}
	return out
}

func testNotes(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	must(t, s.CreateUser(ctx, cti.User{ID: "anna", Name: "Анна"}, ""))
	first := write(t, s, "m:1", "anna", "Просит", 0) // before the call is written
	if first.Version != 1 || first.AgentName != "Анна" || time.Since(first.UpdatedAt) > time.Minute {
		t.Errorf("the first version: %+v", first)
	}
	must(t, s.AppendEvents(ctx, script("e", call("m:1", start())).ended(cti.OutcomeAnswered)))
	second := write(t, s, "m:1", "anna", "Просит счёт", 1)
	equal(t, "again, because the answer was lost", second, write(t, s, "m:1", "anna", "Просит счёт", 1))

	_, err := s.SaveNote(ctx, "m:1", cti.NoteDraft{User: "anna", Text: "from an old tab", Base: 1})
	wantErr(t, "an old version", err, cti.ErrConflict)
	var conflict *cti.NoteConflictError
	if !errors.As(err, &conflict) {
		t.Fatalf("got %v, want the current note", err)
	}
	equal(t, "current", second, conflict.Current)

	write(t, s, "m:1", "boris", "ok\x00\xff", 0)
	record := got[cti.CallRecord](t)(s.Call(ctx, "m:1"))
	equal(t, "of the call", []string{"anna Анна: Просит счёт", "boris boris: ok\uFFFD"}, texts(record.Notes))
	equal(t, "exactly", second, record.Notes[0])

	emptied := write(t, s, "m:1", "anna", "", 2)
	equal(t, "emptied", 3, emptied.Version)
	equal(t, "left", 1, len(got[cti.CallRecord](t)(s.Call(ctx, "m:1")).Notes))
	equal(t, "begun again by a tab that saw none", 4, write(t, s, "m:1", "anna", "заново", 0).Version)

	for _, bad := range []string{strings.Repeat("я", cti.NoteLimit+1)} {
		_, err := s.SaveNote(ctx, "m:1", cti.NoteDraft{User: "anna", Text: bad, Base: 4})
		wantInvalid(t, "text", err)
	}
	write(t, s, "m:1", "anna", strings.Repeat("я", cti.NoteLimit), 4) // one word, far longer than an index takes
}

func testResults(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	must(t, s.CreateUser(ctx, cti.User{ID: "anna", Name: "Анна"}, ""))
	save := func(id cti.CallID, result string, reasons ...string) cti.CallResult {
		t.Helper()
		return got[cti.CallResult](t)(s.SaveResult(ctx, id, cti.CallResult{Result: result, Reasons: reasons, Agent: "anna"}))
	}
	save("m:1", "order") // before the call is written
	must(t, s.AppendEvents(ctx, script("e", call("m:1", start())).ended(cti.OutcomeAnswered)))
	said := save("m:1", "question", "delivery", "payment")
	record := got[cti.CallRecord](t)(s.Call(ctx, "m:1"))
	equal(t, "result", &said, record.Result)
	equal(t, "by", "Анна", said.AgentName)

	write(t, s, "m:1", "anna", "Очень  длинная\nзаметка "+strings.Repeat("x", 300), 0)
	past := got[[]cti.PastCall](t)(s.PastCalls(ctx, "+79161234567", 5))
	if len(past) != 1 || past[0].Result != "question" || !strings.HasPrefix(past[0].Note, "Очень длинная заметка xxx") || len([]rune(past[0].Note)) != 200 {
		t.Errorf("past call: %+v", past)
	}
	save("m:1", "")
	equal(t, "taken back", "", got[cti.CallRecord](t)(s.Call(ctx, "m:1")).Result.Result)
}

func testMergedNotes(in bundle) {
	t, s, ctx := in.t, in.s, in.t.Context()
	a, b := script("a", call("m:1", start())), script("b", call("m:2", start()))
	must(t, s.AppendEvents(ctx, events(a.started(), b.started())))
	write(t, s, "m:1", "anna", "клиент просит скидку", 0)
	write(t, s, "m:2", "anna", "спросила у Бориса", 0)
	write(t, s, "m:2", "boris", "можно 5%", 0)
	for id, result := range map[cti.CallID]string{"m:2": "question"} {
		got[cti.CallResult](t)(s.SaveResult(ctx, id, cti.CallResult{Result: result, Agent: "anna"}))
	}
	must(t, s.AppendEvents(ctx, a.merged("m:2")))
	record := got[cti.CallRecord](t)(s.Call(ctx, "m:2"))
	equal(t, "notes", []string{"anna anna: клиент просит скидку\nспросила у Бориса", "boris boris: можно 5%"}, byAgent(record.Notes))
	equal(t, "result", "question", record.Result.Result)
	notes, result, err := s.Kept(ctx, "m:2")
	must(t, err)
	equal(t, "kept", record.Notes, notes)
	equal(t, "kept result", record.Result, result)

	joined := write(t, s, "m:2", "anna", "клиент просит скидку, спросила у Бориса", 2) // under the old id
	equal(t, "version", 3, joined.Version)
	page, _, err := s.Calls(ctx, cti.CallFilter{})
	must(t, err)
	equal(t, "calls", 1, len(page))
}

func byAgent(notes []cti.Note) []string {
	out := texts(notes)
	if len(out) > 1 && out[0] > out[1] {
		out[0], out[1] = out[1], out[0]
	}
	return out
}
