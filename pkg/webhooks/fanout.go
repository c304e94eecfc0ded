package webhooks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"callcard/pkg/cti"
)

// Apply puts the events of journal entries into the outbox, for each endpoint that wants them.
func (s *Service) Apply(ctx context.Context, entries []cti.JournalEntry) error {
	var events []Event
	for _, entry := range entries {
		if event, ok := ofCall(entry.Event); ok {
			events = append(events, event)
		}
	}
	return s.tell(ctx, events)
}

// ApplyChanges does the same with what changed beside the calls' own events.
func (s *Service) ApplyChanges(ctx context.Context, changes []cti.Change) error {
	var events []Event
	for _, change := range changes {
		event, err := s.ofChange(ctx, change)
		if errors.Is(err, cti.ErrNotFound) {
			continue // it is gone meanwhile: nothing is left to tell
		}
		if err != nil {
			return err
		}
		events = append(events, event)
	}
	return s.tell(ctx, events)
}

func (s *Service) tell(ctx context.Context, events []Event) error {
	for _, hook := range s.List() {
		if !hook.Enabled && hook.Disabled == "" {
			continue // switched off by hand; one that switched itself off gets all when it is back
		}
		var messages []cti.Message
		for _, event := range events {
			for _, one := range inDialect(hook, event) {
				message, ok, err := s.message(ctx, hook, one)
				if err != nil {
					return err
				}
				if ok {
					messages = append(messages, message)
				}
			}
		}
		if len(messages) == 0 {
			continue
		}
		if err := s.opts.Store.Enqueue(ctx, hook.ID, messages); err != nil {
			return err
		}
	}
	return nil
}

// inDialect are the event and what must be told before it, of what the endpoint wants. The
// outbox passes over what was told already.
func inDialect(hook cti.Webhook, event Event) (all []Event) {
	if !wants(hook, event.Type) {
		return nil
	}
	if needs := formats()[hook.Format].first; needs != nil {
		if first, ok := needs(event); ok && wants(hook, first.Type) {
			all = append(all, first)
		}
	}
	return append(all, event)
}

// wants matches "call.ended", "call.*" and "*".
func wants(hook cti.Webhook, name string) bool {
	return slices.ContainsFunc(hook.Events, func(pattern string) bool {
		prefix, any := strings.CutSuffix(pattern, "*")
		return pattern == name || any && strings.HasPrefix(name, prefix)
	})
}

func (s *Service) message(ctx context.Context, hook cti.Webhook, event Event) (cti.Message, bool, error) {
	shape := formats()[hook.Format]
	effect, ok := shape.word(event)
	if !ok {
		return cti.Message{}, false, nil
	}
	if err := s.addContact(ctx, &event.Data); err != nil {
		return cti.Message{}, false, err
	}
	m := cti.Message{Effect: effect, Lane: event.Lane, Kind: event.Type, At: event.At}
	if event.Live && shape.first == nil {
		m.Expires = event.At.Add(live)
	}
	m.Render = func(id string, seq int64) ([]byte, error) {
		event.Data.Seq = seq
		return shape.body(event, id)
	}
	return m, true, nil
}

// addContact names the contact that the call is linked to by now.
func (s *Service) addContact(ctx context.Context, d *Data) error {
	if d.Call == nil || d.ContactID != "" {
		return nil
	}
	id, err := s.opts.Store.LinkOf(ctx, d.Call.ID)
	if err != nil && !errors.Is(err, cti.ErrNotFound) {
		return fmt.Errorf("find contact of call %s: %w", d.Call.ID, err)
	}
	d.ContactID = id
	return nil
}

func (s *Service) ofChange(ctx context.Context, c cti.Change) (Event, error) {
	event := Event{Type: c.Kind, At: s.opts.Now(), Effect: fmt.Sprintf("change:%d", c.Pos)}
	switch kind, _, _ := strings.Cut(c.Kind, "."); kind {
	case "callback":
		callback, err := s.opts.Store.Callback(ctx, c.Entity)
		event.Lane, event.Data = "callback:"+c.Entity, Data{Callback: &callback, ContactID: callback.ContactID, ContactName: callback.ContactName}
		return event, err
	case "recording":
		return s.ofRecording(ctx, event, c.Entity)
	case "call":
		record, err := s.opts.Store.Call(ctx, cti.CallID(c.Entity))
		record.Legs = nil
		event.Lane, event.Data = "call:"+string(record.ID), Data{Call: &record.Call, ContactID: record.ContactID, ContactName: record.ContactName}
		return event, err
	case "agent":
		return s.ofAgent(event, cti.UserID(c.Entity))
	}
	return Event{}, cti.ErrNotFound
}

func (s *Service) ofRecording(ctx context.Context, event Event, id string) (Event, error) {
	recording, err := s.opts.Store.Recording(ctx, id)
	if err != nil {
		return event, err
	}
	record, err := s.opts.Store.Call(ctx, recording.CallID)
	record.Legs = nil
	event.Effect, event.Lane = "recording:"+id+":stored", "call:"+string(recording.CallID)
	event.Data = Data{Recording: &Recording{Recording: recording}, Call: &record.Call, ContactID: record.ContactID, ContactName: record.ContactName}
	if s.opts.PublicURL != "" {
		event.Data.Recording.URL = s.opts.PublicURL + "/api/v1/recordings/" + id + "/audio"
	}
	return event, err
}

func (s *Service) ofAgent(event Event, id cti.UserID) (Event, error) {
	if s.opts.State == nil {
		return event, cti.ErrNotFound
	}
	state, known := s.opts.State(id)
	if !known {
		return event, cti.ErrNotFound
	}
	event.Lane, event.Live, event.Data = "agent:"+string(id), true, Data{Agent: id, State: &state}
	return event, nil
}
