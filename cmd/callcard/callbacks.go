package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"callcard/pkg/api"
	"callcard/pkg/calendar"
	"callcard/pkg/callbacks"
	"callcard/pkg/config"
	"callcard/pkg/cti"
	"callcard/pkg/store"
)

func (a *App) newCallbacks() (*callbacks.Service, error) {
	hours, err := calendar.New(calendar.Spec(a.cfg.Calendar))
	if err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	ofLines := map[string]callbacks.Calendar{}
	for _, c := range a.cfg.Calendars {
		if ofLines[c.Name], err = calendar.New(calendar.Spec(c.Calendar())); err != nil {
			return nil, fmt.Errorf("calendar %s: %w", c.Name, err)
		}
	}
	service := callbacks.New(callbacks.Options{
		Calendar: hours, Calendars: ofLines, CalendarOf: a.lines.Calendar, AtWork: a.atWork, Zone: a.numbers.Zone,
		Store: a.store, Publisher: (*desk)(a), Logger: a.log, Rules: rulesOf(a.cfg.Callbacks), Blocked: a.blocked,
		Dialer: a.control, Group: a.lines.Group, OnLine: a.onLine, Busy: a.busy,
		UserOf: func(pbx string, d cti.Device) cti.UserID { return a.agents.UserOf(pbx, d) },
	})
	for _, figure := range service.Collectors() {
		if err := a.metrics.Registry.Register(figure); err != nil {
			return nil, fmt.Errorf("register metrics of callbacks: %w", err)
		}
	}
	return service, nil
}

// notDialled hands on that a call which somebody ordered got no channel. Of one that did
// the tracker knows, and its end tells.
func (a *App) notDialled(e cti.OriginateAnswered) {
	id := cti.NewCallID(e.Leg.PBX, e.Leg.Uniqueid)
	if _, known := a.tracker.Call(id); !known {
		a.callbacks.NotDialled(id)
	}
}

// busy tells why an agent's phone should not be rung for a call of his own now. Work
// after a call and a break are no reasons: he has clicked.
func (a *App) busy(user cti.UserID) (why string) {
	state, known := a.agents.State(user)
	switch {
	case known && (state.Activity == cti.ActivityTalking || state.Activity == cti.ActivityHold):
		return "you are on a call"
	case known && state.Activity == cti.ActivityOffered:
		return "your phone is ringing"
	}
	return ""
}

// atWork tells that an agent is there today, be it on a break.
func (a *App) atWork(user cti.UserID) bool {
	state, known := a.agents.State(user)
	return known && state.Mode != cti.ModeOffline
}

// checkCalendar finds what only the calendar knows: lines whose hours overlap.
func checkCalendar(cfg config.Config) (faults []config.Fault) {
	try := func(path string, c config.Calendar) {
		_, err := calendar.New(calendar.Spec(c))
		if bad, is := errors.AsType[*cti.InvalidError](err); is {
			faults = append(faults, config.Fault{Field: path + bad.Field, Got: bad.Got, Want: bad.Want})
		}
	}
	try("calendar.", cfg.Calendar)
	names := []string{""}
	for i, c := range cfg.Calendars {
		try(fmt.Sprintf("calendars[%d].", i), c.Calendar())
		names = append(names, c.Name)
	}
	for i, pbx := range cfg.PBX {
		for j, did := range pbx.DIDs {
			if !slices.Contains(names, did.Calendar) {
				faults = append(faults, config.Fault{Field: fmt.Sprintf("pbx[%d].dids[%d].calendar", i, j), Got: did.Calendar, Want: "the name of one of calendars, or nothing"})
			}
		}
	}
	return faults
}

// rulesOf is what the configuration says; the rest is as callbacks has it.
func rulesOf(cfg config.Callbacks) callbacks.Rules {
	rules := callbacks.DefaultRules()
	rules.MinTalk, rules.ShortAbandon, rules.IVR, rules.AfterHours = cfg.MinTalk, cfg.ShortAbandon, cfg.IVR, cfg.AfterHours
	rules.Deadlines, rules.Busy, rules.NoAnswer = durations(cfg.Deadlines), durations(cfg.Busy), durations(cfg.NoAnswer)
	rules.Spread, rules.Lease, rules.OwnFor, rules.LastAgent = cfg.Spread, cfg.Lease, cfg.OwnFor, cfg.LastAgent
	rules.Remind, rules.EscalateAgain = cfg.Remind, cfg.EscalateAgain
	rules.Attempts, rules.PerDay, rules.MinGap, rules.MaxAge = cfg.Attempts, cfg.PerDay, cfg.MinGap, cfg.MaxAge
	from, to, _ := strings.Cut(cfg.Window, "-")
	rules.WindowFrom, rules.WindowTo = sinceMidnight(from), sinceMidnight(to)
	return rules
}

// durations of texts that config has checked.
func durations(texts []string) []time.Duration {
	all := make([]time.Duration, 0, len(texts))
	for _, text := range texts {
		if d, err := time.ParseDuration(text); err == nil {
			all = append(all, d)
		}
	}
	return all
}

// sinceMidnight reads "09:30"; 24:00 is the end of the day.
func sinceMidnight(clock string) time.Duration {
	hours, minutes, _ := strings.Cut(clock, ":")
	h, _ := strconv.Atoi(hours) // config has checked it
	m, _ := strconv.Atoi(minutes)
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
}

// blocked tells that nobody is to call a number back: the configuration says so, or
// it is one of ours.
func (a *App) blocked(number string) bool {
	for _, pattern := range a.cfg.Callbacks.Blocked {
		begin, many := strings.CutSuffix(pattern, "*")
		if number == begin || many && strings.HasPrefix(number, begin) {
			return true
		}
	}
	return a.ours(number)
}

func (a *App) ours(number string) bool {
	for _, pbx := range a.cfg.PBX {
		for _, did := range pbx.DIDs {
			if did.Number != "" && a.numbers.Parse(did.Number).Number == number {
				return true
			}
		}
	}
	return false
}

// onLine tells that a client rings, waits or talks with us now.
func (a *App) onLine(number string) bool {
	for _, call := range a.tracker.Calls() {
		if call.Client.Number == number && call.State != cti.CallEnded && call.Direction != cti.Internal {
			return true
		}
	}
	return false
}

// owed is the callbacks for the API: lists from the store, acts through the service.
type owed struct {
	*store.Store
	service *callbacks.Service
}

func (o owed) Claim(ctx context.Context, id string, by cti.User) (cti.Callback, error) {
	return o.service.Claim(ctx, id, by)
}

func (o owed) Release(ctx context.Context, id string, by cti.User) (cti.Callback, error) {
	return o.service.Release(ctx, id, by)
}

func (o owed) DialCallback(ctx context.Context, id string, by cti.User) (cti.Callback, string, error) {
	return o.service.Dial(ctx, id, by)
}

func (o owed) Outcome(ctx context.Context, id string, by cti.User, said api.CallbackOutcome) (cti.Callback, error) {
	return o.service.Outcome(ctx, id, by, callbacks.Said(said))
}

func (o owed) Reschedule(ctx context.Context, id string, by cti.User, due time.Time) (cti.Callback, error) {
	return o.service.Reschedule(ctx, id, by, due)
}

func (o owed) CloseCallback(ctx context.Context, id string, by cti.User, reason string) (cti.Callback, error) {
	return o.service.Close(ctx, id, by, reason)
}

func (o owed) CallbackTrace(ctx context.Context, b cti.Callback) ([]cti.Decision, error) {
	ids := append(slices.Clone(b.Calls), callbacks.TraceID(b.ID), b.ClosedCall)
	for _, a := range b.Attempts {
		ids = append(ids, a.CallID)
	}
	return o.StageTrace(ctx, callbacks.Stage, ids)
}

func (o owed) Promise(ctx context.Context, by cti.User, want api.Promise) (cti.Callback, error) {
	return o.service.Promise(ctx, by, callbacks.Promise(want))
}
