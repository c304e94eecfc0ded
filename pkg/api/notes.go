package api

import (
	"context"
	"slices"
	"strconv"

	"callcard/pkg/cti"
)

// Remarks keeps what people say about calls and tells open cards.
type Remarks interface {
	SaveNote(ctx context.Context, call cti.CallID, draft cti.NoteDraft) (cti.Note, error)
	SaveResult(ctx context.Context, call cti.CallID, result cti.CallResult) (cti.CallResult, error)
	SetAside(ctx context.Context, call cti.CallID, as string, by cti.UserID) error
}

type noteInput struct {
	ID   cti.CallID `path:"id" maxLength:"200" doc:"Id of the call, also one it had before a merge"`
	Body struct {
		Text string `json:"text" doc:"The whole note, up to 10,000 characters; empty to take it back"`
		Base int    `json:"base" minimum:"0" doc:"The version that was changed, 0 for a first note"`
	}
}

type noteOutput struct{ Body cti.Note }

func (s *server) saveNote(ctx context.Context, in *noteInput) (*noteOutput, error) {
	record, err := s.ownCall(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	draft := cti.NoteDraft{User: userOf(ctx).ID, Text: in.Body.Text, Base: in.Body.Base}
	if err := draft.Validate(); err != nil {
		return nil, atBody(err, "text")
	}
	note, err := s.Remarks.SaveNote(ctx, record.ID, draft)
	if err != nil {
		return nil, err
	}
	return &noteOutput{Body: note}, nil
}

type resultInput struct {
	ID   cti.CallID `path:"id" maxLength:"200" doc:"Id of the call, also one it had before a merge"`
	Body struct {
		Result  string   `json:"result" maxLength:"32" doc:"Id of a configured result; empty to take it back"`
		Reasons []string `json:"reasons,omitempty" maxItems:"50" nullable:"false" doc:"Ids of configured reasons"`
	}
}

type resultOutput struct{ Body cti.CallResult }

func (s *server) saveResult(ctx context.Context, in *resultInput) (*resultOutput, error) {
	record, err := s.ownCall(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	result, err := s.resultOf(ctx, in)
	if err != nil {
		return nil, err
	}
	if result, err = s.Remarks.SaveResult(ctx, record.ID, result); err != nil {
		return nil, err
	}
	result.Reasons = list(result.Reasons)
	return &resultOutput{Body: result}, nil
}

// resultOf checks the ids; a reason given twice counts once.
func (s *server) resultOf(ctx context.Context, in *resultInput) (cti.CallResult, error) {
	user := userOf(ctx)
	result := cti.CallResult{Result: in.Body.Result, Reasons: []string{}, Agent: user.ID}
	of := s.Settings(user)
	if result.Result != "" {
		if err := chosen("body.result", result.Result, of.Results); err != nil {
			return result, err
		}
	}
	for i, id := range in.Body.Reasons {
		if err := chosen("body.reasons["+strconv.Itoa(i)+"]", id, of.Reasons); err != nil {
			return result, err
		}
		if !slices.Contains(result.Reasons, id) {
			result.Reasons = append(result.Reasons, id)
		}
	}
	return result, nil
}

type resolveInput struct {
	ID   cti.CallID `path:"id" maxLength:"200" doc:"Id of the call, also one it had before a merge"`
	Body struct {
		As string `json:"as" enum:"not_a_client" doc:"Why nobody need say who it was"`
	}
}

func (s *server) resolve(ctx context.Context, in *resolveInput) (*callOutput, error) {
	record, err := s.ownCall(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := s.Remarks.SetAside(ctx, record.ID, in.Body.As, userOf(ctx).ID); err != nil {
		return nil, err
	}
	return s.call(ctx, &callInput{ID: record.ID})
}

// ownCall finds a call that the user may write about: to see the calls of one's
// queues is no right to speak about them.
func (s *server) ownCall(ctx context.Context, id cti.CallID) (cti.CallRecord, error) {
	record, err := s.visibleCall(ctx, id)
	if err == nil && !s.owns(userOf(ctx), record.Call) {
		err = cti.ErrForbidden
	}
	if err != nil {
		return cti.CallRecord{}, err
	}
	return record, nil
}
