package e2e

import (
	"context"
	"fmt"
	"testing"
	"time"

	"callcard/connector/asterisk/asterisktest"
	"callcard/pkg/cti"
)

// TestAfterHours is about an office that is closed today and tomorrow and opens at
// midnight: every expected time is that midnight.
func TestAfterHours(t *testing.T) {
	now := time.Now().UTC()
	day := func(n int) time.Time { return time.Date(now.Year(), now.Month(), now.Day()+n, 0, 0, 0, 0, time.UTC) }
	more := fmt.Sprintf("calendar: {zone: UTC, closed: [%s..%s]}\n", day(0).Format(time.DateOnly), day(1).Format(time.DateOnly))
	for _, version := range asterisktest.Versions() {
		t.Run("asterisk "+version, func(t *testing.T) {
			t.Parallel()
			o := openWith(t, version, "closed", more)
			t.Run("who presses 1 is called at the opening", func(t *testing.T) { pressesOne(t, o.stage(t), day(2)) })
			t.Run("who leaves no wish twice has one callback", func(t *testing.T) { leavesNoWish(t, o.stage(t), day(2)) })
		})
	}
}

const afterHoursLine = "74950000015"

func pressesOne(t *testing.T, o *office, opening time.Time) {
	const number = "+79161110061"
	call := o.ring(t, asterisktest.Caller{From: number[1:], To: afterHoursLine})
	up, err := o.pbx.Witness.Await(patience, asterisktest.Match{"Event": "Newstate", "ChannelStateDesc": "Up", "Channel": "PJSIP/trunk-*"})
	if err != nil {
		t.Fatal(err)
	}
	o.do(t, "PlayDTMF", "Channel", up.Get("Channel"), "Digit", "1", "Duration", "200", "Receive", "true")
	over(t, call)
	b := o.one(t, number)
	if len(b.Causes) != 1 || b.Causes[0] != cti.CauseRequested || b.Priority != 1 || b.Line != afterHoursLine || !b.Due.Equal(opening) {
		t.Errorf("causes %v, priority %d, line %s, due %s, want a wish, 1, %s, %s", b.Causes, b.Priority, b.Line, b.Due, afterHoursLine, opening)
	}
}

func leavesNoWish(t *testing.T, o *office, opening time.Time) {
	const number = "+79161110062"
	for n := 1; n <= 2; n++ {
		over(t, o.pbx.Call(t, asterisktest.Caller{From: number[1:], To: afterHoursLine, TalkFor: 2 * second}))
		within(t, "the call is counted", func(context.Context) bool {
			open := o.admin.openCallbacks(t, number)
			return len(open) == 1 && open[0].Missed == n
		})
	}
	b := o.one(t, number)
	if len(b.Causes) != 1 || b.Causes[0] != cti.CauseAfterHours || len(b.Calls) != 2 || !b.Due.Equal(opening) {
		t.Errorf("causes %v, calls %v, due %s, want after_hours, two, %s", b.Causes, b.Calls, b.Due, opening)
	}
}
