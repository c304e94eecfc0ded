package asterisktest

// directCalls is a table, one story a row, and therefore long.
func directCalls() []Scenario {
	const direct = "79161234567 calls 74950000003 (direct number of 1001, no queue)."
	return []Scenario{
		{
			Name: "direct_answered", Phones: map[string]Behaviour{"1001": Answers(1500 * ms)}, Caller: direct,
			Story: "1001 rings 1.5 s and answers; the caller hangs up after 2 s of talk.",
			Truth: "Answered by PJSIP/1001, talk 2 s, ended by the caller; no queue.",
			Run:   call(Caller{From: Client, Name: "Client", To: Direct, TalkFor: 2 * sec}),
		},
		{
			Name: "direct_abandoned", Phones: map[string]Behaviour{"1001": Rings()}, Caller: direct,
			Story: "1001 rings; the caller gives up after 2 s.",
			Truth: "Missed: the caller left while PJSIP/1001 rang.",
			Run:   call(Caller{From: Client, Name: "Client", To: Direct, CancelAfter: 2 * sec}),
		},
		{
			Name: "direct_noanswer", Phones: map[string]Behaviour{"1001": Rings()}, Caller: direct,
			Story: "1001 rings 4 s, nobody answers, the PBX ends the call.",
			Truth: "Missed: PJSIP/1001 did not answer.",
			Run:   call(Caller{From: Client, Name: "Client", To: Direct}),
		},
		{
			Name: "direct_busy", Phones: map[string]Behaviour{"1001": Rejects(486)}, Caller: direct,
			Story: "1001's phone says busy (486).",
			Truth: "Missed: PJSIP/1001 was busy or declined.",
			Run:   call(Caller{From: Client, Name: "Client", To: Direct}),
		},
		{
			Name: "direct_declined", Phones: map[string]Behaviour{"1001": Rejects(603)}, Caller: direct,
			Story: "1001's phone declines (603).",
			Truth: "Missed: PJSIP/1001 declined.",
			Run:   call(Caller{From: Client, Name: "Client", To: Direct}),
		},
		{
			Name: "group", Phones: map[string]Behaviour{"1001": Rings(), "1002": Answers(sec), "1003": Rings()},
			Caller: "79161234567 calls 74950000006 (ring group of 1001, 1002, 1003, no queue).",
			Story:  "All three ring; 1002 answers after 1 s; the caller hangs up after 2 s of talk.",
			Truth:  "Answered by PJSIP/1002; PJSIP/1001 and PJSIP/1003 withdrawn because it was answered elsewhere; no queue.",
			Run:    call(Caller{From: Client, Name: "Client", To: Group, TalkFor: 2 * sec}),
		},
		{
			Name: "followme", Phones: map[string]Behaviour{"1001": Rings(), "1004": Answers(sec)},
			Caller: "79161234567 calls 74950000007 (follow-me of 1001, Local channels).",
			Story:  "1001 rings 4 s without an answer, then 1004 rings 1 s and answers; the caller hangs up after 2 s of talk.",
			Truth:  "Answered by PJSIP/1004; PJSIP/1001 did not answer; no queue.",
			Run:    call(Caller{From: Client, Name: "Client", To: FollowMe, TalkFor: 2 * sec}),
		},
		{
			Name:   "after_hours",
			Caller: "79161234567 calls 74950000005 (after-hours message).",
			Story:  "The PBX answers, plays the message and hangs up.",
			Truth:  "Nobody was offered the call; no agent, no queue.",
			Run:    call(Caller{From: Client, Name: "Client", To: AfterHours}),
		},
		{
			Name:   "menu_left",
			Caller: "79161234567 calls 74950000004 (menu).",
			Story:  "The menu plays; the caller hangs up after 2 s without a choice.",
			Truth:  "Ended in the menu by the caller; nobody was offered the call.",
			Run:    call(Caller{From: Client, Name: "Client", To: Menu, TalkFor: 2 * sec}),
		},
		{
			Name: "menu_support", Phones: map[string]Behaviour{"1001": Answers(sec)}, Join: []string{"1001"},
			Caller: "79161234567 calls 74950000004 (menu).",
			Story:  "The caller presses 1 (support); 1001 rings 1 s and answers; the caller hangs up 6 s after the PBX took the call.",
			Truth:  "Answered in support by PJSIP/1001; the dialled number is 74950000004.",
			Run: func(s *Stage) {
				c := s.Call(Caller{From: Client, Name: "Client", To: Menu, TalkFor: 6 * sec})
				channel := s.Await(Match{"Event": "Newstate", "ChannelStateDesc": "Up", "Channel": "PJSIP/trunk-*"}).Get("Channel")
				s.press(channel, "1")
				s.Over(c)
			},
		},
	}
}

// clickToCall is what callcard asks for: ring the agent, then dial the client for him.
func (s *Stage) clickToCall(extension, number string, more ...string) {
	s.Do("Originate", append([]string{
		"Channel", "PJSIP/" + extension, "Context", "from-internal", "Exten", number, "Priority", "1",
		"CallerID", number, "Timeout", "4000", "Async", "true",
	}, more...)...)
}

// agentCalls is a table, one story a row, and therefore long.
func agentCalls() []Scenario {
	const click = "callcard asks the PBX to connect agent 1001 with 79161234567 (AMI Originate, Async)."
	return []Scenario{
		{
			Name: "click_answered", Phones: map[string]Behaviour{"1001": Answers(sec), "": {Answer: true, Ring: sec, TalkFor: 2 * sec}}, Caller: click,
			Story: "1001 rings 1 s and answers; the client's phone rings 1 s, answers, and the client hangs up after 2 s.",
			Truth: "Outbound call of PJSIP/1001 to 79161234567, answered, talk 2 s, ended by the client.",
			Run: func(s *Stage) {
				s.clickToCall("1001", Client)
				s.Await(Match{"Event": "OriginateResponse"})
				s.Talking("PJSIP/trunk")
				s.Quiet()
			},
		},
		{
			Name: "click_channel_id", Phones: map[string]Behaviour{"1001": Answers(sec), "": {Answer: true, Ring: sec, TalkFor: 2 * sec}},
			Caller: click + " It names the first leg itself (ChannelId) and sets a variable.",
			Story:  "1001 rings 1 s and answers; the client's phone rings 1 s, answers, and the client hangs up after 2 s.",
			Truth:  "Outbound call of PJSIP/1001 to 79161234567, answered, talk 2 s, ended by the client; the first leg is called callcard-story-1.",
			Run: func(s *Stage) {
				s.clickToCall("1001", Client, "ChannelId", "callcard-story-1", "Variable", "__CALLCARD_AGENT=1001")
				s.Await(Match{"Event": "OriginateResponse"})
				s.Talking("PJSIP/trunk")
				s.Quiet()
			},
		},
		{
			Name: "click_client_busy", Phones: map[string]Behaviour{"1001": Answers(sec), "": Rejects(486)}, Caller: click,
			Story: "1001 rings 1 s and answers; the client's phone says busy.",
			Truth: "Outbound call of PJSIP/1001 to 79161234567, client busy, no talk.",
			Run: func(s *Stage) {
				s.clickToCall("1001", Client)
				s.Await(Match{"Event": "DialEnd", "DestChannel": "PJSIP/trunk-*"})
				s.Quiet()
			},
		},
		{
			Name: "click_client_noanswer", Phones: map[string]Behaviour{"1001": {Answer: true, Ring: sec, TalkFor: 4 * sec}, "": Rings()}, Caller: click,
			Story: "1001 rings 1 s and answers; the client's phone rings; the agent hangs up after 4 s.",
			Truth: "Outbound call of PJSIP/1001 to 79161234567, client did not answer, no talk.",
			Run: func(s *Stage) {
				s.clickToCall("1001", Client)
				s.Await(Match{"Event": "DialEnd", "DestChannel": "PJSIP/trunk-*"})
				s.Quiet()
			},
		},
		{
			Name: "click_agent_noanswer", Phones: map[string]Behaviour{"1001": Rings(), "": Answers(sec)}, Caller: click,
			Story: "1001 rings 4 s and does not answer; the client is never called.",
			Truth: "Outbound attempt: the agent PJSIP/1001 did not answer his own phone; the client was not called; not a missed call of the client.",
			Run: func(s *Stage) {
				s.clickToCall("1001", Client)
				s.Await(Match{"Event": "OriginateResponse"})
				s.Quiet()
			},
		},
		{
			Name: "outbound", Phones: map[string]Behaviour{"": Answers(sec)},
			Caller: "1001 dials 79161234567 on its phone.",
			Story:  "The client's phone rings 1 s and answers; 1001 hangs up after 2 s of talk.",
			Truth:  "Outbound call of PJSIP/1001 to 79161234567, answered, talk 2 s, ended by the agent.",
			Run:    call(Caller{Extension: "1001", To: Client, TalkFor: 2 * sec}),
		},
		{
			Name: "outbound_noanswer", Phones: map[string]Behaviour{"": Rings()},
			Caller: "1001 dials 79161234567 on its phone.",
			Story:  "The client's phone rings; 1001 gives up after 3 s.",
			Truth:  "Outbound call of PJSIP/1001 to 79161234567, not answered.",
			Run:    call(Caller{Extension: "1001", To: Client, CancelAfter: 3 * sec}),
		},
		{
			Name: "internal", Phones: map[string]Behaviour{"1002": Answers(sec)},
			Caller: "1001 dials 1002.",
			Story:  "1002 rings 1 s and answers; 1001 hangs up after 2 s of talk.",
			Truth:  "Internal call of PJSIP/1001 to PJSIP/1002, answered, talk 2 s; no client.",
			Run:    call(Caller{Extension: "1001", To: "1002", TalkFor: 2 * sec}),
		},
	}
}

// oddCalls are those that trackers mix up.
func oddCalls() []Scenario {
	return []Scenario{
		{
			Name: "anonymous", Phones: map[string]Behaviour{"1001": Answers(sec)}, Join: []string{"1001"},
			Caller: "Someone who hides the number calls 74950000001 (queue support).",
			Story:  "1001 rings 1 s and answers; the caller hangs up 3 s after the PBX took the call.",
			Truth:  "Answered in support by PJSIP/1001; the client is anonymous.",
			Run:    call(Caller{To: Support, TalkFor: 3 * sec}),
		},
		{
			Name: "same_number_twice", Phones: map[string]Behaviour{"1001": Answers(sec), "1002": Answers(sec)}, Join: []string{"1001", "1002"},
			Caller: "79161234567 calls 74950000001 (queue support) twice at the same moment.",
			Story:  "1001 and 1002 each ring 1 s and answer one call; both callers hang up 4 s after the PBX took their call.",
			Truth:  "Two calls of one number, both answered in support: one by PJSIP/1001, one by PJSIP/1002.",
			Run: func(s *Stage) {
				c := Caller{From: Client, Name: "Client", To: Support, TalkFor: 4 * sec}
				s.Over(s.Call(c), s.Call(c))
			},
		},
		{
			Name: "second_line", Phones: map[string]Behaviour{"1001": Answers(sec), "1002": Rings()}, Join: []string{"1001"},
			Caller: "79161234567 calls 74950000001 (queue support) and, while it talks, 74950000002 (queue sales) on a second line.",
			Story:  "1001 answers the first call; the second one rings at 1002 (1001 is busy) and is given up after 3 s; the first one ends 7 s after the PBX took it.",
			Truth:  "Two calls of one number: the first answered in support by PJSIP/1001, the second abandoned in sales, PJSIP/1002 withdrawn.",
			Run: func(s *Stage) {
				first, _ := s.toSupport(Caller{TalkFor: 7 * sec})
				second := s.Call(Caller{From: Client, Name: "Client", To: Sales, TalkFor: 3 * sec})
				s.Over(second, first)
			},
		},
		{
			Name: "two_clients", Phones: map[string]Behaviour{"1001": Answers(sec), "1002": Answers(2 * sec)}, Join: []string{"1001", "1002"},
			Caller: "79161234567 and 79167654321 call 74950000001 (queue support) at the same moment.",
			Story:  "1001 answers one call after 1 s, 1002 the other one after 2 s; the callers hang up 4 s and 5 s after the PBX took their calls.",
			Truth:  "Two calls, both answered in support by different agents; their events come interleaved.",
			Run: func(s *Stage) {
				s.Over(
					s.Call(Caller{From: Client, Name: "Client", To: Support, TalkFor: 4 * sec}),
					s.Call(Caller{From: "79167654321", Name: "Other", To: Support, TalkFor: 5 * sec}),
				)
			},
		},
		{
			Name: "waiting_for_free", Phones: map[string]Behaviour{"1001": Answers(sec)}, Join: []string{"1001"},
			Caller: "79161234567 calls 74950000001 (queue support); 79167654321 calls it while the only agent talks.",
			Story:  "1001 answers the first call after 1 s; the second caller waits until the first one hangs up (4 s), then 1001 rings 1 s and answers; he hangs up 8 s after the PBX took his call.",
			Truth:  "Two calls, both answered in support by PJSIP/1001, one after the other; the second one waited about 4 s.",
			Run: func(s *Stage) {
				first, _ := s.toSupport(Caller{TalkFor: 4 * sec})
				second := s.Call(Caller{From: "79167654321", Name: "Other", To: Support, TalkFor: 8 * sec})
				s.Over(first, second)
			},
		},
	}
}

// ends are stories that Asterisk does not survive.
func ends() []Scenario {
	return []Scenario{
		{
			Name: "restart", Phones: map[string]Behaviour{"1001": Answers(sec)}, Join: []string{"1001"}, Caller: supportCaller,
			Story: "1001 rings 1 s and answers; one second later Asterisk is restarted (core restart now): the conversation stops at the end of the connection.",
			Truth: "Answered in support by PJSIP/1001, talk about 1 s, cut by the PBX: it hangs everything up itself (AgentComplete says that the caller did), says Shutdown and closes the connection.",
			Run: func(s *Stage) {
				s.toSupport(Caller{})
				s.fail(s.PBX.Restart())
			},
		},
		{
			Name: "killed", Phones: map[string]Behaviour{"1001": Answers(sec)}, Join: []string{"1001"}, Caller: supportCaller,
			Story: "1001 rings 1 s and answers; then Asterisk is killed as by a power cut, and started again: the conversation stops in the middle.",
			Truth: "Answered in support by PJSIP/1001; no end of the call was ever told.",
			Run: func(s *Stage) {
				s.toSupport(Caller{})
				s.fail(s.PBX.Kill())
				s.fail(s.PBX.StartAgain())
			},
		},
	}
}
