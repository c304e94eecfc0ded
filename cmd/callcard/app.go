package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"callcard/pkg/agents"
	"callcard/pkg/auth"
	"callcard/pkg/callbacks"
	"callcard/pkg/calls"
	"callcard/pkg/config"
	"callcard/pkg/control"
	"callcard/pkg/cti"
	"callcard/pkg/gaps"
	"callcard/pkg/journal"
	"callcard/pkg/lines"
	"callcard/pkg/live"
	"callcard/pkg/objects"
	"callcard/pkg/outbox"
	"callcard/pkg/phone"
	"callcard/pkg/recordings"
	"callcard/pkg/store"
	"callcard/pkg/telemetry"
	"callcard/pkg/webhooks"
	"callcard/pop"
	"callcard/pop/push"
)

// AppOptions is what one daemon is made of.
type AppOptions struct {
	Config  config.Config
	Log     *slog.Logger
	Version string
	// Journal changes where the journal writes, for measurements; the store when nil.
	Journal func(journal.Store, prometheus.Registerer) journal.Store
}

// App is the whole daemon, wired and not yet running. The fields are in the order
// in which they are made: each needs only those above it.
type App struct {
	cfg     config.Config
	log     *slog.Logger
	version string
	epoch   string // names this run of the daemon

	metrics    *telemetry.Metrics
	behind     *backstage
	searches   *backstage // for recordings: a mounted directory that hangs must not hold the journal
	numbers    *phone.Plan
	lines      *lines.Book
	store      *store.Store
	live       *live.Store
	auth       *auth.Service
	tracker    *calls.Tracker
	pbxes      []*pbx
	hub        *push.Hub
	agents     *agents.Service
	tracer     *tracer
	control    *control.Service
	pop        *pop.Service
	appended   *journal.Signal
	changed    *journal.Signal // something to tell webhooks
	journal    *journal.Writer
	gaps       *gaps.Service
	audited    audited
	callbacks  *callbacks.Service
	recordings *recordings.Service
	pruner     *recordings.Pruner
	bucket     *objects.Bucket // nil where recordings are kept in a directory
	noFFmpeg   error           // why recordings are not transcoded although they should be
	outbox     *outbox.Service
	webhooks   *webhooks.Service
	web        *web
	probes     probes
	load       func(journal.Store, prometheus.Registerer) journal.Store // of measurements
}

// NewApp opens the stores and the listening socket and wires the parts. Nothing
// talks to a PBX before Run.
func NewApp(ctx context.Context, opts AppOptions) (app *App, err error) {
	a := &App{
		cfg: opts.Config, log: opts.Log, version: opts.Version, epoch: rand.Text(),
		load: opts.Journal, metrics: telemetry.NewMetrics(opts.Version), behind: newBackstage(), searches: newBackstage(), appended: &journal.Signal{}, changed: &journal.Signal{},
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close())
		}
	}()
	if a.numbers, err = phone.New(a.cfg.Phone.Region, a.cfg.Phone.Internal); err != nil {
		return nil, err
	}
	if a.lines, err = newLines(a.cfg, a.numbers); err != nil {
		return nil, err
	}
	if a.store, err = openStore(ctx, a.cfg); err != nil {
		return nil, err
	}
	a.store.WriteBehind(a.behind.Do, a.behind.Rest)
	mirror := live.Options{URL: a.cfg.Redis.URL.Reveal(), Behind: a.behind.Do, Log: a.log, Metrics: a.metrics.Registry}
	if a.live, err = live.Open(ctx, mirror); err != nil {
		return nil, err
	}
	a.auth = auth.New(auth.Options{Users: a.store, Sessions: a.store, Secure: isHTTPS(a.cfg.HTTP.PublicURL), Framed: len(a.cfg.HTTP.EmbedOrigins) > 0})
	a.tracker = a.newTracker()
	for _, wire := range []func(context.Context) error{a.wirePBXes, a.wireHub, a.wireAgents, a.wireControl, a.wirePop, a.wireJournal, a.wireRecordings, a.wireWebhooks} {
		if err = wire(ctx); err != nil {
			return nil, err
		}
	}
	open, err := a.store.OpenCalls(ctx)
	if err != nil {
		return nil, err
	}
	a.tracker.Restore(open)
	if err = a.watch(); err != nil {
		return nil, err
	}
	if a.web, err = a.newWeb(ctx); err != nil {
		return nil, err
	}
	return a, nil
}

// Addr is where the web page is served.
func (a *App) Addr() net.Addr { return a.web.listener.Addr() }

// Run works until ctx ends or a part fails, and stops in the opposite order.
func (a *App) Run(ctx context.Context) error {
	a.log.Info("callcard serves", "address", a.web.address(), "version", a.version)
	err := runParts(ctx, a.log, a.parts())
	return errors.Join(err, a.close())
}

// parts in the order of their start. Who feeds others comes after them, so that
// at the stop the last events of the PBXes still reach the store.
func (a *App) parts() []part {
	parts := []part{
		{"live state", func(ctx context.Context) error { return a.live.Run(ctx, a.truth) }},
		{"live calls", a.mirrorCalls},
		{"trace", a.tracer.Run},
		{"control", a.control.Run},
		{"recordings", a.recordings.Run},
		{"retention", a.pruner.Run},
		{"recordings of the journal", a.consume("recordings", recordings.Kinds(), a.recordings)},
		{"callbacks", a.callbacks.Run},
		{"callbacks of the journal", a.consume("callbacks", callbacks.Kinds(), a.callbacks)},
		{"outbox", a.outbox.Run},
		{"webhooks of the journal", a.tellWebhooks},
		{"facts of the journal", a.consume("facts", factKinds(), facts{a.store})},
		{"gaps", a.gaps.Run},
		{"journal", a.journal.Run},
		{"websockets", a.hub.Run},
		{"cards", a.pop.Run},
		{"agents", a.agents.Run},
		{"tracker", a.tracker.Run},
	}
	for _, p := range a.pbxes {
		parts = append(parts, p.parts()...)
	}
	keeper := &memoryKeeper{log: a.log, events: a.tracker.Applied}
	return append(parts, part{"users", a.followUsers}, part{"old events", a.pruneOldEvents}, part{"old facts", a.pruneOldFacts}, part{"changes", a.lookForChanges}, part{"webhooks", a.refreshWebhooks}, part{"old deliveries", a.forgetDeliveries}, part{"memory", keeper.Run}, part{"audit", a.auditNightly}, part{"web", a.web.Run})
}

// close releases what NewApp opened, last first.
func (a *App) close() error {
	var errs []error
	if a.web != nil {
		errs = append(errs, a.web.close())
	}
	for _, p := range a.pbxes {
		if p.ari != nil {
			p.ari.Close()
		}
	}
	if a.gaps != nil {
		errs = append(errs, a.gaps.Close())
	}
	if a.live != nil {
		errs = append(errs, a.live.Close())
	}
	if a.store != nil {
		errs = append(errs, a.store.Close())
	}
	a.behind.Close()
	a.searches.Close()
	return errors.Join(errs...)
}

func (a *App) newTracker() *calls.Tracker {
	return calls.New(calls.Options{
		Epoch:     a.epoch,
		Normalize: remembered(a.numbers.Parse),
		UserOf:    func(pbx string, d cti.Device) cti.UserID { return a.agents.UserOf(pbx, d) },
		Log:       a.log,
	})
}

// stream is a subscription whose end together with the tracker is no fault.
type stream struct{ *calls.Subscription }

func (s stream) Err() error {
	if err := s.Subscription.Err(); !errors.Is(err, calls.ErrStopped) {
		return err
	}
	return nil
}

func (a *App) subscribe(name string) ([]cti.Call, stream) {
	snapshot, sub := a.tracker.Subscribe(name)
	return snapshot, stream{sub}
}

func (a *App) wireHub(context.Context) (err error) {
	a.hub, err = push.NewHub(push.Options{
		Epoch: a.epoch, PublicURL: a.cfg.HTTP.PublicURL,
		Auth: a.auth, Sessions: a.auth, Snapshots: (*desk)(a), Acks: (*desk)(a),
		Presence: func(user cti.UserID, online bool, heard time.Time) { a.agents.SetOnline(user, online, heard) }, // made below
		Log:      a.log, Metrics: a.metrics.Registry,
	})
	return err
}

// gatherSteps is the pause in which call events gather for the states of agents: cards
// come first, and a ring's dozen events wake their goroutine twice instead.
const gatherSteps = 20 * time.Millisecond

func (a *App) wireAgents(ctx context.Context) (err error) {
	controls := map[string]agents.Control{}
	for _, p := range a.pbxes {
		if p.control != nil {
			controls[p.id] = p.control
		}
	}
	a.agents, err = agents.New(ctx, agents.Options{
		Subscribe: func() ([]cti.Call, agents.Subscription) { return a.subscribe("agents") },
		Controls:  controls, DefaultPBX: pbxOf(a.cfg, "").ID,
		Modes: a.store, Users: a.store, Publisher: a.hub, Mirror: a.live,
		Log: a.log, Metrics: a.metrics.Registry, Gather: gatherSteps,
		AfterCallWork: a.cfg.Desk.AfterCallWork, ExtendBy: a.cfg.Desk.AfterCallExtend, MaxExtends: a.cfg.Desk.MaxExtends,
		RONAAfter: a.cfg.Agents.RONAAfter,
	})
	return err
}

func (a *App) wirePop(context.Context) (err error) {
	scenarios, err := compileRules(a.cfg)
	if err != nil {
		return fmt.Errorf("rules: %w", err)
	}
	a.pop, err = pop.New(pop.Options{
		Subscribe: func() ([]cti.Call, pop.Subscription) { return a.subscribe("pop") },
		Directory: a.store, Contacts: a.store, History: a.store, Callbacks: openCallbacks{a.store, a.lines}, Links: a.store, Remarks: a.store,
		Agents: a.agents, Acts: a.control, Scenarios: scenarios, Titles: a.lines, Publisher: a.hub, Tracer: a.tracer,
		Log: a.log, Metrics: a.metrics.Registry, LookupTimeout: a.cfg.Pop.Lookup,
	})
	if err == nil {
		a.tracker.Carry(a.pop.Catch)
	}
	return err
}

func (a *App) wireJournal(context.Context) (err error) {
	a.journal = journal.NewWriter(journal.Options{
		Subscribe: func() journal.Subscription {
			_, sub := a.subscribe("journal")
			return sub
		},
		Store: a.measured(throughGaps{a}), Appended: a.appended, Logger: a.log,
	})
	if err := a.wireGaps(); err != nil {
		return err
	}
	a.callbacks, err = a.newCallbacks()
	return err
}

// measured puts the load of a measurement before where the journal writes.
func (a *App) measured(s journal.Store) journal.Store {
	if a.load == nil {
		return s
	}
	return a.load(s, a.metrics.Registry)
}

// truth is the live state as memory has it.
func (a *App) truth() ([]cti.Call, []cti.AgentState, []cti.QueueState) {
	return a.tracker.Calls(), a.agents.States(), a.agents.Queues()
}

func (a *App) mirrorCalls(ctx context.Context) error {
	return a.live.Follow(ctx, func() ([]cti.Call, live.Subscription) { return a.subscribe("live") })
}

// follower is a durable reader of the journal.
type follower interface {
	Apply(ctx context.Context, entries []cti.JournalEntry) error
	Committed(ctx context.Context)
}

func (a *App) consume(name string, kinds []cti.CallEventKind, f follower) func(context.Context) error {
	return func(ctx context.Context) error {
		return journal.Run(ctx, journal.Consumer{
			Name: name, Log: a.store.Cursor(name, kinds...),
			Apply: f.Apply, Committed: f.Committed, Appended: a.appended, Logger: a.log,
		})
	}
}
