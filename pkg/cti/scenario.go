package cti

import "time"

// CardBlock is a part of a card that a scenario may show.
type CardBlock string

const (
	BlockIdentity  CardBlock = "identity" // who it is: the contact, the search, the choice
	BlockCallback  CardBlock = "callback"
	BlockPeople    CardBlock = "people" // of a company
	BlockOrders    CardBlock = "orders"
	BlockHistory   CardBlock = "history"
	BlockNotes     CardBlock = "notes"
	BlockResult    CardBlock = "result"
	BlockVariables CardBlock = "variables"
)

// CardBlocks are all blocks, in the order in which a card without a rule shows them.
func CardBlocks() []CardBlock {
	return []CardBlock{
		BlockIdentity, BlockCallback, BlockPeople, BlockOrders, BlockHistory, BlockNotes, BlockResult, BlockVariables,
	}
}

// Scenario is what a card shows and which page it opens, as a rule has chosen.
type Scenario struct {
	Rule   string      `json:"rule"`
	Blocks []CardBlock `json:"blocks"`
	Open   *Opening    `json:"open,omitempty"`
}

// When a card opens a page.
const (
	OpenRinging = "ringing" // as soon as it is known who calls
	OpenAnswer  = "answer"
	OpenClick   = "click"
	OpenNever   = "never" // such a page is on no card
)

// Where a card opens a page.
const (
	TargetTab   = "tab"
	TargetFrame = "frame"
)

// Opening is a page that a card opens. The values in its address are escaped.
type Opening struct {
	When   string `json:"when"`
	URL    string `json:"url"` // http, https, or a path on callcard's own site
	Label  string `json:"label"`
	Target string `json:"target"`
}

// ShownVariable is a channel variable that a rule puts on the card.
type ShownVariable struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Value string `json:"value"`
}

// Usually is whom agents have chosen before for the client's number.
type Usually struct {
	ContactID string `json:"contact_id"`
	Name      string `json:"name"`
	Times     int    `json:"times"`
}

// CardCallback is what a card tells of the client's open callback.
type CardCallback struct {
	ID            string    `json:"id"`
	Missed        int       `json:"missed"`
	FirstMissed   time.Time `json:"first_missed,omitzero"`
	LastMissed    time.Time `json:"last_missed,omitzero"`
	ClaimedBy     UserID    `json:"claimed_by,omitempty"`
	ClaimedByName string    `json:"claimed_by_name,omitempty"`
	Due           time.Time `json:"due,omitzero"`
}

// MatchPending is the match of CallFacts while the look-up goes on.
const MatchPending MatchKind = "pending"

// CallFacts are what rules choose a scenario by: one agent's view of one call.
type CallFacts struct {
	CallID      CallID
	PBX         string
	Direction   Direction
	Match       MatchKind // MatchPending before the look-up has answered
	Phone       string    // E.164, or as the PBX gave it; "" for none
	ContactID   string    // chosen, or the only certain match
	VIP         bool      // of that contact
	Company     bool      // that contact is a company
	Mine        bool      // the agent is responsible for that contact
	Queue       string
	DID         string
	Group       string // line group of the DID
	Line        string // the trunk's device
	Agent       UserID
	Transferred bool
	Callback    bool // the client waits for a callback
	Missed      int  // calls missed since then
	CallsToday  int
	At          time.Time // when the agent got the call
	Variables   map[string]string
}

// ScenarioChoice is what the rules say of a call.
type ScenarioChoice struct {
	Scenario  Scenario
	Variables []ShownVariable
	// Note says why no page opens although the rule has one; "" otherwise.
	Note string
	// Fault is the failure of a rule, after which the built-in ones have chosen; nil
	// otherwise. FaultyRule names it.
	Fault      error
	FaultyRule string
}
