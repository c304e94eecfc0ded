package e2e

import (
	"context"
	"testing"

	"callcard/connector/asterisk/asterisktest"
	"callcard/pkg/cti"
)

func callbackLife(t *testing.T, o *office) {
	const number = "+79161110008"
	o.phone(t, "1001", asterisktest.Rings())
	o.onlyReady(t, "anna")
	anna := o.desk(t, "anna")
	for missed := 1; missed <= 2; missed++ {
		over(t, o.pbx.Call(t, asterisktest.Caller{From: "79161110008", To: asterisktest.Support, TalkFor: 3 * second}))
		within(t, "the missed call is counted", func(context.Context) bool {
			open := o.admin.openCallbacks(t, number)
			return len(open) == 1 && open[0].Missed == missed
		})
	}
	task := o.admin.openCallbacks(t, number)[0]
	if task.Cause != cti.OutcomeAbandoned || task.Queue != "support" || task.Line != asterisktest.Support {
		t.Errorf("callback: cause %q, queue %q, line %q", task.Cause, task.Queue, task.Line)
	}
	if mine := anna.openCallbacks(t, number); len(mine) != 1 {
		t.Errorf("anna has %d callbacks of that number, want 1", len(mine))
	}
	anna.await(t, "the callback", func(f frame) bool {
		return f.Type == "callback.changed" && decode[cti.Callback](t, f.Data).ID == task.ID
	})

	o.phone(t, "1002", asterisktest.Answers(second))
	o.onlyReady(t, "boris")
	over(t, o.pbx.Call(t, asterisktest.Caller{From: "79161110008", To: asterisktest.Support, TalkFor: 4 * second}))
	within(t, "the answered call closes the callback", func(context.Context) bool {
		return len(o.admin.openCallbacks(t, number)) == 0
	})
	anna.await(t, "the callback is done", func(f frame) bool {
		if f.Type != "callback.changed" {
			return false
		}
		c := decode[cti.Callback](t, f.Data)
		return c.ID == task.ID && c.State == cti.CallbackDone && c.ClosedBy == "client_got_through"
	})
}
