package main

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"callcard/pkg/cti"
	"callcard/pkg/telemetry"
)

// audited keeps the figures of the newest audit for metrics.
type audited struct{ last atomic.Pointer[cti.Audit] }

func (d *audited) series() []telemetry.Series {
	one := func(what string, difference func(cti.Audit) float64) telemetry.Series {
		return telemetry.Series{
			Name: "audit_difference", Help: "callcard's figure of the day audited last less that of the PBXes' own records.",
			Labels: map[string]string{"what": what}, Value: func() float64 {
				if a := d.last.Load(); a != nil {
					return difference(*a)
				}
				return 0
			},
		}
	}
	return []telemetry.Series{
		one("calls", func(a cti.Audit) float64 { return float64(a.Ours.Calls - a.Theirs.Calls) }),
		one("answered", func(a cti.Audit) float64 { return float64(a.Ours.Answered - a.Theirs.Answered) }),
		one("missed", func(a cti.Audit) float64 { return float64(a.Ours.Missed - a.Theirs.Missed) }),
		one("talk_seconds", func(a cti.Audit) float64 { return a.Ours.TalkSeconds - a.Theirs.TalkSeconds }),
	}
}

// nightly compares the day before with the records, once a day.
type nightly struct {
	at    string // the time of the day; "" for never
	zone  *time.Location
	last  func(context.Context) (cti.Audit, error)
	audit func(ctx context.Context, day time.Time) (cti.Audit, error)
	kept  *audited
	log   *slog.Logger
}

func (a *App) auditNightly(ctx context.Context) error {
	return nightly{
		at: a.cfg.Audit.At, zone: zoneOf(a.cfg.Calendar.Zone), audit: a.gaps.Audit, kept: &a.audited, log: a.log,
		last: func(ctx context.Context) (cti.Audit, error) { return a.store.Audit(ctx, "") },
	}.Run(ctx)
}

// Run waits for one night after the other until ctx ends. A night that fails is told.
func (n nightly) Run(ctx context.Context) error {
	if last, err := n.last(ctx); err == nil {
		n.kept.last.Store(&last)
	}
	if n.at == "" {
		<-ctx.Done()
		return nil
	}
	at := sinceMidnight(n.at)
	for {
		timer := time.NewTimer(time.Until(nextAt(time.Now().In(n.zone), at)))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
		audit, err := n.audit(ctx, time.Now().In(n.zone).AddDate(0, 0, -1))
		if err != nil {
			if ctx.Err() == nil {
				n.log.ErrorContext(ctx, "the audit failed", "err", err)
			}
			continue
		}
		n.kept.last.Store(&audit)
		n.log.InfoContext(ctx, "audited", "day", audit.Day, "calls", audit.Ours.Calls, "differences", len(audit.Differences))
	}
}

// nextAt is the next time that a clock shows so long after midnight.
func nextAt(now time.Time, at time.Duration) time.Time {
	year, month, day := now.Date()
	hours, minutes := int(at/time.Hour), int(at%time.Hour/time.Minute)
	next := time.Date(year, month, day, hours, minutes, 0, 0, now.Location())
	if !next.After(now) {
		next = time.Date(year, month, day+1, hours, minutes, 0, 0, now.Location())
	}
	return next
}
