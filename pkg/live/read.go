package live

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"callcard/pkg/cti"
)

// Agents reads the mirrored agents, by user.
func (s *Store) Agents(ctx context.Context) ([]cti.AgentState, error) {
	return readHash[cti.AgentState](ctx, s, agentsKey())
}

// Queues reads the mirrored queues of one PBX, by name.
func (s *Store) Queues(ctx context.Context, pbx string) ([]cti.QueueState, error) {
	return readHash[cti.QueueState](ctx, s, queuesKey(pbx))
}

// Calls reads the mirrored calls of one PBX, by id.
func (s *Store) Calls(ctx context.Context, pbx string) ([]cti.Call, error) {
	return readHash[cti.Call](ctx, s, callsKey(pbx))
}

// Nodes lists the daemons that live.
func (s *Store) Nodes(ctx context.Context) ([]string, error) {
	var out []string
	found := s.client.Scan(ctx, 0, nodeKey("*"), 0).Iterator()
	for found.Next(ctx) {
		out = append(out, strings.TrimPrefix(found.Val(), nodeKey("")))
	}
	if err := found.Err(); err != nil {
		return nil, &cti.UnavailableError{What: "redis", Err: err}
	}
	slices.Sort(out)
	return out, nil
}

func readHash[T any](ctx context.Context, s *Store, key string) ([]T, error) {
	all, err := s.client.HGetAll(ctx, key).Result()
	if err != nil {
		return nil, &cti.UnavailableError{What: "redis", Err: err}
	}
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	out := make([]T, len(names))
	for i, name := range names {
		if err := json.Unmarshal([]byte(all[name]), &out[i]); err != nil {
			return nil, fmt.Errorf("decode %s %s: %w", key, name, err)
		}
	}
	return out, nil
}
