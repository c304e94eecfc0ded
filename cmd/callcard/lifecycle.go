package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
)

// part is one long-lived piece of the daemon. Its run returns when its context
// ends. Parts start in the order of the list and stop one by one in the opposite
// one, so that whoever feeds another stops first.
type part struct {
	name string
	run  func(context.Context) error
}

// stopDeadline bounds the whole teardown; a service manager waits longer.
const stopDeadline = 15 * time.Second

type running struct {
	part
	stop context.CancelFunc
	done chan struct{}
	err  error // readable when done is closed
}

// runParts runs until ctx ends or a part fails, then stops them all. A part that
// returns before it was asked to has failed, with or without an error.
func runParts(ctx context.Context, log *slog.Logger, parts []part) error {
	failed := make(chan *running, len(parts)) // each part sends at most once
	started := make([]*running, 0, len(parts))
	for _, p := range parts {
		started = append(started, start(p, failed))
	}
	var err error
	select {
	case <-ctx.Done():
		log.Info("stopping")
	case r := <-failed:
		err = fmt.Errorf("%s ended: %w", r.name, cmpErr(r.err, errors.New("without being asked to")))
		log.Error("stopping because a part ended", "part", r.name, "err", err)
	}
	return errors.Join(err, stopParts(log, started))
}

func start(p part, failed chan<- *running) *running {
	ctx, stop := context.WithCancel(context.Background())
	r := &running{part: p, stop: stop, done: make(chan struct{})}
	go func() {
		r.err = p.run(ctx)
		close(r.done)
		if ctx.Err() == nil {
			failed <- r
		}
	}()
	return r
}

func stopParts(log *slog.Logger, started []*running) error {
	deadline := time.NewTimer(stopDeadline)
	defer deadline.Stop()
	var errs []error
	var late []string
	for _, r := range slices.Backward(started) {
		began := time.Now()
		r.stop()
		if len(late) == 0 {
			select {
			case <-r.done:
				log.Debug("stopped", "part", r.name, "took", time.Since(began))
			case <-deadline.C:
				late = append(late, r.name)
				continue
			}
		}
		select {
		case <-r.done:
			if r.err != nil && !errors.Is(r.err, context.Canceled) {
				errs = append(errs, fmt.Errorf("stop %s: %w", r.name, r.err))
			}
		default:
			late = append(late, r.name)
		}
	}
	if len(late) > 0 {
		errs = append(errs, fmt.Errorf("not stopped within %s: %s", stopDeadline, strings.Join(late, ", ")))
	}
	return errors.Join(errs...)
}

func cmpErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}
