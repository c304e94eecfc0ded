package journal_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"callcard/pkg/cti"
	"callcard/pkg/journal"
)

// fakeLog gives its entries once; a fault of apply leaves them.
type fakeLog struct {
	entries atomic.Int32 // how many there are
	looks   atomic.Int32
	fault   atomic.Pointer[cti.UnavailableError]
}

func (f *fakeLog) Next(ctx context.Context, limit int, apply func(context.Context, []cti.JournalEntry) error) (int, error) {
	f.looks.Add(1)
	if err := f.fault.Load(); err != nil {
		return 0, err
	}
	n := min(limit, int(f.entries.Load()))
	if n == 0 {
		return 0, nil
	}
	if err := apply(ctx, make([]cti.JournalEntry, n)); err != nil {
		return 0, err
	}
	f.entries.Add(int32(-n)) //nolint:gosec // a few hundred
	return n, nil
}

type consumed struct {
	log       fakeLog
	signal    journal.Signal
	applied   atomic.Int32
	committed atomic.Int32
	fail      atomic.Int32
	faulty    atomic.Bool
	told      atomic.Int32
	stop      context.CancelFunc
	done      chan error
}

func consume(t *testing.T, prepare func(*consumed)) *consumed {
	t.Helper()
	c := &consumed{done: make(chan error, 1)}
	prepare(c)
	ctx, stop := context.WithCancel(t.Context())
	c.stop = stop
	go func() {
		c.done <- journal.Run(ctx, journal.Consumer{
			Name: "test", Log: &c.log, Appended: &c.signal, Logger: slog.New(slog.DiscardHandler),
			Apply: func(_ context.Context, entries []cti.JournalEntry) error {
				if c.fail.Add(-1) >= 0 {
					return errors.New("cannot")
				}
				c.applied.Add(int32(len(entries))) //nolint:gosec // a few hundred
				return nil
			},
			Fault: func(err error) {
				c.faulty.Store(err != nil)
				c.told.Add(1)
			},
			Committed: func(context.Context) { c.committed.Store(c.applied.Load()) },
		})
	}()
	synctest.Wait()
	return c
}

func (c *consumed) end(t *testing.T) {
	t.Helper()
	c.stop()
	equal(t, "run", nil, <-c.done)
}

func TestConsumesAllThenWaitsForTheSignal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := consume(t, func(c *consumed) { c.log.entries.Store(600) })
		equal(t, "applied", int32(600), c.applied.Load())
		equal(t, "committed", int32(600), c.committed.Load())
		equal(t, "looks", int32(3), c.log.looks.Load())
		c.log.entries.Store(1)
		<-time.After(10 * time.Second)
		equal(t, "nothing without a signal", int32(600), c.applied.Load())
		c.signal.Notify()
		synctest.Wait()
		equal(t, "applied", int32(601), c.applied.Load())
		equal(t, "looks", int32(4), c.log.looks.Load())
		c.end(t)
	})
}

func TestARushIsAppliedTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := consume(t, func(*consumed) {})
		for range 1000 { // ten seconds
			c.log.entries.Add(1)
			c.signal.Notify()
			<-time.After(10 * time.Millisecond)
		}
		<-time.After(time.Second)
		equal(t, "applied", int32(1000), c.applied.Load())
		// One look is the first, which finds nothing; five come of the unused second before.
		if n := c.log.looks.Load(); n < 40 || n > 48 {
			t.Errorf("%d looks in ten seconds, want four a second and a few", n)
		}
		c.end(t)
	})
}

func TestLooksNowAndThenForOthersEntries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := consume(t, func(*consumed) {})
		c.log.entries.Store(1)
		<-time.After(31 * time.Second)
		synctest.Wait()
		equal(t, "applied", int32(1), c.applied.Load())
		c.end(t)
	})
}

func TestAFaultIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := consume(t, func(c *consumed) {
			c.log.entries.Store(5)
			c.fail.Store(4)
		})
		equal(t, "not committed", int32(0), c.committed.Load())
		equal(t, "faulty", true, c.faulty.Load())
		<-time.After(10 * time.Second)
		synctest.Wait()
		equal(t, "committed", int32(5), c.committed.Load())
		equal(t, "faulty, told twice", []any{false, int32(2)}, []any{c.faulty.Load(), c.told.Load()})
		c.log.fault.Store(errAway)
		c.signal.Notify()
		<-time.After(time.Minute)
		if n := c.log.looks.Load(); n > 40 {
			t.Errorf("%d looks in a minute, want a growing pause", n)
		}
		c.end(t) // also in the middle of a pause
	})
}

func TestSignalWithoutAndWithManyWaiters(t *testing.T) {
	t.Parallel()
	var s journal.Signal
	s.Notify()
	first, second := s.Wait(), s.Wait()
	s.Notify()
	<-first
	<-second
	select {
	case <-s.Wait():
		t.Error("woken by what happened before")
	default:
	}
}
