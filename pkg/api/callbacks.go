package api

import (
	"context"

	"callcard/pkg/cti"
)

// Callbacks is the duties to call clients back, as far as the viewer may see them.
type Callbacks interface {
	Callbacks(ctx context.Context, state cti.CallbackState, viewer cti.User) ([]cti.Callback, error)
}

type callbacksInput struct {
	State cti.CallbackState `query:"state" enum:"open,done" default:"open" doc:"Which callbacks"`
}

func (s *server) callbacks(ctx context.Context, in *callbacksInput) (*listOutput[cti.Callback], error) {
	found, err := s.Callbacks.Callbacks(ctx, in.State, userOf(ctx))
	if err != nil {
		return nil, err
	}
	for i := range found {
		found[i].Agents, found[i].Calls = list(found[i].Agents), list(found[i].Calls)
	}
	return listOf(found), nil
}
