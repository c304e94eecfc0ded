package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"callcard/pkg/cti"
)

// refusedError: the PBX was asked and said no. It does not wrap its cause, whose
// kind is about the PBX and not about the request.
type refusedError struct{ why string }

func (e *refusedError) Error() string { return "the PBX refused: " + e.why }

// noteConflict shows what another tab has saved, so that nothing is lost.
type noteConflict struct {
	huma.ErrorModel
	Current cti.Note `json:"current" doc:"The note as it is kept now"`
}

// status is the one map from domain errors to HTTP.
func status(err error) int {
	var (
		invalid     *cti.InvalidError
		tooMany     *cti.TooManyError
		unavailable *cti.UnavailableError
		refused     *refusedError
		said        *cti.RefusedError
	)
	switch {
	case errors.As(err, &refused), errors.As(err, &said):
		return http.StatusBadGateway
	case errors.As(err, &invalid):
		return http.StatusUnprocessableEntity
	case errors.As(err, &tooMany):
		return http.StatusTooManyRequests
	case errors.As(err, &unavailable), errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable
	case errors.Is(err, cti.ErrUnauthenticated):
		return http.StatusUnauthorized
	case errors.Is(err, cti.ErrForbidden):
		return http.StatusForbidden
	case errors.Is(err, cti.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, cti.ErrConflict):
		return http.StatusConflict
	default:
		return http.StatusInternalServerError
	}
}

// problem makes the RFC 9457 document of an error. What went wrong inside is for
// the log alone.
func (s *server) problem(ctx context.Context, operation string, err error) error {
	doc := &huma.ErrorModel{Status: status(err), Detail: err.Error()}
	doc.Title = http.StatusText(doc.Status)
	if doc.Status == http.StatusInternalServerError {
		doc.Detail = "callcard failed; its log says why under this request id"
		if !errors.Is(err, context.Canceled) { // the browser went away: nobody to answer, nothing to repair
			s.Log.LogAttrs(ctx, slog.LevelError, "request failed",
				slog.String("operation", operation), slog.String("request", requestID(ctx)), slog.Any("err", err))
		}
	}
	if invalid, ok := errors.AsType[*cti.InvalidError](err); ok {
		doc.Detail = invalid.Error()
		doc.Errors = []*huma.ErrorDetail{{Location: invalid.Field, Value: invalid.Got, Message: "want " + invalid.Want}}
	}
	if conflict, ok := errors.AsType[*cti.NoteConflictError](err); ok {
		return &noteConflict{ErrorModel: *doc, Current: conflict.Current}
	}
	if claimed, ok := errors.AsType[*cti.ClaimedError](err); ok {
		return &busyProblem{ErrorModel: *doc, ClaimedBy: claimed.By, ClaimedByName: claimed.Name, ClaimedUntil: claimed.Until}
	}
	if notNow, ok := errors.AsType[*cti.NotNowError](err); ok {
		doc.Detail = notNow.Why
		return &busyProblem{ErrorModel: *doc, Reason: notNow.Reason}
	}
	if refused, ok := errors.AsType[*cti.RefusedError](err); ok && refused.Reason != "" {
		return &busyProblem{ErrorModel: *doc, Reason: refused.Reason}
	}
	if tooMany, ok := errors.AsType[*cti.TooManyError](err); ok {
		seconds := int(tooMany.RetryAfter.Seconds()) + 1
		return huma.ErrorWithHeaders(doc, http.Header{"Retry-After": {strconv.Itoa(seconds)}})
	}
	return doc
}

// busyProblem tells whose the thing is, or why it cannot be done now in a word that a page can translate.
type busyProblem struct {
	huma.ErrorModel
	Reason        string     `json:"reason,omitempty" doc:"Why it cannot be done now, a stable name: client_on_line, outside_window, call_over, transfer_not_begun …"`
	ClaimedBy     cti.UserID `json:"claimed_by,omitempty" doc:"Who works on it"`
	ClaimedByName string     `json:"claimed_by_name,omitempty" doc:"His name"`
	ClaimedUntil  time.Time  `json:"claimed_until,omitzero" doc:"When his claim ends by itself"`
}
