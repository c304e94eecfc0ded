package pop

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"callcard/pkg/cti"
)

// screen is what browsers would show by the frames alone.
type screen struct {
	*office
	t     *rapid.T
	cards map[string]cti.Card // by user and call
}

func (s *screen) Publish(user cti.UserID, kind string, data any) {
	card := data.(cti.Card)
	if card.Agent != user || card.Candidates == nil || card.History == nil {
		s.t.Fatalf("frame %s of %s to %s: %+v", kind, card.Agent, user, card)
	}
	before, had := s.take(user, card)
	if had && card.Version <= before.Version || !had && card.Version != 1 {
		s.t.Fatalf("%s %s: version %d follows %d", user, kind, card.Version, before.Version)
	}
	shown := had && onScreen(before.State)
	switch kind {
	case frameOpened:
		s.must(!shown && onScreen(card.State), kind, before, card)
	case frameWithdrawn, frameEnded:
		s.must(shown && !onScreen(card.State), kind, before, card)
	case frameUpdated:
		s.must(had && shown == onScreen(card.State), kind, before, card)
	default:
		s.t.Fatalf("frame %s", kind)
	}
	s.cards[key(user, card.CallID)] = card
}

// take finds the card that this one replaces, under its own id or an older one.
func (s *screen) take(user cti.UserID, card cti.Card) (newest cti.Card, had bool) {
	for _, id := range append([]cti.CallID{card.CallID}, card.Aliases...) {
		if c, ok := s.cards[key(user, id)]; ok {
			delete(s.cards, key(user, id))
			if !had || id == card.CallID || !onScreen(newest.State) {
				newest.Version = max(newest.Version, c.Version)
				c.Version, newest, had = newest.Version, c, true
				newest = c
			}
		}
	}
	return newest, had
}

func (s *screen) must(ok bool, kind string, before, after cti.Card) {
	if !ok {
		s.t.Fatalf("%s takes %s %s to %s", kind, after.Agent, before.State, after.State)
	}
}

func key(user cti.UserID, id cti.CallID) string { return string(user) + " " + string(id) }

// TestAnyCourseOfCalls lets calls go any way, with look-ups that answer at any time, and
// checks that browsers are told a consistent story and nothing is left in the end.
func TestAnyCourseOfCalls(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		o := &office{contacts: map[string]cti.Contact{"c1": {ID: "c1", Phones: []string{ivanov, shared}}, "c2": {ID: "c2", Phones: []string{shared}}}, links: map[cti.CallID]string{}, linkedBy: map[cti.CallID]cti.UserID{}}
		o.answers = map[string][]cti.Candidate{ivanov: {{Contact: o.contacts["c1"], Certain: true}}, shared: {{Contact: o.contacts["c1"], Certain: true}, {Contact: o.contacts["c2"], Certain: true}}}
		sc := &screen{office: o, t: rt, cards: map[string]cti.Card{}}
		svc, err := New(Options{Subscribe: o.subscribe, Directory: o, Contacts: o, History: o, Callbacks: o, Links: o, Remarks: o, Agents: o, Publisher: sc, Tracer: o})
		if err != nil {
			rt.Fatal(err)
		}
		p := &play{t: rt, svc: svc, calls: map[cti.CallID]*cti.Call{}}
		rt.Repeat(map[string]func(*rapid.T){
			"start": p.start, "ring": p.ring, "offer ends": p.offerEnds, "talk": p.talk, "talk ends": p.talkEnds,
			"merge": p.merge, "end": p.end, "job": p.job, "choose": p.choose, "created": p.created,
			"": func(*rapid.T) { p.check(sc) },
		})
		p.finish(sc)
	})
}

type play struct {
	t     *rapid.T
	svc   *Service
	calls map[cti.CallID]*cti.Call
	count int
}

func (p *play) users() *rapid.Generator[cti.User] {
	return rapid.SampledFrom([]cti.User{anna, boris, vera})
}

func (p *play) any(t *rapid.T) *cti.Call {
	if len(p.calls) == 0 {
		t.Skip("no call")
	}
	ids := slices.Sorted(maps.Keys(p.calls))
	return p.calls[rapid.SampledFrom(ids).Draw(t, "call")]
}

func (p *play) send(c *cti.Call, kind cti.CallEventKind) {
	c.Version++
	doc := *c
	doc.Offers, doc.Talks, doc.Aliases = slices.Clone(c.Offers), slices.Clone(c.Talks), slices.Clone(c.Aliases)
	p.svc.take(cti.CallEvent{Kind: kind, Call: doc, Received: time.Now()})
}

func (p *play) start(t *rapid.T) {
	p.count++
	c := &cti.Call{ID: cti.CallID(fmt.Sprintf("main:%d", p.count)), PBX: "main", Direction: cti.Inbound, State: cti.CallIVR, Started: time.Now()}
	number := rapid.SampledFrom([]string{ivanov, shared, "+79990000000", ""}).Draw(t, "number")
	c.Client = cti.Phone{Number: number, Raw: number, Kind: cti.NumberE164}
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		c.Direction, c.Initiator, c.Line = cti.Outbound, p.users().Draw(t, "who").Device, "PJSIP/trunk"
	case 1:
		c.Direction, c.Initiator, c.Client.Kind = cti.Internal, p.users().Draw(t, "who").Device, cti.NumberInternal
	}
	p.calls[c.ID] = c
	p.send(c, cti.CallStarted)
}

func (p *play) ring(t *rapid.T) {
	c, u := p.any(t), p.users().Draw(t, "who")
	via := rapid.SampledFrom([]string{"queue", "dial", "transfer", "consult"}).Draw(t, "via")
	c.Offers = append(c.Offers, cti.Offer{Device: u.Device, User: u.ID, At: time.Now(), Attempts: 1, Via: via})
	c.State = cti.CallRinging
	p.send(c, cti.OfferStarted)
}

func (p *play) offerEnds(t *rapid.T) {
	c := p.any(t)
	for i := range c.Offers {
		if c.Offers[i].Open() {
			c.Offers[i].Result = rapid.SampledFrom([]cti.OfferResult{cti.OfferAccepted, cti.OfferWithdrawn, cti.OfferNoAnswer, cti.OfferBusy, cti.OfferRejected}).Draw(t, "result")
			c.Offers[i].Ended = time.Now()
			p.send(c, cti.OfferEnded)
			return
		}
	}
}

func (p *play) talk(t *rapid.T) {
	c, u := p.any(t), p.users().Draw(t, "who")
	c.State = cti.CallTalking
	c.Talks = append(c.Talks, cti.Talk{Device: u.Device, User: u.ID, From: time.Now()})
	p.send(c, cti.TalkStarted)
}

func (p *play) talkEnds(t *rapid.T) {
	c := p.any(t)
	for i := range c.Talks {
		if c.Talks[i].Open() {
			c.Talks[i].To = time.Now()
			c.Talks[i].EndedBy = rapid.SampledFrom([]string{"client", "agent", "transfer"}).Draw(t, "by")
			p.send(c, cti.TalkEnded)
			return
		}
	}
}

func (p *play) merge(t *rapid.T) {
	into, from := p.any(t), p.any(t)
	if into == from {
		return
	}
	delete(p.calls, from.ID)
	into.Aliases = append(append(into.Aliases, from.ID), from.Aliases...)
	into.Offers, into.Talks = append(into.Offers, from.Offers...), append(into.Talks, from.Talks...)
	p.send(into, cti.CallMerged)
}

func (p *play) end(t *rapid.T) {
	c := p.any(t)
	delete(p.calls, c.ID)
	c.State, c.Ended = cti.CallEnded, time.Now()
	p.send(c, cti.CallFinished)
}

func (p *play) job(*rapid.T) {
	select {
	case job := <-p.svc.jobs:
		job(context.Background())
	default:
	}
}

func (p *play) choose(t *rapid.T) {
	c := p.any(t)
	_ = p.svc.Choose(context.Background(), c.ID, rapid.SampledFrom([]string{"c1", "c2"}).Draw(t, "contact"), p.users().Draw(t, "who"))
}

func (p *play) created(t *rapid.T) {
	p.svc.ContactCreated(cti.Contact{ID: fmt.Sprintf("new%d", p.count), Phones: []string{rapid.SampledFrom([]string{ivanov, "+79990000000"}).Draw(t, "number")}})
}

// check compares what a snapshot would show with what the frames made browsers show.
func (p *play) check(sc *screen) {
	for _, u := range []cti.User{anna, boris, vera} {
		shown := 0
		for _, card := range p.svc.CardsOf(u.ID) {
			card.LateJoin = false
			if !sameCard(sc.cards[key(u.ID, card.CallID)], card) {
				p.t.Fatalf("%s: frames made %+v, the snapshot says %+v", u.ID, sc.cards[key(u.ID, card.CallID)], card)
			}
			if onScreen(card.State) {
				shown++
			}
		}
		for k, card := range sc.cards {
			if card.Agent == u.ID && onScreen(card.State) {
				shown--
				if shown < 0 {
					p.t.Fatalf("%s still shows %s: %+v", u.ID, k, card)
				}
			}
		}
	}
}

func (p *play) finish(sc *screen) {
	for _, c := range p.calls {
		c.State, c.Ended = cti.CallEnded, time.Now()
		p.send(c, cti.CallFinished)
	}
	for len(p.svc.jobs) > 0 {
		p.job(nil)
	}
	p.check(sc)
	p.svc.mu.Lock()
	defer p.svc.mu.Unlock()
	b := &p.svc.board
	b.expire(time.Now().Add(time.Hour))
	left := 0
	for _, cards := range b.users {
		left += len(cards)
	}
	if len(b.calls) > 0 || left > 0 || len(b.asking) > 0 || len(b.aliases) > 0 {
		p.t.Fatalf("left: %d calls, %d cards, %d questions, aliases %v", len(b.calls), left, len(b.asking), b.aliases)
	}
}
