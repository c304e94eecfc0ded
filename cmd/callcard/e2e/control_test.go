package e2e

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"callcard/connector/asterisk/asterisktest"
	"callcard/pkg/cti"
)

// act does something with a call, as a button of the desk does.
func (k *desk) act(t *testing.T, id cti.CallID, what string, body any) {
	t.Helper()
	k.do(t, http.MethodPost, callPath(id)+"/"+what, body, nil)
}

func callPath(id cti.CallID) string { return "/api/v1/calls/" + url.PathEscape(string(id)) }

// dial places a call and returns the id that it will have.
func (k *desk) dial(t *testing.T, number string) cti.CallID {
	t.Helper()
	var answer struct {
		ActionID cti.CallID `json:"action_id"`
	}
	k.do(t, http.MethodPost, "/api/v1/calls", map[string]string{"number": number}, &answer)
	return answer.ActionID
}

// able waits until the card of a call allows an act.
func (k *desk) able(t *testing.T, id cti.CallID, act cti.Act) cti.Card {
	t.Helper()
	var card cti.Card
	k.await(t, "a card that allows "+string(act), func(f frame) bool {
		if !strings.HasPrefix(f.Type, "card.") {
			return false
		}
		card = decode[cti.Card](t, f.Data)
		return card.CallID == id && slices.Contains(card.Can, act)
	})
	return card
}

// traced waits until the trace tells of an act of the user, with the PBX's answer.
func (k *desk) traced(t *testing.T, id cti.CallID, rule string) {
	t.Helper()
	within(t, "the trace tells of "+rule, func(context.Context) bool {
		var trace list[cti.Decision]
		k.do(t, http.MethodGet, callPath(id)+"/trace", nil, &trace)
		return slices.ContainsFunc(trace.Items, func(d cti.Decision) bool {
			return d.Rule == rule && d.Agent == k.name && strings.Contains(d.Text, ": done, after ")
		})
	})
}

func (o *office) outside(t *testing.T, b asterisktest.Behaviour) {
	t.Helper()
	network, err := o.pbx.StartOutside(b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := network.Stop(); err != nil {
			t.Error("stop the telephone company: ", err)
		}
	})
}

func clickToCall(t *testing.T, o *office) {
	o.phone(t, "1001", asterisktest.Answers(second))
	o.outside(t, asterisktest.Answers(second))
	contact := o.admin.addContact(t, "Степан Аркадьич", "+79161110031")
	anna := o.desk(t, "anna")
	id := anna.dial(t, "8 (916) 111-00-31")
	card := anna.card(t, "card.opened", of("+79161110031"))
	if card.State != cti.CardDialing || card.Direction != cti.Outbound || card.CallID != id {
		t.Errorf("card of %s opened as %q, %q, want dialing, outbound, of %s", card.CallID, card.State, card.Direction, id)
	}
	anna.card(t, "card.updated", func(c cti.Card) bool { return c.CallID == id && c.State == cti.CardAccepted })
	anna.able(t, id, cti.ActTransfer)
	anna.act(t, id, "hangup", nil)
	anna.card(t, "card.ended", func(c cti.Card) bool { return c.CallID == id })
	record := o.admin.ended(t, id)
	if record.Direction != cti.Outbound || record.Outcome != cti.OutcomeAnswered || record.ContactID != contact.ID || len(record.Talks) != 1 {
		t.Errorf("archive: %s, %s, contact %q, talks %+v", record.Direction, record.Outcome, record.ContactID, record.Talks)
	}
	anna.traced(t, id, "control.dial")
	anna.traced(t, id, "control.hangup")
}

func clickToCallUnanswered(t *testing.T, o *office) {
	o.phone(t, "1001", asterisktest.Answers(second))
	o.outside(t, asterisktest.Rings())
	anna := o.desk(t, "anna")
	id := anna.dial(t, "+79161110032")
	anna.able(t, id, cti.ActHangup)
	anna.act(t, id, "hangup", nil)
	anna.card(t, "card.ended", func(c cti.Card) bool { return c.CallID == id })
	if record := o.admin.ended(t, id); record.Direction != cti.Outbound || record.Outcome == cti.OutcomeAnswered || len(record.Talks) != 0 {
		t.Errorf("archive: %s, %s, talks %+v", record.Direction, record.Outcome, record.Talks)
	}
}

func blindByDesk(t *testing.T, o *office) {
	o.phone(t, "1001", asterisktest.Answers(second))
	o.phone(t, "1003", asterisktest.Answers(second))
	call, id, contact := o.shared(t, "+74951110033", asterisktest.Caller{TalkFor: 8 * second})
	o.desk(t, "anna").able(t, id, cti.ActTransfer)
	o.desk(t, "anna").act(t, id, "transfer", map[string]string{"to": "1003", "kind": "blind"})
	o.arrived(t, call, "vera", id, contact)
	o.desk(t, "anna").traced(t, id, "control.transfer.blind")
}

func attendedByDesk(t *testing.T, o *office) {
	// The PBX presses the feature code on the agent's behalf, key by key; sound from the phone paces it.
	o.phone(t, "1001", asterisktest.Behaviour{Answer: true, Ring: second, Audio: true})
	o.phone(t, "1002", asterisktest.Answers(second))
	call, id, contact := o.shared(t, "+74951110034", asterisktest.Caller{TalkFor: 15 * second})
	anna := o.desk(t, "anna")
	anna.able(t, id, cti.ActTransfer)
	anna.act(t, id, "transfer", map[string]string{"to": "1002", "kind": "attended"})
	anna.able(t, id, cti.ActCompleteTransfer)
	if _, err := o.pbx.Witness.Await(patience, asterisktest.Match{"Event": "BridgeEnter", "Channel": "PJSIP/1002-*"}); err != nil {
		t.Fatal(err)
	}
	anna.act(t, id, "transfer/complete", nil)
	o.arrived(t, call, "boris", id, contact)
	anna.traced(t, id, "control.transfer.complete")
	if record := o.admin.ended(t, id); len(record.Transfers) != 1 || record.Transfers[0].Kind != "attended" || record.Transfers[0].Result != "completed" {
		t.Errorf("archive: transfers %+v", record.Transfers)
	}
}

func cancelledByDesk(t *testing.T, o *office) {
	// The PBX presses the feature code on the agent's behalf, key by key; sound from the phone paces it.
	o.phone(t, "1001", asterisktest.Behaviour{Answer: true, Ring: second, Audio: true})
	o.phone(t, "1002", asterisktest.Answers(second))
	call, id, _ := o.shared(t, "+74951110035", asterisktest.Caller{TalkFor: 15 * second})
	anna := o.desk(t, "anna")
	anna.able(t, id, cti.ActTransfer)
	anna.act(t, id, "transfer", map[string]string{"to": "1002", "kind": "attended"})
	if _, err := o.pbx.Witness.Await(patience, asterisktest.Match{"Event": "BridgeEnter", "Channel": "PJSIP/1002-*"}); err != nil {
		t.Fatal(err)
	}
	anna.able(t, id, cti.ActCancelTransfer)
	anna.begin()
	anna.act(t, id, "transfer/cancel", nil)
	anna.able(t, id, cti.ActTransfer)
	over(t, call)
	record := o.admin.ended(t, id)
	if len(record.Talks) != 1 || record.Talks[0].User != "anna" || record.Outcome != cti.OutcomeAnswered {
		t.Errorf("archive: talks %+v, %s", record.Talks, record.Outcome)
	}
}

func heldByDesk(t *testing.T, o *office) {
	const number = "+79161110036"
	o.phone(t, "1001", asterisktest.Told())
	o.onlyReady(t, "anna")
	call := o.ring(t, asterisktest.Caller{From: number[1:], To: asterisktest.Support})
	anna := o.desk(t, "anna")
	id := anna.popped(t, number).CallID
	anna.able(t, id, cti.ActAnswer)
	anna.act(t, id, "answer", nil)
	anna.able(t, id, cti.ActHold)
	anna.act(t, id, "hold", nil)
	if card := anna.able(t, id, cti.ActResume); card.CallState != cti.CallHeld {
		t.Errorf("card: the call is %s, want held", card.CallState)
	}
	anna.begin()
	anna.act(t, id, "resume", nil)
	anna.able(t, id, cti.ActHold)
	anna.act(t, id, "hangup", nil)
	over(t, call)
	if record := o.admin.ended(t, id); len(record.Talks) != 1 || record.Talks[0].Held == 0 {
		t.Errorf("archive: talks %+v", record.Talks)
	}
}

func notMine(t *testing.T, o *office) {
	const number = "+79161110037"
	o.phone(t, "1001", asterisktest.Answers(second))
	o.onlyReady(t, "anna")
	call := o.ring(t, asterisktest.Caller{From: number[1:], To: asterisktest.Support, TalkFor: 4 * second})
	id := o.desk(t, "anna").popped(t, number).CallID
	for who, want := range map[*client]int{o.desk(t, "boris").client: http.StatusForbidden, o.admin: http.StatusConflict} {
		status, text, err := request(t.Context(), http.MethodPost, who.base+callPath(id)+"/hangup", who.token, nil)
		if err != nil || status != want {
			t.Errorf("hang up of a stranger's call: status %d, error %v: %s, want %d", status, err, text, want)
		}
	}
	over(t, call)
	if record := o.admin.ended(t, id); record.Outcome != cti.OutcomeAnswered {
		t.Errorf("archive: %s", record.Outcome)
	}
}
