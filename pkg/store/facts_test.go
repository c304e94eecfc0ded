package store_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/cti"
	"callcard/pkg/store"
)

// facts reads what reports will read, by SQL of its own.
type facts struct {
	*testing.T
	s  *store.Store
	db *sql.DB
}

func withFacts(t *testing.T, test func(f facts)) {
	t.Helper()
	databases(t, func(t *testing.T, url string) {
		f := facts{T: t, s: opened(t, url)}
		driver, name := "pgx", url
		if path, is := strings.CutPrefix(url, "sqlite:"); is {
			driver, name = "sqlite", path
		}
		var err error
		if f.db, err = sql.Open(driver, name); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.db.Close() })
		test(f)
	})
}

// want compares the rows of a query, each as its values with blanks between.
func (f facts) want(what, query string, lines ...string) {
	f.Helper()
	rows, err := f.db.QueryContext(f.Context(), query)
	if err != nil {
		f.Fatal(err)
	}
	defer rows.Close()
	var have []string
	for rows.Next() {
		names, _ := rows.Columns()
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			f.Fatal(err)
		}
		have = append(have, strings.TrimSuffix(fmt.Sprintln(values...), "\n"))
	}
	if err := rows.Err(); err != nil {
		f.Fatal(err)
	}
	if diff := cmp.Diff(lines, have); diff != "" && len(lines)+len(have) > 0 {
		f.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func (f facts) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

func second(n int) time.Time { return time.Unix(int64(n), 0).UTC() }

// twoTalks is a call that waited in one queue, rang two agents and was handed over.
func twoTalks() cti.Call {
	return cti.Call{
		ID: "m:1", PBX: "m", Linkedids: []string{"1"}, Direction: cti.Inbound, Client: cti.Phone{Number: "+79161234567"}, DID: "+74950000001",
		Started: second(100), Answered: second(110), Ended: second(160), Outcome: cti.OutcomeAnswered, Certainty: cti.Observed,
		Visits: []cti.Visit{{Queue: "support", Leg: cti.LegID{PBX: "m", Uniqueid: "1"}, Joined: second(101), Left: second(110), Position: 2, Outcome: cti.VisitAnswered, By: "PJSIP/1002"}},
		Offers: []cti.Offer{
			{Device: "PJSIP/1001", User: "anna", Queue: "support", At: second(102), Ended: second(107), Result: cti.OfferNoAnswer, Attempts: 2},
			{Device: "PJSIP/1002", User: "boris", Queue: "support", At: second(108), Ended: second(110), Result: cti.OfferAccepted, Attempts: 1},
		},
		Talks: []cti.Talk{
			{Device: "PJSIP/1002", User: "boris", Queue: "support", From: second(110), To: second(130), Held: 4 * time.Second, EndedBy: "transfer"},
			{Device: "PJSIP/1003", User: "dina", From: second(130), To: second(160), EndedBy: "client"},
		},
	}
}

// TestFactsOfACall: one line for each thing that reports count; a call that is told
// again, or under the name of one that it was merged with, counts once.
func TestFactsOfACall(t *testing.T) {
	t.Parallel()
	withFacts(t, func(f facts) {
		c, ctx := twoTalks(), f.Context()
		f.must(f.s.SaveFacts(ctx, []cti.Call{c, c}))
		f.must(f.s.SaveFacts(ctx, []cti.Call{c}))
		const calls = `SELECT call_id, direction, number, outcome, CASE WHEN missed THEN 'missed' ELSE 'taken' END, talk_seconds, hold_seconds, ended - started FROM fact_calls ORDER BY call_id`
		f.want("calls", calls, "m:1 inbound +79161234567 answered taken 46 4 60000000")
		f.want("visits", `SELECT call_id, n, queue, uniqueid, gone - joined, outcome, position, answered_by FROM fact_visits`,
			"m:1 1 support 1 9000000 answered 2 PJSIP/1002")
		f.want("offers", `SELECT n, agent, device, queue, ended - offered, result, attempts FROM fact_offers ORDER BY n`,
			"1 anna PJSIP/1001 support 5000000 no_answer 2", "2 boris PJSIP/1002 support 2000000 accepted 1")
		f.want("talks", `SELECT n, agent, queue, ended - began, hold_seconds, ended_by FROM fact_talks ORDER BY n`,
			"1 boris support 20000000 4 transfer", "2 dina  30000000 0 client")

		c.Outcome, c.Missed, c.Talks, c.Offers = cti.OutcomeAbandoned, true, nil, c.Offers[:1]
		f.must(f.s.SaveFacts(ctx, []cti.Call{c}))
		f.want("told otherwise", calls, "m:1 inbound +79161234567 abandoned missed 0 0 60000000")
		f.want("no talk is left", `SELECT n FROM fact_talks`)
		f.want("one offer is left", `SELECT n FROM fact_offers`, "1")

		c.ID, c.Aliases = "m:0", []cti.CallID{"m:1"}
		f.must(f.s.SaveFacts(ctx, []cti.Call{c}))
		f.want("under another name", calls, "m:0 inbound +79161234567 abandoned missed 0 0 60000000")

		before, after := twoTalks(), c
		before.ID, after.ID, after.Aliases = "m:2", "m:0", []cti.CallID{"m:1", "m:2"}
		f.must(f.s.SaveFacts(ctx, []cti.Call{before, after}))
		f.want("both at once", calls, "m:0 inbound +79161234567 abandoned missed 0 0 60000000")
		f.want("its talks went with it", `SELECT n FROM fact_talks`)
	})
}

// TestFactsOfAgents: an interval lasts until the next mode.
func TestFactsOfAgents(t *testing.T) {
	t.Parallel()
	withFacts(t, func(f facts) {
		for _, m := range []cti.ModeChange{
			{User: "anna", Mode: cti.ModeReady, By: "anna", At: second(10)},
			{User: "boris", Mode: cti.ModeReady, By: "pbx", At: second(15)},
			{User: "anna", Mode: cti.ModeNotReady, Reason: "lunch", By: "olga", At: second(20)},
		} {
			f.must(f.s.SaveMode(f.Context(), m))
		}
		f.want("intervals", `SELECT agent, began, ended, mode, reason, set_by FROM fact_agent_intervals ORDER BY agent, began`,
			"anna 10000000 20000000 ready  anna", "anna 20000000 0 not_ready lunch olga", "boris 15000000 0 ready  pbx")
		work := cti.AgentWork{Agent: "anna", CallID: "m:1", From: second(12), To: second(18), EndedBy: "timer"}
		f.must(f.s.SaveWork(f.Context(), work))
		f.must(f.s.SaveWork(f.Context(), work)) // the answer to the first was lost
		f.want("work", `SELECT agent, call_id, began, ended, ended_by FROM fact_work`, "anna m:1 12000000 18000000 timer")
	})
}

// TestFactsOfAttempts: dialling that is taken back leaves no line, and those of a
// callback that became part of another are that one's.
func TestFactsOfAttempts(t *testing.T) {
	t.Parallel()
	withFacts(t, func(f facts) {
		ctx := f.Context()
		tried := cti.Attempt{At: second(10), Agent: "anna", CallID: "m:2", Outcome: cti.AttemptBusy}
		dialling := cti.Attempt{At: second(20), Agent: "boris", ActionID: "m:callcard-3"}
		b := cti.Callback{ID: "b", State: cti.CallbackOpen, Attempts: []cti.Attempt{tried, dialling}}
		save := func(b cti.Callback) { f.Helper(); f.must(f.s.SaveCallback(ctx, b, time.Time{})) }
		save(b)
		const attempts = `SELECT callback_id, n, agent, at, call_id, outcome FROM fact_attempts ORDER BY callback_id, n`
		f.want("both", attempts, "b 1 anna 10000000 m:2 busy", "b 2 boris 20000000 m:callcard-3 ")
		b.Attempts = b.Attempts[:1]
		save(b)
		f.want("taken back", attempts, "b 1 anna 10000000 m:2 busy")
		b.State, b.MergedInto = cti.CallbackCancelled, "c"
		save(b)
		save(cti.Callback{ID: "c", State: cti.CallbackOpen, Attempts: []cti.Attempt{tried}})
		f.want("merged", attempts, "c 1 anna 10000000 m:2 busy")
	})
}

// TestFactsAreForgotten part by part: calls with all that belongs to them, tries, intervals that are over.
func TestFactsAreForgotten(t *testing.T) {
	t.Parallel()
	withFacts(t, func(f facts) {
		ctx := f.Context()
		old := twoTalks()
		fresh := twoTalks()
		fresh.ID, fresh.Started = "m:2", second(2000)
		f.must(f.s.SaveFacts(ctx, []cti.Call{old, fresh}))
		for _, m := range []cti.ModeChange{{User: "anna", Mode: cti.ModeReady, At: second(10)}, {User: "anna", Mode: cti.ModeOffline, At: second(20)}} {
			f.must(f.s.SaveMode(ctx, m))
		}
		for _, at := range []int{10, 1500} {
			f.must(f.s.SaveWork(ctx, cti.AgentWork{Agent: "anna", From: second(at), To: second(at + 5)}))
		}
		f.must(f.s.SaveCallback(ctx, cti.Callback{ID: "b", Attempts: []cti.Attempt{{At: second(10)}, {At: second(1500)}}}, time.Time{}))
		for _, want := range []int{4, 0} { // a call, an interval, a work, a try
			if n, err := f.s.PruneFacts(ctx, second(1000)); err != nil || n != want {
				f.Errorf("forgotten %d, %v; want %d", n, err, want)
			}
		}
		for _, table := range []string{"fact_calls", "fact_visits", "fact_offers", "fact_talks"} {
			f.want(table, `SELECT DISTINCT call_id FROM `+table, "m:2")
		}
		f.want("the interval that lasts", `SELECT began FROM fact_agent_intervals`, "20000000")
		f.want("work", `SELECT began FROM fact_work`, "1500000000")
		f.want("tries", `SELECT at FROM fact_attempts`, "1500000000")
	})
}
