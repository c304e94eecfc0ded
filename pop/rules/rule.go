package rules

import "callcard/pkg/cti"

// Rule says what the cards of some calls show. When is an expression of the names in
// facts; an empty one holds for every call. Without blocks a card shows all.
type Rule struct {
	Name      string
	When      string
	Blocks    []string
	Open      Open
	Variables []Variable // to be shown, in this order
}

// Open is the page of a rule; without URL there is none.
type Open struct {
	When   string // ringing, answer, click (the default) or never
	URL    string // with {phone}, {var:contract} and the like
	Target string // tab (the default) or frame
	Label  string
}

// Variable is a channel variable with the words that a card puts before it.
type Variable struct{ Name, Label string }

// Builtin rules follow the configured ones. They need nothing that a PBX does not tell
// by itself, and cannot fail. The last one holds for every call: also while it is not
// known yet who calls.
func Builtin() []Rule {
	return []Rule{
		{Name: "anonymous", When: `match == "anonymous"`, Blocks: []string{"identity", "notes", "result"}},
		{Name: "internal", When: `match == "internal"`, Blocks: []string{"identity", "notes"}},
		{Name: "transferred", When: `transferred`, Blocks: []string{"identity", "notes", "callback", "variables", "people", "orders", "history", "result"}},
		{Name: "outbound", When: `direction == "outbound"`, Blocks: []string{"identity", "callback", "history", "people", "orders", "notes", "result"}},
		{Name: "unknown", When: `match == "unknown"`, Blocks: []string{"identity", "callback", "variables", "history", "notes", "result"}},
		{Name: "multiple", When: `match == "multiple"`, Blocks: []string{"identity", "callback", "variables", "history", "notes", "result"}},
		{Name: "company", When: `match == "single" and company`, Blocks: []string{"identity", "people", "callback", "variables", "orders", "history", "notes", "result"}},
		{Name: "single", When: `match == "single"`, Blocks: []string{"identity", "callback", "variables", "orders", "history", "notes", "result"}},
		{Name: "any", Blocks: allBlocks()},
	}
}

func allBlocks() []string {
	names := make([]string, 0, len(cti.CardBlocks()))
	for _, b := range cti.CardBlocks() {
		names = append(names, string(b))
	}
	return names
}
