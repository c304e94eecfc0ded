package pop

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"callcard/pkg/cti"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// office is a Service with hand-written neighbours, inside a synctest bubble.
type office struct {
	t   *testing.T
	svc *Service
	sub *stream
	now time.Time

	mu        sync.Mutex
	contacts  map[string]cti.Contact
	answers   map[string][]cti.Candidate // by number
	delay     time.Duration              // of the directory
	broken    error
	asked     []string
	past      []cti.PastCall
	today     []cti.CallID
	usually   *cti.Usually
	tabs      map[cti.UserID]int // connections; one where nothing is said
	rules     func(cti.CallFacts) cti.ScenarioChoice
	judged    int // times that the rules were asked
	callbacks map[string]string
	links     map[cti.CallID]string
	linkedBy  map[cti.CallID]cti.UserID
	noCalls   int // so many links fail: the call is not stored yet
	together  int // transactions of links
	writing   time.Duration
	spoilt    error         // of the next transaction
	held      chan struct{} // when set: an automatic link waits for it before it is written
	frames    []string
	cards     map[cti.UserID]cti.Card // the newest sent
	trace     []cti.Decision
	snapshot  []cti.Call
	notes     map[cti.CallID][]cti.Note
	results   map[cti.CallID]*cti.CallResult
	changes   map[cti.UserID][]NoteChange
}

type stream struct {
	events chan *cti.CallEvent
	err    error
}

func (s *stream) Events() <-chan *cti.CallEvent { return s.events }
func (s *stream) Err() error                    { return s.err }
func (s *stream) Close()                        {}

var (
	anna  = cti.User{ID: "anna", Name: "Анна", Role: cti.RoleAgent, Device: "PJSIP/1001"}
	boris = cti.User{ID: "boris", Name: "Борис", Role: cti.RoleAgent, Device: "PJSIP/1002"}
	vera  = cti.User{ID: "vera", Name: "Вера", Role: cti.RoleAgent, Device: "PJSIP/1003"}
	chief = cti.User{ID: "chief", Name: "Шеф", Role: cti.RoleSupervisor}
)

const (
	ivanov = "+79161234567"
	shared = "+74951112233"
)

// in runs a scenario with the service running.
func in(t *testing.T, scenario func(*office)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o := &office{
			t: t, sub: &stream{events: make(chan *cti.CallEvent, 100)}, now: time.Now().UTC(),
			contacts: map[string]cti.Contact{
				"c1": {ID: "c1", Name: "Иванов", Phones: []string{ivanov, shared}},
				"c2": {ID: "c2", Name: "Петрова", Phones: []string{shared}},
				"c3": {ID: "c3", Name: "Сидоров", Phones: []string{"+70000000000"}},
			},
			callbacks: map[string]string{}, links: map[cti.CallID]string{}, linkedBy: map[cti.CallID]cti.UserID{},
			cards: map[cti.UserID]cti.Card{}, changes: map[cti.UserID][]NoteChange{},
		}
		o.answers = map[string][]cti.Candidate{
			ivanov: {{Contact: o.contacts["c1"], Certain: true}},
			shared: {{Contact: o.contacts["c1"], Certain: true}, {Contact: o.contacts["c2"], Certain: true}},
		}
		svc, err := New(Options{
			Subscribe: o.subscribe, Directory: o, Contacts: o, History: o, Callbacks: o, Links: o, Remarks: o, Agents: o, Publisher: o, Tracer: o, Scenarios: o, Titles: o,
		})
		if err != nil {
			t.Fatal(err)
		}
		o.svc = svc
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- svc.Run(ctx) }()
		defer func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		}()
		synctest.Wait()
		scenario(o)
	})
}

func (o *office) subscribe() ([]cti.Call, Subscription) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.sub.err != nil {
		o.sub = &stream{events: make(chan *cti.CallEvent, 100)}
	}
	return o.snapshot, o.sub
}

func (o *office) LookupPhone(ctx context.Context, phone cti.Phone) ([]cti.Candidate, error) {
	o.mu.Lock()
	o.asked = append(o.asked, phone.Number)
	found, delay, broken := o.answers[phone.Number], o.delay, o.broken
	o.mu.Unlock()
	if !pause(ctx, delay) {
		return nil, fmt.Errorf("ask: %w", ctx.Err())
	}
	return found, broken
}

func (o *office) Contact(_ context.Context, id string) (cti.Contact, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	c, ok := o.contacts[id]
	if !ok {
		return c, cti.ErrNotFound
	}
	return c, nil
}

func (o *office) CallsSince(context.Context, string, time.Time) ([]cti.CallID, error) {
	return append([]cti.CallID{}, o.today...), nil
}

func (o *office) Usually(context.Context, string) (*cti.Usually, error) { return o.usually, nil }

func (o *office) People(_ context.Context, company string) (people []cti.Contact, err error) {
	for _, id := range slices.Sorted(maps.Keys(o.contacts)) {
		if o.contacts[id].CompanyID == company {
			people = append(people, o.contacts[id])
		}
	}
	return people, nil
}

func (o *office) PastCalls(context.Context, string, int) ([]cti.PastCall, error) { return o.past, nil }

func (o *office) OpenCallback(_ context.Context, number, _, line string) (cti.CardCallback, error) {
	if id, ok := o.callbacks[number+line]; ok {
		return cti.CardCallback{ID: id, Missed: 2, FirstMissed: o.now.Add(-time.Hour), LastMissed: o.now.Add(-time.Minute)}, nil
	}
	return cti.CardCallback{}, cti.ErrNotFound
}

func (o *office) LinkContact(_ context.Context, call cti.CallID, contactID string, by cti.UserID) error {
	if o.held != nil && by == linkedBySystem {
		<-o.held
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.noCalls > 0 {
		o.noCalls--
		return cti.ErrNotFound
	}
	o.links[call], o.linkedBy[call] = contactID, by
	return nil
}

// Together undoes what was done when the transaction is spoilt, as a database does.
func (o *office) Together(ctx context.Context, fn func(context.Context) error) error {
	o.mu.Lock()
	o.together++
	writing, spoilt, before := o.writing, o.spoilt, maps.Clone(o.links)
	o.spoilt = nil
	o.mu.Unlock()
	pause(ctx, writing)
	if err := fn(ctx); err != nil || spoilt == nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.links = before
	return spoilt
}

func (o *office) LinkOf(_ context.Context, call cti.CallID) (string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if id, ok := o.links[call]; ok {
		return id, nil
	}
	return "", cti.ErrNotFound
}

func (o *office) UserByDevice(_ string, device cti.Device) (cti.User, bool) {
	for _, u := range []cti.User{anna, boris, vera} {
		if u.Device == device {
			return u, true
		}
	}
	return cti.User{}, false
}

func (o *office) Kept(_ context.Context, call cti.CallID) ([]cti.Note, *cti.CallResult, error) {
	return o.notes[call], o.results[call], nil
}

func (o *office) Tabs(user cti.UserID) int {
	if n, said := o.tabs[user]; said {
		return n
	}
	return 1
}

func (o *office) QueueTitle(_, queue string) string {
	return map[string]string{"support": "Поддержка"}[queue]
}

func (o *office) DIDTitle(_, did string) string {
	return map[string]string{"+74950000001": "Главный"}[did]
}

func (o *office) Group(_, did string) string { return "group of " + did }

func (o *office) Choose(f cti.CallFacts) cti.ScenarioChoice {
	o.judged++
	if o.rules == nil {
		return cti.ScenarioChoice{Scenario: cti.Scenario{Rule: "any", Blocks: cti.CardBlocks()}}
	}
	return o.rules(f)
}

func (o *office) Publish(user cti.UserID, kind string, data any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if change, ok := data.(NoteChange); ok {
		o.changes[user] = append(o.changes[user], change)
		return
	}
	card := data.(cti.Card)
	before := o.cards[user]
	if before.CallID == card.CallID && card.Version != before.Version+1 {
		o.t.Errorf("%s: version %d follows %d", user, card.Version, before.Version)
	}
	o.cards[user] = card
	line := fmt.Sprintf("%s %s %s/%s", user, strings.TrimPrefix(kind, "card."), card.Match, card.Lookup)
	for _, more := range []string{card.Reason, card.By, card.ChosenID} {
		if more != "" {
			line += " " + more
		}
	}
	o.frames = append(o.frames, line)
}

func (o *office) Note(_ cti.CallID, d cti.Decision) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.trace = append(o.trace, d)
}

// pass lets the bubble's time go by.
func (o *office) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// sent returns what was published since it was asked last, when all is quiet.
func (o *office) sent() []string {
	synctest.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	frames := o.frames
	o.frames = nil
	return frames
}

func (o *office) card(user cti.User) cti.Card {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.cards[user.ID]
}

// script is one call whose document grows step by step.
type script struct {
	o    *office
	call cti.Call
}

func (o *office) inbound(id, number string) *script {
	s := &script{o: o, call: cti.Call{
		ID: cti.CallID("main:" + id), PBX: "main", Direction: cti.Inbound, State: cti.CallIVR,
		Client:    cti.Phone{Number: number, Raw: number, Kind: cti.NumberE164},
		ClientLeg: cti.LegID{PBX: "main", Uniqueid: id}, DID: "+74950000001", Started: time.Now().UTC(), Certainty: cti.Observed,
	}}
	s.send(cti.CallStarted)
	return s
}

// send publishes a copy, as the tracker does, and lets everybody finish.
func (s *script) send(kind cti.CallEventKind) *script {
	s.call.Version++
	c := s.call
	c.Offers = append([]cti.Offer(nil), c.Offers...)
	c.Talks = append([]cti.Talk(nil), c.Talks...)
	s.o.sub.events <- &cti.CallEvent{Kind: kind, Call: c, At: time.Now(), Received: time.Now()}
	s.o.svc.Catch()
	synctest.Wait()
	return s
}

func (s *script) ring(users ...cti.User) *script {
	for _, u := range users {
		s.call.State = cti.CallRinging
		s.call.Offers = append(s.call.Offers, cti.Offer{Device: u.Device, User: u.ID, At: time.Now().UTC(), Attempts: 1, Queue: "support", Via: "queue"})
		s.send(cti.OfferStarted)
	}
	return s
}

func (s *script) endOffer(u cti.User, result cti.OfferResult, reason string, by cti.Device) *script {
	for i := range s.call.Offers {
		if o := &s.call.Offers[i]; o.Device == u.Device && o.Open() {
			o.Result, o.Reason, o.By, o.Ended = result, reason, by, time.Now().UTC()
		}
	}
	return s.send(cti.OfferEnded)
}

func (s *script) answer(u cti.User) *script {
	s.call.State = cti.CallTalking
	for i := range s.call.Offers {
		if o := &s.call.Offers[i]; o.Device == u.Device && o.Open() {
			o.Result, o.Ended = cti.OfferAccepted, time.Now().UTC()
		}
	}
	s.call.Talks = append(s.call.Talks, cti.Talk{Device: u.Device, User: u.ID, From: time.Now().UTC(), Queue: "support"})
	return s.send(cti.TalkStarted)
}

func (s *script) endTalk(u cti.User, by string) *script {
	for i := range s.call.Talks {
		if t := &s.call.Talks[i]; t.Device == u.Device && t.Open() {
			t.To, t.EndedBy = time.Now().UTC(), by
		}
	}
	return s.send(cti.TalkEnded)
}

func (s *script) end(outcome cti.CallOutcome) *script {
	s.call.State, s.call.Outcome, s.call.Ended = cti.CallEnded, outcome, time.Now().UTC()
	return s.send(cti.CallFinished)
}
