package e2e

import (
	"context"
	"fmt"
	"syscall"
	"testing"

	"callcard/connector/asterisk/asterisktest"
	"callcard/pkg/cti"
)

// restarts kills one of the three in the middle of a ringing and of a talking
// call, ten times in a row. After each, nothing may be left that is not so, and
// the next call must pop as if nothing had happened.
func restarts(t *testing.T, o *office) {
	o.phone(t, "1001", asterisktest.Answers(second))
	o.onlyReady(t, "anna")
	for i, what := range []string{
		"callcard", "redis", "asterisk", "callcard", "asterisk", "redis", "callcard", "callcard and redis", "asterisk", "callcard",
	} {
		number := fmt.Sprintf("+7916222%04d", i)
		o.begin(t)
		call := o.pbx.Call(t, asterisktest.Caller{From: number[1:], To: asterisktest.Support, TalkFor: 8 * second})
		anna := o.desk(t, "anna")
		id := anna.popped(t, number).CallID
		if i%2 == 1 {
			anna.card(t, "card.updated", func(c cti.Card) bool { return c.CallID == id && c.State == cti.CardAccepted })
		}
		o.strike(t, what)
		err := call.Wait(patience)
		if err != nil && what != "asterisk" {
			t.Errorf("%s: %v", what, err)
		}
		o.daemon.awaitReady(t)
		o.noCalls(t)
		o.settled(t, what, id)
		anna.confirmed(t, cti.ModeReady)
	}
}

// strike kills what is named and starts it again.
func (o *office) strike(t *testing.T, what string) {
	t.Helper()
	switch what {
	case "callcard":
		o.daemon.kill(t)
		o.daemon.start(t)
	case "redis":
		o.redis.child.end(t, syscall.SIGKILL)
		o.redis.start(t)
	case "callcard and redis":
		o.daemon.kill(t)
		o.redis.child.end(t, syscall.SIGKILL)
		o.redis.start(t)
		o.daemon.start(t)
	case "asterisk":
		if err := o.pbx.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := o.pbx.StartAgain(); err != nil {
			t.Fatal(err)
		}
	}
}

// settled checks what the archive says of the call that was struck.
func (o *office) settled(t *testing.T, what string, id cti.CallID) {
	t.Helper()
	record := o.admin.ended(t, id)
	if what != "asterisk" && record.Outcome != cti.OutcomeAnswered {
		t.Errorf("%s: the call went on, but its outcome is %q, want answered", what, record.Outcome)
	}
	if what == "asterisk" && record.Certainty == cti.Observed {
		t.Errorf("%s: the end of the call was not seen, but it is marked observed", what)
	}
	if calls := o.admin.callsOf(t, record.Client.Number); len(calls) != 1 {
		t.Errorf("%s: %d calls of the client in the archive, want 1: %+v", what, len(calls), calls)
	}
	within(t, what+": a missed client has exactly one callback, an answered one none", func(context.Context) bool {
		want := 0
		if record.Missed {
			want = 1
		}
		return len(o.admin.openCallbacks(t, record.Client.Number)) == want
	})
}
