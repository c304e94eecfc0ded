package pop

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/cti"
)

func (o *office) want(frames ...string) {
	o.t.Helper()
	if diff := cmp.Diff(frames, o.sent()); diff != "" {
		o.t.Fatalf("frames (-want +got):\n%s", diff)
	}
}

func TestCardIsCompleteAtTheFirstRing(t *testing.T) {
	in(t, func(o *office) {
		o.callbacks[ivanov+"+74950000001"] = "cb1"
		o.past = []cti.PastCall{{CallID: "main:1.1"}, {CallID: "main:0.5"}} // the present call is stored already
		call := o.inbound("1.1", ivanov)
		o.want()
		call.ring(anna)
		o.want("anna opened single/done")
		card := o.card(anna)
		if card.Version != 1 || card.CallbackID != "cb1" || card.Queue != "support" || len(card.History) != 1 {
			t.Errorf("card %+v", card)
		}
		if want := card.OfferedAt.Add(time.Minute); !card.ExpiresAt.Equal(want) {
			t.Errorf("expires %v, want %v", card.ExpiresAt, want)
		}
		if o.links["main:1.1"] != "c1" || o.linkedBy["main:1.1"] != "system" {
			t.Errorf("links %v by %v", o.links, o.linkedBy)
		}
	})
}

func TestCardGoesOutAtOnceWhenTheDirectoryIsSlow(t *testing.T) {
	in(t, func(o *office) {
		o.delay = time.Second
		o.inbound("1.1", ivanov).ring(anna, boris)
		o.want("anna opened unknown/pending", "boris opened unknown/pending")
		o.pass(time.Second)
		o.want("anna updated single/done", "boris updated single/done")
	})
}

func TestDirectoryThatMissesItsDeadline(t *testing.T) {
	in(t, func(o *office) {
		o.delay = time.Hour
		call := o.inbound("1.1", ivanov).ring(anna)
		o.want("anna opened unknown/pending")
		o.pass(2 * time.Second)
		o.want("anna updated unknown/failed")
		o.mu.Lock()
		o.delay = 0
		o.mu.Unlock()
		call.answer(anna) // asked again when the agent needs it
		o.want("anna updated unknown/pending", "anna updated single/done")
	})
}

func TestOneQuestionForManyCallsOfOneNumber(t *testing.T) {
	in(t, func(o *office) {
		o.delay = time.Second
		o.inbound("1.1", ivanov).ring(anna)
		o.inbound("2.2", ivanov).ring(boris)
		o.want("anna opened unknown/pending", "boris opened unknown/pending")
		o.pass(time.Second)
		o.want("anna updated single/done", "boris updated single/done")
		if len(o.asked) != 1 {
			t.Errorf("asked %v", o.asked)
		}
	})
}

func TestRingAllPopsThreeAndWithdrawsTwo(t *testing.T) {
	in(t, func(o *office) {
		call := o.inbound("1.1", ivanov)
		call.ring(anna, boris, vera)
		o.want("anna opened single/done", "boris opened single/done", "vera opened single/done")
		call.answer(boris)
		call.endOffer(anna, cti.OfferWithdrawn, "answered_elsewhere", boris.Device)
		call.endOffer(vera, cti.OfferWithdrawn, "answered_elsewhere", boris.Device)
		frames := o.sent()
		wanted := []string{"anna withdrawn single/done answered_elsewhere Борис", "boris updated single/done", "vera withdrawn single/done answered_elsewhere Борис"}
		for _, w := range wanted {
			if !slices.Contains(frames, w) {
				t.Errorf("%q is missing in %q", w, frames)
			}
		}
		call.endTalk(boris, "client").end(cti.OutcomeAnswered)
		o.want("boris ended single/done client")
		if got := o.svc.CardsOf("boris"); len(got) != 1 || got[0].State != cti.CardEnded {
			t.Errorf("boris shows %+v", got)
		}
		if got := o.svc.CardsOf("anna"); len(got) != 0 {
			t.Errorf("anna shows %+v", got)
		}
	})
}

func TestNoAnswerWithdrawsAndAnotherRingOpensTheSameCard(t *testing.T) {
	in(t, func(o *office) {
		call := o.inbound("1.1", ivanov).ring(anna)
		o.want("anna opened single/done")
		o.pass(15 * time.Second)
		call.endOffer(anna, cti.OfferNoAnswer, "", "")
		o.want("anna withdrawn single/done no_answer")
		call.ring(boris)
		o.want("boris opened single/done")
		call.endOffer(boris, cti.OfferRejected, "", "")
		o.sent()
		call.ring(anna)
		frames := o.sent()
		if !slices.Contains(frames, "anna opened single/done") {
			t.Fatalf("frames %q", frames)
		}
		card := o.card(anna)
		if want := time.Now().Add(time.Minute); !card.ExpiresAt.Equal(want) {
			t.Errorf("expires %v, want %v", card.ExpiresAt, want)
		}
	})
}

func TestRepeatedRingsOfOneOfferAreOneCard(t *testing.T) {
	in(t, func(o *office) {
		call := o.inbound("1.1", ivanov).ring(anna)
		o.want("anna opened single/done")
		for range 6 { // a declining phone in a queue with retry=1
			o.pass(time.Second)
			call.call.Offers[0].Attempts++
			call.send(cti.OfferStarted)
			o.want("anna updated single/done") // only the expiry moves
		}
		if got := o.svc.CardsOf("anna"); len(got) != 1 || !got[0].ExpiresAt.Equal(time.Now().Add(time.Minute)) {
			t.Errorf("cards %+v", got)
		}
	})
}

func TestMaybeIsNeverAMatch(t *testing.T) {
	in(t, func(o *office) {
		o.answers["+79990000000"] = []cti.Candidate{{Contact: o.contacts["c3"]}}
		o.inbound("1.1", "+79990000000").ring(anna)
		o.want("anna opened unknown/done")
		if card := o.card(anna); len(card.Candidates) != 1 || card.Candidates[0].Certain {
			t.Errorf("candidates %+v", card.Candidates)
		}
		o.pass(time.Hour)
		if len(o.links) != 0 {
			t.Errorf("a maybe was linked: %v", o.links)
		}
	})
}

func TestAnonymousAndInternalAreNotLookedUp(t *testing.T) {
	in(t, func(o *office) {
		hidden := o.inbound("1.1", "")
		hidden.call.Client = cti.Phone{Raw: "anonymous", Kind: cti.NumberAnonymous}
		hidden.ring(anna)
		colleague := o.inbound("2.2", "1002")
		colleague.call.Direction, colleague.call.Initiator = cti.Internal, boris.Device
		colleague.call.Client.Kind = cti.NumberInternal
		colleague.ring(vera)
		o.want("anna opened anonymous/done", "vera opened internal/done")
		if got := o.card(vera).ClientName; got != "Борис" {
			t.Errorf("the colleague is shown as %q", got)
		}
		colleague.call.Talks = append(colleague.call.Talks, cti.Talk{Device: boris.Device, User: "boris", From: time.Now()})
		colleague.answer(vera)
		o.want("vera updated internal/done")
	})
}

func TestOutboundCardOpensWhenTheClientIsDialled(t *testing.T) {
	in(t, func(o *office) {
		call := o.inbound("1.1", "")
		call.call.Client, call.call.ClientLeg = cti.Phone{}, cti.LegID{}
		call.call.Direction, call.call.Initiator = cti.Outbound, anna.Device
		call.call.Offers = []cti.Offer{{Device: anna.Device, User: "anna", Attempts: 1}} // his own ring
		call.send(cti.CallChanged)
		o.want()
		call.call.Client = cti.Phone{Number: ivanov, Raw: ivanov, Kind: cti.NumberE164}
		call.call.ClientLeg, call.call.Line = cti.LegID{PBX: "main", Uniqueid: "1.2"}, "PJSIP/trunk"
		call.send(cti.CallChanged)
		o.want("anna opened unknown/pending", "anna updated single/done")
		if got := o.card(anna).State; got != cti.CardDialing {
			t.Errorf("state %s", got)
		}
		call.answer(anna)
		o.want("anna updated single/done")
		call.endTalk(anna, "client").end(cti.OutcomeAnswered)
		o.want("anna ended single/done client")
	})
}

func TestMergedCallKeepsItsCard(t *testing.T) {
	in(t, func(o *office) {
		main := o.inbound("1.1", ivanov).ring(anna).answer(anna)
		consult := o.inbound("2.2", "1001")
		consult.call.Direction, consult.call.Initiator = cti.Internal, anna.Device
		consult.call.Client.Kind = cti.NumberInternal
		consult.ring(boris).answer(boris)
		o.sent()
		main.call.Aliases = []cti.CallID{"main:2.2"}
		main.call.Offers = append(main.call.Offers, consult.call.Offers[0])
		main.call.Talks = append(main.call.Talks, consult.call.Talks[0])
		main.send(cti.CallMerged)
		frames := o.sent()
		if !slices.Contains(frames, "boris updated single/done") || slices.Contains(frames, "boris opened single/done") {
			t.Errorf("frames %q", frames)
		}
		card := o.card(boris)
		if card.CallID != "main:1.1" || !slices.Contains(card.Aliases, "main:2.2") || card.Version < 2 {
			t.Errorf("card %+v", card)
		}
		if err := o.svc.Choose(context.Background(), "main:2.2", "c2", boris); err != nil {
			t.Errorf("the old id is not understood: %v", err)
		}
	})
}

func TestLaggingStartsAgainFromASnapshot(t *testing.T) {
	in(t, func(o *office) {
		kept := o.inbound("1.1", ivanov).ring(anna)
		o.inbound("2.2", ivanov).ring(boris)
		o.sent()
		o.mu.Lock()
		kept.call.Version, kept.call.State = kept.call.Version+5, cti.CallTalking
		kept.call.Offers[0].Result = cti.OfferAccepted
		kept.call.Talks = []cti.Talk{{Device: anna.Device, User: "anna", From: time.Now()}}
		o.snapshot = []cti.Call{kept.call} // 2.2 ended unheard
		o.sub.err = errors.New("lagged")
		o.mu.Unlock()
		close(o.sub.events)
		o.svc.Catch()
		o.pass(time.Second)
		frames := o.sent()
		slices.Sort(frames)
		if diff := cmp.Diff([]string{"anna updated single/done", "boris withdrawn single/done caller_left"}, frames); diff != "" {
			t.Errorf("frames (-want +got):\n%s", diff)
		}
	})
}

func TestEndedCardsAreBoundedInNumberAndTime(t *testing.T) {
	in(t, func(o *office) {
		for i := range 8 {
			o.inbound(string(rune('a'+i))+".1", ivanov).ring(anna).answer(anna).endTalk(anna, "client").end(cti.OutcomeAnswered)
			o.pass(time.Second)
		}
		o.sent()
		if got := o.svc.CardsOf("anna"); len(got) != 5 || got[0].CallID != "main:d.1" {
			t.Errorf("%d cards, first %s", len(got), got[0].CallID)
		}
		o.pass(time.Hour)
		if got := o.svc.CardsOf("anna"); len(got) != 0 || len(o.svc.board.calls) != 0 || len(o.svc.board.users["anna"]) != 0 {
			t.Errorf("%d cards, %d calls left", len(got), len(o.svc.board.calls))
		}
	})
}

func TestShownIsTraced(t *testing.T) {
	in(t, func(o *office) {
		o.inbound("1.1", ivanov).ring(anna)
		o.sent()
		o.pass(140 * time.Millisecond)
		o.svc.Shown(cti.Shown{User: "anna", CallID: "main:1.1", CardVersion: 1, Received: time.Now(), Tab: "3/desk"})
		o.svc.Shown(cti.Shown{User: "boris", CallID: "main:1.1", CardVersion: 1, Received: time.Now()})
		o.svc.Shown(cti.Shown{User: "anna", CallID: "main:1.1", CardVersion: 9, Received: time.Now()})
		var shown []string
		stages := map[string]bool{}
		for _, d := range o.trace {
			stages[d.Stage] = true
			if d.Stage == "shown" {
				shown = append(shown, d.Text)
			}
		}
		if diff := cmp.Diff([]string{"version 1 painted, heard 140ms after the ring, tab 3/desk"}, shown); diff != "" {
			t.Errorf("trace (-want +got):\n%s", diff)
		}
		for _, stage := range []string{"identify", "card", "push"} {
			if !stages[stage] {
				t.Errorf("the trace says nothing of %s", stage)
			}
		}
	})
}
