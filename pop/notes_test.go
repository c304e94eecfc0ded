package pop

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/cti"
)

func (o *office) noted(user cti.User, call cti.CallID, version int, text string) cti.Note {
	note := cti.Note{Agent: user.ID, AgentName: user.Name, Text: text, Version: version, UpdatedAt: o.now.Add(time.Duration(version) * time.Second)}
	o.svc.NoteSaved(call, note)
	return note
}

// changed returns the notes of the note.changed frames that a user was sent.
func (o *office) changed(user cti.User) (texts []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, change := range o.changes[user.ID] {
		texts = append(texts, string(change.CallID)+" "+change.Note.Text)
	}
	o.changes[user.ID] = nil
	return texts
}

func equal(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestANoteIsToldToAllWhoHaveTheCard(t *testing.T) {
	in(t, func(o *office) {
		o.inbound("1.1", ivanov).ring(anna, boris, vera).endOffer(vera, cti.OfferNoAnswer, "", "").answer(anna)
		before := o.card(anna).Version
		first := o.noted(anna, "main:1.1", 1, "просит")
		o.noted(anna, "main:1.1", 2, "просит счёт")
		o.svc.NoteSaved("main:1.1", first) // overtaken on the way here
		want := []string{"main:1.1 просит", "main:1.1 просит счёт"}
		equal(t, "the writer's tabs", want, o.changed(anna))
		equal(t, "another card", want, o.changed(boris))
		equal(t, "a withdrawn card", []string(nil), o.changed(vera))
		cards := o.svc.CardsOf("anna")
		if len(cards) != 1 || len(cards[0].Notes) != 1 || cards[0].Notes[0].Text != "просит счёт" || cards[0].Version != before {
			t.Errorf("after a reload: %+v", cards)
		}
		o.noted(chief, "main:1.1", 1, "перезвоню сам")
		equal(t, "a writer without a card", 1, len(o.changed(chief)))
		o.noted(anna, "main:1.1", 3, "")
		equal(t, "an emptied note", []string{"main:1.1 перезвоню сам", "main:1.1 "}, o.changed(anna))
		equal(t, "is none", 1, len(o.svc.CardsOf("anna")[0].Notes))
		o.noted(anna, "main:0.0", 1, "о давнем звонке")
		equal(t, "of a call that is no more", []string{"main:0.0 о давнем звонке"}, o.changed(anna))
	})
}

func TestTheNextAgentReadsTheNotes(t *testing.T) {
	in(t, func(o *office) {
		call := o.inbound("1.1", ivanov).ring(anna).answer(anna)
		o.noted(anna, "main:1.1", 1, "просит счёт")
		o.svc.ResultSaved("main:1.1", cti.CallResult{Result: "order", Reasons: []string{"payment"}, Agent: "anna", At: o.now})
		call.call.Offers = append(call.call.Offers, cti.Offer{Device: boris.Device, User: "boris", At: time.Now(), Attempts: 1, Via: "transfer", By: anna.Device})
		call.endTalk(anna, "transfer")
		card := o.card(boris)
		if len(card.Notes) != 1 || card.Notes[0].Text != "просит счёт" || card.Notes[0].AgentName != "Анна" || card.Result == nil || card.Result.Result != "order" {
			t.Errorf("boris's card: %+v %+v", card.Notes, card.Result)
		}
	})
}

func TestNotesFollowAMerge(t *testing.T) {
	in(t, func(o *office) {
		call := o.inbound("1.1", ivanov).ring(anna).answer(anna)
		consult := o.inbound("1.2", "+79990000000").ring(anna, boris)
		o.noted(anna, "main:1.1", 1, "клиент")
		o.noted(anna, "main:1.2", 1, "вопрос")
		o.noted(boris, "main:1.2", 1, "ответ")
		call.call.Aliases = []cti.CallID{consult.call.ID}
		call.call.Offers = append(call.call.Offers, consult.call.Offers...)
		call.send(cti.CallMerged)
		var texts []string
		for _, note := range o.card(anna).Notes {
			texts = append(texts, note.Text)
		}
		equal(t, "notes", []string{"клиент\nвопрос", "ответ"}, texts)
		equal(t, "boris's card", 2, len(o.card(boris).Notes))
		o.changed(anna)
		o.noted(boris, "main:1.2", 2, "ответ да")
		equal(t, "saved under the old id", []string{"main:1.1 ответ да"}, o.changed(anna))
	})
}

func TestNotesComeBackAfterARestart(t *testing.T) {
	in(t, func(o *office) {
		o.notes = map[cti.CallID][]cti.Note{"main:1.1": {{Agent: "anna", AgentName: "Анна", Text: "до сбоя", Version: 7}}}
		o.results = map[cti.CallID]*cti.CallResult{"main:1.1": {Result: "order", Agent: "anna"}}
		call := &script{o: o, call: cti.Call{
			ID: "main:1.1", PBX: "main", Version: 3, Aliases: []cti.CallID{"main:1.0"}, Direction: cti.Inbound, State: cti.CallTalking,
			Client: cti.Phone{Number: ivanov, Kind: cti.NumberE164}, Talks: []cti.Talk{{Device: anna.Device, User: "anna", From: o.now}},
		}}
		call.send(cti.CallNoted)
		card := o.card(anna)
		if len(card.Notes) != 1 || card.Notes[0].Text != "до сбоя" || card.Result == nil || card.Result.Result != "order" {
			t.Errorf("card: %+v %+v", card.Notes, card.Result)
		}
	})
}
