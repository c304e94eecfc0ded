package store

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"callcard/pkg/cti"
)

// planner notes how SQLite goes about each query.
type planner struct {
	querier
	t *testing.T

	steps []string
}

func (p *planner) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	err := each(ctx, p.querier, func(rows *sql.Rows) error {
		var id, parent, unused int
		var step string
		err := rows.Scan(&id, &parent, &unused, &step)
		p.steps = append(p.steps, step)
		return err
	}, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		p.t.Errorf("explain %s: %v", query, err)
	}
	return p.querier.QueryContext(ctx, query, args...)
}

// TestCardPlans: what is asked while a phone rings is found by the client's number or
// by a key, never by reading a table or all calls of a day.
func TestCardPlans(t *testing.T) {
	t.Parallel()
	ctx, number := t.Context(), "+79161234567"
	s, err := Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "plans.db"))
	if err == nil {
		err = s.Migrate(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.w.ExecContext(ctx, `INSERT INTO call_words (word, call_id, source) VALUES ('склад', 'm:1', ''), ('заказ', 'm:1', ''), ('заказ', 'm:2', '')`); err != nil {
		t.Fatal(err)
	}
	ofAgent := cti.RecordingFilter{Calls: cti.CallFilter{User: "anna", Query: "склад заказ"}}
	contact, err := s.CreateContact(ctx, cti.Contact{Name: "Ivan", Phones: []string{number}})
	if err != nil {
		t.Fatal(err)
	}
	for name, q := range map[string]struct {
		ask  func() error
		want string // part of a step that must be there
	}{
		"number":    {func() error { _, err := s.LookupPhone(ctx, cti.Phone{Number: number}); return err }, "phones USING PRIMARY KEY (number=?)"},
		"tail":      {func() error { _, err := s.LookupPhone(ctx, cti.Phone{Number: "+4" + number[1:]}); return err }, "(reversed>? AND reversed<?)"},
		"past":      {func() error { _, err := s.PastCalls(ctx, number, 5); return err }, "calls_number (number=?)"},
		"today":     {func() error { _, err := s.CallsSince(ctx, number, time.Now()); return err }, "calls_number (number=? AND started>?)"},
		"usually":   {func() error { _, err := s.Usually(ctx, number); return err }, "calls_number (number=?)"},
		"people":    {func() error { _, err := s.People(ctx, contact.ID); return err }, "(company_id=?)"},
		"aged":      {func() error { _, err := s.AgedRecordings(ctx, time.Now(), cti.AgedRecording{ID: "x"}, 9); return err }, "INDEX recordings_kept ((started,id)>(?,?) AND started<?)"},
		"due":       {func() error { _, err := s.DueRecordings(ctx, 9); return err }, "INDEX recordings_due"},
		"expiring":  {func() error { _, err := s.ClaimedExpiries(ctx); return err }, "INDEX recordings_expiring"},
		"search":    {func() error { _, _, err := s.FindRecordings(ctx, ofAgent); return err }, "CORRELATED SCALAR SUBQUERY"}, // before the call is read
		"callbacks": {func() error { _, err := s.OpenCallbacks(ctx, number); return err }, "callbacks_closed (number=?)"},
	} {
		t.Run(name, func(t *testing.T) {
			p := &planner{querier: s.readers, t: t}
			s.readers = p
			defer func() { s.readers = p.querier }()
			if err := q.ask(); err != nil {
				t.Fatal(err)
			}
			plan := strings.Join(p.steps, "\n")
			if !strings.Contains(plan, q.want) {
				t.Errorf("no %q in\n%s", q.want, plan)
			}
			for _, step := range p.steps {
				// The indexes of recordings_… hold only what there is to do. "usually" goes through the hundred calls that it has found by number.
				if strings.HasPrefix(step, "SCAN ") && step != "SCAN c" && !strings.Contains(step, "recordings_due") && !strings.Contains(step, "recordings_expiring") {
					t.Errorf("%s in\n%s", step, plan)
				}
			}
		})
	}
}
