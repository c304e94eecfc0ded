package journal_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"callcard/pkg/journal"
)

// pruner has parts of old entries; each call gives one and notes what was asked.
type pruner struct {
	parts  []int
	before []time.Time
}

func (p *pruner) prune(_ context.Context, before time.Time) (int, error) {
	p.before = append(p.before, before)
	if len(p.parts) == 0 {
		return 0, errAway
	}
	n := p.parts[0]
	p.parts = p.parts[1:]
	return n, nil
}

func TestKeepPrunesPartByPartEachHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, began := &pruner{parts: []int{5000, 12, 0, 7, 0}}, time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 150*time.Minute)
		defer cancel()
		equal(t, "run", nil, journal.Keep(ctx, p.prune, 24*time.Hour, slog.New(slog.DiscardHandler)))
		var want []time.Time
		const apart = 100 * time.Millisecond                                                                                       // between two parts
		for _, at := range []time.Duration{0, apart, 2 * apart, time.Hour + 2*apart, time.Hour + 3*apart, 2*time.Hour + 3*apart} { // the last one finds the store away
			want = append(want, began.Add(at-24*time.Hour))
		}
		equal(t, "asked", want, p.before)
	})
}
