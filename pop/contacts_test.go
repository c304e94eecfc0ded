package pop

import (
	"testing"

	"callcard/pkg/cti"
)

func names(card cti.Card) (out []string) {
	for _, c := range card.Candidates {
		out = append(out, c.Name)
	}
	return out
}

func TestAChangedContactIsOnEveryCard(t *testing.T) {
	in(t, func(o *office) {
		o.inbound("1.1", shared).ring(anna, boris)
		o.inbound("1.2", "+79990000000").ring(vera)
		o.sent()
		c := o.contacts["c2"]
		c.Name = "Сидорова" // she has married
		o.svc.ContactChanged(c)
		o.want("anna updated multiple/done", "boris updated multiple/done")
		equal(t, "candidates", []string{"Иванов", "Сидорова"}, names(o.card(anna)))

		c.Phones = []string{"+79990000000"}
		o.svc.ContactChanged(c)
		equal(t, "a number that she has no more", []string{"Иванов"}, names(o.card(anna)))
		equal(t, "match", cti.MatchSingle, o.card(anna).Match)
		equal(t, "a number that she has now", []string{"Сидорова"}, names(o.card(vera)))
		equal(t, "match", cti.MatchSingle, o.card(vera).Match)
	})
}

func TestAChosenContactStaysWithoutTheNumber(t *testing.T) {
	in(t, func(o *office) {
		o.inbound("1.1", shared).ring(anna).answer(anna)
		if err := o.svc.Choose(t.Context(), "main:1.1", "c2", anna); err != nil {
			t.Fatal(err)
		}
		c := o.contacts["c2"]
		c.Phones = []string{}
		o.svc.ContactChanged(c)
		equal(t, "candidates", []string{"Иванов", "Петрова"}, names(o.card(anna)))
		equal(t, "chosen", "c2", o.card(anna).ChosenID)
	})
}

func TestADeletedContactLeavesTheCards(t *testing.T) {
	in(t, func(o *office) {
		o.inbound("1.1", shared).ring(anna).answer(anna)
		if err := o.svc.Choose(t.Context(), "main:1.1", "c2", anna); err != nil {
			t.Fatal(err)
		}
		o.svc.ContactRemoved("c2")
		equal(t, "candidates", []string{"Иванов"}, names(o.card(anna)))
		equal(t, "chosen", "", o.card(anna).ChosenID)
		o.svc.ContactRemoved("c3") // nobody's candidate
	})
}
