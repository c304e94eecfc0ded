package callbacks

import (
	"context"
	"errors"
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
	err = s.opts.Store.Together(ctx, func(ctx context.Context) error {
		if b, err = s.promised(ctx, want, by, now); err != nil {
			return err
		}
		if err = s.opts.Store.SaveCallback(ctx, b, s.plan.wake(b)); err != nil {
			return err
		}
		if err = s.note(ctx, b, by.ID, step{"callback.promised", by.Name + " promised to call back"}); err != nil {
			return err
		}
		b, err = s.opts.Store.Callback(ctx, b.ID)
		return err
	})
	if err == nil {
		s.tell(ctx, b)
	}
	return b, err
}

func (s *Service) promised(ctx context.Context, want Promise, by cti.User, now time.Time) (b cti.Callback, err error) {
	b, err = s.newestOpen(ctx, want)
	if err != nil {
		return b, err
	}
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
	if err != nil && !errors.Is(err, cti.ErrNotFound) {
		return cti.Callback{}, err
	}
	if len(open) == 0 {
		return cti.Callback{}, nil
	}
	return open[len(open)-1], nil
}
