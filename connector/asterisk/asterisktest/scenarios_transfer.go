package asterisktest

// toSupport is the call that gets transferred: 1001 talks to the client.
func (s *Stage) toSupport(c Caller) (call *Call, agent string) {
	c.From, c.Name, c.To = Client, "Client", Support
	call = s.Call(c)
	return call, s.Talking("PJSIP/1001")
}

func (s *Stage) blind(channel, extension string) {
	s.Do("BlindTransfer", "Channel", channel, "Context", "from-internal", "Exten", extension)
}

func (s *Stage) attended(channel, extension string) {
	s.Do("Atxfer", "Channel", channel, "Context", "from-internal", "Exten", extension)
}

const supportCaller = "79161234567 calls 74950000001 (queue support)."

// transfers is a table, one story a row, and therefore long.
func transfers() []Scenario {
	first := []string{"1001"}
	return []Scenario{
		{
			Name: "blind", Phones: map[string]Behaviour{"1001": Answers(sec), "1003": Answers(sec)}, Join: first, Caller: supportCaller,
			Story: "1001 answers after 1 s, transfers blind to 1003, which answers after 1 s; the caller hangs up 7 s after the PBX took the call.",
			Truth: "One call: answered in support by PJSIP/1001, then talk with PJSIP/1003; ended by the caller.",
			Run: func(s *Stage) {
				c, agent := s.toSupport(Caller{TalkFor: 7 * sec})
				s.blind(agent, "1003")
				s.Over(c)
			},
		},
		{
			Name: "blind_noanswer", Phones: map[string]Behaviour{"1001": Answers(sec), "1003": Rings()}, Join: first, Caller: supportCaller,
			Story: "1001 answers after 1 s and transfers blind to 1003, which rings; the caller gives up 6 s after the PBX took the call.",
			Truth: "One call, answered in support by PJSIP/1001; the transfer to PJSIP/1003 was not answered, the caller left.",
			Run: func(s *Stage) {
				c, agent := s.toSupport(Caller{TalkFor: 6 * sec})
				s.blind(agent, "1003")
				s.Over(c)
			},
		},
		{
			Name: "blind_queue", Phones: map[string]Behaviour{"1001": Answers(sec), "1003": Answers(500 * ms)}, Join: first, Caller: supportCaller,
			Story: "1001 answers after 1 s and, after 1 s of talk, transfers blind to 601 (queue sales): 1003 rings 0.5 s and answers; 1001, free again, may ring as well; the caller hangs up 8 s after the PBX took the call.",
			Truth: "One call, two visits, both answered: support by PJSIP/1001, sales by PJSIP/1003; an offer of sales to PJSIP/1001 is withdrawn.",
			Run: func(s *Stage) {
				c, agent := s.toSupport(Caller{TalkFor: 8 * sec})
				s.blind(agent, "601")
				s.Over(c)
			},
		},
		{
			Name: "blind_refer", Phones: map[string]Behaviour{"1001": {Answer: true, Ring: sec, ReferAfter: sec, ReferTo: "1003"}, "1003": Answers(sec)},
			Join: first, Caller: supportCaller,
			Story: "1001 answers after 1 s and after 1 s of talk transfers blind to 1003 by its own REFER; 1003 answers after 1 s; the caller hangs up 8 s after the PBX took the call.",
			Truth: "One call: answered in support by PJSIP/1001, then talk with PJSIP/1003; ended by the caller.",
			Run:   call(Caller{From: Client, Name: "Client", To: Support, TalkFor: 8 * sec}),
		},
		{
			Name: "attended_refer", Phones: map[string]Behaviour{
				"1001": {Answer: true, Ring: sec, ReferAfter: sec, ConsultTo: "1002", ConsultFor: 2 * sec}, "1002": Answers(sec),
			}, Join: first, Caller: supportCaller,
			Story: "1001 answers after 1 s, holds after 1 s, calls 1002 on a second line, which answers after 1 s; after 2 s the phone joins the two calls itself (REFER with Replaces); the caller hangs up 10 s after the PBX took the call.",
			Truth: "One call: answered in support by PJSIP/1001, consultation of 1001 with 1002 (at first a call of its own), then talk of the client with PJSIP/1002; ended by the caller.",
			Run:   call(Caller{From: Client, Name: "Client", To: Support, TalkFor: 10 * sec}),
		},
		{
			Name: "attended_late", Phones: map[string]Behaviour{"1001": {Answer: true, Ring: sec, TalkFor: 7 * sec}, "1002": Answers(sec)},
			Join: first, Caller: supportCaller,
			Story: "1001 answers after 1 s, asks 1002, which answers after 1 s; 1001 hangs up when it has talked 7 s in all: the transfer is complete; the caller hangs up 12 s after the PBX took the call.",
			Truth: "One call: answered in support by PJSIP/1001, consultation between 1001 and 1002, then talk of the client with PJSIP/1002; ended by the caller.",
			Run: func(s *Stage) {
				c, agent := s.toSupport(Caller{TalkFor: 12 * sec})
				s.attended(agent, "1002")
				s.Over(c)
			},
		},
		{
			Name: "attended_early", Phones: map[string]Behaviour{"1001": {Answer: true, Ring: sec, TalkFor: 4 * sec}, "1002": Answers(5 * sec)},
			Join: first, Caller: supportCaller,
			Story: "1001 answers after 1 s and asks 1002, which rings 5 s; 1001 hangs up before 1002 answers; then 1002 answers and talks to the client, who hangs up 12 s after the PBX took the call.",
			Truth: "One call: answered in support by PJSIP/1001, transferred while 1002 rang, then talk with PJSIP/1002; ended by the caller.",
			Run: func(s *Stage) {
				c, agent := s.toSupport(Caller{TalkFor: 12 * sec})
				s.attended(agent, "1002")
				s.Over(c)
			},
		},
		{
			Name: "attended_noanswer", Phones: map[string]Behaviour{"1001": Answers(sec), "1002": Rings()}, Join: first, Caller: supportCaller,
			Story: "1001 answers after 1 s and asks 1002, which rings 6 s without an answer; 1001 is back with the client, who hangs up 14 s after the PBX took the call.",
			Truth: "One call: answered in support by PJSIP/1001 and ended with it; 1002 did not answer the consultation.",
			Run: func(s *Stage) {
				c, agent := s.toSupport(Caller{TalkFor: 14 * sec})
				s.attended(agent, "1002")
				s.Over(c)
			},
		},
		{
			Name: "attended_busy", Phones: map[string]Behaviour{"1001": Answers(sec), "1002": Rejects(486)}, Join: first, Caller: supportCaller,
			Story: "1001 answers after 1 s and asks 1002, which declines (486); 1001 is back with the client, who hangs up 8 s after the PBX took the call.",
			Truth: "One call: answered in support by PJSIP/1001 and ended with it; 1002 rejected the consultation.",
			Run: func(s *Stage) {
				c, agent := s.toSupport(Caller{TalkFor: 8 * sec})
				s.attended(agent, "1002")
				s.Over(c)
			},
		},
		{
			Name: "attended_cancelled", Phones: map[string]Behaviour{"1001": Answers(sec), "1002": Answers(sec)}, Join: first, Caller: supportCaller,
			Story: "1001 answers after 1 s, asks 1002, which answers after 1 s; then 1001 cancels the transfer and is back with the client, who hangs up 12 s after the PBX took the call.",
			Truth: "One call: answered in support by PJSIP/1001 and ended with it; 1002 was only consulted.",
			Run: func(s *Stage) {
				c, agent := s.toSupport(Caller{TalkFor: 12 * sec})
				s.attended(agent, "1002")
				s.Talking("PJSIP/1002")
				s.Do("CancelAtxfer", "Channel", agent)
				s.Over(c)
			},
		},
		{
			Name: "pickup", Phones: map[string]Behaviour{"1001": Rings()}, Join: first, Caller: supportCaller,
			Story: "1001 rings; 1002 dials *81001 and takes the call; the caller hangs up 6 s after the PBX took the call.",
			Truth: "One call, answered in support; the talk is with PJSIP/1002 (Anna Smirnova), not with PJSIP/1001, whose offer ended answered elsewhere.",
			Run: func(s *Stage) {
				c := s.Call(Caller{From: Client, Name: "Client", To: Support, TalkFor: 6 * sec})
				s.Ringing("PJSIP/1001")
				s.Over(s.Call(Caller{Extension: "1002", To: "*81001"}), c)
			},
		},
		{
			Name: "hold", Phones: map[string]Behaviour{"1001": {Answer: true, Ring: sec, HoldAfter: sec, HoldFor: 2 * sec}}, Join: first, Caller: supportCaller,
			Story: "1001 answers after 1 s, holds the call after 1 s for 2 s; the caller hangs up 6 s after the PBX took the call.",
			Truth: "Answered in support by PJSIP/1001; talk about 5 s, of it 2 s on hold; ended by the caller.",
			Run:   call(Caller{From: Client, Name: "Client", To: Support, TalkFor: 6 * sec}),
		},
		{
			Name: "parked", Phones: map[string]Behaviour{"1001": Answers(sec)}, Join: first, Caller: supportCaller,
			Story: "1001 answers after 1 s and parks the client (transfer to 700); 1002 takes the call back by dialling the slot; the caller hangs up 9 s after the PBX took the call.",
			Truth: "One call: answered in support by PJSIP/1001, parked, then talk with PJSIP/1002; ended by the caller.",
			Run: func(s *Stage) {
				c, agent := s.toSupport(Caller{TalkFor: 9 * sec})
				s.blind(agent, "700")
				slot := s.Await(Match{"Event": "ParkedCall"}).Get("ParkingSpace")
				s.Over(s.Call(Caller{Extension: "1002", To: slot}), c)
			},
		},
	}
}
