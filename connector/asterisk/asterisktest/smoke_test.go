package asterisktest

import (
	"testing"
	"time"
)

// One call on each version: both phones of the conversation, the shipped dialplan and queue, and AMI are real.
func TestSupportLineIsAnswered(t *testing.T) {
	for _, version := range Versions() {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			pbx := Start(t, Options{Version: version})
			pbx.Phone(t, "1001", Answers(500*time.Millisecond))
			if _, err := pbx.Witness.Do("QueueAdd", "Queue", "support", "Interface", "PJSIP/1001", "MemberName", "Ivan Petrov"); err != nil {
				t.Fatal(err)
			}
			call := pbx.Call(t, Caller{From: "79161234567", Name: "Client", To: "74950000001", TalkFor: 2 * time.Second})
			connect, err := pbx.Witness.Await(10*time.Second, Match{"Event": "AgentConnect", "Queue": "support"})
			if err != nil {
				t.Fatal(err)
			}
			if got := connect.Get("MemberName"); got != "Ivan Petrov" {
				t.Errorf("answered by %q, want Ivan Petrov", got)
			}
			if got := connect.Get("CallerIDNum"); got != "79161234567" {
				t.Errorf("caller's number is %q, want 79161234567", got)
			}
			if err := call.Wait(10 * time.Second); err != nil {
				t.Error(err)
			}
		})
	}
}
