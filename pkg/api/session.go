package api

import (
	"context"
	"errors"
	"net"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"callcard/pkg/cti"
)

// Credentials is one try to log in. Address is the peer's, without the port.
type Credentials struct {
	Username, Password, Address string
}

// Auth logs users in and out and recognises them.
type Auth interface {
	Login(ctx context.Context, try Credentials) (token string, user cti.User, err error)
	Logout(r *http.Request) error
	Authenticate(r *http.Request) (cti.User, error)
	NewCookie(token string) *http.Cookie
	EndCookie() *http.Cookie
}

type contextKey int

const (
	userKey contextKey = iota
	idKey
)

func userOf(ctx context.Context) cti.User {
	user, _ := ctx.Value(userKey).(cti.User)
	return user
}

// requireUser puts the user of a request into its context, or answers 401.
func (s *server) requireUser(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	user, err := s.Auth.Authenticate(r)
	if err == nil {
		next(huma.WithValue(ctx, userKey, user))
		return
	}
	if errors.Is(err, cti.ErrUnauthenticated) { // RFC 9110 11.6.1: a 401 names the scheme
		w.Header().Set("WWW-Authenticate", `Bearer realm="callcard"`)
	}
	var doc *huma.ErrorModel
	_ = errors.As(s.problem(r.Context(), ctx.Operation().OperationID, err), &doc)
	_ = huma.WriteErr(s.api, ctx, doc.Status, doc.Detail) // the peer is gone: nobody to tell
}

const loginPath = "/api/v1/login"

type loginInput struct {
	Body struct {
		Username string `json:"username" doc:"Name of the user, as created by an administrator" maxLength:"128"`
		Password string `json:"password" doc:"Password of the user" maxLength:"1024"`
	}
	address string
}

// Resolve notes where the request came from.
func (in *loginInput) Resolve(ctx huma.Context) []error {
	in.address = addressOf(ctx.RemoteAddr())
	return nil
}

// addressOf a peer, without the port.
func addressOf(peer string) string {
	host, _, err := net.SplitHostPort(peer)
	if err != nil {
		return peer
	}
	return host
}

type session struct {
	Token string   `json:"token" doc:"Send it as \"Authorization: Bearer TOKEN\"; browsers use the cookie that comes along"`
	User  cti.User `json:"user" doc:"Who is logged in now"`
}

type loginOutput struct {
	SetCookie string `header:"Set-Cookie" doc:"The session cookie"`
	Body      session
}

func (s *server) login(ctx context.Context, in *loginInput) (*loginOutput, error) {
	token, user, err := s.Auth.Login(ctx, Credentials{Username: in.Body.Username, Password: in.Body.Password, Address: in.address})
	if err != nil {
		return nil, err
	}
	return &loginOutput{
		SetCookie: s.Auth.NewCookie(token).String(),
		Body:      session{Token: token, User: withQueues(user)},
	}, nil
}

type logoutInput struct{ request *http.Request }

// Resolve keeps the request, whose token is to end.
func (in *logoutInput) Resolve(ctx huma.Context) []error {
	in.request, _ = humago.Unwrap(ctx)
	return nil
}

type logoutOutput struct {
	SetCookie string `header:"Set-Cookie" doc:"The session cookie, emptied"`
}

func (s *server) logout(_ context.Context, in *logoutInput) (*logoutOutput, error) {
	if err := s.Auth.Logout(in.request); err != nil {
		return nil, err
	}
	return &logoutOutput{SetCookie: s.Auth.EndCookie().String()}, nil
}

type whoami struct {
	User  cti.User       `json:"user" doc:"Who is logged in"`
	State cti.AgentState `json:"state" doc:"His state as an agent; of a user who is none, a state with nothing but his name"`
}

type meOutput struct{ Body whoami }

func (s *server) me(ctx context.Context, _ *struct{}) (*meOutput, error) {
	user := userOf(ctx)
	state, ok := s.Agents.State(user.ID)
	if !ok {
		state = cti.AgentState{User: user.ID, Name: user.Name, Mode: cti.ModeOffline, Activity: cti.ActivityIdle}
	}
	return &meOutput{Body: whoami{User: withQueues(user), State: tidy(state)}}, nil
}

// withQueues makes no queues an empty list, never null.
func withQueues(user cti.User) cti.User {
	user.Queues = list(user.Queues)
	return user
}
