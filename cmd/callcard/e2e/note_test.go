package e2e

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"callcard/connector/asterisk/asterisktest"
	"callcard/pkg/cti"
)

// note saves the own note of a call.
func (c *client) note(t *testing.T, id cti.CallID, text string, base int) cti.Note {
	t.Helper()
	var note cti.Note
	c.do(t, http.MethodPut, "/api/v1/calls/"+url.PathEscape(string(id))+"/note", map[string]any{"text": text, "base": base}, &note)
	return note
}

// cardsIn are the cards that a frame carries.
func cardsIn(t *testing.T, f frame) []cti.Card {
	t.Helper()
	switch f.Type {
	case "snapshot":
		return decode[struct{ Cards []cti.Card }](t, f.Data).Cards
	case "card.opened", "card.updated":
		return []cti.Card{decode[cti.Card](t, f.Data)}
	}
	return nil
}

// noteSurvives: what anna typed before callcard was killed, and before she handed the
// call over, is on vera's card; what both wrote is in the archive and found by it.
func noteSurvives(t *testing.T, o *office) {
	const number = "+79161110041"
	o.phone(t, "1001", asterisktest.Answers(second))
	o.phone(t, "1003", asterisktest.Answers(second))
	o.onlyReady(t, "anna")
	call := o.ring(t, asterisktest.Caller{From: number[1:], To: asterisktest.Support, TalkFor: 20 * second})
	anna, vera := o.desk(t, "anna"), o.desk(t, "vera")
	id := anna.popped(t, number).CallID
	anna.card(t, "card.updated", func(c cti.Card) bool { return c.State == cti.CardAccepted })

	draft := anna.note(t, id, "Просит счёт", 0)
	told := anna.await(t, "her own note", func(f frame) bool { return f.Type == "note.changed" })
	changed := decode[struct {
		CallID cti.CallID `json:"call_id"`
		Note   cti.Note   `json:"note"`
	}](t, told.Data)
	if changed.CallID != id || changed.Note.Text != "Просит счёт" || changed.Note.Version != draft.Version {
		t.Errorf("note.changed says %+v, want %+v of %s", changed, draft, id)
	}
	o.strike(t, "callcard") // SIGKILL
	o.daemon.awaitReady(t)
	vera.await(t, "a connection after the crash", func(f frame) bool { return f.Epoch != told.Epoch })
	anna.await(t, "the note after the crash", func(f frame) bool {
		return f.Epoch != told.Epoch && slices.ContainsFunc(cardsIn(t, f), func(c cti.Card) bool {
			return c.CallID == id && len(c.Notes) == 1 && c.Notes[0].Text == "Просит счёт"
		})
	})
	anna.note(t, id, "Просит счёт на Ромашку", draft.Version)

	o.do(t, "BlindTransfer", "Channel", o.channel(t, "PJSIP/1001"), "Context", "from-internal", "Exten", "1003")
	card := vera.card(t, "card.opened", of(number))
	if card.CallID != id || len(card.Notes) != 1 || card.Notes[0].Text != "Просит счёт на Ромашку" || card.Notes[0].Agent != "anna" || card.Notes[0].AgentName == "" {
		t.Errorf("vera's card: call %s, notes %+v", card.CallID, card.Notes)
	}
	vera.card(t, "card.updated", func(c cti.Card) bool { return c.CallID == id && c.State == cti.CardAccepted })
	vera.note(t, id, "Счёт выслан", 0)
	vera.do(t, http.MethodPut, "/api/v1/calls/"+url.PathEscape(string(id))+"/result", map[string]any{"result": "order", "reasons": []string{"payment"}}, nil)
	vera.card(t, "card.updated", func(c cti.Card) bool { return c.Result != nil && c.Result.Result == "order" })
	over(t, call)

	record := o.admin.ended(t, id)
	if len(record.Notes) != 2 || record.Result == nil || record.Result.Agent != "vera" {
		t.Errorf("archive: notes %+v, result %+v", record.Notes, record.Result)
	}
	for query, want := range map[string]int{"q=" + url.QueryEscape("РОМАШК"): 1, "result=order&q=" + url.QueryEscape("выслан"): 1, "unresolved=true&q=1110041": 1, "result=spam": 0} {
		within(t, query+" finds the call, or nothing", func(context.Context) bool { // the archive is a moment behind
			var found list[cti.CallRecord]
			anna.do(t, http.MethodGet, "/api/v1/calls?"+query, nil, &found)
			return len(found.Items) == want
		})
	}
	o.admin.addContact(t, "Мавра Кузьминишна", number)
	if record := o.admin.call(t, id); record.ContactName != "Мавра Кузьминишна" {
		t.Errorf("a new contact of the number left the call to %q", record.ContactName)
	}
}
