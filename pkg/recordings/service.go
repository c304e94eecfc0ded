package recordings

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/google/uuid"

	"callcard/pkg/cti"
)

// Kinds of journal entries that the service wants.
func Kinds() []cti.CallEventKind { return []cti.CallEventKind{cti.RecordingStarted, cti.CallFinished} }

// Store of the index of recordings.
type Store interface {
	// ExpectRecording notes a file once; it joins the transaction that ctx carries.
	ExpectRecording(ctx context.Context, r cti.Recording) error
	// PendingRecordings are the expected files of calls that have ended.
	PendingRecordings(ctx context.Context) ([]cti.Recording, error)
	SaveRecording(ctx context.Context, r cti.Recording) error
	AddDecisions(ctx context.Context, id cti.CallID, decisions []cti.Decision) error
}

// Fetcher gets a file that is not on this machine, for instance through ARI.
// cti.ErrNotFound says that it has none.
type Fetcher interface {
	Fetch(ctx context.Context, r cti.Recording) (io.ReadCloser, error)
}

// Options of a Service; Fetcher is optional.
type Options struct {
	Dir     string // callcard's own store of files
	Roots   []Root // one per PBX whose files can be read here
	Store   Store
	Fetcher Fetcher
	Logger  *slog.Logger
}

// Service collects and plays recordings.
type Service struct {
	opts Options
	log  *slog.Logger
	wake chan struct{} // capacity 1: there may be new pending files; a token more would say nothing new
}

// New returns a service; Apply and Committed are for its journal consumer, Run collects.
func New(opts Options) (*Service, error) {
	if opts.Dir == "" {
		return nil, &cti.InvalidError{Field: "recordings.store", Got: "", Want: "a directory"}
	}
	s := &Service{opts: opts, log: opts.Logger.With("component", "recordings"), wake: make(chan struct{}, 1)}
	if err := s.prepare(); err != nil {
		return nil, fmt.Errorf("prepare recordings: %w", err)
	}
	return s, nil
}

// Apply notes the files that calls have.
func (s *Service) Apply(ctx context.Context, entries []cti.JournalEntry) error {
	for _, entry := range entries {
		for _, file := range entry.Event.Call.Files {
			if err := s.opts.Store.ExpectRecording(ctx, expected(entry.Event.Call, file)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Committed wakes Run.
func (s *Service) Committed(context.Context) {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// expected makes the id from what names the file, so that it is the same each time it is told.
func expected(c cti.Call, file cti.RecordingFile) cti.Recording {
	name := "callcard:recording:" + file.Leg.String() + ":" + file.Path
	return cti.Recording{
		ID:      uuid.NewSHA1(uuid.NameSpaceURL, []byte(name)).String(),
		CallID:  c.ID,
		Leg:     file.Leg,
		State:   cti.RecordingExpected,
		Source:  file.Path,
		Started: file.At,
	}
}
