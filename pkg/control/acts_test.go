package control

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"callcard/pkg/cti"
)

const id = cti.CallID("main:1.1")

// talk is a call of a client in the bridge b1; change makes of it what a test needs.
func talk(change func(*cti.Call)) cti.Call {
	client, own := cti.LegID{PBX: "main", Uniqueid: "1.1"}, cti.LegID{PBX: "main", Uniqueid: "1.2"}
	call := cti.Call{
		ID: id, PBX: "main", State: cti.CallTalking, ClientLeg: client,
		Talks: []cti.Talk{{Device: "PJSIP/1001", Leg: own, From: time.Unix(1, 0)}},
		Legs: []cti.Leg{
			{ID: client, Name: "PJSIP/trunk-1", Device: "PJSIP/trunk", State: cti.LegUp, Bridge: "b1"},
			{ID: own, Name: "PJSIP/1001-2", Device: "PJSIP/1001", State: cti.LegUp, Bridge: "b1"},
		},
	}
	if change != nil {
		change(&call)
	}
	return call
}

func held(c *cti.Call) { c.Talks[0].HeldSince = time.Unix(2, 0) }

func consulting(c *cti.Call) {
	held(c)
	c.Legs[1].Bridge = "b2"
	c.Legs = append(c.Legs, cti.Leg{ID: cti.LegID{PBX: "main", Uniqueid: "1.3"}, Name: "PJSIP/1002-3", Device: "PJSIP/1002", Bridge: "b2"})
}

func ringing(c *cti.Call) {
	c.State, c.Talks = cti.CallRinging, nil
	c.Offers = []cti.Offer{{Device: "PJSIP/1001", Leg: c.Legs[1].ID}}
	c.Legs[1].State, c.Legs[1].Bridge = cti.LegDown, ""
}

// offering: the PBX calls the phone, which has not said that it rings.
func offering(c *cti.Call) {
	ringing(c)
	c.Legs[1].State = cti.LegDown
	c.Offers = []cti.Offer{{Device: "PJSIP/1001", Leg: c.Legs[1].ID}}
}

// local puts a queue's Local channel between the client and the agent.
func local(c *cti.Call) {
	c.Legs[1].Bridge = "b2"
	c.Legs = append(c.Legs,
		cti.Leg{ID: cti.LegID{PBX: "main", Uniqueid: "1.4"}, Name: "Local/1001-1;1", LocalPeer: "Local/1001-1;2", Bridge: "b1"},
		cti.Leg{ID: cti.LegID{PBX: "main", Uniqueid: "1.5"}, Name: "Local/1001-1;2", LocalPeer: "Local/1001-1;1", Bridge: "b2"})
}

// Whoever talks may pause, by the state of the whole call; nobody else, and never what is not recorded.
func TestCanPauseWhatRecords(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*cti.Call)
		now    cti.RecordingNow
		want   string
	}{
		{"recorded", nil, cti.RecordingOn, "transfer hangup pause_recording"},
		{"paused", nil, cti.RecordingPaused, "transfer hangup resume_recording"},
		{"paused and held", held, cti.RecordingPaused, "transfer hangup resume_recording"},
		{"paused and consulting", consulting, cti.RecordingPaused, "complete_transfer cancel_transfer resume_recording"},
		{"not recorded", nil, cti.NotRecorded, "transfer hangup"},
		{"ringing", ringing, cti.RecordingOn, "hangup"},
		{"over", func(c *cti.Call) { c.State = cti.CallEnded }, cti.RecordingOn, ""},
	} {
		call := talk(tt.change)
		call.Recording = tt.now
		if got := joined(newOffice(t, nil).svc.Can(call, "PJSIP/1001")); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestCan(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*cti.Call)
		plain  string
		phones string // with PhoneEvents
	}{
		{"talking", nil, "[transfer hangup]", "[hold transfer hangup]"},
		{"held by the phone", held, "[transfer hangup]", "[resume transfer hangup]"},
		{"consulting", consulting, "[complete_transfer cancel_transfer]", "[complete_transfer cancel_transfer]"},
		{"consulting, nobody has answered yet", func(c *cti.Call) { consulting(c); c.Legs[1].Bridge, c.Legs = "", c.Legs[:2] }, "[complete_transfer cancel_transfer]", "[complete_transfer cancel_transfer]"},
		{"behind a Local channel", local, "[transfer hangup]", "[hold transfer hangup]"},
		{"behind a Local channel, held", func(c *cti.Call) { local(c); held(c) }, "[transfer hangup]", "[resume transfer hangup]"},
		{"ringing", ringing, "[hangup]", "[answer hangup]"},
		{"about to ring", offering, "[hangup]", "[answer hangup]"},
		{"offered elsewhere before", func(c *cti.Call) { offering(c); c.Offers[0].Result = cti.OfferNoAnswer }, "[hangup]", "[hangup]"},
		{"the own ring of a click-to-call", func(c *cti.Call) { c.Talks, c.Legs[1].State = nil, cti.LegRinging }, "[hangup]", "[hangup]"},
		{"dialing", func(c *cti.Call) { c.Talks = nil }, "[hangup]", "[hangup]"},
		{"a second line of the phone's own", func(c *cti.Call) { held(c); c.Legs = append(c.Legs, c.Legs[1]) }, "[hangup]", "[resume hangup]"},
		{"not in the call", func(c *cti.Call) { c.Legs = c.Legs[:1] }, "[]", "[]"},
		{"by a second phone", func(c *cti.Call) { c.Legs[1].Device = "PJSIP/2001" }, "[transfer hangup]", "[hold transfer hangup]"},
		{"a second phone rings", func(c *cti.Call) { offering(c); c.Legs[1].Device = "PJSIP/2001" }, "[hangup]", "[answer hangup]"},
		{"over", func(c *cti.Call) { c.State = cti.CallEnded }, "[]", "[]"},
	} {
		for _, phones := range []bool{false, true} {
			want := tt.plain
			if phones {
				want = tt.phones
			}
			o := newOffice(t, func(l *Line) { l.PhoneEvents = phones })
			if got := o.svc.Can(talk(tt.change), "pjsip/1001"); "["+joined(got)+"]" != want {
				t.Errorf("%s, phone events %v: got %v, want %s", tt.name, phones, got, want)
			}
		}
	}
	if got := newOffice(t, nil).svc.Can(cti.Call{PBX: "branch"}, "PJSIP/1001"); got != nil {
		t.Errorf("a PBX that is only watched: got %v", got)
	}
}

func joined(acts []cti.Act) string {
	var words []string
	for _, a := range acts {
		words = append(words, string(a))
	}
	return strings.Join(words, " ")
}

type deed func(s *Service, ctx context.Context, user cti.User) error

func transfer(to, kind string) deed {
	return func(s *Service, ctx context.Context, u cti.User) error { return s.Transfer(ctx, u, id, to, kind) }
}

func on(do func(*Service, context.Context, cti.User, cti.CallID) error) deed {
	return func(s *Service, ctx context.Context, u cti.User) error { return do(s, ctx, u, id) }
}

func TestActs(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*cti.Call)
		do     deed
		asked  string
		rule   string
	}{
		{"hang up", nil, on((*Service).Hangup), "hangup PJSIP/1001-2 16", "control.hangup"},
		{"decline", ringing, on((*Service).Hangup), "hangup PJSIP/1001-2 21", "control.hangup"},
		{"answer", ringing, on((*Service).Answer), "notify PJSIP/1001-2 talk", "control.answer"},
		{"hold", nil, on((*Service).Hold), "notify PJSIP/1001-2 hold", "control.hold"},
		{"resume", held, on((*Service).Resume), "notify PJSIP/1001-2 talk", "control.resume"},
		{"blind", nil, transfer("1002", Blind), "blind PJSIP/1001-2 1002@from-internal", "control.transfer.blind"},
		{"outside", held, transfer("8 916 123-45-67", Attended), "attended PJSIP/1001-2 79161234567@from-internal", "control.transfer.attended"},
		{"complete", consulting, on((*Service).CompleteTransfer), "hangup PJSIP/1001-2 16", "control.transfer.complete"},
		{"cancel", consulting, on((*Service).CancelTransfer), "cancel PJSIP/1001-2", "control.transfer.cancel"},
	} {
		o := newOffice(t, func(l *Line) { l.PhoneEvents = true })
		o.calls[id] = talk(tt.change)
		if err := tt.do(o.svc, t.Context(), anna); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if !slices.Equal(o.acts, []string{tt.asked}) {
			t.Errorf("%s: asked %q, want %q", tt.name, o.acts, tt.asked)
		}
		if n := o.notes[id]; len(n) != 1 || n[0].Rule != tt.rule || n[0].Agent != "anna" || !strings.Contains(n[0].Text, "done") || strings.Contains(n[0].Text, "79161234567") {
			t.Errorf("%s: trace %+v", tt.name, n)
		}
	}
}

// Nobody touches a call in which his own phone has no leg, and nothing but a number
// reaches the PBX.
func TestActsAreGuarded(t *testing.T) {
	t.Parallel()
	boris := cti.User{ID: "boris", Device: "PJSIP/1002", Extension: "1002"}
	branch := anna
	branch.PBX = "branch" // its PJSIP/1001 is another phone
	for _, tt := range []struct {
		name   string
		user   cti.User
		change func(*cti.Call)
		do     deed
		field  string // of an InvalidError, else it is a conflict
	}{
		{"a stranger", boris, nil, on((*Service).Hangup), ""},
		{"a consulted colleague", boris, consulting, on((*Service).CompleteTransfer), ""},
		{"without a phone", cti.User{ID: "chief", Role: cti.RoleSupervisor}, nil, on((*Service).Hangup), ""},
		{"the same name on another PBX", branch, nil, on((*Service).Hangup), ""},
		{"over", anna, func(c *cti.Call) { c.State = cti.CallEnded }, on((*Service).Hangup), ""},
		{"a transfer while it rings", anna, ringing, transfer("1002", Blind), ""},
		{"complete without a consultation", anna, held, on((*Service).CompleteTransfer), ""},
		{"hold by a phone that cannot", anna, nil, on((*Service).Hold), ""},
		{"to himself", anna, nil, transfer("1001", Blind), "to"},
		{"to a dialplan", anna, nil, transfer("1002,1,Hangup", Blind), "to"},
		{"to an action", anna, nil, transfer("1002\r\nAction: Logoff", Attended), "to"},
		{"in another way", anna, nil, transfer("1002", "warm"), "kind"},
	} {
		o := newOffice(t, nil)
		o.calls[id] = talk(tt.change)
		err := tt.do(o.svc, t.Context(), tt.user)
		var bad *cti.InvalidError
		if tt.field == "" && !errors.Is(err, cti.ErrConflict) || tt.field != "" && (!errors.As(err, &bad) || bad.Field != tt.field) {
			t.Errorf("%s: got %v", tt.name, err)
		}
		if len(o.acts) > 0 {
			t.Errorf("%s: the PBX was asked %q", tt.name, o.acts)
		}
	}
}

func TestWhatThePBXAnswers(t *testing.T) {
	t.Parallel()
	o := newOffice(t, nil)
	o.calls[id] = talk(nil)
	var refused *cti.RefusedError
	var away *cti.UnavailableError
	o.fail = errors.New("AMI action Atxfer: No attended transfer feature code found")
	if err := o.svc.Transfer(t.Context(), anna, id, "1002", Attended); !errors.As(err, &refused) || !strings.Contains(err.Error(), "feature code") {
		t.Errorf("refused: got %v", err)
	}
	o.fail = &cti.UnavailableError{What: "PBX main", Err: errors.New("not connected")}
	if err := o.svc.Hangup(t.Context(), anna, id); !errors.As(err, &away) {
		t.Errorf("away: got %v", err)
	}
	o.fail = cti.ErrNotFound
	if err := o.svc.Hangup(t.Context(), anna, id); !errors.Is(err, cti.ErrConflict) {
		t.Errorf("gone: got %v", err)
	}
	if notes := o.notes[id]; len(notes) != 3 || !strings.Contains(notes[0].Text, "No attended transfer feature code found") {
		t.Errorf("trace: %+v", notes)
	}
}

// A phone that sends no sound: the PBX takes the order and nothing comes of it.
func TestTransferThatDoesNotBegin(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*cti.Call) // what the PBX does two seconds later
		want   string
	}{
		"nothing":                    {func(*cti.Call) {}, "PBX main refused: it took the transfer but did not begin it within 5s"},
		"it begins":                  {consulting, ""},
		"it has begun and is over":   {func(c *cti.Call) { c.Talks[0].Held = time.Second }, ""},
		"the client leaves":          {func(c *cti.Call) { c.State = cti.CallEnded }, ""},
		"the phone hangs up":         {func(c *cti.Call) { c.Legs = c.Legs[:1] }, ""},
		"another one takes the call": {func(c *cti.Call) { c.Transfers = []cti.Transfer{{Kind: "attended"}} }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := newOffice(t, nil)
				o.deaf = true
				o.calls[id] = talk(nil)
				go func() {
					time.Sleep(2 * time.Second)
					o.mu.Lock()
					defer o.mu.Unlock()
					o.calls[id] = talk(tt.change)
				}()
				began := time.Now()
				err := o.svc.Transfer(t.Context(), anna, id, "1002", Attended)
				if got := fmt.Sprint(err); tt.want == "" && err != nil || !strings.HasPrefix(got, tt.want) && tt.want != "" {
					t.Errorf("got %v, want %q", err, tt.want)
				}
				if refused, ok := errors.AsType[*cti.RefusedError](err); tt.want != "" && (!ok || refused.Reason != "transfer_not_begun") {
					t.Errorf("got %#v, want a reason that a page can translate", err)
				}
				if took := time.Since(began); took < 2*time.Second || took > 5*time.Second {
					t.Errorf("it took %s", took)
				}
				if notes := o.notes[id]; len(notes) != 1 || notes[0].Rule != "control.transfer.attended" {
					t.Errorf("trace: %+v", notes)
				}
				synctest.Wait()
			})
		})
	}
}

// The card is faster than the phone: until that has said that it rings, the PBX does not find its channel.
func TestAnswerWaitsForTheRing(t *testing.T) {
	for name, tt := range map[string]struct {
		rungAfter time.Duration
		asked     int
		fault     bool
	}{
		"at once":              {0, 1, false},
		"a moment later":       {120 * time.Millisecond, 4, false},
		"the ring was over":    {time.Hour, 20, true},
		"later than one waits": {1500 * time.Millisecond, 20, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := newOffice(t, func(l *Line) { l.PhoneEvents = true })
				o.calls[id] = talk(ringing)
				if tt.rungAfter > 0 {
					o.fail = fmt.Errorf("%w: Channel not found", cti.ErrNotFound)
				}
				time.AfterFunc(tt.rungAfter, func() {
					o.mu.Lock()
					defer o.mu.Unlock()
					o.fail = nil
				})
				err := o.svc.Answer(t.Context(), anna, id)
				if (err != nil) != tt.fault || len(o.acts) < tt.asked || len(o.acts) > tt.asked+1 {
					t.Errorf("asked %d times, want %d; %v", len(o.acts), tt.asked, err)
				}
			})
		})
	}
}
