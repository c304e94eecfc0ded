package live

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"callcard/pkg/cti"
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

// value is the newest of one field, nil for none.
type value struct {
	field
	is any
}

// write sends few commands with many fields each: the server takes its time per command.
func (w *writer) write(ctx context.Context, values map[field]any) error {
	list := make([]value, 0, len(values))
	for f, is := range values {
		list = append(list, value{f, is})
	}
	for part := range slices.Chunk(list, pipelineSize) {
		pipe := w.store.client.Pipeline()
		var err error
		w.store.behind(func() { err = w.fill(ctx, pipe, part) })
		if err != nil {
			return err
		}
		if err := w.exec(ctx, pipe); err != nil {
			return err
		}
	}
	return nil
}

// fill makes commands of values.
func (w *writer) fill(ctx context.Context, pipe redis.Pipeliner, values []value) error {
	changes := map[string]*change{}
	for _, v := range values {
		if err := w.queue(ctx, pipe, changes, v.field, v.is); err != nil {
			return err
		}
	}
	for key, c := range changes {
		w.command(ctx, pipe, key, c)
	}
	return nil
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
		text, err := encode(value)
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

func encode(value any) ([]byte, error) {
	if call, ok := value.(cti.Call); ok {
		const usual = 2048 // bytes
		return call.AppendJSON(make([]byte, 0, usual))
	}
	return json.Marshal(value)
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

// exec sends the pipeline.
func (w *writer) exec(ctx context.Context, pipe redis.Pipeliner) error {
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
