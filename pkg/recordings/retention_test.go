package recordings

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"callcard/pkg/cti"
)

// aging is the index of recordings that grow old.
type aging struct {
	all     []cti.AgedRecording
	claimed map[string]string
	gone    map[string]string // by policy
	held    string            // by somebody who was faster than the claim
	fault   error             // of SaveExpiry
}

func (a *aging) AgedRecordings(_ context.Context, before time.Time, after cti.AgedRecording, limit int) (page []cti.AgedRecording, _ error) {
	for _, r := range a.all {
		if r.Started.Before(before) && r.ID > after.ID && len(page) < limit && a.gone[r.ID] == "" {
			page = append(page, r)
		}
	}
	return page, nil
}

func (a *aging) ClaimExpiry(_ context.Context, id, policy string) error {
	if id == a.held {
		return cti.ErrConflict
	}
	a.claimed[id] = policy
	return nil
}

func (a *aging) ClaimedExpiries(context.Context) (claimed []cti.Recording, _ error) {
	for id, policy := range a.claimed {
		claimed = append(claimed, cti.Recording{ID: id, File: id + ".opus", Due: dueRemove + id + ".wav", ExpiredBy: policy})
	}
	return claimed, nil
}

func (a *aging) SaveExpiry(_ context.Context, id, policy string, _ time.Time) error {
	if a.fault != nil {
		return a.fault
	}
	delete(a.claimed, id)
	a.gone[id] = policy
	return nil
}

func prunes(t *testing.T, policies ...cti.RecordingPolicy) (*Pruner, *aging, *flaky) {
	t.Helper()
	a := &aging{claimed: map[string]string{}, gone: map[string]string{}}
	v := &flaky{kept: map[string][]byte{}}
	now := time.Now()
	for _, r := range []cti.AgedRecording{
		{ID: "a-year", Queue: "support", Seconds: 60, Started: now.Add(-365 * day)},
		{ID: "b-complaint", Queue: "support", Result: "complaint", Seconds: 60, Started: now.Add(-365 * day)},
		{ID: "c-held", Queue: "sales", Seconds: 60, Started: now.Add(-100 * day), Held: true},
		{ID: "d-sales", Queue: "sales", Seconds: 60, Started: now.Add(-100 * day)},
		{ID: "e-short", Queue: "support", Seconds: 4, Started: now.Add(-31 * day)},
		{ID: "f-unknown length", Queue: "support", Started: now.Add(-31 * day)},
		{ID: "g-young sales", Queue: "sales", Seconds: 60, Started: now.Add(-89 * day)},
		{ID: "h-just not", Queue: "support", Seconds: 4, Started: now.Add(-30*day + time.Minute)},
	} {
		r.Bytes = 10
		a.all = append(a.all, r)
		v.kept[r.ID+".opus"], v.kept[r.ID+".wav"] = []byte("small"), []byte("old")
	}
	return NewPruner(PrunerOptions{Dir: t.TempDir(), Vault: v, Store: a, Policies: policies, Logger: slog.New(slog.DiscardHandler)}), a, v
}

func someYears() []cti.RecordingPolicy {
	return []cti.RecordingPolicy{
		{Name: "complaints", Result: "complaint", Days: 0},
		{Name: "short", Shorter: 5 * time.Second, Days: 30},
		{Name: "sales", Queue: "sales", Days: 90},
		{Name: "keep_days", Days: 300},
	}
}

func TestPolicies(t *testing.T) {
	t.Parallel()
	p, a, v := prunes(t, someYears()...)
	want := map[string]string{"a-year": "keep_days", "d-sales": "sales", "e-short": "short"}
	dry, err := p.Prune(t.Context(), true, 0)
	told := map[string]string{}
	for _, r := range dry.Items {
		told[r.ID] = r.Policy
	}
	equal(t, "dry run", []any{nil, want, 3, int64(30), 1, false}, []any{err, told, dry.Count, dry.Bytes, dry.Held, dry.More})
	equal(t, "and nothing was done", []int{0, 0, 16}, []int{len(a.claimed), len(a.gone), len(v.kept)})
	some, err := p.Prune(t.Context(), false, 1)
	equal(t, "one", []any{nil, 1, true}, []any{err, some.Count, some.More})
	rest, err := p.Prune(t.Context(), false, 0)
	equal(t, "the rest", []any{nil, 2, false, want, 10}, []any{err, rest.Count, rest.More, a.gone, len(v.kept)})
	again, err := p.Prune(t.Context(), false, 0)
	equal(t, "again", []any{nil, 0, 1}, []any{err, again.Count, again.Held})
}

func TestWithoutPoliciesAllIsKept(t *testing.T) {
	t.Parallel()
	p, a, _ := prunes(t, cti.RecordingPolicy{Name: "keep_days"})
	report, err := p.Prune(t.Context(), false, 0)
	equal(t, "report", []any{nil, 0, 0}, []any{err, report.Count, len(a.gone)})
}

// The file goes first, then the row: whatever comes in between, the next run ends it.
func TestAPruneThatWasKilled(t *testing.T) {
	t.Parallel()
	p, a, v := prunes(t, someYears()...)
	v.set(errors.New("away"))
	if _, err := p.Prune(t.Context(), false, 0); err == nil {
		t.Error("removed from a store that is away")
	}
	equal(t, "claimed", []int{1, 0, 16}, []int{len(a.claimed), len(a.gone), len(v.kept)})
	v.set(nil)
	a.fault = errors.New("the index is away")
	if _, err := p.Prune(t.Context(), false, 0); err == nil {
		t.Error("went on without the index")
	}
	equal(t, "its files are gone", []int{1, 0, 14}, []int{len(a.claimed), len(a.gone), len(v.kept)})
	a.fault = nil
	if _, err := p.Prune(t.Context(), false, 0); err != nil {
		t.Error(err)
	}
	equal(t, "all", []int{0, 3, 10}, []int{len(a.claimed), len(a.gone), len(v.kept)})
}

func TestAHoldThatWasFaster(t *testing.T) {
	t.Parallel()
	p, a, v := prunes(t, someYears()...)
	a.held = "a-year"
	report, err := p.Prune(t.Context(), false, 0)
	equal(t, "report", []any{nil, 2, 2}, []any{err, report.Count, len(a.gone)})
	if _, there := v.kept["a-year.opus"]; !there {
		t.Error("what is held was removed")
	}
}

func TestPruningADirectory(t *testing.T) {
	t.Parallel()
	_, a, _ := prunes(t)
	p := NewPruner(PrunerOptions{Dir: t.TempDir(), Store: a, Policies: someYears(), Logger: slog.New(slog.DiscardHandler)})
	write(t, filepath.Join(p.opts.Dir, "d-sales.opus"), "x") // the others have no file any more
	if _, err := p.Prune(t.Context(), false, 0); err != nil {
		t.Error(err)
	}
	left, _ := filepath.Glob(filepath.Join(p.opts.Dir, "*"))
	equal(t, "left", 0, len(left))
}
