package api

import (
	"context"
	"time"

	"callcard/pkg/cti"
)

// Callbacks is the duties to call clients back, as far as the user may see them.
type Callbacks interface {
	NumberLists
	Callbacks(ctx context.Context, filter cti.CallbackFilter) (found []cti.Callback, next string, err error)
	Callback(ctx context.Context, id string) (cti.Callback, error)
	CallbackTrace(ctx context.Context, b cti.Callback) ([]cti.Decision, error)
	Promise(ctx context.Context, by cti.User, want Promise) (cti.Callback, error)
	Claim(ctx context.Context, id string, by cti.User) (cti.Callback, error)
	Release(ctx context.Context, id string, by cti.User) (cti.Callback, error)
	DialCallback(ctx context.Context, id string, by cti.User) (b cti.Callback, actionID string, err error)
	Outcome(ctx context.Context, id string, by cti.User, said CallbackOutcome) (cti.Callback, error)
	Reschedule(ctx context.Context, id string, by cti.User, due time.Time) (cti.Callback, error)
	CloseCallback(ctx context.Context, id string, by cti.User, reason string) (cti.Callback, error)
}

// Promise is a call that somebody promised to a client.
type Promise struct {
	Client    cti.Phone
	Due       time.Time
	Note      string
	Queue     string
	ContactID string
}

// CallbackOutcome is how a try to reach a client ended.
type CallbackOutcome struct {
	Outcome   cti.AttemptOutcome
	Note      string
	Due       time.Time
	DoNotCall bool
}

type callbacksInput struct {
	State  string            `query:"state" enum:"open,done,cancelled,all" default:"open" doc:"Which callbacks"`
	Scope  cti.CallbackScope `query:"scope" enum:"mine,queues,all" default:"all" doc:"mine: claimed by me or mine to do; queues: of my queues; all: that I may see"`
	Cursor string            `query:"cursor" maxLength:"256" doc:"next_cursor of the page before"`
	Limit  int               `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"Callbacks on a page"`
}

type callbackPage struct {
	Items      []cti.Callback `json:"items" doc:"The callbacks of this page: the open ones by priority and deadline, others with the newest call first"`
	NextCursor string         `json:"next_cursor,omitempty" doc:"Gives the next page as cursor; absent on the last one"`
}

type callbacksOutput struct{ Body callbackPage }

func (s *server) callbacks(ctx context.Context, in *callbacksInput) (*callbacksOutput, error) {
	state := cti.CallbackState(in.State)
	if in.State == "all" {
		state = ""
	}
	found, next, err := s.Callbacks.Callbacks(ctx, cti.CallbackFilter{
		State: state, Scope: in.Scope, Viewer: userOf(ctx), Cursor: in.Cursor, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	for i := range found {
		found[i] = listed(found[i])
	}
	return &callbacksOutput{Body: callbackPage{Items: list(found), NextCursor: next}}, nil
}

type callbackOutput struct{ Body cti.Callback }

// listed makes lists that are empty, never null.
func listed(b cti.Callback) cti.Callback {
	b.Agents, b.Calls, b.Causes, b.Attempts = list(b.Agents), list(b.Calls), list(b.Causes), list(b.Attempts)
	return b
}

func callbackAnswer(b cti.Callback, err error) (*callbackOutput, error) {
	if err != nil {
		return nil, err
	}
	return &callbackOutput{Body: listed(b)}, nil
}

type callbackInput struct {
	ID string `path:"id" maxLength:"64" doc:"Id of the callback"`
}

func (s *server) callback(ctx context.Context, in *callbackInput) (*callbackOutput, error) {
	b, err := s.Callbacks.Callback(ctx, in.ID)
	if err == nil && !b.SeenBy(userOf(ctx)) {
		err = cti.ErrForbidden
	}
	return callbackAnswer(b, err)
}

type callbackTrace struct {
	Items []cti.Decision `json:"items" doc:"What was decided and done, in order"`
}

type callbackTraceOutput struct{ Body callbackTrace }

func (s *server) callbackTrace(ctx context.Context, in *callbackInput) (*callbackTraceOutput, error) {
	b, err := s.Callbacks.Callback(ctx, in.ID)
	if err == nil && !b.SeenBy(userOf(ctx)) {
		err = cti.ErrForbidden
	}
	if err != nil {
		return nil, err
	}
	decisions, err := s.Callbacks.CallbackTrace(ctx, b)
	if err != nil {
		return nil, err
	}
	return &callbackTraceOutput{Body: callbackTrace{Items: list(decisions)}}, nil
}

type promiseInput struct {
	Body struct {
		Number    string    `json:"number" minLength:"1" maxLength:"64" doc:"The client's number, in any form"`
		Due       time.Time `json:"due,omitzero" doc:"When he is to be called; in twenty minutes when absent"`
		Note      string    `json:"note,omitempty" maxLength:"2000" doc:"What it is about"`
		Queue     string    `json:"queue,omitempty" maxLength:"79" doc:"Whose members may call as well"`
		ContactID string    `json:"contact_id,omitempty" maxLength:"200" doc:"Who the client is"`
	}
}

func (s *server) promise(ctx context.Context, in *promiseInput) (*callbackOutput, error) {
	b := in.Body
	return callbackAnswer(s.Callbacks.Promise(ctx, userOf(ctx), Promise{
		Client: s.Numbers.Parse(b.Number), Due: b.Due, Note: b.Note, Queue: b.Queue, ContactID: b.ContactID,
	}))
}

func (s *server) claimCallback(ctx context.Context, in *callbackInput) (*callbackOutput, error) {
	return callbackAnswer(s.Callbacks.Claim(ctx, in.ID, userOf(ctx)))
}

func (s *server) releaseCallback(ctx context.Context, in *callbackInput) (*callbackOutput, error) {
	return callbackAnswer(s.Callbacks.Release(ctx, in.ID, userOf(ctx)))
}

type dialledCallback struct {
	ActionID string       `json:"action_id" doc:"The PBX's name of this call until it has one"`
	Callback cti.Callback `json:"callback" doc:"The callback, claimed and with the new attempt"`
}

type dialledOutput struct{ Body dialledCallback }

func (s *server) dialCallback(ctx context.Context, in *callbackInput) (*dialledOutput, error) {
	b, action, err := s.Callbacks.DialCallback(ctx, in.ID, userOf(ctx))
	if err != nil {
		return nil, err
	}
	return &dialledOutput{Body: dialledCallback{ActionID: action, Callback: listed(b)}}, nil
}

type outcomeInput struct {
	ID   string `path:"id" maxLength:"64" doc:"Id of the callback"`
	Body struct {
		Outcome   cti.AttemptOutcome `json:"outcome" enum:"reached,no_answer,busy,call_later,wrong_number,refused" doc:"How the try ended"`
		Note      string             `json:"note,omitempty" maxLength:"2000" doc:"In words"`
		Due       time.Time          `json:"due,omitzero" doc:"With call_later: when; in twenty minutes when absent"`
		DoNotCall bool               `json:"do_not_call,omitempty" doc:"With refused: never call this number again"`
	}
}

func (s *server) callbackOutcome(ctx context.Context, in *outcomeInput) (*callbackOutput, error) {
	return callbackAnswer(s.Callbacks.Outcome(ctx, in.ID, userOf(ctx), CallbackOutcome(in.Body)))
}

type rescheduleInput struct {
	ID   string `path:"id" maxLength:"64" doc:"Id of the callback"`
	Body struct {
		Due time.Time `json:"due" doc:"When the client is to be called"`
	}
}

func (s *server) rescheduleCallback(ctx context.Context, in *rescheduleInput) (*callbackOutput, error) {
	return callbackAnswer(s.Callbacks.Reschedule(ctx, in.ID, userOf(ctx), in.Body.Due))
}

type closeInput struct {
	ID   string `path:"id" maxLength:"64" doc:"Id of the callback"`
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"200" doc:"Why nobody has to call any more; reached makes it done, anything else cancelled"`
	}
}

func (s *server) closeCallback(ctx context.Context, in *closeInput) (*callbackOutput, error) {
	return callbackAnswer(s.Callbacks.CloseCallback(ctx, in.ID, userOf(ctx), in.Body.Reason))
}
