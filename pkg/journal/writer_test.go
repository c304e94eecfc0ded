package journal_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"callcard/pkg/cti"
	"callcard/pkg/journal"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errAway = &cti.UnavailableError{What: "store", Err: errors.New("down")}

// fakeStore keeps batches, and answers with fault as long as it is set.
type fakeStore struct {
	mu      sync.Mutex
	batches [][]cti.CallEvent
	tries   int
	fault   func([]cti.CallEvent) error
}

func (f *fakeStore) AppendEvents(_ context.Context, events []cti.CallEvent) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tries++
	if f.fault != nil {
		if err := f.fault(events); err != nil {
			return err
		}
	}
	f.batches = append(f.batches, append([]cti.CallEvent(nil), events...))
	return nil
}

func (f *fakeStore) set(fault func([]cti.CallEvent) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault = fault
}

func (f *fakeStore) sizes() (sizes []int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, b := range f.batches {
		sizes = append(sizes, len(b))
	}
	return sizes
}

func (f *fakeStore) seqs() (seqs []uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, b := range f.batches {
		for _, e := range b {
			seqs = append(seqs, e.Seq)
		}
	}
	return seqs
}

func down([]cti.CallEvent) error { return errAway }

// fakeSubscription is a tracker's stream.
type fakeSubscription struct {
	events chan *cti.CallEvent
	err    error
}

func (f *fakeSubscription) Events() <-chan *cti.CallEvent { return f.events }
func (f *fakeSubscription) Err() error                    { return f.err }
func (f *fakeSubscription) Close()                        {}

// bench is one running writer.
type bench struct {
	store  *fakeStore
	subs   chan *fakeSubscription // what Subscribe hands out next
	sub    *fakeSubscription
	writer *journal.Writer
	signal journal.Signal
	stop   context.CancelFunc
	done   chan error
	seq    uint64
}

func run(t *testing.T, opts journal.Options) *bench {
	t.Helper()
	b := &bench{store: &fakeStore{}, subs: make(chan *fakeSubscription, 4), done: make(chan error, 1)}
	b.sub = &fakeSubscription{events: make(chan *cti.CallEvent)}
	b.subs <- b.sub
	opts.Subscribe = func() journal.Subscription { return <-b.subs }
	opts.Store, opts.Appended, opts.Logger = b.store, &b.signal, slog.New(slog.DiscardHandler)
	b.writer = journal.NewWriter(opts)
	ctx, stop := context.WithCancel(t.Context())
	b.stop = stop
	go func() { b.done <- b.writer.Run(ctx) }()
	return b
}

func (b *bench) send(n int) {
	for range n {
		b.seq++
		e := event(b.seq)
		b.sub.events <- &e
	}
}

func event(seq uint64) cti.CallEvent {
	return cti.CallEvent{Epoch: "e", Seq: seq, Kind: cti.CallChanged, Call: cti.Call{ID: cti.CallID(fmt.Sprint("m:", seq))}}
}

func upTo(n uint64) (seqs []uint64) {
	for seq := range n {
		seqs = append(seqs, seq+1)
	}
	return seqs
}

func equal(t *testing.T, what string, want, have any) {
	t.Helper()
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestWritesALittleAfterTheFirstEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, journal.Options{})
		b.send(3)
		<-time.After(99 * time.Millisecond)
		synctest.Wait()
		equal(t, "too early", []int(nil), b.store.sizes())
		wake := b.signal.Wait()
		<-time.After(time.Millisecond)
		synctest.Wait()
		equal(t, "one batch", []int{3}, b.store.sizes())
		<-wake
		close(b.sub.events)
		equal(t, "run", nil, <-b.done)
	})
}

func TestLeavesMoreTimeInARush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, journal.Options{})
		wait := func(d time.Duration) { <-time.After(d); synctest.Wait() }
		b.send(256)
		wait(100 * time.Millisecond)
		b.send(3)
		wait(199 * time.Millisecond)
		equal(t, "behind a large batch, too early", []int{256}, b.store.sizes())
		wait(time.Millisecond)
		b.send(3)
		wait(100 * time.Millisecond)
		equal(t, "behind a small one", []int{256, 3, 3}, b.store.sizes())
		close(b.sub.events)
		equal(t, "run", nil, <-b.done)
	})
}

func TestWritesAFullBatchAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, journal.Options{})
		b.send(1024)
		synctest.Wait()
		equal(t, "one batch", []int{1024}, b.store.sizes())
		close(b.sub.events)
		equal(t, "run", nil, <-b.done)
	})
}

func TestKeepsEventsWhileTheStoreIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, journal.Options{})
		b.store.set(down)
		b.send(700)
		<-time.After(time.Minute)
		health := b.writer.Health()
		if health.OK() || health.Buffered != 700 || health.Fault == "" || health.Since.IsZero() {
			t.Errorf("health %+v, want 700 events and the fault", health)
		}
		if b.store.tries > 40 {
			t.Errorf("%d tries in a minute, want a growing pause between them", b.store.tries)
		}
		b.store.set(nil)
		<-time.After(5 * time.Second)
		synctest.Wait()
		equal(t, "all, in order", upTo(700), b.store.seqs())
		equal(t, "health", journal.Health{}, b.writer.Health())
		b.stop()
		equal(t, "run", nil, <-b.done)
	})
}

func TestLastFlush(t *testing.T) {
	for name, stop := range map[string]func(*bench){
		"the tracker ends":   func(b *bench) { close(b.sub.events) },
		"the context ends":   func(b *bench) { b.stop() },
		"both, tracker last": func(b *bench) { b.stop(); close(b.sub.events) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := run(t, journal.Options{})
				b.send(5)
				stop(b)
				equal(t, "run", nil, <-b.done)
				equal(t, "written", upTo(5), b.store.seqs())
				b.stop()
			})
		})
	}
}

func TestLastFlushTakesWhatWasSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bench{store: &fakeStore{}, done: make(chan error, 1)}
		sub := &fakeSubscription{events: make(chan *cti.CallEvent, 1000)}
		for seq := range uint64(1000) {
			e := event(seq + 1)
			sub.events <- &e
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		w := journal.NewWriter(journal.Options{
			Subscribe: func() journal.Subscription { return sub }, Store: b.store,
			Appended: &b.signal, Logger: slog.New(slog.DiscardHandler),
		})
		equal(t, "run", nil, w.Run(ctx))
		equal(t, "written", upTo(1000), b.store.seqs())
	})
}

func TestStopsAtTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, journal.Options{StopTimeout: 2 * time.Second})
		b.store.set(down)
		b.send(5)
		began := time.Now()
		b.stop()
		if err := <-b.done; err == nil {
			t.Error("no error, want that events were not written")
		}
		equal(t, "took", 2*time.Second, time.Since(began))
		if h := b.writer.Health(); h.OK() || h.Lost != 5 {
			t.Errorf("health %+v, want 5 lost", h)
		}
	})
}

func TestOneBadEventDoesNotHoldTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, journal.Options{})
		b.store.set(func(events []cti.CallEvent) error {
			for _, e := range events {
				if e.Seq == 3 {
					return errors.New("value too long")
				}
			}
			return nil
		})
		b.send(5)
		<-time.After(time.Second)
		synctest.Wait()
		equal(t, "written", []uint64{1, 2, 4, 5}, b.store.seqs())
		if h := b.writer.Health(); h.OK() || h.Rejected != 1 || h.Buffered != 0 {
			t.Errorf("health %+v, want one rejected", h)
		}
		b.stop()
		equal(t, "run", nil, <-b.done)
	})
}

func TestWhenAllEventsFailItIsTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, journal.Options{})
		b.store.set(func([]cti.CallEvent) error { return errors.New("no such table: journal") })
		b.send(1)
		<-time.After(time.Minute)
		if h := b.writer.Health(); h.Rejected != 0 || h.Buffered != 1 {
			t.Errorf("health %+v, want the event kept", h)
		}
		b.store.set(nil)
		<-time.After(10 * time.Second)
		equal(t, "written", upTo(1), b.store.seqs())
		b.stop()
		equal(t, "run", nil, <-b.done)
	})
}

func TestALaggardSubscribesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, journal.Options{})
		second := &fakeSubscription{events: make(chan *cti.CallEvent)}
		b.subs <- second
		b.send(2)
		b.sub.err = errors.New("lagged")
		close(b.sub.events)
		b.sub = second
		b.seq = 10
		b.send(1)
		close(second.events)
		equal(t, "run", nil, <-b.done)
		equal(t, "written", []uint64{1, 2, 11}, b.store.seqs())
		if h := b.writer.Health(); h.OK() || h.Lags != 1 {
			t.Errorf("health %+v, want one lag", h)
		}
	})
}

func TestLongAbsenceIsThinnedThenLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := run(t, journal.Options{Limit: 100})
		b.store.set(down)
		b.send(1) // on its way to the store
		<-time.After(time.Second)
		for i := range 500 { // one long call, then many short ones
			b.seq++
			e := event(b.seq)
			if i < 300 {
				e.Call.ID = "m:long"
			}
			b.sub.events <- &e
		}
		synctest.Wait()
		h := b.writer.Health()
		if h.Thinned < 250 || h.Lost == 0 || h.Buffered > 101+1 {
			t.Errorf("health %+v, want most of the long call thinned, some short ones lost, 100 kept", h)
		}
		equal(t, "nothing unaccounted", uint64(501), uint64(h.Buffered)+h.Thinned+h.Lost)
		b.store.set(nil)
		<-time.After(10 * time.Second)
		b.stop()
		equal(t, "run", nil, <-b.done)
	})
}

// Parts start at their own pace: a PBX may tell of a talk before the writer has come to its turn.
func TestWriterHearsFromItsMakingOn(t *testing.T) {
	sub := &fakeSubscription{events: make(chan *cti.CallEvent, 1)}
	subscribed := false
	store := &fakeStore{}
	w := journal.NewWriter(journal.Options{
		Subscribe: func() journal.Subscription { subscribed = true; return sub },
		Store:     store, Appended: &journal.Signal{}, Logger: slog.New(slog.DiscardHandler),
	})
	if !subscribed {
		t.Fatal("what is told now is lost")
	}
	sub.events <- &cti.CallEvent{Seq: 1, Kind: cti.TalkStarted}
	close(sub.events)
	if err := w.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := store.seqs(); len(got) != 1 {
		t.Errorf("written: %v, want the event of before Run", got)
	}
}
