package e2e

import (
	"net/http"
	"testing"

	"callcard/connector/asterisk/asterisktest"
	"callcard/pkg/cti"
)

func knownNumber(t *testing.T, o *office) {
	const number = "+79161110001"
	contact := o.admin.addContact(t, "Анна Каренина", number)
	o.phone(t, "1001", asterisktest.Answers(2*second))
	o.onlyReady(t, "anna")
	call := o.ring(t, asterisktest.Caller{From: "79161110001", To: asterisktest.Support, TalkFor: 5 * second})

	anna := o.desk(t, "anna")
	card := anna.popped(t, number)
	if card.Match != cti.MatchSingle || len(card.Candidates) != 1 || card.Candidates[0].ID != contact.ID {
		t.Errorf("card: match %q, candidates %v, want single %s", card.Match, card.Candidates, contact.ID)
	}
	if card.Queue != "support" || card.DID != asterisktest.Support || card.Agent != "anna" {
		t.Errorf("card: queue %q, DID %q, agent %q", card.Queue, card.DID, card.Agent)
	}
	anna.card(t, "card.updated", func(c cti.Card) bool { return c.CallID == card.CallID && c.State == cti.CardAccepted })
	over(t, call)
	anna.card(t, "card.ended", func(c cti.Card) bool { return c.CallID == card.CallID })
	o.nobodyElse(t, "boris", "vera")

	record := o.admin.ended(t, card.CallID)
	if record.Outcome != cti.OutcomeAnswered || record.Missed || record.ContactID != contact.ID {
		t.Errorf("archive: outcome %q, missed %v, contact %q", record.Outcome, record.Missed, record.ContactID)
	}
}

func unknownNumber(t *testing.T, o *office) {
	const number = "+79161110002"
	o.phone(t, "1001", asterisktest.Answers(second))
	o.onlyReady(t, "anna")
	call := o.ring(t, asterisktest.Caller{From: "79161110002", To: asterisktest.Support, TalkFor: 6 * second})

	anna := o.desk(t, "anna")
	card := anna.popped(t, number)
	if card.Match != cti.MatchUnknown || len(card.Candidates) != 0 {
		t.Errorf("card: match %q, candidates %v, want unknown without any", card.Match, card.Candidates)
	}
	contact := anna.addContact(t, "Вера Павловна", number)
	card = anna.card(t, "card.updated", func(c cti.Card) bool { return c.Match == cti.MatchSingle })
	if card.Candidates[0].ID != contact.ID {
		t.Errorf("card shows %v, want the new contact %s", card.Candidates, contact.ID)
	}
	over(t, call)
	if record := o.admin.ended(t, card.CallID); record.ContactID != contact.ID {
		t.Errorf("archive: contact %q, want %q", record.ContactID, contact.ID)
	}
}

func sharedNumber(t *testing.T, o *office) {
	const number = "+74951110003"
	var ids []string
	for _, name := range []string{"Пётр Безухов", "Наташа Ростова", "Андрей Болконский"} {
		ids = append(ids, o.admin.addContact(t, name, number).ID)
	}
	o.phone(t, "1001", asterisktest.Answers(second))
	o.onlyReady(t, "anna")
	call := o.ring(t, asterisktest.Caller{From: "74951110003", To: asterisktest.Support, TalkFor: 5 * second})

	anna := o.desk(t, "anna")
	card := anna.popped(t, number)
	if card.Match != cti.MatchMultiple || len(card.Candidates) != 3 || card.ChosenID != "" {
		t.Errorf("card: match %q, %d candidates, chosen %q, want three and no choice yet", card.Match, len(card.Candidates), card.ChosenID)
	}
	anna.choose(t, card.CallID, ids[1])
	anna.card(t, "card.updated", func(c cti.Card) bool { return c.ChosenID == ids[1] })
	over(t, call)
	if record := o.admin.ended(t, card.CallID); record.ContactID != ids[1] {
		t.Errorf("archive: contact %q, want the chosen %q", record.ContactID, ids[1])
	}
}

func anonymousCaller(t *testing.T, o *office) {
	o.phone(t, "1001", asterisktest.Answers(second))
	o.onlyReady(t, "anna")
	call := o.ring(t, asterisktest.Caller{To: asterisktest.Support, TalkFor: 3 * second})
	card := o.desk(t, "anna").card(t, "card.opened", anyCard)
	if card.Match != cti.MatchAnonymous || card.Client.Number != "" {
		t.Errorf("card: match %q, number %q, want anonymous without a number", card.Match, card.Client.Number)
	}
	over(t, call)
}

// localMember rings anna through FreePBX's kind of queue: Local/1001@from-queue/n.
func localMember(t *testing.T, o *office) {
	const number = "+79161110004"
	contact := o.admin.addContact(t, "Фёдор Карамазов", number)
	o.phone(t, "1001", asterisktest.Answers(2*second))
	o.onlyReady(t, "anna")
	call := o.ring(t, asterisktest.Caller{From: number[1:], To: asterisktest.FreePBX, TalkFor: 5 * second})
	card := o.desk(t, "anna").popped(t, number)
	if card.Device != "PJSIP/1001" || card.Queue != "800" || card.Match != cti.MatchSingle || card.Candidates[0].ID != contact.ID {
		t.Errorf("card: device %q, queue %q, match %q, candidates %v", card.Device, card.Queue, card.Match, card.Candidates)
	}
	over(t, call)
	record := o.admin.ended(t, card.CallID)
	if talk, ok := record.TalkOf("PJSIP/1001"); !ok || talk.User != "anna" || len(record.Offers) != 1 {
		t.Errorf("archive: talks %+v, offers %+v, want one offer and one talk of anna", record.Talks, record.Offers)
	}
}

func ringAll(t *testing.T, o *office) {
	const number = "+79161110005"
	o.phone(t, "1001", asterisktest.Rings())
	o.phone(t, "1002", asterisktest.Answers(2*second))
	o.phone(t, "1003", asterisktest.Rings())
	o.onlyReady(t, "anna", "boris", "vera")
	call := o.ring(t, asterisktest.Caller{From: "79161110005", To: asterisktest.Sales, TalkFor: 5 * second})

	id := o.desk(t, "boris").popped(t, number).CallID
	for _, name := range []string{"anna", "vera"} {
		if got := o.desk(t, name).popped(t, number).CallID; got != id {
			t.Errorf("%s's card is of call %s, boris's of %s", name, got, id)
		}
	}
	for _, name := range []string{"anna", "vera"} {
		card := o.desk(t, name).card(t, "card.withdrawn", of(number))
		if card.Reason != "answered_elsewhere" || card.By != "boris" {
			t.Errorf("%s's card was withdrawn because of %q by %q, want answered_elsewhere by boris", name, card.Reason, card.By)
		}
	}
	over(t, call)
	o.desk(t, "boris").card(t, "card.ended", of(number))
	for _, name := range []string{"anna", "boris", "vera"} {
		if n := o.desk(t, name).cards("card.opened"); n != 1 {
			t.Errorf("%s saw %d cards open, want 1", name, n)
		}
	}
	if n := o.desk(t, "boris").cards("card.withdrawn"); n != 0 {
		t.Errorf("boris's card was withdrawn %d times", n)
	}
}

func noAnswer(t *testing.T, o *office) {
	const number = "+79161110006"
	o.phone(t, "1001", asterisktest.Rings())
	o.onlyReady(t, "anna")
	call := o.ring(t, asterisktest.Caller{From: "79161110006", To: asterisktest.Support, TalkFor: 14 * second})
	o.desk(t, "anna").popped(t, number)
	o.phone(t, "1002", asterisktest.Answers(second))
	o.desk(t, "boris").setMode(t, "ready", "")
	o.desk(t, "anna").setMode(t, "not_ready", "break")
	card := o.desk(t, "anna").card(t, "card.withdrawn", of(number))
	if card.Reason != "no_answer" {
		t.Errorf("anna's card was withdrawn because of %q, want no_answer", card.Reason)
	}
	o.desk(t, "boris").popped(t, number)
	over(t, call)
	record := o.admin.ended(t, card.CallID)
	anna, _ := record.OfferTo("PJSIP/1001")
	boris, _ := record.OfferTo("PJSIP/1002")
	if anna.Result != cti.OfferNoAnswer || boris.Result != cti.OfferAccepted {
		t.Errorf("offers: anna %q, boris %q, want no_answer and accepted", anna.Result, boris.Result)
	}
}

func lateJoiner(t *testing.T, o *office) {
	const number = "+79161110007"
	o.phone(t, "1001", asterisktest.Answers(second))
	o.onlyReady(t, "anna")
	call := o.ring(t, asterisktest.Caller{From: "79161110007", To: asterisktest.Support, TalkFor: 6 * second})
	anna := o.desk(t, "anna")
	anna.card(t, "card.updated", func(c cti.Card) bool { return c.Client.Number == number && c.State == cti.CardAccepted })

	second := openDesk(t, o.daemon, "anna")
	f := second.await(t, "a snapshot", func(f frame) bool { return f.Type == "snapshot" })
	var open int
	for _, c := range decode[struct{ Cards []cti.Card }](t, f.Data).Cards {
		if c.Client.Number == number && c.State == cti.CardAccepted {
			open++
		}
	}
	if open != 1 {
		t.Errorf("the snapshot holds %d cards of the running call, want 1", open)
	}
	over(t, call)
	if status, _, _ := request(t.Context(), http.MethodGet, o.daemon.url()+"/api/v1/me", "", nil); status != http.StatusUnauthorized {
		t.Errorf("/me without a token: status %d, want 401", status)
	}
}
