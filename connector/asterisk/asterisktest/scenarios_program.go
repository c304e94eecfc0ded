package asterisktest

// programs are the stories in which a program beside the PBX (an operator's panel) moves people who talk or wait.
func programs() []Scenario {
	return []Scenario{
		{
			Name: "redirected_client", Phones: map[string]Behaviour{"1002": Answers(sec), "": {Answer: true, Ring: sec, TalkFor: 8 * sec}},
			Join:   []string{"1002"},
			Caller: "1001 dials 79161234567 on its phone.",
			Story:  "The client rings 1 s and answers; after 1 s of talk a program sends his channel to 600 (queue support, AMI Redirect), where 1002 rings 1 s and answers; the client hangs up when he has been on the line for 8 s.",
			Truth:  "One outbound call of PJSIP/1001 to 79161234567: talk with PJSIP/1001 about 1 s, then answered in support by PJSIP/1002; ended by the client.",
			Run: func(s *Stage) {
				c := s.Call(Caller{Extension: "1001", To: Client, TalkFor: 30 * sec})
				s.Do("Redirect", "Channel", s.Talking("PJSIP/trunk"), "Context", "from-internal", "Exten", "600", "Priority", "1")
				s.Over(c)
			},
		},
		{
			Name: "taken_by_program", Phones: map[string]Behaviour{"1001": {Answer: true, Ring: sec, TalkFor: 20 * sec}, "1002": Rings()},
			Join: []string{"1002"}, Caller: supportCaller,
			Story: "1002 rings and does not answer; meanwhile a program has rung 1001, who answers and waits; the program puts the waiting client's channel to him (AMI Bridge). The client hangs up 8 s after the PBX took the call.",
			Truth: "One call of 79161234567, answered by PJSIP/1001, who was not offered it by the queue; the visit in support did not end by an agent of the queue; PJSIP/1002 withdrawn.",
			Run: func(s *Stage) {
				c := s.Call(Caller{From: Client, Name: "Client", To: Support, TalkFor: 8 * sec})
				s.Ringing("PJSIP/1002")
				s.Do("Originate", "Channel", "PJSIP/1001", "Application", "Wait", "Data", "30", "Async", "true")
				agent := s.Await(Match{"Event": "OriginateResponse"}).Get("Channel")
				s.Do("Bridge", "Channel1", s.Waiting("support"), "Channel2", agent)
				s.Over(c)
			},
		},
	}
}
