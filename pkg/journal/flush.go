package journal

import (
	"context"
	"errors"
	"time"

	"callcard/pkg/cti"
)

// flush writes batches until nothing more will come and all is written, or ctx ends.
func (w *Writer) flush(ctx context.Context) {
	var pauses backoff
	var batch []cti.CallEvent
	patience := flushAfter
	for {
		if len(batch) == 0 && !w.gather(patience) {
			return
		}
		batch = w.take(batch)
		if patience = flushAfter; len(batch) >= rush {
			patience = 2 * flushAfter
		}
		rest, err := w.write(ctx, batch)
		w.noteWritten(ctx, len(rest), err)
		batch = again(batch, rest)
		if err == nil {
			pauses.reset()
			continue
		}
		if !pause(ctx, pauses.next()) {
			return
		}
	}
}

// again is where the next batch begins: what is left, in memory used before. What a rush
// has made large goes.
func again(batch, rest []cti.CallEvent) []cti.CallEvent {
	switch {
	case len(rest) > 0:
		return rest
	case cap(batch) > 2*largestBatch:
		return nil
	}
	clear(batch) // they hold whole calls
	return batch[:0]
}

// gather waits for a full batch, or a little after the first event. It returns
// false when all is written and nothing more will come.
func (w *Writer) gather(patience time.Duration) bool {
	select {
	case <-w.some:
	case <-w.last:
		return w.waiting() > 0
	}
	if w.waiting() >= fullBatch {
		return true
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-w.full:
	case <-timer.C:
	case <-w.last:
	}
	return true
}

func (w *Writer) waiting() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.buf.events)
}

// take adds to a batch, also to one that failed: see write for why.
func (w *Writer) take(batch []cti.CallEvent) []cti.CallEvent {
	w.mu.Lock()
	defer w.mu.Unlock()
	batch = w.buf.take(batch, largestBatch-len(batch))
	w.flying = len(batch)
	if len(w.buf.events) > 0 {
		token(w.some)
	}
	return batch
}

// write returns what is still to be written, with the fault. One event that the
// store cannot take must not hold all that follow: when the fault is not that the
// store is away, the events are written one by one, and those that fail while
// others succeed are put aside. When all fail it is no event's fault.
func (w *Writer) write(ctx context.Context, batch []cti.CallEvent) (rest []cti.CallEvent, err error) {
	if len(batch) == 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	if err = w.opts.Store.AppendEvents(ctx, batch); err == nil {
		return nil, nil
	}
	if away(err) {
		return batch, err
	}
	bad, good := map[int]error{}, 0
	for i := range batch {
		one := w.opts.Store.AppendEvents(ctx, batch[i:i+1])
		switch {
		case one == nil:
			good++
		case away(one):
			return batch, one // what was written now is passed over next time
		default:
			bad[i] = one
		}
	}
	if good == 0 {
		return batch, err
	}
	w.reject(ctx, batch, bad)
	return nil, nil
}

func (w *Writer) reject(ctx context.Context, batch []cti.CallEvent, bad map[int]error) {
	for i, err := range bad {
		w.log.ErrorContext(ctx, "the store refuses an event, it is lost",
			"call", batch[i].Call.ID, "kind", batch[i].Kind, "seq", batch[i].Seq, "err", err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rejected += uint64(len(bad))
}

func away(err error) bool {
	var unavailable *cti.UnavailableError
	return errors.As(err, &unavailable) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// noteWritten keeps the health, and logs a fault when it begins, changes or ends.
func (w *Writer) noteWritten(ctx context.Context, rest int, err error) {
	w.mu.Lock()
	w.flying = rest
	was := w.fault
	switch {
	case err == nil:
		w.fault, w.since = "", time.Time{}
	case was == "":
		w.fault, w.since = err.Error(), time.Now()
	default:
		w.fault = err.Error()
	}
	is := w.fault
	w.mu.Unlock()
	switch {
	case err == nil && was != "":
		w.log.InfoContext(ctx, "writing the journal again")
	case is != was:
		w.log.ErrorContext(ctx, "cannot write the journal, keeping events in memory", "err", err)
	}
	if err == nil {
		w.opts.Appended.Notify()
	}
}

// Health of the way into the journal.
type Health struct {
	Buffered int       // events in memory
	Fault    string    // why the store takes none, "" while it does
	Since    time.Time // of Fault
	Thinned  uint64    // events dropped because a later one of the same call said it all
	Lost     uint64    // events dropped for want of memory or at the stop
	Rejected uint64    // events the store refused
	Lags     uint64    // times the tracker closed the subscription
}

// OK reports whether nothing is or was amiss.
func (h Health) OK() bool { return h.Fault == "" && h.Lost == 0 && h.Rejected == 0 && h.Lags == 0 }

// Health tells how it goes.
func (w *Writer) Health() Health {
	w.mu.Lock()
	defer w.mu.Unlock()
	return Health{
		Buffered: len(w.buf.events) + w.flying, Fault: w.fault, Since: w.since,
		Thinned: w.buf.thinned, Lost: w.buf.lost, Rejected: w.rejected, Lags: w.lags,
	}
}
