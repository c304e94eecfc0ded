package main

import (
	"context"
	"errors"

	"callcard/pkg/calls"
	"callcard/pkg/cti"
)

// mirrorCalls keeps the copy of live calls in Redis. Having lagged, it begins
// again with a snapshot.
func (a *App) mirrorCalls(ctx context.Context) error {
	for {
		err := a.mirrorOnce(ctx)
		if !errors.Is(err, calls.ErrLagged) {
			return nil
		}
		a.log.Warn("the mirror of calls was too slow and begins again")
	}
}

func (a *App) mirrorOnce(ctx context.Context) error {
	snapshot, sub := a.tracker.Subscribe("live")
	defer sub.Close()
	for _, call := range snapshot {
		a.live.PutCall(call)
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case event, ok := <-sub.Events():
			if !ok {
				return sub.Err()
			}
			a.mirror(event)
		}
	}
}

func (a *App) mirror(event cti.CallEvent) {
	switch event.Kind {
	case cti.CallNoted:
	case cti.CallFinished:
		a.live.DropCall(event.Call.ID)
	case cti.CallMerged:
		a.live.DropCall(event.Merged)
		a.live.PutCall(event.Call)
	default:
		a.live.PutCall(event.Call)
	}
}
