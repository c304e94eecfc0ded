package main

import (
	"time"

	"callcard/pkg/cti"
)

type callSummary struct {
	Kind      string          `json:"kind"`
	CallID    cti.CallID      `json:"call_id"`
	Direction cti.Direction   `json:"direction"`
	Client    string          `json:"client"`
	DID       string          `json:"did"`
	Outcome   cti.CallOutcome `json:"outcome"`
	Offers    []offerSummary  `json:"offers"`
	Talk      []talkSummary   `json:"talk"`
	Visits    []visitSummary  `json:"visits"`
}

type offerSummary struct {
	Agent  cti.Device      `json:"agent"`
	Result cti.OfferResult `json:"result"`
}

type talkSummary struct {
	Agent   cti.Device `json:"agent"`
	Seconds float64    `json:"seconds"`
}

type visitSummary struct {
	Queue       string           `json:"queue"`
	Outcome     cti.VisitOutcome `json:"outcome"`
	WaitSeconds float64          `json:"wait_seconds"`
}

// summarize is the one line of a call; now ends what is still going on.
func summarize(c cti.Call, now time.Time) callSummary {
	s := callSummary{
		Kind: "call", CallID: c.ID, Direction: c.Direction, Client: c.Client.Number, DID: c.DID, Outcome: outcomeSoFar(c),
		Offers: make([]offerSummary, 0, len(c.Offers)),
		Talk:   make([]talkSummary, 0, len(c.Talks)),
		Visits: make([]visitSummary, 0, len(c.Visits)),
	}
	for _, o := range c.Offers {
		s.Offers = append(s.Offers, offerSummary{o.Device, o.Result})
	}
	for _, t := range c.Talks {
		s.Talk = append(s.Talk, talkSummary{t.Device, wholeMilliseconds(t.Seconds(now))})
	}
	for _, v := range c.Visits {
		s.Visits = append(s.Visits, visitSummary{v.Queue, v.Outcome, wholeMilliseconds(v.Wait(now).Seconds())})
	}
	return s
}

// outcomeSoFar: a call that the recording leaves in the middle is answered already
// when an agent has talked; otherwise nothing is decided.
func outcomeSoFar(c cti.Call) cti.CallOutcome {
	if c.Outcome == "" && len(c.Talks) > 0 {
		return cti.OutcomeAnswered
	}
	return c.Outcome
}

func wholeMilliseconds(seconds float64) float64 {
	return float64(int64(seconds*1000+0.5)) / 1000
}
