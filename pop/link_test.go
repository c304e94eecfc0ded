package pop

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/cti"
)

func TestChoiceTravelsWithATransferAndMayChange(t *testing.T) {
	in(t, func(o *office) {
		call := o.inbound("1.1", shared).ring(anna).answer(anna)
		o.want("anna opened multiple/done", "anna updated multiple/done")
		ctx := context.Background()
		if err := o.svc.Choose(ctx, "main:1.1", "c2", anna); err != nil {
			t.Fatal(err)
		}
		o.want("anna updated multiple/done c2")
		call.call.Offers = append(call.call.Offers, cti.Offer{Device: boris.Device, User: "boris", At: time.Now(), Attempts: 1, Via: "transfer", By: anna.Device})
		call.endTalk(anna, "transfer")
		frames := o.sent()
		if !slices.Contains(frames, "boris opened multiple/done c2") {
			t.Fatalf("frames %q", frames)
		}
		if got := o.card(boris).TransferredBy; got != "Анна" {
			t.Errorf("transferred by %q", got)
		}
		if err := o.svc.Choose(ctx, "main:1.1", "c1", boris); err != nil {
			t.Fatal(err)
		}
		frames = o.sent()
		if !slices.Contains(frames, "boris updated multiple/done c1") || !slices.Contains(frames, "anna updated multiple/done transferred Борис c1") && !slices.Contains(frames, "anna updated multiple/done transferred c1") {
			t.Errorf("frames %q", frames)
		}
		if o.links["main:1.1"] != "c1" || o.linkedBy["main:1.1"] != "boris" {
			t.Errorf("links %v by %v", o.links, o.linkedBy)
		}
	})
}

func TestWhoMayChoose(t *testing.T) {
	in(t, func(o *office) {
		o.inbound("1.1", shared).ring(anna, vera).endOffer(vera, cti.OfferNoAnswer, "", "")
		o.sent()
		tests := []struct {
			name    string
			call    cti.CallID
			contact string
			by      cti.User
			want    error
		}{
			{"the agent with the card", "main:1.1", "c1", anna, nil},
			{"a supervisor", "main:1.1", "c2", chief, nil},
			{"an agent without a card", "main:1.1", "c1", boris, cti.ErrForbidden},
			{"an agent whose card was withdrawn", "main:1.1", "c1", vera, cti.ErrForbidden},
			{"no such contact", "main:1.1", "c9", anna, cti.ErrNotFound},
			{"no such call", "main:9.9", "c1", anna, cti.ErrNotFound},
		}
		for _, tt := range tests {
			if err := o.svc.Choose(context.Background(), tt.call, tt.contact, tt.by); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
			}
		}
	})
}

func TestContactCreatedDuringTheCall(t *testing.T) {
	in(t, func(o *office) {
		call := o.inbound("1.1", "+79990000000").ring(anna).answer(anna)
		o.inbound("2.2", "+79990000000").ring(boris)
		o.inbound("3.3", ivanov).ring(vera)
		o.sent()
		o.svc.ContactCreated(cti.Contact{ID: "c5", Name: "Новый", Phones: []string{"+79990000000"}})
		frames := o.sent()
		slices.Sort(frames)
		if diff := cmp.Diff([]string{"anna updated single/done", "boris updated single/done"}, frames); diff != "" {
			t.Errorf("frames (-want +got):\n%s", diff)
		}
		call.endTalk(anna, "agent").end(cti.OutcomeAnswered)
		o.sent()
		if o.links["main:1.1"] != "c5" {
			t.Errorf("links %v", o.links)
		}
	})
}

func TestContactCreatedWhileTheDirectoryIsStillAsked(t *testing.T) {
	in(t, func(o *office) {
		o.delay = time.Second
		o.inbound("1.1", "+79990000000").ring(anna)
		o.want("anna opened unknown/pending")
		o.svc.ContactCreated(cti.Contact{ID: "c5", Phones: []string{"+79990000000"}})
		o.want("anna updated single/pending")
		o.pass(time.Second)
		o.want("anna updated single/done")
	})
}

func TestLinkWaitsForTheCallToBeStored(t *testing.T) {
	in(t, func(o *office) {
		o.noCalls = 3
		o.inbound("1.1", ivanov)
		o.pass(10 * time.Second)
		synctest.Wait()
		if o.links["main:1.1"] != "c1" {
			t.Errorf("links %v", o.links)
		}
	})
}

func TestAutomaticLinkNeverOverwritesAChoice(t *testing.T) {
	in(t, func(o *office) {
		o.noCalls = 1 // the automatic link must try again
		o.inbound("1.1", ivanov).ring(anna)
		o.sent()
		if err := o.svc.Choose(context.Background(), "main:1.1", "c2", anna); err != nil {
			t.Fatal(err)
		}
		o.pass(time.Minute)
		if o.links["main:1.1"] != "c2" {
			t.Errorf("links %v", o.links)
		}
	})
}

func TestCallGoingOnBeforeTheStartRemembersItsChoice(t *testing.T) {
	in(t, func(o *office) {
		o.links["main:1.1"] = "c2"
		call := o.inbound("9.9", shared) // only to have a document
		call.call.ID, call.call.Version = "main:1.1", 7
		call.ring(anna).answer(anna)
		o.sent()
		cards := o.svc.CardsOf("anna")
		if len(cards) != 1 || cards[0].ChosenID != "c2" || !cards[0].LateJoin {
			t.Errorf("cards %+v", cards)
		}
	})
}
