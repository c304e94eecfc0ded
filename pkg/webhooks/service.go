package webhooks

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"callcard/pkg/cti"
)

// Store keeps endpoints and messages. All calls join the transaction that ctx carries.
type Store interface {
	Webhooks(ctx context.Context) ([]cti.Webhook, error)
	SaveWebhook(ctx context.Context, w cti.Webhook) error
	DeleteWebhook(ctx context.Context, id string) error
	Enqueue(ctx context.Context, target string, messages []cti.Message) error
	// What a change names, as it is now; cti.ErrNotFound when it is gone.
	Call(ctx context.Context, id cti.CallID) (cti.CallRecord, error)
	Callback(ctx context.Context, id string) (cti.Callback, error)
	Recording(ctx context.Context, id string) (cti.Recording, error)
	LinkOf(ctx context.Context, id cti.CallID) (contactID string, err error)
}

// Options of a Service. Store is needed.
type Options struct {
	Store Store
	// Fixed are the endpoints of the configuration.
	Fixed []cti.Webhook
	// Allow are networks that messages may go to though they are not public.
	Allow []string
	// Targets is told which endpoints are to be delivered to, whenever that changes.
	Targets func(ids []string)
	// State gives an agent's state for agent.mode. Optional.
	State     func(cti.UserID) (cti.AgentState, bool)
	PublicURL string
	Now       func() time.Time
	Logger    *slog.Logger
}

// Service knows the endpoints.
type Service struct {
	opts  Options
	guard *Guard
	log   *slog.Logger

	mu      sync.Mutex
	hooks   []cti.Webhook
	clients map[string]*client
}

// New checks the options and reads the endpoints.
func New(ctx context.Context, opts Options) (*Service, error) {
	guard, err := NewGuard(opts.Allow)
	if err != nil {
		return nil, err
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Service{opts: opts, guard: guard, log: opts.Logger.With("component", "webhooks"), clients: map[string]*client{}}
	for i := range opts.Fixed {
		if err := check(opts.Fixed[i]); err != nil {
			return nil, err
		}
		opts.Fixed[i].Fixed = true
	}
	return s, s.Reload(ctx)
}

// Reload reads the endpoints anew: another node or the command line may have changed them.
func (s *Service) Reload(ctx context.Context) error {
	made, err := s.opts.Store.Webhooks(ctx)
	if err != nil {
		return err
	}
	hooks := slices.Concat(s.opts.Fixed, made)
	s.mu.Lock()
	same := slices.EqualFunc(hooks, s.hooks, equal)
	s.hooks = hooks
	if !same {
		for _, c := range s.clients {
			c.close()
		}
		clear(s.clients)
	}
	s.mu.Unlock()
	if !same && s.opts.Targets != nil {
		s.opts.Targets(s.targets())
	}
	return nil
}

func equal(a, b cti.Webhook) bool {
	return a.ID == b.ID && a.URL == b.URL && a.Format == b.Format && a.Enabled == b.Enabled && a.CA == b.CA &&
		a.Certificate == b.Certificate && slices.Equal(a.Events, b.Events) && slices.Equal(a.Secrets, b.Secrets)
}

func (s *Service) targets() (ids []string) {
	for _, w := range s.List() {
		if w.Enabled {
			ids = append(ids, w.ID)
		}
	}
	return ids
}

// List gives the endpoints, those of the configuration first.
func (s *Service) List() []cti.Webhook {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.hooks)
}

// Get gives one endpoint.
func (s *Service) Get(id string) (cti.Webhook, error) {
	for _, w := range s.List() {
		if w.ID == id {
			return w, nil
		}
	}
	return cti.Webhook{}, cti.ErrNotFound
}

// Send brings a message to its endpoint. It may be called from many goroutines.
func (s *Service) Send(ctx context.Context, d cti.Delivery) Result {
	c, err := s.client(d.Target)
	if err != nil {
		return Result{Error: err.Error()}
	}
	return c.send(ctx, d.ID, d.Body)
}

func (s *Service) client(id string) (*client, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.clients[id]; c != nil {
		return c, nil
	}
	at := slices.IndexFunc(s.hooks, func(w cti.Webhook) bool { return w.ID == id })
	if at < 0 {
		return nil, errors.New("the endpoint is no more")
	}
	c, err := newClient(s.hooks[at], s.guard, s.opts.Now)
	if err != nil {
		return nil, err
	}
	s.clients[id] = c
	return c, nil
}
