package e2e

import (
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"callcard/connector/asterisk/asterisktest"
	"callcard/pkg/cti"
)

const recordsConfig = `
    queue_log: {file: QUEUE_LOG}
    cdr: {file: CDR_FILE, zone: UTC}
`

// records fills in where the PBX writes its own records.
func (o *office) records(more string) string {
	return strings.NewReplacer("QUEUE_LOG", strconv.Quote(o.pbx.QueueLog), "CDR_FILE", strconv.Quote(o.pbx.CDR)).Replace(more)
}

// TestNothingIsLostWhileDown kills callcard in the middle of a call and lets that one end
// and others come and go; afterwards all are there, as the PBX itself wrote them down.
func TestNothingIsLostWhileDown(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a real PBX")
	}
	for _, version := range asterisktest.Versions() {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			nothingIsLost(t, openWith(t, version, "gaps", recordsConfig))
		})
	}
}

func nothingIsLost(t *testing.T, o *office) {
	t.Helper()
	phone, err := o.pbx.StartPhone("1001", asterisktest.Answers(second))
	if err != nil {
		t.Fatal(err)
	}
	o.onlyReady(t, "anna")
	o.begin(t)
	const talking, answered, abandoned, direct = "79163330001", "79163330002", "79163330003", "79163330004"
	call := o.pbx.Call(t, asterisktest.Caller{From: talking, To: asterisktest.Support, TalkFor: 6 * second})
	anna := o.desk(t, "anna")
	id := anna.popped(t, "+"+talking).CallID
	anna.card(t, "card.updated", func(c cti.Card) bool { return c.CallID == id && c.State == cti.CardAccepted })
	o.daemon.kill(t)
	over(t, call)
	over(t, o.pbx.Call(t, asterisktest.Caller{From: answered, To: asterisktest.Support, TalkFor: 5 * second}))
	if err := phone.Change(asterisktest.Rings()); err != nil {
		t.Fatal(err)
	}
	over(t, o.pbx.Call(t, asterisktest.Caller{From: abandoned, To: asterisktest.Support, TalkFor: 3 * second}))
	over(t, o.pbx.Call(t, asterisktest.Caller{From: direct, To: asterisktest.Direct, CancelAfter: 2 * second}))
	o.daemon.start(t)
	o.daemon.awaitReady(t)
	for range 2 { // the second time nothing may change
		o.repaired(t, "+"+talking, cti.OutcomeAnswered, cti.Reconciled)
		o.repaired(t, "+"+answered, cti.OutcomeAnswered, cti.Reconstructed)
		o.repaired(t, "+"+abandoned, cti.OutcomeAbandoned, cti.Reconstructed)
		o.repaired(t, "+"+direct, cti.OutcomeNoAnswer, cti.Reconstructed)
		o.audit(t)
		o.daemon.kill(t)
		o.daemon.start(t)
		o.daemon.awaitReady(t)
	}
}

// repaired checks one client's call: there is one, it is as it was, and who was missed is owed one callback.
func (o *office) repaired(t *testing.T, number string, outcome cti.CallOutcome, how cti.Certainty) {
	t.Helper()
	var calls []cti.CallRecord
	within(t, "the call of "+number+" is whole", func(context.Context) bool {
		calls = o.admin.callsOf(t, number)
		return len(calls) == 1 && calls[0].State == cti.CallEnded
	})
	c := calls[0]
	if c.Outcome != outcome || c.Certainty != how || c.Missed != (outcome != cti.OutcomeAnswered) {
		t.Errorf("%s: got %s, %s, missed %v, want %s, %s", number, c.Outcome, c.Certainty, c.Missed, outcome, how)
	}
	want := 0
	if c.Missed {
		want = 1
	}
	within(t, fmt.Sprintf("%d callbacks to %s", want, number), func(context.Context) bool {
		return len(o.admin.openCallbacks(t, number)) == want
	})
	if outcome != cti.OutcomeAnswered {
		return
	}
	theirs, talked := o.talkOf(t, c.ClientLeg.Uniqueid), 0.0
	for _, talk := range c.Talks {
		talked += talk.To.Sub(talk.From).Seconds()
	}
	if len(c.Talks) != 1 || c.Talks[0].Device != "PJSIP/1001" || c.Talks[0].User != "anna" || math.Abs(talked-theirs) > 2 {
		t.Errorf("%s: talks %+v, queue_log says %v s", number, c.Talks, theirs)
	}
	if len(c.Visits) != 1 || c.Visits[0].Outcome != cti.VisitAnswered || c.Visits[0].By != "PJSIP/1001" {
		t.Errorf("%s: visits %+v", number, c.Visits)
	}
}

// talkOf reads the seconds that Asterisk wrote down: time|callid|queue|agent|COMPLETE…|hold|talk|position.
func (o *office) talkOf(t *testing.T, uniqueid string) float64 {
	t.Helper()
	text, err := os.ReadFile(o.pbx.QueueLog)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(strings.TrimSpace(line), "|")
		if len(fields) > 6 && fields[1] == uniqueid && strings.HasPrefix(fields[4], "COMPLETE") {
			seconds, err := strconv.ParseFloat(fields[6], 64)
			if err != nil {
				t.Fatal(err)
			}
			return seconds
		}
	}
	t.Fatalf("queue_log has no end of %s:\n%s", uniqueid, text)
	return 0
}

// audit: callcard's own comparison with the PBX's records finds nothing.
func (o *office) audit(t *testing.T) {
	t.Helper()
	out, err := exec.Command(binary, "audit", "--day", time.Now().Format(time.DateOnly), "--config", o.daemon.config).CombinedOutput()
	if err != nil {
		t.Errorf("callcard audit: %v\n%s", err, out)
	}
	if !strings.Contains(string(out), "calls") {
		t.Errorf("callcard audit said %s", out)
	}
	t.Logf("%s", out)
}
