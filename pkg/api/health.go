package api

import (
	"context"
	"net/http"
	"time"
)

// Part is one thing that the daemon needs: pbx:<id>, store, journal, redis.
type Part struct {
	Name     string    `json:"name" doc:"Which part: pbx:ID, store, journal, redis"`
	OK       bool      `json:"ok" doc:"It works"`
	Required bool      `json:"required" doc:"Without it callcard is not ready; without the others it is degraded"`
	State    string    `json:"state" doc:"In a word: up, down, connecting"`
	Detail   string    `json:"detail,omitempty" doc:"What is wrong"`
	Since    time.Time `json:"since,omitzero" doc:"Since when it is in this state"`
}

type alive struct {
	Status  string `json:"status" doc:"Always ok: a process that cannot say so does not answer"`
	Version string `json:"version" doc:"Version of callcard"`
}

type healthOutput struct{ Body alive }

func (s *server) healthz(context.Context, *struct{}) (*healthOutput, error) {
	return &healthOutput{Body: alive{Status: "ok", Version: s.Version}}, nil
}

type readiness struct {
	Status string `json:"status" enum:"ready,degraded,not_ready" doc:"ready; degraded: something optional is down; not_ready: something required is down"`
	Parts  []Part `json:"parts" nullable:"false" doc:"Each part by name"`
}

type readyOutput struct {
	Status int
	Body   readiness
}

func (s *server) readyz(context.Context, *struct{}) (*readyOutput, error) {
	out := &readyOutput{Status: http.StatusOK, Body: readiness{Status: "ready", Parts: list(s.Health())}}
	for _, part := range out.Body.Parts {
		switch {
		case part.OK:
		case part.Required:
			out.Status, out.Body.Status = http.StatusServiceUnavailable, "not_ready"
		case out.Body.Status == "ready":
			out.Body.Status = "degraded"
		}
	}
	return out, nil
}
