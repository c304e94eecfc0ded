package e2e

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"callcard/connector/asterisk/asterisktest"
	"callcard/pkg/cti"
)

// duty is the client's callback, once it is as wanted.
func (c *client) duty(t *testing.T, what, id string, fits func(cti.Callback) bool) cti.Callback {
	t.Helper()
	var b cti.Callback
	within(t, "the callback "+what, func(context.Context) bool {
		b = cti.Callback{} // absent fields are empty, not those of the look before
		c.do(t, http.MethodGet, "/api/v1/callbacks/"+id, nil, &b)
		return fits(b)
	})
	return b
}

// finished is ended for a call that the archive may not know yet.
func (c *client) finished(t *testing.T, id cti.CallID) cti.CallRecord {
	t.Helper()
	c.knows(t, id)
	return c.ended(t, id)
}

// knows waits until a call is written: the journal is not on the card's way.
func (c *client) knows(t *testing.T, id cti.CallID) {
	t.Helper()
	within(t, "the archive knows the call", func(ctx context.Context) bool {
		status, _, err := request(ctx, http.MethodGet, c.base+callPath(id), c.token, nil)
		return err == nil && status == http.StatusOK
	})
}

// misses lets a client call and leave while phone 1001 rings, and returns his callback.
func (o *office) misses(t *testing.T, number string) cti.Callback {
	t.Helper()
	over(t, o.pbx.Call(t, asterisktest.Caller{From: strings.TrimPrefix(number, "+"), To: asterisktest.Support, TalkFor: 2 * second}))
	return o.one(t, number)
}

// owing is misses with nobody ready afterwards: the client is rung by his callback alone.
func (o *office) owing(t *testing.T, number string) cti.Callback {
	t.Helper()
	o.phone(t, "1001", asterisktest.Rings())
	o.onlyReady(t, "anna")
	task := o.misses(t, number)
	o.noCalls(t)
	o.onlyReady(t)
	return task
}

// one waits for the one open callback of a client.
func (o *office) one(t *testing.T, number string) (b cti.Callback) {
	t.Helper()
	within(t, "the client has one open callback", func(context.Context) bool {
		open := o.admin.openCallbacks(t, number)
		if len(open) == 1 {
			b = open[0]
		}
		return len(open) == 1
	})
	return b
}

func (k *desk) dialCallback(t *testing.T, id string) cti.CallID {
	t.Helper()
	var answer struct {
		ActionID cti.CallID `json:"action_id"`
	}
	k.do(t, http.MethodPost, "/api/v1/callbacks/"+id+"/dial", nil, &answer)
	return answer.ActionID
}

// refused makes a request that must not succeed, and returns its problem.
func (c *client) refused(t *testing.T, path string, want int) (problem struct {
	Detail, Reason string
	ClaimedBy      string `json:"claimed_by"`
	ClaimedByName  string `json:"claimed_by_name"`
},
) {
	t.Helper()
	status, text, err := request(t.Context(), http.MethodPost, c.base+path, c.token, nil)
	if err != nil || status != want {
		t.Errorf("%s: status %d, error %v: %s, want %d", path, status, err, text, want)
		return problem
	}
	return decode[struct {
		Detail, Reason string
		ClaimedBy      string `json:"claimed_by"`
		ClaimedByName  string `json:"claimed_by_name"`
	}](t, text)
}

// withOutside plays the telephone company for as long as do takes.
func (o *office) withOutside(t *testing.T, b asterisktest.Behaviour, do func()) {
	t.Helper()
	network, err := o.pbx.StartOutside(b)
	during(t, network, err, do)
}

func during(t *testing.T, phone *asterisktest.Phone, err error, do func()) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := phone.Stop(); err != nil {
			t.Error("stop a phone: ", err)
		}
	}()
	do()
}

// twoClaim: of two who take a duty at the same moment one has it, and the other is told who.
func twoClaim(t *testing.T, o *office) {
	o.phone(t, "1001", asterisktest.Rings())
	o.onlyReady(t, "anna")
	path := "/api/v1/callbacks/" + o.misses(t, "+79161110051").ID + "/claim"
	anna, boris := o.desk(t, "anna"), o.desk(t, "boris")
	var mu sync.Mutex
	status, texts := map[string]int{}, map[string][]byte{}
	var both sync.WaitGroup
	for _, k := range []*desk{anna, boris} {
		both.Go(func() {
			code, text, _ := request(context.Background(), http.MethodPost, k.base+path, k.token, nil)
			mu.Lock()
			defer mu.Unlock()
			status[k.name], texts[k.name] = code, text
		})
	}
	both.Wait()
	winner, loser := anna, boris
	if status["boris"] == http.StatusOK {
		winner, loser = boris, anna
	}
	if status[winner.name] != http.StatusOK || status[loser.name] != http.StatusConflict {
		t.Fatalf("got %v, want one 200 and one 409", status)
	}
	problem := loser.refused(t, path, http.StatusConflict)
	if problem.ClaimedBy != winner.name || !strings.Contains(string(texts[loser.name]), winner.name) {
		t.Errorf("the loser is told of %q, want %s: %s", problem.ClaimedBy, winner.name, texts[loser.name])
	}
	winner.do(t, http.MethodPost, path, nil, nil) // again for the holder
	loser.await(t, "the claim", func(f frame) bool {
		return f.Type == "callback.changed" && string(decode[cti.Callback](t, f.Data).ClaimedBy) == winner.name
	})
}

// dialReaches: her phone rings, then the client's; their talk ends the duty.
func dialReaches(t *testing.T, o *office) {
	const number = "+79161110052"
	task := o.owing(t, number)
	o.phone(t, "1002", asterisktest.Answers(second))
	o.outside(t, asterisktest.Answers(second))
	boris := o.desk(t, "boris")
	id := boris.dialCallback(t, task.ID)
	boris.card(t, "card.opened", of(number))
	card := boris.card(t, "card.updated", looked(number))
	if card.CallID != id || card.Callback == nil || card.Callback.ID != task.ID {
		t.Errorf("card of call %s with callback %+v, want of %s with %s", card.CallID, card.Callback, id, task.ID)
	}
	boris.card(t, "card.updated", func(c cti.Card) bool { return c.CallID == id && c.State == cti.CardAccepted })
	if why := boris.refused(t, "/api/v1/callbacks/"+task.ID+"/dial", http.StatusConflict); why.Reason != "agent_busy" {
		t.Errorf("dial in a talk: %+v, want agent_busy", why)
	}
	if why := o.desk(t, "anna").refused(t, "/api/v1/callbacks/"+task.ID+"/dial", http.StatusConflict); why.ClaimedBy != "boris" {
		t.Errorf("dial of what boris works on: %+v", why)
	}
	within(t, "the talk has lasted min_talk", func(context.Context) bool {
		talks := o.admin.call(t, id).Talks
		return len(talks) == 1 && talks[0].Seconds(time.Now()) > 2
	})
	boris.act(t, id, "hangup", nil)
	done := o.admin.duty(t, "is done", task.ID, func(b cti.Callback) bool { return b.State != cti.CallbackOpen })
	if done.State != cti.CallbackDone || done.ClosedBy != "reached" || done.ClosedUser != "boris" || done.ClosedCall != id {
		t.Errorf("closed as %s by %q, %q, call %s", done.State, done.ClosedBy, done.ClosedUser, done.ClosedCall)
	}
	if a := done.Attempts; len(a) != 1 || a[0].Outcome != cti.AttemptReached || a[0].CallID != id || a[0].Agent != "boris" {
		t.Errorf("attempts %+v, want boris's one, reached", a)
	}
	var trace list[cti.Decision]
	boris.do(t, http.MethodGet, "/api/v1/callbacks/"+task.ID+"/trace", nil, &trace)
	var rules []string
	for _, d := range trace.Items {
		rules = append(rules, d.Rule)
	}
	if want := []string{"callback.missed", "callback.dialling", "callback.reached"}; !slices.Equal(rules, want) {
		t.Errorf("trace %v, want %v", rules, want)
	}
}

// notReached: what the telephone company says of a call becomes the attempt and its next
// try. By the defaults busy waits ten minutes (the least pause), no answer and a declined call fifteen, what the network refused two.
func notReached(t *testing.T, o *office) {
	o.phone(t, "1001", asterisktest.Rings())
	o.phone(t, "1002", asterisktest.Answers(second))
	for _, step := range []struct {
		number  string
		network asterisktest.Behaviour
		want    cti.AttemptOutcome
		status  cti.DialStatus // as Asterisk names it
		cause   int
		pause   time.Duration
	}{
		{"+79161110053", asterisktest.Rejects(486), cti.AttemptBusy, cti.DialBusy, 17, 10 * time.Minute},
		{"+79161110054", asterisktest.Rejects(603), cti.AttemptRejected, "", 21, 15 * time.Minute},
		{"+79161110055", asterisktest.Rejects(480), cti.AttemptNoAnswer, "", 19, 15 * time.Minute},
		{"+79161110056", asterisktest.Rejects(503), cti.AttemptFailed, cti.DialCongestion, 34, 2 * time.Minute},
	} {
		o.onlyReady(t, "anna")
		task := o.misses(t, step.number)
		o.noCalls(t)
		o.onlyReady(t)
		o.withOutside(t, step.network, func() {
			{
				id := o.desk(t, "boris").dialCallback(t, task.ID)
				record := o.admin.finished(t, id)
				have := o.admin.duty(t, "has the attempt", task.ID, func(b cti.Callback) bool {
					return len(b.Attempts) == 1 && b.Attempts[0].Outcome != ""
				})
				status := cti.DialStatus(record.Variables["DIALSTATUS"])
				t.Logf("%s: DIALSTATUS %q, cause %d", step.want, status, record.Cause)
				if record.Cause != step.cause || status == "" || step.status != "" && status != step.status {
					t.Errorf("%s: DIALSTATUS %q, cause %d, want %q, %d", step.want, status, record.Cause, step.status, step.cause)
				}
				if a := have.Attempts[0]; a.Outcome != step.want || a.CallID != id || a.Agent != "boris" {
					t.Errorf("attempt %+v, want %s of boris by %s", a, step.want, id)
				}
				least := record.Ended.Add(step.pause)
				if have.State != cti.CallbackOpen || have.ClaimedBy != "" || have.NotBefore.Before(least) || !have.Due.Equal(have.NotBefore) {
					t.Errorf("%s: %s, claimed by %q, next at %s, want open, free, not before %s", step.want, have.State, have.ClaimedBy, have.NotBefore, least)
				}
			}
		})
	}
}

// ownPhoneRejects: boris clicks, and his own phone is not taken. The client was never
// called: that is shown, and everything else is as before.
func ownPhoneRejects(t *testing.T, o *office) {
	const number = "+79161110058"
	task := o.owing(t, number)
	o.phone(t, "1002", asterisktest.Rejects(486))
	id := o.desk(t, "boris").dialCallback(t, task.ID)
	have := o.admin.duty(t, "has the attempt", task.ID, func(b cti.Callback) bool {
		return len(b.Attempts) == 1 && b.Attempts[0].Outcome != ""
	})
	if a := have.Attempts[0]; a.Outcome != cti.AttemptAgentNoAnswer || a.CallID != id || a.Agent != "boris" {
		t.Errorf("attempt %+v, want agent_no_answer of boris by %s", a, id)
	}
	if have.State != cti.CallbackOpen || !have.Due.Equal(task.Due) || !have.NotBefore.IsZero() || have.Missed != 1 {
		t.Errorf("%s, due %s, not before %s, want it as it was: due %s", have.State, have.Due, have.NotBefore, task.Due)
	}
}

// struckInDuty: callcard is killed between the click and the talk, and again between a
// missed call and its judging. The duty is neither lost nor doubled, and the talk ends it.
func struckInDuty(t *testing.T, o *office) {
	const number = "+79161110057"
	o.phone(t, "1001", asterisktest.Rings())
	o.onlyReady(t, "anna")
	call := o.pbx.Call(t, asterisktest.Caller{From: number[1:], To: asterisktest.Support, TalkFor: 3 * second})
	offered := o.desk(t, "anna").popped(t, number).CallID
	o.admin.knows(t, offered)
	within(t, "the archive has the offer", func(context.Context) bool { return len(o.admin.call(t, offered).Offers) == 1 })
	o.daemon.kill(t) // the caller leaves while nobody listens
	over(t, call)
	o.daemon.start(t)
	o.daemon.awaitReady(t)
	task := o.one(t, number)
	if task.Missed != 1 || len(task.Calls) != 1 {
		t.Errorf("missed %d times, calls %v, want one", task.Missed, task.Calls)
	}
	o.noCalls(t)
	boris := o.desk(t, "boris")
	boris.do(t, http.MethodPost, "/api/v1/callbacks/"+task.ID+"/claim", nil, nil)
	o.strike(t, "callcard")
	o.daemon.awaitReady(t)
	if b := o.one(t, number); b.ID != task.ID || b.ClaimedBy != "boris" {
		t.Errorf("after the restart: %s, claimed by %q, want %s by boris", b.ID, b.ClaimedBy, task.ID)
	}
	o.onlyReady(t)
	o.phone(t, "1002", asterisktest.Answers(3*second))
	o.outside(t, asterisktest.Behaviour{Answer: true, Ring: second, TalkFor: 6 * second})
	o.begin(t)
	id := boris.dialCallback(t, task.ID)
	o.strike(t, "callcard") // his phone rings, or has just been picked up
	o.daemon.awaitReady(t)
	o.noCalls(t)
	done := o.admin.duty(t, "is done", task.ID, func(b cti.Callback) bool { return b.State != cti.CallbackOpen })
	if done.ClosedBy != "reached" || len(done.Attempts) != 1 || done.Attempts[0].Outcome != cti.AttemptReached || done.Attempts[0].CallID != id {
		t.Errorf("closed by %q, attempts %+v, want reached by the one call %s", done.ClosedBy, done.Attempts, id)
	}
	if open := o.admin.openCallbacks(t, number); len(open) != 0 {
		t.Errorf("%d open callbacks of who was reached", len(open))
	}
}
