package recordings

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"callcard/pkg/cti"
)

func TestPlaysRanges(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	svc, err := New(Options{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "2026/11/22/id.wav"), "0123456789")
	audio, err := svc.Open(t.Context(), cti.Recording{ID: "id", State: cti.RecordingStored, File: "2026/11/22/id.wav"})
	if err != nil {
		t.Fatal(err)
	}
	defer audio.Close()
	if audio.Name != "id.wav" {
		t.Errorf("got %+v", audio)
	}
	answer := httptest.NewRecorder()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
	request.Header.Set("Range", "bytes=2-4")
	answer.Header().Set("Content-Type", audio.ContentType)
	http.ServeContent(answer, request, audio.Name, time.Time{}, audio)
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "answer", []any{http.StatusPartialContent, "234", "bytes 2-4/10", "audio/wav"},
		[]any{answer.Code, string(body), answer.Header().Get("Content-Range"), answer.Header().Get("Content-Type")})
}

func TestOpenGivesNothingElse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	svc, err := New(Options{Dir: filepath.Join(dir, "store"), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "secret"), "secret")
	for _, r := range []cti.Recording{
		{ID: "gone", State: cti.RecordingStored, File: "2026/gone.wav"},
		{ID: "expected", State: cti.RecordingExpected, File: "x.wav"},
		{ID: "no file", State: cti.RecordingStored},
	} {
		if _, err := svc.Open(t.Context(), r); !errors.Is(err, cti.ErrNotFound) {
			t.Errorf("%s: got %v, want not found", r.ID, err)
		}
	}
	if _, err := svc.Open(t.Context(), cti.Recording{State: cti.RecordingStored, File: "../secret"}); err == nil {
		t.Error("opened a file outside the store")
	}
}

func TestNewNeedsAFolder(t *testing.T) {
	t.Parallel()
	var invalid *cti.InvalidError
	if _, err := New(Options{Logger: slog.New(slog.DiscardHandler)}); !errors.As(err, &invalid) {
		t.Errorf("got %v, want a fault of recordings.store", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "")
	if _, err := New(Options{Dir: file, Logger: slog.New(slog.DiscardHandler)}); err == nil {
		t.Error("took a file for a folder")
	}
}
