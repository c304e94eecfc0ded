package recordings

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"callcard/pkg/cti"
)

const (
	// lateEvery is how often files that were given up are looked for once more: the
	// PBX's own work after a call may take minutes.
	lateEvery = 10 * time.Minute
	// lateFor is how long.
	lateFor = 48 * time.Hour
	// scanFirst is the pause after the start before files that nobody named are looked
	// for: what callcard was down for comes to light.
	scanFirst = 2 * time.Minute
	// scanHour is when, each night, local time.
	scanHour = 3
	// scanBack bounds the age of files that are taken up without an event.
	scanBack = 72 * time.Hour
	// scanRest is how long a file must not have changed: who writes it may still name it.
	scanRest = 10 * time.Minute
)

// patrol looks again for what was given up and, at night, for files that no event named.
func (s *Service) patrol(ctx context.Context) error {
	late, scan := time.NewTicker(lateEvery), time.NewTimer(scanFirst)
	defer late.Stop()
	defer scan.Stop()
	s.lookFor(s.waitingUploads(ctx)...)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-late.C:
			s.lookForLate(ctx)
		case <-scan.C:
			s.scan(ctx)
			scan.Reset(time.Until(nextNight(time.Now())))
		}
	}
}

func nextNight(now time.Time) time.Time {
	night := time.Date(now.Year(), now.Month(), now.Day(), scanHour, 30, 0, 0, now.Location())
	if !night.After(now) {
		night = night.AddDate(0, 0, 1)
	}
	return night
}

func (s *Service) lookForLate(ctx context.Context) {
	found, err := s.opts.Store.LateRecordings(ctx, time.Now().Add(-lateFor))
	if err != nil {
		return // a fault is told by whoever reads the index next
	}
	s.lookFor(append(found, s.waitingUploads(ctx)...)...)
}

// lookFor makes Run look for files that the index does not call pending.
func (s *Service) lookFor(found ...cti.Recording) {
	if len(found) == 0 {
		return
	}
	s.mu.Lock()
	s.late = append(s.late, found...)
	s.mu.Unlock()
	s.lookNow()
}

// lookNow makes Run read the index.
func (s *Service) lookNow() {
	s.lookAgain()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// scan takes up the files below the roots that no event named: callcard was down, or
// somebody else records. A name that holds a Uniqueid tells the call.
func (s *Service) scan(ctx context.Context) {
	for _, root := range s.opts.Roots {
		taken, strange, err := s.scanRoot(ctx, root)
		if err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "cannot look for recordings that nobody named", "pbx", root.PBX, "err", err)
		}
		if taken > 0 || strange > 0 {
			s.log.InfoContext(ctx, "recordings that nobody named", "pbx", root.PBX, "taken", taken, "of_no_call", strange)
		}
	}
	s.lookNow()
}

func (s *Service) scanRoot(ctx context.Context, root Root) (taken, strange int, err error) {
	dir, err := os.OpenRoot(root.Dir)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = dir.Close() }() // only read
	now := time.Now()
	err = fs.WalkDir(dir.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil || !entry.Type().IsRegular() || contentType(path.Ext(name)) == unknownType {
			return nil //nolint:nilerr // a folder that cannot be read hides the others not
		}
		info, err := entry.Info()
		if err != nil || now.Sub(info.ModTime()) > scanBack || now.Sub(info.ModTime()) < scanRest {
			return nil //nolint:nilerr // it is gone
		}
		switch known, err := s.adopt(ctx, root, name, info.ModTime()); {
		case errors.Is(err, cti.ErrNotFound):
			strange++
		case err != nil:
			return err
		case !known:
			taken++
		}
		return nil
	})
	return taken, strange, err
}

// uniqueid is how Asterisk names channels; a system name may come before it.
var uniqueid = regexp.MustCompile(`\d{9,11}\.\d+`)

// adopt expects a file that was found, unless it is known already.
func (s *Service) adopt(ctx context.Context, root Root, name string, written time.Time) (known bool, err error) {
	name, _, _ = wholeOf(name)
	at := uniqueid.FindStringIndex(stem(name))
	if at == nil {
		return false, cti.ErrNotFound
	}
	began := bornAt(stem(name)[at[0]:at[1]], written)
	var leg cti.LegID
	var call cti.CallID
	for _, id := range []string{stem(name)[at[0]:at[1]], stem(name)[:at[1]]} { // the second with the system's name
		leg = cti.LegID{PBX: root.PBX, Uniqueid: id}
		recordings, err := s.opts.Store.RecordingsOf(ctx, leg)
		if err != nil {
			return false, err
		}
		if _, ok := sameFile(recordings, name); ok {
			return true, nil
		}
		if call, err = s.opts.Store.CallOfLeg(ctx, leg, began); err == nil {
			break
		}
		if !errors.Is(err, cti.ErrNotFound) {
			return false, err
		}
	}
	if call == "" {
		return false, cti.ErrNotFound
	}
	record, err := s.opts.Store.Call(ctx, call)
	if err != nil && !errors.Is(err, cti.ErrNotFound) {
		return false, err
	}
	if _, ok := sameFile(record.Recordings, name); ok {
		return true, nil // it is of another channel of the call
	}
	source := path.Join(root.Dir, name)
	return false, s.opts.Store.ExpectRecording(ctx, cti.Recording{
		ID: idOf(leg, source), CallID: call, Leg: leg, State: cti.RecordingExpected, Source: source, Started: began,
	})
}

// sameFile finds the recording of a file by its name without folders and extension.
func sameFile(recordings []cti.Recording, name string) (cti.Recording, bool) {
	for _, r := range recordings {
		if stem(r.Source) == stem(name) {
			return r, true
		}
	}
	return cti.Recording{}, false
}

func stem(name string) string { return strings.TrimSuffix(path.Base(name), path.Ext(name)) }

// bornAt is the second in which a channel was made, which is the first part of its Uniqueid.
func bornAt(uniqueid string, otherwise time.Time) time.Time {
	seconds, _, _ := strings.Cut(uniqueid, ".")
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return otherwise
	}
	return time.Unix(n, 0)
}
