package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"callcard/pkg/cti"
)

// SaveFacts writes what reports count of calls that have ended, each call whole: what
// was written of it before goes.
func (s *Store) SaveFacts(ctx context.Context, calls []cti.Call) error {
	facts, later := newFacts(len(calls)), map[cti.CallID]bool{}
	for _, c := range slices.Backward(calls) {
		if later[c.ID] { // told again, or merged into another
			continue
		}
		if err := facts.add(c); err != nil {
			return fmt.Errorf("save facts of call %s: %w", c.ID, err)
		}
		for _, id := range append([]cti.CallID{c.ID}, c.Aliases...) {
			later[id] = true
			facts.of = append(facts.of, id)
		}
	}
	if err := s.write(ctx, facts.save); err != nil {
		return fmt.Errorf("save facts of %d calls: %w", len(calls), err)
	}
	return nil
}

// facts of several calls.
type facts struct {
	of                           []cti.CallID // and their aliases
	calls, visits, offers, talks *table
}

func newFacts(calls int) *facts {
	return &facts{calls: newTable(15, calls), visits: newTable(9, calls), offers: newTable(10, calls), talks: newTable(9, calls)}
}

func (f *facts) add(c cti.Call) error {
	linkedids, err := json.Marshal(c.Linkedids)
	if err != nil {
		return fmt.Errorf("encode linkedids: %w", err)
	}
	id := string(clean(c.ID))
	var talked, held float64
	for i, t := range c.Talks {
		talked += t.Seconds(c.Ended)
		hold := t.Held
		if !t.HeldSince.IsZero() {
			hold += max(0, c.Ended.Sub(t.HeldSince))
		}
		held += hold.Seconds()
		f.talks.add(id, i+1, clean(t.User), clean(t.Device), clean(t.Queue), micros(t.From), micros(t.To), hold.Seconds(), t.EndedBy)
	}
	f.calls.add(
		id, clean(c.PBX), c.Direction, clean(c.Client.Number), clean(c.DID), clean(c.Line), micros(c.Started), micros(c.Answered), micros(c.Ended),
		c.Outcome, c.Missed, c.Certainty, talked, held, clean(string(linkedids)),
	)
	for i, v := range c.Visits {
		f.visits.add(id, i+1, clean(v.Queue), clean(v.Leg.Uniqueid), micros(v.Joined), micros(v.Left), v.Outcome, v.Position, clean(v.By))
	}
	for i, o := range c.Offers {
		f.offers.add(id, i+1, clean(o.User), clean(o.Device), clean(o.Queue), micros(o.At), micros(o.Ended), o.Result, clean(o.Reason), o.Attempts)
	}
	return nil
}

func (f *facts) save(ctx context.Context, q querier) error {
	if err := dropFacts(ctx, q, f.of); err != nil {
		return err
	}
	for _, of := range []struct {
		rows *table
		head string
	}{
		{f.calls, `INSERT INTO fact_calls (call_id, pbx, direction, number, did, line, started, answered, ended, outcome, missed,
			certainty, talk_seconds, hold_seconds, linkedids)`},
		{f.visits, `INSERT INTO fact_visits (call_id, n, queue, uniqueid, joined, gone, outcome, position, answered_by)`},
		{f.offers, `INSERT INTO fact_offers (call_id, n, agent, device, queue, offered, ended, result, reason, attempts)`},
		{f.talks, `INSERT INTO fact_talks (call_id, n, agent, device, queue, began, ended, hold_seconds, ended_by)`},
	} {
		if err := of.rows.insert(ctx, q, of.head, ""); err != nil {
			return err
		}
	}
	return nil
}

func dropFacts(ctx context.Context, q querier, of []cti.CallID) error {
	for part := range slices.Chunk(of, chunk) {
		ids := padded(part)
		in := ` WHERE call_id IN (` + placeholders(1, len(ids)) + `)`
		for _, table := range []string{"fact_calls", "fact_visits", "fact_offers", "fact_talks"} {
			if _, err := q.ExecContext(ctx, `DELETE FROM `+table+in, ids...); err != nil {
				return fault(err)
			}
		}
	}
	return nil
}

// saveInterval ends an agent's interval and begins the next.
func saveInterval(ctx context.Context, q querier, m cti.ModeChange) error {
	if _, err := q.ExecContext(ctx, `UPDATE fact_agent_intervals SET ended = $2 WHERE agent = $1 AND ended = 0 AND began < $2`,
		m.User, micros(m.At)); err != nil {
		return fault(err)
	}
	_, err := q.ExecContext(ctx, `INSERT INTO fact_agent_intervals (agent, began, ended, mode, reason, set_by) VALUES ($1, $2, 0, $3, $4, $5)
		ON CONFLICT (agent, began) DO UPDATE SET mode = excluded.mode, reason = excluded.reason, set_by = excluded.set_by`,
		m.User, micros(m.At), m.Mode, clean(m.Reason), clean(m.By))
	return fault(err)
}

// SaveWork writes work after a call.
func (s *Store) SaveWork(ctx context.Context, w cti.AgentWork) error {
	err := s.write(ctx, func(ctx context.Context, q querier) error {
		return insert(ctx, q, `INSERT INTO fact_work (agent, call_id, began, ended, ended_by)`,
			`ON CONFLICT (agent, began) DO UPDATE SET ended = excluded.ended, ended_by = excluded.ended_by`,
			[][]any{{clean(w.Agent), clean(w.CallID), micros(w.From), micros(w.To), w.EndedBy}})
	})
	if err != nil {
		return fmt.Errorf("save work of %s: %w", w.Agent, err)
	}
	return nil
}

// saveAttempts writes the tries of a callback, whole: dialling that came to nothing is
// taken back, and those of a callback that became part of another go on there.
func saveAttempts(ctx context.Context, q querier, b cti.Callback) error {
	attempts := b.Attempts
	if b.MergedInto != "" {
		attempts = nil
	}
	if _, err := q.ExecContext(ctx, `DELETE FROM fact_attempts WHERE callback_id = $1 AND n > $2`, b.ID, len(attempts)); err != nil {
		return fault(err)
	}
	rows := make([][]any, len(attempts))
	for i, a := range attempts {
		rows[i] = []any{b.ID, i + 1, clean(a.Agent), micros(a.At), clean(cmp.Or(a.CallID, cti.CallID(a.ActionID))), a.Outcome}
	}
	return insert(ctx, q, `INSERT INTO fact_attempts (callback_id, n, agent, at, call_id, outcome)`,
		`ON CONFLICT (callback_id, n) DO UPDATE SET agent = excluded.agent, at = excluded.at, call_id = excluded.call_id, outcome = excluded.outcome`, rows)
}

// forgotten is how many calls, intervals or tries go at once: writers wait meanwhile.
const forgotten = 500

// PruneFacts forgets the facts of calls and tries from before an instant, and of agents'
// intervals that ended before it. It returns how many, at most some hundreds of each: call
// it again until none are left. A call that is told again later is there again.
func (s *Store) PruneFacts(ctx context.Context, before time.Time) (n int, err error) {
	err = s.write(ctx, func(ctx context.Context, q querier) error {
		n = 0
		var ids []any
		err := each(ctx, q, func(rows *sql.Rows) error {
			var id string
			err := rows.Scan(&id)
			ids = append(ids, id)
			return err
		}, fmt.Sprintf(`SELECT call_id FROM fact_calls WHERE started < $1 ORDER BY started, call_id LIMIT %d`, forgotten), micros(before))
		if err != nil {
			return err
		}
		if len(ids) > 0 {
			for _, table := range []string{"fact_calls", "fact_visits", "fact_offers", "fact_talks"} {
				if _, err := q.ExecContext(ctx, `DELETE FROM `+table+` WHERE call_id IN (`+placeholders(1, len(ids))+`)`, ids...); err != nil {
					return fault(err)
				}
			}
		}
		n = len(ids)
		for _, statement := range []string{
			`DELETE FROM fact_agent_intervals WHERE (agent, began) IN
				(SELECT agent, began FROM fact_agent_intervals WHERE began < $1 AND ended > 0 AND ended < $1 LIMIT %d)`,
			`DELETE FROM fact_work WHERE (agent, began) IN (SELECT agent, began FROM fact_work WHERE began < $1 LIMIT %d)`,
			`DELETE FROM fact_attempts WHERE (callback_id, n) IN (SELECT callback_id, n FROM fact_attempts WHERE at < $1 LIMIT %d)`,
		} {
			result, err := q.ExecContext(ctx, fmt.Sprintf(statement, forgotten), micros(before))
			if err != nil {
				return fault(err)
			}
			gone, err := result.RowsAffected()
			if err != nil {
				return fault(err)
			}
			n += int(gone)
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("prune facts: %w", err)
	}
	return n, nil
}
