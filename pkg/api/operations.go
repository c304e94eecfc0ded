package api

import (
	"context"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// maxBody bounds a request's body: the largest is a contact with its notes.
const maxBody = 64 << 10

// add registers an operation; its errors become problem documents.
func add[I, O any](s *server, on huma.API, op huma.Operation, handle func(context.Context, *I) (*O, error)) {
	huma.Register(on, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, s.problem(ctx, op.OperationID, err)
		}
		return out, nil
	})
}

func get(path, tag, summary string) huma.Operation {
	return operation(http.MethodGet, path, tag, summary)
}

func post(path, tag, summary string) huma.Operation {
	return operation(http.MethodPost, path, tag, summary)
}

func put(path, tag, summary string) huma.Operation {
	return operation(http.MethodPut, path, tag, summary)
}

func patch(path, tag, summary string) huma.Operation {
	return operation(http.MethodPatch, path, tag, summary)
}

func remove(path, tag, summary string) huma.Operation {
	return operation(http.MethodDelete, path, tag, summary)
}

func operation(method, path, tag, summary string) huma.Operation {
	name := strings.NewReplacer("/", "-", "{", "", "}", "").Replace(strings.TrimPrefix(path, "/"))
	op := huma.Operation{
		OperationID: strings.ToLower(method) + "-" + name,
		Method:      method, Path: path, Summary: summary, Tags: []string{tag},
		DefaultStatus: http.StatusOK, MaxBodyBytes: maxBody,
	}
	if tag != "health" && path != "/login" {
		op.Security = []map[string][]string{{"bearer": {}}, {"cookie": {}}}
		op.Errors = []int{http.StatusUnauthorized}
	}
	switch {
	case path == "/login":
		op.Errors = []int{http.StatusUnauthorized, http.StatusTooManyRequests}
	case path == "/me/mode":
		op.Errors = append(op.Errors, http.StatusBadGateway, http.StatusServiceUnavailable)
	case strings.HasPrefix(path, "/calls/{id}"):
		op.Errors = append(op.Errors, http.StatusForbidden, http.StatusNotFound)
	case path == "/audit":
		op.Errors = append(op.Errors, http.StatusForbidden, http.StatusNotFound)
	case path == "/number-lists/{list}/{number}":
		op.Errors = append(op.Errors, http.StatusForbidden, http.StatusNotFound)
	case path == "/callbacks/{id}/dial":
		op.Errors = append(op.Errors, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusBadGateway, http.StatusServiceUnavailable)
	case strings.HasPrefix(path, "/callbacks/{id}"):
		op.Errors = append(op.Errors, http.StatusForbidden, http.StatusNotFound, http.StatusConflict)
	case strings.HasPrefix(path, "/webhooks"), strings.HasPrefix(path, "/deliveries"):
		op.Errors = append(op.Errors, http.StatusForbidden, http.StatusNotFound)
	case path == "/recordings/prune":
		op.Errors = append(op.Errors, http.StatusForbidden, http.StatusServiceUnavailable)
	case strings.HasPrefix(path, "/recordings/{id}/") && !strings.HasSuffix(path, "/audio"):
		op.Errors = append(op.Errors, http.StatusForbidden, http.StatusNotFound)
	case strings.HasPrefix(path, "/contacts/{id}"):
		op.Errors = append(op.Errors, http.StatusNotFound)
	}
	return op
}

func noContent(op huma.Operation) huma.Operation {
	op.DefaultStatus = http.StatusNoContent
	return op
}

// acts describes what a PBX is asked to do: it has taken the order, what comes of it
// is told by frames.
func acts(op huma.Operation) huma.Operation {
	op.DefaultStatus = http.StatusAccepted
	op.Errors = append(op.Errors, http.StatusConflict, http.StatusBadGateway, http.StatusServiceUnavailable)
	return op
}

// conflict: the request may contradict what is so now.
func conflict(op huma.Operation) huma.Operation {
	op.Errors = append(op.Errors, http.StatusConflict)
	if op.Method == http.MethodDelete {
		op.Errors = append(op.Errors, http.StatusForbidden)
	}
	return op
}

// changes describes what alters an agent's state, and with it queue members.
func changes(op huma.Operation) huma.Operation {
	op.Errors = append(op.Errors, http.StatusConflict, http.StatusBadGateway, http.StatusServiceUnavailable)
	if strings.Contains(op.Path, "{id}") {
		op.Errors = append(op.Errors, http.StatusForbidden, http.StatusNotFound)
	}
	return op
}

func created(op huma.Operation) huma.Operation {
	op.DefaultStatus = http.StatusCreated
	return op
}

// conflicting describes the answer 409 that shows what is kept now.
func conflicting[T any](s *server, op huma.Operation) huma.Operation {
	schema := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")
	op.Responses = map[string]*huma.Response{"409": {
		Description: "Changed by somebody else meanwhile",
		Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: schema}},
	}}
	return op
}

func accepted(op huma.Operation) huma.Operation {
	op.DefaultStatus = http.StatusAccepted
	return op
}

// audio describes an answer that is no JSON.
func audio(op huma.Operation) huma.Operation {
	sound := map[string]*huma.MediaType{"audio/*": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	op.Responses = map[string]*huma.Response{
		"200": {Description: "The whole file", Content: sound},
		"206": {Description: "The part that the Range header asked for", Content: sound},
	}
	op.Errors = append(op.Errors, http.StatusForbidden, http.StatusNotFound, http.StatusRequestedRangeNotSatisfiable)
	return op
}
