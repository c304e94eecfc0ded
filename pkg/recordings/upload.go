package recordings

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"time"

	"github.com/google/uuid"

	"callcard/pkg/cti"
)

// Upload is a finished file that a PBX sends.
type Upload struct {
	Leg    cti.LegID
	Name   string // as MIXMONITOR_FILENAME has it, or the file's name alone
	SHA256 string // of the whole file, when the sender knows
	Body   io.Reader
}

// maxUpload bounds one file: nine hours in 16 bits.
const maxUpload = 512 << 20

// Receive stores an uploaded file. What is stored already is not stored again, so the
// sender may repeat himself; another sound under the same name is a conflict.
func (s *Service) Receive(ctx context.Context, up Upload) (cti.Recording, error) {
	rec, err := s.place(ctx, up)
	if err != nil {
		return rec, fmt.Errorf("upload %s: %w", path.Base(up.Name), err)
	}
	f, sum, err := s.spool(up)
	if err != nil {
		return rec, fmt.Errorf("upload %s: %w", path.Base(up.Name), err)
	}
	defer func() { _ = f.Close() }() // only read
	if _, _, one := wholeOf(up.Name); rec.State.Playable() && one {
		return rec, nil // it was merged already, or came too late
	}
	if rec.State.Playable() {
		if sum != cmp.Or(rec.Origin, rec.SHA256) {
			return rec, fmt.Errorf("upload %s: another sound is stored under this name: %w", path.Base(up.Name), cti.ErrConflict)
		}
		return rec, nil
	}
	if _, side, one := wholeOf(up.Name); one {
		if err := s.hold(f, rec.ID+side+extension(f.Name())); err != nil {
			return rec, fmt.Errorf("upload %s: %w", path.Base(up.Name), err)
		}
		return rec, nil // the sender's next file is the other side, or the whole
	}
	return s.receive(ctx, f, rec, up)
}

// place finds the recording that the file is of, or makes one.
func (s *Service) place(ctx context.Context, up Upload) (rec cti.Recording, err error) {
	if _, err := (Root{}).candidates(up.Name); err != nil || stem(up.Name) == "" || stem(up.Name) == "/" {
		return rec, &cti.InvalidError{Field: "name", Got: up.Name, Want: "the name of a recorded file"}
	}
	up.Name, _, _ = wholeOf(up.Name)
	known, err := s.opts.Store.RecordingsOf(ctx, up.Leg)
	if err != nil {
		return rec, err
	}
	if rec, ok := sameFile(known, up.Name); ok {
		return rec, nil
	}
	at := bornAt(uniqueid.FindString(up.Leg.Uniqueid), time.Now())
	call, err := s.opts.Store.CallOfLeg(ctx, up.Leg, at)
	if errors.Is(err, cti.ErrNotFound) { // the PBX is faster than the journal: its first leg names a call
		call, err = cti.CallID(up.Leg.String()), nil
	}
	if err != nil {
		return rec, err
	}
	rec = cti.Recording{ID: idOf(up.Leg, up.Name), CallID: call, Leg: up.Leg, State: cti.RecordingExpected, Source: up.Name, Started: at}
	if err := s.opts.Store.ExpectRecording(ctx, rec); err != nil {
		return rec, err
	}
	return s.opts.Store.Recording(ctx, rec.ID)
}

// spool takes the body into a file without a name, so that nothing is left of a broken upload.
func (s *Service) spool(up Upload) (f *os.File, sum string, err error) {
	dir, err := os.OpenRoot(s.opts.Dir)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = dir.Close() }() // only opened
	name := path.Join(temporary, "upload-"+uuid.NewString()+extension(up.Name))
	if f, err = dir.Create(name); err != nil {
		return nil, "", err
	}
	_ = dir.Remove(name)
	n, err := io.Copy(f, io.LimitReader(up.Body, maxUpload+1))
	if err == nil && n > maxUpload {
		err = &cti.InvalidError{Field: "body", Got: "more", Want: fmt.Sprintf("at most %d bytes", maxUpload)}
	}
	if err == nil && n == 0 {
		err = &cti.InvalidError{Field: "body", Got: "nothing", Want: "a file"}
	}
	if err == nil {
		sum, err = sumOf(io.NewSectionReader(f, 0, n))
	}
	if err == nil && up.SHA256 != "" && !strings.EqualFold(up.SHA256, sum) {
		err = &cti.InvalidError{Field: "X-Content-SHA256", Got: up.SHA256, Want: "the checksum of what came: " + sum}
	}
	if err != nil {
		_ = f.Close()
		return nil, "", err
	}
	return f, sum, nil
}

// receive stores what was spooled: the sender says that it is whole.
func (s *Service) receive(ctx context.Context, f *os.File, rec cti.Recording, up Upload) (cti.Recording, error) {
	m := material{f: f}
	var err error
	if m.info, err = f.Stat(); err != nil {
		return rec, err
	}
	m.voices, m.paired = s.bothVoices(ctx, rec)
	defer m.voices.Close()
	found := m.inspect(&job{rec: rec, step: len(checks())}, false, true)
	if found.empty {
		rec.State, rec.Note = cti.RecordingEmpty, "a header only"
	} else if rec, err = s.take(ctx, m, rec, found); err != nil {
		if rec, err = s.postpone(ctx, f, rec, err); err != nil {
			return rec, fmt.Errorf("upload %s: %w", path.Base(up.Name), err)
		}
		return rec, nil
	}
	if err := s.save(ctx, rec); err != nil {
		return rec, err
	}
	return s.opts.Store.Recording(ctx, rec.ID)
}

// postpone keeps an upload that the store does not take now: the sender is done with it.
func (s *Service) postpone(ctx context.Context, f *os.File, rec cti.Recording, why error) (cti.Recording, error) {
	s.told(ctx, rec, why)
	if err := s.hold(f, rec.ID+extension(f.Name(), rec.Source)); err != nil {
		return rec, errors.Join(why, err)
	}
	rec.State, rec.Tried = cti.RecordingComplete, []string{why.Error()}
	if err := s.opts.Store.SaveRecording(ctx, rec); err != nil {
		return rec, err
	}
	s.lookFor(rec)
	return s.opts.Store.Recording(ctx, rec.ID)
}
