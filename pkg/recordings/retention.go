package recordings

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"callcard/pkg/cti"
)

// Aging is the index as a Pruner needs it.
type Aging interface {
	// AgedRecordings are stored ones that began before a time, the oldest first, from behind after.
	AgedRecordings(ctx context.Context, before time.Time, after cti.AgedRecording, limit int) ([]cti.AgedRecording, error)
	// ClaimExpiry marks one; cti.ErrConflict says that it is held, claimed or gone.
	ClaimExpiry(ctx context.Context, id, policy string) error
	// ClaimedExpiries are those that are marked, with the policy in ExpiredBy.
	ClaimedExpiries(ctx context.Context) ([]cti.Recording, error)
	SaveExpiry(ctx context.Context, id, policy string, at time.Time) error
}

// PrunerOptions of a Pruner; Vault is optional.
type PrunerOptions struct {
	Dir      string
	Vault    Vault
	Store    Aging
	Policies []cti.RecordingPolicy
	Logger   *slog.Logger
}

// Pruner removes recordings whose time is over. Of each it claims the row, removes the
// file and then writes what is left of the row; a crash in between is made good by the
// next run, and a hold that comes in between is refused. It is safe for any goroutine,
// and for several processes.
type Pruner struct {
	opts PrunerOptions
	log  *slog.Logger
}

// NewPruner returns a Pruner.
func NewPruner(opts PrunerOptions) *Pruner {
	return &Pruner{opts: opts, log: opts.Logger.With("component", "retention")}
}

const (
	pruneFirst = 5 * time.Minute
	pruneEvery = time.Hour
	// prunePage is how many rows are read at once.
	prunePage = 1000
	// day of a policy: it counts by time, not by the calendar.
	day = 24 * time.Hour
)

// Run prunes each hour until ctx ends.
func (p *Pruner) Run(ctx context.Context) error {
	timer := time.NewTimer(pruneFirst)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		report, err := p.Prune(ctx, false, 0)
		if err != nil && ctx.Err() == nil {
			p.log.ErrorContext(ctx, "old recordings could not be removed, trying again in an hour", "err", err)
		}
		if report.Count > 0 {
			p.log.InfoContext(ctx, "old recordings removed", "recordings", report.Count, "bytes", report.Bytes)
		}
		timer.Reset(pruneEvery)
	}
}

// Prune removes what no policy keeps, or only tells what it would remove; limit bounds the
// number, 0 is for all.
func (p *Pruner) Prune(ctx context.Context, dryRun bool, limit int) (cti.PruneReport, error) {
	report := cti.PruneReport{DryRun: dryRun, Items: []cti.ExpiringRecording{}}
	if !dryRun {
		if err := p.resume(ctx); err != nil {
			return report, err
		}
	}
	now := time.Now()
	shortest := p.shortest()
	if shortest == 0 {
		return report, nil
	}
	var last cti.AgedRecording
	for {
		page, err := p.opts.Store.AgedRecordings(ctx, now.Add(-shortest), last, prunePage)
		if err != nil || len(page) == 0 {
			return report, err
		}
		for _, r := range page {
			if report.More = limit > 0 && report.Count >= limit; report.More {
				return report, nil
			}
			if err := p.consider(ctx, r, now, &report); err != nil {
				return report, err
			}
		}
		last = page[len(page)-1]
	}
}

// shortest is the least time that a policy keeps anything for, 0 when all is kept for ever.
func (p *Pruner) shortest() (least time.Duration) {
	for _, policy := range p.opts.Policies {
		if keep := time.Duration(policy.Days) * day; keep > 0 && (least == 0 || keep < least) {
			least = keep
		}
	}
	return least
}

// fits reports whether a policy is about a recording.
func fits(policy cti.RecordingPolicy, r cti.AgedRecording) bool {
	return (policy.Queue == "" || policy.Queue == r.Queue) &&
		(policy.Direction == "" || policy.Direction == r.Direction) &&
		(policy.Outcome == "" || policy.Outcome == r.Outcome) &&
		(policy.Result == "" || policy.Result == r.Result) &&
		(policy.Shorter == 0 || r.Seconds > 0 && r.Seconds < policy.Shorter.Seconds())
}

// consider applies the first policy that fits.
func (p *Pruner) consider(ctx context.Context, r cti.AgedRecording, now time.Time, report *cti.PruneReport) error {
	for _, policy := range p.opts.Policies {
		if !fits(policy, r) {
			continue
		}
		if policy.Days == 0 || now.Sub(r.Started) <= time.Duration(policy.Days)*day {
			return nil
		}
		if r.Held {
			report.Held++
			return nil
		}
		if !report.DryRun {
			removed, err := p.expire(ctx, r.ID, policy.Name)
			if err != nil || !removed {
				return err
			}
		}
		report.Count++
		report.Bytes += r.Bytes
		const shown = 1000
		if len(report.Items) < shown {
			report.Items = append(report.Items, cti.ExpiringRecording{ID: r.ID, CallID: r.CallID, Started: r.Started, Bytes: r.Bytes, Policy: policy.Name, Days: policy.Days})
		}
		return nil
	}
	return nil
}

// expire removes one; removed is false when somebody holds it since it was read.
func (p *Pruner) expire(ctx context.Context, id, policy string) (removed bool, err error) {
	err = p.opts.Store.ClaimExpiry(ctx, id, policy)
	if errors.Is(err, cti.ErrConflict) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, p.resume(ctx)
}

// resume finishes what is claimed.
func (p *Pruner) resume(ctx context.Context) error {
	claimed, err := p.opts.Store.ClaimedExpiries(ctx)
	if err != nil {
		return err
	}
	for _, r := range claimed {
		if err := p.removeAll(ctx, filesOf(r)); err != nil {
			return fmt.Errorf("remove recording %s: %w", r.ID, err)
		}
		err := p.opts.Store.SaveExpiry(ctx, r.ID, r.ExpiredBy, time.Now())
		if err != nil && !errors.Is(err, cti.ErrConflict) { // another process was at it
			return err
		}
		p.log.InfoContext(ctx, "recording removed", "call", r.CallID, "recording", r.ID, "policy", r.ExpiredBy)
	}
	return nil
}

func (p *Pruner) removeAll(ctx context.Context, names []string) error {
	vaults := []Vault{folder{p.opts.Dir}}
	if p.opts.Vault != nil {
		vaults = append(vaults, p.opts.Vault)
	}
	for _, name := range names {
		for _, vault := range vaults {
			if err := vault.Remove(ctx, name); err != nil {
				return err
			}
		}
	}
	return nil
}
