package api

import (
	"context"
	"errors"
	"strings"

	"callcard/pkg/cti"
)

// Agents knows and changes the states of agents.
type Agents interface {
	OwnState
	State(user cti.UserID) (cti.AgentState, bool)
	StatesFor(viewer cti.User) []cti.AgentState      // without the calls that he may not see
	QueuesFor(viewer cti.User) []cti.QueueState      // those that he may see
	UserOf(pbx string, device cti.Device) cti.UserID // whose phone it is: two PBXes may both have a PJSIP/1001
	SetMode(ctx context.Context, user cti.UserID, mode cti.Mode, reason, by string) (cti.AgentState, error)
}

// items is the shape of every list.
type items[T any] struct {
	Items []T `json:"items" doc:"The list, empty when there is nothing"`
}

type listOutput[T any] struct{ Body items[T] }

func listOf[T any](of []T) *listOutput[T] { return &listOutput[T]{Body: items[T]{Items: list(of)}} }

func list[T any](of []T) []T {
	if of == nil {
		return []T{}
	}
	return of
}

type modeInput struct {
	Body struct {
		Mode   cti.Mode `json:"mode" enum:"ready,not_ready,offline" doc:"The mode to be in"`
		Reason string   `json:"reason,omitempty" maxLength:"79" doc:"Why, up to 79 bytes on one line without |, as lunch or training; required for not_ready. The PBX shows it"`
		When   string   `json:"when,omitempty" enum:"now,after_call" default:"now" doc:"now, or when the calls of now and the work after them are over"`
	}
}

type stateOutput struct{ Body cti.AgentState }

func (s *server) setMode(ctx context.Context, in *modeInput) (*stateOutput, error) {
	user, reason := userOf(ctx), strings.TrimSpace(in.Body.Reason)
	if in.Body.Mode == cti.ModeNotReady && reason == "" {
		return nil, &cti.InvalidError{Field: "body.reason", Got: in.Body.Reason, Want: "a reason, such as lunch, for the mode not_ready"}
	}
	if user.Interface == "" && user.Device == "" {
		return nil, &cti.InvalidError{Field: "body.mode", Got: string(in.Body.Mode), Want: "a user with a phone; " + string(user.ID) + " has none and so no mode"}
	}
	set := func() (cti.AgentState, error) {
		return s.Agents.SetMode(ctx, user.ID, in.Body.Mode, reason, string(user.ID))
	}
	if in.Body.When == "after_call" {
		set = func() (cti.AgentState, error) { return s.Agents.SetNext(ctx, user.ID, in.Body.Mode, reason) }
	}
	state, err := set()
	if err != nil {
		return nil, s.refusal(user.ID, err)
	}
	return &stateOutput{Body: tidy(state)}, nil
}

// refusal keeps apart what the agent got wrong and what the PBX did not do: that it
// forbids, or has no such queue, is no fault of his request. His wish is kept.
func (s *server) refusal(user cti.UserID, err error) error {
	if invalid, ok := errors.AsType[*cti.InvalidError](err); ok && (invalid.Field == "mode" || invalid.Field == "reason") {
		return &cti.InvalidError{Field: "body." + invalid.Field, Got: invalid.Got, Want: invalid.Want}
	}
	if _, ok := errors.AsType[*cti.ConflictError](err); ok {
		return err
	}
	_, known := s.Agents.State(user)
	if _, ok := errors.AsType[*cti.UnavailableError](err); ok || !known || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &refusedError{err.Error()}
}

func (s *server) agents(ctx context.Context, _ *struct{}) (*listOutput[cti.AgentState], error) {
	states := s.Agents.StatesFor(userOf(ctx))
	for i := range states {
		states[i] = tidy(states[i])
	}
	return listOf(states), nil
}

func tidy(state cti.AgentState) cti.AgentState {
	state.Queues = list(state.Queues)
	return state
}

func (s *server) queues(ctx context.Context, _ *struct{}) (*listOutput[cti.QueueState], error) {
	queues := s.Agents.QueuesFor(userOf(ctx))
	for i := range queues {
		queues[i].Waiting, queues[i].Members = list(queues[i].Waiting), list(queues[i].Members)
	}
	return listOf(queues), nil
}
