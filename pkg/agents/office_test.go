package agents

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"callcard/pkg/cti"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// office is a Service beside a PBX that keeps queue members as Asterisk does: actions
// change them, and each change is told as an event.
type office struct {
	t    *testing.T
	svc  *Service
	sub  *stream
	wire chan cti.PBXEvent // what the PBX says, in its order

	mu      sync.Mutex
	members map[string]cti.Member // by queue/interface
	done    []string              // actions
	fail    error                 // of every action
	hang    bool                  // actions wait for their deadline
	mute    bool                  // events do not come
	saved   []cti.ModeChange
	works   []cti.AgentWork
	memos   map[cti.UserID]cti.AgentMemo
	talks   int        // calls of a script so far
	ended   int        // and those of them that are over
	running []cti.Call // when somebody subscribes
	noStore error
	users   []cti.User
	frames  map[cti.UserID][]cti.AgentState
	mirror  map[cti.UserID]cti.AgentState
	queues  map[string]cti.QueueState
}

type stream struct{ events chan *cti.CallEvent }

func (s *stream) Events() <-chan *cti.CallEvent { return s.events }
func (s *stream) Err() error                    { return nil }
func (s *stream) Close()                        {}

var (
	anna  = cti.User{ID: "anna", Name: "Анна", Role: cti.RoleAgent, Interface: "PJSIP/1001", Device: "PJSIP/1001", Queues: []string{"sales", "support"}}
	boris = cti.User{ID: "boris", Name: "Борис", Role: cti.RoleAgent, Interface: "Local/1002@from-queue/n", Device: "PJSIP/1002", Queues: []string{"sales"}}
	vera  = cti.User{ID: "vera", Name: "Вера", Role: cti.RoleAgent, Device: "PJSIP/1003"}
	chief = cti.User{ID: "chief", Name: "Шеф", Role: cti.RoleSupervisor}
)

// in runs a scenario; stored are the modes of the run before.
func in(t *testing.T, stored []cti.ModeChange, scenario func(*office)) {
	t.Helper()
	inWith(t, stored, nil, func(*Options) {}, scenario)
}

// inWork is in an office with a minute of work after each call, which may be extended
// twice by half a minute, and a block after two missed rings.
func inWork(t *testing.T, memos []cti.AgentMemo, stored []cti.ModeChange, scenario func(*office)) {
	t.Helper()
	inWith(t, stored, memos, func(o *Options) {
		o.AfterCallWork, o.ExtendBy, o.MaxExtends, o.RONAAfter = time.Minute, 30*time.Second, 2, 2
	}, scenario)
}

func inWith(t *testing.T, stored []cti.ModeChange, memos []cti.AgentMemo, change func(*Options), scenario func(*office)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o := &office{
			t: t, sub: &stream{make(chan *cti.CallEvent, 100)}, wire: make(chan cti.PBXEvent, 1000), members: map[string]cti.Member{},
			saved: stored, memos: map[cti.UserID]cti.AgentMemo{}, users: []cti.User{anna, boris, vera, chief},
			frames: map[cti.UserID][]cti.AgentState{}, mirror: map[cti.UserID]cti.AgentState{}, queues: map[string]cti.QueueState{},
		}
		for _, m := range memos {
			o.memos[m.User] = m
		}
		opts := Options{
			Subscribe: func() ([]cti.Call, Subscription) { return o.running, o.sub },
			Controls:  map[string]Control{"main": o}, DefaultPBX: "main",
			Modes: o, Users: o, Publisher: o, Mirror: o,
		}
		change(&opts)
		svc, err := New(context.Background(), opts)
		if err != nil {
			t.Fatal(err)
		}
		o.svc = svc
		ctx, cancel := context.WithCancel(context.Background())
		finished := make(chan error, 1)
		go func() { finished <- svc.Run(ctx) }()
		go func() {
			for ev := range o.wire {
				_ = svc.Put(ctx, ev)
			}
		}()
		defer close(o.wire)
		defer func() {
			cancel()
			if err := <-finished; err != nil {
				t.Error(err)
			}
		}()
		o.put(cti.LinkUp{Stamp: o.stamp()})
		scenario(o)
	})
}

func (o *office) stamp() cti.Stamp { return cti.Stamp{PBX: "main", At: time.Now().UTC()} }

func (o *office) put(ev cti.PBXEvent) {
	o.wire <- ev
	synctest.Wait()
}

// snapshot tells all members as they are.
func (o *office) snapshot(restarted bool) {
	ev := cti.Snapshot{Stamp: o.stamp(), Restarted: restarted, Queues: []cti.Queue{{PBX: "main", Name: "sales", Strategy: "ringall"}, {PBX: "main", Name: "support"}}}
	o.mu.Lock()
	for _, m := range o.members {
		ev.Members = append(ev.Members, m)
	}
	o.wire <- ev
	o.mu.Unlock()
	synctest.Wait()
}

// elsewhere changes a member as a phone code or the CLI does.
func (o *office) elsewhere(queue, iface string, change func(*cti.Member)) {
	o.mu.Lock()
	m := o.members[queue+"/"+iface]
	change(&m)
	o.members[queue+"/"+iface] = m
	o.event(cti.MemberChanged{Stamp: o.stamp(), Member: m})
	o.mu.Unlock()
	synctest.Wait()
}

// static puts a member of queues.conf in place, before anybody looks.
func (o *office) static(queue string, u cti.User) {
	o.members[queue+"/"+u.Interface] = cti.Member{PBX: "main", Queue: queue, Interface: u.Interface, Device: u.Device, Status: cti.DeviceNotInUse}
}

func (o *office) action(kind string, a cti.MemberAction) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.done = append(o.done, fmt.Sprintf("%s %s %s %v %s %s", kind, a.Queue, a.Interface, a.Paused, a.Reason, a.StateInterface))
	return o.fail
}

// event tells a change; the answer of an action may come before or after it.
func (o *office) event(ev cti.PBXEvent) {
	if !o.mute {
		o.wire <- ev
	}
}

func (o *office) QueueAdd(ctx context.Context, a cti.MemberAction) error {
	if err := o.answer(ctx, "add", a); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, there := o.members[a.Queue+"/"+a.Interface]; there {
		return cti.ErrConflict
	}
	m := cti.Member{PBX: "main", Queue: a.Queue, Interface: a.Interface, Device: cti.Device(a.Interface), Dynamic: true, Paused: a.Paused, PausedReason: a.Reason, Status: cti.DeviceNotInUse}
	if a.StateInterface != "" {
		m.Device = cti.Device(a.StateInterface)
	}
	o.members[a.Queue+"/"+a.Interface] = m
	o.event(cti.MemberChanged{Stamp: o.stamp(), Member: m})
	return nil
}

func (o *office) QueueRemove(ctx context.Context, a cti.MemberAction) error {
	if err := o.answer(ctx, "remove", a); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	m, there := o.members[a.Queue+"/"+a.Interface]
	if !there || !m.Dynamic {
		return cti.ErrNotFound
	}
	delete(o.members, a.Queue+"/"+a.Interface)
	o.event(cti.MemberRemoved{Stamp: o.stamp(), Member: m})
	return nil
}

func (o *office) QueuePause(ctx context.Context, a cti.MemberAction) error {
	if err := o.answer(ctx, "pause", a); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	m, there := o.members[a.Queue+"/"+a.Interface]
	if !there {
		return cti.ErrNotFound
	}
	m.Paused, m.PausedReason = a.Paused, ""
	if a.Paused {
		m.PausedReason = a.Reason
	}
	o.members[a.Queue+"/"+a.Interface] = m
	o.event(cti.MemberChanged{Stamp: o.stamp(), Member: m})
	return nil
}

func (o *office) answer(ctx context.Context, kind string, a cti.MemberAction) error {
	o.mu.Lock()
	hang := o.hang
	o.mu.Unlock()
	if hang {
		<-ctx.Done()
		return ctx.Err()
	}
	return o.action(kind, a)
}

func (o *office) SaveMode(_ context.Context, c cti.ModeChange) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.noStore == nil {
		o.saved = append(o.saved, c)
	}
	return o.noStore
}

func (o *office) SaveWork(_ context.Context, w cti.AgentWork) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.noStore == nil {
		o.works = append(o.works, w)
	}
	return o.noStore
}

// wantWorks: "call seconds ended_by" of each work that reports count.
func (o *office) wantWorks(want ...string) {
	o.t.Helper()
	synctest.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	var got []string
	for _, w := range o.works {
		got = append(got, fmt.Sprint(w.CallID, " ", w.To.Sub(w.From).Seconds(), " ", w.EndedBy))
	}
	if !slices.Equal(got, want) {
		o.t.Errorf("work after calls: got %q, want %q", got, want)
	}
}

func (o *office) SaveMemo(_ context.Context, m cti.AgentMemo) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.noStore == nil {
		o.memos[m.User] = m
	}
	return o.noStore
}

func (o *office) Memos(context.Context) ([]cti.AgentMemo, error) {
	return slices.Collect(maps.Values(o.memos)), nil
}

func (o *office) LastModes(context.Context) ([]cti.ModeChange, error) { return o.saved, nil }
func (o *office) Users(context.Context) ([]cti.User, error)           { return o.users, nil }

func (o *office) Publish(user cti.UserID, _ string, data any) {
	var state cti.AgentState
	if err := json.Unmarshal(data.(json.RawMessage), &state); err != nil {
		o.t.Error(err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.frames[user] = append(o.frames[user], state)
}

func (o *office) PutAgent(s cti.AgentState) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.mirror[s.User] = s
}

func (o *office) PutQueue(s cti.QueueState) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.queues[s.Name] = s
}

// with changes how the neighbours behave.
func (o *office) with(change func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	change()
}

func (o *office) set(u cti.User, mode cti.Mode, reason string) error {
	_, err := o.svc.SetMode(context.Background(), u.ID, mode, reason, string(u.ID))
	synctest.Wait()
	return err
}

// actions returns what was asked of the PBX since it was looked at last.
func (o *office) actions() []string {
	synctest.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	done := o.done
	o.done = nil
	slices.Sort(done)
	return done
}

func (o *office) state(u cti.User) cti.AgentState {
	s, ok := o.svc.State(u.ID)
	if !ok {
		o.t.Fatalf("no state of %s", u.ID)
	}
	return s
}

// mode is the short form: "ready by anna", with what is pending.
func (o *office) mode(u cti.User) string {
	s := o.state(u)
	out := string(s.Mode)
	if s.Reason != "" {
		out += "(" + s.Reason + ")"
	}
	out += " by " + s.SetBy
	if s.Pending != "" {
		out += ", " + s.Pending
	}
	return out
}

func (o *office) wantMode(u cti.User, want string) {
	o.t.Helper()
	synctest.Wait()
	if got := o.mode(u); got != want {
		o.t.Errorf("%s is %q, want %q", u.ID, got, want)
	}
}

var errRefused = errors.New("no such queue")
