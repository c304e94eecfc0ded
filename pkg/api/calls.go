package api

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"callcard/pkg/cti"
)

// Archive is the calls of the past, as far as the journal has been written.
type Archive interface {
	Calls(ctx context.Context, filter cti.CallFilter) (records []cti.CallRecord, next string, err error)
	Call(ctx context.Context, id cti.CallID) (cti.CallRecord, error)
	CountUnresolved(ctx context.Context, filter cti.CallFilter, most int) (int, error)
	Trace(ctx context.Context, id cti.CallID) ([]cti.Decision, error)
}

// LiveCalls is the calls of now.
type LiveCalls interface {
	Call(id cti.CallID) (cti.Call, bool)
}

// Cards tells open cards what an agent found out.
type Cards interface {
	Choose(ctx context.Context, call cti.CallID, contactID string, by cti.User) error
	ContactCreated(contact cti.Contact)
	ContactChanged(contact cti.Contact)
	ContactRemoved(id string)
}

// Numbers makes one form of the many in which people write numbers.
type Numbers interface {
	Parse(raw string) cti.Phone
}

type callsInput struct {
	Number string    `query:"number" maxLength:"64" doc:"Number of the client, in any form"`
	From   time.Time `query:"from" doc:"Calls that started at this time or later"`
	To     time.Time `query:"to" doc:"Calls that started before this time"`
	Query  string    `query:"q" maxLength:"200" doc:"Beginnings of words of the client's name or of a note, or a part of the number"`

	Direction  cti.Direction   `query:"direction" enum:"inbound,outbound,internal" doc:"Where the calls came from and went to"`
	Outcome    cti.CallOutcome `query:"outcome" enum:"answered,abandoned,timeout,no_answer,ivr,failed" doc:"How the calls ended"`
	Queue      string          `query:"queue" maxLength:"80" doc:"Name of a queue in which the client waited"`
	Agent      cti.UserID      `query:"agent" maxLength:"128" doc:"Login name of an agent who was offered the call, talked or placed it"`
	Result     string          `query:"result" maxLength:"32" doc:"Id of what came of the call"`
	Missed     bool            `query:"missed" doc:"Only inbound calls that nobody answered"`
	Unresolved bool            `query:"unresolved" doc:"Only ended calls whose client somebody should still name: no contact, and not set aside"`

	Cursor string `query:"cursor" maxLength:"256" doc:"next_cursor of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Calls on a page"`
}

type callPage struct {
	Items      []cti.CallRecord `json:"items" doc:"The calls of this page"`
	NextCursor string           `json:"next_cursor,omitempty" doc:"Gives the next page as cursor; absent on the last one"`
}

type callsOutput struct{ Body callPage }

func (s *server) calls(ctx context.Context, in *callsInput) (*callsOutput, error) {
	filter := cti.CallFilter{
		From: in.From, To: in.To, Query: in.Query, Direction: in.Direction, Outcome: in.Outcome, Queue: in.Queue,
		Agent: in.Agent, Result: in.Result, Missed: in.Missed, Unresolved: in.Unresolved, Cursor: in.Cursor, Limit: in.Limit,
	}
	if in.Number != "" {
		filter.Number = s.number(in.Number)
	}
	return s.page(ctx, filter)
}

// page gives those calls that the user may see.
func (s *server) page(ctx context.Context, filter cti.CallFilter) (*callsOutput, error) {
	user := userOf(ctx)
	filter, err := s.audience(user, filter)
	if err != nil {
		return nil, err
	}
	records, next, err := s.Archive.Calls(ctx, filter)
	if err != nil {
		return nil, err
	}
	for i := range records {
		records[i] = shownTo(user, records[i])
	}
	return &callsOutput{Body: callPage{Items: list(records), NextCursor: next}}, nil
}

// mostUnresolved is as far as calls to sort are counted: who has more needs no figure.
const mostUnresolved = 100

type sortOutput struct {
	Body struct {
		Count int `json:"count" doc:"Calls to sort that the user may see, among the newest thousand; 100 means as many or more"`
	}
}

func (s *server) unresolvedCount(ctx context.Context, _ *struct{}) (*sortOutput, error) {
	filter, err := s.audience(userOf(ctx), cti.CallFilter{})
	if err != nil {
		return nil, err
	}
	out := &sortOutput{}
	out.Body.Count, err = s.Archive.CountUnresolved(ctx, filter, mostUnresolved)
	return out, err
}

// audience: an agent lists his own calls and, where the office wants it so, those of
// his queues; only then may he ask for a colleague's.
func (s *server) audience(user cti.User, filter cti.CallFilter) (cti.CallFilter, error) {
	if user.SeesAll() {
		return filter, nil
	}
	filter.User = user.ID
	if s.SeeQueueCalls {
		filter.Queues = user.Queues
	}
	if filter.Agent != "" && filter.Agent != user.ID && len(filter.Queues) == 0 {
		return filter, fmt.Errorf("calls of %s: %w", filter.Agent, cti.ErrForbidden)
	}
	return filter, nil
}

// number is the form in which the archive keeps it.
func (s *server) number(raw string) string {
	if phone := s.Numbers.Parse(raw); phone.Number != "" {
		return phone.Number
	}
	return raw
}

type callInput struct {
	ID cti.CallID `path:"id" maxLength:"200" doc:"Id of the call, also one it had before a merge" example:"main:1795323620.9"`
}

type callOutput struct{ Body cti.CallRecord }

func (s *server) call(ctx context.Context, in *callInput) (*callOutput, error) {
	record, err := s.visibleCall(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &callOutput{Body: shownTo(userOf(ctx), record)}, nil
}

// visibleCall finds a call that the user may see. The archive is a moment behind
// the live call: an agent may ask for a call that has rung him just now.
func (s *server) visibleCall(ctx context.Context, id cti.CallID) (cti.CallRecord, error) {
	record, err := s.Archive.Call(ctx, id)
	if err != nil && !errors.Is(err, cti.ErrNotFound) {
		return cti.CallRecord{}, err
	}
	if live, ok := s.Live.Call(id); ok && (err != nil || live.Version > record.Version) {
		record.Call, err = live, nil
	}
	if err != nil {
		return cti.CallRecord{}, err
	}
	if !s.maySee(userOf(ctx), record.Call) {
		return cti.CallRecord{}, cti.ErrForbidden
	}
	return record, nil
}

// maySee: an agent sees his own calls and, where the office wants it so, those of
// his queues.
func (s *server) maySee(user cti.User, call cti.Call) bool {
	return s.owns(user, call) || s.SeeQueueCalls &&
		slices.ContainsFunc(call.Visits, func(v cti.Visit) bool { return slices.Contains(user.Queues, v.Queue) })
}

// owns: the call was offered to the agent, he talked in it, or his phone began it.
// All calls are everybody's who is no agent.
func (s *server) owns(user cti.User, call cti.Call) bool {
	return user.SeesAll() ||
		slices.ContainsFunc(call.Offers, func(o cti.Offer) bool { return o.User == user.ID }) ||
		slices.ContainsFunc(call.Talks, func(t cti.Talk) bool { return t.User == user.ID }) ||
		call.Initiator != "" && s.Agents.UserOf(call.PBX, call.Initiator) == user.ID
}

// shownTo makes lists that are empty, never null, and keeps the PBX's inside from agents.
func shownTo(user cti.User, record cti.CallRecord) cti.CallRecord {
	if !user.SeesAll() {
		record.Legs, record.Files = nil, nil
	}
	record.Linkedids, record.Offers = list(record.Linkedids), list(record.Offers)
	record.Visits, record.Talks = list(record.Visits), list(record.Talks)
	record.Recordings, record.Notes = list(record.Recordings), list(record.Notes)
	return record
}

type callTrace struct {
	CallID cti.CallID     `json:"call_id" doc:"The call's id now"`
	Items  []cti.Decision `json:"items" doc:"Decisions in the order in which they were taken"`
}

type traceOutput struct{ Body callTrace }

func (s *server) trace(ctx context.Context, in *callInput) (*traceOutput, error) {
	record, err := s.visibleCall(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	decisions, err := s.Archive.Trace(ctx, record.ID)
	if err != nil && !errors.Is(err, cti.ErrNotFound) {
		return nil, err
	}
	return &traceOutput{Body: callTrace{CallID: record.ID, Items: list(decisions)}}, nil
}

type linkInput struct {
	ID   cti.CallID `path:"id" maxLength:"200" doc:"Id of the call, also one it had before a merge"`
	Body struct {
		ContactID string `json:"contact_id" minLength:"1" maxLength:"200" doc:"The contact that the client is"`
	}
}

func (s *server) linkContact(ctx context.Context, in *linkInput) (*callOutput, error) {
	record, err := s.visibleCall(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := s.Cards.Choose(ctx, record.ID, in.Body.ContactID, userOf(ctx)); err != nil {
		return nil, err
	}
	return s.call(ctx, &callInput{ID: record.ID})
}
