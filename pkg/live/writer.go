package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/redis/go-redis/v9"

	"callcard/pkg/cti"
)

const (
	gather       = 50 * time.Millisecond // after the first change, so that more go into one pipeline
	gatherAlone  = time.Second           // likewise, where nobody else can read it: in the embedded server
	firstPause   = 200 * time.Millisecond
	longestPause = 15 * time.Second
	rewriteEvery = 10 * time.Minute // sweeps out what nobody dropped
	lastFlush    = time.Second
)

// Truth gives the whole state, newer than everything that was put before it is asked.
type Truth func() ([]cti.Call, []cti.AgentState, []cti.QueueState)

// errLostData says that the server answers but no longer has what was written.
var errLostData = errors.New("redis has lost its data")

// Run writes until ctx ends.
//
//	lost ── all written from the truth ──► synced
//	  ▲                                       │
//	  └── a write failed, data gone, overflow ┘
func (s *Store) Run(ctx context.Context, truth Truth) error {
	if s.server != nil {
		stopped := make(chan struct{})
		defer func() { <-stopped }()
		go func() { defer close(stopped); s.expire(ctx) }()
	}
	w := writer{store: s, truth: truth, pause: firstPause}
	for ctx.Err() == nil {
		if s.stale.Load() || !s.synced.Load() {
			w.rebuild(ctx)
			continue
		}
		w.follow(ctx)
	}
	w.farewell()
	return nil
}

// expire makes the embedded server's time pass: it does not count TTLs by itself.
func (s *Store) expire(ctx context.Context) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	last := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			s.server.FastForward(now.Sub(last))
			last = now
		}
	}
}

// writer is the state of Run's goroutine.
type writer struct {
	store   *Store
	truth   Truth
	pause   time.Duration
	failing string // the error logged last
	written time.Time
}

// rebuild writes everything, or waits a while when that fails.
func (w *writer) rebuild(ctx context.Context) {
	err := w.writeAll(ctx)
	if err == nil {
		w.store.metrics.up.Set(1)
		if w.failing != "" {
			w.store.log.Info("redis is back, the state was written anew")
		}
		w.failing, w.pause, w.written = "", firstPause, time.Now()
		return
	}
	w.lost(ctx, err)
	jitter := time.Duration(rand.Int64N(int64(w.pause) / 2)) //nolint:gosec // spreads load, hides nothing
	wait(ctx, w.pause+jitter)
	w.pause = min(2*w.pause, longestPause)
}

func (w *writer) lost(ctx context.Context, err error) {
	w.store.synced.Store(false)
	w.store.metrics.up.Set(0)
	if ctx.Err() != nil {
		return
	}
	w.store.metrics.failures.Inc()
	if text := err.Error(); text != w.failing {
		w.failing = text
		w.store.log.Warn("live state not mirrored", "err", err)
	}
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// follow writes changes and heartbeats until something fails.
func (w *writer) follow(ctx context.Context) {
	heartbeat := time.NewTicker(heartbeatEvery)
	defer heartbeat.Stop()
	for !w.store.stale.Load() {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-heartbeat.C:
			err = w.heartbeat(ctx)
			if time.Since(w.written) > rewriteEvery {
				w.store.Rebuild()
			}
		case <-w.store.wake:
			wait(ctx, w.store.gather)
			err = w.changes(ctx)
		}
		if err != nil {
			w.lost(ctx, err)
			return
		}
	}
}

func (w *writer) changes(ctx context.Context) error {
	values, over := w.store.take()
	if over {
		return errors.New("more changes than memory is kept for")
	}
	if err := w.write(ctx, values); err != nil {
		return err
	}
	if w.store.doubt.Swap(false) {
		return w.heartbeat(ctx)
	}
	return nil
}

// take removes what waits.
func (s *Store) take() (map[field]any, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	values, over := s.waiting, s.over
	s.waiting, s.over = map[field]any{}, false
	return values, over
}

// heartbeat says that this daemon lives and renews the state. A missing heartbeat key
// means that the server has begun anew without its data.
func (w *writer) heartbeat(ctx context.Context) error {
	ok, err := w.store.client.SetXX(ctx, nodeKey(w.store.node), w.beat(), nodeTTL).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return fmt.Errorf("heartbeat: %w", err)
	}
	if !ok {
		return errLostData
	}
	pipe := w.store.client.Pipeline()
	for _, key := range w.store.stateKeys() {
		pipe.Expire(ctx, key, stateTTL)
	}
	return w.exec(ctx, pipe)
}

func (w *writer) beat() []byte {
	text, err := json.Marshal(map[string]any{"node": w.store.node, "at": time.Now().UTC()})
	if err != nil { // a string and a time always encode
		return nil
	}
	return text
}

// writeAll replaces every hash by the truth. What waits is forgotten first: the truth is
// newer, and what is put from now on waits for the next pipeline.
func (w *writer) writeAll(ctx context.Context) error {
	if err := w.store.client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("ping redis: %w", err)
	}
	w.store.doubt.Store(false)
	w.store.take()
	w.store.stale.Store(false) // one that is asked for from now on is not forgotten
	if err := w.replace(ctx); err != nil {
		return err
	}
	w.store.synced.Store(true)
	return nil
}

func (w *writer) replace(ctx context.Context) error {
	calls, agents, queues := w.truth()
	values := make(map[field]any, len(calls)+len(agents)+len(queues))
	stale := w.store.stateKeys()
	for _, c := range calls {
		values[callField(c.ID)] = c
	}
	for _, a := range agents {
		values[agentField(a)] = a
	}
	for _, q := range queues {
		values[queueField(q)] = q
	}
	for f := range values {
		if w.store.first(f.key) {
			stale = append(stale, f.key)
		}
	}
	for _, key := range stale {
		if err := w.store.client.Del(ctx, key).Err(); err != nil {
			return fmt.Errorf("clear %s: %w", key, err)
		}
	}
	if err := w.write(ctx, values); err != nil {
		return err
	}
	if err := w.store.client.Set(ctx, nodeKey(w.store.node), w.beat(), nodeTTL).Err(); err != nil {
		return fmt.Errorf("heartbeat: %w", err)
	}
	return w.heartbeat(ctx)
}

// farewell writes what waits and takes the heartbeat away.
func (w *writer) farewell() {
	ctx, cancel := context.WithTimeout(context.Background(), lastFlush)
	defer cancel()
	if !w.store.synced.Load() {
		return
	}
	values, _ := w.store.take()
	if err := w.write(ctx, values); err != nil {
		w.store.log.Warn("last changes not mirrored", "err", err)
		return
	}
	_ = w.store.client.Del(ctx, nodeKey(w.store.node)).Err() // it would expire anyway
}
