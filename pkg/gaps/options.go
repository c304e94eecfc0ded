package gaps

import (
	"context"
	"log/slog"
	"time"

	"callcard/pkg/cti"
)

// Store keeps what was read and how far, and gives the calls that are here.
type Store interface {
	AppendEvents(ctx context.Context, events []cti.CallEvent) error

	LogPlace(ctx context.Context, pbx string, kind cti.LogKind) (cti.LogPlace, error)
	SaveLogLines(ctx context.Context, place cti.LogPlace, lines []cti.LogLine) error
	LogLines(ctx context.Context, pbx string, linkedids, uniqueids []string) ([]cti.LogLine, error)
	LogBetween(ctx context.Context, pbx string, from, to time.Time) ([]cti.LogLine, error)
	ForgetLog(ctx context.Context, before time.Time) error

	Heard(ctx context.Context, pbx string) (time.Time, error)
	SaveHeard(ctx context.Context, pbx string, at time.Time, gap *cti.Gap) error
	SaveGap(ctx context.Context, gap cti.Gap) error
	Gaps(ctx context.Context, pbx string) ([]cti.Gap, error)
	KnownLinkedids(ctx context.Context, pbx string, linkedids []string) (map[string]cti.CallID, error)

	// EndedInDoubt are those of these calls that have ended and were not heard whole.
	EndedInDoubt(ctx context.Context, ids []cti.CallID) ([]cti.Call, error)
	CallsStarted(ctx context.Context, pbx string, from, to time.Time) ([]cti.Call, error)
	SaveAudit(ctx context.Context, a cti.Audit) error
}

// PBX is one PBX and its records; an empty path is one that cannot be read.
type PBX struct {
	ID       string
	QueueLog string
	CDR      string
	// Their tables, where they are no files.
	QueueTable *Table
	CDRTable   *Table
	Columns    []string       // of the CDR; those of cdr_csv when empty
	Zone       *time.Location // of the CDR's times; that of the machine when nil
	Naming     Naming
	// Heard tells whether the PBX is heard now, its first snapshot included, and how
	// often a connection was made. Nil: never, for looking at records only.
	Heard func() (connects uint64, up bool)
}

func (p PBX) readable() bool { return p.QueueLog != "" || p.QueueTable != nil || p.hasCDR() }

func (p PBX) hasCDR() bool { return p.CDR != "" || p.CDRTable != nil }

// Options of a Service. Store, Normalize and Logger are needed.
type Options struct {
	PBXes     []PBX
	Store     Store
	Normalize func(raw string) cti.Phone
	UserOf    func(pbx string, d cti.Device) cti.UserID
	// Files finds the recordings of a PBX that have one of these Uniqueids in their names
	// and are not older than the calls. Nil: there are none. Only Run calls it.
	Files func(ctx context.Context, pbx string, uniqueids []string, since time.Time) ([]cti.RecordingFile, error)
	// Live are the calls that go on.
	Live func() []cti.Call
	// Settled tells that what was heard seconds ago is in the store.
	Settled func() bool
	// Lost counts the times that something that was heard did not reach the journal.
	Lost func() uint64
	// Appended is called when events were written beside the journal's own way.
	Appended func()
	Logger   *slog.Logger
	Now      func() time.Time
	Zone     *time.Location // of an audit's days
}

func (o Options) withDefaults() Options {
	if o.UserOf == nil {
		o.UserOf = func(string, cti.Device) cti.UserID { return "" }
	}
	if o.Live == nil {
		o.Live = func() []cti.Call { return nil }
	}
	if o.Settled == nil {
		o.Settled = func() bool { return true }
	}
	if o.Lost == nil {
		o.Lost = func() uint64 { return 0 }
	}
	if o.Appended == nil {
		o.Appended = func() {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Zone == nil {
		o.Zone = time.Local
	}
	for i := range o.PBXes {
		if o.PBXes[i].Zone == nil {
			o.PBXes[i].Zone = time.Local
		}
	}
	return o
}
