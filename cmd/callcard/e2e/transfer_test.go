package e2e

import (
	"testing"

	"callcard/connector/asterisk/asterisktest"
	"callcard/pkg/cti"
)

// shared prepares a number of two contacts and a call of it that anna has
// answered and in which she has chosen the second one.
func (o *office) shared(t *testing.T, number string, talk asterisktest.Caller) (call *asterisktest.Call, id cti.CallID, contact string) {
	t.Helper()
	o.admin.addContact(t, "Иван Ильич", number)
	contact = o.admin.addContact(t, "Прасковья Фёдоровна", number).ID
	o.onlyReady(t, "anna")
	talk.From, talk.To = number[1:], asterisktest.Support
	call = o.ring(t, talk)
	anna := o.desk(t, "anna")
	id = anna.popped(t, number).CallID
	anna.choose(t, id, contact)
	anna.card(t, "card.updated", func(c cti.Card) bool { return c.State == cti.CardAccepted })
	return call, id, contact
}

// arrived checks the card of the agent who got the call, and the archive.
func (o *office) arrived(t *testing.T, call *asterisktest.Call, name string, id cti.CallID, contact string) {
	t.Helper()
	card := o.desk(t, name).card(t, "card.opened", anyCard)
	if card.CallID != id || card.ChosenID != contact {
		t.Errorf("%s's card: call %s, chosen %q, want %s and %q", name, card.CallID, card.ChosenID, id, contact)
	}
	o.desk(t, name).card(t, "card.updated", func(c cti.Card) bool { return c.CallID == id && c.State == cti.CardAccepted })
	over(t, call)
	record := o.admin.ended(t, id)
	if record.ContactID != contact || record.Outcome != cti.OutcomeAnswered {
		t.Errorf("archive: contact %q, outcome %q", record.ContactID, record.Outcome)
	}
	if len(record.Talks) != 2 {
		t.Errorf("archive: %d talks, want one of each agent: %+v", len(record.Talks), record.Talks)
	}
	if calls := o.admin.callsOf(t, record.Client.Number); len(calls) != 1 {
		t.Errorf("archive: %d calls of the client, want 1", len(calls))
	}
}

func blindTransfer(t *testing.T, o *office) {
	o.phone(t, "1001", asterisktest.Answers(second))
	o.phone(t, "1003", asterisktest.Answers(second))
	call, id, contact := o.shared(t, "+74951110009", asterisktest.Caller{TalkFor: 8 * second})
	o.do(t, "BlindTransfer", "Channel", o.channel(t, "PJSIP/1001"), "Context", "from-internal", "Exten", "1003")
	o.arrived(t, call, "vera", id, contact)
}

func attendedTransfer(t *testing.T, o *office) {
	// The PBX presses the feature code on the agent's behalf, key by key; sound from the phone paces it.
	o.phone(t, "1001", asterisktest.Behaviour{Answer: true, Ring: second, Audio: true})
	o.phone(t, "1002", asterisktest.Answers(second))
	call, id, contact := o.shared(t, "+74951110010", asterisktest.Caller{TalkFor: 15 * second})
	anna := o.channel(t, "PJSIP/1001")
	o.do(t, "Atxfer", "Channel", anna, "Context", "from-internal", "Exten", "1002")
	if _, err := o.pbx.Witness.Await(patience, asterisktest.Match{"Event": "BridgeEnter", "Channel": "PJSIP/1002-*"}); err != nil {
		t.Fatal(err)
	}
	o.do(t, "Hangup", "Channel", anna)
	o.arrived(t, call, "boris", id, contact)
}

// channel is the device's channel when it and the client are in this story's bridge.
func (o *office) channel(t *testing.T, device string) string {
	t.Helper()
	if _, err := o.pbx.Witness.Await(patience, asterisktest.Match{"Event": "BridgeEnter", "Channel": "PJSIP/trunk-*"}); err != nil {
		t.Fatal(err)
	}
	m, err := o.pbx.Witness.Await(patience, asterisktest.Match{"Event": "BridgeEnter", "Channel": device + "-*"})
	if err != nil {
		t.Fatal(err)
	}
	return m.Get("Channel")
}

func (o *office) do(t *testing.T, action string, headers ...string) asterisktest.Message {
	t.Helper()
	m, err := o.pbx.Witness.Do(action, headers...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
