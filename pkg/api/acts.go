package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"callcard/pkg/cti"
)

// nothing is the answer to what was done: what comes of it is told by frames.
type nothing struct {
	Body struct{}
}

type onCall func(context.Context, cti.User, cti.CallID) error

// onOwnCall makes a handler for what a user does with a call of his.
func (s *server) onOwnCall(do onCall) func(context.Context, *callInput) (*nothing, error) {
	return func(ctx context.Context, in *callInput) (*nothing, error) {
		record, err := s.visibleCall(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &nothing{}, do(ctx, userOf(ctx), record.ID)
	}
}

type transferInput struct {
	ID   cti.CallID `path:"id" maxLength:"200" doc:"Id of the call, also one it had before a merge"`
	Body struct {
		To   string `json:"to" minLength:"1" maxLength:"64" doc:"Extension or number that shall have the client" example:"1002"`
		Kind string `json:"kind" enum:"blind,attended" doc:"blind: at once; attended: after a word with whoever answers there"`
	}
}

func (s *server) transfer(ctx context.Context, in *transferInput) (*nothing, error) {
	record, err := s.visibleCall(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &nothing{}, atBody(s.Control.Transfer(ctx, userOf(ctx), record.ID, in.Body.To, in.Body.Kind), "to")
}

// actRoutes are the acts on calls. Their methods are looked up when a request comes:
// the document is made without anything behind it.
func (s *server) actRoutes(v1 huma.API) {
	for _, a := range []struct {
		path, summary string
		do            onCall
	}{
		{"/hangup", "Hang up the own phone; while it rings, decline", func(ctx context.Context, u cti.User, id cti.CallID) error { return s.Control.Hangup(ctx, u, id) }},
		{"/answer", "Let the own phone pick up", func(ctx context.Context, u cti.User, id cti.CallID) error { return s.Control.Answer(ctx, u, id) }},
		{"/hold", "Put the client on hold", func(ctx context.Context, u cti.User, id cti.CallID) error { return s.Control.Hold(ctx, u, id) }},
		{"/resume", "Take the client back from hold", func(ctx context.Context, u cti.User, id cti.CallID) error { return s.Control.Resume(ctx, u, id) }},
		{"/transfer/complete", "Leave the client to who was asked", func(ctx context.Context, u cti.User, id cti.CallID) error {
			return s.Control.CompleteTransfer(ctx, u, id)
		}},
		{"/transfer/cancel", "Go back to the client", func(ctx context.Context, u cti.User, id cti.CallID) error {
			return s.Control.CancelTransfer(ctx, u, id)
		}},
		{"/recording/pause", "Make the recording silent while card data is said: for 90 s, until the end of a hold, or until a transfer", func(ctx context.Context, u cti.User, id cti.CallID) error {
			return s.Control.PauseRecording(ctx, u, id)
		}},
		{"/recording/resume", "Let a silent recording go on", func(ctx context.Context, u cti.User, id cti.CallID) error {
			return s.Control.ResumeRecording(ctx, u, id)
		}},
	} {
		add(s, v1, acts(post("/calls/{id}"+a.path, "control", a.summary)), s.onOwnCall(a.do))
	}
	add(s, v1, acts(post("/calls/{id}/transfer", "control", "Hand the client over")), s.transfer)
}
