package pop

import (
	"slices"
	"time"

	"callcard/pkg/cti"
)

// What Card.Lookup says.
const (
	lookupPending = "pending"
	lookupDone    = "done"
	lookupFailed  = "failed"
)

// Identity is what is known of the client of one call. It is a value: a change makes a
// new one.
type Identity struct {
	Lookup     string
	Candidates []cti.Candidate // certain ones first, else in the directory's order
	History    []cti.PastCall
	CallbackID string
	ChosenID   string
}

// Match is the answer to "who is this". A candidate that agrees in its last digits
// only never makes a match, even when it is alone: it is shown as a maybe.
func (id Identity) Match(call cti.Call) cti.MatchKind {
	switch {
	case isInternal(call):
		return cti.MatchInternal
	case call.Client.Kind == cti.NumberAnonymous:
		return cti.MatchAnonymous
	}
	switch id.certain() {
	case 0:
		return cti.MatchUnknown
	case 1:
		return cti.MatchSingle
	}
	return cti.MatchMultiple
}

func isInternal(call cti.Call) bool {
	return call.Direction == cti.Internal || call.Client.Kind == cti.NumberInternal
}

func (id Identity) certain() int {
	n := 0
	for _, c := range id.Candidates {
		if c.Certain {
			n++
		}
	}
	return n
}

// single returns the contact that a call may be linked to without asking anybody.
func (id Identity) single(call cti.Call) (contactID string, ok bool) {
	if id.Match(call) != cti.MatchSingle {
		return "", false
	}
	return id.Candidates[0].ID, true
}

// with adds candidates that are not there yet; the order of the others stays.
func (id Identity) with(more ...cti.Candidate) Identity {
	all := slices.Clone(id.Candidates)
	for _, c := range more {
		same := func(other cti.Candidate) bool { return other.ID == c.ID && other.Source == c.Source }
		if i := slices.IndexFunc(all, same); i < 0 {
			all = append(all, c)
		} else if c.Certain {
			all[i].Certain = true
		}
	}
	slices.SortStableFunc(all, func(a, b cti.Candidate) int { return rank(a) - rank(b) })
	id.Candidates = all
	return id
}

func rank(c cti.Candidate) int {
	if c.Certain {
		return 0
	}
	return 1
}

// candidate tells whether the contact holds this very number.
func candidate(contact cti.Contact, client cti.Phone) cti.Candidate {
	return cti.Candidate{Contact: contact, Certain: client.Number != "" && slices.Contains(contact.Phones, client.Number)}
}

// pastWithout drops the present call from the client's earlier ones.
func pastWithout(past []cti.PastCall, call cti.Call) []cti.PastCall {
	out := make([]cti.PastCall, 0, len(past))
	for _, p := range past {
		if p.CallID != call.ID && !slices.Contains(call.Aliases, p.CallID) {
			out = append(out, p)
		}
	}
	return out
}

// decided makes a line for the trace.
func decided(stage, rule, text string) cti.Decision {
	return cti.Decision{At: time.Now().UTC(), Stage: stage, Rule: rule, Text: text}
}
