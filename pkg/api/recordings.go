package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"callcard/pkg/cti"
)

// Recordings finds and opens recordings.
type Recordings interface {
	Recording(ctx context.Context, id string) (cti.Recording, error)
	Open(ctx context.Context, recording cti.Recording) (io.ReadSeekCloser, error)
}

type recordingInput struct {
	ID    string `path:"id" maxLength:"200" doc:"Id of the recording, from its call"`
	Range string `header:"Range" doc:"Part of the file, as bytes=0-1023 (RFC 9110 section 14)"`
}

func (s *server) audio(ctx context.Context, in *recordingInput) (*huma.StreamResponse, error) {
	recording, err := s.Recordings.Recording(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if _, err := s.visibleCall(ctx, recording.CallID); err != nil {
		return nil, err
	}
	if recording.State != cti.RecordingStored {
		return nil, fmt.Errorf("the sound of this recording is %s: %w", recording.State, cti.ErrNotFound)
	}
	file, err := s.Recordings.Open(ctx, recording)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		defer func() { _ = file.Close() }() // only read
		r, w := humago.Unwrap(ctx)
		serve(w, r, recording, file)
	}}, nil
}

func serve(w http.ResponseWriter, r *http.Request, recording cti.Recording, file io.ReadSeeker) {
	// A long recording over a slow line may take longer than the server's deadline.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
	name := path.Base(recording.File)
	header := w.Header()
	header.Set("Content-Type", audioType(name))
	header.Set("Content-Disposition", fmt.Sprintf("inline; filename=%q", name))
	header.Set("Cache-Control", "private, no-cache")
	if recording.SHA256 != "" {
		header.Set("ETag", `"`+recording.SHA256+`"`)
	}
	http.ServeContent(w, r, "", recording.Stored, file)
}

// audioType never looks into the file: a browser must not run what a caller sent as sound.
func audioType(name string) string {
	switch path.Ext(name) {
	case ".wav", ".WAV":
		return "audio/wav"
	case ".mp3":
		return "audio/mpeg"
	case ".ogg", ".opus":
		return "audio/ogg"
	default:
		return "application/octet-stream"
	}
}
