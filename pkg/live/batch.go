package live

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/redis/go-redis/v9"
)

// Fields of one pipeline, and of one command within.
const (
	pipelineSize = 500
	commandSize  = 100
)

// change is what one command does to one hash.
type change struct {
	set  []any    // names and values in turn
	drop []string // names
}

// write sends few commands with many fields each: the server takes its time per command.
func (w *writer) write(ctx context.Context, values map[field]any) error {
	changes, fields := map[string]*change{}, 0
	pipe := w.store.client.Pipeline()
	for f, value := range values {
		if err := w.queue(ctx, pipe, changes, f, value); err != nil {
			return err
		}
		if fields++; fields%pipelineSize == 0 {
			if err := w.exec(ctx, pipe, changes); err != nil {
				return err
			}
		}
	}
	return w.exec(ctx, pipe, changes)
}

func (w *writer) queue(ctx context.Context, pipe redis.Pipeliner, changes map[string]*change, f field, value any) error {
	c := changes[f.key]
	if c == nil {
		c = &change{}
		changes[f.key] = c
	}
	if value == nil {
		c.drop = append(c.drop, f.name)
	} else {
		text, err := json.Marshal(value)
		if err != nil {
			return fmt.Errorf("encode %s %s: %w", f.key, f.name, err)
		}
		c.set = append(c.set, f.name, text)
	}
	if len(c.set)/2+len(c.drop) >= commandSize {
		w.command(ctx, pipe, f.key, c)
	}
	return nil
}

// command empties the change into the pipeline. No name is in both lists.
func (w *writer) command(ctx context.Context, pipe redis.Pipeliner, key string, c *change) {
	if len(c.drop) > 0 {
		pipe.HDel(ctx, key, c.drop...)
	}
	if len(c.set) > 0 {
		pipe.HSet(ctx, key, c.set...)
		if w.store.first(key) {
			pipe.Expire(ctx, key, stateTTL)
		}
	}
	*c = change{}
}

// first remembers the hashes that were written, for the heartbeat.
func (s *Store) first(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, known := s.keys[key]
	s.keys[key] = struct{}{}
	return !known
}

func (s *Store) stateKeys() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]string, 0, len(s.keys))
	for key := range s.keys {
		out = append(out, key)
	}
	return out
}

// exec sends the pipeline, with the changes that are no commands yet.
func (w *writer) exec(ctx context.Context, pipe redis.Pipeliner, changes map[string]*change) error {
	for key, c := range changes {
		w.command(ctx, pipe, key, c)
	}
	n := pipe.Len()
	if n == 0 {
		return nil
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("write to redis: %w", err)
	}
	w.store.metrics.writes.Add(float64(n))
	return nil
}
