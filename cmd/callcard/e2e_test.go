package main

import (
	"net/http"
	"testing"

	"go.uber.org/goleak"

	"callcard/pkg/cti"
	"callcard/pop/push"
)

// These tests run the whole daemon in this process; only the PBX is played by
// the test, with conversations recorded from a real one.

func TestCardOpensBeforeTheAnswerForTheRightAgentOnly(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	o := newTestOffice(t)
	o.start()
	anna, boris := o.open("anna"), o.open("boris")

	call := o.play("answered", "79161234567")
	card := anna.card(push.TypeCardOpened)
	for card.Match != cti.MatchSingle { // the number first, the name when the directory has answered
		card = anna.card(push.TypeCardUpdated)
	}
	if card.State != cti.CardOffered || card.Client.Number != "+79161234567" || card.Queue != "support" || card.DID != "74950000001" {
		t.Errorf("got %+v", card)
	}
	if len(card.Candidates) != 1 || card.Candidates[0].Name != "Ivan" || !card.Candidates[0].Certain {
		t.Errorf("got the candidates %+v", card.Candidates)
	}

	call.answer()
	anna.accepted()
	call.end()
	ended := anna.card(push.TypeCardEnded)
	if ended.CallID != card.CallID || ended.AnsweredAt.IsZero() {
		t.Errorf("got %+v", ended)
	}
	boris.nothing()
	var record cti.CallRecord
	o.awaitArchive(anna, card.CallID, &record)
	if record.Outcome != cti.OutcomeAnswered || record.Missed || len(record.Talks) != 1 || record.Talks[0].User != "anna" {
		t.Errorf("got %+v", record)
	}
	boris.ask("GET", "/calls/"+string(card.CallID), "", http.StatusForbidden, nil)
	var trace struct{ Items []cti.Decision }
	anna.ask("GET", "/calls/"+string(card.CallID)+"/trace", "", http.StatusOK, &trace)
	if len(trace.Items) == 0 {
		t.Error("the trace is empty")
	}

	o.end()
	anna.closed(push.CloseRestart)
	boris.closed(push.CloseRestart)
}

// awaitArchive waits until a call has ended and is in the archive: the browser
// of a supervisor is not told so, the journal is asked.
func (o *testOffice) awaitArchive(p *person, id cti.CallID, record *cti.CallRecord) {
	o.t.Helper()
	for appended := o.app.appended.Wait(); ; appended = o.app.appended.Wait() {
		p.ask("GET", "/calls/"+string(id), "", http.StatusOK, record)
		if record.State == cti.CallEnded {
			return
		}
		select {
		case <-appended:
		case <-o.t.Context().Done():
			o.t.Fatal("the call does not end")
		}
	}
}

func TestRingAllPopsThreeAndWithdrawsTwo(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	o := newTestOffice(t)
	o.start()
	people := []*person{o.open("anna"), o.open("boris"), o.open("victor")}

	call := o.play("ringall", "79165550000")
	for _, p := range people {
		if card := p.card(push.TypeCardOpened); card.State != cti.CardOffered || card.Agent != p.name {
			t.Errorf("%s got %+v", p.name, card)
		}
	}
	call.answer()
	people[1].accepted()
	call.end()
	for _, p := range []*person{people[0], people[2]} {
		card := p.card(push.TypeCardWithdrawn)
		if card.Reason != "answered_elsewhere" || card.By != "Boris" {
			t.Errorf("%s: withdrawn because %q by %q", p.name, card.Reason, card.By)
		}
	}
	if card := people[1].card(push.TypeCardEnded); card.AnsweredAt.IsZero() {
		t.Errorf("got %+v", card)
	}
	o.end()
}

func TestMissedCallIsACallbackUntilTheClientIsReached(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	o := newTestOffice(t)
	o.start()
	anna, victor := o.open("anna"), o.open("victor")

	missed := o.play("abandoned", "79161234567")
	anna.card(push.TypeCardOpened)
	missed.answer() // nobody does
	missed.end()
	if card := anna.card(push.TypeCardWithdrawn); card.Reason != "caller_left" {
		t.Errorf("withdrawn because %q", card.Reason)
	}
	anna.next(push.TypeCallbackChanged)
	var open struct{ Items []cti.Callback }
	anna.ask("GET", "/callbacks?state=open", "", http.StatusOK, &open)
	if len(open.Items) != 1 || open.Items[0].Client.Number != "+79161234567" || open.Items[0].Missed != 1 {
		t.Fatalf("got %+v", open.Items)
	}
	var others struct{ Items []cti.Callback }
	victor.ask("GET", "/callbacks?state=open", "", http.StatusOK, &others)
	if len(others.Items) != 0 {
		t.Errorf("an agent of another queue sees %+v", others.Items)
	}

	call := o.play("answered", "79161234567")
	for card := anna.card(push.TypeCardOpened); card.CallbackID != open.Items[0].ID; {
		card = anna.card(push.TypeCardUpdated)
	}
	call.answer()
	anna.accepted()
	call.end()
	anna.card(push.TypeCardEnded)
	anna.next(push.TypeCallbackChanged)
	anna.ask("GET", "/callbacks?state=open", "", http.StatusOK, &open)
	if len(open.Items) != 0 {
		t.Errorf("still open: %+v", open.Items)
	}
	victor.nothing()
	o.end()
}

func TestUnknownClientBecomesAContactDuringTheCall(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	o := newTestOffice(t)
	o.start()
	anna := o.open("anna")
	call := o.play("answered", "79169990000")
	card := anna.card(push.TypeCardOpened)
	if card.Match != cti.MatchUnknown {
		t.Errorf("got %+v", card)
	}
	var contact cti.Contact
	anna.ask("POST", "/contacts", `{"name":"Petr","phones":["8 (916) 999-00-00"],"call_id":"`+string(card.CallID)+`"}`, http.StatusCreated, &contact)
	for card.Match != cti.MatchSingle {
		card = anna.card(push.TypeCardUpdated)
	}
	if card.Candidates[0].ID != contact.ID {
		t.Errorf("got %+v", card.Candidates)
	}
	call.answer()
	anna.accepted()
	call.end()
	anna.card(push.TypeCardEnded)
	var record cti.CallRecord
	o.awaitArchive(anna, card.CallID, &record)
	if record.ContactID != contact.ID || record.ContactName != "Petr" {
		t.Errorf("the call belongs to %q %q", record.ContactID, record.ContactName)
	}
	o.end()
}

func TestRestartLeavesNoGhost(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	o := newTestOffice(t)
	o.start()
	anna := o.open("anna")
	o.play("answered", "79161234567")
	card := anna.card(push.TypeCardOpened)
	o.end()

	o.start() // the PBX has no channels now
	anna = o.open("anna")
	var record cti.CallRecord
	o.awaitArchive(anna, card.CallID, &record)
	if record.Certainty == cti.Observed {
		t.Errorf("nobody saw the end, but the call says %s", record.Certainty)
	}
	var state struct{ State cti.AgentState }
	anna.ask("GET", "/me", "", http.StatusOK, &state)
	if state.State.Activity != cti.ActivityIdle {
		t.Errorf("anna is %s", state.State.Activity)
	}
	o.end()
}

func TestLogoutEndsTheWebsocket(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	o := newTestOffice(t)
	o.start()
	anna, olga := o.open("anna"), o.open("olga")
	anna.ask("POST", "/logout", "", http.StatusNoContent, nil)
	anna.closed(push.CloseLoggedOut)
	anna.ask("GET", "/me", "", http.StatusUnauthorized, nil)
	olga.nothing()
	o.end()
}
