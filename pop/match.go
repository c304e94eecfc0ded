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
	Candidates []cti.Candidate // certain companies first, then certain people, else in the directory's order
	History    []cti.PastCall
	Callback   *cti.CardCallback
	ChosenID   string
	Usually    *cti.Usually  // whom agents chose before; asked when it is not clear who it is
	People     []cti.Contact // of a company that is the match
	Today      []cti.CallID  // calls that the client made today; nil when not asked
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
	switch n := id.certain(); {
	case n == 0:
		return cti.MatchUnknown
	case n == 1, id.switchboard():
		return cti.MatchSingle
	}
	return cti.MatchMultiple
}

// switchboard reports whether the number is that of a company and of people who all work
// there: then the company calls, and who of them is a detail. It comes first.
func (id Identity) switchboard() bool {
	if len(id.Candidates) == 0 || !id.Candidates[0].IsCompany {
		return false
	}
	company := id.Candidates[0]
	for _, c := range id.Candidates[1:] {
		if c.Certain && (c.CompanyID != company.ID || c.Source != company.Source) {
			return false
		}
	}
	return company.Certain
}

// client is the contact that the call is about: chosen, or the only certain match.
func (id Identity) client(call cti.Call) (cti.Candidate, bool) {
	for _, c := range id.Candidates {
		if c.ID == id.ChosenID && id.ChosenID != "" {
			return c, true
		}
	}
	if id.Match(call) != cti.MatchSingle {
		return cti.Candidate{}, false
	}
	return id.Candidates[0], true
}

// callsToday counts the client's own calls, the present one included; 0 when unknown.
func (id Identity) callsToday(call cti.Call) int {
	if id.Today == nil {
		return 0
	}
	n := 0
	for _, other := range id.Today {
		if other != call.ID && !slices.Contains(call.Aliases, other) {
			n++
		}
	}
	if call.Direction == cti.Inbound {
		n++
	}
	return n
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
	switch {
	case c.Certain && c.IsCompany:
		return 0
	case c.Certain:
		return 1
	}
	return 2
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
