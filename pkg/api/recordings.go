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
	FindRecordings(ctx context.Context, filter cti.RecordingFilter) (found []cti.FoundRecording, next string, err error)
	Open(ctx context.Context, recording cti.Recording) (io.ReadSeekCloser, error)
	Peaks(ctx context.Context, recording cti.Recording) (cti.Peaks, error)
	LogAccess(ctx context.Context, access cti.RecordingAccess) error
	Accesses(ctx context.Context, id string) ([]cti.RecordingAccess, error)
	HoldRecording(ctx context.Context, hold cti.RecordingHold) error
	ReleaseRecording(ctx context.Context, call cti.CallID, by cti.UserID, at time.Time) error
	Prune(ctx context.Context, dryRun bool, limit int) (cti.PruneReport, error)
	// Receive stores an uploaded file once; a leg without a PBX is the first one's.
	Receive(ctx context.Context, upload RecordingUpload) (cti.Recording, error)
}

func (s *server) recordingRoutes(v1 huma.API) {
	add(s, v1, get("/recordings", "recordings", "Recordings, those of the newest calls first"), s.recordings)
	add(s, v1, uploads(put("/recordings/upload", "recordings", "Store a file that a PBX has recorded; may be repeated")), s.upload)
	add(s, v1, audio(get("/recordings/{id}/audio", "recordings", "The sound of a recording")), s.audio)
	add(s, v1, get("/recordings/{id}/peaks", "recordings", "The shape of a recording"), s.peaks)
	add(s, v1, conflict(put("/recordings/{id}/hold", "recordings", "Keep the recordings of this one's call from every removal; for supervisors")), s.hold)
	add(s, v1, remove("/recordings/{id}/hold", "recordings", "Let them go their way again; for supervisors"), s.release)
	add(s, v1, post("/recordings/prune", "recordings", "Remove recordings that no policy keeps, or tell which; for admins"), s.prune)
	add(s, v1, get("/recordings/{id}/access", "recordings", "Who played or saved a recording, newest first; for supervisors"), s.accesses)
}

type recordingsInput struct {
	Query string             `query:"q" maxLength:"200" doc:"Beginnings of words of the client's name or of a note, or a part of the number"`
	From  time.Time          `query:"from" doc:"Of calls that started at this time or later"`
	To    time.Time          `query:"to" doc:"Of calls that started before this time"`
	Agent cti.UserID         `query:"agent" maxLength:"128" doc:"Login name of an agent who was offered the call, talked or placed it"`
	Queue string             `query:"queue" maxLength:"80" doc:"Name of a queue in which the client waited"`
	State cti.RecordingState `query:"state" enum:"expected,writing,complete,stored,verified,empty,missing,expired" doc:"Where the recordings are on their way"`

	Cursor string `query:"cursor" maxLength:"512" doc:"next_cursor of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Recordings on a page"`
}

type recordingPage struct {
	Items      []cti.FoundRecording `json:"items" doc:"The recordings of this page"`
	NextCursor string               `json:"next_cursor,omitempty" doc:"Gives the next page as cursor; absent on the last one"`
}

type recordingsOutput struct{ Body recordingPage }

func (s *server) recordings(ctx context.Context, in *recordingsInput) (*recordingsOutput, error) {
	calls, err := s.audience(userOf(ctx), cti.CallFilter{
		From: in.From, To: in.To, Query: in.Query, Agent: in.Agent, Queue: in.Queue, Cursor: in.Cursor, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	found, next, err := s.Recordings.FindRecordings(ctx, cti.RecordingFilter{Calls: calls, State: in.State})
	return &recordingsOutput{Body: recordingPage{Items: list(found), NextCursor: next}}, err
}

// visibleRecording finds a recording of a call that the user may see.
func (s *server) visibleRecording(ctx context.Context, id string) (cti.Recording, error) {
	recording, err := s.Recordings.Recording(ctx, id)
	if err == nil {
		_, err = s.visibleCall(ctx, recording.CallID)
	}
	if err == nil && !recording.State.Playable() {
		err = fmt.Errorf("%s: %w", soundless(recording), cti.ErrNotFound)
	}
	return recording, err
}

// soundless says why there is nothing to hear.
func soundless(r cti.Recording) string {
	switch r.State {
	case cti.RecordingExpired:
		return fmt.Sprintf("the sound was removed on %s by the retention policy %q", r.Expired.UTC().Format("2006-01-02 15:04 MST"), r.ExpiredBy)
	case cti.RecordingMissing:
		return "the PBX named this recording, and its file was not found"
	case cti.RecordingEmpty:
		return "nothing was said in this recording"
	}
	return "this recording is not stored yet, it is " + string(r.State)
}

type recordingInput struct {
	ID string `path:"id" maxLength:"200" doc:"Id of the recording, from its call"`
}

type peaksOutput struct{ Body cti.Peaks }

func (s *server) peaks(ctx context.Context, in *recordingInput) (*peaksOutput, error) {
	recording, err := s.visibleRecording(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	peaks, err := s.Recordings.Peaks(ctx, recording)
	peaks.Peaks = list(peaks.Peaks)
	return &peaksOutput{Body: peaks}, err
}

type accessPage struct {
	Items []cti.RecordingAccess `json:"items" doc:"Plays and downloads, newest first"`
}

type accessesOutput struct{ Body accessPage }

func (s *server) accesses(ctx context.Context, in *recordingInput) (*accessesOutput, error) {
	if role := userOf(ctx).Role; role != cti.RoleSupervisor && role != cti.RoleAdmin {
		return nil, fmt.Errorf("who listened is for supervisors: %w", cti.ErrForbidden)
	}
	if _, err := s.Recordings.Recording(ctx, in.ID); err != nil {
		return nil, err
	}
	found, err := s.Recordings.Accesses(ctx, in.ID)
	return &accessesOutput{Body: accessPage{Items: list(found)}}, err
}

type audioInput struct {
	ID       string `path:"id" maxLength:"200" doc:"Id of the recording, from its call"`
	Download bool   `query:"download" doc:"To be saved as a file, which needs the right to"`
	Range    string `header:"Range" doc:"Part of the file, as bytes=0-1023 (RFC 9110 section 14)"`
}

// audio gives the sound to whom it may concern. That he had it is written down first:
// what cannot be written down is not given.
func (s *server) audio(ctx context.Context, in *audioInput) (*huma.StreamResponse, error) {
	recording, err := s.visibleRecording(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	user := userOf(ctx)
	access := cti.RecordingAccess{RecordingID: recording.ID, User: user.ID, What: cti.AccessPlay, At: s.Now()}
	if in.Download {
		if access.What = cti.AccessDownload; !s.Settings(user).Recordings.Download {
			return nil, fmt.Errorf("recordings may be played, not saved: %w", cti.ErrForbidden)
		}
	}
	file, err := s.Recordings.Open(ctx, recording)
	if err != nil {
		return nil, err
	}
	if err := s.Recordings.LogAccess(ctx, access); err != nil {
		_ = file.Close() // only read
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
	name, place := path.Base(recording.File), "inline"
	if r.URL.Query().Get("download") != "" {
		place = "attachment"
	}
	header := w.Header()
	header.Set("Content-Type", audioType(name))
	header.Set("Content-Disposition", fmt.Sprintf("%s; filename=%q", place, name))
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
