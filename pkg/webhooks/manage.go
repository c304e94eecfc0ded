package webhooks

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/google/uuid"

	"callcard/pkg/cti"
)

// overlap is how long a replaced secret signs beside the new one.
const overlap = 24 * time.Hour

// Create adds an endpoint with a secret of its own, which is told once: here.
func (s *Service) Create(ctx context.Context, w cti.Webhook) (cti.Webhook, error) {
	w.ID, w.Created, w.Fixed = uuid.NewString(), s.opts.Now(), false
	w.Secrets = []cti.WebhookSecret{{Key: newSecret()}}
	if w.Format == "" {
		w.Format = cti.FormatCallcard
	}
	return w, s.save(ctx, w)
}

func newSecret() cti.Hidden {
	var key [generatedKey]byte
	_, _ = rand.Read(key[:]) // never fails (crypto/rand, since Go 1.24)
	return cti.Hidden(secretPrefix + base64.StdEncoding.EncodeToString(key[:]))
}

func (s *Service) save(ctx context.Context, w cti.Webhook) error {
	if err := check(w); err != nil {
		return err
	}
	if err := s.opts.Store.SaveWebhook(ctx, w); err != nil {
		return err
	}
	return s.Reload(ctx)
}

// changeable gives an endpoint that the API made.
func (s *Service) changeable(id string) (cti.Webhook, error) {
	w, err := s.Get(id)
	if err == nil && w.Fixed {
		err = fmt.Errorf("webhook %s is from the configuration: change it there: %w", id, cti.ErrForbidden)
	}
	return w, err
}

// Update changes an endpoint by edit. An endpoint that switched itself off is on again
// when it is enabled; what waited for it goes then.
func (s *Service) Update(ctx context.Context, id string, edit func(*cti.Webhook)) (cti.Webhook, error) {
	w, err := s.changeable(id)
	if err != nil {
		return w, err
	}
	edit(&w)
	if w.Enabled {
		w.Disabled = ""
	}
	return w, s.save(ctx, w)
}

// Rotate gives an endpoint a new secret; the old one signs too for a day.
func (s *Service) Rotate(ctx context.Context, id string) (cti.Webhook, error) {
	return s.Update(ctx, id, func(w *cti.Webhook) {
		secrets := []cti.WebhookSecret{{Key: newSecret()}}
		for _, old := range w.Secrets {
			if old.Until.IsZero() {
				old.Until = s.opts.Now().Add(overlap)
			}
			if old.Until.After(s.opts.Now()) {
				secrets = append(secrets, old)
			}
		}
		w.Secrets = secrets
	})
}

// Delete forgets an endpoint and its messages.
func (s *Service) Delete(ctx context.Context, id string) error {
	if _, err := s.changeable(id); err != nil {
		return err
	}
	if err := s.opts.Store.DeleteWebhook(ctx, id); err != nil {
		return err
	}
	return s.Reload(ctx)
}

// Disable switches an endpoint off that wants no more messages (410). What waits and
// what comes is kept until it is enabled again. One of the configuration is off until
// the next start.
func (s *Service) Disable(ctx context.Context, id, reason string) error {
	w, err := s.Get(id)
	if err != nil {
		return err
	}
	s.log.Warn("webhook switched off", "webhook", id, "reason", reason)
	w.Enabled, w.Disabled = false, reason
	if !w.Fixed {
		return s.save(ctx, w)
	}
	s.mu.Lock()
	for i := range s.opts.Fixed {
		if s.opts.Fixed[i].ID == id {
			s.opts.Fixed[i] = w
		}
	}
	s.mu.Unlock()
	return s.Reload(ctx)
}

// Test sends an endpoint an event of its own; it gives the delivery's effect to find it by.
func (s *Service) Test(ctx context.Context, id string, by cti.UserID) error {
	w, err := s.Get(id)
	if err != nil {
		return err
	}
	effect := "test:" + uuid.NewString()
	event := Event{Type: testType, At: s.opts.Now(), Effect: effect, Lane: effect, Data: Data{Agent: by}}
	message, _, err := s.message(ctx, w, event)
	if err != nil {
		return err
	}
	return s.opts.Store.Enqueue(ctx, id, []cti.Message{message})
}
