package journal

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"callcard/pkg/cti"
)

// Subscription is a live stream of the tracker's events. Events closes at its end; Err says why.
type Subscription interface {
	Events() <-chan *cti.CallEvent
	Err() error
	Close()
}

// Store takes batches. Writing the same batch again changes nothing.
type Store interface {
	AppendEvents(ctx context.Context, events []cti.CallEvent) error
}

// Options of a Writer. Subscribe, Store, Appended and Logger are needed.
type Options struct {
	Subscribe func() Subscription
	Store     Store
	Appended  *Signal // notified after each batch
	Logger    *slog.Logger
	// Limit of events in memory while the store is away; 0 means 50,000, some 150 MB.
	Limit int
	// StopTimeout bounds the last flush; 0 means 5 s.
	StopTimeout time.Duration
}

const (
	// Few large batches: a commit costs as much as some fifty events, and each one
	// wakes the consumers. The archive is this much behind the cards.
	fullBatch    = 1024 // events that are written without waiting for more
	largestBatch = 2048
	flushAfter   = 100 * time.Millisecond
	// rush is a batch after which twice as much time is left for the next one: many events to
	// a transaction cost the cards less, and each call is written once in it.
	rush = 256
	// breath is how long events gather in the subscription: woken for each of them, this
	// goroutine would take the processor from the card that is being made.
	breath       = 20 * time.Millisecond
	defaultLimit = 50_000
	defaultStop  = 5 * time.Second
	// writeTimeout turns a database that hangs into one that is away, which is seen.
	writeTimeout = 30 * time.Second
)

// Writer drains a subscription into the store.
type Writer struct {
	opts Options
	log  *slog.Logger
	sub  Subscription  // of drain alone
	some chan struct{} // capacity 1: there is something to write; a token more would say nothing new
	full chan struct{} // capacity 1: there is a full batch
	last chan struct{} // closed when nothing more will come

	mu       sync.Mutex
	buf      buffer
	flying   int // taken from buf, not written yet
	rejected uint64
	lags     uint64
	fault    string
	since    time.Time
}

// NewWriter returns a Writer for Run. It subscribes at once: what the tracker tells before
// Run has come to its turn is not lost.
func NewWriter(opts Options) *Writer {
	if opts.Limit <= 0 {
		opts.Limit = defaultLimit
	}
	if opts.StopTimeout <= 0 {
		opts.StopTimeout = defaultStop
	}
	return &Writer{
		opts: opts,
		sub:  opts.Subscribe(),
		log:  opts.Logger.With("component", "journal"),
		some: make(chan struct{}, 1),
		full: make(chan struct{}, 1),
		last: make(chan struct{}),
		buf:  buffer{limit: opts.Limit},
	}
}

// Run works until the subscription ends or ctx does, then writes what is left. The caller's
// goroutine writes; another takes events off the subscription.
// Stop the tracker first: its last events come before the end of the subscription.
func (w *Writer) Run(ctx context.Context) error {
	flushing, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	drained := make(chan *time.Timer)
	go func() {
		w.drain(ctx)
		close(w.last)
		drained <- time.AfterFunc(w.opts.StopTimeout, cancel)
	}()
	w.flush(flushing) // ends after w.last, or at the deadline
	deadline := <-drained
	deadline.Stop()
	return w.leftover()
}

// drain moves events to the buffer. When it was too slow for the tracker it
// subscribes again; what came between is lost to the journal, and said so.
func (w *Writer) drain(ctx context.Context) {
	for ; ; w.sub = w.opts.Subscribe() {
		ended := w.follow(ctx, w.sub)
		err := w.sub.Err()
		w.sub.Close()
		if !ended || err == nil || ctx.Err() != nil {
			return
		}
		w.mu.Lock()
		w.lags++
		w.mu.Unlock()
		w.log.ErrorContext(ctx, "the journal missed events of the tracker", "err", err)
	}
}

// follow returns true when the subscription ended, false when ctx did.
func (w *Writer) follow(ctx context.Context, sub Subscription) bool {
	for {
		select {
		case e, ok := <-sub.Events():
			if !ok {
				return true
			}
			w.keep(ctx, *e)
			if events := sub.Events(); len(events) == 0 && cap(events) > 0 { // nothing gathers without a queue
				pause(ctx, breath)
			}
		case <-ctx.Done():
			w.rest(ctx, sub)
			return false
		}
	}
}

// rest takes what the tracker has sent already.
func (w *Writer) rest(ctx context.Context, sub Subscription) {
	for {
		select {
		case e, ok := <-sub.Events():
			if !ok {
				return
			}
			w.keep(ctx, *e)
		default:
			return
		}
	}
}

func (w *Writer) keep(ctx context.Context, e cti.CallEvent) {
	w.mu.Lock()
	lost := w.buf.lost
	w.buf.add(e)
	lost = w.buf.lost - lost
	n := len(w.buf.events)
	w.mu.Unlock()
	if lost > 0 {
		w.log.ErrorContext(ctx, "the store is away for too long, events are lost", "lost", lost)
	}
	token(w.some)
	if n >= fullBatch {
		token(w.full)
	}
}

func token(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// leftover reports what could not be written before the deadline.
func (w *Writer) leftover() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := len(w.buf.events) + w.flying
	if n == 0 {
		return nil
	}
	w.buf.lost += uint64(n) //nolint:gosec // a length
	w.log.Error("stopped before all events were written", "lost", n, "err", w.fault)
	return errors.New("journal: stopped before all events were written")
}
