package rules

import (
	"maps"
	"slices"
	"strings"

	"callcard/pkg/cti"
)

// facts are the names that expressions know. The comments are the reference that
// configs/callcard.yaml repeats.
type facts struct {
	Direction   string            `expr:"direction"`   // inbound, outbound, internal
	Match       string            `expr:"match"`       // pending, unknown, single, multiple, internal, anonymous
	Queue       string            `expr:"queue"`       // its name
	DID         string            `expr:"did"`         // our number that was called, as the trunk gives it
	Group       string            `expr:"group"`       // line group of that number
	Line        string            `expr:"line"`        // the trunk: PJSIP/provider
	PBX         string            `expr:"pbx"`         // id of the PBX
	Phone       string            `expr:"phone"`       // the client's number, +79161234567
	Agent       string            `expr:"agent"`       // whose card it is
	VIP         bool              `expr:"vip"`         // the client is marked so
	Company     bool              `expr:"company"`     // the client is a company
	Mine        bool              `expr:"mine"`        // the agent is responsible for the client
	Transferred bool              `expr:"transferred"` // a colleague handed the call over
	Callback    bool              `expr:"callback"`    // the client waits for a callback
	Missed      int               `expr:"missed"`      // calls missed since then
	CallsToday  int               `expr:"calls_today"` // the client's own, this one included
	Hour        int               `expr:"hour"`        // 0 to 23, when the agent got the call
	Weekday     string            `expr:"weekday"`     // mon, tue, wed, thu, fri, sat, sun
	Var         map[string]string `expr:"var"`         // channel variables: var.contract
}

// names of facts whose values are words that are known beforehand: comparing them with
// any other word is a typing error.
func words() map[string][]string {
	return map[string][]string{
		"direction": {string(cti.Inbound), string(cti.Outbound), string(cti.Internal)},
		"match": {
			string(cti.MatchPending), string(cti.MatchUnknown), string(cti.MatchSingle),
			string(cti.MatchMultiple), string(cti.MatchInternal), string(cti.MatchAnonymous),
		},
		"weekday": weekdays(),
	}
}

func weekdays() []string { return []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} }

func factsOf(f cti.CallFacts) facts {
	return facts{
		Direction: string(f.Direction), Match: string(f.Match), Queue: f.Queue, DID: f.DID, Group: f.Group,
		Line: f.Line, PBX: f.PBX, Phone: f.Phone, Agent: string(f.Agent),
		VIP: f.VIP, Company: f.Company, Mine: f.Mine, Transferred: f.Transferred,
		Callback: f.Callback, Missed: f.Missed, CallsToday: f.CallsToday,
		Hour: f.At.Hour(), Weekday: weekdays()[f.At.Weekday()], Var: f.Variables,
	}
}

// placeholders that an address may hold beside {var:NAME}.
func placeholders() map[string]func(cti.CallFacts) string {
	return map[string]func(cti.CallFacts) string{
		"phone":      func(f cti.CallFacts) string { return f.Phone },
		"contact_id": func(f cti.CallFacts) string { return f.ContactID },
		"call_id":    func(f cti.CallFacts) string { return string(f.CallID) },
		"queue":      func(f cti.CallFacts) string { return f.Queue },
		"did":        func(f cti.CallFacts) string { return f.DID },
		"group":      func(f cti.CallFacts) string { return f.Group },
		"agent":      func(f cti.CallFacts) string { return string(f.Agent) },
	}
}

// listed is what a message offers instead of a wrong name.
func listed[V any](of map[string]V) string {
	return strings.Join(slices.Sorted(maps.Keys(of)), ", ")
}
