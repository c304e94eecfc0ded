package main

import (
	"context"
	"sync"
	"time"

	"callcard/connector/asterisk"
	"callcard/pkg/config"
	"callcard/pkg/cti"
	"callcard/pkg/gaps"
	"callcard/pkg/phone"
	"callcard/pkg/store"
	"callcard/pkg/telemetry"
)

// facts writes what reports count, as a reader of the journal.
type facts struct{ store *store.Store }

func factKinds() []cti.CallEventKind { return []cti.CallEventKind{cti.CallFinished, cti.CallCorrected} }

func (f facts) Apply(ctx context.Context, entries []cti.JournalEntry) error {
	ended := make([]cti.Call, len(entries))
	for i, entry := range entries {
		ended[i] = entry.Event.Call
	}
	return f.store.SaveFacts(ctx, ended)
}

func (f facts) Committed(context.Context) {}

// memberNames knows the devices of queue members by the names that queue_log writes. It
// is safe for any goroutine.
type memberNames struct {
	mu     sync.Mutex
	naming *asterisk.Naming // belongs to one goroutine, so it is behind the lock
	names  map[string]cti.Device
}

func newMemberNames(cfg config.Config, pbx config.PBX) (*memberNames, error) {
	naming, err := asterisk.NewNaming(namingOptions(cfg, pbx))
	return &memberNames{naming: naming, names: map[string]cti.Device{}}, err
}

func (m *memberNames) Channel(name string) (cti.Device, cti.Role) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.naming.Channel(name)
}

func (m *memberNames) Member(name string) cti.Device {
	m.mu.Lock()
	defer m.mu.Unlock()
	if device, known := m.names[name]; known {
		return device
	}
	return m.naming.Member(name, "")
}

// put learns names; those of members that left stay, for what was written before.
func (m *memberNames) put(event cti.PBXEvent) {
	var members []cti.Member
	switch e := event.(type) {
	case cti.MemberChanged:
		members = []cti.Member{e.Member}
	case cti.Snapshot:
		members = e.Members
	default:
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	const most = 20_000 // far more than a PBX has
	if len(m.names) > most {
		clear(m.names)
	}
	for _, member := range members {
		if member.Name != "" && member.Device != "" {
			m.names[member.Name] = member.Device
		}
	}
}

// gapsOptions are those of the daemon and of the command alike.
func gapsOptions(cfg config.Config, db *store.Store, numbers *phone.Plan) (gaps.Options, error) {
	opts := gaps.Options{Store: db, Normalize: numbers.Parse, Zone: zoneOf(cfg.Calendar.Zone)}
	for _, pbx := range cfg.PBX {
		names, err := newMemberNames(cfg, pbx)
		if err != nil {
			return opts, err
		}
		one := gaps.PBX{
			ID: pbx.ID, QueueLog: pbx.QueueLog.File, CDR: pbx.CDR.File, Columns: pbx.CDR.Columns, Zone: zoneOf(pbx.CDR.Zone), Naming: names,
		}
		if one.QueueTable, err = recordTable(pbx.QueueLog.URL, pbx.QueueLog.Table, "queue_log", pbx.QueueLog.Zone); err != nil {
			return opts, err
		}
		if one.CDRTable, err = recordTable(pbx.CDR.URL, pbx.CDR.Table, "cdr", pbx.CDR.Zone); err != nil {
			return opts, err
		}
		opts.PBXes = append(opts.PBXes, one)
	}
	return opts, nil
}

// zoneOf a name that config has checked.
func zoneOf(name string) *time.Location {
	if zone, err := time.LoadLocation(name); err == nil && name != "" {
		return zone
	}
	return time.Local
}

func (a *App) wireGaps() error {
	opts, err := gapsOptions(a.cfg, a.store, a.numbers)
	if err != nil {
		return err
	}
	for i, p := range a.pbxes {
		opts.PBXes[i].Naming, opts.PBXes[i].Heard = p.names, p.heard
	}
	opts.UserOf = func(pbx string, d cti.Device) cti.UserID { return a.agents.UserOf(pbx, d) }
	opts.Files = func(ctx context.Context, pbx string, uniqueids []string, since time.Time) ([]cti.RecordingFile, error) {
		return a.recordings.Named(ctx, pbx, uniqueids, since) // made below
	}
	opts.Live, opts.Settled = a.tracker.Calls, a.settled
	opts.Lost = func() uint64 { h := a.journal.Health(); return h.Lost + h.Rejected + h.Lags }
	opts.Appended, opts.Logger = a.appended.Notify, a.log
	a.gaps = gaps.New(opts)
	return nil
}

// settled tells that events reach the store within moments.
func (a *App) settled() bool {
	const moments = 4096 // events: a second or so at the highest load
	health := a.journal.Health()
	return health.Fault == "" && health.Buffered < moments && a.tracker.Backlog() < moments
}

func (p *pbx) heard() (connects uint64, up bool) {
	return p.source.Stats().Connects, p.source.Status().Up
}

// throughGaps is the way of the journal into the store.
type throughGaps struct{ a *App }

func (t throughGaps) AppendEvents(ctx context.Context, events []cti.CallEvent) error {
	return t.a.gaps.AppendEvents(ctx, events)
}

func gapSeries(g *gaps.Service) []telemetry.Series {
	counter := func(name, help string, value func(gaps.Stats) uint64) telemetry.Series {
		return telemetry.Series{Name: name, Help: help, Counter: true, Value: func() float64 { return float64(value(g.Stats())) }}
	}
	return []telemetry.Series{
		counter("calls_reconciled_total", "Calls completed from the PBX's own records.", func(s gaps.Stats) uint64 { return s.Reconciled }),
		counter("calls_reconstructed_total", "Calls that nobody heard, made of the PBX's own records.", func(s gaps.Stats) uint64 { return s.Reconstructed }),
		counter("calls_corrected_total", "Calls of which late lines of the PBX's own records told otherwise.", func(s gaps.Stats) uint64 { return s.Corrected }),
		counter("calls_given_up_total", "Calls of whose end neither events nor records told.", func(s gaps.Stats) uint64 { return s.GivenUp }),
		counter("record_lines_unknown_total", "Lines of queue_log and CDR that were not understood.", func(s gaps.Stats) uint64 { return s.Unknown }),
		{Name: "calls_held", Help: "Calls that wait for the records of their end.", Value: func() float64 { return float64(g.Stats().Held) }},
	}
}
