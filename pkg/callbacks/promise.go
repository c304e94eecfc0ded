package callbacks

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"callcard/pkg/cti"
)

// Promise is a call that an agent promised to a client.
type Promise struct {
	Client    cti.Phone
	Due       time.Time // zero: in twenty minutes
	Note      string
	Queue     string
	ContactID string
}

// Promise makes a duty of a promise, or changes the client's open one: there is only one.
func (s *Service) Promise(ctx context.Context, by cti.User, want Promise) (b cti.Callback, err error) {
	number, ok := usable(want.Client)
	if !ok {
		return b, &cti.InvalidError{Field: "body.number", Got: want.Client.Raw, Want: "a number that can be called"}
	}
	want.Client.Number = number
	now := time.Now()
	var all []change
	err = s.opts.Store.Together(ctx, func(ctx context.Context) error {
		before, err := s.newestOpen(ctx, want)
		if err != nil {
			return err
		}
		if b, err = s.promised(before, want, by, now); err != nil {
			return err
		}
		if err = s.note(ctx, b, by.ID, step{"callback.promised", by.Name + " promised to call back"}); err != nil {
			return err
		}
		all, err = s.keep(ctx, before, b)
		return err
	})
	if err != nil {
		return b, err
	}
	return s.tellAll(ctx, all), nil
}

func (s *Service) promised(b cti.Callback, want Promise, by cti.User, now time.Time) (cti.Callback, error) {
	if b.ID == "" {
		b = cti.Callback{
			ID: uuid.NewString(), State: cti.CallbackOpen, Client: want.Client, Priority: urgent, Queue: want.Queue,
			Agents: []cti.UserID{by.ID}, Calls: []cti.CallID{}, Attempts: []cti.Attempt{}, Created: now.UTC(), LastCall: now.UTC(),
		}
	} else if err := free(b, by, now); err != nil {
		return b, err
	}
	if !slices.Contains(b.Causes, cti.CausePromised) {
		b.Causes = append(append([]cti.CallbackCause{}, b.Causes...), cti.CausePromised)
	}
	if want.Note != "" {
		b.Note = want.Note
	}
	if want.ContactID != "" {
		b.ContactID = want.ContactID
	}
	return s.plan.promise(b, by.ID, want.Due, now)
}

// newestOpen is the client's open duty of whatever group; empty for none.
func (s *Service) newestOpen(ctx context.Context, want Promise) (cti.Callback, error) {
	open, err := s.opts.Store.OpenCallbacks(ctx, want.Client.Number)
	if err == nil && len(open) == 0 && want.ContactID != "" {
		open, err = s.opts.Store.CallbacksOfContact(ctx, want.ContactID)
	}
	if err != nil || len(open) == 0 {
		return cti.Callback{}, err
	}
	return open[len(open)-1], nil
}
