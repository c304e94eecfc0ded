package e2e

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"callcard/connector/asterisk/asterisktest"
	"callcard/pkg/cti"
)

// stories run one after another in one office, each with clients of its own.
var stories = []struct {
	name string
	tell func(*testing.T, *office)
}{
	{"known number pops its contact before the answer, for that agent only", knownNumber},
	{"unknown number becomes known during the call", unknownNumber},
	{"shared number shows all and keeps the choice", sharedNumber},
	{"anonymous caller has a card of his own kind", anonymousCaller},
	{"a member behind a Local channel gets the card of his phone", localMember},
	{"ring-all pops three and withdraws two", ringAll},
	{"no answer moves the card", noAnswer},
	{"opening the page in the middle of a call gives its card", lateJoiner},
	{"abandoned calls make one callback that an answered call closes", callbackLife},
	{"two take a callback at once, and one has it", twoClaim},
	{"a callback is dialled, and the talk ends it", dialReaches},
	{"a callback is dialled and not reached: the attempt and the next try", notReached},
	{"a callback is dialled and the own phone is not answered", ownPhoneRejects},
	{"callcard is killed around a callback", struckInDuty},
	{"blind transfer stays one call and carries the choice", blindTransfer},
	{"attended transfer stays one call and carries the choice", attendedTransfer},
	{"notes survive a crash and a blind transfer", noteSurvives},
	{"click-to-call rings the own phone, then the client; the desk hangs up", clickToCall},
	{"click-to-call that the client does not answer", clickToCallUnanswered},
	{"blind transfer by the desk", blindByDesk},
	{"attended transfer by the desk, completed", attendedByDesk},
	{"attended transfer by the desk, cancelled", cancelledByDesk},
	{"answer, hold and resume by the desk, through the phone", heldByDesk},
	{"nobody touches a call of others", notMine},
	{"the recording plays", recordingPlays},
	{"a paused recording is silent and goes on", cardData},
	{"modes move the queue member", modes},
	{"a pause made at the PBX is adopted", foreignPause},
	{"ten restarts in the middle of calls leave no ghost", restarts},
}

func TestOffice(t *testing.T) {
	for _, version := range asterisktest.Versions() {
		t.Run("asterisk "+version, func(t *testing.T) {
			t.Parallel()
			o := open(t, version)
			for _, story := range stories {
				t.Run(story.name, func(t *testing.T) { story.tell(t, o.stage(t)) })
			}
		})
	}
}

// stage is begin for a story of its own, which tells in its own log what the others did if it fails.
func (o *office) stage(t *testing.T) *office {
	t.Helper()
	o.daemon.told = len(o.daemon.log.String())
	t.Cleanup(func() {
		if !t.Failed() {
			return
		}
		for _, d := range o.desks {
			d.dump(t)
		}
		o.daemon.tell(t)
	})
	return o.begin(t)
}

// begin clears the stage for the next story.
func (o *office) begin(t *testing.T) *office {
	t.Helper()
	o.pbx.Witness.Mark()
	for _, d := range o.desks {
		d.begin()
	}
	return o
}

// quickQueues shortens the ring of the shipped queues: a story about an unanswered call need not take 15 s.
func quickQueues(etc string) error {
	path := filepath.Join(etc, "queues.conf")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(text), "timeout = 15", "timeout = 4")), 0o644); err != nil {
		return err
	}
	return phoneEvents(filepath.Join(etc, "samples", "manager.conf"))
}

// phoneEvents gives the control user what NOTIFY needs, as the sample's comment says.
func phoneEvents(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(strings.Replace(string(text), "write = call,agent,originate\n", "write = call,agent,originate,system\n", 1)), 0o644)
}

// phone is registered until the end of the story.
func (o *office) phone(t *testing.T, extension string, b asterisktest.Behaviour) {
	t.Helper()
	phone, err := o.pbx.StartPhone(extension, b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := phone.Stop(); err != nil {
			t.Error("stop phone: ", err)
		}
	})
}

// ring is a call of a client to a line of the office; the story ends when it is over.
func (o *office) ring(t *testing.T, c asterisktest.Caller) *asterisktest.Call {
	t.Helper()
	call := o.pbx.Call(t, c)
	t.Cleanup(func() { over(t, call) })
	return call
}

func over(t *testing.T, call *asterisktest.Call) {
	t.Helper()
	if err := call.Wait(patience); err != nil {
		t.Error(err)
	}
}

func anyCard(cti.Card) bool { return true }

func of(number string) func(cti.Card) bool {
	return func(c cti.Card) bool { return c.Client.Number == number }
}

// looked is a card whose look-up has been answered.
func looked(number string) func(cti.Card) bool {
	return func(c cti.Card) bool { return c.Client.Number == number && c.Lookup == "done" }
}

// popped waits for the first card of a number and then for its look-up.
func (k *desk) popped(t *testing.T, number string) cti.Card {
	t.Helper()
	card := k.card(t, "card.opened", of(number))
	if card.State != cti.CardOffered {
		t.Errorf("%s's card opened as %q, want offered: before the answer", k.name, card.State)
	}
	if card.Lookup == "done" {
		return card
	}
	return k.card(t, "card.updated", looked(number))
}

// nobodyElse checks that no other agent saw a card.
func (o *office) nobodyElse(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if n := o.desk(t, name).cards("card.opened"); n != 0 {
			t.Errorf("%s saw %d cards, want none", name, n)
		}
	}
}

const second = time.Second

func decode[T any](t *testing.T, data json.RawMessage) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// noCalls waits until the daemon and the PBX agree that nobody talks or rings.
func (o *office) noCalls(t *testing.T) {
	t.Helper()
	within(t, "the PBX has no channel", func(context.Context) bool {
		out, err := o.pbx.CLI("core show channels count")
		return err == nil && strings.HasPrefix(out, "0 active channels")
	})
	within(t, "no agent has a call and no queue a caller", func(context.Context) bool {
		var agents list[cti.AgentState]
		o.admin.do(t, "GET", "/api/v1/agents", nil, &agents)
		for _, a := range agents.Items {
			if a.Activity != cti.ActivityIdle || a.CallID != "" {
				return false
			}
		}
		var queues list[cti.QueueState]
		o.admin.do(t, "GET", "/api/v1/queues", nil, &queues)
		for _, q := range queues.Items {
			if len(q.Waiting) != 0 {
				return false
			}
		}
		return true
	})
}
