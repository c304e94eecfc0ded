package api

import (
	"context"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"callcard/pkg/cti"
)

// OwnState is what an agent does with his state besides choosing a mode.
type OwnState interface {
	SetNext(ctx context.Context, user cti.UserID, mode cti.Mode, reason string) (cti.AgentState, error)
	CancelNext(ctx context.Context, user cti.UserID) (cti.AgentState, error)
	ClearBlock(ctx context.Context, user cti.UserID) (cti.AgentState, error)
	FinishWork(ctx context.Context, user cti.UserID) (cti.AgentState, error)
	ExtendWork(ctx context.Context, user cti.UserID) (cti.AgentState, error)
}

type onState func(context.Context, cti.UserID) (cti.AgentState, error)

// onOwnState makes a handler for a change of the own state.
func (s *server) onOwnState(do onState) func(context.Context, *struct{}) (*stateOutput, error) {
	return func(ctx context.Context, _ *struct{}) (*stateOutput, error) {
		user := userOf(ctx).ID
		state, err := do(ctx, user)
		if err != nil {
			return nil, s.refusal(user, err)
		}
		return &stateOutput{Body: tidy(state)}, nil
	}
}

// stateRoutes: the methods are looked up when a request comes, see actRoutes.
func (s *server) stateRoutes(v1 huma.API) {
	add(s, v1, changes(remove("/me/next", "agents", "Stay in the mode after the calls of now")),
		s.onOwnState(func(ctx context.Context, u cti.UserID) (cti.AgentState, error) { return s.Agents.CancelNext(ctx, u) }))
	add(s, v1, changes(post("/me/block/clear", "agents", "Be offered calls again after missed ones")),
		s.onOwnState(func(ctx context.Context, u cti.UserID) (cti.AgentState, error) { return s.Agents.ClearBlock(ctx, u) }))
	add(s, v1, changes(post("/me/acw/finish", "agents", "Finish the work after a call")),
		s.onOwnState(func(ctx context.Context, u cti.UserID) (cti.AgentState, error) { return s.Agents.FinishWork(ctx, u) }))
	add(s, v1, changes(post("/me/acw/extend", "agents", "Take more time for the work after a call")),
		s.onOwnState(func(ctx context.Context, u cti.UserID) (cti.AgentState, error) { return s.Agents.ExtendWork(ctx, u) }))
	add(s, v1, changes(put("/agents/{id}/mode", "agents", "Set the mode of an agent, as a supervisor")), s.setModeOf)
}

type modeOfInput struct {
	ID   cti.UserID `path:"id" maxLength:"64" doc:"Login name of the agent"`
	Body struct {
		Mode   cti.Mode `json:"mode" enum:"ready,not_ready,offline" doc:"The mode he shall be in"`
		Reason string   `json:"reason,omitempty" maxLength:"79" doc:"Why, for not_ready; sup: and the supervisor's name when it is missing"`
	}
}

// setModeOf is for supervisors and administrators; the agent sees who did it.
func (s *server) setModeOf(ctx context.Context, in *modeOfInput) (*stateOutput, error) {
	by := userOf(ctx)
	if by.Role != cti.RoleSupervisor && by.Role != cti.RoleAdmin {
		return nil, cti.ErrForbidden
	}
	if _, known := s.Agents.State(in.ID); !known {
		return nil, cti.ErrNotFound
	}
	state, err := s.Agents.SetMode(ctx, in.ID, in.Body.Mode, strings.TrimSpace(in.Body.Reason), string(by.ID))
	if err != nil {
		return nil, s.refusal(in.ID, err)
	}
	return &stateOutput{Body: tidy(state)}, nil
}

// Phonebook finds whom a call can be placed or handed over to.
type Phonebook interface {
	Entries(ctx context.Context, viewer cti.User, text string) ([]cti.DirectoryEntry, error)
}

type directoryInput struct {
	Query string `query:"q" maxLength:"200" doc:"Part of a name or a number; without it all colleagues and queues"`
}

func (s *server) directory(ctx context.Context, in *directoryInput) (*listOutput[cti.DirectoryEntry], error) {
	found, err := s.Phonebook.Entries(ctx, userOf(ctx), strings.TrimSpace(in.Query))
	if err != nil {
		return nil, err
	}
	return listOf(found), nil
}
