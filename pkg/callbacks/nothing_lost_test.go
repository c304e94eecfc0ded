package callbacks_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"callcard/pkg/callbacks"
	"callcard/pkg/cti"
)

var errKilled = errors.New("the daemon was killed")

// life is an office that is killed now and then, with its own memory of who waits.
type life struct {
	*bench
	missed  map[string]time.Time // of a client: his newest missed call
	talked  map[string]time.Time // his newest talk
	excused map[string]bool      // somebody has ended his duty by a word since
	spoken  map[string]bool      // somebody has said of a talk that it was none, or promised another
	heard   map[string]time.Time // his newest talk by this very number
	one     map[string]bool      // numbers that were found to be one client's
}

// same are the numbers of one client, as far as anybody has found out.
func (l *life) same(number string) []string {
	if !l.one[number] {
		return []string{number}
	}
	return slices.Collect(maps.Keys(l.one))
}

// TestNothingIsLostOrDoubled: in any order of missed and answered calls, tries, claims,
// promises and words, with a kill at any write and every entry told again after it, a
// client has at most one open duty in a group, each missed call belongs to exactly one
// duty, and who was missed has an open duty unless he was talked with since, somebody
// closed it by a word, or the tries are used up.
func TestNothingIsLostOrDoubled(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		l := &life{bench: newBench(owned), missed: map[string]time.Time{}, talked: map[string]time.Time{}, excused: map[string]bool{}, spoken: map[string]bool{}, heard: map[string]time.Time{}, one: map[string]bool{}}
		var told []cti.Call
		for i := range rapid.IntRange(1, 25).Draw(rt, "steps") {
			if rapid.Bool().Draw(rt, "act") {
				l.act(t, rt)
			} else {
				c := l.draw(rt, cti.CallID(fmt.Sprint("m:", i)), i*2)
				l.consume(t, rt, c)
				told = append(told, c)
				l.remember(c)
			}
			if len(told) > 0 && rapid.IntRange(0, 4).Draw(rt, "again") == 0 { // its cursor was not saved
				l.consume(t, rt, told[len(told)-1])
			}
			l.check(rt, told)
		}
	})
}

func (l *life) draw(rt *rapid.T, id cti.CallID, minute int) cti.Call {
	c := missed(id, minute)
	switch rapid.IntRange(0, 3).Draw(rt, "kind") {
	case 0:
		c = answered(id, minute)
	case 1:
		c.Direction, c.Missed, c.Outcome = cti.Outbound, false, cti.OutcomeNoAnswer
		c.Cause = rapid.SampledFrom([]int{0, 1, 17, 19, 21, 34}).Draw(rt, "cause")
	}
	c.Client.Number = rapid.SampledFrom([]string{"+79160000001", "+79160000002"}).Draw(rt, "number")
	c.DID = rapid.SampledFrom([]string{"1", "2"}).Draw(rt, "line")
	return c
}

// consume gives a call to the service as the journal does, killed at some write or not.
func (l *life) consume(t *testing.T, rt *rapid.T, c cti.Call) {
	l.store.killAfter = rapid.IntRange(0, 3).Draw(rt, "killed at write")
	for {
		err := l.store.Together(t.Context(), func(ctx context.Context) error { return l.svc.Apply(ctx, entries(c)) })
		switch {
		case err == nil:
			l.store.killAfter = 0
			if rapid.Bool().Draw(rt, "told") { // else it was killed before it could tell
				l.svc.Committed(t.Context())
			}
			return
		case !errors.Is(err, errKilled):
			rt.Fatal(err)
		}
		l.restart()
	}
}

// restart is another daemon on the same store.
func (l *life) restart() {
	l.store.killAfter = 0
	l.svc = callbacks.New(callbacks.Options{
		Store: l.store, Publisher: &l.told, Dialer: l.dialer, Rules: callbacks.DefaultRules(), Logger: discard(),
		UserOf: func(string, cti.Device) cti.UserID { return "anna" },
	})
}

func (l *life) remember(c cti.Call) {
	number := c.Client.Number
	switch {
	case len(c.Talks) > 0:
		for _, of := range l.same(number) {
			l.talked[of], l.spoken[of] = c.Ended, false
		}
		l.heard[number] = c.Ended
	case c.Missed:
		l.missed[number], l.excused[number] = c.Started, false
	}
}

func (l *life) act(t *testing.T, rt *rapid.T) {
	all := l.store.find(func(cti.Callback) bool { return true })
	if len(all) == 0 {
		return
	}
	b := rapid.SampledFrom(all).Draw(rt, "duty")
	by := agent(rapid.SampledFrom([]cti.UserID{"anna", "boris"}).Draw(rt, "agent"))
	ctx := t.Context()
	l.store.killAfter = rapid.IntRange(0, 3).Draw(rt, "act killed at write")
	defer func() { l.store.killAfter = 0 }()
	var err error
	ends := false
	switch rapid.IntRange(0, 7).Draw(rt, "what") {
	case 0:
		_, err = l.svc.Claim(ctx, b.ID, by)
	case 1:
		_, err = l.svc.Release(ctx, b.ID, by)
	case 2:
		var action string
		if _, action, err = l.svc.Dial(ctx, b.ID, by); err == nil && rapid.Bool().Draw(rt, "own phone not answered") {
			l.consume(t, rt, with(dialled(cti.CallID(action), ""), func(c *cti.Call) { c.Client, c.Variables = cti.Phone{}, nil }))
		}
	case 7:
		err = l.link(ctx, b)
	case 3:
		outcome := rapid.SampledFrom([]cti.AttemptOutcome{"reached", "no_answer", "busy", "call_later", "wrong_number", "refused"}).Draw(rt, "outcome")
		ends = outcome == cti.AttemptReached || outcome == cti.AttemptWrongNumber || outcome == cti.AttemptRefused
		if _, err = l.svc.Outcome(ctx, b.ID, by, callbacks.Said{Outcome: outcome}); err == nil && !ends {
			for _, number := range append(b.Numbers, b.Client.Number) {
				l.spoken[number] = true
			}
		}
	case 4:
		_, err = l.svc.Promise(ctx, by, callbacks.Promise{Client: b.Client})
	case 5:
		ends = true
		_, err = l.svc.Close(ctx, b.ID, by, "duplicate")
	default:
		_, err = l.svc.Reschedule(ctx, b.ID, by, time.Now().Add(time.Hour))
	}
	switch {
	case err == nil && ends:
		for _, number := range append(b.Numbers, b.Client.Number) {
			for _, of := range l.same(number) {
				l.excused[of] = true
			}
		}
	case errors.Is(err, errKilled):
		l.restart()
	case err != nil && !errors.Is(err, cti.ErrConflict) && !errors.Is(err, cti.ErrForbidden):
		rt.Fatal(err)
	}
}

// link finds that the client of a duty is Ivan, by one of its calls.
func (l *life) link(ctx context.Context, b cti.Callback) error {
	if len(b.Calls) == 0 {
		return nil
	}
	id := b.Calls[0]
	for _, number := range append(b.Numbers, b.Client.Number) {
		l.one[number] = true
	}
	l.store.mu.Lock()
	l.store.links[id] = "ivan"
	for key, c := range l.store.all { // as the store does it, by one statement
		if slices.Contains(c.Calls, id) {
			c.ContactID = "ivan"
			l.store.all[key] = c
		}
	}
	l.store.mu.Unlock()
	err := l.svc.Linked(ctx, id)
	if errors.Is(err, errKilled) { // the timers of the next daemon look again
		l.restart()
		return l.svc.Linked(ctx, id)
	}
	return err
}

func (l *life) check(rt *rapid.T, told []cti.Call) {
	oneEach(rt, l.bench)
	for _, c := range told {
		if !c.Missed || len(c.Talks) > 0 {
			continue
		}
		if of := l.store.find(func(b cti.Callback) bool {
			n := 0
			for _, id := range b.Calls {
				if id == c.ID {
					n++
				}
			}
			if n > 1 {
				rt.Fatalf("%s counts %d times in %s", c.ID, n, b.ID)
			}
			return n == 1 && b.MergedInto == ""
		}); len(of) != 1 {
			rt.Fatalf("missed call %s belongs to %d duties", c.ID, len(of))
		}
	}
	ivans := map[string]int{}
	for _, b := range l.open() {
		number := b.Client.Number
		if b.ContactID != "" {
			ivans[b.Group]++
		}
		if b.PromisedAt.IsZero() && !l.spoken[number] && !b.LastCall.IsZero() && l.heard[number].After(b.LastCall) {
			rt.Fatalf("%s was talked with, and a call is owed: %+v", number, b)
		}
	}
	for group, n := range ivans {
		if n > 1 || group != "" && ivans[""] > 0 {
			rt.Fatalf("one client has %d open duties in %q: %v", n, group, ivans)
		}
	}
	for number, at := range l.missed {
		if l.talked[number].After(at) || l.excused[number] {
			continue
		}
		waits := l.store.find(func(b cti.Callback) bool { return hasNumber(b, number) && b.State == cti.CallbackOpen })
		givenUp := l.store.find(func(b cti.Callback) bool { return hasNumber(b, number) && b.ClosedBy == callbacks.NotReached })
		if len(waits) == 0 && len(givenUp) == 0 {
			rt.Fatalf("%s was missed at %s, and nobody owes him a call", number, at)
		}
	}
}
