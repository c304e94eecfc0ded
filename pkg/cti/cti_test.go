package cti_test

import (
	"testing"
	"time"

	"callcard/pkg/cti"
)

func TestMaskNumber(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"+79161234567": "+*******4567", "84951234567": "*******4567",
		"1001": "1001", "12345": "12345", "": "", "Иванов7": "***нов7",
	} {
		if got := cti.MaskNumber(number); got != want {
			t.Errorf("MaskNumber(%q) = %q, want %q", number, got, want)
		}
	}
}

func TestCallIDNamesItsPBX(t *testing.T) {
	t.Parallel()
	id := cti.NewCallID("main", "lab1-1795323620.9")
	if id != "main:lab1-1795323620.9" || id.PBX() != "main" {
		t.Errorf("got %q of %q", id, id.PBX())
	}
}

var nine = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func at(seconds int) time.Time { return nine.Add(time.Duration(seconds) * time.Second) }

func TestTalkSecondsAreWithoutHolds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		talk cti.Talk
		now  int
		want float64
	}{
		"over":                     {cti.Talk{From: at(0), To: at(60)}, 100, 60},
		"still going":              {cti.Talk{From: at(0)}, 45, 45},
		"one hold is over":         {cti.Talk{From: at(0), To: at(60), Held: 20 * time.Second}, 100, 40},
		"on hold now":              {cti.Talk{From: at(0), Held: 5 * time.Second, HeldSince: at(30)}, 50, 25},
		"ended on hold":            {cti.Talk{From: at(0), To: at(60), HeldSince: at(40)}, 100, 40},
		"a clock that went back":   {cti.Talk{From: at(10), To: at(0)}, 100, 0},
		"asked before it began":    {cti.Talk{From: at(10)}, 0, 0},
		"hold that began too late": {cti.Talk{From: at(0), To: at(10), HeldSince: at(20)}, 100, 10},
	} {
		if got := c.talk.Seconds(at(c.now)); got != c.want {
			t.Errorf("%s: %v s, want %v", name, got, c.want)
		}
	}
}

func TestNewestOfferAndTalkOfADevice(t *testing.T) {
	t.Parallel()
	call := cti.Call{
		Offers: []cti.Offer{
			{Device: "PJSIP/1001", Result: cti.OfferNoAnswer}, {Device: "PJSIP/1002"}, {Device: "PJSIP/1001", Result: cti.OfferAccepted},
		},
		Talks:  []cti.Talk{{Device: "PJSIP/1001", From: at(1)}, {Device: "PJSIP/1001", From: at(2)}},
		Visits: []cti.Visit{{Queue: "front"}, {Queue: "back"}},
	}
	if o, ok := call.OfferTo("PJSIP/1001"); !ok || o.Result != cti.OfferAccepted {
		t.Errorf("newest offer %v %v, want the accepted one", o, ok)
	}
	if talk, ok := call.TalkOf("PJSIP/1001"); !ok || talk.From != at(2) {
		t.Errorf("newest talk %v %v, want the second one", talk, ok)
	}
	if _, ok := call.OfferTo("PJSIP/1003"); ok {
		t.Error("1003 was offered nothing")
	}
	if _, ok := call.TalkOf("PJSIP/1002"); ok {
		t.Error("1002 did not talk")
	}
	if call.Queue() != "back" || (cti.Call{}).Queue() != "" {
		t.Error("the queue is that of the newest visit, or none")
	}
}

func TestCallbackIsSeenByThoseItConcerns(t *testing.T) {
	t.Parallel()
	anna := cti.User{ID: "anna", Role: cti.RoleAgent, Queues: []string{"support"}}
	olga := cti.User{ID: "olga", Role: cti.RoleSupervisor}
	for name, c := range map[string]struct {
		callback   cti.Callback
		anna, olga bool
	}{
		"of her queue":         {cti.Callback{Queue: "support"}, true, true},
		"of another queue":     {cti.Callback{Queue: "sales"}, false, true},
		"rang her":             {cti.Callback{Queue: "sales", Agents: []cti.UserID{"anna"}}, true, true},
		"rang a colleague":     {cti.Callback{Agents: []cti.UserID{"boris"}}, false, true},
		"rang nobody anywhere": {cti.Callback{}, true, true},
	} {
		if got := c.callback.SeenBy(anna); got != c.anna {
			t.Errorf("%s: anna sees it %v, want %v", name, got, c.anna)
		}
		if got := c.callback.SeenBy(olga); got != c.olga {
			t.Errorf("%s: olga sees it %v, want %v", name, got, c.olga)
		}
	}
}
