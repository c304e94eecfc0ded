package main

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata" // the office's zone, wherever the test runs

	"callcard/pkg/cti"
)

func night(t *testing.T, at, zone string) (nightly, *[]string) {
	t.Helper()
	place, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	var days []string
	return nightly{
		at: at, zone: place, kept: &audited{}, log: slog.New(slog.DiscardHandler),
		last: func(context.Context) (cti.Audit, error) { return cti.Audit{}, cti.ErrNotFound },
		audit: func(_ context.Context, day time.Time) (cti.Audit, error) {
			days = append(days, day.Format(time.DateOnly)+" at "+time.Now().UTC().Format("02T15:04"))
			return cti.Audit{Day: day.Format(time.DateOnly), Ours: cti.AuditFigures{Calls: len(days)}}, nil
		},
	}, &days
}

func lasts(t *testing.T, n nightly, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	if err := n.Run(ctx); err != nil {
		t.Error(err)
	}
}

// Each night is audited once, at the office's own time, the day that is over there. A
// bubble begins at midnight of 1 January 2000, UTC: it is three in Moscow.
func TestEachNightIsAudited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, days := night(t, "03:30", "Europe/Moscow")
		lasts(t, n, 49*time.Hour)
		want := []string{"1999-12-31 at 01T00:30", "2000-01-01 at 02T00:30", "2000-01-02 at 03T00:30"}
		if !slices.Equal(*days, want) {
			t.Errorf("got %q, want %q", *days, want)
		}
	})
}

// The clocks of Berlin go forward on 26 March 2000: the night has one hour less.
func TestTheAuditFollowsTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(84 * 24 * time.Hour) // the bubble's clock: 25 March
		n, days := night(t, "03:30", "Europe/Berlin")
		lasts(t, n, 48*time.Hour)
		if want := []string{"2000-03-24 at 25T02:30", "2000-03-25 at 26T01:30"}; !slices.Equal(*days, want) {
			t.Errorf("got %q, want %q", *days, want)
		}
	})
}

func TestNoAuditWhereNoneIsWanted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, days := night(t, "", "UTC")
		n.last = func(context.Context) (cti.Audit, error) {
			return cti.Audit{Day: "1999-12-30", Ours: cti.AuditFigures{Missed: 3}}, nil
		}
		lasts(t, n, 72*time.Hour)
		if len(*days) > 0 || n.kept.last.Load().Day != "1999-12-30" {
			t.Errorf("audited %q, the newest is %v", *days, n.kept.last.Load())
		}
	})
}

// A night on which the records cannot be read is not the last one, and its figures stay
// those of the night before.
func TestAFailedAuditIsTriedTheNextNight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, days := night(t, "12:00", "UTC")
		works := n.audit
		n.audit = func(ctx context.Context, day time.Time) (cti.Audit, error) {
			if day.Day() == 1 {
				return cti.Audit{}, errors.New("no records")
			}
			return works(ctx, day)
		}
		lasts(t, n, 71*time.Hour)
		if want := []string{"1999-12-31 at 01T12:00", "2000-01-02 at 03T12:00"}; !slices.Equal(*days, want) || n.kept.last.Load().Day != "2000-01-02" {
			t.Errorf("got %q, want %q", *days, want)
		}
	})
}

// The metric is ours less theirs, and nothing before the first audit.
func TestDifferencesAreAMetric(t *testing.T) {
	t.Parallel()
	var kept audited
	figures := func() map[string]float64 {
		all := map[string]float64{}
		for _, one := range kept.series() {
			if one.Name != "audit_difference" {
				t.Errorf("a figure named %s", one.Name)
			}
			all[one.Labels["what"]] = one.Value()
		}
		return all
	}
	none := map[string]float64{"calls": 0, "answered": 0, "missed": 0, "talk_seconds": 0}
	if got := figures(); !maps.Equal(got, none) {
		t.Errorf("before: %v", got)
	}
	kept.last.Store(&cti.Audit{
		Ours:   cti.AuditFigures{Calls: 10, Answered: 6, Missed: 4, TalkSeconds: 100.5},
		Theirs: cti.AuditFigures{Calls: 11, Answered: 8, Missed: 3, TalkSeconds: 130},
	})
	if got, want := figures(), map[string]float64{"calls": -1, "answered": -2, "missed": 1, "talk_seconds": -29.5}; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
