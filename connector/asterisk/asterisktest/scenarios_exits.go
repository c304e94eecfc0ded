package asterisktest

// press sends digits as the caller's phone would.
func (s *Stage) press(channel, digit string) {
	s.Do("PlayDTMF", "Channel", channel, "Digit", digit, "Duration", "200", "Receive", "true")
}

// Waiting waits until a caller stands in a queue and returns the channel.
func (s *Stage) Waiting(queue string) string {
	return s.Await(Match{"Event": "QueueCallerJoin", "Queue": queue}).Get("Channel")
}

// queueExits is a table of the ways out of a queue, one story a row, and therefore long.
func queueExits() []Scenario {
	return []Scenario{
		{
			Name: "timeout", Phones: map[string]Behaviour{"1001": Rings()},
			Caller: "79161234567 calls 74950000011 (queue express, 3 s at most).",
			Story:  "1001 rings without an answer, the time in the queue is over, the caller hears the message and the PBX hangs up.",
			Truth:  "Lost in express by timeout after 3-4 s (QUEUESTATUS=TIMEOUT); PJSIP/1001 did not answer; the caller did not give up; a missed call.",
			Run:    call(Caller{From: Client, Name: "Client", To: Express}),
		},
		{
			Name: "overflow", Phones: map[string]Behaviour{"1001": Rings(), "1002": Answers(sec)},
			Caller: "79161234567 calls 74950000010 (queue front for 4 s, then queue back).",
			Story:  "1001 rings in front without an answer; the caller goes on to back, where 1002 rings 1 s and answers; he hangs up 9 s after the PBX took the call.",
			Truth:  "Two visits: front ended by timeout, back answered by PJSIP/1002; the call is answered, not missed; PJSIP/1001 did not answer.",
			Run:    call(Caller{From: Client, Name: "Client", To: Overflow, TalkFor: 9 * sec}),
		},
		{
			Name: "leave_empty", Phones: map[string]Behaviour{"1004": Rejects(486)},
			Caller: "79161234567 calls 74950000012 (queue reception, left when empty).",
			Story:  "1004, the only member, declines (486); then its phone leaves the network and the queue sends the caller away; he hears the message and the PBX hangs up.",
			Truth:  "Lost in reception because no phone was there any more (QUEUESTATUS=LEAVEEMPTY); a missed call.",
			Run: func(s *Stage) {
				c := s.Call(Caller{From: Client, Name: "Client", To: Reception})
				s.Await(Match{"Event": "AgentRingNoAnswer"})
				s.Unplug("1004")
				s.Over(c)
			},
		},
		{
			Name:   "join_empty",
			Caller: "79161234567 calls 74950000012 (queue reception, refuses callers when empty).",
			Story:  "No phone of reception is on the network; the queue does not take the caller; he hears the message and the PBX hangs up.",
			Truth:  "Never admitted to reception (QUEUESTATUS=JOINEMPTY or JOINUNAVAIL, no queue event at all); a missed call, nobody was offered it.",
			Run:    call(Caller{From: Client, Name: "Client", To: Reception}),
		},
		{
			Name: "full", Phones: map[string]Behaviour{"1004": Rings()},
			Caller: "79161234567 and then 79169999999 call 74950000012 (queue reception, one place).",
			Story:  "The first caller waits while 1004 rings; the second one is not taken, hears the message and the PBX hangs up; then the first one gives up 5 s after the PBX took his call.",
			Truth:  "Second call: never admitted (QUEUESTATUS=FULL), missed. First call: abandoned in reception; PJSIP/1004 withdrawn.",
			Run: func(s *Stage) {
				first := s.Call(Caller{From: Client, Name: "Client", To: Reception, TalkFor: 5 * sec})
				s.Waiting("reception")
				second := s.Call(Caller{From: "79169999999", Name: "Other", To: Reception})
				s.Over(second, first)
			},
		},
		{
			Name: "exit_key", Phones: map[string]Behaviour{"1004": Rings()},
			Caller: "79161234567 calls 74950000012 (queue reception, key 1 leaves it).",
			Story:  "1004 rings; the caller presses 1, hears a farewell and the PBX hangs up.",
			Truth:  "Left reception by key 1 (QueueCallerLeave only, no QUEUESTATUS); PJSIP/1004 withdrawn; not answered.",
			Run: func(s *Stage) {
				c := s.Call(Caller{From: Client, Name: "Client", To: Reception})
				channel := s.Waiting("reception")
				s.Ringing("PJSIP/1004")
				s.press(channel, "1")
				s.Over(c)
			},
		},
		{
			Name: "withdrawn", Phones: map[string]Behaviour{"1001": Rings()}, Join: []string{"1001"},
			Caller: "79161234567 calls 74950000001 (queue support).",
			Story:  "1001 rings; AMI QueueWithdrawCaller takes the caller out; he hears the message and the PBX hangs up.",
			Truth:  "Withdrawn from support (QUEUESTATUS=WITHDRAW) about 5 s after he joined, because the queue looks only between two rounds; PJSIP/1001 did not answer for 4 s.",
			Run: func(s *Stage) {
				c := s.Call(Caller{From: Client, Name: "Client", To: Support})
				channel := s.Waiting("support")
				s.Ringing("PJSIP/1001")
				s.Do("QueueWithdrawCaller", "Queue", "support", "Caller", channel, "WithdrawInfo", "test")
				s.Over(c)
			},
		},
		{
			Name: "announcement_caller", Phones: map[string]Behaviour{"1001": Answers(sec)}, Join: []string{"1001"},
			Caller: "79161234567 calls 74950000013 (queue support, a sentence for the agent first).",
			Story:  "1001 rings 1 s and answers; while the sentence is played to it the caller hangs up, 4 s after the PBX took the call; the agent hears the sentence to its end (about 7 s).",
			Truth:  "Abandoned: agent and caller never met, although the phone PJSIP/1001 was answered; a missed call.",
			Run:    call(Caller{From: Client, Name: "Client", To: Announcement, TalkFor: 4 * sec}),
		},
		{
			Name: "announcement_agent", Phones: map[string]Behaviour{"1001": {Answer: true, Ring: sec, TalkFor: 2 * sec}}, Join: []string{"1001"},
			Caller: "79161234567 calls 74950000013 (queue support, a sentence for the agent first).",
			Story:  "1001 rings 1 s, answers, and hangs up after 2 s of the sentence; the queue offers it the call again; the caller gives up 5 s after the PBX took the call.",
			Truth:  "Abandoned: agent and caller never met (AgentDump, the caller stays in the queue); a missed call.",
			Run:    call(Caller{From: Client, Name: "Client", To: Announcement, TalkFor: 5 * sec}),
		},
	}
}

// queueMembers are stories of members, not of callers.
func queueMembers() []Scenario {
	return []Scenario{
		{
			Name: "members", Phones: map[string]Behaviour{"1001": Rings()},
			Caller: "Nobody calls.",
			Story:  "1001 joins support, is paused (lunch) and unpaused there, is paused (break) in all its queues and unpaused, gets penalty 3, leaves support.",
			Truth:  "One member comes, is paused twice with a reason, is ready again twice, goes. The queue-wide pause covers its static memberships as well.",
			Run: func(s *Stage) {
				const phone = "PJSIP/1001"
				s.Do("QueueAdd", "Queue", "support", "Interface", phone, "MemberName", MemberName("1001"))
				s.Do("QueuePause", "Queue", "support", "Interface", phone, "Paused", "true", "Reason", "lunch")
				s.Do("QueuePause", "Queue", "support", "Interface", phone, "Paused", "false")
				s.Do("QueuePause", "Interface", phone, "Paused", "true", "Reason", "break")
				s.Do("QueuePause", "Interface", phone, "Paused", "false")
				s.Do("QueuePenalty", "Queue", "support", "Interface", phone, "Penalty", "3")
				s.Do("QueueRemove", "Queue", "support", "Interface", phone)
			},
		},
		{
			Name: "paused_in_talk", Phones: map[string]Behaviour{"1001": Answers(sec)}, Join: []string{"1001"},
			Caller: "79161234567 calls 74950000001 (queue support).",
			Story:  "1001 rings 1 s and answers; while it talks it is paused (acw); the caller hangs up 4 s after the PBX took the call; then it is unpaused.",
			Truth:  "Answered in support by PJSIP/1001; the agent is paused from the talk on until after the call.",
			Run: func(s *Stage) {
				c := s.Call(Caller{From: Client, Name: "Client", To: Support, TalkFor: 4 * sec})
				s.Talking("PJSIP/1001")
				s.Do("QueuePause", "Interface", "PJSIP/1001", "Paused", "true", "Reason", "acw")
				s.Over(c)
				s.Quiet()
				s.Do("QueuePause", "Interface", "PJSIP/1001", "Paused", "false")
			},
		},
	}
}
