package asterisk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"callcard/connector/ami"
	"callcard/pkg/cti"
)

// resync asks the PBX for everything that is, and hands it over. Live events wait
// in the connection meanwhile and follow behind the snapshot; those which it
// already contains do no harm, because its consumers are idempotent.
//
// Events that the PBX sent before it answered may still follow: Asterisk writes
// lists from its present state, while events come through a queue of its own.
func (f *follower) resync(ctx context.Context, why string) error {
	start := time.Now()
	f.again = ""
	snapshot, variables, err := f.snapshot(ctx)
	if err != nil {
		return err
	}
	version, boot := f.identity(ctx)
	snapshot.Restarted = f.s.boot != "" && boot != "" && boot != f.s.boot
	if boot != "" {
		f.s.boot = boot
	}
	f.last = time.Now()
	events := append([]cti.PBXEvent{snapshot}, variables...)
	if !f.s.up {
		events = append([]cti.PBXEvent{cti.LinkUp{Stamp: snapshot.Stamp, Version: version}}, events...)
	}
	for _, event := range events {
		if err := f.s.put(ctx, event); err != nil {
			return err
		}
	}
	f.s.up, f.s.downText = true, ""
	f.s.counts.resyncs.Add(1)
	f.s.showUp(version)
	f.expectCalls(snapshot.Legs)
	f.s.log.Info("PBX state taken", slog.String("why", why), slog.String("version", version),
		slog.Int("legs", len(snapshot.Legs)), slog.Int("members", len(snapshot.Members)),
		slog.Bool("restarted", snapshot.Restarted), slog.Duration("took", time.Since(start)))
	return nil
}

// snapshot lists queues first and channels after them: a waiting caller whose
// channel is missing from the later list has left. variables are the watched
// variables of those channels.
func (f *follower) snapshot(ctx context.Context) (s cti.Snapshot, variables []cti.PBXEvent, err error) {
	queues, err := f.queues(ctx)
	if err != nil {
		return s, nil, err
	}
	channels, err := f.conn.List(ctx, ami.NewAction("CoreShowChannels"))
	if errors.Is(err, ami.ErrPermission) {
		return s, nil, fmt.Errorf("take the PBX's state: the tracking user needs write = reporting in manager.conf: %w", err)
	}
	if err != nil {
		return s, nil, fmt.Errorf("take the PBX's state: %w", err)
	}
	holding, err := f.holdingBridges(ctx)
	if err != nil {
		return s, nil, err
	}
	f.taken = channels.Response.Seq
	s.Stamp = f.s.t.stamp(channels.Complete)
	f.addAll(queues.Items, func(m ami.Message) error { return f.s.t.addQueueItem(&s, m) })
	f.addAll(channels.Items, func(m ami.Message) error { return f.s.t.addChannel(&s, m) })
	tidy(&s, holding)
	for _, m := range channels.Items {
		variables = append(variables, f.s.t.channelVariables(m)...)
	}
	return s, variables, nil
}

func (f *follower) addAll(items []ami.Message, add func(ami.Message) error) {
	for _, m := range items {
		if err := add(m); err != nil {
			f.s.fault(m, err)
		}
	}
}

// tidy forgets callers who are gone, and bridges that are no conversation.
func tidy(s *cti.Snapshot, holding map[string]bool) {
	legs := make(map[cti.LegID]bool, len(s.Legs))
	for i := range s.Legs {
		legs[s.Legs[i].ID] = true
		if holding[s.Legs[i].Bridge] {
			s.Legs[i].Bridge = ""
		}
	}
	waiting := s.Waiting[:0]
	for _, w := range s.Waiting {
		if legs[w.Leg] {
			waiting = append(waiting, w)
		}
	}
	s.Waiting = waiting
}

// bootPatience bounds the wait for a PBX that is certainly starting.
const bootPatience = time.Minute

// queues is empty on a PBX without app_queue, which does not know the action. A
// PBX that is starting does not know it yet.
func (f *follower) queues(ctx context.Context) (ami.List, error) {
	list, err := f.conn.List(ctx, ami.NewAction("QueueStatus"))
	if unknownAction(err) && !f.booted {
		if err := f.awaitBoot(ctx, bootPatience); err != nil {
			return ami.List{}, err
		}
		list, err = f.conn.List(ctx, ami.NewAction("QueueStatus"))
	}
	if unknownAction(err) {
		f.s.log.Warn("PBX has no queues", slog.Any("err", err))
		return ami.List{}, nil
	}
	if err != nil {
		return ami.List{}, fmt.Errorf("take the PBX's queues: %w", err)
	}
	return list, nil
}

func unknownAction(err error) bool {
	var refused *ami.ResponseError
	return errors.As(err, &refused) && !errors.Is(err, ami.ErrPermission)
}

// holdingBridges are those in which channels wait (parking, music): the list of
// channels names bridges without their kind.
func (f *follower) holdingBridges(ctx context.Context) (map[string]bool, error) {
	list, err := f.conn.List(ctx, ami.NewAction("BridgeList"))
	if _, refused := errors.AsType[*ami.ResponseError](err); refused {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("take the PBX's bridges: %w", err)
	}
	holding := make(map[string]bool)
	for _, m := range list.Items {
		if id := m.Get("BridgeUniqueid"); id != "" && bridgeType(m) == "holding" {
			holding[id] = true
		}
	}
	return holding, nil
}

// identity asks for the version and for the moment the PBX started, by which a
// restart is told from a broken connection. Both are a convenience: a PBX that
// does not answer them is followed all the same.
func (f *follower) identity(ctx context.Context) (version, boot string) {
	if m, err := f.conn.Do(ctx, ami.NewAction("CoreSettings")); err == nil {
		version = m.Get("AsteriskVersion")
	}
	if m, err := f.conn.Do(ctx, ami.NewAction("CoreStatus")); err == nil {
		boot = m.Get("CoreStartupDate") + " " + m.Get("CoreStartupTime")
	}
	return version, boot
}
