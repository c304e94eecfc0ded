package api

import (
	"context"

	"callcard/pkg/cti"
)

// Control acts on calls in the name of a user.
type Control interface {
	Dial(ctx context.Context, request cti.DialRequest) (actionID string, err error)
	Hangup(ctx context.Context, user cti.User, id cti.CallID) error
	Answer(ctx context.Context, user cti.User, id cti.CallID) error
	Hold(ctx context.Context, user cti.User, id cti.CallID) error
	Resume(ctx context.Context, user cti.User, id cti.CallID) error
	Transfer(ctx context.Context, user cti.User, id cti.CallID, to, kind string) error
	CompleteTransfer(ctx context.Context, user cti.User, id cti.CallID) error
	CancelTransfer(ctx context.Context, user cti.User, id cti.CallID) error
	PauseRecording(ctx context.Context, user cti.User, id cti.CallID) error
	ResumeRecording(ctx context.Context, user cti.User, id cti.CallID) error
}

type dialInput struct {
	Body struct {
		Number     string `json:"number" minLength:"1" maxLength:"64" doc:"Whom to call, in any form" example:"+7 916 123-45-67"`
		ContactID  string `json:"contact_id,omitempty" maxLength:"200" doc:"The contact whose number it is"`
		CallbackID string `json:"callback_id,omitempty" maxLength:"200" doc:"The callback that this call is for"`
	}
}

type dialed struct {
	ActionID string `json:"action_id" doc:"Id of the call to be: its cards and its record will have it as call_id, or among their aliases"`
}

type dialOutput struct{ Body dialed }

func (s *server) dial(ctx context.Context, in *dialInput) (*dialOutput, error) {
	id, err := s.Control.Dial(ctx, cti.DialRequest{
		User: userOf(ctx), Number: in.Body.Number, ContactID: in.Body.ContactID, CallbackID: in.Body.CallbackID,
	})
	if err != nil {
		return nil, atBody(err, "number")
	}
	return &dialOutput{Body: dialed{ActionID: id}}, nil
}

// atBody puts the fault of a field where the request has it.
func atBody(err error, field string) error {
	if invalid, ok := err.(*cti.InvalidError); ok && invalid.Field == field { //nolint:errorlint // never wrapped: it is about this very request
		return &cti.InvalidError{Field: "body." + field, Got: invalid.Got, Want: invalid.Want}
	}
	return err
}
