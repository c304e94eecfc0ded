package callbacks_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"callcard/pkg/calendar"
	"callcard/pkg/callbacks"
	"callcard/pkg/cti"
)

func hours(t *testing.T, zone string, weekly ...string) *calendar.Calendar {
	t.Helper()
	return fine[*calendar.Calendar](t)(calendar.New(calendar.Spec{Zone: zone, Weekly: weekly}))
}

// until lets time pass up to an instant of the bubble, which begins on Saturday, 1 January 2000.
func until(t *testing.T, text string) {
	t.Helper()
	at := fine[time.Time](t)(time.Parse("2006-01-02 15:04", text))
	pass(time.Until(at))
}

// TestAReminderThenSupervisorsThenTheirChief: of the 30 minutes that a client lost in a
// queue has, 24 are 80 %; an hour of work after the deadline it is told once more. Friday's
// last ten minutes count, the weekend does not.
func TestAReminderThenSupervisorsThenTheirChief(t *testing.T) {
	office := hours(t, "UTC", "mon-fri 09:00-18:00")
	inBubble(t, options(func(o *callbacks.Options) { o.Calendar = office }), func(t *testing.T, b *bench) {
		until(t, "2000-01-07 17:50")
		b.end(t, ago(missed("m:1", 0), time.Minute))
		told := func() []bool {
			c := b.only(t)
			return []bool{c.Reminded, c.Escalated, c.EscalatedAgain}
		}
		for _, step := range []struct {
			at   string
			want []bool
		}{
			{"2000-01-10 09:13", []bool{false, false, false}},
			{"2000-01-10 09:15", []bool{true, false, false}},
			{"2000-01-10 09:19", []bool{true, false, false}},
			{"2000-01-10 09:21", []bool{true, true, false}},
			{"2000-01-10 10:19", []bool{true, true, false}},
			{"2000-01-10 10:21", []bool{true, true, true}},
		} {
			until(t, step.at)
			equal(t, step.at, step.want, told())
		}
		equal(t, "trace", []string{"callback.missed", "callback.reminder", "callback.overdue", "callback.overdue_again"}, b.store.trace["m:1"])
		heard := b.told.heard()
		equal(t, "each was published", []bool{true, true, true}, []bool{heard[1].Reminded, heard[2].Escalated, heard[3].EscalatedAgain})
	})
}

func TestAPromiseIsRemindedTwoMinutesAhead(t *testing.T) {
	inBubble(t, options(), func(t *testing.T, b *bench) {
		client := cti.Phone{Number: "+79161234567", Kind: cti.NumberE164}
		made := fine[cti.Callback](t)(b.svc.Promise(t.Context(), agent("anna"), callbacks.Promise{Client: client, Due: time.Now().Add(time.Hour)}))
		equal(t, "when", 58*time.Minute, time.Until(made.RemindAt))
		pass(57 * time.Minute)
		equal(t, "not yet", false, b.only(t).Reminded)
		pass(time.Minute + time.Second)
		equal(t, "now", true, b.only(t).Reminded)
		fine[cti.Callback](t)(b.svc.Reschedule(t.Context(), made.ID, agent("anna"), time.Now().Add(time.Hour)))
		equal(t, "anew with another time", false, b.only(t).Reminded)
	})
}

// TestNobodyIsRemindedWhereTheOfficeDoesNotWantIt, and no chief is told.
func TestNobodyIsRemindedWhereTheOfficeDoesNotWantIt(t *testing.T) {
	inBubble(t, options(func(o *callbacks.Options) { o.Rules.Remind, o.Rules.EscalateAgain = 0, 0 }), func(t *testing.T, b *bench) {
		b.end(t, ago(missed("m:1", 0), time.Minute))
		pass(24 * time.Hour)
		have := b.only(t)
		equal(t, "only supervisors", []bool{false, true, false}, []bool{have.Reminded, have.Escalated, have.EscalatedAgain})
	})
}

// TestEachLineByItsOwnCalendar: on Saturday noon the hotline works and the office does not.
func TestEachLineByItsOwnCalendar(t *testing.T) {
	office, hotline := hours(t, "UTC", "mon-fri 09:00-18:00"), hours(t, "UTC", "mon-sun 08:00-22:00")
	inBubble(t, options(owned, func(o *callbacks.Options) {
		o.Calendar, o.Calendars = office, map[string]callbacks.Calendar{"hotline": hotline}
		o.CalendarOf = func(_, did string) string { return map[string]string{"+74950000002": "hotline"}[did] }
		o.Rules.Spread = 0
	}), func(t *testing.T, b *bench) {
		until(t, "2000-01-08 12:00")
		b.end(t, ago(missed("m:1", 0), time.Minute))
		b.end(t, ago(with(missed("m:2", 0), func(c *cti.Call) { c.DID = "+74950000002" }), time.Minute))
		due := map[string]string{}
		for _, c := range b.open() {
			due[c.Line+" "+c.Calendar] = c.Due.Format("2006-01-02 15:04")
		}
		equal(t, "due", map[string]string{"+74950000001 ": "2000-01-10 09:00", "+74950000002 hotline": "2000-01-08 12:30"}, due)
		// The third try of a day is put off to the next day on which the line works, and two hours.
		of := func() cti.Callback {
			return b.store.find(func(c cti.Callback) bool { return c.Calendar == "hotline" })[0]
		}
		for _, id := range []cti.CallID{"m:3", "m:4", "m:5"} {
			b.end(t, dialled(id, cti.DialBusy))
			pass(30 * time.Minute)
		}
		equal(t, "Sunday", "2000-01-09 11:00", of().Due.Format("2006-01-02 15:04"))
	})
}

// TestTheAgentsOwnPhoneIsNotAnswered: the client was never called. That is shown, counts for
// nothing and puts nothing off, however often it happens.
func TestTheAgentsOwnPhoneIsNotAnswered(t *testing.T) {
	inBubble(t, options(owned), func(t *testing.T, b *bench) {
		pass(10 * time.Hour)
		b.end(t, ago(missed("m:1", 0), time.Minute))
		before := b.only(t)
		for range 7 {
			_, action, err := b.svc.Dial(t.Context(), before.ID, agent("anna"))
			if err != nil {
				t.Fatal(err)
			}
			pass(30 * time.Second)
			unanswered := with(dialled(cti.CallID(action), ""), func(c *cti.Call) { c.Client, c.Variables = cti.Phone{}, nil })
			b.end(t, unanswered, unanswered) // told twice
		}
		have := b.only(t)
		equal(t, "waits as before", []any{cti.CallbackOpen, before.Due, before.NotBefore, cti.UserID("anna")}, []any{have.State, have.Due, have.NotBefore, have.ClaimedBy})
		for _, a := range have.Attempts {
			equal(t, "outcome", []any{cti.AttemptAgentNoAnswer, true}, []any{a.Outcome, a.CallID == cti.CallID(a.ActionID) && a.CallID != ""})
		}
		equal(t, "shown", 7, len(have.Attempts))
		have = fine[cti.Callback](t)(b.svc.Outcome(t.Context(), have.ID, agent("anna"), callbacks.Said{Outcome: cti.AttemptBusy}))
		equal(t, "what she says then is of another try", []any{8, cti.AttemptBusy}, []any{len(have.Attempts), have.Attempts[7].Outcome})
	})
}

// TestTheAgentsPhoneIsNotThere: the PBX says so before the row of the try is written, or after;
// the try ends at once and not with the claim.
func TestTheAgentsPhoneIsNotThere(t *testing.T) {
	for name, early := range map[string]bool{"told after the row is written": false, "told before": true} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, options(owned), func(t *testing.T, b *bench) {
				pass(10 * time.Hour)
				b.end(t, ago(missed("m:1", 0), time.Minute))
				before := b.only(t)
				if early {
					b.dialer.during = func(id string) {
						b.svc.NotDialled(cti.CallID(id))
						synctest.Wait()
					}
				}
				_, action, err := b.svc.Dial(t.Context(), before.ID, agent("anna"))
				if err != nil {
					t.Fatal(err)
				}
				if !early {
					b.svc.NotDialled(cti.CallID(action))
					b.svc.NotDialled("m:of-nobody")
				}
				synctest.Wait()
				have := b.only(t)
				equal(t, "the try", []cti.AttemptOutcome{cti.AttemptAgentNoAnswer}, []cti.AttemptOutcome{have.Attempts[0].Outcome})
				equal(t, "waits as before", []any{cti.CallbackOpen, before.Due, before.NotBefore}, []any{have.State, have.Due, have.NotBefore})
			})
		})
	}
}

// TestTooSoon: least ten minutes between two tries that rang at the client's, whoever
// makes them; not when he has called since, and not when he was promised this time.
func TestTooSoon(t *testing.T) {
	inBubble(t, options(owned), func(t *testing.T, b *bench) {
		pass(10 * time.Hour)
		b.end(t, ago(missed("m:1", 0), time.Minute))
		id := b.only(t).ID
		why := func(u cti.UserID) string {
			b.dialer.fault = errors.New("not here")
			_, _, err := b.svc.Dial(t.Context(), id, agent(u))
			b.dialer.fault = nil
			if notNow, is := errors.AsType[*cti.NotNowError](err); is {
				return notNow.Reason
			}
			return ""
		}
		b.end(t, dialled("m:2", cti.DialNoAnswer)) // began half a minute ago
		equal(t, "at once", "too_soon", why("boris"))
		pass(9*time.Minute + 31*time.Second)
		equal(t, "after ten minutes", "", why("boris"))
		b.end(t, dialled("m:3", cti.DialNoAnswer))
		pass(time.Minute)
		b.end(t, ago(missed("m:4", 0), 30*time.Second))
		equal(t, "he has called since", "", why("anna"))
		b.end(t, dialled("m:5", cti.DialBusy))
		fine[cti.Callback](t)(b.svc.Reschedule(t.Context(), id, agent("anna"), time.Now().Add(time.Minute)))
		equal(t, "too often today", "too_many_attempts", why("anna"))
	})
}

// TestWhoIsNotAtWork: the responsible agent is away, so it is who talked last; at night nobody knows who will be there.
func TestWhoIsNotAtWork(t *testing.T) {
	office := hours(t, "UTC", "mon-fri 09:00-18:00")
	for at, want := range map[string]cti.UserID{"2000-01-07 12:00": "boris", "2000-01-07 20:00": "anna"} {
		inBubble(t, options(func(o *callbacks.Options) {
			o.Calendar, o.AtWork = office, func(u cti.UserID) bool { return u == "boris" }
		}), func(t *testing.T, b *bench) {
			until(t, at)
			b.store.links["m:1"], b.store.contacts["ivan"], b.store.talkers["+79161234567"] = "ivan", "anna", "boris"
			b.end(t, ago(missed("m:1", 0), time.Minute))
			equal(t, at, want, b.only(t).Assignee)
		})
	}
}

// TestTheDirectoryFindsTwoToBeOne: a contact was made with both numbers; no call tells it, the timers do.
func TestTheDirectoryFindsTwoToBeOne(t *testing.T) {
	inBubble(t, options(), func(t *testing.T, b *bench) {
		b.end(t, ago(missed("m:1", 0), time.Minute))
		pass(time.Second)
		b.end(t, ago(with(missed("m:2", 0), func(c *cti.Call) { c.Client.Number = "+79165550000" }), time.Minute))
		b.store.mu.Lock()
		for id, c := range b.store.all {
			c.ContactID = "ivan"
			b.store.all[id] = c
		}
		b.store.mu.Unlock()
		b.svc.Look()
		pass(time.Second)
		equal(t, "one with both", []any{2, "+79161234567", []string{"+79165550000"}}, []any{theOne(t, b).Missed, theOne(t, b).Client.Number, theOne(t, b).Numbers})
	})
}

// figures of the service by name and labels; of histograms count and sum.
func figures(t *testing.T, b *bench) map[string]float64 {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(b.svc.Collectors()...)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]float64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			name := family.GetName()
			for _, label := range m.GetLabel() {
				name += " " + label.GetValue()
			}
			switch {
			case m.GetCounter() != nil:
				all[name] = m.GetCounter().GetValue()
			case m.GetGauge() != nil:
				all[name] = m.GetGauge().GetValue()
			default:
				all[name+" count"], all[name+" sum"] = float64(m.GetHistogram().GetSampleCount()), m.GetHistogram().GetSampleSum()
			}
		}
	}
	return all
}

// TestFigures: missed on Friday at 17:50, tried ten minutes later, reached on Monday at
// 9:10: 20 minutes of work after the first missed call.
func TestFigures(t *testing.T) {
	office := hours(t, "UTC", "mon-fri 09:00-18:00")
	inBubble(t, options(owned, func(o *callbacks.Options) { o.Calendar, o.Rules.EscalateAgain = office, 0 }), func(t *testing.T, b *bench) {
		until(t, "2000-01-07 17:51")
		b.end(t, ago(missed("m:1", 0), time.Minute))
		until(t, "2000-01-07 17:55")
		b.end(t, with(dialled("m:2", cti.DialBusy), func(c *cti.Call) { c.Started = time.Now().Add(-time.Minute) }))
		until(t, "2000-01-10 09:11")
		b.end(t, with(ago(answered("m:3", 0), time.Minute), func(c *cti.Call) { c.Direction, c.DID = cti.Outbound, "" }))
		until(t, "2000-01-10 09:30")
		b.end(t, ago(missed("m:4", 0), time.Minute))
		until(t, "2000-01-10 11:00")
		have := figures(t, b)
		wall := 2*24*3600 + 15*3600.0 + 21*60 // Friday 17:50 to Monday 9:11
		for name, want := range map[string]float64{
			"callcard_callbacks_opened_total abandoned": 2, "callcard_callbacks_again_total": 1, "callcard_callbacks_open": 1, "callcard_callbacks_overdue": 1,
			"callcard_callbacks_closed_total reached": 1, "callcard_callbacks_escalated_total": 2, "callcard_callbacks_in_time_total false": 1,
			"callcard_callback_attempts_total busy": 1, "callcard_callback_attempts_total reached": 1,
			"callcard_callback_first_attempt_seconds wall count": 1, "callcard_callback_first_attempt_seconds wall sum": 4 * 60,
			"callcard_callback_first_attempt_seconds business sum": 4 * 60,
			"callcard_callback_reach_seconds wall sum":             wall, "callcard_callback_reach_seconds business sum": 21 * 60,
			"callcard_callback_attempts count": 1, "callcard_callback_attempts sum": 2,
		} {
			if have[name] != want {
				t.Errorf("%s is %v, want %v", name, have[name], want)
			}
		}
	})
}
