package api

import (
	"context"
	"fmt"
	"strings"

	"callcard/pkg/cti"
)

type holdInput struct {
	ID   string `path:"id" maxLength:"200" doc:"Id of the recording, from its call"`
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500" doc:"Why it must not be removed"`
	}
}

// held finds a recording for one who may decide about its removal.
func (s *server) held(ctx context.Context, id string) (cti.Recording, error) {
	if role := userOf(ctx).Role; role != cti.RoleSupervisor && role != cti.RoleAdmin {
		return cti.Recording{}, fmt.Errorf("holds are for supervisors: %w", cti.ErrForbidden)
	}
	return s.Recordings.Recording(ctx, id)
}

func (s *server) hold(ctx context.Context, in *holdInput) (*recordingOutput, error) {
	recording, err := s.held(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	reason := strings.TrimSpace(in.Body.Reason)
	if reason == "" {
		return nil, &cti.InvalidError{Field: "reason", Got: in.Body.Reason, Want: "some words"}
	}
	if !recording.State.Playable() {
		return nil, &cti.ConflictError{Why: "this recording is " + string(recording.State) + ": there is no sound to hold"}
	}
	err = s.Recordings.HoldRecording(ctx, cti.RecordingHold{CallID: recording.CallID, By: userOf(ctx).ID, Reason: reason, At: s.Now()})
	if err != nil {
		return nil, err
	}
	recording, err = s.Recordings.Recording(ctx, in.ID)
	return &recordingOutput{Body: recording}, err
}

func (s *server) release(ctx context.Context, in *recordingInput) (*recordingOutput, error) {
	recording, err := s.held(ctx, in.ID)
	if err == nil {
		err = s.Recordings.ReleaseRecording(ctx, recording.CallID, userOf(ctx).ID, s.Now())
	}
	if err == nil {
		recording, err = s.Recordings.Recording(ctx, in.ID)
	}
	return &recordingOutput{Body: recording}, err
}

type pruneInput struct {
	Body struct {
		DryRun bool `json:"dry_run" doc:"Only tell what would be removed"`
		Limit  int  `json:"limit,omitempty" minimum:"1" maximum:"1000" default:"1000" doc:"Recordings at most"`
	}
}

type pruneOutput struct{ Body cti.PruneReport }

func (s *server) prune(ctx context.Context, in *pruneInput) (*pruneOutput, error) {
	if userOf(ctx).Role != cti.RoleAdmin {
		return nil, fmt.Errorf("pruning is for admins: %w", cti.ErrForbidden)
	}
	report, err := s.Recordings.Prune(ctx, in.Body.DryRun, in.Body.Limit)
	report.Items = list(report.Items)
	return &pruneOutput{Body: report}, err
}
