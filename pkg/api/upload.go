package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"callcard/pkg/cti"
)

// RecordingUpload is a finished file that a PBX sends.
type RecordingUpload struct {
	Leg    cti.LegID
	Name   string
	SHA256 string
	Body   io.Reader
}

type uploadInput struct {
	Uniqueid string `query:"uniqueid" required:"true" minLength:"1" maxLength:"150" doc:"Uniqueid of the recorded channel"`
	Name     string `query:"name" required:"true" minLength:"1" maxLength:"1000" doc:"The file's name, as MIXMONITOR_FILENAME has it"`
	PBX      string `query:"pbx" maxLength:"64" doc:"Id of the PBX; the first one when absent"`
	SHA256   string `header:"X-Content-SHA256" maxLength:"64" doc:"Checksum of the file in hexadecimal digits; what does not fit it is refused"`
	body     io.Reader
}

// uploadTime bounds one upload, in place of the server's deadline for small requests.
const uploadTime = 30 * time.Minute

// Resolve leaves the body where it is: it is read as it comes.
func (in *uploadInput) Resolve(ctx huma.Context) []error {
	r, w := humago.Unwrap(ctx)
	in.body = r.Body
	control := http.NewResponseController(w)
	_, _ = control.SetReadDeadline(time.Now().Add(uploadTime)), control.SetWriteDeadline(time.Now().Add(uploadTime)) // a server without deadlines
	return nil
}

type recordingOutput struct{ Body cti.Recording }

func (s *server) upload(ctx context.Context, in *uploadInput) (*recordingOutput, error) {
	if role := userOf(ctx).Role; role != cti.RoleService && role != cti.RoleAdmin {
		return nil, fmt.Errorf("uploads are for the roles service and admin: %w", cti.ErrForbidden)
	}
	recording, err := s.Recordings.Receive(ctx, RecordingUpload{
		Leg: cti.LegID{PBX: in.PBX, Uniqueid: in.Uniqueid}, Name: in.Name, SHA256: in.SHA256, Body: in.body,
	})
	return &recordingOutput{Body: recording}, err
}

// uploads describes the body, which huma does not read.
func uploads(op huma.Operation) huma.Operation {
	op.RequestBody = &huma.RequestBody{
		Description: "The file as it is, at most 512 MiB", Required: true,
		Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}},
	}
	op.Errors = append(op.Errors, http.StatusForbidden, http.StatusConflict)
	return op
}
