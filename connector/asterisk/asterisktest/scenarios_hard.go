package asterisktest

// hardTransfers are the ones that trackers get wrong: a table, one story a row, and therefore long.
func hardTransfers() []Scenario {
	first := []string{"1001"}
	return []Scenario{
		{
			Name: "attended_queue", Phones: map[string]Behaviour{"1001": {Answer: true, Ring: sec, TalkFor: 7 * sec}, "1003": Answers(sec)},
			Join: first, Caller: supportCaller,
			Story: "1001 answers after 1 s and asks 601 (queue sales), where 1003 answers after 1 s; 1001 hangs up when it has talked 7 s in all: the transfer is complete; the caller hangs up 12 s after the PBX took the call.",
			Truth: "One call of the client: answered in support by PJSIP/1001, then talk with PJSIP/1003. The visit in sales was that of the consulting agent, answered by PJSIP/1003.",
			Run: func(s *Stage) {
				c, agent := s.toSupport(Caller{TalkFor: 12 * sec})
				s.attended(agent, "601")
				s.Over(c)
			},
		},
		{
			Name: "attended_audio", Phones: map[string]Behaviour{"1001": {Answer: true, Ring: sec, TalkFor: 7 * sec, Audio: true}, "1002": {Answer: true, Ring: sec, Audio: true}},
			Join: first, Caller: supportCaller + " Everybody sends a tone.",
			Story: "1001 answers after 1 s, asks 1002, which answers after 1 s; 1001 hangs up when it has talked 7 s in all: the transfer is complete and Asterisk takes the Local channels out, because sound flows through them; the caller hangs up 12 s after the PBX took the call.",
			Truth: "One call: answered in support by PJSIP/1001, consultation between 1001 and 1002, then talk of the client with PJSIP/1002; ended by the caller.",
			Run: func(s *Stage) {
				c, agent := s.toSupport(Caller{TalkFor: 12 * sec, Audio: true})
				s.attended(agent, "1002")
				s.Over(c)
			},
		},
		{
			Name: "attended_client_left", Phones: map[string]Behaviour{"1001": {Answer: true, Ring: sec, TalkFor: 9 * sec}, "1002": Answers(sec)},
			Join: first, Caller: supportCaller,
			Story: "1001 answers after 1 s and asks 1002, which answers after 1 s; the client on hold hangs up 6 s after the PBX took the call; 1001 and 1002 go on until 1001 hangs up when it has talked 9 s in all.",
			Truth: "One call: answered in support by PJSIP/1001; the client left while he was on hold; what 1001 and 1002 said after that was no talk with the client.",
			Run: func(s *Stage) {
				c, agent := s.toSupport(Caller{TalkFor: 6 * sec})
				s.attended(agent, "1002")
				s.Over(c)
			},
		},
		{
			Name: "hold_client_left", Phones: map[string]Behaviour{"1001": {Answer: true, Ring: sec, HoldAfter: sec, HoldFor: 10 * sec}},
			Join: first, Caller: supportCaller,
			Story: "1001 answers after 1 s and holds the call after 1 s; the client hangs up while he is on hold, 5 s after the PBX took the call.",
			Truth: "Answered in support by PJSIP/1001; talk about 3.5 s, of it 2.5 s on hold until the end; ended by the caller.",
			Run:   call(Caller{From: Client, Name: "Client", To: Support, TalkFor: 5 * sec}),
		},
		{
			Name: "freepbx_blind", Phones: map[string]Behaviour{"1001": Answers(sec), "1003": Answers(sec)},
			Caller: "79161234567 calls 74950000008 (queue 800, members Local/100x@from-queue/n).",
			Story:  "1001 answers after 1 s and, after 1 s of talk, transfers blind to 1003, which answers after 1 s; the caller hangs up 8 s after the PBX took the call.",
			Truth:  "One call: answered in 800 by agent 1001, then talk with 1003; ended by the caller.",
			Run: func(s *Stage) {
				c := s.Call(Caller{From: Client, Name: "Client", To: FreePBX, TalkFor: 8 * sec})
				s.blind(s.Talking("PJSIP/1001"), "1003")
				s.Over(c)
			},
		},
		{
			Name: "freepbx_attended", Phones: map[string]Behaviour{"1001": {Answer: true, Ring: sec, TalkFor: 7 * sec}, "1003": Answers(sec)},
			Caller: "79161234567 calls 74950000008 (queue 800, members Local/100x@from-queue/n).",
			Story:  "1001 answers after 1 s and asks 1003, which answers after 1 s; 1001 hangs up when it has talked 7 s in all: the transfer is complete; the caller hangs up 12 s after the PBX took the call.",
			Truth:  "One call: answered in 800 by agent 1001, consultation with 1003, then talk of the client with 1003; ended by the caller.",
			Run: func(s *Stage) {
				c := s.Call(Caller{From: Client, Name: "Client", To: FreePBX, TalkFor: 12 * sec})
				s.attended(s.Talking("PJSIP/1001"), "1003")
				s.Over(c)
			},
		},
		{
			Name: "direct_blind", Phones: map[string]Behaviour{"1001": Answers(sec), "1003": Answers(sec)},
			Caller: "79161234567 calls 74950000003 (direct number of 1001, no queue).",
			Story:  "1001 answers after 1 s and, after 1 s of talk, transfers blind to 1003, which answers after 1 s; the caller hangs up after 6 s of talk in all.",
			Truth:  "One call: answered by PJSIP/1001, then talk with PJSIP/1003; ended by the caller; no queue.",
			Run: func(s *Stage) {
				c := s.Call(Caller{From: Client, Name: "Client", To: Direct, TalkFor: 6 * sec})
				s.blind(s.Talking("PJSIP/1001"), "1003")
				s.Over(c)
			},
		},
		{
			Name: "outbound_blind", Phones: map[string]Behaviour{"": {Answer: true, Ring: sec, TalkFor: 6 * sec}, "1002": Answers(sec)},
			Caller: "1001 dials 79161234567 on its phone.",
			Story:  "The client answers after 1 s; after 1 s of talk 1001 transfers him blind to 1002, which answers after 1 s; the client hangs up when he has talked 6 s in all.",
			Truth:  "One outbound call: PJSIP/1001 talked to 79161234567, then PJSIP/1002 did; ended by the client.",
			Run: func(s *Stage) {
				c := s.Call(Caller{Extension: "1001", To: Client})
				s.blind(s.Talking("PJSIP/1001"), "1002")
				s.Over(c)
				s.Quiet()
			},
		},
		{
			Name: "click_attended", Phones: map[string]Behaviour{
				"1001": {Answer: true, Ring: sec, TalkFor: 9 * sec}, "": {Answer: true, Ring: sec, TalkFor: 12 * sec}, "1002": Answers(sec),
			},
			Caller: "callcard asks the PBX to connect agent 1001 with 79161234567 (AMI Originate, Async).",
			Story:  "1001 answers, the client answers; after 1 s of talk 1001 asks 1002, which answers after 1 s; 1001 hangs up when it has talked 9 s in all: the transfer is complete; the client hangs up when he has talked 12 s in all.",
			Truth:  "One outbound call: PJSIP/1001 talked to 79161234567, then PJSIP/1002 did; ended by the client.",
			Run: func(s *Stage) {
				s.clickToCall("1001", Client)
				s.attended(s.Talking("PJSIP/1001"), "1002")
				s.Await(Match{"Event": "Hangup", "Channel": "PJSIP/trunk-*"})
				s.Quiet()
			},
		},
	}
}
