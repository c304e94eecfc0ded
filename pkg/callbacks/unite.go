package callbacks

import (
	"context"
	"slices"
	"time"

	"callcard/pkg/cti"
)

// Merged is how a duty ends that turned out to be about the client of another one.
const Merged = "merged"

// unite saves a duty and keeps the law that a client has one open duty in a group of
// lines. Two may meet: a promise that is about no line and a missed call from another
// number of the contact, a duty that opens again beside a newer one, numbers that were
// found to be one client's. The older one goes on. It returns all that has changed.
func (s *Service) unite(ctx context.Context, one change) (all []change, err error) {
	for one.after.State == cti.CallbackOpen {
		other, err := s.double(ctx, one.after)
		if err != nil {
			return nil, err
		}
		if other.ID == "" {
			break
		}
		keep, drop := one, change{other, other}
		if other.Created.Before(one.after.Created) || other.Created.Equal(one.after.Created) && other.ID < one.after.ID {
			keep, drop = drop, keep
		}
		keep.after = merge(keep.after, drop.after)
		drop.after = closed(drop.after, cti.CallbackCancelled, Merged, "", time.Now())
		drop.after.MergedInto = keep.after.ID
		if err := s.opts.Store.SaveCallback(ctx, drop.after, s.plan.wake(drop.after)); err != nil {
			return nil, err
		}
		all, one = append(all, drop), keep
		if err := s.note(ctx, keep.after, "", step{"callback.merged", "another open callback of the same client became part of this one"}); err != nil {
			return nil, err
		}
	}
	return append(all, one), s.opts.Store.SaveCallback(ctx, one.after, s.plan.wake(one.after))
}

// double finds another open duty of the client that must not stand beside b.
func (s *Service) double(ctx context.Context, b cti.Callback) (cti.Callback, error) {
	for _, number := range append([]string{b.Client.Number}, b.Numbers...) {
		open, err := s.opts.Store.OpenCallbacks(ctx, number)
		if err != nil {
			return cti.Callback{}, err
		}
		if i := slices.IndexFunc(open, doubleOf(b)); i >= 0 {
			return open[i], nil
		}
	}
	if b.ContactID == "" {
		return cti.Callback{}, nil
	}
	open, err := s.opts.Store.CallbacksOfContact(ctx, b.ContactID)
	if err != nil {
		return cti.Callback{}, err
	}
	if i := slices.IndexFunc(open, doubleOf(b)); i >= 0 {
		return open[i], nil
	}
	return cti.Callback{}, nil
}

// doubleOf tells that two duties are about the same: a promise without a line is about any.
func doubleOf(b cti.Callback) func(cti.Callback) bool {
	return func(o cti.Callback) bool {
		return o.ID != b.ID && (o.Group == b.Group || o.Group == "" || b.Group == "")
	}
}

// merge makes one duty of two of the same client: nothing that was asked, tried or
// promised is forgotten, and nothing becomes later.
func merge(b, other cti.Callback) cti.Callback {
	if b.Group == "" {
		b.Group = other.Group
	}
	if b.Line == "" {
		b.Line, b.Calendar = other.Line, other.Calendar
	}
	if b.Queue == "" || other.Queue != "" && other.LastMissed.After(b.LastMissed) {
		b.Queue = other.Queue
	}
	if b.ContactID == "" {
		b.ContactID, b.ContactName = other.ContactID, other.ContactName
	}
	if other.LastCall.After(b.LastCall) {
		b.LastCall = other.LastCall
	}
	if b.Cause == "" || other.Cause != "" && other.LastMissed.After(b.LastMissed) {
		b.Cause = other.Cause
	}
	if !other.FirstMissed.IsZero() {
		b.FirstMissed, b.LastMissed = earlier(b.FirstMissed, other.FirstMissed), laterOf(b.LastMissed, other.LastMissed)
	}
	b.Created, b.Missed = earlier(b.Created, other.Created), b.Missed+other.Missed
	if b.Priority == 0 || other.Priority != 0 && other.Priority < b.Priority {
		b.Priority = other.Priority
	}
	return withClaimOf(withTimeOf(withListsOf(b, other), other), other)
}

func withListsOf(b, other cti.Callback) cti.Callback {
	b.Agents, b.Calls, b.Causes = union(b.Agents, other.Agents), union(b.Calls, other.Calls), union(b.Causes, other.Causes)
	b.Numbers = slices.DeleteFunc(union(union(b.Numbers, other.Numbers), []string{other.Client.Number}), func(n string) bool { return n == b.Client.Number })
	b.Attempts = slices.Concat(b.Attempts, other.Attempts)
	slices.SortStableFunc(b.Attempts, func(a, b cti.Attempt) int { return a.At.Compare(b.At) })
	switch {
	case b.Note == "":
		b.Note = other.Note
	case other.Note != "" && other.Note != b.Note:
		b.Note += "\n" + other.Note
	}
	return b
}

// withTimeOf: the newest promise stands, for the client knows it; else what is earlier.
func withTimeOf(b, other cti.Callback) cti.Callback {
	switch {
	case other.Promised && (!b.Promised || other.PromisedAt.After(b.PromisedAt)):
		b.Due, b.NotBefore, b.Promised, b.PromisedAt = other.Due, other.NotBefore, true, other.PromisedAt
		b.RemindAt, b.Reminded, b.Escalated, b.EscalatedAgain = other.RemindAt, other.Reminded, other.Escalated, other.EscalatedAgain
		b.Assignee, b.AssigneeName, b.AssigneeUntil = other.Assignee, other.AssigneeName, other.AssigneeUntil
	case b.Promised:
	case b.Due.IsZero() || !other.Due.IsZero() && other.Due.Before(b.Due):
		b.Due, b.NotBefore, b.RemindAt, b.Reminded = other.Due, other.NotBefore, other.RemindAt, other.Reminded
	}
	return b
}

func withClaimOf(b, other cti.Callback) cti.Callback {
	if b.ClaimedBy == "" {
		b.ClaimedBy, b.ClaimedByName, b.ClaimedUntil = other.ClaimedBy, other.ClaimedByName, other.ClaimedUntil
	}
	return b
}

func union[T comparable](a, b []T) []T {
	all := slices.Clone(a)
	for _, one := range b {
		if !slices.Contains(all, one) {
			all = append(all, one)
		}
	}
	return all
}
