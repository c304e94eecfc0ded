package outbox

import (
	"context"
	"sync"
)

// Service has one line per target.
type Service struct {
	opts    Options
	metrics *metrics

	mu    sync.Mutex
	lines map[string]*running
	want  map[string]bool
	stir  chan struct{} // the targets have changed; one notice is enough
}

type running struct {
	wake chan struct{} // something new may wait; one notice is enough
	stop context.CancelFunc
	done chan struct{}
}

// New returns a service without targets.
func New(opts Options) *Service {
	return &Service{
		opts: opts.withDefaults(), metrics: newMetrics(opts.Metrics),
		lines: map[string]*running{}, want: map[string]bool{}, stir: make(chan struct{}, 1),
	}
}

// Retarget says which targets there are now. What waits for another one stays in the store.
func (s *Service) Retarget(targets []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.want = make(map[string]bool, len(targets))
	for _, target := range targets {
		s.want[target] = true
	}
	notice(s.stir)
}

// Wake says that there may be something new.
func (s *Service) Wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.lines {
		notice(l.wake)
	}
}

func notice(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Run delivers until ctx ends; then it waits for the messages that are on their way.
func (s *Service) Run(ctx context.Context) error {
	for {
		s.arrange(ctx)
		select {
		case <-ctx.Done():
			s.stopAll()
			return nil
		case <-s.stir:
		}
	}
}

// arrange starts and stops lines.
func (s *Service) arrange(ctx context.Context) {
	var ended []*running
	s.mu.Lock()
	for target := range s.want {
		if s.lines[target] == nil {
			s.lines[target] = s.start(ctx, target)
		}
	}
	for target, l := range s.lines {
		if !s.want[target] {
			ended = append(ended, l)
			delete(s.lines, target)
		}
	}
	s.mu.Unlock()
	for _, l := range ended {
		l.stop()
		<-l.done
	}
}

func (s *Service) start(ctx context.Context, target string) *running {
	ctx, stop := context.WithCancel(ctx)
	r := &running{wake: make(chan struct{}, 1), stop: stop, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		newLine(s.opts, s.metrics, target, r.wake).run(ctx)
	}()
	return r
}

func (s *Service) stopAll() {
	s.mu.Lock()
	s.want = map[string]bool{}
	s.mu.Unlock()
	s.arrange(context.Background())
}
