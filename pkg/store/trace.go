package store

import (
	"context"
	"database/sql"
	"fmt"

	"callcard/pkg/cti"
)

// Trace returns the decisions about a call and about the calls merged into it, in their order.
func (s *Store) Trace(ctx context.Context, id cti.CallID) ([]cti.Decision, error) {
	id, err := s.resolve(ctx, s.read(ctx), id)
	if err != nil {
		return nil, fmt.Errorf("load trace of %s: %w", id, err)
	}
	decisions, err := s.decisions(ctx, `call_id = $1 OR call_id IN (SELECT alias FROM call_aliases WHERE call_id = $1)`, id)
	if err != nil {
		return nil, fmt.Errorf("load trace of %s: %w", id, err)
	}
	return decisions, nil
}

// StageTrace returns the decisions of one stage about several calls, in their order.
func (s *Store) StageTrace(ctx context.Context, stage string, ids []cti.CallID) ([]cti.Decision, error) {
	args := []any{stage}
	for _, id := range ids {
		if id != "" {
			args = append(args, clean(id))
		}
	}
	if len(args) == 1 {
		return []cti.Decision{}, nil
	}
	decisions, err := s.decisions(ctx, `stage = $1 AND call_id IN (`+placeholders(2, len(args)-1)+`)`, args...)
	if err != nil {
		return nil, fmt.Errorf("load the trace of a stage: %w", err)
	}
	return decisions, nil
}

func (s *Store) decisions(ctx context.Context, where string, args ...any) ([]cti.Decision, error) {
	decisions := []cti.Decision{}
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var d cti.Decision
		var at int64
		err := rows.Scan(&at, &d.Stage, &d.Rule, &d.Text, &d.Leg, &d.Agent)
		d.At = instant(at)
		decisions = append(decisions, d)
		return err
	}, `SELECT at, stage, rule, text, leg, agent FROM trace WHERE `+where+` ORDER BY at, id`, args...)
	return decisions, err
}

// AddDecisions adds to a call's trace; the call itself may not be written yet.
func (s *Store) AddDecisions(ctx context.Context, id cti.CallID, decisions []cti.Decision) error {
	err := s.write(ctx, func(ctx context.Context, q querier) error {
		t := newTable(traceWidth, len(decisions))
		addTrace(t, id, decisions)
		return insertTrace(ctx, q, t)
	})
	if err != nil {
		return fmt.Errorf("add to trace of %s: %w", id, err)
	}
	return nil
}

// AddTraces adds to the traces of many calls in one transaction.
func (s *Store) AddTraces(ctx context.Context, decisions map[cti.CallID][]cti.Decision) error {
	if len(decisions) == 0 {
		return nil
	}
	err := s.write(ctx, func(ctx context.Context, q querier) error {
		t := newTable(traceWidth, 2*len(decisions))
		for id, of := range decisions {
			addTrace(t, id, of)
		}
		return insertTrace(ctx, q, t)
	})
	if err != nil {
		return fmt.Errorf("add to traces of %d calls: %w", len(decisions), err)
	}
	return nil
}

func traceOf(events []encoded) *table {
	t := newTable(traceWidth, len(events))
	for _, e := range events {
		addTrace(t, e.Call.ID, e.Decisions)
	}
	return t
}

const traceWidth = 7

func addTrace(t *table, id cti.CallID, decisions []cti.Decision) {
	for _, d := range decisions {
		t.add(string(clean(id)), micros(d.At), clean(d.Stage), clean(d.Rule), clean(d.Text), clean(d.Leg), string(clean(d.Agent)))
	}
}

func insertTrace(ctx context.Context, q querier, t *table) error {
	return t.insert(ctx, q, `INSERT INTO trace (call_id, at, stage, rule, text, leg, agent)`, "")
}
