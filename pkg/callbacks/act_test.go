package callbacks_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"callcard/pkg/callbacks"
	"callcard/pkg/cti"
)

func agent(name cti.UserID) cti.User {
	return cti.User{ID: name, Name: "Name of " + string(name), Role: cti.RoleAgent, Queues: []string{"support"}, Device: "PJSIP/1"}
}

func chief() cti.User { return cti.User{ID: "olga", Name: "Olga", Role: cti.RoleSupervisor} }

// ago is a call that ended just now, by the clock of the test.
func ago(c cti.Call, length time.Duration) cti.Call {
	shift := time.Now().UTC().Sub(c.Ended)
	c.Started, c.Ended = time.Now().UTC().Add(-length), c.Ended.Add(shift)
	for i := range c.Talks {
		c.Talks[i].From, c.Talks[i].To = c.Started.Add(time.Second), c.Ended
	}
	return c
}

// dialled is a call of anna's to the client that nobody answered.
func dialled(id cti.CallID, status cti.DialStatus) cti.Call {
	return with(ago(missed(id, 0), 30*time.Second), func(c *cti.Call) {
		c.Direction, c.Outcome, c.Missed, c.Initiator, c.DID = cti.Outbound, cti.OutcomeNoAnswer, false, "PJSIP/1", ""
		c.Variables = map[string]string{"DIALSTATUS": string(status)}
	})
}

func owned(opts *callbacks.Options) {
	opts.UserOf = func(string, cti.Device) cti.UserID { return "anna" }
}

// inBubble runs a test of time with the timers of the service going.
func inBubble(t *testing.T, change []func(*callbacks.Options), test func(t *testing.T, b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(change...)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = b.svc.Run(ctx)
		}()
		test(t, b)
		stop()
		<-done
	})
}

func options(change ...func(*callbacks.Options)) []func(*callbacks.Options) { return change }

func pass(d time.Duration) {
	timer := time.NewTimer(d)
	<-timer.C
	synctest.Wait()
}

func fine[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestOfTwoAtOnceOneWins(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.end(t, ago(missed("m:1", 0), time.Minute))
	id := b.only(t).ID
	var wins, losses int
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, name := range []cti.UserID{"anna", "boris"} {
		all.Go(func() {
			_, err := b.svc.Claim(t.Context(), id, agent(name))
			mu.Lock()
			defer mu.Unlock()
			other, lost := errors.AsType[*cti.ClaimedError](err)
			switch {
			case err == nil:
				wins++
			case lost && other.By != name && other.Name == "Name of "+string(other.By) && errors.Is(err, cti.ErrConflict):
				losses++
			default:
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	all.Wait()
	equal(t, "wins and losses", []int{1, 1}, []int{wins, losses})
}

func TestAClaimEndsByItself(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	inBubble(t, options(), func(t *testing.T, b *bench) {
		b.end(t, ago(missed("m:1", 0), time.Minute))
		id := b.only(t).ID
		first := fine[cti.Callback](t)(b.svc.Claim(t.Context(), id, agent("anna")))
		equal(t, "the lease", 5*time.Minute, time.Until(first.ClaimedUntil))
		pass(4 * time.Minute)
		fine[cti.Callback](t)(b.svc.Claim(t.Context(), id, agent("anna"))) // again for the holder: renewed
		pass(4 * time.Minute)
		equal(t, "still hers", cti.UserID("anna"), b.only(t).ClaimedBy)
		pass(2 * time.Minute)
		equal(t, "free", cti.UserID(""), b.only(t).ClaimedBy)
		fine[cti.Callback](t)(b.svc.Claim(t.Context(), id, agent("boris")))
		equal(t, "trace", []string{"callback.missed", "callback.claimed", "callback.claimed", "callback.lease_ended", "callback.claimed"}, b.store.trace["m:1"])
	})
}

func TestALeaseLastsAsLongAsTheCall(t *testing.T) {
	var talking atomic.Bool
	inBubble(t, options(func(o *callbacks.Options) { o.OnLine = func(string) bool { return talking.Load() } }), func(t *testing.T, b *bench) {
		b.end(t, ago(missed("m:1", 0), time.Minute))
		fine[cti.Callback](t)(b.svc.Claim(t.Context(), b.only(t).ID, agent("anna")))
		talking.Store(true)
		pass(20 * time.Minute)
		equal(t, "hers", cti.UserID("anna"), b.only(t).ClaimedBy)
		talking.Store(false)
		pass(6 * time.Minute)
		equal(t, "free", cti.UserID(""), b.only(t).ClaimedBy)
	})
}

func TestOthersKeepTheirHandsOff(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.end(t, ago(missed("m:1", 0), time.Minute))
	id, ctx := b.only(t).ID, t.Context()
	fine[cti.Callback](t)(b.svc.Claim(ctx, id, agent("anna")))
	boris := agent("boris")
	for name, act := range map[string]func(cti.User) (cti.Callback, error){
		"release": func(u cti.User) (cti.Callback, error) { return b.svc.Release(ctx, id, u) },
		"outcome": func(u cti.User) (cti.Callback, error) {
			return b.svc.Outcome(ctx, id, u, callbacks.Said{Outcome: cti.AttemptBusy})
		},
		"reschedule": func(u cti.User) (cti.Callback, error) { return b.svc.Reschedule(ctx, id, u, time.Now().Add(time.Hour)) },
		"close":      func(u cti.User) (cti.Callback, error) { return b.svc.Close(ctx, id, u, "spam") },
		"dial": func(u cti.User) (cti.Callback, error) {
			b, _, err := b.svc.Dial(ctx, id, u)
			return b, err
		},
	} {
		if _, err := act(boris); !errors.Is(err, cti.ErrConflict) {
			t.Errorf("%s: got %v, want a conflict", name, err)
		}
		stranger := cti.User{ID: "dina", Role: cti.RoleAgent}
		if _, err := act(stranger); !errors.Is(err, cti.ErrForbidden) {
			t.Errorf("%s: got %v, want it forbidden to who does not see it", name, err)
		}
	}
	closed := fine[cti.Callback](t)(b.svc.Close(ctx, id, chief(), "duplicate")) // a supervisor may
	equal(t, "closed", []any{cti.CallbackCancelled, "duplicate", cti.UserID("olga"), cti.UserID("")},
		[]any{closed.State, closed.ClosedBy, closed.ClosedUser, closed.ClaimedBy})
	if _, err := b.svc.Claim(ctx, id, agent("anna")); !errors.Is(err, cti.ErrConflict) {
		t.Errorf("claim of a closed one: %v", err)
	}
}

func TestDialAndReach(t *testing.T) {
	inBubble(t, options(owned), func(t *testing.T, b *bench) {
		b.end(t, ago(missed("m:1", 0), time.Minute))
		id := b.only(t).ID
		dialing, action, err := b.svc.Dial(t.Context(), id, agent("anna"))
		if err != nil || action != "action-1" || dialing.ClaimedBy != "anna" || len(dialing.Attempts) != 1 || dialing.Attempts[0].Outcome != "" {
			t.Fatalf("got %+v %q %v", dialing, action, err)
		}
		equal(t, "dialled", []cti.DialRequest{{User: agent("anna"), Number: "+79161234567", CallbackID: id}}, b.dialer.requests)
		pass(time.Minute)
		b.end(t, with(ago(answered("action-1", 0), 40*time.Second), func(c *cti.Call) { c.Direction, c.DID = cti.Outbound, "" }))
		done := b.only(t)
		equal(t, "done", []any{cti.CallbackDone, "reached", cti.UserID("anna"), cti.CallID("action-1"), cti.UserID("")},
			[]any{done.State, done.ClosedBy, done.ClosedUser, done.ClosedCall, done.ClaimedBy})
		equal(t, "one attempt", []cti.AttemptOutcome{"reached"}, outcomes(done))
	})
}

func outcomes(b cti.Callback) (all []cti.AttemptOutcome) {
	for _, a := range b.Attempts {
		all = append(all, a.Outcome)
	}
	return all
}

func TestACallThatThePBXRefusesLeavesNothing(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.end(t, ago(missed("m:1", 0), time.Minute))
	b.dialer.fault = &cti.UnavailableError{What: "PBX main", Err: errors.New("down")}
	_, _, err := b.svc.Dial(t.Context(), b.only(t).ID, agent("anna"))
	if _, ok := errors.AsType[*cti.UnavailableError](err); !ok {
		t.Fatalf("got %v", err)
	}
	equal(t, "free, no attempt", []any{cti.UserID(""), 0}, []any{b.only(t).ClaimedBy, len(b.only(t).Attempts)})
	fine[cti.Callback](t)(b.svc.Claim(t.Context(), b.only(t).ID, agent("anna")))
	_, _, _ = b.svc.Dial(t.Context(), b.only(t).ID, agent("anna"))
	equal(t, "what was claimed before stays", cti.UserID("anna"), b.only(t).ClaimedBy)
}

func TestWhenNobodyIsToCall(t *testing.T) {
	online := false
	inBubble(t, options(func(o *callbacks.Options) {
		o.OnLine = func(string) bool { return online }
		o.Zone = func(string) *time.Location { return time.FixedZone("far", 3*60*60) }
	}), func(t *testing.T, b *bench) { // it is midnight, three in the morning at the client's
		b.end(t, ago(missed("m:1", 0), time.Minute))
		why := func() string {
			_, _, err := b.svc.Dial(t.Context(), b.only(t).ID, agent("anna"))
			notNow, ok := errors.AsType[*cti.NotNowError](err)
			if !ok {
				return ""
			}
			return notNow.Reason
		}
		online = true
		equal(t, "on the line", "client_on_line", why())
		online = false
		b.store.lists["+79161234567"] = []cti.NumberList{cti.ListDoNotCall}
		equal(t, "on the list", "do_not_call", why())
		delete(b.store.lists, "+79161234567")
		equal(t, "he called a minute ago: he is awake", "", why())
		pass(2 * time.Hour)
		equal(t, "five in the morning", "outside_window", why())
		pass(5 * time.Hour)
		equal(t, "ten", "", why())
	})
}

// TestTries: by the defaults busy waits 5, 10 and 20 minutes, but ten at least, no answer 15, and the fourth
// try of a day waits for nine o'clock (plus two hours: another hour) of the next.
func TestTries(t *testing.T) {
	inBubble(t, options(owned, func(o *callbacks.Options) { o.Zone = func(string) *time.Location { return time.UTC } }), func(t *testing.T, b *bench) {
		pass(10 * time.Hour) // ten in the morning
		b.end(t, ago(missed("m:1", 0), time.Minute))
		try := func(id cti.CallID, status cti.DialStatus) time.Duration {
			_, _, err := b.svc.Dial(t.Context(), b.only(t).ID, agent("anna"))
			if err != nil {
				t.Fatal(err)
			}
			b.end(t, dialled(id, status))
			equal(t, "not before is due", b.only(t).NotBefore, b.only(t).Due)
			return time.Until(b.only(t).Due)
		}
		equal(t, "busy", 10*time.Minute, try("m:2", cti.DialBusy)) // 5, but never less than ten apart
		equal(t, "claimed", cti.UserID(""), b.only(t).ClaimedBy)
		pass(10 * time.Minute)
		equal(t, "busy again", 10*time.Minute, try("m:3", cti.DialBusy))
		pass(10 * time.Minute)
		equal(t, "the network", 2*time.Minute, try("m:4", cti.DialCongestion)) // it rang at nobody's
		pass(2 * time.Minute)
		wait := try("m:5", cti.DialNoAnswer) // the third that counts, at 10:22: tomorrow at 11
		equal(t, "tomorrow", 24*time.Hour+38*time.Minute, wait)
		_, _, err := b.svc.Dial(t.Context(), b.only(t).ID, agent("anna"))
		if notNow, ok := errors.AsType[*cti.NotNowError](err); !ok || notNow.Reason != "too_many_attempts" {
			t.Errorf("a fourth on one day: %v", err)
		}
		pass(wait)
		try("m:6", cti.DialNoAnswer)
		pass(2 * time.Hour)
		_, _, err = b.svc.Dial(t.Context(), b.only(t).ID, agent("anna"))
		if err != nil {
			t.Fatal(err)
		}
		b.end(t, dialled("m:7", cti.DialNoAnswer))
		last := b.only(t)
		equal(t, "given up", []any{cti.CallbackCancelled, "not_reached", 6}, []any{last.State, last.ClosedBy, len(last.Attempts)})
	})
}

func TestWhatTheAgentSays(t *testing.T) {
	inBubble(t, options(owned), func(t *testing.T, b *bench) {
		b.end(t, ago(missed("m:1", 0), time.Minute))
		id, ctx, anna := b.only(t).ID, t.Context(), agent("anna")
		said := func(o cti.AttemptOutcome, due time.Time) cti.Callback {
			return fine[cti.Callback](t)(b.svc.Outcome(ctx, id, anna, callbacks.Said{Outcome: o, Due: due, Note: "as told"}))
		}
		have := said(cti.AttemptCallLater, time.Time{})
		equal(t, "in twenty minutes, hers", []any{20 * time.Minute, true, cti.UserID("anna"), cti.CallbackOpen},
			[]any{time.Until(have.Due), have.Promised, have.Assignee, have.State})
		if _, err := b.svc.Outcome(ctx, id, anna, callbacks.Said{Outcome: cti.AttemptCallLater, Due: time.Now().Add(-time.Hour)}); err == nil {
			t.Error("a time that has passed")
		}
		pass(26 * time.Minute)
		equal(t, "late: everybody's, and supervisors know", []any{cti.UserID(""), true}, []any{b.only(t).Assignee, b.only(t).Escalated})
		have = said(cti.AttemptWrongNumber, time.Time{})
		equal(t, "closed", []any{cti.CallbackCancelled, "wrong_number"}, []any{have.State, have.ClosedBy})
	})
}

// TestTheAgentKnowsBetter: a machine talked for a minute, or the client wants another
// call; whether the agent says it before or after the journal has the call.
func TestTheAgentKnowsBetter(t *testing.T) {
	for _, first := range []string{"agent", "journal"} {
		inBubble(t, options(owned), func(t *testing.T, b *bench) {
			pass(12 * time.Hour)
			b.end(t, ago(missed("m:1", 0), time.Minute))
			id, anna := b.only(t).ID, agent("anna")
			_, _, err := b.svc.Dial(t.Context(), id, anna)
			if err != nil {
				t.Fatal(err)
			}
			pass(time.Minute)
			talk := with(ago(answered("action-1", 0), 40*time.Second), func(c *cti.Call) { c.Direction, c.DID = cti.Outbound, "" })
			says := func() {
				fine[cti.Callback](t)(b.svc.Outcome(t.Context(), id, anna, callbacks.Said{Outcome: cti.AttemptNoAnswer}))
			}
			if first == "agent" {
				says()
				b.end(t, talk)
			} else {
				b.end(t, talk)
				says()
			}
			have := b.only(t)
			equal(t, first+" first", []any{cti.CallbackOpen, 15 * time.Minute}, []any{have.State, time.Until(have.Due).Round(time.Minute)})
			equal(t, first+" first: one attempt", []cti.AttemptOutcome{"no_answer"}, outcomes(have))
		})
	}
}

func TestPromises(t *testing.T) {
	inBubble(t, options(owned), func(t *testing.T, b *bench) {
		ctx, anna := t.Context(), agent("anna")
		client := cti.Phone{Number: "+79161234567", Kind: cti.NumberE164}
		due := time.Now().Add(2 * time.Hour).UTC()
		p := fine[cti.Callback](t)(b.svc.Promise(ctx, anna, callbacks.Promise{Client: client, Due: due, Note: "price"}))
		equal(t, "a promise", []any{due, true, "price", cti.UserID("anna"), []cti.CallbackCause{"promised"}, 1},
			[]any{p.Due, p.Promised, p.Note, p.Assignee, p.Causes, p.Priority})
		talk := ago(answered("m:8", 0), 40*time.Second) // it began before the promise was made in it
		b.end(t, talk)
		equal(t, "its own talk does not keep it", cti.CallbackOpen, b.only(t).State)
		b.end(t, ago(missed("m:1", 0), time.Minute))
		have := b.only(t) // the same duty, now of that line
		equal(t, "missed meanwhile", []any{1, due, "+74950000001"}, []any{have.Missed, have.Due, have.Group})
		fine[cti.Callback](t)(b.svc.Promise(ctx, agent("boris"), callbacks.Promise{Client: client, Due: due.Add(time.Hour)}))
		equal(t, "still one", cti.UserID("boris"), b.only(t).Assignee)
		pass(time.Minute)
		b.end(t, ago(answered("m:9", 0), 40*time.Second))
		equal(t, "kept", cti.CallbackDone, b.only(t).State)
		if _, err := b.svc.Promise(ctx, anna, callbacks.Promise{Client: cti.Phone{Raw: "12", Kind: cti.NumberInternal}}); err == nil {
			t.Error("a promise to an extension")
		}
	})
}

func TestDeadlines(t *testing.T) {
	inBubble(t, options(), func(t *testing.T, b *bench) {
		b.end(t, ago(missed("m:1", 0), time.Minute))
		pass(29 * time.Minute)
		equal(t, "in time", false, b.only(t).Escalated)
		pass(2 * time.Minute)
		equal(t, "overdue", true, b.only(t).Escalated)
		heard := b.told.heard()
		equal(t, "told", true, heard[len(heard)-1].Escalated)
		pass(7 * 24 * time.Hour)
		equal(t, "too old", []any{cti.CallbackCancelled, "expired"}, []any{b.only(t).State, b.only(t).ClosedBy})
	})
}

func TestWhoseItIs(t *testing.T) {
	inBubble(t, options(), func(t *testing.T, b *bench) {
		b.store.talkers["+79161234567"] = "boris"
		b.end(t, ago(missed("m:1", 0), time.Minute))
		equal(t, "who talked last", cti.UserID("boris"), b.only(t).Assignee)
		pass(16 * time.Minute)
		equal(t, "then everybody's", cti.UserID(""), b.only(t).Assignee)
		fine[cti.Callback](t)(b.svc.Close(t.Context(), b.only(t).ID, chief(), "test"))
		b.store.links["m:2"], b.store.contacts["ivan"] = "ivan", "anna"
		b.end(t, ago(missed("m:2", 0), time.Minute))
		open := b.store.find(func(b cti.Callback) bool { return b.State == cti.CallbackOpen })
		equal(t, "who is responsible", cti.UserID("anna"), open[0].Assignee)
	})
}
