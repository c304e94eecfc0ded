package pop

import (
	"fmt"
	"maps"

	"callcard/pkg/cti"
)

// choose keeps what the rules say of one seat, asked again when something has changed
// that they may ask for. Called under the lock.
func (s *Service) choose(l *live, h *held, seat Seat) {
	if seat.State == cti.CardWithdrawn {
		return // it shows why it went and nothing else
	}
	facts := s.facts(l, seat)
	if h.choice.Scenario.Blocks != nil && sameFacts(h.facts, facts) {
		return
	}
	before := h.choice
	h.facts, h.choice = facts, s.scenario(facts)
	s.noteChoice(l, seat.User, before, h.choice)
}

func (s *Service) scenario(facts cti.CallFacts) cti.ScenarioChoice {
	if s.opts.Scenarios == nil {
		return cti.ScenarioChoice{Scenario: cti.Scenario{Blocks: cti.CardBlocks()}}
	}
	return s.opts.Scenarios.Choose(facts)
}

// facts are what rules may know. A chosen contact is as good as a single match.
func (s *Service) facts(l *live, seat Seat) cti.CallFacts {
	call, id := l.call, l.id
	f := cti.CallFacts{
		CallID: call.ID, PBX: call.PBX, Direction: call.Direction, Match: id.Match(call),
		Phone: firstOf(call.Client.Number, call.Client.Raw), Queue: seat.Queue, DID: call.DID, Line: call.Line,
		Agent: seat.User, Transferred: seat.From != "", CallsToday: id.callsToday(call),
		At: seat.OfferedAt.Local(), Variables: call.Variables,
	}
	if s.opts.Titles != nil {
		f.Group = s.opts.Titles.Group(call.PBX, call.DID)
	}
	if client, known := id.client(call); known {
		f.Match, f.ContactID, f.VIP, f.Company = cti.MatchSingle, client.ID, client.VIP, client.IsCompany
		f.Mine = client.Responsible == seat.User
	} else if id.Lookup == lookupPending && f.Match == cti.MatchUnknown {
		f.Match = cti.MatchPending
	}
	if f.Match == cti.MatchAnonymous {
		f.Phone = ""
	}
	if id.Callback != nil {
		f.Callback, f.Missed = true, id.Callback.Missed
	}
	return f
}

func sameFacts(a, b cti.CallFacts) bool {
	if !maps.Equal(a.Variables, b.Variables) || !a.At.Equal(b.At) {
		return false
	}
	return a.CallID == b.CallID && a.PBX == b.PBX && a.Direction == b.Direction && a.Match == b.Match && a.Phone == b.Phone &&
		a.ContactID == b.ContactID && a.VIP == b.VIP && a.Company == b.Company && a.Mine == b.Mine && a.Queue == b.Queue &&
		a.DID == b.DID && a.Group == b.Group && a.Line == b.Line && a.Agent == b.Agent && a.Transferred == b.Transferred &&
		a.Callback == b.Callback && a.Missed == b.Missed && a.CallsToday == b.CallsToday
}

// noteChoice tells the trace which rule it was, and everybody that a rule has failed.
func (s *Service) noteChoice(l *live, user cti.UserID, before, after cti.ScenarioChoice) {
	if after.Fault != nil {
		s.metrics.ruleFaults.WithLabelValues(after.FaultyRule).Inc()
		if !s.faulty[after.FaultyRule] {
			s.faulty[after.FaultyRule] = true
			s.opts.Log.Warn("a rule could not be evaluated, the built-in ones have chosen; told once for each rule", "rule", after.FaultyRule, "call", l.call.ID, "err", after.Fault)
		}
		if before.Fault == nil {
			s.note(l.call.ID, agentDecided("card", "scenario.failed", fmt.Sprintf("rule %q could not be evaluated, the built-in rules have chosen: %v", after.FaultyRule, after.Fault), user))
		}
	}
	if after.Scenario.Rule == "" || after.Scenario.Rule == before.Scenario.Rule && after.Note == before.Note && (after.Scenario.Open == nil) == (before.Scenario.Open == nil) {
		return
	}
	text := fmt.Sprintf("rule %q chose what the card shows", after.Scenario.Rule)
	if page := after.Scenario.Open; page != nil {
		text += ", its page opens at " + page.When
	}
	if after.Note != "" {
		text += "; " + after.Note
	}
	s.note(l.call.ID, agentDecided("card", "scenario.chosen", text, user))
}

func (s *Service) queueTitle(pbx, queue string) string {
	if s.opts.Titles == nil || queue == "" {
		return ""
	}
	return s.opts.Titles.QueueTitle(pbx, queue)
}

func (s *Service) didTitle(call cti.Call) string {
	if s.opts.Titles == nil {
		return ""
	}
	return s.opts.Titles.DIDTitle(call.PBX, call.DID)
}
