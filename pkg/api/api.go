// Package api is the HTTP interface: JSON under /api/v1, the OpenAPI document at
// /openapi.json, health and metrics.
//
// Routes and documentation come from one place, the operations registered in
// New. A handler has the form func(ctx, *input) (*output, error); its error goes
// through the one table in errors.go. Every handler runs in the goroutine of its
// request and keeps nothing, so the package needs no locks.
package api

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"callcard/pkg/cti"
)

// Deps is what the API stands on.
type Deps struct {
	Log      *slog.Logger
	Auth     Auth
	Agents   Agents
	Settings func(user cti.User) cti.Settings
	Remarks  Remarks
	// SeeQueueCalls lets agents see all calls of their queues.
	SeeQueueCalls bool
	Archive       Archive
	Live          LiveCalls
	Cards         Cards
	Control       Control
	Phonebook     Phonebook
	Directory     Directory
	Callbacks     Callbacks
	Recordings    Recordings
	Numbers       Numbers
	Webhooks      Webhooks
	Deliveries    Deliveries
	Audits        Audits
	Health        func() []Part
	Metrics       http.Handler
	Version       string
	PublicURL     string // an origin that browsers may use besides the request's own host
	Now           func() time.Time
}

type server struct {
	Deps
	mux *http.ServeMux
	api huma.API
}

// New builds the handler. It serves /api/, /openapi.json, /healthz, /readyz and /metrics.
func New(deps Deps) (http.Handler, error) {
	s, err := newServer(deps)
	if err != nil {
		return nil, err
	}
	origins, err := sameOrigin(deps.PublicURL)
	if err != nil {
		return nil, err
	}
	return guard(deps.Log, origins, s.mux), nil
}

func newServer(deps Deps) (*server, error) {
	if deps.Now == nil {
		deps.Now = time.Now
	}
	s := &server{Deps: deps, mux: http.NewServeMux()}
	s.api = humago.New(s.mux, document(deps.Version))
	s.routes()
	return s, describe(s.api.OpenAPI())
}

// routes is every path there is, on one screen.
func (s *server) routes() {
	public := huma.NewGroup(s.api, "/api/v1")
	v1 := huma.NewGroup(s.api, "/api/v1")
	v1.UseMiddleware(s.requireUser)

	add(s, public, post("/login", "session", "Log in"), s.login)
	add(s, public, noContent(post("/logout", "session", "Log out")), s.logout)
	add(s, v1, get("/me", "session", "Who is logged in, and in which mode"), s.me)
	add(s, v1, put("/me/mode", "agents", "Set the own mode"), s.setMode)
	s.stateRoutes(v1)

	add(s, v1, get("/settings", "session", "What the desk offers to choose from, and what it can do"), s.settings)

	add(s, v1, get("/agents", "agents", "All agents and their states"), s.agents)
	add(s, v1, get("/queues", "agents", "Queues, who waits and who serves"), s.queues)

	add(s, v1, get("/calls", "calls", "Calls, newest first"), s.calls)
	add(s, v1, acts(post("/calls", "control", "Call a number: the own phone rings first")), s.dial)
	s.actRoutes(v1)
	add(s, v1, get("/directory", "control", "Colleagues with presence, queues and contacts, to call or to hand a call over to"), s.directory)
	add(s, v1, get("/calls/unresolved/count", "calls", "How many calls wait for somebody to say who the client was"), s.unresolvedCount)
	add(s, v1, get("/calls/{id}", "calls", "One call"), s.call)
	add(s, v1, get("/calls/{id}/trace", "calls", "Why callcard did what it did with a call"), s.trace)
	add(s, v1, conflicting[noteConflict](s, put("/calls/{id}/note", "calls", "Save the own note about a call, as it is typed")), s.saveNote)
	add(s, v1, put("/calls/{id}/result", "calls", "Say what came of a call"), s.saveResult)
	add(s, v1, post("/calls/{id}/resolve", "calls", "Set a call aside whose client need not be named"), s.resolve)
	add(s, v1, post("/calls/{id}/contact", "calls", "Say who the client of a call is"), s.linkContact)

	add(s, v1, get("/audit", "calls", "What callcard's calls of a day and the PBXes' own records do not agree on; for supervisors"), s.audit)

	add(s, v1, get("/contacts", "contacts", "Find contacts by number or by text"), s.contacts)
	add(s, v1, created(post("/contacts", "contacts", "Create a contact")), s.createContact)
	add(s, v1, get("/contacts/{id}", "contacts", "One contact with all that is known of him"), s.contact)
	add(s, v1, conflict(patch("/contacts/{id}", "contacts", "Change a contact")), s.changeContact)
	add(s, v1, conflict(noContent(remove("/contacts/{id}", "contacts", "Delete a contact; for supervisors"))), s.deleteContact)
	add(s, v1, get("/contacts/{id}/calls", "contacts", "Calls of a contact that the user may see, newest first"), s.contactCalls)

	add(s, v1, get("/callbacks", "callbacks", "Clients who wait to be called back"), s.callbacks)
	add(s, v1, conflicting[busyProblem](s, created(post("/callbacks", "callbacks", "Promise a client to call him"))), s.promise)
	add(s, v1, get("/callbacks/{id}", "callbacks", "One callback"), s.callback)
	add(s, v1, get("/callbacks/{id}/trace", "callbacks", "Who did what with a callback, and why"), s.callbackTrace)
	add(s, v1, conflicting[busyProblem](s, post("/callbacks/{id}/claim", "callbacks", "Take a callback, so that nobody else calls")), s.claimCallback)
	add(s, v1, conflicting[busyProblem](s, post("/callbacks/{id}/release", "callbacks", "Give a claimed callback back")), s.releaseCallback)
	add(s, v1, conflicting[busyProblem](s, accepted(post("/callbacks/{id}/dial", "callbacks", "Claim a callback and call the client; the own phone rings first"))), s.dialCallback)
	add(s, v1, conflicting[busyProblem](s, post("/callbacks/{id}/outcome", "callbacks", "Say how a try to reach the client ended")), s.callbackOutcome)
	add(s, v1, conflicting[busyProblem](s, post("/callbacks/{id}/reschedule", "callbacks", "Set another time that was agreed with the client")), s.rescheduleCallback)
	add(s, v1, conflicting[busyProblem](s, post("/callbacks/{id}/close", "callbacks", "End a callback by hand")), s.closeCallback)
	add(s, v1, get("/number-lists/{list}", "callbacks", "Numbers that are not called back"), s.listedNumbers)
	add(s, v1, put("/number-lists/{list}/{number}", "callbacks", "Put a number on a list"), s.listNumber)
	add(s, v1, noContent(remove("/number-lists/{list}/{number}", "callbacks", "Take a number off a list")), s.unlistNumber)
	s.recordingRoutes(v1)

	s.webhookRoutes(v1)

	add(s, s.api, get("/healthz", "health", "The process is alive"), s.healthz)
	add(s, s.api, get("/readyz", "health", "Each part of the daemon and its state"), s.readyz)
	s.mux.Handle("GET /metrics", s.Metrics)
	s.mux.HandleFunc("/api/", notFound)
}
