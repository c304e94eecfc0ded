package recordings

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"callcard/pkg/cti"
)

// Kinds of journal entries that the service wants.
func Kinds() []cti.CallEventKind {
	return []cti.CallEventKind{cti.RecordingStarted, cti.CallFinished, cti.CallCorrected}
}

// Store of the index of recordings.
type Store interface {
	// ExpectRecording notes a file once; it joins the transaction that ctx carries.
	ExpectRecording(ctx context.Context, r cti.Recording) error
	// PendingRecordings are the expected files of calls that have ended: of these calls, or of all.
	PendingRecordings(ctx context.Context, of ...cti.CallID) ([]cti.Recording, error)
	SaveRecording(ctx context.Context, r cti.Recording) error
	AddDecisions(ctx context.Context, id cti.CallID, decisions []cti.Decision) error
	// LateRecordings are those that were given up of calls since then.
	LateRecordings(ctx context.Context, since time.Time) ([]cti.Recording, error)
	RecordingsOf(ctx context.Context, leg cti.LegID) ([]cti.Recording, error)
	Recording(ctx context.Context, id string) (cti.Recording, error)
	// CallOfLeg finds the call of a leg that lived at a time.
	CallOfLeg(ctx context.Context, leg cti.LegID, at time.Time) (cti.CallID, error)
	Call(ctx context.Context, id cti.CallID) (cti.CallRecord, error)
	Peaks(ctx context.Context, id string) (cti.Peaks, error)
	SavePeaks(ctx context.Context, id string, p cti.Peaks) error
	// DueRecordings are stored files with something left to do, the oldest first.
	DueRecordings(ctx context.Context, limit int) ([]cti.Recording, error)
	// ReplaceFile writes file, size, checksum, note and what is due of a stored recording whose
	// file is still before; cti.ErrConflict when it is another one or is being removed.
	ReplaceFile(ctx context.Context, r cti.Recording, before string) error
}

// Fetcher gets a file that is not on this machine, for instance through ARI.
// cti.ErrNotFound says that it has none.
type Fetcher interface {
	Fetch(ctx context.Context, r cti.Recording) (io.ReadCloser, error)
}

// Lister lists the files that a Fetcher could get from a PBX, by their paths there; none
// of a PBX whose files it does not have.
type Lister interface {
	List(ctx context.Context, pbx string) (paths []string, err error)
}

// Options of a Service; Vault, Transcoder, Fetcher and Lister are optional.
type Options struct {
	// Dir is callcard's own directory: of files on their way, and of all where there is no Vault.
	Dir   string
	Vault Vault
	// Transcoder makes stored WAVE files smaller; nil leaves them.
	Transcoder *Transcoder
	Roots      []Root // one per PBX whose files can be read here
	Store      Store
	Fetcher    Fetcher
	Lister     Lister
	Behind     func(work func()) // runs work that nobody waits for; nil: like all else
	Logger     *slog.Logger
}

// Service collects and plays recordings.
type Service struct {
	opts  Options
	vault Vault
	log   *slog.Logger
	home  string        // Dir as other programs find it
	due   chan struct{} // capacity 1: a stored file has something due; a token more would say nothing new
	wake  chan struct{} // capacity 1: there may be new pending files; a token more would say nothing new

	shelves map[int]*shelf      // by root; only Named touches them
	lists   map[string]*listing // by PBX; likewise

	applied []cti.CallID // ended calls of the transaction that is not committed yet

	mu    sync.Mutex
	ended []cti.CallID // whose files Run does not know yet; at most maxEnded, then Run reads all
	all   bool
	// early are stored files of calls whose end is not written yet: uploads are that
	// fast. A restart forgets them, and they stay stored.
	early map[cti.CallID][]cti.Recording
	late  []cti.Recording // to be looked for once more: what patrols found, and uploads that wait on the disk

	failing  atomic.Bool   // the last try to store a file failed
	failures atomic.Uint64 // tries to store a file that did not succeed
	waiting  atomic.Int64  // complete files that the vault has not taken yet

	converted, unconverted atomic.Uint64
}

// Stats are figures for whoever watches.
type Stats struct {
	Waiting  int64  // complete files that the vault has not taken yet
	Failures uint64 // tries to store a file that did not succeed

	Transcoded   uint64 // files that became small ones
	Untranscoded uint64 // tries of it that did not succeed
}

// Stats may be called from any goroutine.
func (s *Service) Stats() Stats {
	return Stats{Waiting: s.waiting.Load(), Failures: s.failures.Load(), Transcoded: s.converted.Load(), Untranscoded: s.unconverted.Load()}
}

// maxEnded bounds the calls that end while Run copies files: reading all pending
// files once costs less than asking for more calls than these.
const maxEnded = 1024

// New returns a service; Apply and Committed are for its journal consumer, Run collects.
func New(opts Options) (*Service, error) {
	if opts.Dir == "" {
		return nil, &cti.InvalidError{Field: "recordings.store", Got: "", Want: "a directory"}
	}
	s := &Service{opts: opts, vault: opts.Vault, log: opts.Logger.With("component", "recordings"), wake: make(chan struct{}, 1), due: make(chan struct{}, 1), all: true, early: map[cti.CallID][]cti.Recording{}, shelves: map[int]*shelf{}, lists: map[string]*listing{}}
	if s.vault == nil {
		s.vault = folder{opts.Dir}
	}
	if s.opts.Behind == nil {
		s.opts.Behind = func(work func()) { work() }
	}
	var err error
	if s.home, err = filepath.Abs(opts.Dir); err != nil {
		return nil, fmt.Errorf("prepare recordings: %w", err)
	}
	if err := s.prepare(); err != nil {
		return nil, fmt.Errorf("prepare recordings: %w", err)
	}
	return s, nil
}

// Apply notes the files that calls have.
func (s *Service) Apply(ctx context.Context, entries []cti.JournalEntry) error {
	s.applied = s.applied[:0] // a transaction that failed has changed nothing
	for _, entry := range entries {
		call := entry.Event.Call
		for _, file := range call.Files {
			if err := s.opts.Store.ExpectRecording(ctx, expected(call, file)); err != nil {
				return err
			}
		}
		if len(call.Files) > 0 && (entry.Event.Kind == cti.CallFinished || call.State == cti.CallEnded) {
			s.applied = append(s.applied, call.ID)
		}
	}
	return nil
}

// Committed tells Run which calls have ended with files.
func (s *Service) Committed(context.Context) {
	if len(s.applied) == 0 {
		return
	}
	s.mu.Lock()
	if len(s.ended)+len(s.applied) > maxEnded {
		s.ended, s.all = nil, true
	} else if !s.all {
		s.ended = append(s.ended, s.applied...)
	}
	s.mu.Unlock()
	s.applied = s.applied[:0]
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// expected makes the id from what names the file, so that it is the same each time it is told.
func expected(c cti.Call, file cti.RecordingFile) cti.Recording {
	return cti.Recording{
		ID:      idOf(file.Leg, file.Path),
		CallID:  c.ID,
		Leg:     file.Leg,
		State:   cti.RecordingExpected,
		Source:  file.Path,
		Started: file.At,
	}
}

func idOf(leg cti.LegID, source string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("callcard:recording:"+leg.String()+":"+source)).String()
}
