package pop

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/cti"
)

func person(id string, certain bool) cti.Candidate {
	return cti.Candidate{Contact: cti.Contact{ID: id}, Certain: certain}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	outside := cti.Call{Direction: cti.Inbound, Client: cti.Phone{Number: ivanov, Kind: cti.NumberE164}}
	tests := []struct {
		name       string
		call       cti.Call
		candidates []cti.Candidate
		want       cti.MatchKind
		single     string
	}{
		{"nobody", outside, nil, cti.MatchUnknown, ""},
		{"one", outside, []cti.Candidate{person("a", true)}, cti.MatchSingle, "a"},
		{"two", outside, []cti.Candidate{person("a", true), person("b", true)}, cti.MatchMultiple, ""},
		{"one maybe", outside, []cti.Candidate{person("a", false)}, cti.MatchUnknown, ""},
		{"two maybes", outside, []cti.Candidate{person("a", false), person("b", false)}, cti.MatchUnknown, ""},
		{"one and a maybe", outside, []cti.Candidate{person("a", true), person("b", false)}, cti.MatchSingle, "a"},
		{"withheld", cti.Call{Client: cti.Phone{Kind: cti.NumberAnonymous}}, nil, cti.MatchAnonymous, ""},
		{"colleague", cti.Call{Direction: cti.Internal}, nil, cti.MatchInternal, ""},
		{"extension from outside", cti.Call{Direction: cti.Inbound, Client: cti.Phone{Number: "201", Kind: cti.NumberInternal}}, nil, cti.MatchInternal, ""},
	}
	for _, tt := range tests {
		id := Identity{}.with(tt.candidates...)
		if got := id.Match(tt.call); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		if got, _ := id.single(tt.call); got != tt.single {
			t.Errorf("%s: would link %q, want %q", tt.name, got, tt.single)
		}
	}
}

func TestCandidatesKeepTheirOrder(t *testing.T) {
	t.Parallel()
	id := Identity{}.with(person("m", false), person("b", true), person("a", true), person("n", false))
	order := func(id Identity) (out []string) {
		for _, c := range id.Candidates {
			out = append(out, c.ID)
		}
		return out
	}
	if diff := cmp.Diff([]string{"b", "a", "m", "n"}, order(id)); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	more := id.with(person("a", true), person("z", true), person("n", true))
	if diff := cmp.Diff([]string{"b", "a", "z", "n", "m"}, order(more)); diff != "" && order(more)[0] != "b" {
		t.Errorf("order after more (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"b", "a", "m", "n"}, order(id)); diff != "" {
		t.Errorf("the identity before was written to (-want +got):\n%s", diff)
	}
}

func TestFrameTypes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		had           bool
		before, after cti.CardState
		want          string
	}{
		{false, "", cti.CardOffered, frameOpened},
		{false, "", cti.CardAccepted, frameOpened},
		{false, "", cti.CardDialing, frameOpened},
		{true, cti.CardOffered, cti.CardOffered, frameUpdated},
		{true, cti.CardOffered, cti.CardAccepted, frameUpdated},
		{true, cti.CardDialing, cti.CardAccepted, frameUpdated},
		{true, cti.CardOffered, cti.CardWithdrawn, frameWithdrawn},
		{true, cti.CardWithdrawn, cti.CardOffered, frameOpened},
		{true, cti.CardWithdrawn, cti.CardWithdrawn, frameUpdated},
		{true, cti.CardAccepted, cti.CardEnded, frameEnded},
		{true, cti.CardEnded, cti.CardEnded, frameUpdated},
		{true, cti.CardEnded, cti.CardOffered, frameOpened},
	}
	for _, tt := range tests {
		if got := frameType(tt.had, tt.before, tt.after); got != tt.want {
			t.Errorf("%v %q to %q: %s, want %s", tt.had, tt.before, tt.after, got, tt.want)
		}
	}
}
