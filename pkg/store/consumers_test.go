package store_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"callcard/pkg/callbacks"
	"callcard/pkg/cti"
	"callcard/pkg/journal"
	"callcard/pkg/recordings"
	"callcard/pkg/store"
)

// What wiring relies on.
var (
	_ journal.Store    = (*store.Store)(nil)
	_ journal.Log      = (*store.Cursor)(nil)
	_ callbacks.Store  = (*store.Store)(nil)
	_ recordings.Store = (*store.Store)(nil)
)

func ended(i int, change func(*cti.Call)) cti.CallEvent {
	id := cti.CallID(fmt.Sprintf("main:%d.1", i))
	c := cti.Call{
		ID: id, PBX: "main", Version: 2, Direction: cti.Inbound, State: cti.CallEnded, Missed: true, Outcome: cti.OutcomeAbandoned,
		Client: cti.Phone{Number: fmt.Sprint("+7916000000", i%3), Kind: cti.NumberE164}, DID: "+74950000001",
		Started: time.Unix(int64(1000+i), 0).UTC(), Ended: time.Unix(int64(1001+i), 0).UTC(),
	}
	change(&c)
	return cti.CallEvent{Epoch: "e", Seq: uint64(i + 1), At: c.Ended, Kind: cti.CallFinished, Call: c}
}

type channel chan cti.Callback

func (c channel) CallbackChanged(_ context.Context, b cti.Callback) { c <- b }

type nobody struct{}

func (nobody) CallbackChanged(context.Context, cti.Callback) {}

// TestCrashesCountNothingTwice lets the daemon die again and again in the middle of
// the consumer's transactions: each missed call still counts exactly once.
func TestCrashesCountNothingTwice(t *testing.T) {
	t.Parallel()
	s, ctx := opened(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db")), t.Context()
	const calls = 90
	var events []cti.CallEvent
	for i := range calls {
		events = append(events, ended(i, func(c *cti.Call) {
			if i%10 == 9 { // somebody gets through now and then
				c.Missed, c.Outcome, c.Talks = false, cti.OutcomeAnswered, []cti.Talk{{From: c.Started, To: c.Ended}}
			}
		}))
	}
	if err := s.AppendEvents(ctx, events); err != nil {
		t.Fatal(err)
	}
	crash, random := errors.New("crash"), rand.New(rand.NewPCG(1, 2))
	crashes := 0
	for {
		svc := callbacks.New(callbacks.Options{Store: s, Publisher: nobody{}, Logger: slog.New(slog.DiscardHandler)})
		n, err := s.Cursor("callbacks", callbacks.Kinds()...).Next(ctx, 1+random.IntN(7), func(ctx context.Context, entries []cti.JournalEntry) error {
			if err := svc.Apply(ctx, entries); err != nil {
				return err
			}
			if random.IntN(3) == 0 {
				return crash
			}
			return nil
		})
		if errors.Is(err, crash) {
			crashes++
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	missed, all := 0, 0
	found, _, err := s.Callbacks(ctx, cti.CallbackFilter{Viewer: cti.User{Role: cti.RoleAdmin}})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range found {
		missed += b.Missed
		all += len(b.Calls)
	}
	if missed != 81 || all != 81 || crashes == 0 {
		t.Errorf("%d missed calls in callbacks, %d listed, after %d crashes; want 81, each once", missed, all, crashes)
	}
	for _, e := range events {
		trace, err := s.Trace(ctx, e.Call.ID)
		if err != nil || len(trace) > 1 || e.Call.Missed && len(trace) != 1 {
			t.Errorf("%s: trace %v, err %v", e.Call.ID, trace, err)
		}
	}
}

type stream chan *cti.CallEvent

func (s stream) Events() <-chan *cti.CallEvent { return s }
func (stream) Err() error                      { return nil }
func (stream) Close()                          {}

// TestTheDurableWay goes from the tracker's stream to a callback and a stored
// recording, with all parts running as in the daemon.
func TestTheDurableWay(t *testing.T) {
	t.Parallel()
	s, log := opened(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db")), slog.New(slog.DiscardHandler)
	spool := t.TempDir()
	file := "RIFF\x34\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x10\x00\x00\x00" + strings.Repeat("ab", 8)
	if err := os.WriteFile(filepath.Join(spool, "x.wav"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	events, told, signal := make(stream), make(channel, 10), &journal.Signal{}
	owed := callbacks.New(callbacks.Options{Store: s, Publisher: told, Logger: log})
	rec, err := recordings.New(recordings.Options{Dir: t.TempDir(), Roots: []recordings.Root{{PBX: "main", Dir: spool}}, Store: s, Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var group errgroup.Group
	group.Go(func() error {
		return journal.NewWriter(journal.Options{Subscribe: func() journal.Subscription { return events }, Store: s, Appended: signal, Logger: log}).Run(ctx)
	})
	group.Go(func() error {
		return journal.Run(ctx, journal.Consumer{
			Name: "callbacks", Log: s.Cursor("callbacks", callbacks.Kinds()...),
			Apply: owed.Apply, Committed: owed.Committed, Appended: signal, Logger: log,
		})
	})
	group.Go(func() error {
		return journal.Run(ctx, journal.Consumer{
			Name: "recordings", Log: s.Cursor("recordings", recordings.Kinds()...),
			Apply: rec.Apply, Committed: rec.Committed, Appended: signal, Logger: log,
		})
	})
	group.Go(func() error { return rec.Run(ctx) })

	if _, err := s.CreateContact(ctx, cti.Contact{ID: "ivan", Name: "Иван"}); err != nil {
		t.Fatal(err)
	}
	if err := s.LinkContact(ctx, "main:0.1", "ivan", ""); err != nil {
		t.Fatal(err)
	}
	event := ended(0, func(c *cti.Call) {
		c.Files = []cti.RecordingFile{{Leg: cti.LegID{PBX: "main", Uniqueid: "0.1"}, Path: "/var/spool/asterisk/monitor/x.wav", At: c.Started}}
	})
	events <- &event
	b := <-told
	if b.State != cti.CallbackOpen || b.ContactName != "Иван" {
		t.Errorf("got %+v, want an open callback of Иван", b)
	}
	record := settled(t, s, "main:0.1")
	if len(record.Recordings) != 1 || !record.Recordings[0].State.Playable() || record.Recordings[0].ContactID != "ivan" {
		t.Errorf("got %+v, want one stored recording of Иван", record.Recordings)
	}
	close(events)
	stop()
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
}

// settled waits until no recording of the call is expected any more.
func settled(t *testing.T, s *store.Store, id cti.CallID) cti.CallRecord {
	t.Helper()
	for {
		record, err := s.Call(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if len(record.Recordings) > 0 && record.Recordings[0].State != cti.RecordingExpected {
			return record
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatal("the recording was not settled")
		}
	}
}
