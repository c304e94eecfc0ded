package callbacks_test

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"callcard/pkg/callbacks"
	"callcard/pkg/cti"
)

// fakeStore is what the database would hold. A transaction that fails is undone.
type fakeStore struct {
	mu       sync.Mutex
	tx       sync.Mutex
	all      map[string]cti.Callback
	wake     map[string]time.Time
	links    map[cti.CallID]string
	trace    map[cti.CallID][]string
	lists    map[string][]cti.NumberList
	contacts map[string]cti.UserID // responsible
	talkers  map[string]cti.UserID // who talked last with a number
	calls    []cti.Call            // of the archive
	short    bool
	fault    error
	// killAfter counts the writes of the running transaction down to the one that kills; 0 for none.
	killAfter int
}

func newStore() *fakeStore {
	return &fakeStore{
		all: map[string]cti.Callback{}, wake: map[string]time.Time{}, links: map[cti.CallID]string{}, trace: map[cti.CallID][]string{},
		lists: map[string][]cti.NumberList{}, contacts: map[string]cti.UserID{}, talkers: map[string]cti.UserID{},
	}
}

func (f *fakeStore) Together(ctx context.Context, fn func(context.Context) error) error {
	f.tx.Lock()
	defer f.tx.Unlock()
	f.mu.Lock()
	all, wake := maps.Clone(f.all), maps.Clone(f.wake)
	f.mu.Unlock()
	err := fn(ctx)
	if err != nil {
		f.mu.Lock()
		f.all, f.wake = all, wake
		f.mu.Unlock()
	}
	return err
}

// find returns those that fit, the one called last at the end.
func (f *fakeStore) find(fits func(cti.Callback) bool) []cti.Callback {
	f.mu.Lock()
	defer f.mu.Unlock()
	found := []cti.Callback{}
	for _, b := range f.all {
		if fits(b) {
			found = append(found, named(b))
		}
	}
	slices.SortFunc(found, func(a, b cti.Callback) int {
		return cmp.Or(a.LastCall.Compare(b.LastCall), cmp.Compare(a.ID, b.ID))
	})
	return found
}

func named(b cti.Callback) cti.Callback {
	if b.ContactID != "" {
		b.ContactName = "Name of " + b.ContactID
	}
	if b.ClaimedBy != "" {
		b.ClaimedByName = "Name of " + string(b.ClaimedBy)
	}
	return b
}

func one(found []cti.Callback) (cti.Callback, error) {
	if len(found) == 0 {
		return cti.Callback{}, fmt.Errorf("load: %w", cti.ErrNotFound)
	}
	return found[0], nil
}

func hasNumber(b cti.Callback, number string) bool {
	return b.Client.Number == number || slices.Contains(b.Numbers, number)
}

func (f *fakeStore) OpenCallback(_ context.Context, number, contactID, group string) (cti.Callback, error) {
	return one(f.find(func(b cti.Callback) bool {
		return b.State == cti.CallbackOpen && b.Group == group && (hasNumber(b, number) || contactID != "" && b.ContactID == contactID)
	}))
}

func (f *fakeStore) OpenCallbacks(_ context.Context, number string) ([]cti.Callback, error) {
	return f.find(func(b cti.Callback) bool { return b.State == cti.CallbackOpen && hasNumber(b, number) }), nil
}

func (f *fakeStore) Callback(_ context.Context, id string) (cti.Callback, error) {
	return one(f.find(func(b cti.Callback) bool { return b.ID == id }))
}

func (f *fakeStore) CallbackOf(_ context.Context, id cti.CallID) (cti.Callback, error) {
	return one(f.find(func(b cti.Callback) bool { return slices.Contains(b.Calls, id) }))
}

func (f *fakeStore) LastCallback(_ context.Context, number, group string, after time.Time) (cti.Callback, error) {
	return one(f.find(func(b cti.Callback) bool {
		return b.State != cti.CallbackOpen && b.Client.Number == number && b.Group == group && b.Closed.After(after)
	}))
}

func (f *fakeStore) DoneCallbacks(_ context.Context, number, contactID string, since time.Time) ([]cti.Callback, error) {
	return f.find(func(b cti.Callback) bool {
		return b.State == cti.CallbackDone && !b.Closed.Before(since) && (hasNumber(b, number) || contactID != "" && b.ContactID == contactID)
	}), nil
}

func (f *fakeStore) DueBefore(_ context.Context, group string, from, to time.Time) (int, error) {
	return len(f.find(func(b cti.Callback) bool {
		return b.State == cti.CallbackOpen && b.Group == group && !b.Due.Before(from) && b.Due.Before(to)
	})), nil
}

func (f *fakeStore) WakingCallbacks(_ context.Context, now time.Time, _ int) (found []cti.Callback, next time.Time, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, at := range f.wake {
		switch {
		case at.IsZero():
		case !at.After(now):
			found = append(found, named(f.all[id]))
		case next.IsZero() || at.Before(next):
			next = at
		}
	}
	return found, next, nil
}

func (f *fakeStore) SaveCallback(ctx context.Context, b cti.Callback, wake time.Time) error {
	if f.fault != nil {
		return f.fault
	}
	if f.killAfter > 0 {
		if f.killAfter--; f.killAfter == 0 {
			return errKilled
		}
	}
	for _, other := range f.find(func(o cti.Callback) bool { return o.State == cti.CallbackOpen && o.Client.Number == b.Client.Number }) {
		if b.State == cti.CallbackOpen && other.Group == b.Group && other.ID != b.ID {
			return cti.ErrConflict // the unique index
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all[b.ID], f.wake[b.ID] = b, wake
	return nil
}

func (f *fakeStore) ClaimCallback(_ context.Context, id string, user cti.UserID, now, until time.Time) (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	b := f.all[id]
	if b.State != cti.CallbackOpen || b.ClaimedBy != "" && b.ClaimedBy != user && b.ClaimedUntil.After(now) {
		return false, nil
	}
	b.ClaimedBy, b.ClaimedUntil = user, until
	f.all[id] = b
	return true, nil
}

func (f *fakeStore) LinkOf(_ context.Context, id cti.CallID) (string, error) { return f.links[id], nil }

func (f *fakeStore) ListsOf(_ context.Context, number string) ([]cti.NumberList, error) {
	return f.lists[number], nil
}

func (f *fakeStore) ListNumber(_ context.Context, list cti.NumberList, n cti.ListedNumber) error {
	f.lists[n.Number] = append(f.lists[n.Number], list)
	return nil
}

func (f *fakeStore) AddDecisions(_ context.Context, id cti.CallID, decisions []cti.Decision) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, d := range decisions {
		f.trace[id] = append(f.trace[id], d.Rule)
	}
	return nil
}

func (f *fakeStore) EndedCalls(_ context.Context, number string, since time.Time) (found []cti.Call, _ error) {
	for _, c := range f.calls {
		if c.Client.Number == number && !c.Started.Before(since) {
			found = append(found, c)
		}
	}
	return found, nil
}

func (f *fakeStore) CountCallbacks(_ context.Context, now time.Time) (open, overdue int, _ error) {
	for _, b := range f.find(func(b cti.Callback) bool { return b.State == cti.CallbackOpen }) {
		open++
		if !b.Due.After(now) {
			overdue++
		}
	}
	return open, overdue, nil
}

func (f *fakeStore) CallbacksOfContact(_ context.Context, contactID string) ([]cti.Callback, error) {
	return f.find(func(b cti.Callback) bool { return b.State == cti.CallbackOpen && b.ContactID == contactID }), nil
}

func (f *fakeStore) CallbackOfAttempt(_ context.Context, id cti.CallID) (cti.Callback, error) {
	return one(f.find(func(b cti.Callback) bool {
		return b.State == cti.CallbackOpen && slices.ContainsFunc(b.Attempts, func(a cti.Attempt) bool { return a.CallID == id || a.ActionID == string(id) })
	}))
}

func (f *fakeStore) DoubledCallbacks(context.Context) ([]cti.Callback, error) {
	open := f.find(func(b cti.Callback) bool { return b.State == cti.CallbackOpen && b.ContactID != "" })
	return slices.DeleteFunc(open, func(b cti.Callback) bool {
		return !slices.ContainsFunc(open, func(o cti.Callback) bool {
			return o.ID != b.ID && o.ContactID == b.ContactID && (o.Group == b.Group || o.Group == "" || b.Group == "")
		})
	}), nil
}

func (f *fakeStore) ResponsibleFor(_ context.Context, contactID string) (cti.UserID, error) {
	return f.contacts[contactID], nil
}

func (f *fakeStore) LastTalker(_ context.Context, number string, _ time.Time) (cti.UserID, error) {
	return f.talkers[number], nil
}

func (f *fakeStore) ShortBefore(context.Context, string, cti.CallID, time.Time, time.Duration) (bool, error) {
	return f.short, nil
}

type published struct {
	mu  sync.Mutex
	all []cti.Callback
}

func (p *published) CallbackChanged(_ context.Context, b cti.Callback) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, b)
}

func (p *published) heard() []cti.Callback {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.all)
}

type bench struct {
	store  *fakeStore
	told   published
	dialer *dialer
	svc    *callbacks.Service
}

// dialer is the PBX as far as a click reaches.
type dialer struct {
	requests []cti.DialRequest
	fault    error
	during   func(action string) // before the caller knows of it
}

func (d *dialer) Dial(_ context.Context, r cti.DialRequest) (string, error) {
	if d.fault != nil {
		return "", d.fault
	}
	d.requests = append(d.requests, r)
	action := fmt.Sprint("action-", len(d.requests))
	if d.during != nil {
		d.during(action)
	}
	return action, nil
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

func newBench(change ...func(*callbacks.Options)) *bench {
	b := &bench{store: newStore(), dialer: &dialer{}}
	opts := callbacks.Options{
		Store: b.store, Publisher: &b.told, Dialer: b.dialer, Rules: callbacks.DefaultRules(), Logger: slog.New(slog.DiscardHandler),
	}
	for _, c := range change {
		c(&opts)
	}
	b.svc = callbacks.New(opts)
	return b
}

// end gives the ends of calls to the service as one committed transaction.
func (b *bench) end(t *testing.T, calls ...cti.Call) {
	t.Helper()
	err := b.store.Together(t.Context(), func(ctx context.Context) error { return b.svc.Apply(ctx, entries(calls...)) })
	if err != nil {
		t.Fatal(err)
	}
	b.svc.Committed(t.Context())
}

func entries(calls ...cti.Call) (all []cti.JournalEntry) {
	for _, c := range calls {
		all = append(all, cti.JournalEntry{Event: cti.CallEvent{Kind: cti.CallFinished, At: c.Ended, Call: c}})
	}
	return all
}

func (b *bench) only(t *testing.T) cti.Callback {
	t.Helper()
	found := b.store.find(func(cti.Callback) bool { return true })
	if len(found) != 1 {
		t.Fatalf("%d callbacks, want one: %+v", len(found), found)
	}
	return found[0]
}

func equal(t *testing.T, what string, want, have any) {
	t.Helper()
	if diff := gocmp.Diff(want, have, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
