package pop

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/cti"
)

// rulesSaid are the rules that the trace names, in order, each with its agent.
func (o *office) traced(rule string) (texts []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, d := range o.trace {
		if strings.HasPrefix(d.Rule, rule) {
			texts = append(texts, strings.TrimPrefix(d.Rule+" "+d.Agent, rule+" "))
		}
	}
	return texts
}

func TestTheCardIsEnrichedByTheLookup(t *testing.T) {
	in(t, func(o *office) {
		o.callbacks[ivanov+"+74950000001"] = "cb-1"
		o.today = []cti.CallID{"main:1", "main:0"} // the present one is stored already
		call := o.inbound("1", ivanov).ring(anna)
		got := o.card(anna)
		want := &cti.CardCallback{ID: "cb-1", Missed: 2, FirstMissed: o.now.Add(-time.Hour), LastMissed: o.now.Add(-time.Minute)}
		if diff := cmp.Diff(want, got.Callback); diff != "" || got.CallbackID != "cb-1" {
			t.Error(diff, got.CallbackID)
		}
		if got.CallsToday != 2 || got.QueueTitle != "Поддержка" || got.DIDTitle != "Главный" || got.Usually != nil || got.People != nil {
			t.Errorf("got %+v", got)
		}
		o.svc.CallbackChanged(cti.Callback{ID: "cb-other", State: cti.CallbackOpen, Client: call.call.Client})
		if got := o.card(anna).CallbackID; got != "cb-1" {
			t.Errorf("another line's callback took its place: %s", got)
		}
		o.svc.CallbackChanged(cti.Callback{ID: "cb-1", State: cti.CallbackOpen, Client: call.call.Client, Missed: 3})
		if got := o.card(anna); got.Callback.Missed != 3 || got.Version != 2 {
			t.Errorf("a changed callback: %+v in version %d", got.Callback, got.Version)
		}
		o.svc.CallbackChanged(cti.Callback{ID: "cb-1", State: cti.CallbackDone, Client: call.call.Client})
		if got := o.card(anna); got.Callback != nil || got.CallbackID != "" {
			t.Errorf("a callback that is done: %+v", got.Callback)
		}
	})
}

func TestASwitchboardIsItsCompanyWithItsPeople(t *testing.T) {
	in(t, func(o *office) {
		firm := cti.Contact{ID: "firm", Name: "Вектор", IsCompany: true, Phones: []string{shared}}
		worker := cti.Contact{ID: "w1", Name: "Агеев", CompanyID: "firm", Phones: []string{shared}}
		o.contacts["firm"], o.contacts["w1"] = firm, worker
		o.contacts["w2"] = cti.Contact{ID: "w2", Name: "Бобров", CompanyID: "firm"}
		o.answers[shared] = []cti.Candidate{{Contact: worker, Certain: true}, {Contact: firm, Certain: true}}
		call := o.inbound("1", shared).ring(anna)
		got := o.card(anna)
		var people []string
		for _, p := range got.People {
			people = append(people, p.ID)
		}
		if got.Match != cti.MatchSingle || got.Candidates[0].ID != "firm" || !slices.Equal(people, []string{"w1", "w2"}) || got.Usually != nil {
			t.Errorf("match %s, first %s, people %v", got.Match, got.Candidates[0].ID, people)
		}
		if o.links["main:1"] != "firm" {
			t.Errorf("linked to %q, want the company", o.links["main:1"])
		}
		call.answer(anna)
		if err := o.svc.Choose(t.Context(), "main:1", "w2", anna); err != nil {
			t.Fatal(err)
		}
		if got := o.card(anna); got.ChosenID != "w2" || got.Match != cti.MatchSingle && got.Match != cti.MatchMultiple {
			t.Errorf("chosen %s, match %s", got.ChosenID, got.Match)
		}
	})
}

func TestPeopleOfDifferentCompaniesAreSeveral(t *testing.T) {
	t.Parallel()
	firm := cti.Candidate{Contact: cti.Contact{ID: "firm", IsCompany: true}, Certain: true}
	its := cti.Candidate{Contact: cti.Contact{ID: "a", CompanyID: "firm"}, Certain: true}
	other := cti.Candidate{Contact: cti.Contact{ID: "b", CompanyID: "else"}, Certain: true}
	guess := cti.Candidate{Contact: cti.Contact{ID: "c"}}
	call := cti.Call{Direction: cti.Inbound}
	for _, c := range []struct {
		want cti.MatchKind
		of   []cti.Candidate
	}{
		{cti.MatchSingle, []cti.Candidate{its, firm}},
		{cti.MatchSingle, []cti.Candidate{guess, its, firm}},
		{cti.MatchMultiple, []cti.Candidate{its, firm, other}},
		{cti.MatchMultiple, []cti.Candidate{its, other}},
		{cti.MatchMultiple, []cti.Candidate{firm, {Contact: cti.Contact{ID: "firm2", IsCompany: true}, Certain: true}}},
		{cti.MatchUnknown, []cti.Candidate{guess}},
	} {
		if got := (Identity{}).with(c.of...).Match(call); got != c.want {
			t.Errorf("%v: got %s, want %s", c.of, got, c.want)
		}
	}
}

func TestUsuallyIsAskedWhereThereIsAChoice(t *testing.T) {
	in(t, func(o *office) {
		o.usually = &cti.Usually{ContactID: "c2", Name: "Петрова", Times: 4}
		for number, want := range map[string]bool{ivanov: false, shared: true, "+79990000000": true} {
			o.inbound(number, number).ring(anna)
			if got := o.card(anna).Usually; (got != nil) != want {
				t.Errorf("%s: got %v", number, got)
			}
		}
	})
}

// The first version opens no page and waits for nothing; the second has what the
// look-up said; nothing is judged again without a reason.
func TestScenariosOfTwoVersions(t *testing.T) {
	in(t, func(o *office) {
		o.delay = time.Second
		var asked []cti.CallFacts
		o.rules = func(f cti.CallFacts) cti.ScenarioChoice {
			asked = append(asked, f)
			c := cti.ScenarioChoice{Scenario: cti.Scenario{Rule: "rule of " + string(f.Match), Blocks: []cti.CardBlock{cti.BlockIdentity}}}
			if f.Match == cti.MatchSingle {
				c.Scenario.Open = &cti.Opening{When: cti.OpenRinging, URL: "/c/" + f.ContactID, Target: cti.TargetTab}
				c.Variables = []cti.ShownVariable{{Name: "CONTRACT", Label: "Договор", Value: f.Variables["CONTRACT"]}}
			}
			return c
		}
		call := o.inbound("1", ivanov)
		call.call.Variables = map[string]string{"CONTRACT": "17/25"}
		call.ring(anna)
		if got := o.card(anna); got.Version != 1 || got.Scenario.Rule != "rule of pending" || got.Scenario.Open != nil {
			t.Errorf("first version: %+v", got.Scenario)
		}
		o.pass(2 * time.Second)
		got := o.card(anna)
		if got.Version != 2 || got.Scenario.Rule != "rule of single" || got.Scenario.Open.URL != "/c/c1" || len(got.Variables) != 1 || got.Variables[0].Value != "17/25" {
			t.Errorf("second version: %+v %v", got.Scenario, got.Variables)
		}
		want := cti.CallFacts{
			CallID: "main:1", PBX: "main", Direction: cti.Inbound, Match: cti.MatchSingle, Phone: ivanov, ContactID: "c1", Queue: "support",
			DID: "+74950000001", Group: "group of +74950000001", Agent: "anna", CallsToday: 1, At: got.OfferedAt.Local(),
			Variables: map[string]string{"CONTRACT": "17/25"},
		}
		if diff := cmp.Diff(want, asked[len(asked)-1]); diff != "" {
			t.Error(diff)
		}
		before := len(asked)
		call.answer(anna)
		call.endTalk(anna, "client").end(cti.OutcomeAnswered)
		if len(asked) != before {
			t.Errorf("judged %d times more, although nothing changed", len(asked)-before)
		}
		if got := o.traced("scenario.chosen"); !slices.Equal(got, []string{"anna", "anna"}) {
			t.Errorf("trace %v", got)
		}
	})
}

func TestAFailedRuleIsToldAndTheCardOpens(t *testing.T) {
	in(t, func(o *office) {
		o.rules = func(cti.CallFacts) cti.ScenarioChoice {
			return cti.ScenarioChoice{Scenario: cti.Scenario{Rule: "any", Blocks: cti.CardBlocks()}, Fault: errors.New("no number"), FaultyRule: "small"}
		}
		o.inbound("1", ivanov).ring(anna, boris)
		if got := o.card(boris); got.Scenario.Rule != "any" {
			t.Errorf("got %+v", got.Scenario)
		}
		if got := o.traced("scenario.failed"); !slices.Equal(got, []string{"anna", "boris"}) {
			t.Errorf("trace %v", got)
		}
	})
}

func TestTransferredAndChosenAreFacts(t *testing.T) {
	in(t, func(o *office) {
		var last cti.CallFacts
		o.rules = func(f cti.CallFacts) cti.ScenarioChoice {
			last = f
			return cti.ScenarioChoice{Scenario: cti.Scenario{Rule: string(f.Match), Blocks: cti.CardBlocks()}}
		}
		call := o.inbound("1", shared).ring(anna).answer(anna)
		if last.Match != cti.MatchMultiple || last.ContactID != "" {
			t.Errorf("several: %+v", last)
		}
		if err := o.svc.Choose(t.Context(), "main:1", "c2", anna); err != nil {
			t.Fatal(err)
		}
		if got := o.card(anna); last.Match != cti.MatchSingle || last.ContactID != "c2" || got.Match != cti.MatchMultiple || got.Scenario.Rule != "single" {
			t.Errorf("chosen: %+v, card %s", last, got.Match)
		}
		call.call.Offers = append(call.call.Offers, cti.Offer{Device: boris.Device, User: boris.ID, At: time.Now().UTC(), Attempts: 1, Via: "transfer", By: anna.Device})
		call.send(cti.OfferStarted)
		if last.Agent != "boris" || !last.Transferred {
			t.Errorf("transferred: %+v", last)
		}
	})
}

func TestWhyNobodySawACard(t *testing.T) {
	for name, c := range map[string]struct {
		play func(*office)
		want []string
	}{
		"not online": {func(o *office) {
			o.tabs = map[cti.UserID]int{"anna": 0}
			call := o.inbound("1", ivanov).ring(anna)
			o.pass(20 * time.Second)
			call.endOffer(anna, cti.OfferNoAnswer, "", "").end(cti.OutcomeNoAnswer)
		}, []string{"unseen.offline anna", "unseen.nobody "}},
		"hidden": {func(o *office) {
			call := o.inbound("1", ivanov).ring(anna)
			o.pass(20 * time.Second)
			call.endOffer(anna, cti.OfferNoAnswer, "", "").end(cti.OutcomeNoAnswer)
		}, []string{"unseen.not_painted anna", "unseen.nobody "}},
		"brief": {func(o *office) {
			call := o.inbound("1", ivanov).ring(anna)
			o.pass(300 * time.Millisecond)
			call.endOffer(anna, cti.OfferWithdrawn, "caller_left", "").end(cti.OutcomeAbandoned)
		}, []string{"unseen.brief anna", "unseen.nobody "}},
		"one of two": {func(o *office) {
			call := o.inbound("1", ivanov).ring(anna, boris)
			o.svc.Shown(cti.Shown{User: "boris", CallID: "main:1", CardVersion: 1, Received: time.Now()})
			o.pass(20 * time.Second)
			call.endOffer(anna, cti.OfferNoAnswer, "", "").endOffer(boris, cti.OfferNoAnswer, "", "").end(cti.OutcomeNoAnswer)
		}, []string{"unseen.not_painted anna"}},
		"all saw it": {func(o *office) {
			call := o.inbound("1", ivanov).ring(anna).answer(anna)
			o.svc.Shown(cti.Shown{User: "anna", CallID: "main:1", CardVersion: 1, Received: time.Now()})
			call.endTalk(anna, "client").end(cti.OutcomeAnswered)
		}, nil},
		"nobody's phones": {func(o *office) {
			call := o.inbound("1", ivanov).ring(cti.User{Device: "PJSIP/1999"})
			call.endOffer(cti.User{Device: "PJSIP/1999"}, cti.OfferNoAnswer, "", "").end(cti.OutcomeNoAnswer)
		}, []string{"unseen.no_card "}},
		"left in the IVR": {func(o *office) { o.inbound("1", ivanov).end(cti.OutcomeIVR) }, []string{"unseen.no_card "}},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, func(o *office) {
				c.play(o)
				if got := o.traced("unseen"); !slices.Equal(got, c.want) {
					t.Errorf("got %q, want %q", got, c.want)
				}
			})
		})
	}
}
