package api

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Guard wraps any handler of the daemon with what each of them needs: a request
// id, a line in the log (debug when all went well), security headers, and an
// answer instead of a torn connection when it panics. It hides http.Hijacker, so
// it is not for the websocket.
func Guard(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := rand.Text()[:12]
		r = r.WithContext(context.WithValue(r.Context(), idKey, id))
		header := w.Header()
		header.Set("X-Request-Id", id)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "SAMEORIGIN")
		header.Set("Referrer-Policy", "same-origin")
		answer := &recorder{ResponseWriter: w}
		defer finish(log, answer, r, time.Now())
		next.ServeHTTP(answer, r)
	})
}

func finish(log *slog.Logger, answer *recorder, r *http.Request, began time.Time) {
	attrs := []slog.Attr{ // without the query, which may hold a client's number
		slog.String("request", requestID(r.Context())), slog.String("method", r.Method),
		slog.String("path", r.URL.Path), slog.String("from", addressOf(r.RemoteAddr)), slog.Duration("took", time.Since(began)),
	}
	if broken := recover(); broken != nil {
		if err, ok := broken.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(broken) // net/http's own way to tear the connection on purpose
		}
		attrs = append(attrs, slog.String("err", fmt.Sprint(broken)), slog.String("stack", string(debug.Stack())))
		log.LogAttrs(r.Context(), slog.LevelError, "request panicked", attrs...)
		if answer.status == 0 {
			http.Error(answer, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		}
		return
	}
	log.LogAttrs(r.Context(), slog.LevelDebug, "request", append(attrs, slog.Int("status", answer.status))...)
}

func requestID(ctx context.Context) string {
	id, _ := ctx.Value(idKey).(string)
	return id
}

// guard is the API's own part: answers are not kept by caches, and a page of
// another site cannot make a logged in browser act.
func guard(log *slog.Logger, origins *http.CrossOriginProtection, next http.Handler) http.Handler {
	return Guard(log, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if !bearsToken(r) {
			if err := origins.Check(r); err != nil {
				writeProblem(w, http.StatusForbidden, err.Error())
				return
			}
		}
		next.ServeHTTP(w, r)
	}))
}

// bearsToken: a Bearer token is sent by code on purpose, never by a browser on its
// own. Any other scheme is no such sign: behind a proxy that asks for a password
// browsers add Basic to requests that another site's page has caused, too.
func bearsToken(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "Bearer") && strings.TrimSpace(token) != ""
}

// sameOrigin refuses unsafe requests from other sites by Sec-Fetch-Site or Origin.
func sameOrigin(publicURL string) (*http.CrossOriginProtection, error) {
	origins := http.NewCrossOriginProtection()
	if publicURL == "" {
		return origins, nil
	}
	if err := origins.AddTrustedOrigin(publicURL); err != nil {
		return nil, fmt.Errorf("public address: %w", err)
	}
	return origins, nil
}

func notFound(w http.ResponseWriter, r *http.Request) {
	writeProblem(w, http.StatusNotFound, "nothing answers "+r.Method+" here; see /openapi.json")
}

// writeProblem is for what is decided outside of an operation.
func writeProblem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: detail}) // the peer is gone: nobody to tell
}

// recorder notes the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap serves http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
