package asterisktest

import (
	"errors"
	"time"
)

const (
	sec = time.Second
	// ms makes "1500 * ms".
	ms = time.Millisecond
)

// Numbers of the office in dialplan-samples/extensions.conf.
const (
	Support      = "74950000001"
	Sales        = "74950000002"
	Direct       = "74950000003"
	Menu         = "74950000004"
	AfterHours   = "74950000005"
	Group        = "74950000006"
	FollowMe     = "74950000007"
	FreePBX      = "74950000008"
	FreePBXAll   = "74950000009"
	Overflow     = "74950000010"
	Express      = "74950000011"
	Reception    = "74950000012"
	Announcement = "74950000013"
	FreePBXBare  = "74950000014"
)

// Client is the number that most stories call from.
const Client = "79161234567"

// call tells the simplest story: one call, to its end.
func call(c Caller) func(*Stage) {
	return func(s *Stage) {
		s.Over(s.Call(c))
	}
}

// callFirst is call, where round robin has to begin with an interface.
func callFirst(device string, c Caller) func(*Stage) {
	return func(s *Stage) {
		one := s.Call(c)
		s.OfferedFirst(device)
		if errors.Is(s.err, errAgain) {
			s.fail(one.Wait(patience))
			return
		}
		s.Over(one)
	}
}

// Scenarios are all stories, in the order in which they are recorded.
func Scenarios() []Scenario {
	var all []Scenario
	for _, part := range [][]Scenario{
		queueStories(), queueExits(), queueMembers(), transfers(), hardTransfers(), programs(), directCalls(), agentCalls(), oddCalls(), ends(),
	} {
		all = append(all, part...)
	}
	return all
}

// queueStories is a table, one story a row, and therefore long.
func queueStories() []Scenario {
	return []Scenario{
		{
			Name: "answered", Phones: map[string]Behaviour{"1001": Answers(1500 * ms)}, Join: []string{"1001"},
			Caller: "79161234567 calls 74950000001 (queue support, rrmemory).",
			Story:  "1001 rings 1.5 s and answers; the caller hangs up 4 s after the PBX took the call.",
			Truth:  "Answered in support by PJSIP/1001 (Ivan Petrov), talk about 2 s, ended by the caller; one offer, accepted; one recording.",
			Run:    call(Caller{From: Client, Name: "Client", To: Support, TalkFor: 4 * sec}),
		},
		{
			Name: "answered_agent_ends", Phones: map[string]Behaviour{"1001": {Answer: true, Ring: sec, TalkFor: 2 * sec}}, Join: []string{"1001"},
			Caller: "79161234567 calls 74950000001 (queue support).",
			Story:  "1001 rings 1 s, answers, and hangs up after 2 s of talk.",
			Truth:  "Answered in support by PJSIP/1001, talk 2 s, ended by the agent; one offer, accepted.",
			Run:    call(Caller{From: Client, Name: "Client", To: Support}),
		},
		{
			Name: "abandoned", Phones: map[string]Behaviour{"1001": Rings()}, Join: []string{"1001"},
			Caller: "79161234567 calls 74950000001 (queue support).",
			Story:  "1001 rings; the caller hangs up after 3 s, before an answer.",
			Truth:  "Abandoned in support after about 3 s; one offer to PJSIP/1001, withdrawn because the caller left; a missed call.",
			Run:    call(Caller{From: Client, Name: "Client", To: Support, TalkFor: 3 * sec}),
		},
		{
			Name: "rona", Phones: map[string]Behaviour{"1001": Rings(), "1002": Answers(sec)}, Join: []string{"1001", "1002"},
			Caller: "79161234567 calls 74950000001 (queue support, rrmemory).",
			Story:  "1001 rings 4 s without an answer, then 1002 rings 1 s and answers; the caller hangs up 9 s after the PBX took the call.",
			Truth:  "Answered in support by PJSIP/1002; two offers: PJSIP/1001 no answer after 4 s, PJSIP/1002 accepted.",
			Run:    callFirst("PJSIP/1001", Caller{From: Client, Name: "Client", To: Support, TalkFor: 9 * sec}),
		},
		{
			Name: "ringall", Phones: map[string]Behaviour{"1001": Rings(), "1002": Answers(1500 * ms), "1003": Rings()},
			Caller: "79161234567 calls 74950000002 (queue sales, ring-all).",
			Story:  "1001, 1002 and 1003 ring; 1002 answers after 1.5 s; the caller hangs up 4 s after the PBX took the call.",
			Truth:  "Answered in sales by PJSIP/1002; three offers: PJSIP/1002 accepted, PJSIP/1001 and PJSIP/1003 withdrawn because it was answered elsewhere.",
			Run:    call(Caller{From: Client, Name: "Client", To: Sales, TalkFor: 4 * sec}),
		},
		{
			Name: "ringall_second_round", Phones: map[string]Behaviour{"1001": Rings(), "1002": Rings()},
			Caller: "79161234567 calls 74950000002 (queue sales, ring-all).",
			Story:  "1001 and 1002 ring 4 s and nobody answers; after the pause of 2 s both ring again and 1002 answers after 1 s; the caller hangs up 10 s after the PBX took the call.",
			Truth:  "Answered in sales by PJSIP/1002 in the second round; first round: both no answer; second round: PJSIP/1002 accepted, PJSIP/1001 withdrawn.",
			Run: func(s *Stage) {
				c := s.Call(Caller{From: Client, Name: "Client", To: Sales, TalkFor: 10 * sec})
				s.Await(Match{"Event": "Hangup", "Channel": "PJSIP/1002-*"})
				s.Change("1002", Answers(sec))
				s.Over(c)
			},
		},
		{
			Name: "declined", Phones: map[string]Behaviour{"1001": Rejects(486)}, Join: []string{"1001"},
			Caller: "79161234567 calls 74950000001 (queue support).",
			Story:  "1001 is the only agent and its phone declines (486) each time the queue offers the call; the caller hangs up after 5 s.",
			Truth:  "Abandoned in support after about 5 s; PJSIP/1001 rejected it several times: one card, not several; a missed call.",
			Run:    call(Caller{From: Client, Name: "Client", To: Support, TalkFor: 5 * sec}),
		},
		{
			Name: "declined_then_answered", Phones: map[string]Behaviour{"1001": Rejects(486), "1002": Answers(sec)}, Join: []string{"1001", "1002"},
			Caller: "79161234567 calls 74950000001 (queue support, rrmemory).",
			Story:  "1001 declines (486), then 1002 rings 1 s and answers; the caller hangs up 6 s after the PBX took the call.",
			Truth:  "Answered in support by PJSIP/1002; PJSIP/1001 rejected the first offer.",
			Run:    callFirst("PJSIP/1001", Caller{From: Client, Name: "Client", To: Support, TalkFor: 6 * sec}),
		},
		{
			Name: "freepbx_answered", Phones: map[string]Behaviour{"1001": Answers(1500 * ms)},
			Caller: "79161234567 calls 74950000008 (queue 800, rrmemory, members Local/100x@from-queue/n).",
			Story:  "1001 rings 1.5 s and answers; the caller hangs up 5 s after the PBX took the call.",
			Truth:  "Answered in 800 by agent 1001 (Ivan Petrov, phone PJSIP/1001 behind Local/1001@from-queue/n); one offer, accepted.",
			Run:    call(Caller{From: Client, Name: "Client", To: FreePBX, TalkFor: 5 * sec}),
		},
		{
			Name: "freepbx_ringall", Phones: map[string]Behaviour{"1001": Rings(), "1002": Answers(1500 * ms), "1003": Rings()},
			Caller: "79161234567 calls 74950000009 (queue 801, ring-all, members Local/100x@from-queue/n).",
			Story:  "1001, 1002 and 1003 ring; 1002 answers after 1.5 s; the caller hangs up 5 s after the PBX took the call.",
			Truth:  "Answered in 801 by agent 1002; offers to 1001 and 1003 withdrawn because it was answered elsewhere.",
			Run:    call(Caller{From: Client, Name: "Client", To: FreePBXAll, TalkFor: 5 * sec}),
		},
		{
			Name: "freepbx_rona", Phones: map[string]Behaviour{"1001": Rings(), "1002": Answers(sec)},
			Caller: "79161234567 calls 74950000008 (queue 800, rrmemory, members Local/100x@from-queue/n).",
			Story:  "1001 rings 4 s without an answer, then 1002 rings 1 s and answers; the caller hangs up 9 s after the PBX took the call.",
			Truth:  "Answered in 800 by agent 1002 after agent 1001 did not answer.",
			Run:    callFirst("Local/1001@from-queue/n", Caller{From: Client, Name: "Client", To: FreePBX, TalkFor: 9 * sec}),
		},
		{
			Name: "local_optimised", Phones: map[string]Behaviour{"1001": Rings(), "1002": {Answer: true, Ring: 1500 * ms, Audio: true}},
			Caller: "79161234567 calls 74950000014 (queue 802, ring-all, members Local/100x@from-queue without /n).",
			Story:  "1001 and 1002 ring; 1002 answers after 1.5 s and Asterisk takes the Local channels out of the call; the caller hangs up 5 s after the PBX took the call.",
			Truth:  "Answered in 802 by agent 1002; the offer to 1001 withdrawn because it was answered elsewhere.",
			Run:    call(Caller{From: Client, Name: "Client", To: FreePBXBare, TalkFor: 5 * sec, Audio: true}),
		},
		{
			Name: "recorded", Phones: map[string]Behaviour{"1001": {Answer: true, Ring: sec, Audio: true}}, Join: []string{"1001"},
			Caller: "79161234567 calls 74950000001 (queue support); both sides send a tone.",
			Story:  "1001 rings 1 s and answers; the caller hangs up 5 s after the PBX took the call.",
			Truth:  "Answered in support by PJSIP/1001; the recording named by MIXMONITOR_FILENAME has sound for the time of the talk, about 4 s.",
			Run:    call(Caller{From: Client, Name: "Client", To: Support, TalkFor: 5 * sec, Audio: true}),
		},
	}
}
